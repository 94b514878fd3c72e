/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authchain plugin ABI, version 1: everything a plugin needs, and all of it.
 *
 * A plugin is a shared object that exports one data symbol,
 * authchain_module_v1.  It links nothing of authchain: whatever it needs from
 * its host it calls through struct authchain_host.
 *
 * Rules, in full in authchain_plugin(3):
 *  - Growth.  Within a major version structs grow at their end only, and every
 *    struct that may grow begins with its size.  A side that is older reads
 *    the part it knows; a side that is newer checks the size first
 *    (AUTHCHAIN_HAS).
 *  - Memory.  What the host hands out lives for the callback, options for the
 *    instance.  What a plugin hands in is copied before the service returns.
 *    Nobody frees the other side's memory.
 *  - Threads.  create, start and destroy are serialised.  Every other callback
 *    may run concurrently on one instance unless AUTHCHAIN_PLUGIN_SERIAL asks
 *    the host for a lock.
 *  - Fork.  create runs before fork: parse, read files; no threads and no
 *    network.  start runs in the process that serves.
 *  - Secrets.  Token bytes never go into a log line, a reason or a claim.
 */
#ifndef AUTHCHAIN_PLUGIN_H
#define AUTHCHAIN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AUTHCHAIN_ABI_MAJOR 1u
#define AUTHCHAIN_ABI_MINOR 0u

/* "ACHN": the first four bytes of every module descriptor. */
#define AUTHCHAIN_MODULE_MAGIC UINT32_C(0x4e484341)

#if defined(__GNUC__)
#define AUTHCHAIN_PRINTF(text_at, first_at)                                    \
	__attribute__((__format__(__printf__, text_at, first_at)))
#define AUTHCHAIN_EXPORT __attribute__((__visibility__("default")))
#else
#define AUTHCHAIN_PRINTF(text_at, first_at)
#define AUTHCHAIN_EXPORT
#endif

/* Does the struct at pointer, as its maker sized it, reach as far as member? */
#define AUTHCHAIN_HAS(pointer, member)                                         \
	((size_t)(pointer)->size >=                                            \
	    (size_t)((const char *)&(pointer)->member -                        \
		     (const char *)(pointer)) +                                \
		sizeof((pointer)->member))

/*
 * Bytes with a length; borrowed, never owned.  data is NULL when there is no
 * value at all.  Where the host hands one out as text a NUL follows it, and
 * there is none inside.
 */
struct authchain_span {
	const char *data;
	size_t len;
};

/*
 * What a callback says.  The values are sparse and far apart so that neither
 * zeroed memory, nor `true', nor a flipped bit can ever mean yes.  A value
 * that is not listed, or not one of the callback's own, is a plugin fault.
 *   claim                  MINE, NOT_MINE
 *   verify                 ACCEPT, REJECT, UNAVAILABLE, PENDING
 *   guard, map, authorize  ALLOW, DENY, UNAVAILABLE, PENDING
 */
enum authchain_outcome {
	AUTHCHAIN_MINE = 0x782407fc,
	AUTHCHAIN_NOT_MINE = 0x436e141e,
	AUTHCHAIN_ACCEPT = 0x165b48b6,
	AUTHCHAIN_REJECT = 0x2c9ca152,
	AUTHCHAIN_ALLOW = 0x0a84dd85,
	AUTHCHAIN_DENY = 0x2b33858a,
	AUTHCHAIN_UNAVAILABLE = 0x0970de3b,
	AUTHCHAIN_PENDING = 0x1720b3c4
};

/*
 * Why.  Each has a stable name (authchain_reason_name) that stands in the
 * trace, the log, the audit line and the metric label.  New ones are appended.
 */
