/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A remembered verdict that is given out at once is the decision that the
 * chain loop gives: both are asked, and every field is compared.  A request
 * that is shorter than ours, as an older program sends, goes by the loop.
 */
#include <string.h>

#include "engine.h"
#include "engine/cache-parts.h"
#include "tap.h"

#define REMEMBERS(name, extra)                                                 \
	"[plugin " name "]\npath = @TESTS@/remembers.so\n"                     \
	"type = remembers\n" extra "\n"
#define A(extra) REMEMBERS("a", "remember = 60s\n" extra)

static const struct row {
	const char *name;
	const char *config;
	bool at_once, allowed;
} rows[] = {
	{ "a provider alone", "[chain]\nidentity = a\n" A(""), true, true },
	{ "one that expires", "[chain]\nidentity = a\n" A("expires-in = 1h"),
	    true, true },
	{ "the second of two",
	    "[chain]\nidentity = b, a\n" A("")
		REMEMBERS("b", "answer = not-mine"),
	    true, true },
	{ "a scope that it holds is required",
	    "[chain]\nidentity = a\nrequired-scopes = read\n" A(""), true,
	    true },
	{ "the entry requires it",
	    "[chain]\nidentity = a\n" A("required-scopes = read"), true, true },
	{ "a scope that it lacks is required",
	    "[chain]\nidentity = a\nrequired-scopes = read, fly\n" A(""), true,
	    false },
	{ "the entry requires that",
	    "[chain]\nidentity = a\n" A("required-scopes = fly"), true, false },
	{ "a token that is bound to a key",
	    "[chain]\nidentity = a\n" A("bound = yes"), true, false },
	{ "a rejection", "[chain]\nidentity = a\n" A("answer = reject"), true,
	    false },
	{ "claims of twelve thousand bytes",
	    "[chain]\nidentity = a\n" A("claims-bytes = 12000"), true, true },
	{ "claims that just fit, or just do not",
	    "[chain]\nidentity = a\n" A("claims-bytes = 3300"), true, true },
	{ "a guard is asked first",
	    "[chain]\nguard = g\nidentity = a\n" A("") REMEMBERS("g", ""),
	    false, true },
	{ "a mapper adds to it",
	    "[chain]\nidentity = a\nmap = m\n" A("") REMEMBERS("m", ""), false,
	    true },
	{ "somebody authorizes",
	    "[chain]\nidentity = a\nauthorize = z\n" A("") REMEMBERS("z", ""),
	    false, true },
	{ "an audit is kept",
	    "[chain]\nidentity = a\naudit = w\n" A("") REMEMBERS("w", ""),
	    false, true },
	{ "nothing is remembered", "[chain]\nidentity = a\ncache = no\n" A(""),
	    false, true },
};

static bool
same(struct authchain_span a, struct authchain_span b)
{
	return (a.data == NULL) == (b.data == NULL) && ac_span_is(a, b) &&
	       (a.data == NULL || a.data[a.len] == '\0');
}

static bool
same_identity(const struct authchain_decision *a,
    const struct authchain_decision *b)
{
	bool equal =
	    same(a->subject, b->subject) && same(a->issuer, b->issuer) &&
	    same(a->client_id, b->client_id) && same(a->claims, b->claims) &&
	    a->expires_s == b->expires_s && a->anonymous == b->anonymous &&
	    a->scope_count == b->scope_count &&
	    (a->scopes == NULL) == (b->scopes == NULL) &&
	    a->attribute_count == b->attribute_count &&
	    (a->attributes == NULL) == (b->attributes == NULL);

	for (size_t i = 0; equal && i < a->scope_count; i++)
		equal = same(a->scopes[i], b->scopes[i]);
	for (size_t i = 0; equal && i < a->attribute_count; i++)
		equal = same(a->attributes[i].name, b->attributes[i].name) &&
			same(a->attributes[i].value, b->attributes[i].value);
	return equal;
}

static bool
same_trace(const struct authchain_decision *a,
    const struct authchain_decision *b)
{
	bool equal = a->trace_count == b->trace_count;

	for (size_t i = 0; equal && i < a->trace_count; i++) {
		const struct authchain_step *x = &a->trace[i];
		const struct authchain_step *y = &b->trace[i];

		equal = x->size == y->size && x->stage == y->stage &&
			x->reason == y->reason && x->cached == y->cached &&
			strcmp(x->entry, y->entry) == 0 &&
			strcmp(x->outcome, y->outcome) == 0 &&
			strcmp(x->detail, y->detail) == 0;
	}
	return equal;
}

