/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every module of tests/plugins that breaks a rule of the ABI: what breaks it
 * on its face is refused at load, in words that name both sides, and what
 * breaks it later costs one request and lets nobody in.
 */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "tap.h"

#define TOKEN "sample-good-token-0123456789"

static struct engine engine;

static bool
open_module(const char *module, const char *more)
{
	char config[1024];

	(void)snprintf(config, sizeof(config),
	    "[chain]\nidentity = %s\n%s\n"
	    "[plugin %s]\npath = @TESTS@/%s.so\n",
	    module, more, module, module);
	return engine_open(&engine, config);
}

static bool
open_config(const char *name, const char *config)
{
	bool open = engine_open(&engine, config) && engine_start(&engine);

	ok(open, name);
	if (!open) {
		printf("# %s%s\n", engine.found, engine.error.text);
		engine_close(&engine);
	}
	return open;
}

static void
name_test(char out[256], const char *what, const char *name)
{
	(void)snprintf(out, 256, "%s: %s", name, what);
}

/* A module and what its refusal must say. */
static const struct refusal {
	const char *module;
	const char *words[3];
} refusals[] = {
	{ "abi-magic", { "no authchain module", "0x4e484340", "0x4e484341" } },
	{ "abi-major", { "ABI 2.0", "1.0", "build it" } },
	{ "abi-major-0", { "ABI 0.0", "1.0", "build it" } },
	{ "abi-newer-host", { "1.99", "1.0", "upgrade" } },
	{ "abi-small", { "48 bytes", "56", "1.0" } },
	{ "abi-must", { "0x00010000", "must understand", "1.0" } },
	{ "abi-no-plugins", { "no plugin", NULL, NULL } },
	{ "abi-empty", { "no plugin", NULL, NULL } },
	{ "abi-none", { "exports no authchain_module_v1", "ABI 1", NULL } },
	{ "abi-borrowed",
	    { "authchain_module_v1", "libabi-lender.so", "not in itself" } },
	{ "abi-name", { "\"abi-name\"", "\"another\"", NULL } },
	{ "abi-bad-name", { "no proper name", NULL, NULL } },
	{ "abi-no-name", { "no proper name", NULL, NULL } },
	{ "abi-claim-alone", { "claim and verify go together", NULL, NULL } },
	{ "abi-verify-alone", { "claim and verify go together", NULL, NULL } },
	{ "abi-create-alone", { "create and destroy", NULL, NULL } },
	{ "abi-destroy-alone", { "create and destroy", NULL, NULL } },
	{ "abi-nothing", { "no stage", NULL, NULL } },
	{ "abi-plugin-small", { "72 bytes", "144", "1.0" } },
	{ "abi-option-type", { "unknown type", NULL, NULL } },
	{ "abi-option-twice", { "same name", NULL, NULL } },
	{ "abi-option-choices", { "no choices", NULL, NULL } },
	{ "abi-option-name", { "no proper name", NULL, NULL } },
	{ "abi-option-reserved", { "engine's own", NULL, NULL } },
	{ "abi-option-size", { "option table", NULL, NULL } },
	{ "abi-option-fallback", { "count", NULL, NULL } },
	{ "fault-create", { "fault-create", NULL, NULL } },
};

static void
test_refused(const struct refusal *row)
{
	bool stood = open_module(row->module, "");
	char name[256];

	name_test(name, "is refused at load", row->module);
	ok(!stood && engine.ac == NULL, name);
	for (size_t i = 0; i < 3 && row->words[i] != NULL; i++) {
		name_test(name, row->words[i], row->module);
		ok(strstr(engine.found, row->words[i]) != NULL, name);
		if (strstr(engine.found, row->words[i]) == NULL)
			printf("# %s\n", engine.found);
	}
	name_test(name, "the refusal has file, line and column", row->module);
	ok(strncmp(engine.found, "t.conf:", 7) == 0, name);
	engine_close(&engine);
}

/* A module and what becomes of a request. */
static const struct contained {
	const char *module;
	const char *verdict;
	uint32_t status;
	const char *reason;
} contained[] = {
	{ "abi-may", "allow", 200, "none" },
	{ "frozen", "allow", 200, "none" },
	{ "future", "allow", 200, "none" },
	{ "wait-thread", "allow", 200, "none" },
	{ "fault-attribute", "allow", 200, "none" },
	{ "fault-path", "allow", 200, "none" },
	{ "fault-outcome", "fault", 500, "plugin_fault" },
	{ "fault-nobody", "fault", 500, "plugin_fault" },
	{ "fault-empty", "fault", 500, "plugin_fault" },
	{ "fault-control", "fault", 500, "plugin_fault" },
	{ "fault-nul", "fault", 500, "plugin_fault" },
	{ "fault-long", "fault", 500, "plugin_fault" },
	{ "fault-claim", "fault", 500, "plugin_fault" },
	{ "fault-claim-subject", "fault", 500, "plugin_fault" },
	{ "fault-decline", "fault", 500, "plugin_fault" },
	{ "fault-pending", "fault", 500, "plugin_fault" },
	{ "fault-complete", "fault", 500, "plugin_fault" },
	{ "fault-both", "deny", 401, "rejected" },
	{ "fault-twice", "deny", 401, "rejected" },
	{ "fault-late", "unavailable", 503, "deadline" },
	{ "fault-leak", "deny", 401, "bad_secret" },
};

