/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Leaves alone what has failed several times in a row, then lets one request
 * at a time try whether it is well again.  No lock and no clock of its own.
 */
#ifndef PROVIDERS_BREAKER_H
#define PROVIDERS_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#define BREAKER_WINDOW_MS   INT64_C(60000) /* failures further apart: no row */
#define BREAKER_MAX_DOUBLED 4              /* pauses: 1, 2, 4, 8, 16 times */

struct breaker {
	/* configured */
	unsigned int after; /* failures in a row; 0: never opens */
	int64_t pause_ms;   /* the first pause */
	/* its own; zeroed at first */
	unsigned int failures; /* in a row */
	unsigned int pauses;   /* in a row; 0: closed */
	int64_t failed_ms;     /* the last failure */
	int64_t until_ms;      /* of the pause */
	bool probing;          /* one request tries */
};

enum breaker_word {
	BREAKER_ASK,   /* closed */
	BREAKER_PROBE, /* be the one that tries: an end must be told */
	BREAKER_WAIT   /* not now; *wait_ms says how long at least */
};

enum breaker_word breaker_ask(struct breaker *breaker, int64_t now_ms,
    int64_t *wait_ms);

/* How a request ended; probe: its word was PROBE. */
void breaker_answered(struct breaker *breaker);
/* jitter: 0 to 255, how much of a quarter is added to the pause.  true: it has
 * just opened (again). */
bool breaker_failed(struct breaker *breaker, bool probe, int64_t now_ms,
    unsigned char jitter);
/* It was never sent, so nothing is known. */
void breaker_unsent(struct breaker *breaker, bool probe);

#endif
