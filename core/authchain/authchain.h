/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libauthchain: judge bearer tokens by the chains of a configuration.
 *
 *	authchain_open -> (fork, drop privileges) -> authchain_start
 *	-> authchain_check, from any thread, as often as you like
 *	-> authchain_close
 *
 * Every request gets exactly one decision; whatever goes wrong inside, the
 * decision is not "allow".  Functions return 0, or -1 with *error filled in.
 * Structs that begin with `size' grow at their end only; set size to sizeof
 * in what you pass.
 */
#ifndef AUTHCHAIN_AUTHCHAIN_H
#define AUTHCHAIN_AUTHCHAIN_H

#include <authchain/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define AUTHCHAIN_API __attribute__((__visibility__("default")))
#else
#define AUTHCHAIN_API
#endif

struct authchain; /* an opened configuration and what serves it */

enum authchain_error_code {
	AUTHCHAIN_ERROR_NONE = 0,
	AUTHCHAIN_ERROR_CONFIGURATION = 1, /* diagnostics say each fault */
	AUTHCHAIN_ERROR_NOT_FOUND = 2,     /* no such chain, file, name */
	AUTHCHAIN_ERROR_USAGE = 3,         /* the call makes no sense */
	AUTHCHAIN_ERROR_MEMORY = 4,
	AUTHCHAIN_ERROR_SYSTEM = 5 /* a system call failed */
};

/* What, on what, why, what to do; one line, never a secret. */
struct authchain_error {
	uint32_t code;
	char text[1020];
};

enum authchain_severity {
	AUTHCHAIN_SEVERITY_ERROR = 1,
	AUTHCHAIN_SEVERITY_WARNING = 2,
	AUTHCHAIN_SEVERITY_LINT = 3 /* legal; --strict refuses it */
};

/* One finding about a configuration. */
struct authchain_diagnostic {
	size_t size;
	uint32_t severity;
	uint32_t line;   /* from 1; 0: the file as a whole */
	uint32_t column; /* from 1, in bytes */
	uint32_t reserved;
	const char *file;
	const char *text; /* what, on what, why */
	const char *hint; /* what to do; "" without */
};

/* How to open a configuration.  All zero but size is a good default. */
struct authchain_settings {
	size_t size;
	/* Each finding, in the order of files and lines; borrowed strings. */
	void (*diagnose)(void *arg, const struct authchain_diagnostic *);
	void *diagnose_arg;
	/* Each log line; NULL: standard error. */
	void (*log)(void *arg, uint32_t level, const char *area,
	    const char *text);
	void *log_arg;
	uint32_t log_level; /* enum authchain_log_level; 0: NOTICE */
	uint32_t strict;    /* 1: lints are errors */
	/* Where NAME.so is looked for; NULL: the compiled-in folder.  Ignored
	 * by a process that runs with more rights than its caller. */
	const char *plugin_dir;
	const char *state_dir; /* NULL: nothing is kept over restarts */
	uint32_t pool_threads; /* for plugins that block; 0: 4 */
	uint32_t pool_queue;   /* waiting for them; 0: 64 */
	uint32_t unaudited;    /* 1: for trials; no audit plugin is started */
	/* A configuration without that chain is refused, with NOT_FOUND, by a
	 * reload as well; NULL: any will do. */
	const char *required_chain;
};

/*
 * Read and check a configuration: a folder (chains/NAME.conf, conf.d/NAME.conf)
 * or one file that holds a chain with its entries and secrets, which is then
 * named after the file.  Loads plugins and creates every entry; starts no
 * thread and sends nothing, so it may come before fork and before privileges
 * are dropped.  *out is the caller's, NULL on failure.  settings may be NULL;
 * its strings are copied.
 */
AUTHCHAIN_API int authchain_open(struct authchain **out, const char *path,
    const struct authchain_settings *settings, struct authchain_error *error);

/*
 * Start the I/O thread, the pool and every entry.  Once, in the process that
 * serves.  authchain_check before it serves no plugin that waits.
 */
AUTHCHAIN_API int authchain_start(struct authchain *ac,
    struct authchain_error *error);

/*
 * Stop: calls under way end as unavailable, threads are joined, everything is
 * freed, *ac is NULL.  No other thread may still be inside a call on it.
 */
AUTHCHAIN_API void authchain_close(struct authchain **ac);

/*
 * Open the same path anew and swap: requests that began under the old
 * configuration end under it, the next see the new one.  On failure the old
 * one stays and serves.  From one thread at a time; readers are not held up.
 */
AUTHCHAIN_API int authchain_reload(struct authchain *ac,
    struct authchain_error *error);

/*
 * The at-th chain's name, in alphabetical order; NULL behind the last.
 * Valid until the next reload.
 */
AUTHCHAIN_API const char *authchain_chain(const struct authchain *ac,
    size_t at);

/*
 * A request.  Everything is borrowed until the decision is there.
 * authorization: each value of an Authorization header as it came
 * ("Bearer eyJ..."); more than one is refused (RFC 6750 2).  A program that
 * has the bare token sets token instead.  Empty spans are "not known".
 */
struct authchain_request {
	size_t size;
	const struct authchain_span *authorization;
	size_t authorization_count;
	struct authchain_span token;
	struct authchain_span method;
	struct authchain_span uri; /* path and query as the client sent them */
	struct authchain_span scheme;
	struct authchain_span host;
	struct authchain_span client_address; /* of the client, no port */
	const struct authchain_pair *headers; /* for plugins that look */
	size_t header_count;
	const struct authchain_pair *attributes;
	size_t attribute_count;
	uint32_t timeout_ms; /* 0: the chain's deadline; else the smaller */
	uint32_t flags;
};

/*
 * The decision.  Read-only; strings live as long as it does.  Anything but
 * AUTHCHAIN_VERDICT_ALLOW means no.
 */
struct authchain_decision {
	size_t size;
	uint32_t verdict; /* enum authchain_verdict */
	uint32_t reason;  /* enum authchain_reason */
	uint32_t status;  /* HTTP: 200 400 401 403 404 429 500 503 */
	uint32_t retry_after_s;
	const char *chain;
	const char *provider; /* entry that judged the token, "" if none did */
	const char *detail;   /* for the operator */
	const char *error;    /* RFC 6750 3.1 code for the client, or "" */
	const char *error_description;
	const char *www_authenticate; /* header value; "" : send none */
	/* identity, complete only on ALLOW */
	struct authchain_span subject; /* data NULL: anonymous */
	struct authchain_span issuer;
	struct authchain_span client_id;
	struct authchain_span claims; /* JSON object; data NULL without */
	const struct authchain_span *scopes;
	size_t scope_count;
	const struct authchain_pair *attributes;
	size_t attribute_count;
	int64_t expires_s; /* since 1970; 0: not known */
	uint32_t anonymous;
	uint32_t cached;
	/* how it came about */
	const struct authchain_step *trace;
	size_t trace_count;
	uint64_t microseconds;
	const char *dpop_nonce; /* header DPoP-Nonce; "" : send none */
};

/*
 * Judge one request and wait for the answer, at most for the chain's deadline.
 * Returns the verdict; *decision is the caller's and never NULL but for want
 * of memory (then the verdict is UNAVAILABLE).  Any thread.
 */
AUTHCHAIN_API enum authchain_verdict authchain_check(struct authchain *ac,
    const char *chain, const struct authchain_request *request,
    struct authchain_decision **decision);

/*
 * Judge one request without waiting.  done gets the decision, which is then
 * the callee's, exactly once: inside this call when nothing had to be waited
 * for, else inside authchain_dispatch.  request must live until then.  A
 * decision of NULL is want of memory.  Any thread.
 */
AUTHCHAIN_API void authchain_submit(struct authchain *ac, const char *chain,
    const struct authchain_request *request,
    void (*done)(void *arg, struct authchain_decision *decision), void *arg);

/*
 * A descriptor that is readable when authchain_dispatch has work; to be polled,
 * never read or closed.  Dispatch finishes what can be finished, on this
 * thread, and returns how many decisions it delivered.
 */
AUTHCHAIN_API int authchain_descriptor(const struct authchain *ac);
AUTHCHAIN_API size_t authchain_dispatch(struct authchain *ac);

/* NULL-safe; *decision is NULL afterwards. */
AUTHCHAIN_API void authchain_decision_free(
    struct authchain_decision **decision);

/*
 * A document that a chain's plugins publish for clients (RFC 9728 3, RFC 8414
 * 3).  0 and the caller's copies in *content_type and *body (free them with
 * authchain_document_free), or -1 when there is none at that path.
 */
struct authchain_document {
	size_t size;
	const char *content_type;
	struct authchain_span body;
};
AUTHCHAIN_API int authchain_document_get(struct authchain *ac, const char *path,
    struct authchain_document **document);
AUTHCHAIN_API void authchain_document_free(
    struct authchain_document **document);
/* The at-th published path, alphabetical; the caller's to free(); or NULL. */
AUTHCHAIN_API char *authchain_document_path(struct authchain *ac, size_t at);

/* Stable names; "unknown" for a value that is none. */
AUTHCHAIN_API const char *authchain_reason_name(uint32_t reason);
AUTHCHAIN_API const char *authchain_verdict_name(uint32_t verdict);
AUTHCHAIN_API const char *authchain_stage_name(uint32_t stage);
/* What a reason means and what an operator does about it; one sentence. */
AUTHCHAIN_API const char *authchain_reason_help(uint32_t reason);

/* "0.1.0": of the library that runs, not of the header. */
AUTHCHAIN_API const char *authchain_version(void);

/*
 * Takes a module descriptor and says whether this library would load it: 0,
 * or -1 with both sides named.  For tools that check plugins.
 */
AUTHCHAIN_API int authchain_module_check(const struct authchain_module *module,
    struct authchain_error *error);

#ifdef __cplusplus
}
#endif

#endif