enum authchain_reason {
	AUTHCHAIN_REASON_NONE = 0,
	/* the credential as such */
	AUTHCHAIN_REASON_NO_CREDENTIALS = 1,
	AUTHCHAIN_REASON_MALFORMED_CREDENTIALS = 2,
	AUTHCHAIN_REASON_AMBIGUOUS_CREDENTIALS = 3,
	AUTHCHAIN_REASON_UNCLAIMED = 4,
	/* the token's form, key and signature */
	AUTHCHAIN_REASON_MALFORMED_TOKEN = 5,
	AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED = 6,
	AUTHCHAIN_REASON_CRITICAL_HEADER = 7,
	AUTHCHAIN_REASON_WRONG_TYPE = 8,
	AUTHCHAIN_REASON_UNKNOWN_KID = 9,
	AUTHCHAIN_REASON_UNUSABLE_KEY = 10,
	AUTHCHAIN_REASON_BAD_SIGNATURE = 11,
	AUTHCHAIN_REASON_BAD_SECRET = 12,
	/* what it says */
	AUTHCHAIN_REASON_EXPIRED = 13,
	AUTHCHAIN_REASON_NOT_YET_VALID = 14,
	AUTHCHAIN_REASON_ISSUED_IN_FUTURE = 15,
	AUTHCHAIN_REASON_TOO_OLD = 16,
	AUTHCHAIN_REASON_WRONG_ISSUER = 17,
	AUTHCHAIN_REASON_WRONG_AUDIENCE = 18,
	AUTHCHAIN_REASON_MISSING_CLAIM = 19,
	AUTHCHAIN_REASON_BAD_CLAIM = 20,
	AUTHCHAIN_REASON_BAD_SUBJECT = 21,
	AUTHCHAIN_REASON_BOUND_TOKEN = 22,
	AUTHCHAIN_REASON_INACTIVE = 23,
	AUTHCHAIN_REASON_UNKNOWN_TOKEN = 24,
	AUTHCHAIN_REASON_REVOKED = 25,
	AUTHCHAIN_REASON_LOGIN_REQUIRED = 26,
	/* what may be done with it */
	AUTHCHAIN_REASON_INSUFFICIENT_SCOPE = 27,
	AUTHCHAIN_REASON_FORBIDDEN = 28,
	AUTHCHAIN_REASON_NOT_FOUND = 29,
	AUTHCHAIN_REASON_RATE_LIMITED = 30,
	/* nobody could judge: the caller's token is not to blame */
	AUTHCHAIN_REASON_KEYS_UNAVAILABLE = 31,
	AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE = 32,
	AUTHCHAIN_REASON_BUSY = 33,
	AUTHCHAIN_REASON_DEADLINE = 34,
	AUTHCHAIN_REASON_OUT_OF_MEMORY = 35,
	/* ours to mend */
	AUTHCHAIN_REASON_PLUGIN_FAULT = 36,
	AUTHCHAIN_REASON_BAD_REQUEST = 37,
	/* a provider said no and not why */
	AUTHCHAIN_REASON_REJECTED = 38,
	/* the host program's to mend */
	AUTHCHAIN_REASON_NO_SUCH_CHAIN = 39,
	/* the proof that came with a bound token */
	AUTHCHAIN_REASON_INVALID_PROOF = 40,
	AUTHCHAIN_REASON_PROOF_NONCE = 41
};

/* The whole answer, in one word. */
enum authchain_verdict {
	AUTHCHAIN_VERDICT_FAULT = 0, /* 500: a plugin broke the contract */
	AUTHCHAIN_VERDICT_ALLOW = 0x35c69ba3,
	AUTHCHAIN_VERDICT_DENY = 0x5a396c4e,
	AUTHCHAIN_VERDICT_UNAVAILABLE = 0x0f93d0b6 /* 503: ask again later */
};

enum authchain_stage {
	AUTHCHAIN_STAGE_CREDENTIAL = 0, /* the engine reads the header */
	AUTHCHAIN_STAGE_GUARD = 1,
	AUTHCHAIN_STAGE_IDENTITY = 2,
	AUTHCHAIN_STAGE_MAP = 3,
	AUTHCHAIN_STAGE_AUTHORIZE = 4,
	AUTHCHAIN_STAGE_CHALLENGE = 5,
	AUTHCHAIN_STAGE_AUDIT = 6
};

enum authchain_log_level {
	AUTHCHAIN_LOG_ERROR = 3, /* the numbers are syslog's */
	AUTHCHAIN_LOG_WARNING = 4,
	AUTHCHAIN_LOG_NOTICE = 5,
	AUTHCHAIN_LOG_INFO = 6,
	AUTHCHAIN_LOG_DEBUG = 7
};

/* ---- options ---------------------------------------------------------- */

