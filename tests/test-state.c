/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared state in memory: rates, keys that die, watchers, bounds. */
#include <stdlib.h>

#include "engine/entry.h"
#include "engine/service.h"
#include "engine/state.h"
#include "tap.h"

static char chain[] = "c", one[] = "one", two[] = "two";

struct seen {
	int count;
	bool there;
	char text[32];
};

static struct authchain_span
text(const char *s)
{
	return ac_span_text(s);
}

static void
see(void *arg, const struct authchain_state_answer *answer)
{
	struct seen *seen = arg;

	seen->count++;
	seen->there = answer->value.data != NULL;
	snprintf(seen->text, sizeof(seen->text), "%.*s", (int)answer->value.len,
	    seen->there ? answer->value.data : "");
}

static void
see_change(void *arg, struct authchain_span key,
    const struct authchain_state_answer *answer)
{
	(void)key;
	see(arg, answer);
}

static bool
allowed(struct authchain_entry *entry, const char *key, int64_t now_ms,
    uint32_t *retry_after_ms)
{
	static const struct authchain_rate rate = { .size = sizeof(rate),
		.limit = 10,
		.burst = 3,
		.period_ms = 1000 };
	struct authchain_state_answer answer;

	if (ac_state_rate(entry, text(key), &rate, now_ms, &answer) != 0 ||
	    answer.known == 0)
		return false;
	*retry_after_ms = answer.retry_after_ms;
	return answer.allowed != 0;
}

static void
test_rate(struct authchain_entry *entry, struct authchain_entry *other)
{
	uint32_t retry = 0;
	int passed = 0;

	for (int i = 0; i < 5; i++)
		passed += allowed(entry, "k", 1000, &retry);
	ok(passed == 3, "a burst of three passes at once, no fourth");
	ok(retry == 100, "who comes too early is told when to come again");
	ok(!allowed(entry, "k", 1099, &retry), "a millisecond early is early");
	ok(allowed(entry, "k", 1100, &retry), "then one more passes");
	ok(!allowed(entry, "k", 1101, &retry), "and no second");
	ok(allowed(entry, "other", 1101, &retry),
	    "another key is another rate");
	ok(allowed(other, "k", 1101, &retry), "so is another entry's");
	passed = 0;
	for (int i = 0; i < 5; i++)
		passed += allowed(entry, "k", 1000000, &retry);
	ok(passed == 3, "a long rest earns a burst and no more");
}

static const struct rate_row {
	const char *name;
	uint32_t limit, burst;
	uint64_t period_ms;
	int64_t for_ms; /* asked at each of them, so often: */
	int times;
	int allowed;
	uint32_t retry_after_ms; /* of the last that was refused */
} rate_rows[] = {
	{ "a rate whose step is no whole number of ms", 501, 1, 1000, 1000, 2,
	    501, 1 },
	{ "the same with a burst", 501, 5, 1000, 1000, 5, 505, 1 },
	{ "a step just longer than a ms", 999, 1, 1000, 1000, 2, 999, 1 },
	{ "a step of one ms", 1000, 1, 1000, 1000, 2, 1000, 1 },
	{ "a step just shorter than a ms", 1001, 1, 1000, 1000, 3, 1000, 1 },
	{ "the same with a burst of two", 1001, 2, 1000, 1000, 3, 1002, 1 },
	{ "many steps in a ms", 5000, 5, 1000, 1000, 9, 5000, 1 },
	{ "steps of a third", 3, 1, 1000, 1001, 1, 4, 1 },
	{ "a step of two thirds", 3, 2, 2000, 2001, 2, 5, 666 },
	{ "no burst is a burst of one", 10, 0, 1000, 1000, 2, 10, 1 },
	{ "the longest step", 1, 1, UINT32_MAX, 1, 2, 1, UINT32_MAX },
	{ "the longest step, the largest burst", 1, UINT32_MAX, UINT32_MAX, 3,
	    100, 300, 0 },
	{ "a step and a burst whose product is large", 1, 3000000000u,
	    UINT32_MAX, 3, 100, 300, 0 },
	{ "the shortest step", UINT32_MAX, 1, 1, 10, 3, 10, 1 },
	{ "the shortest step, the largest burst", UINT32_MAX, UINT32_MAX, 1, 10,
	    100, 1000, 0 },
	{ "the largest limit in the longest period", UINT32_MAX, 2, UINT32_MAX,
	    100, 3, 101, 1 },
};

static int
count_allowed(struct authchain_entry *entry, const struct rate_row *row,
    uint32_t *retry_after_ms)
{
	const struct authchain_rate rate = { .size = sizeof(rate),
		.limit = row->limit,
		.burst = row->burst,
		.period_ms = row->period_ms };
	struct authchain_state_answer answer = { 0 };
	int count = 0;

	for (int64_t ms = 0; ms < row->for_ms; ms++)
		for (int i = 0; i < row->times; i++) {
			if (ac_state_rate(entry, text(row->name), &rate, ms,
				&answer) != 0 ||
			    answer.known == 0)
				return -1;
			count += answer.allowed != 0;
			if (answer.allowed == 0)
				*retry_after_ms = answer.retry_after_ms;
		}
	return count;
}