static bool
same_decision(const struct authchain_decision *a,
    const struct authchain_decision *b)
{
	return a->size == b->size && a->verdict == b->verdict &&
	       a->reason == b->reason && a->status == b->status &&
	       a->retry_after_s == b->retry_after_s && a->cached == b->cached &&
	       strcmp(a->chain, b->chain) == 0 &&
	       strcmp(a->provider, b->provider) == 0 &&
	       strcmp(a->detail, b->detail) == 0 &&
	       strcmp(a->error, b->error) == 0 &&
	       strcmp(a->error_description, b->error_description) == 0 &&
	       strcmp(a->www_authenticate, b->www_authenticate) == 0 &&
	       same_identity(a, b) && same_trace(a, b);
}

static struct authchain_decision *
ask(struct engine *engine, struct authchain_request request, bool by_loop)
{
	struct authchain_decision *decision = NULL;

	request.size = by_loop ? offsetof(struct authchain_request, flags)
			       : sizeof(request);
	(void)authchain_check(engine->ac, "t", &request, &decision);
	return decision;
}

static uint64_t
hits(const struct engine *engine)
{
	const struct ac_generation *generation = engine->ac->generation;
	struct ac_cache_counts counts = { 0 };

	if (generation->chains[0].cache != NULL)
		ac_cache_count(generation->chains[0].cache, &counts);
	return counts.hits;
}

static void
test_row(const struct row *row)
{
	struct authchain_request request = { .token = ac_span_text("t1") };
	struct authchain_decision *cold, *by_loop, *at_once;
	const struct ac_generation *generation;
	struct engine engine;
	bool remembered;

	if (!engine_open(&engine, row->config) || !engine_start(&engine)) {
		ok(false, row->name);
		printf("# %s\n", engine.found);
		return;
	}
	generation = engine.ac->generation;
	remembered = generation->chains[0].cache != NULL;
	cold = ask(&engine, request, false);
	by_loop = ask(&engine, request, true);
	at_once = ask(&engine, request, false);
	ok(generation->chains[0].at_once == row->at_once &&
		hits(&engine) == (remembered ? 2 : 0) &&
		(cold->verdict == AUTHCHAIN_VERDICT_ALLOW) == row->allowed &&
		(by_loop->verdict == AUTHCHAIN_VERDICT_ALLOW) == row->allowed,
	    row->name);
	engine_close(&engine);
	ok(same_decision(by_loop, at_once), "- the same both ways");
	authchain_decision_free(&cold);
	authchain_decision_free(&by_loop);
	authchain_decision_free(&at_once);
}

static const struct form {
	const char *name;
	const char *values[2];
	const char *token;
	bool cached;
} forms[] = {
	{ "as a header", { "Bearer t1" }, NULL, true },
	{ "as a header with blanks", { " bearer   t1 " }, NULL, true },
	{ "of another scheme", { "Basic t1" }, NULL, false },
	{ "without a token", { "Bearer" }, NULL, false },
	{ "with an empty one", { NULL }, "", false },
	{ "twice as a header", { "Bearer t1", "Bearer t1" }, NULL, false },
	{ "as a header and bare", { "Bearer t1" }, "t1", false },
	{ "not at all", { NULL }, NULL, false },
	{ "with one byte more", { "Bearer t1x" }, NULL, false },
	{ "with a byte that none may hold", { NULL }, "t1 ", false },
};

static void
test_forms(void)
{
	struct authchain_request known = { .token = ac_span_text("t1") };
	struct engine engine;
	struct authchain_decision *first;

	if (!engine_open(&engine, rows[0].config) || !engine_start(&engine)) {
		ok(false, "a chain for many forms");
		return;
	}
	first = ask(&engine, known, false);
	authchain_decision_free(&first);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const struct form *form = &forms[i];
		struct authchain_span values[2];
		struct authchain_request request = { .authorization = values,
			.token = ac_span_text(form->token) };
		struct authchain_decision *by_loop, *at_once;

		for (size_t k = 0; k < 2 && form->values[k] != NULL; k++)
			values[request.authorization_count++] =
			    ac_span_text(form->values[k]);
		at_once = ask(&engine, request, false);
		by_loop = ask(&engine, request, true);
		/* a token that is new is remembered from the first on */
		if (at_once->verdict != AUTHCHAIN_VERDICT_ALLOW ||
		    at_once->cached != 0)
			ok(same_decision(by_loop, at_once), form->name);
		ok((at_once->cached != 0) == form->cached, form->name);
		authchain_decision_free(&by_loop);
		authchain_decision_free(&at_once);
	}
	engine_close(&engine);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		test_row(&rows[i]);
	test_forms();
	return done();
}