enum authchain_option_type {
	AUTHCHAIN_OPTION_STRING = 1,
	AUTHCHAIN_OPTION_INTEGER = 2,
	AUTHCHAIN_OPTION_BOOL = 3,     /* yes or no */
	AUTHCHAIN_OPTION_DURATION = 4, /* 250ms 30s 5m 24h 7d; ms in the ABI */
	AUTHCHAIN_OPTION_SIZE = 5,     /* 512 64K 1M; bytes in the ABI */
	AUTHCHAIN_OPTION_ENUM = 6,     /* one of choices */
	AUTHCHAIN_OPTION_LIST = 7,   /* strings; of choices if there are any */
	AUTHCHAIN_OPTION_URL = 8,    /* absolute, http or https */
	AUTHCHAIN_OPTION_PATH = 9,   /* absolute */
	AUTHCHAIN_OPTION_SECRET = 10 /* @NAME of a [secret NAME] section */
};

#define AUTHCHAIN_OPTION_REQUIRED    0x1u
#define AUTHCHAIN_OPTION_NOT_EMPTY   0x2u /* "" and an empty list refused */
#define AUTHCHAIN_OPTION_ENVIRONMENT 0x4u /* ${NAME} is expanded */

/*
 * One option of a plugin.  The host checks a configuration against these
 * before it creates anything.  fallback is spelt as in a file.  min and max
 * bound integers, durations (ms) and sizes (bytes) when they differ.
 */
struct authchain_option {
	const char *name;
	const char *help;
	const char *fallback;       /* NULL: none */
	const char *const *choices; /* NULL-terminated, or NULL */
	const char *purpose; /* SECRET: what the secret may be for, or NULL */
	uint32_t type;
	uint32_t flags;
	int64_t min;
	int64_t max;
};

/* ---- what the host shows ---------------------------------------------- */

struct authchain_entry;  /* one configured use of a plugin */
struct authchain_call;   /* one request on its way through a chain */
struct authchain_ticket; /* a call that waits for its plugin */
struct authchain_report; /* where status() writes */

enum authchain_type {
	AUTHCHAIN_TYPE_ABSENT = 0,
	AUTHCHAIN_TYPE_NULL = 1,
	AUTHCHAIN_TYPE_BOOL = 2,
	AUTHCHAIN_TYPE_INTEGER = 3,
	AUTHCHAIN_TYPE_REAL = 4,
	AUTHCHAIN_TYPE_STRING = 5,
	AUTHCHAIN_TYPE_LIST = 6,
	AUTHCHAIN_TYPE_OBJECT = 7
};

/* One JSON value. */
struct authchain_value {
	uint32_t type;
	uint32_t count;             /* LIST, OBJECT: members */
	int64_t integer;            /* INTEGER; BOOL as 0 or 1 */
	double real;                /* REAL, and INTEGER once more */
	struct authchain_span text; /* STRING, decoded */
};

/*
 * The token read as a compact JWS (RFC 7515 7.1) whose payload is a JSON
 * object, once for the whole chain.  NOTHING HERE IS VERIFIED: refuse by it,
 * never accept by it.  A claim that is absent has type ABSENT; one of another
 * JSON type than RFC 7519 4.1 gives it keeps that type, for the caller to
 * refuse.
 */
struct authchain_peek {
	size_t size;
	struct authchain_span signing_input; /* header.payload, in the token */
	struct authchain_span signature;     /* decoded bytes */
	struct authchain_span header;        /* JSON text */
	struct authchain_span payload;       /* JSON text */
	struct authchain_span alg;
	struct authchain_span kid; /* data is NULL without one */
	struct authchain_span typ; /* data is NULL without one */
	/* header members that change what a signature means */
	uint32_t critical; /* AUTHCHAIN_CRITICAL_ bits */
	uint32_t reserved;
	struct authchain_value iss, sub, aud, exp, nbf, iat, jti;
	const struct authchain_span *audiences; /* aud as a list of strings */
	size_t audience_count; /* 0 where aud is not strings alone */
};

#define AUTHCHAIN_CRITICAL_CRIT 0x1u /* RFC 7515 4.1.11 */
#define AUTHCHAIN_CRITICAL_B64  0x2u /* RFC 7797 */
#define AUTHCHAIN_CRITICAL_ZIP  0x4u
#define AUTHCHAIN_CRITICAL_ENC  0x8u

struct authchain_pair {
	struct authchain_span name;
	struct authchain_span value;
};