static void
test_rates(struct authchain_entry *entry)
{
	for (size_t i = 0; i < sizeof(rate_rows) / sizeof(rate_rows[0]); i++) {
		const struct rate_row *row = &rate_rows[i];
		uint32_t retry = 0;
		int count = count_allowed(entry, row, &retry);

		if (count != row->allowed || retry != row->retry_after_ms)
			printf("# %d of %d, then wait %u ms\n", count,
			    (int)row->for_ms * row->times, retry);
		ok(count == row->allowed && retry == row->retry_after_ms,
		    row->name);
	}
}

/* Who comes again when he was told to is let in, and no ms before. */
static void
test_retry(struct authchain_entry *entry)
{
	static const struct authchain_rate rate = { .size = sizeof(rate),
		.limit = 7,
		.burst = 3,
		.period_ms = 1000 };
	struct authchain_state_answer answer;
	int64_t now_ms = 0;
	bool early = false, late = false;

	for (int i = 0; i < 3; i++)
		ac_state_rate(entry, text("retry"), &rate, now_ms, &answer);
	for (int i = 0; i < 100; i++) {
		ac_state_rate(entry, text("retry"), &rate, now_ms, &answer);
		now_ms += answer.retry_after_ms;
		ac_state_rate(entry, text("retry"), &rate, now_ms - 1, &answer);
		early = early || answer.allowed != 0;
		ac_state_rate(entry, text("retry"), &rate, now_ms, &answer);
		late = late || answer.allowed == 0;
	}
	ok(!early, "nobody is let in a millisecond before the time he is told");
	ok(!late, "and everybody at it");
	ok(now_ms == 14285, "100 at 7 a second take 14.285 s");
}

static const struct authchain_rate slow = { .size = sizeof(slow),
	.limit = 1,
	.burst = 2,
	.period_ms = UINT32_MAX };
static const struct authchain_rate fast = { .size = sizeof(fast),
	.limit = UINT32_MAX,
	.burst = 1,
	.period_ms = UINT32_MAX };
static const struct authchain_rate odd = { .size = sizeof(odd),
	.limit = 3000000000u,
	.burst = 1,
	.period_ms = UINT32_MAX };
static const struct authchain_rate even = { .size = sizeof(even),
	.limit = 2999999998u,
	.burst = 1,
	.period_ms = UINT32_MAX };

static bool
asks(struct authchain_entry *entry, const char *key,
    const struct authchain_rate *rate, int64_t now_ms,
    struct authchain_state_answer *answer)
{
	return ac_state_rate(entry, text(key), rate, now_ms, answer) == 0 &&
	       answer->allowed != 0;
}

static void
test_other_rates(struct authchain_entry *entry)
{
	const int64_t end_ms = 2 * (int64_t)UINT32_MAX;
	struct authchain_state_answer answer;

	ok(asks(entry, "turn", &slow, 0, &answer) &&
		asks(entry, "turn", &slow, 0, &answer),
	    "a key of a slow rate");
	ok(!asks(entry, "turn", &fast, 0, &answer) &&
		answer.retry_after_ms == UINT32_MAX,
	    "is no more allowed when the rate is made fast");
	ok(!asks(entry, "turn", &fast, end_ms - 1, &answer) &&
		answer.retry_after_ms == 1,
	    "until it would have been");
	ok(asks(entry, "turn", &fast, end_ms, &answer), "but then it is");
	ok(asks(entry, "third", &odd, 0, &answer) &&
		!asks(entry, "third", &even, 1, &answer) &&
		asks(entry, "third", &even, 2, &answer),
	    "what a key was ahead in fractions counts as whole");
	ok(!asks(entry, "end", &slow, INT64_MAX - 10, &answer) &&
		answer.retry_after_ms == UINT32_MAX,
	    "at the end of time nothing is allowed");
}

static void
test_bad_rates(struct authchain_entry *entry)
{
	static const struct authchain_rate rates[] = {
		{ .size = sizeof(rates[0]), .limit = 0, .period_ms = 1000 },
		{ .size = sizeof(rates[0]), .limit = 1, .period_ms = 0 },
		{ .size = sizeof(rates[0]),
		    .limit = 1,
		    .period_ms = UINT64_C(1) << 32 },
		{ .size = sizeof(rates[0]),
		    .limit = 1,
		    .period_ms = UINT64_MAX },
	};
	struct authchain_state_answer answer;

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		ok(ac_state_rate(entry, text("k"), &rates[i], 0, &answer) == -1,
		    "a rate that can't be counted is refused");
}

