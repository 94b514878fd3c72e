/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request on its way through a chain, and the decision that it becomes.
 * Owned by one thread at a time: the one that runs the loop, or, while the
 * loop waits, the one that resumed the ticket.
 */
#ifndef AC_ENGINE_CALL_H
#define AC_ENGINE_CALL_H

#include "engine/arena.h"
#include "engine/cache.h"

#define AC_CALL_MAX_TOKEN      (16u << 10)
#define AC_CALL_MAX_DETAIL     1000 /* bytes of a reason's detail */
#define AC_CALL_MAX_SCOPES     256
#define AC_CALL_MAX_ATTRIBUTES 64
#define AC_CALL_MAX_PARAMETERS 16
#define AC_CALL_MAX_SUBJECT    255
#define AC_CALL_MAX_TEXT       2048 /* issuer, client, attribute, parameter */
#define AC_CALL_MAX_NONCE      128
#define AC_CALL_MAX_TRACE      (2 * AC_CHAIN_MAX_STEPS + 8)

struct ac_jws;

/* A decision and the memory that its strings stand in. */
struct ac_result {
	struct authchain_decision is; /* first: what the host program holds */
	struct ac_lanes *lanes;
	uint32_t near; /* the lane that it came from */
	struct ac_arena arena;
	struct ac_jws *jws;
	struct json_t *adopted; /* tree of adopt_json */
};

/* What the running step has said so far. */
struct ac_said {
	uint32_t reason;
	const char *detail;
	uint32_t retry_after_s;
	uint32_t remember_s; /* 0: not at all */
	bool cached;
	bool untimed; /* no plugin was asked, or none but for a claim */
	bool
	    subject_set; /* in this very step: see authchain_plugin(3), ACCEPT */
};

struct authchain_call {
	struct authchain *ac;
	struct ac_generation *generation; /* counted */
	const struct ac_chain *chain;
	struct ac_result *result;
	struct authchain_request given; /* borrows from the host program */
	const struct authchain_request *request; /* that, or a deep copy */
	struct ac_arena scratch;     /* what the decision does not show */
	struct authchain_span token; /* our copy, a NUL behind it */
	uint64_t started_us;
	uint64_t now_us;     /* when the clock was last looked at */
	int64_t deadline_ms; /* monotonic */

	/* where it is */
	size_t at;
	bool clock_stale; /* something has been done since now_us */
	bool admitted, identified, decided, gave_up;
	enum authchain_stage stage;
	struct authchain_entry
	    *entry; /* whose callback runs or is waited for */
	struct authchain_ticket *ticket;
	uint64_t step_started_us;
	struct ac_said said;

	/* what is remembered of the token, or will be */
	bool token_checked, looked, cached, passed_over;
	uint32_t passed_s; /* what those allow that passed it over */
	uint64_t stamp, chain_stamp;
	struct ac_cache_key key;

	/* the token as a JWS */
	uint32_t peek_reason;
	bool peeked;
	bool anonymous;
	bool dpop;          /* it came with the scheme DPoP */
	bool bound;         /* what was adopted has cnf */
	uint32_t confirmed; /* bits, see bound.c */
	const char *nonce;  /* for the client's next proof; NULL: none */
	bool own_claims;    /* what was adopted is the token's payload */
	bool claim_lost;    /* the step asked for one in vain */
	const char *peek_detail;
	const struct authchain_peek *peek;

	/* what is being decided */
	const struct authchain_entry *provider; /* who judged, or NULL */
	struct authchain_span subject, issuer, client_id;
	int64_t expires_s;
	struct authchain_span claims; /* JSON text that was adopted */
	const struct json_t *tree;    /* its tree, if not the token's payload */
	struct ac_scopes scopes, needed;
	struct authchain_pair *attributes;
	size_t attribute_count;
	struct authchain_pair *parameters; /* of the challenge */
	size_t parameter_count;
	struct authchain_step *trace;
	size_t trace_count, trace_room;
	uint32_t verdict, reason, retry_after_s;
	const char *detail;
	struct authchain_summary summary;

	/* who waits: a thread (done NULL), or a callback */
	void (*done)(void *arg, struct authchain_decision *decision);
	void *done_arg;
	struct authchain_call *next_ready;
	struct authchain_call *next_waiting, **waiting_at; /* runtime's list */
	uint64_t expiry; /* timer of the wait */
};

/* In the block, from a lane, zeroed so far; NULL when that is. */
struct ac_result *ac_result_new(struct ac_lanes *lanes, void *block);
/* Frees what is not in its arena. */
void ac_result_drop_claims(struct ac_result *result);

/* Memory of that lane for ac_call_new; NULL where there is none. */
void ac_call_blocks(struct ac_lanes *lanes, struct ac_lane *lane,
    void *blocks[2]);