static void
judge(const struct contained *row, const char *token)
{
	struct authchain_decision *decision = engine_check(&engine, token);
	char name[256];
	bool right =
	    decision != NULL && decision->status == row->status &&
	    strcmp(authchain_verdict_name(decision->verdict), row->verdict) ==
		0 &&
	    strcmp(authchain_reason_name(decision->reason), row->reason) == 0;

	name_test(name, row->verdict, row->module);
	ok(right, name);
	if (!right && decision != NULL)
		printf("# %s %u %s: %s\n",
		    authchain_verdict_name(decision->verdict), decision->status,
		    authchain_reason_name(decision->reason), decision->detail);
	name_test(name, "a subject only for whom it let in", row->module);
	ok(decision != NULL &&
		(decision->subject.len > 0) == (row->status == 200),
	    name);
	authchain_decision_free(&decision);
}

static void
test_contained(const struct contained *row)
{
	bool sample = strcmp(row->module, "frozen") == 0 ||
		      strcmp(row->module, "future") == 0;
	char name[256];

	if (!open_module(row->module,
		strcmp(row->reason, "deadline") == 0 ? "deadline = 2s" : "") ||
	    !engine_start(&engine)) {
		name_test(name, "opens and starts", row->module);
		ok(0, name);
		printf("# %s%s\n", engine.found, engine.error.text);
		engine_close(&engine);
		return;
	}
	/* more than once: a fault must not wear off, nor pile up */
	for (int i = 0; i < 3; i++)
		judge(row, sample ? "sample-good" : TOKEN);
	engine_close(&engine);
	name_test(name, "the operator reads of the fault", row->module);
	ok(row->status != 500 || strstr(engine.logged, row->module) != NULL,
	    name);
}

/* Is there a piece of eight bytes of the token in the text? */
static bool
leaks(const char *text)
{
	for (size_t i = 0; i + 8 <= strlen(TOKEN); i++) {
		char piece[9];

		(void)snprintf(piece, sizeof(piece), "%.8s", &TOKEN[i]);
		if (strstr(text, piece) != NULL)
			return true;
	}
	return false;
}

static void
test_leak(void)
{
	struct authchain_decision *decision;
	bool traced = false;

	ok(leaks("xx" TOKEN) && !leaks("sample-"), "a leak would be seen");
	if (!open_config("fault-leak: opens",
		"[chain]\nidentity = fault-leak\n"
		"[plugin fault-leak]\npath = @TESTS@/fault-leak.so\n"))
		return;
	decision = engine_check(&engine, TOKEN);
	ok(strstr(decision->detail, "wanted another than") != NULL &&
		!leaks(decision->detail),
	    "fault-leak: the detail is there, blanked");
	ok(strstr(engine.logged, "the token is") != NULL &&
		!leaks(engine.logged),
	    "fault-leak: the log line is there, blanked");
	for (size_t i = 0; i < decision->trace_count; i++)
		traced = traced || leaks(decision->trace[i].detail);
	ok(!traced, "fault-leak: the trace is blanked");
	ok(!leaks(decision->www_authenticate) &&
		!leaks(decision->error_description),
	    "fault-leak: the client hears nothing of it");
	authchain_decision_free(&decision);
	engine_close(&engine);
}

/* What is faulty for one entry must not be so for another. */
static void
test_neighbours(void)
{
	struct authchain_decision *decision;

	if (!open_config("a good provider beside a faulty one opens",
		"[chain]\nidentity = future, fault-nobody\n"
		"[plugin future]\npath = @TESTS@/future.so\nsubject = who\n"
		"scopes = a\n"
		"[plugin fault-nobody]\npath = @TESTS@/fault-nobody.so\n"))
		return;
	decision = engine_check(&engine, "sample-good");
	ok(decision->verdict == AUTHCHAIN_VERDICT_ALLOW &&
		decision->subject.len == 3 &&
		memcmp(decision->subject.data, "who", 3) == 0 &&
		decision->scope_count == 1,
	    "its tokens pass, with its options, from a later header");
	authchain_decision_free(&decision);
	decision = engine_check(&engine, "sample-bad");
	ok(decision->verdict == AUTHCHAIN_VERDICT_DENY &&
		decision->reason == AUTHCHAIN_REASON_UNKNOWN_TOKEN,
	    "what it rejects does not fall through to the faulty one");
	authchain_decision_free(&decision);
	decision = engine_check(&engine, "another");
	ok(decision->verdict == AUTHCHAIN_VERDICT_FAULT,
	    "what the faulty one claims is a fault");
	authchain_decision_free(&decision);
	engine_close(&engine);
	ok(!engine_open(&engine,
	       "[chain]\nidentity = future\n"
	       "[plugin future]\npath = @TESTS@/future.so\nsubjct = who\n") &&
		strstr(engine.found, "subjct") != NULL,
	    "the options of a later header are checked by name");
	engine_close(&engine);
}