/* One step of the trace. */
struct authchain_step {
	size_t size;
	const char *entry;   /* "" for the engine's own steps */
	uint32_t stage;      /* enum authchain_stage */
	uint32_t reason;     /* enum authchain_reason, 0: nothing to say */
	const char *outcome; /* mine, not-mine, accept, ... fault */
	const char *detail;  /* for the operator; "" without */
	uint64_t microseconds;
	uint32_t cached; /* 1: a remembered verdict */
	uint32_t reserved;
};

/* The decision as it stands, for challenge and audit. */
struct authchain_summary {
	size_t size;
	uint32_t verdict; /* enum authchain_verdict */
	uint32_t reason;  /* enum authchain_reason */
	uint32_t status;  /* HTTP */
	uint32_t retry_after_s;
	uint64_t microseconds;
	const char *chain;
	const char *provider; /* entry that decided the identity, "" if none */
	const char *detail;
	struct authchain_span subject, issuer, client_id;
	struct authchain_span scopes;       /* held, space separated */
	struct authchain_span needed;       /* wanted, space separated */
	const struct authchain_step *trace; /* trace_count of them, */
	size_t trace_count;                 /* trace_stride bytes apart */
	size_t trace_stride;
	uint32_t cached;   /* 1: by a remembered verdict */
	uint32_t degraded; /* 1: allowed though a plugin could not judge */
	/* What the accepting provider adopted, JSON text; data NULL: none. */
	struct authchain_span claims;
};

/* ---- network ---------------------------------------------------------- */

#define AUTHCHAIN_FETCH_INSECURE_HTTP 0x1u /* http to a loopback address */
#define AUTHCHAIN_FETCH_PRIVATE       0x2u /* private, link-local addresses */

/*
 * One HTTP request.  Redirects are never followed, TLS is always verified,
 * and nothing is taken from the environment.
 */
struct authchain_fetch {
	size_t size;
	const char *url;
	const char *method; /* NULL: GET, or POST where there is a body */
	struct authchain_span body;
	const struct authchain_pair *headers;
	size_t header_count;
	uint32_t flags;
	uint32_t timeout_ms; /* whole transfer; 0: the host's 10 s */
	uint64_t max_bytes;  /* of body, after decoding; 0: the host's 1 MiB */
};

/* The answer: status 0 and an error text, or a status, headers and a body. */
struct authchain_answer {
	size_t size;
	uint32_t status;
	uint32_t header_count;
	const char *error;                    /* "" unless status is 0 */
	const struct authchain_pair *headers; /* names in lower case */
	struct authchain_span body;
};

/* ---- shared state ----------------------------------------------------- */

/*
 * A rate as GCRA counts it: burst at once, then one every period / limit, and
 * never more than limit + burst in a period.  limit and period_ms are from 1
 * to UINT32_MAX, burst 0 is 1.  The clock tells whole milliseconds: no more
 * than burst pass in one, however high the limit is.
 */
struct authchain_rate {
	size_t size;
	uint32_t limit;
	uint32_t burst;
	uint64_t period_ms;
};

struct authchain_state_answer {
	size_t size;
	uint32_t known;              /* 0: the store can't say */
	uint32_t allowed;            /* rate: 1 when the request fits */
	uint32_t degraded;           /* 1: from a local copy */
	uint32_t retry_after_ms;     /* rate: from 1 when it is not allowed */
	struct authchain_span value; /* get, watch; data NULL: no such key */
};

/* ---- the services ------------------------------------------------------ */

/*
 * What a host does for its plugins.  Constant, outlives every instance, and
 * every function may be called from any thread unless it says otherwise.
 * Services that take an entry work from create to the end of destroy; those
 * that take a call work inside a callback that was given it, or between
 * resume and complete.
 */
struct authchain_host {
	size_t size;
	uint32_t abi_major;
	uint32_t abi_minor;

	/* -- entry: what was configured; all spans live for the instance -- */

	/* Names for messages, never NULL.  resource is "" where the chain has
	 * none. */
	const char *(*entry_name)(const struct authchain_entry *entry);
	const char *(*chain_name)(const struct authchain_entry *entry);
	const char *(*resource)(const struct authchain_entry *entry);
	/* 1 when the chain names this entry in that stage, else 0. */
	int (*enrolled)(const struct authchain_entry *entry, uint32_t stage);

