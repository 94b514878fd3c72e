/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>

#include "base/table.h"

#define MANY 5000

static size_t dropped;

static void
drop(void *value)
{
	dropped++;
	free(value);
}

static void *
value_of(size_t n)
{
	size_t *value = malloc(sizeof(*value));

	if (value == NULL)
		abort();
	*value = n;
	return value;
}

static struct authchain_span
key_of(char out[32], size_t n)
{
	snprintf(out, 32, "key %zu", n);
	return ac_span_text(out);
}

static bool
holds(const struct ac_table *table, size_t n)
{
	char key[32];
	const size_t *value = ac_table_find(table, key_of(key, n));

	return value != NULL && *value == n;
}

static void
test_bound(void)
{
	struct ac_table *table = ac_table_new(3, drop);
	size_t *extra = value_of(9);
	char key[32];
	size_t i;

	dropped = 0;
	for (i = 0; i < 3; i++)
		(void)ac_table_put(table, key_of(key, i), value_of(i));
	ok(ac_table_count(table) == 3 && holds(table, 2), "filled to its cap");
	ok(ac_table_put(table, key_of(key, 3), extra) == -1 && dropped == 0,
	    "one more is refused and stays the caller's");
	ok(ac_table_put(table, key_of(key, 2), extra) == 0 && dropped == 1 &&
		*(size_t *)ac_table_find(table, key_of(key, 2)) == 9,
	    "replacing one drops the older value");
	ok(ac_table_put(table, key_of(key, 2), extra) == 0 && dropped == 1,
	    "putting the same value again drops nothing");
	ok(ac_table_remove(table, key_of(key, 0)) && dropped == 2 &&
		!ac_table_remove(table, key_of(key, 0)) &&
		ac_table_count(table) == 2,
	    "what was removed is gone");
	ac_table_free(&table);
	ok(table == NULL && dropped == 4, "free drops what is left");
	ac_table_free(&table);
	ok(table == NULL, "free may be called again");
}

/* Against a plain list of flags: every put, remove and look-up. */
static void
test_churn(void)
{
	static bool there[MANY];
	struct ac_table *table = ac_table_new(MANY, drop);
	uint32_t random = 1;
	bool right = table != NULL;
	size_t step, count = 0;
	char key[32];

	for (step = 0; right && step < 20 * (size_t)MANY; step++) {
		size_t n;

		random = random * 1664525 + 1013904223;
		n = (random >> 8) % MANY;
		if (there[n]) {
			right = holds(table, n) &&
				ac_table_remove(table, key_of(key, n));
			count--;
		} else {
			right = !holds(table, n) &&
				ac_table_put(table, key_of(key, n),
				    value_of(n)) == 0;
			count++;
		}
		there[n] = !there[n];
		right = right && ac_table_count(table) == count;
	}
	ok(right, "100,000 puts and removes");
	for (step = 0; step < MANY; step++)
		right = right && holds(table, step) == there[step];
	ok(right, "and all that should be there is");
	ac_table_free(&table);
}

static void
test_walk(void)
{
	struct ac_table *table = ac_table_new(MANY, drop);
	static bool seen[100];
	struct authchain_span name;
	size_t at = 0, i, count = 0;
	void *value;
	char key[32];
	bool right = true;

	for (i = 0; i < 100; i++)
		(void)ac_table_put(table, key_of(key, i), value_of(i));
	while (ac_table_next(table, &at, &name, &value)) {
		i = *(size_t *)value;
		right = right && i < 100 && !seen[i] &&
			ac_span_is(name, key_of(key, i));
		seen[i < 100 ? i : 0] = true;
		count++;
	}
	ok(right && count == 100, "a walk sees each entry once");
	ok(!ac_table_next(table, &at, &name, &value), "and stays at the end");
	ac_table_free(&table);
	table = ac_table_new(1, NULL);
	at = 0;
	ok(!ac_table_next(table, &at, &name, &value), "none in an empty table");
	ac_table_free(&table);
}

static void
test_keys(void)
{
	struct ac_table *table = ac_table_new(10, NULL);
	static int a, b, c;

	ok(ac_table_put(table, ac_span("", 0), &a) == 0 &&
		ac_table_find(table, ac_span(NULL, 0)) == &a,
	    "the empty key");
	ok(ac_table_put(table, ac_span("x\0y", 3), &b) == 0 &&
		ac_table_put(table, ac_span("x\0z", 3), &c) == 0 &&
		ac_table_find(table, ac_span("x\0y", 3)) == &b &&
		ac_table_find(table, ac_span("x", 1)) == NULL,
	    "keys with a NUL");
	ok(ac_table_remove(table, ac_span("", 0)) && ac_table_count(table) == 2,
	    "without a drop nothing is freed");
	ac_table_free(&table);
	table = ac_table_new(0, NULL);
	ok(ac_table_put(table, ac_span("x", 1), &a) == -1,
	    "a cap of none takes none");
	ac_table_free(&table);
}

int
main(void)
{
	test_bound();
	test_churn();
	test_walk();
	test_keys();
	return done();
}