/* Beside a provider that takes everything: what was claimed must not reach it. */
static const struct {
	const char *name;
	const char *first;
	const char *verdict;
} falls[] = {
	{ "declined after a wait", "fault-decline", "fault" },
	{ "accepted in claim", "fault-claim", "fault" },
	{ "declined on the pool",
	    "scripted-blocking\npath = @TESTS@/scripted.so\nclaim = mine\n"
	    "verify = not-mine",
	    "fault" },
	{ "mine once more, on the pool",
	    "scripted-blocking\npath = @TESTS@/scripted.so\nclaim = mine\n"
	    "verify = mine",
	    "fault" },
	{ "claim rejects",
	    "scripted\npath = @TESTS@/scripted.so\nclaim = reject", "fault" },
	{ "claim rejects, and unknown tokens go on",
	    "scripted\npath = @TESTS@/scripted.so\nclaim = reject\n"
	    "reason = unknown_token\non-unknown-token = next",
	    "fault" },
	{ "claim is unavailable",
	    "scripted\npath = @TESTS@/scripted.so\nclaim = unavailable",
	    "fault" },
	{ "claim allows", "scripted\npath = @TESTS@/scripted.so\nclaim = allow",
	    "fault" },
	{ "not mine goes on, as it should",
	    "scripted\npath = @TESTS@/scripted.so\nclaim = not-mine", "allow" },
};

static void
test_falls(size_t at)
{
	bool has_path = strstr(falls[at].first, "path") != NULL;
	struct authchain_decision *decision;
	char config[1024], path[256] = "";

	if (!has_path)
		(void)snprintf(path, sizeof(path), "path = @TESTS@/%s.so\n",
		    falls[at].first);
	(void)snprintf(config, sizeof(config),
	    "[chain]\nidentity = first, all\n"
	    "[plugin first]\ntype = %s\n%s"
	    "[plugin all]\ntype = scripted\npath = @TESTS@/scripted.so\n"
	    "claim = mine\n",
	    falls[at].first, path);
	if (!open_config(falls[at].name, config))
		return;
	decision = engine_check(&engine, TOKEN);
	ok(strcmp(authchain_verdict_name(decision->verdict),
	       falls[at].verdict) == 0,
	    falls[at].name);
	authchain_decision_free(&decision);
	engine_close(&engine);
}

/* A provider that steps back must leave nothing of itself behind. */
static void
test_leftovers(void)
{
	struct authchain_decision *decision;

	if (!open_config("leftovers: opens",
		"[chain]\nidentity = first, second\n"
		"[plugin first]\ntype = scripted\npath = @TESTS@/scripted.so\n"
		"claim = mine\nverify = reject\nreason = unknown_token\n"
		"on-unknown-token = next\nsubject = admin\nscopes = admin\n"
		"attributes = role=admin\nexpires-in = 5m\n"
		"claims = \"{\\\"scope\\\":\\\"root\\\",\\\"x\\\":1}\"\n"
		"[plugin second]\ntype = scripted\n"
		"path = @TESTS@/scripted.so\nclaim = mine\nsubject = bob\n"))
		return;
	decision = engine_check(&engine, TOKEN);
	ok(decision->verdict == AUTHCHAIN_VERDICT_ALLOW &&
		decision->subject.len == 3 &&
		memcmp(decision->subject.data, "bob", 3) == 0,
	    "leftovers: the second provider decides");
	ok(decision->scope_count == 0, "leftovers: no scope of the first");
	ok(decision->attribute_count == 0,
	    "leftovers: no attribute of the first");
	ok(decision->claims.len == 0, "leftovers: no claim of the first");
	ok(decision->expires_s == 0, "leftovers: no expiry of the first");
	authchain_decision_free(&decision);
	engine_close(&engine);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		test_refused(&refusals[i]);
	for (size_t i = 0; i < sizeof(contained) / sizeof(contained[0]); i++)
		test_contained(&contained[i]);
	test_leak();
	test_neighbours();
	for (size_t i = 0; i < sizeof(falls) / sizeof(falls[0]); i++)
		test_falls(i);
	test_leftovers();
	return done();
}
