/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Something remote that is asked for in the background, again and again: ahead
 * of its expiry, with growing pauses after failures, one round at a time, and
 * sooner when someone who needs it asks (at most once per cool-down).  A round
 * is one request, or several where the place must be discovered first.
 *
 * Callbacks run on the host's I/O thread; only a round that the host refuses
 * at once ends on the thread that began it.
 */
#ifndef AC_KEYS_POLL_H
#define AC_KEYS_POLL_H

#include "base/error.h"

#define AC_POLL_MIN_FRESH_S INT64_C(60)
#define AC_POLL_MAX_FRESH_S INT64_C(86400)
#define AC_POLL_FRESH_S     INT64_C(900) /* when the answer does not say */
#define AC_POLL_RETRY_S     INT64_C(5)   /* after a failure; doubled, up to */
#define AC_POLL_RETRY_MAX_S INT64_C(60)
#define AC_POLL_MAX_STEPS   8 /* requests of one round */
#define AC_POLL_MAX_WAITERS 1024
#define AC_POLL_ERROR_BYTES 768
#define AC_POLL_NEVER       INT64_MIN

struct ac_poll;

enum ac_poll_step {
	AC_POLL_DONE,  /* this is what was wanted */
	AC_POLL_NEXT,  /* go on with the next URL */
	AC_POLL_FAILED /* the round has failed; *err says why */
};

/* What is polled.  The strings are borrowed. */
struct ac_poll_client {
	const char *what;    /* "key set of https://a.example", for the log */
	const char *counter; /* metrics: COUNTER_ok_total, _failed_total */
	/* The next URL of a round, to be freed; NULL: there is none (left). */
	char *(*url)(void *arg, bool first);
	/* Judge the answer from url.  On NEXT *err may say why not this one. */
	enum ac_poll_step (*take)(void *arg, const char *url,
	    const struct authchain_answer *answer, struct authchain_error *err);
	/* It is as it was (304); or NULL. */
	void (*same)(void *arg);
	void *arg;
};

struct ac_poll_rules {
	uint32_t fetch_flags; /* AUTHCHAIN_FETCH_ */
	uint64_t max_bytes;
	int64_t cooldown_ms;
	int64_t max_fresh_ms; /* ask again at least so often */
};

struct ac_poll *ac_poll_new(const struct authchain_host *host,
    struct authchain_entry *entry, const struct ac_poll_client *client,
    const struct ac_poll_rules *rules, struct authchain_error *err);
/* The first round; further calls do nothing. */
void ac_poll_start(struct ac_poll *poll);
/* Wakes whoever waits.  A request still under way is ended by the host; its
 * answer reaches the client no more. */
void ac_poll_free(struct ac_poll **poll);

enum ac_poll_ask {
	AC_POLL_BEGUN,  /* a round has begun: ac_poll_wait */
	AC_POLL_JOINED, /* one was under way: ac_poll_wait; what it finds may
			   be older than the question */
	AC_POLL_FRESH,  /* asked lately, and it answers */
	AC_POLL_DOWN,   /* asked lately, and it does not answer */
	AC_POLL_BUSY    /* a round is under way and too many wait for it */
};

/* Ask for a round out of turn; without `begin' only join one. */
enum ac_poll_ask ac_poll_ask(struct ac_poll *poll, bool begin);

/*
 * Be woken once, by wake(arg), when the round under way has ended, or after
 * limit_ms (0: no limit), or soon when there is no round; never before this
 * returns, unless by another thread.  -1: out of memory, wake is not called.
 */
int ac_poll_wait(struct ac_poll *poll, uint64_t limit_ms,
    void (*wake)(void *arg), void *arg);

/* Host's monotonic time of the last success, or AC_POLL_NEVER. */
int64_t ac_poll_ok_ms(const struct ac_poll *poll);
/* Count a copy from elsewhere as a success of that time. */
void ac_poll_set_ok_ms(struct ac_poll *poll, int64_t ok_ms);

struct ac_poll_state {
	int64_t ok_ms;         /* last success, or AC_POLL_NEVER */
	int64_t failed_ms;     /* last failure, or AC_POLL_NEVER */
	int64_t next_ms;       /* the next round is due */
	unsigned int failures; /* since the last success */
	uint64_t rounds;       /* that have ended */
	bool running;
	char error[AC_POLL_ERROR_BYTES]; /* of the last failure */
};
void ac_poll_read(struct ac_poll *poll, struct ac_poll_state *state);

/* Is it an answer with status 200?  If not *err says what it is. */
bool ac_poll_answered(const struct authchain_answer *answer,
    struct authchain_error *err);

#endif
