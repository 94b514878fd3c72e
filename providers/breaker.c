/* SPDX-License-Identifier: BSD-2-Clause */
/* A circuit breaker: closed, open for a pause, half open for one request. */
#include "breaker.h"

enum breaker_word
breaker_ask(struct breaker *breaker, int64_t now_ms, int64_t *wait_ms)
{
	*wait_ms = 0;
	if (breaker->pauses == 0)
		return BREAKER_ASK;
	if (now_ms < breaker->until_ms || breaker->probing) {
		*wait_ms = now_ms < breaker->until_ms
			       ? breaker->until_ms - now_ms
			       : breaker->pause_ms;
		return BREAKER_WAIT;
	}
	breaker->probing = true;
	return BREAKER_PROBE;
}

void
breaker_answered(struct breaker *breaker)
{
	breaker->failures = 0;
	breaker->pauses = 0;
	breaker->probing = false;
}

static void
open_for_a_pause(struct breaker *breaker, int64_t now_ms, unsigned char jitter)
{
	unsigned int doubled = breaker->pauses < BREAKER_MAX_DOUBLED
				   ? breaker->pauses
				   : BREAKER_MAX_DOUBLED;
	int64_t pause_ms = breaker->pause_ms << doubled;

	breaker->pauses++;
	breaker->probing = false;
	breaker->until_ms = now_ms + pause_ms + pause_ms / 4 * jitter / 255;
}

bool
breaker_failed(struct breaker *breaker, bool probe, int64_t now_ms,
    unsigned char jitter)
{
	/* sent before it opened: the probe's word counts, and no other */
	if (breaker->pauses > 0 && !probe)
		return false;
	if (breaker->failures > 0 &&
	    now_ms - breaker->failed_ms > BREAKER_WINDOW_MS)
		breaker->failures = 0;
	breaker->failed_ms = now_ms;
	breaker->failures += breaker->failures < UINT32_MAX;
	if (!probe &&
	    (breaker->after == 0 || breaker->failures < breaker->after))
		return false;
	open_for_a_pause(breaker, now_ms, jitter);
	return true;
}

void
breaker_unsent(struct breaker *breaker, bool probe)
{
	if (probe)
		breaker->probing = false;
}