	/* Was it written in the configuration (a fallback does not count)? */
	int (*option_is_set)(const struct authchain_entry *entry,
	    const char *name);
	/* STRING, URL, PATH, ENUM: data NULL when unset without a fallback. */
	struct authchain_span (
	    *option_text)(const struct authchain_entry *entry,
	    const char *name);
	/* INTEGER, BOOL (0, 1), DURATION (ms), SIZE (bytes), ENUM (index). */
	int64_t (*option_number)(const struct authchain_entry *entry,
	    const char *name);
	/* LIST: length, items. */
	size_t (*option_count)(const struct authchain_entry *entry,
	    const char *name);
	struct authchain_span (
	    *option_item)(const struct authchain_entry *entry, const char *name,
	    size_t at);
	/* SECRET: values, current first; bytes, which may hold NULs; a label
	 * fit for logs ("hs256[0], 32 bytes, sha256:1f6e2a90"). */
	size_t (*secret_count)(const struct authchain_entry *entry,
	    const char *name);
	struct authchain_span (
	    *secret_value)(const struct authchain_entry *entry,
	    const char *name, size_t at);
	const char *(*secret_label)(const struct authchain_entry *entry,
	    const char *name, size_t at);
	/* Count one use, so that an old value can be known as unused. */
	void (*secret_used)(const struct authchain_entry *entry,
	    const char *name, size_t at);

