/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host for tests of plugins that fetch, wait and share: no threads, a clock
 * that moves when the test says so, requests that the test answers.  Options
 * are checked against the plugin's schema and spelt as in a file; what the
 * plugin says is kept as text.  One host at a time (its clock is global).
 *
 *	host = fakehost_new();
 *	plugin = fakehost_load("providers/.libs/jwks.so", "jwks");
 *	entry = fakehost_entry(host, plugin, "https://a.example/mcp", options);
 *	fakehost_start(entry) -> fakehost_answer(host, 200, NULL, jwks)
 *	call = fakehost_call(entry, token); fakehost_verify(call);
 */
#ifndef TESTS_FAKEHOST_H
#define TESTS_FAKEHOST_H

#include <authchain/plugin.h>

#include <stdbool.h>

#define FAKEHOST_WALL_S     INT64_C(1800000000) /* when it begins */
#define FAKEHOST_TEXT       16384
#define FAKEHOST_MAX        64
#define FAKEHOST_MAX_FETCH  4096
#define FAKEHOST_DEADLINE   2000 /* ms that a call has */
#define FAKEHOST_MAX_FIELDS 8

struct fakehost;

struct fakehost_fetch {
	struct authchain_entry *entry;
	char *url, *method, *body;
	char headers[1024]; /* "Name: value\n" each */
	uint32_t flags;
	uint64_t max_bytes;
	uint32_t timeout_ms;
	bool open; /* not answered yet */
	void (*done)(void *arg, const struct authchain_answer *answer);
	void *arg;
};

struct fakehost_timer {
	struct authchain_entry *entry;
	uint64_t id;
	int64_t due_ms;
	void (*fire)(void *arg);
	void *arg;
};

/* "path" -> document, "metric" -> value, "parameter" -> value */
struct fakehost_pair {
	char *name;
	char *value;
	int64_t number;
};

struct fakehost_pairs {
	struct fakehost_pair items[FAKEHOST_MAX];
	size_t count;
};

/* What an entry was configured with and what its plugin said. */
struct authchain_entry {
	struct fakehost *host;
	const struct authchain_plugin *plugin;
	void *self;
	char name[64];
	char resource[256];
	struct fakehost_pairs options;
	char *parts[4 * FAKEHOST_MAX]; /* of lists, and secrets */
	size_t part_count;
	char failed[FAKEHOST_TEXT];  /* "option: text\n", "-" for none */
	char warned[FAKEHOST_TEXT];  /* the same */
	char claimed[FAKEHOST_TEXT]; /* "issuer X\n", "prefix X\n" */
	void *shared[FAKEHOST_MAX];
	size_t shared_count;
	size_t forgotten; /* calls of forget, on a shared object for all */
};

struct fakehost {
	struct authchain_host services;
	int64_t now_ms; /* monotonic */
	int64_t wall_ms;
	char state_dir[256]; /* "": nothing is kept */
	uint32_t stages;     /* that name the next entry, a bit each */
	bool refuse_fetch;   /* fetch returns -1 */
	bool refuse_memory;  /* defer, timer, adopt, set_... fail */
	struct fakehost_fetch fetches[FAKEHOST_MAX_FETCH];
	size_t fetch_count;
	struct fakehost_timer timers[FAKEHOST_MAX_FETCH];
	size_t timer_count;
	uint64_t last_timer;
	struct fakehost_pairs documents, metrics;
	char logged[FAKEHOST_TEXT];   /* "level text\n", the last ones */
	char reported[FAKEHOST_TEXT]; /* "name: text\n" of the last status */
	size_t tickets;               /* alive */
	size_t faults;                /* breaches of the contract */
};

/* One request on its way; what the plugin answered. */
struct authchain_call {
	struct authchain_entry *entry;
	char *token;
	size_t token_len;
	struct ac_jws *jws;
	uint32_t deadline_ms;
	struct authchain_ticket *ticket;
	uint32_t outcome; /* PENDING until it is there */
	char subject[512], issuer[512], client_id[512];
	bool adopted;
	void *claims; /* json_t of adopt_json */
	uint32_t reason;
	char detail[FAKEHOST_TEXT];
	uint32_t retry_after_s;
	uint32_t remember_s;
	struct fakehost_pairs parameters; /* of the challenge */
	struct authchain_summary summary;
};

struct fakehost *fakehost_new(void);
/* Every entry must be destroyed.  Returns how many breaches of the contract,
 * tickets and shared objects there were left. */
size_t fakehost_free(struct fakehost **host);

/* From the build folder; the program ends when it can't be loaded. */
const struct authchain_plugin *fakehost_load(const char *path,
    const char *name);

/*
 * A configured entry, created; options as "name=value", NULL-terminated; a
 * SECRET's value is the secret, several separated by "|".  NULL when create
 * failed: what it said is in fakehost_refusal.
 */
struct authchain_entry *fakehost_entry(struct fakehost *host,
    const struct authchain_plugin *plugin, const char *resource,
    const char *const *options);
/* "option: text\n" of the last entry that was refused. */
const char *fakehost_refusal(void);
/* An entry without a plugin, for what is called with one. */
struct authchain_entry *fakehost_bare_entry(struct fakehost *host);
/* What start said, 0 without one. */
int fakehost_start(struct authchain_entry *entry);
void fakehost_destroy(struct authchain_entry **entry);
/* How often forget was called for what the entry has remembered. */
size_t fakehost_forgotten(const struct authchain_entry *entry);
/* Runs status; the lines are in host->reported. */
const char *fakehost_status(struct authchain_entry *entry);

/* Move the clocks, firing what falls due in its order. */
void fakehost_advance(struct fakehost *host, int64_t ms);

/* Requests not answered yet, and the oldest of them (NULL: none). */
size_t fakehost_open(const struct fakehost *host);
struct fakehost_fetch *fakehost_oldest(struct fakehost *host);
/* Answer the oldest; headers as "name=value", NULL-terminated, or NULL.  false
 * when there is none. */
bool fakehost_answer(struct fakehost *host, uint32_t status,
    const char *const *headers, const char *body);
/* No answer, for this reason. */
bool fakehost_fail(struct fakehost *host, const char *error);

/* Each call must be freed. */
struct authchain_call *fakehost_call(struct authchain_entry *entry,
    const char *token);
void fakehost_call_free(struct authchain_call **call);
/* What claim says; what verify says when that is MINE.  PENDING: the outcome
 * is in call->outcome when it is there. */
uint32_t fakehost_verify(struct authchain_call *call);
void fakehost_challenge(struct authchain_call *call, uint32_t reason,
    const char *needed);
/* The deadline: the ticket can't be resumed any more. */
void fakehost_give_up(struct authchain_call *call);
/* "ACCEPT alice", "REJECT expired", "pending": for tables. */
const char *fakehost_words(const struct authchain_call *call);

/* The value, or "" / 0. */
const char *fakehost_pair(const struct fakehost_pairs *pairs, const char *name);
int64_t fakehost_number(const struct fakehost_pairs *pairs, const char *name);

#endif
