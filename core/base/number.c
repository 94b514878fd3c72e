/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, durations and sizes: digits and a unit, no other spelling. */
#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>

struct unit {
	const char *name;
	int64_t factor;
};

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* largest first: ac_duration_text takes the first that divides */
static const struct unit durations[] = {
	{ "d", DAY },
	{ "h", HOUR },
	{ "m", MINUTE },
	{ "s", SECOND },
	{ "ms", 1 },
	{ NULL, 0 },
};

static const struct unit sizes[] = {
	{ "", 1 },
	{ "K", INT64_C(1) << 10 },
	{ "M", INT64_C(1) << 20 },
	{ "G", INT64_C(1) << 30 },
	{ NULL, 0 },
};

/* The digits at the front; no leading zeros, which elsewhere mean octal. */
static bool
digits(struct authchain_span text, bool negative, int64_t *value, size_t *used)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < text.len; i++) {
		int digit = text.data[i] - '0';

		if (digit < 0 || digit > 9)
			break;
		if (i == 1 && sum == 0)
			return false;
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, negative ? -digit : digit,
			&sum))
			return false;
	}
	*value = sum;
	*used = i;
	return i > 0;
}

bool
ac_number_parse(struct authchain_span text, int64_t *value)
{
	bool negative = text.len > 0 && text.data[0] == '-';
	size_t used;
	int64_t sum;

	text = ac_span_cut(text, negative ? 1 : 0, text.len);
	if (!digits(text, negative, &sum, &used) || used != text.len ||
	    (negative && sum == 0))
		return false;
	*value = sum;
	return true;
}

bool
ac_port_parse(struct authchain_span text, int64_t *port)
{
	int64_t number;

	if (!ac_number_parse(text, &number) || number < 0 ||
	    number > UINT16_MAX)
		return false;
	*port = number;
	return true;
}

static bool
parse_unit(struct authchain_span text, const struct unit *units, int64_t *value)
{
	size_t used;
	int64_t sum;

	if (!digits(text, false, &sum, &used))
		return false;
	text = ac_span_cut(text, used, text.len);
	for (; units->name != NULL; units++) {
		if (ac_span_is_text(text, units->name))
			break;
	}
	if (units->name == NULL ||
	    __builtin_mul_overflow(sum, units->factor, &sum))
		return false;
	*value = sum;
	return true;
}

bool
ac_duration_parse(struct authchain_span text, int64_t *ms)
{
	if (ac_span_is_text(text, "0")) {
		*ms = 0;
		return true;
	}
	return parse_unit(text, durations, ms);
}

bool
ac_size_parse(struct authchain_span text, int64_t *bytes)
{
	return parse_unit(text, sizes, bytes);
}

const char *
ac_duration_text(int64_t ms, char out[AC_DURATION_TEXT])
{
	const struct unit *unit = durations;

	if (ms == 0) {
		(void)snprintf(out, AC_DURATION_TEXT, "0");
		return out;
	}
	if (ms == DAY) /* people say 24h */
		unit++;
	while (ms % unit->factor != 0)
		unit++;
	(void)snprintf(out, AC_DURATION_TEXT, "%" PRId64 "%s",
	    ms / unit->factor, unit->name);
	return out;
}
