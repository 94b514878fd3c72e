/* SPDX-License-Identifier: BSD-2-Clause */
/* The example does what its comment and doc/first-plugin.md say. */
#include "tap.h"
#include "tokenhost.h"

#include <stdio.h>
#include <string.h>

extern const struct authchain_module authchain_module_v1;

static struct authchain_entry entry;
static struct authchain_call call;

static const struct {
	const char *name;
	const char *token;
	const char *words;
	const char *scopes;
} rows[] = {
	{ "who may write", "open-alice", "accept", "read write" },
	{ "who may read", "open-bob", "accept", "read" },
	{ "nobody we know", "open-mallory", "reject unknown_token", "" },
	{ "a name cut short", "open-ali", "reject unknown_token", "" },
	{ "a name that goes on", "open-alice2", "reject unknown_token", "" },
	{ "a name in capitals", "open-Alice", "reject unknown_token", "" },
	{ "no name", "open-", "reject unknown_token", "" },
	{ "two names", "open-alice, bob", "reject unknown_token", "" },
	{ "less than the prefix", "open", "not-mine", "" },
	{ "the prefix in capitals", "OPEN-alice", "not-mine", "" },
	{ "another token", "alice", "not-mine", "" },
	{ "an empty token", "", "not-mine", "" },
	{ "no token", NULL, "not-mine", "" },
};

static void
prepare(const char *writers)
{
	fake_entry(&entry, authchain_module_v1.plugins[0]);
	fake_option(&entry, "names", "alice, bob");
	if (writers != NULL)
		fake_option(&entry, "writers", writers);
}

static void
test_tokens(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_span token = ac_span_text(rows[i].token);
		uint32_t outcome;
		char name[128];

		prepare("alice");
		(void)fake_create(&entry);
		outcome = fake_judge(&entry, &call, token);
		(void)snprintf(name, sizeof(name), "%s: %s", rows[i].words,
		    rows[i].name);
		ok(strcmp(fake_words(outcome, &call), rows[i].words) == 0 &&
			strcmp(call.scopes, rows[i].scopes) == 0 &&
			(outcome == AUTHCHAIN_ACCEPT) ==
			    (call.subject[0] != '\0'),
		    name);
		ok(token.len == 0 || strstr(call.detail, rows[i].token) == NULL,
		    "the token is not in the detail");
		fake_destroy(&entry);
	}
}

static void
test_methods(void)
{
	static const struct {
		const char *method;
		const char *needed;
	} methods[] = { { "GET", "" }, { "HEAD", "" }, { "POST", "write" },
		{ "get", "write" }, { "GETX", "write" }, { "", "write" },
		{ NULL, "write" } };

	prepare("alice");
	(void)fake_create(&entry);
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		char name[128];

		(void)snprintf(name, sizeof(name), "%s needs \"%s\"",
		    methods[i].method == NULL ? "an unknown method"
					      : methods[i].method,
		    methods[i].needed);
		ok(fake_authorize(&entry, &call, methods[i].method,
		       FAKE_NO_FAULT) == AUTHCHAIN_ALLOW &&
			strcmp(call.needed, methods[i].needed) == 0,
		    name);
	}
	ok(fake_authorize(&entry, &call, "POST", FAKE_NEED_SCOPE) ==
		AUTHCHAIN_UNAVAILABLE,
	    "a scope that can't be noted is unavailable, not allowed");
	fake_destroy(&entry);
}

static void
test_create(void)
{
	prepare(NULL);
	ok(fake_create(&entry) == 0 &&
		strcmp(entry.claimed, "prefix=open-\n") == 0,
	    "it stands without writers and claims its prefix");
	ok(fake_judge_with(&entry, &call, ac_span_text("open-bob"),
	       FAKE_SET_SUBJECT) == AUTHCHAIN_UNAVAILABLE,
	    "a subject that can't be kept is unavailable");
	ok(fake_judge_with(&entry, &call, ac_span_text("open-bob"),
	       FAKE_ADD_SCOPE) == AUTHCHAIN_UNAVAILABLE,
	    "a scope that can't be kept is unavailable");
	fake_destroy(&entry);
	prepare("alice, carol, dave");
	ok(fake_create(&entry) == -1 && entry.self == NULL &&
		strcmp(entry.failed,
		    "writers: carol may write but is not in names\n"
		    "writers: dave may write but is not in names\n") == 0,
	    "writers who are nobody are refused, all of them");
	fake_destroy(&entry);
}

int
main(void)
{
	test_tokens();
	test_methods();
	test_create();
	return done();
}
