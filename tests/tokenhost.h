/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host for one provider and one token at a time: options as a configuration
 * spells them, secrets, a clock that stands still, and a record of all the
 * provider said.  No I/O; the services that would need it are NULL.
 */
#ifndef TESTS_TOKENHOST_H
#define TESTS_TOKENHOST_H

#include <authchain/plugin.h>

#include "jose/jws.h"

#define FAKE_MAX   16
#define FAKE_TEXT  4096
#define FAKE_NOW_S INT64_C(1800000000)

struct fake_option {
	const char *name;
	const char *value;
};

struct fake_secret {
	const char *option;
	struct authchain_span value;
	char label[64];
	unsigned int uses;
};

struct authchain_entry {
	const struct authchain_plugin *plugin;
	void *self;
	const char *name;
	const char *resource;
	struct fake_option options[FAKE_MAX];
	size_t option_count;
	struct fake_secret secrets[FAKE_MAX + 2];
	size_t secret_count;
	char *parts[FAKE_MAX * FAKE_MAX]; /* of lists, owned */
	size_t part_count;
	/* what was said */
	char failed[FAKE_TEXT];  /* "option: text\n", "-" for the entry */
	char warned[FAKE_TEXT];  /* the same */
	char logged[FAKE_TEXT];  /* "level text\n" */
	char claimed[FAKE_TEXT]; /* "issuer=X\n", "prefix=X\n" */
	char reported[FAKE_TEXT];
};

/* A service that is to fail. */
enum fake_fault {
	FAKE_NO_FAULT,
	FAKE_SET_SUBJECT,
	FAKE_SET_EXPIRES,
	FAKE_ADD_SCOPE,
	FAKE_ADOPT,
	FAKE_NEED_SCOPE,
	FAKE_CLAIM /* finds nothing, whatever was adopted */
};

struct authchain_call {
	struct authchain_span token;
	struct ac_jws *jws;
	bool peeked;
	enum fake_fault fault;
	const char *method; /* NULL: not known */
	/* what was said */
	char needed[512]; /* scopes */
	char subject[512];
	char scopes[512];
	char detail[FAKE_TEXT];
	struct authchain_entry *entry;
	uint32_t reason;
	int64_t expires_s;
	uint32_t remember_s;
	bool adopted;
};

extern const struct authchain_host fake_host;
extern int64_t fake_now_ms;

/* An entry of the plugin, with nothing written. */
void fake_entry(struct authchain_entry *entry,
    const struct authchain_plugin *plugin);
void fake_option(struct authchain_entry *entry, const char *name,
    const char *value);
/* One more value of a secret; borrowed. */
void fake_secret(struct authchain_entry *entry, const char *option,
    struct authchain_span value);
/* What the plugin's create returned. */
int fake_create(struct authchain_entry *entry);
void fake_destroy(struct authchain_entry *entry);

/* claim, and verify when it is mine.  NOT_MINE, or what verify returned. */
uint32_t fake_judge(struct authchain_entry *entry, struct authchain_call *call,
    struct authchain_span token);
/* The same with a service that fails. */
uint32_t fake_judge_with(struct authchain_entry *entry,
    struct authchain_call *call, struct authchain_span token,
    enum fake_fault fault);
/* authorize of a request with that method. */
uint32_t fake_authorize(struct authchain_entry *entry,
    struct authchain_call *call, const char *method, enum fake_fault fault);
/* A call that holds a token and nothing else; to be ended. */
void fake_call(struct authchain_call *call, struct authchain_span token);
void fake_call_end(struct authchain_call *call);
/* "ACCEPT", "REJECT expired" ...: for a table; a static buffer. */
const char *fake_words(uint32_t outcome, const struct authchain_call *call);

#endif