static void
test_keys(struct authchain_entry *entry, struct authchain_entry *other)
{
	struct seen seen = { 0 };

	ok(ac_state_get(entry, text("a"), 0, see, &seen) == 0 &&
		seen.count == 1 && !seen.there,
	    "a key that nobody put is not there");
	ok(ac_state_put(entry, text("a"), text("value"), 100, 1000) == 0,
	    "a key is put for 100 ms");
	ac_state_get(entry, text("a"), 1099, see, &seen);
	ok(seen.there && strcmp(seen.text, "value") == 0, "it is there");
	ac_state_get(entry, text("a"), 1100, see, &seen);
	ok(!seen.there, "and gone when its time is up");
	ac_state_put(entry, text("a"), text("mine"), 1000, 1000);
	ac_state_get(other, text("a"), 1000, see, &seen);
	ok(!seen.there, "another entry does not see it");
}

static void
test_bounds(struct authchain_entry *entry)
{
	static char big[AC_STATE_MAX_VALUE + 1];

	ok(ac_state_put(entry, ac_span(big, AC_STATE_MAX_KEY), text("v"), 1,
	       0) == 0,
	    "a key at its bound");
	ok(ac_state_put(entry, ac_span(big, AC_STATE_MAX_KEY + 1), text("v"), 1,
	       0) == -1,
	    "a key one byte over it");
	ok(ac_state_put(entry, text("k"), ac_span(big, AC_STATE_MAX_VALUE), 1,
	       0) == 0,
	    "a value at its bound");
	ok(ac_state_put(entry, text("k"), ac_span(big, AC_STATE_MAX_VALUE + 1),
	       1, 0) == -1,
	    "a value one byte over it");
}

static void
test_full(struct authchain_entry *entry)
{
	char key[16];
	int r = 0;

	for (int i = 0; r == 0 && i <= AC_STATE_MAX_KEYS; i++) {
		snprintf(key, sizeof(key), "f%d", i);
		r = ac_state_put(entry, text(key), text("v"), 1000, 2000);
	}
	ok(r == -1, "a full store refuses what is new");
	ok(ac_state_put(entry, text("late"), text("v"), 1000, 4000) == 0,
	    "until something in it has died");
}

static void
test_watch(struct authchain_entry *entry, struct authchain_entry *other)
{
	struct seen seen = { 0 };

	ok(ac_state_watch(entry, see_change, &seen) == 0, "a watcher");
	ac_state_put(other, text("w"), text("not mine"), 10, 0);
	ok(seen.count == 0, "is not told of others' keys");
	ac_state_put(entry, text("w"), text("new"), 10, 0);
	ok(seen.count == 1 && strcmp(seen.text, "new") == 0,
	    "is told of its own");
	ac_state_drop(entry->ac->state, entry);
	ac_state_put(entry, text("w"), text("newer"), 10, 0);
	ok(seen.count == 1, "and of nothing when its entry is gone");
}

static const struct path_row {
	const char *name, *folder, *file, *path;
} path_rows[] = {
	{ "a file", "/var/lib/x", "jwks-1.json", "/var/lib/x/jwks-1.json" },
	{ "no folder", NULL, "a", NULL },
	{ "a folder without a name", "", "a", NULL },
	{ "no name", "/x", "", NULL },
	{ "a name that leads out", "/x", "../a", NULL },
	{ "a path", "/x", "a/b", NULL },
	{ "a hidden file", "/x", ".a", NULL },
	{ "capitals", "/x", "A", NULL },
	{ "a space", "/x", "a b", NULL },
	{ "a path as long as there is room", "/x",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aa",
	    "/x/aaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "one byte more", "/x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
};

/* Where a file of an entry is kept. */
static void
test_paths(void)
{
	char path[32], name[130];
	struct authchain ac = { .settings = { .state_dir = "" } };
	struct authchain_entry entry = { .ac = &ac };
	const struct authchain_host *host = ac_service_host();
	char wide[256];

	for (size_t i = 0; i < sizeof(path_rows) / sizeof(path_rows[0]); i++) {
		const struct path_row *row = &path_rows[i];
		int r;

		ac.settings.state_dir = row->folder;
		r = host->state_path(&entry, row->file, path, sizeof(path));
		ok(row->path == NULL ? r == -1 && path[0] == '\0'
				     : r == 0 && strcmp(path, row->path) == 0,
		    row->name);
	}
	ac.settings.state_dir = "/x";
	memset(name, 'a', sizeof(name));
	name[128] = '\0';
	ok(host->state_path(&entry, name, wide, sizeof(wide)) == 0,
	    "a name of 128 bytes");
	name[128] = 'a';
	name[129] = '\0';
	ok(host->state_path(&entry, name, wide, sizeof(wide)) == -1,
	    "a name of 129 bytes");
}

int
main(void)
{
	struct authchain ac = { .state = ac_state_new() };
	struct authchain_entry a = { .ac = &ac, .name = one, .chain = chain };
	struct authchain_entry b = { .ac = &ac, .name = two, .chain = chain };

	ok(ac.state != NULL, "a store");
	test_rate(&a, &b);
	test_rates(&a);
	test_retry(&a);
	test_other_rates(&a);
	test_bad_rates(&a);
	test_keys(&a, &b);
	test_bounds(&a);
	test_watch(&a, &b);
	test_full(&a);
	test_paths();
	ac_state_free(&ac.state);
	return done();
}