	/*
	 * In create only.  fail: a configuration error at that option's place
	 * (NULL: at the entry); say all there are, then return -1.  warn: the
	 * same for what is legal and unwise.  claims_issuer, claims_prefix:
	 * claim() says MINE only to tokens of these; the host then asks nobody
	 * else's, and refuses two entries with the same.  An issuer of "" is
	 * a token without iss.
	 */
	void (*fail)(struct authchain_entry *entry, const char *option,
	    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
	void (*warn)(struct authchain_entry *entry, const char *option,
	    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
	void (*claims_issuer)(struct authchain_entry *entry,
	    struct authchain_span issuer);
	void (*claims_prefix)(struct authchain_entry *entry,
	    struct authchain_span prefix);

	/* -- entry: work -- */

	void (*log)(struct authchain_entry *entry, uint32_t level,
	    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
	/*
	 * Publish, or replace, a document under a well-known path that begins
	 * with "/".  0, or -1 when the path is not well-formed, when another
	 * entry of the chain has it, or out of memory.
	 */
	int (*publish)(struct authchain_entry *entry, const char *path,
	    const char *content_type, struct authchain_span body);
	/*
	 * Start a request; done is called exactly once, on the host's I/O
	 * thread, never before fetch returns, and must not block.  0, or -1
	 * when it was refused at once (URL, memory, not started): then done
	 * is not called.  At destroy what is under way ends with status 0.
	 */
	int (*fetch)(struct authchain_entry *entry,
	    const struct authchain_fetch *request,
	    void (*done)(void *arg, const struct authchain_answer *answer),
	    void *arg);
	/*
	 * Call fire once, on the I/O thread, after delay_ms.  An id, or 0 when
	 * out of memory.  A timer left at destroy never fires.  cancel: 1 when
	 * it will not fire, 0 when it has, or is about to.
	 */
	uint64_t (*timer)(struct authchain_entry *entry, uint64_t delay_ms,
	    void (*fire)(void *arg), void *arg);
	int (*timer_cancel)(struct authchain_entry *entry, uint64_t id);
	/*
	 * One object for all instances that ask for the same name, of any
	 * chain, across reloads: make is called for the first (its entry is
	 * the object's own: log, fetch, timer, metrics work on it), drop after
	 * the last entry that shares it is destroyed.  Returns the object, or
	 * NULL when make did.  Only in create.  The name is shared with other
	 * plugins: begin it with the plugin's own.
	 */
	void *(*share)(struct authchain_entry *entry, const char *name,
	    void *(*make)(struct authchain_entry *own, void *arg),
	    void (*drop)(void *object), void *arg);
	/*
	 * What was remembered of this entry counts no more: call it when what
	 * verify answers by has changed (keys, a secret, a revocation), after
	 * the change is in place.  A verify that began before it is not
	 * remembered.  On the own entry of a shared object: for all entries
	 * that share it.  Takes no lock.
	 */
	void (*forget)(struct authchain_entry *entry);
	/* Add to a counter; set a gauge.  Names are [a-z0-9_]+. */
	void (*metric_add)(struct authchain_entry *entry, const char *name,
	    uint64_t amount);
	void (*metric_set)(struct authchain_entry *entry, const char *name,
	    int64_t value);
	/* One line of status(). */
	void (*report)(struct authchain_report *report, const char *name,
	    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
	/* 0, or -1: then the buffer is zeroed and must not be used. */
	int (*random)(void *buffer, size_t len);
	int64_t (*wall_ms)(void);      /* since 1970 */
	int64_t (*monotonic_ms)(void); /* since some moment; for intervals */

	/*
	 * Shared state.  done is called exactly once, from this thread before
	 * the service returns or from another one later.  Keys are the
	 * entry's own.  -1: refused at once, done is not called.
	 */
	int (*state_rate)(struct authchain_entry *entry,
	    struct authchain_span key, const struct authchain_rate *rate,
	    void (*done)(void *arg, const struct authchain_state_answer *),
	    void *arg);
	int (*state_put)(struct authchain_entry *entry,
	    struct authchain_span key, struct authchain_span value,
	    uint64_t ttl_ms);
	int (*state_get)(struct authchain_entry *entry,
	    struct authchain_span key,
	    void (*done)(void *arg, const struct authchain_state_answer *),
	    void *arg);
	/* Call changed at each put of this entry's keys, until destroy. */
	int (*state_watch)(struct authchain_entry *entry,
	    void (*changed)(void *arg, struct authchain_span key,
		const struct authchain_state_answer *),
	    void *arg);
	/*
	 * Where a file of that name is kept over restarts: its path, in the
	 * host's state folder, goes to path[0..size).  All entries share that
	 * folder, so begin the name with the plugin's own; it is
	 * [a-z0-9][a-z0-9._-]*, at most 128 bytes.  0, or -1 and "" when the
	 * host keeps nothing, or the name or the path does not fit.
	 */
	int (*state_path)(const struct authchain_entry *entry, const char *name,
	    char *path, size_t size);

	/* -- call: what is asked -- */

	/* The bearer token; data NULL when there was none. */
	struct authchain_span (*token)(const struct authchain_call *call);
	/* The token as a JWS; NULL when it is not one. */
	const struct authchain_peek *(*peek)(struct authchain_call *call);
	/*
	 * A claim by JSON pointer (RFC 6901; "" is the whole object).  1 when
	 * there is one, else 0 with type ABSENT.  peek_claim reads the
	 * unverified token; claim only what a provider adopted.
	 */
	int (*peek_claim)(struct authchain_call *call, const char *pointer,
	    struct authchain_value *value);
	int (*claim)(struct authchain_call *call, const char *pointer,
	    struct authchain_value *value);
	/* method, uri, host, scheme, client-address, authorization-scheme
	 * (of the token: Bearer, DPoP), and whatever else the host program
	 * gave; data NULL: none. */
	struct authchain_span (
	    *attribute)(const struct authchain_call *call, const char *name);
	/* The at-th header of that name, case-insensitive; data NULL: none. */
	struct authchain_span (*header)(const struct authchain_call *call,
	    const char *name, size_t at);
	uint32_t (*remaining_ms)(const struct authchain_call *call);

	/* -- call: what is answered; -1 is out of memory or over a bound -- */

	/* In verify. */
	int (*set_subject)(struct authchain_call *call,
	    struct authchain_span subject);
	int (*set_anonymous)(struct authchain_call *call);
	int (*set_issuer)(struct authchain_call *call,
	    struct authchain_span issuer);
	int (*set_client_id)(struct authchain_call *call,
	    struct authchain_span client_id);
	/* No verdict outlives it; seconds since 1970. */
	int (*set_expires)(struct authchain_call *call, int64_t at_s);
	/* The peeked claims are verified: claim() sees them, and scope or
	 * scp, client_id or azp, iss and exp are taken from them. */
	int (*adopt)(struct authchain_call *call);
	/* The same for a JSON object from elsewhere (RFC 7662 2.2). */
	int (*adopt_json)(struct authchain_call *call,
	    struct authchain_span json);
	/*
	 * What verify answers this time, ACCEPT or REJECT, follows from the
	 * token and the entry's configuration alone: for max_s seconds the
	 * host may answer the same for the same token without asking, but
	 * never past what set_expires said, forget or a reload.  A REJECT
	 * stays for seconds only.  Without this, and for any other outcome,
	 * each request is asked for.  The last one before the return counts;
	 * 0 is never.  map and authorize run on what was remembered as well.
	 */
	void (*remember)(struct authchain_call *call, uint32_t max_s);
	/* In verify and map. */
	int (*add_scope)(struct authchain_call *call,
	    struct authchain_span scope);
	int (*set_attribute)(struct authchain_call *call, const char *name,
	    struct authchain_span value);
	/* In authorize: this scope is needed.  The engine compares at the end
	 * of the stage, so that one answer names all that is missing. */
	int (*need_scope)(struct authchain_call *call,
	    struct authchain_span scope);
	/* Why; the last one before the callback's return counts.  detail is
	 * for the operator, never for the client. */
	void (*reason)(struct authchain_call *call, uint32_t reason,
	    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
	void (*retry_after)(struct authchain_call *call, uint32_t seconds);
	/* In challenge: one more parameter of the Bearer challenge. */
	int (*challenge_parameter)(struct authchain_call *call,
	    const char *name, struct authchain_span value);
	/* In challenge and audit. */
	const struct authchain_summary *(*summary)(
	    const struct authchain_call *call);

	/* -- call: waiting -- */

	/*
	 * The callback will return PENDING, and this ticket says when to go
	 * on.  One reference is the caller's.  NULL when out of memory: return
	 * UNAVAILABLE then.  From the moment that another thread may resume,
	 * the callback leaves the call alone and returns PENDING.
	 */
	struct authchain_ticket *(*defer)(struct authchain_call *call);
	/*
	 * The call once more, to write its identity; NULL when the host gave
	 * up in the meantime.  After a call was returned complete must follow
	 * soon, on this thread.
	 */
	struct authchain_call *(*resume)(struct authchain_ticket *ticket);
	/* End the wait.  From any thread, at most once; without effect after
	 * the host gave up.  The reference stays the caller's. */
	void (*complete)(struct authchain_ticket *ticket, uint32_t outcome);
	void (*ticket_ref)(struct authchain_ticket *ticket);
	void (*ticket_unref)(struct authchain_ticket *ticket);

	/* -- call: who it is; in map and authorize -- */

	/* 1 when the identity has this scope, else 0. */
	int (*has_scope)(const struct authchain_call *call,
	    struct authchain_span scope);
	/* subject, issuer, client-id, or provider: the entry that accepted;
	 * data NULL: none.  An anonymous caller has none of them. */
	struct authchain_span (
	    *identity)(const struct authchain_call *call, const char *name);

	/*
	 * That value of the entry's secret decided: as secret_used, and the
	 * step's detail says which one it was, unless `reason' says more.
	 */
	void (*secret_matched)(struct authchain_call *call, const char *name,
	    size_t at);

	/*
	 * SHA-256 of the bearer token, by which an audit line can name it
	 * without holding it.  0, or -1 and zeros where there is no token.
	 */
	int (*token_digest)(struct authchain_call *call,
	    unsigned char digest[32]);

	/* -- tokens that are bound to a key (RFC 7800) -- */

	/*
	 * A token whose adopted claims have cnf lets nobody in until what it
	 * says is confirmed, which is asked for before authorize begins.
	 *
	 * takes_proof: in create only.  The chain takes tokens of the scheme
	 * DPoP (RFC 9449 7.1), which the attribute authorization-scheme tells,
	 * and its challenges name these algorithms, "ES256 EdDSA".  0, or -1
	 * when that is no such list or was said before.
	 */
	int (*takes_proof)(struct authchain_entry *entry,
	    const char *algorithms);
	/*
	 * In map: this very request was proved to be of who holds what has
	 * that SHA-256 thumbprint (base64url), in the way that a member of cnf
	 * names: "jkt", for the scheme DPoP alone (RFC 9449 6.1), or
	 * "x5t#S256" (RFC 8705 3.1).  1 when the token asks for it, else 0,
	 * and then nothing is confirmed.
	 */
	int (*confirm)(struct authchain_call *call, const char *member,
	    struct authchain_span thumbprint);
	/* In map, before a DENY: the DPoP-Nonce of the answer. */
	int (*proof_nonce)(struct authchain_call *call,
	    struct authchain_span nonce);
};

/* ---- the plugin -------------------------------------------------------- */

/* The host runs one callback of an instance at a time. */
#define AUTHCHAIN_PLUGIN_SERIAL 0x1u
/* guard, verify, map and authorize may block: the host runs them on its pool,
 * and answers UNAVAILABLE at once when that is full. */
#define AUTHCHAIN_PLUGIN_BLOCKS 0x2u

/*
 * A plugin.  All callbacks are optional but these: create with destroy, claim
 * with verify, and at least one of guard, verify, map, authorize, challenge,
 * audit.
 */
struct authchain_plugin {
	size_t size;
	const char *name;        /* [a-z0-9][a-z0-9_-]*, at most 32 bytes */
	const char *description; /* one line */
	uint32_t flags;
	uint32_t option_count;
	const struct authchain_option *options;
	size_t option_size; /* sizeof(struct authchain_option) */

	/* *self is the instance.  0, or -1 after host->fail. */
	int (*create)(const struct authchain_host *host,
	    struct authchain_entry *entry, void **self);
	/* 0, or -1 after host->log. */
	int (*start)(void *self);
	void (*destroy)(void *self);

	uint32_t (*guard)(void *self, struct authchain_call *call);
	/* Pure: same token, same answer.  No I/O, no state, no signature. */
	uint32_t (*claim)(void *self, struct authchain_call *call);
	uint32_t (*verify)(void *self, struct authchain_call *call);
	uint32_t (*map)(void *self, struct authchain_call *call);
	uint32_t (*authorize)(void *self, struct authchain_call *call);
	void (*challenge)(void *self, struct authchain_call *call);
	void (*audit)(void *self, struct authchain_call *call);
	/* The host gave up on this ticket; the plugin may stop its work. */
	void (*cancel)(void *self, struct authchain_ticket *ticket);
	void (*status)(void *self, struct authchain_report *report);
};

/* ---- the module -------------------------------------------------------- */

/* Flags in the upper half must be understood by the host, or it refuses. */
#define AUTHCHAIN_MODULE_MUST_UNDERSTAND 0xffff0000u

struct authchain_module {
	uint32_t magic; /* AUTHCHAIN_MODULE_MAGIC */
	uint32_t size;  /* sizeof(struct authchain_module) */
	uint16_t abi_major;
	uint16_t abi_minor;  /* the header it was compiled with */
	uint16_t host_minor; /* the least host minor it can work with */
	uint16_t reserved;
	uint32_t flags;
	uint32_t reserved2;
	const char *name;
	const char *version;
	const char *licence;                           /* SPDX */
	const struct authchain_plugin *const *plugins; /* NULL-terminated */
};

/*
 * The descriptor, as the last lines of a plugin's file:
 *
 *	AUTHCHAIN_MODULE("example", "1.0", "MIT", &example);
 *
 * Compiled with -DAUTHCHAIN_BUILTIN=NAME it becomes a symbol
 * authchain_builtin_NAME instead, for a host that links the plugin in.
 */
#ifdef AUTHCHAIN_BUILTIN
#define AUTHCHAIN_JOIN2(a, b) a##b
#define AUTHCHAIN_JOIN(a, b)  AUTHCHAIN_JOIN2(a, b)
#define AUTHCHAIN_MODULE_SYMBOL                                                \
	AUTHCHAIN_JOIN(authchain_builtin_, AUTHCHAIN_BUILTIN)
#define AUTHCHAIN_MODULE_VISIBILITY
#else
#define AUTHCHAIN_MODULE_SYMBOL     authchain_module_v1
#define AUTHCHAIN_MODULE_VISIBILITY AUTHCHAIN_EXPORT
#endif

#ifdef __cplusplus
#define AUTHCHAIN_MODULE_LINKAGE extern "C"
#else
#define AUTHCHAIN_MODULE_LINKAGE extern
#endif

#define AUTHCHAIN_MODULE(name_, version_, licence_, plugin_)                   \
	static const struct authchain_plugin                                   \
	    *const authchain_module_plugins[] = { plugin_, NULL };             \
	AUTHCHAIN_MODULE_LINKAGE                                               \
	AUTHCHAIN_MODULE_VISIBILITY const struct authchain_module              \
	    AUTHCHAIN_MODULE_SYMBOL;                                           \
	const struct authchain_module AUTHCHAIN_MODULE_SYMBOL = {              \
		AUTHCHAIN_MODULE_MAGIC,                                        \
		(uint32_t)sizeof(struct authchain_module),                     \
		(uint16_t)AUTHCHAIN_ABI_MAJOR, (uint16_t)AUTHCHAIN_ABI_MINOR,  \
		0, 0, 0, 0, name_, version_, licence_,                         \
		authchain_module_plugins                                       \
	}

#ifdef __cplusplus
}
#endif

#endif