/*
 * In the blocks, from ac_call_blocks; NULL when one is.  What is taken, blocks
 * and generation's reference, is taken either way.
 */
struct authchain_call *ac_call_new(struct ac_generation **generation,
    void *const blocks[2], const struct ac_chain *chain,
    const struct authchain_request *request);
/* Frees the call and, unless it was taken, its result. */
void ac_call_free(struct authchain_call **call);
/*
 * The same call up to the step that is about to run: for going on when a
 * blocking plugin keeps the first.  What was found out about the token is in
 * it, copied, so that it is as much to be judged as the first.  Before another
 * thread has that one.  NULL: out of memory.
 */
struct authchain_call *ac_call_heir(const struct authchain_call *call);
/* Let the request outlive the host program's; -1 when out of memory. */
int ac_call_own_request(struct authchain_call *call);

/* Read the credential (RFC 6750 2.1, RFC 9110 11.4), which may decide the
 * call. */
void ac_call_admit(struct authchain_call *call);
/* The token of a request that has one and no second credential; else data is
 * NULL.  A view. */
struct authchain_span ac_credential_bearer(
    const struct authchain_request *request);
/* May it be a token (RFC 6750 2.1)?  Else the call is decided.  Left to who
 * asks by ac_call_admit where a cache is looked at before any plugin: what was
 * remembered was asked before. */
bool ac_call_check_token(struct authchain_call *call);

/* Of the token: "Bearer", also of a bare one, or "DPoP"; no value without. */
struct authchain_span ac_call_scheme(const struct authchain_call *call);

/* The token as a JWS at first need; NULL when it is none. */
const struct authchain_peek *ac_call_peek(struct authchain_call *call);

/* What was said of an identity before verify, by a claim or by a provider that
 * was passed over, is not part of the one to come. */
void ac_call_forget_identity(struct authchain_call *call);

/* Scopes: add once, in order; -1 when out of memory or bounds. */
int ac_call_add_scope(struct authchain_call *call, struct ac_scopes *list,
    struct authchain_span scope);
/* The words of a claim to the call's own, once each; what is no scope, and what
 * is too much, is left out: that only takes rights away.  -1 when out of
 * memory. */
int ac_call_add_scopes(struct authchain_call *call,
    struct authchain_span words);
bool ac_call_has_scope(const struct ac_scopes *list,
    struct authchain_span scope);
/* "a b c" in the decision's memory; "" when there are none. */
const char *ac_call_join(struct authchain_call *call,
    const struct ac_scopes *list);

/* Bring now_us up to date. */
void ac_call_look_at_clock(struct authchain_call *call);
/* Room for one more step; NULL: out of memory, or of bounds. */
struct authchain_step *ac_call_next_step(struct authchain_call *call);
/* One line of the trace: what the step that just ended has said. */
void ac_call_trace(struct authchain_call *call, const char *outcome);

/* Settle the answer; the first one stands. */
void ac_call_decide(struct authchain_call *call, uint32_t verdict,
    uint32_t reason, const char *detail);
/* The answer is no: by the reason's row in the decision table, with what the
 * step has said, and a line of the trace. */
void ac_call_refuse(struct authchain_call *call, uint32_t reason,
    const char *outcome);
/* The stages are through and nobody has accepted. */
void ac_call_unidentified(struct authchain_call *call);
/* Refuses a token that is bound to a key unless all its bonds are confirmed,
 * and one that is not and came as if it were. */
void ac_call_check_bonds(struct authchain_call *call);
/* Are those held that the configuration requires? */
bool ac_call_holds_required(const struct authchain_call *call);
/* Refuses unless every scope needed, by configuration or plugin, is held. */
void ac_call_check_scopes(struct authchain_call *call);

/* What the step says; detail is formatted, cut, and token bytes in it are
 * blanked. */
void ac_call_say(struct authchain_call *call, uint32_t reason,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
void ac_call_vsay(struct authchain_call *call, uint32_t reason,
    const char *format, va_list ap) AUTHCHAIN_PRINTF(3, 0);
/* The detail alone, of texts of our own, which are joined as they are. */
void ac_call_say_own(struct authchain_call *call,
    const struct authchain_span *parts, size_t count);
/* Blank each piece of the token of eight bytes or more in text. */
void ac_call_blank(const struct authchain_call *call, char *text);

/* The call whose callback runs on this thread, or NULL; set returns the one
 * before. */
struct authchain_call *ac_call_current(void);
struct authchain_call *ac_call_set_current(struct authchain_call *call);

/*
 * Run challenge and audit, and make the decision.  The caller's; NULL when out
 * of memory.  The call is only to be freed after it.
 */
struct authchain_decision *ac_call_finish(struct authchain_call *call);

#endif
