/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the scanner.  Integers are exact or refused.  A real of few digits
 * is one exact product or quotient, which IEEE 754 rounds as strtod would; all
 * others are jansson's to read, as it is its values that are to come out.
 */
#include "jose/scan-parts.h"

#include <float.h>

#define SAFE_DIGITS   18  /* decimal digits that int64_t surely holds */
#define SAFE_EXPONENT 300 /* below DBL_MAX_10_EXP, whatever the digits */
#define MAX_EXPONENT  100000
#define EXACT_DIGITS  15 /* DBL_DIG: below 2^53 */
#define EXACT_POWER   22 /* 10^22 is the last power that a double holds */

struct number {
	size_t whole_digits; /* before the point */
	size_t digits;       /* in all, leading zeros too */
	int exponent;        /* as it is spelt; bounded */
	bool negative, is_real;
};

static bool
is_digit(const char *at, const char *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

/* The exponent behind its letter; NULL when there is none. */
static const char *
read_exponent(const char *at, const char *end, int *exponent)
{
	bool negative = at < end && *at == '-';

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (!is_digit(at, end))
		return NULL;
	for (*exponent = 0; is_digit(at, end); at++) {
		if (*exponent < MAX_EXPONENT)
			*exponent = *exponent * 10 + (*at - '0');
	}
	if (negative)
		*exponent = -*exponent;
	return at;
}

/* The grammar (RFC 8259 6); the byte behind the number, or NULL. */
static const char *
read_number(const char *at, const char *end, struct number *number)
{
	const char *from;

	*number = (struct number){ 0 };
	number->negative = at < end && *at == '-';
	at += number->negative;
	from = at;
	if (!is_digit(at, end))
		return NULL;
	at = *at == '0' ? at + 1 : ac_scan_digits(at, end);
	number->whole_digits = (size_t)(at - from);
	number->digits = number->whole_digits;
	if (at < end && *at == '.') {
		from = at + 1;
		at = ac_scan_digits(from, end);
		if (at == from)
			return NULL;
		number->digits += (size_t)(at - from);
		number->is_real = true;
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at = read_exponent(at + 1, end, &number->exponent);
		number->is_real = true;
	}
	return at;
}

/* Of eight digits: two neighbours at a time, four pairs, two fours. */
static uint64_t
eight_digits(const char *text)
{
	uint64_t value = 0;
	size_t i;

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) {
		for (i = 0; i < 8; i++)
			value = value * 10 + (uint64_t)(text[i] - '0');
		return value;
	}
	memcpy(&value, text, 8);
	value &= UINT64_C(0x0f0f0f0f0f0f0f0f);
	value = (value * 10 + (value >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	value = (value * 100 + (value >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (value * 10000 + (value >> 32)) & UINT64_C(0xffffffff);
}

/* 0, or -1 where it is beyond int64_t. */
static int
integer(const char *text, const struct number *number, int64_t *value)
{
	const uint64_t limit = (uint64_t)INT64_MAX + number->negative;
	uint64_t sum = 0;
	size_t i;

	if (number->whole_digits > SAFE_DIGITS + 1)
		return -1;
	text += number->negative;
	for (i = 0; number->whole_digits - i >= 8; i += 8)
		sum = sum * 100000000 + eight_digits(text + i);
	for (; i < number->whole_digits; i++)
		sum = sum * 10 + (uint64_t)(text[i] - '0');
	if (sum > limit)
		return -1;
	*value = number->negative ? (int64_t)(0 - sum) : (int64_t)sum;
	return 0;
}

/* As jansson reads it. */
static enum ac_scan_result
ask(const char *text, size_t len, double *value)
{
	struct authchain_error err = { 0 };

	if (ac_json_real(ac_span(text, len), value, &err) == 0)
		return AC_SCAN_GOOD;
	return err.code == AUTHCHAIN_ERROR_MEMORY ? AC_SCAN_NO_MEMORY
						  : AC_SCAN_REFUSED;
}

enum ac_scan_result
ac_scan_number(const char **at, const char *end, uint16_t *type)
{
	const char *from = *at, *behind = ac_scan_digits(from, end);
	struct number number;
	int64_t exact;
	double real;

	/* as nearly all are: digits alone, not many */
	if (behind < end && behind - from <= SAFE_DIGITS && *from >= '1' &&
	    *from <= '9' && *behind != '.' && (*behind | 0x20) != 'e') {
		*at = behind;
		*type = AUTHCHAIN_TYPE_INTEGER;
		return AC_SCAN_GOOD;
	}
	*at = read_number(from, end, &number);
	if (*at == NULL)
		return AC_SCAN_REFUSED;
	if (!number.is_real) {
		*type = AUTHCHAIN_TYPE_INTEGER;
		return number.whole_digits <= SAFE_DIGITS ||
			       integer(from, &number, &exact) == 0
			   ? AC_SCAN_GOOD
			   : AC_SCAN_REFUSED;
	}
	*type = AUTHCHAIN_TYPE_REAL;
	if (number.whole_digits <= SAFE_EXPONENT &&
	    (int)number.whole_digits + number.exponent <= SAFE_EXPONENT)
		return AC_SCAN_GOOD;
	return ask(from, (size_t)(*at - from), &real);
}

int
ac_scan_integer(const char *text, size_t len, int64_t *value)
{
	bool negative = *text == '-';
	struct number number = { .negative = negative,
		.whole_digits = len - negative };

	return integer(text, &number, value);
}

/* Of at most EXACT_DIGITS digits and a power that is exact. */
static double
exact_real(const char *text, size_t len, const struct number *number)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
		1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
		1e19, 1e20, 1e21, 1e22 };
	int power =
	    number->exponent - (int)(number->digits - number->whole_digits);
	int64_t sum = 0;
	double value;
	size_t i;

	for (i = 0; i < len && text[i] != 'e' && text[i] != 'E'; i++) {
		if (text[i] >= '0' && text[i] <= '9')
			sum = sum * 10 + (text[i] - '0');
	}
	value = (double)sum;
	value = power < 0 ? value / powers[-power] : value * powers[power];
	return number->negative ? -value : value;
}

int
ac_scan_real(const char *text, size_t len, double *value)
{
	struct number number;
	int power;

	(void)read_number(text, text + len, &number);
	if (FLT_EVAL_METHOD == 0 && number.digits <= EXACT_DIGITS) {
		power = number.exponent -
			(int)(number.digits - number.whole_digits);
		if (power >= -EXACT_POWER && power <= EXACT_POWER) {
			*value = exact_real(text, len, &number);
			return 0;
		}
	}
	return ask(text, len, value) == AC_SCAN_GOOD ? 0 : -1;
}
