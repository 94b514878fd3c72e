/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include "base/number.h"

#define UNTOUCHED 4711

struct row {
	const char *text;
	bool good;
	int64_t value;
};

static void
run(const char *kind, bool (*parse)(struct authchain_span, int64_t *),
    const struct row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		int64_t value = UNTOUCHED;
		char name[128];
		bool good = parse(ac_span_text(rows[i].text), &value);

		snprintf(name, sizeof(name), "%s \"%s\" is %s", kind,
		    rows[i].text, rows[i].good ? "taken" : "refused");
		ok(good == rows[i].good &&
			value == (good ? rows[i].value : UNTOUCHED),
		    name);
	}
}

#define RUN(kind, parse, rows)                                                 \
	run(kind, parse, rows, sizeof(rows) / sizeof((rows)[0]))

static const struct row numbers[] = {
	{ "0", true, 0 },
	{ "7", true, 7 },
	{ "-7", true, -7 },
	{ "9223372036854775807", true, INT64_MAX },
	{ "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 },
	{ "-9223372036854775809", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ "-0", false, 0 },
	{ "+1", false, 0 },
	{ "01", false, 0 },
	{ "00", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "1.0", false, 0 },
	{ "1e3", false, 0 },
	{ "0x10", false, 0 },
	{ "--1", false, 0 },
	{ "1_000", false, 0 },
};

static const struct row ports[] = {
	{ "0", true, 0 },
	{ "65535", true, 65535 },
	{ "65536", false, 0 },
	{ "99999", false, 0 },
	{ "4294967376", false, 0 },
	{ "-1", false, 0 },
	{ "+80", false, 0 },
	{ " 80", false, 0 },
	{ "080", false, 0 },
	{ "http", false, 0 },
	{ "", false, 0 },
};

static const struct row durations[] = {
	{ "0", true, 0 },
	{ "0s", true, 0 },
	{ "250ms", true, 250 },
	{ "30s", true, 30000 },
	{ "5m", true, 300000 },
	{ "24h", true, 86400000 },
	{ "7d", true, 604800000 },
	{ "106751991167d", true, INT64_C(9223372036828800000) },
	{ "106751991168d", false, 0 },
	{ "9223372036854775807ms", true, INT64_MAX },
	{ "9223372036854775808ms", false, 0 },
	{ "30", false, 0 },
	{ "00", false, 0 },
	{ "-1s", false, 0 },
	{ "1.5h", false, 0 },
	{ "1h30m", false, 0 },
	{ "30 s", false, 0 },
	{ "30S", false, 0 },
	{ "5M", false, 0 },
	{ "30sec", false, 0 },
	{ "s", false, 0 },
	{ "", false, 0 },
	{ "1w", false, 0 },
};

static const struct row sizes[] = {
	{ "0", true, 0 },
	{ "512", true, 512 },
	{ "64K", true, 65536 },
	{ "1M", true, 1048576 },
	{ "2G", true, INT64_C(2147483648) },
	{ "8589934591G", true, INT64_C(9223372035781033984) },
	{ "8589934592G", false, 0 },
	{ "64k", false, 0 },
	{ "64KB", false, 0 },
	{ "1T", false, 0 },
	{ "-1K", false, 0 },
	{ "1.5M", false, 0 },
	{ "K", false, 0 },
	{ "", false, 0 },
};

static void
test_duration_text(void)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "1ms" },
		{ 1500, "1500ms" },
		{ 2000, "2s" },
		{ 90000, "90s" },
		{ 60000, "1m" },
		{ 3600000, "1h" },
		{ 86400000, "24h" },
		{ 172800000, "2d" },
		{ 604800000, "7d" },
		{ INT64_MAX, "9223372036854775807ms" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[AC_DURATION_TEXT];
		int64_t again = -1;

		(void)ac_duration_text(rows[i].ms, text);
		ok(strcmp(text, rows[i].text) == 0 &&
			ac_duration_parse(ac_span_text(text), &again) &&
			again == rows[i].ms,
		    rows[i].text);
	}
}

int
main(void)
{
	int64_t value = UNTOUCHED;

	RUN("number", ac_number_parse, numbers);
	RUN("port", ac_port_parse, ports);
	RUN("duration", ac_duration_parse, durations);
	RUN("size", ac_size_parse, sizes);
	test_duration_text();
	ok(!ac_number_parse(ac_span("1\0", 2), &value) && value == UNTOUCHED,
	    "a NUL is no digit");
	return done();
}
