/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 3339 5.6, strictly; without leap seconds, which no clock of ours shows.
 * The first thing that is wrong sticks to the cursor.
 */
#include "date.h"

#define LAST_YEAR     9999
#define DAY_S         INT64_C(86400)
#define MAX_FRACTION  9 /* digits */
#define DATE_MAX_TEXT 64

struct cursor {
	struct authchain_span text;
	size_t at;
	bool wrong;
};

static bool
is_next(const struct cursor *c, char wanted)
{
	return c->at < c->text.len && c->text.data[c->at] == wanted;
}

static bool
is_next_digit(const struct cursor *c)
{
	return c->at < c->text.len && c->text.data[c->at] >= '0' &&
	       c->text.data[c->at] <= '9';
}

static void
expect(struct cursor *c, char wanted)
{
	if (is_next(c, wanted))
		c->at++;
	else
		c->wrong = true;
}

static int
number(struct cursor *c, int digits, int min, int max)
{
	int sum = 0;

	for (int i = 0; i < digits; i++) {
		if (!is_next_digit(c)) {
			c->wrong = true;
			return min;
		}
		sum = sum * 10 + (c->text.data[c->at++] - '0');
	}
	if (sum < min || sum > max)
		c->wrong = true;
	return sum;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970-01-01 to the date at the cursor. */
static int64_t
take_date(struct cursor *c)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int64_t days = 0;
	int year = number(c, 4, 1970, LAST_YEAR);
	int month, day;

	expect(c, '-');
	month = number(c, 2, 1, 12);
	expect(c, '-');
	day = number(c, 2, 1, 31);
	if (c->wrong)
		return 0;
	for (int y = 1970; y < year; y++)
		days += is_leap(y) ? 366 : 365;
	for (int m = 1; m < month; m++)
		days += lengths[m - 1] + (m == 2 && is_leap(year) ? 1 : 0);
	if (day > lengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0))
		c->wrong = true;
	return days + day - 1;
}

/* Seconds since midnight of the time at the cursor. */
static int64_t
take_time(struct cursor *c)
{
	int64_t s = number(c, 2, 0, 23) * INT64_C(3600);
	int digits = 0;

	expect(c, ':');
	s += number(c, 2, 0, 59) * INT64_C(60);
	expect(c, ':');
	s += number(c, 2, 0, 59);
	if (!is_next(c, '.'))
		return s;
	for (c->at++; is_next_digit(c) && digits < MAX_FRACTION; c->at++)
		digits++;
	if (digits == 0)
		c->wrong = true;
	return s;
}

/* Seconds by which the time at the cursor is ahead of UTC. */
static int64_t
take_offset(struct cursor *c)
{
	int64_t sign, s;

	if (is_next(c, 'Z') || is_next(c, 'z')) {
		c->at++;
		return 0;
	}
	sign = is_next(c, '-') ? -1 : 1;
	expect(c, sign < 0 ? '-' : '+');
	s = number(c, 2, 0, 23) * INT64_C(3600);
	expect(c, ':');
	s += number(c, 2, 0, 59) * INT64_C(60);
	return sign * s;
}

bool
date_parse(struct authchain_span text, int64_t *at_s)
{
	struct cursor c = { .text = text };
	int64_t s;

	if (text.data == NULL || text.len > DATE_MAX_TEXT)
		return false;
	s = take_date(&c) * DAY_S;
	if (c.at < text.len) {
		expect(&c, is_next(&c, 't') ? 't' : 'T');
		s += take_time(&c);
		s -= take_offset(&c);
	}
	if (c.wrong || c.at != text.len || s < 0)
		return false;
	*at_s = s;
	return true;
}
