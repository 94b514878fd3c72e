/* SPDX-License-Identifier: BSD-2-Clause */
/* The breaker: when it opens, for how long, and who may try. */
#include "breaker.h"

#include "tap.h"

#define AFTER 3
#define PAUSE INT64_C(1000)

static struct breaker
fresh(unsigned int after)
{
	return (struct breaker){ .after = after, .pause_ms = PAUSE };
}

static bool
is_waiting(struct breaker *breaker, int64_t now_ms, int64_t wait_ms)
{
	int64_t is;

	return breaker_ask(breaker, now_ms, &is) == BREAKER_WAIT &&
	       is == wait_ms;
}

static bool
asks(struct breaker *breaker, int64_t now_ms, enum breaker_word wanted)
{
	int64_t wait_ms;

	return breaker_ask(breaker, now_ms, &wait_ms) == wanted && wait_ms == 0;
}

/* Open since 0, with no jitter. */
static struct breaker
opened(void)
{
	struct breaker breaker = fresh(1);

	(void)breaker_failed(&breaker, false, 0, 0);
	return breaker;
}

static void
test_opening(void)
{
	struct breaker breaker = fresh(AFTER);

	ok(asks(&breaker, 0, BREAKER_ASK), "a new one is closed");
	ok(!breaker_failed(&breaker, false, 0, 0) &&
		!breaker_failed(&breaker, false, 0, 0) &&
		asks(&breaker, 0, BREAKER_ASK),
	    "one failure less than the bound: closed");
	breaker_answered(&breaker);
	ok(!breaker_failed(&breaker, false, 0, 0) &&
		!breaker_failed(&breaker, false, 0, 0),
	    "an answer between them: the count begins anew");
	ok(breaker_failed(&breaker, false, 0, 0) &&
		is_waiting(&breaker, 0, PAUSE),
	    "the bound: open");
	breaker = fresh(AFTER);
	for (int64_t i = 0; i < 100; i++)
		(void)breaker_failed(&breaker, false,
		    i * (BREAKER_WINDOW_MS + 1), 0);
	ok(breaker.pauses == 0, "failures further apart are not in a row");
	breaker = fresh(AFTER);
	for (int64_t i = 0; i < AFTER; i++)
		(void)breaker_failed(&breaker, false, i * BREAKER_WINDOW_MS, 0);
	ok(breaker.pauses == 1, "failures just within the window are");
	breaker = fresh(0);
	for (int i = 0; i < 1000; i++)
		(void)breaker_failed(&breaker, false, 0, 0);
	ok(asks(&breaker, 0, BREAKER_ASK), "0: it never opens");
}

static void
test_half_open(void)
{
	struct breaker breaker = opened();

	ok(is_waiting(&breaker, 1, PAUSE - 1) &&
		is_waiting(&breaker, PAUSE - 1, 1),
	    "open: for the pause nobody asks");
	ok(asks(&breaker, PAUSE, BREAKER_PROBE), "then one tries");
	ok(is_waiting(&breaker, PAUSE, PAUSE) &&
		is_waiting(&breaker, PAUSE * 1000, PAUSE),
	    "and no other, however long that takes");
	ok(!breaker_failed(&breaker, false, PAUSE, 0) &&
		is_waiting(&breaker, PAUSE, PAUSE),
	    "the failure of one that was sent before changes nothing");
	ok(breaker_failed(&breaker, true, PAUSE, 0) &&
		is_waiting(&breaker, PAUSE, 2 * PAUSE),
	    "it fails: twice the pause");
	ok(asks(&breaker, 3 * PAUSE, BREAKER_PROBE), "then one tries again");
	breaker_unsent(&breaker, true);
	ok(asks(&breaker, 3 * PAUSE, BREAKER_PROBE),
	    "it was never sent: the next one tries");
	breaker_unsent(&breaker, false);
	ok(is_waiting(&breaker, 3 * PAUSE, PAUSE),
	    "another that was not sent is none of its business");
	breaker_answered(&breaker);
	ok(asks(&breaker, 3 * PAUSE, BREAKER_ASK), "an answer closes it");
	ok(breaker_failed(&breaker, false, 4 * PAUSE, 0) &&
		is_waiting(&breaker, 4 * PAUSE, PAUSE),
	    "and the next pause is the first one");
	breaker = opened();
	breaker_answered(&breaker);
	ok(asks(&breaker, 1, BREAKER_ASK),
	    "an answer to one that was sent before closes it too");
}

static void
test_pauses(void)
{
	static const int64_t times[] = { 1, 2, 4, 8, 16, 16, 16 };
	struct breaker breaker = fresh(1);
	int64_t now_ms = 0;
	bool right = true;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t wait_ms;

		(void)breaker_failed(&breaker, i > 0, now_ms, 0);
		right = right && is_waiting(&breaker, now_ms, times[i] * PAUSE);
		now_ms += times[i] * PAUSE;
		right = right && breaker_ask(&breaker, now_ms, &wait_ms) ==
				     BREAKER_PROBE;
	}
	ok(right, "pauses double up to sixteen times the first");
	breaker = fresh(1);
	(void)breaker_failed(&breaker, false, 0, 255);
	ok(is_waiting(&breaker, 0, PAUSE + PAUSE / 4),
	    "jitter adds a quarter at most");
	breaker = fresh(1);
	(void)breaker_failed(&breaker, false, 0, 128);
	ok(breaker.until_ms > PAUSE && breaker.until_ms < PAUSE + PAUSE / 4,
	    "and anything below");
}

int
main(void)
{
	test_opening();
	test_half_open();
	test_pauses();
	return done();
}
