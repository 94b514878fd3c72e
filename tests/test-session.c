/* SPDX-License-Identifier: BSD-2-Clause */
/* session: the table by itself, and whose a session is. */
#include "rules.h"
#include "session-table.h"
#include "tap.h"

#include <pthread.h>
#include <string.h>

static struct session_claim
claim_of(const char *session, const char *principal, int64_t now_ms)
{
	struct session_claim claim = { .known = principal != NULL,
		.now_ms = now_ms,
		.ttl_ms = 1000 };

	(void)ac_digest(ac_span_text(session), claim.session);
	(void)ac_digest(ac_span_text(principal == NULL ? "" : principal),
	    claim.principal);
	return claim;
}

static enum session_answer
ask(struct session_table *table, const char *session, const char *principal,
    int64_t now_ms)
{
	struct session_claim claim = claim_of(session, principal, now_ms);

	return session_table_claim(table, &claim);
}

static void
test_table(void)
{
	struct session_table *table = session_table_new(8, 3);
	struct session_claim unknown = claim_of("s", "a", 3);

	unknown.known = false;
	ok(ask(table, "s", NULL, 1) == SESSION_FREE &&
		session_table_count(table) == 0,
	    "nobody binds nothing");
	ok(ask(table, "s", "a", 1) == SESSION_OWN &&
		session_table_count(table) == 1,
	    "the first one binds it");
	ok(ask(table, "s", "a", 2) == SESSION_OWN &&
		session_table_count(table) == 1,
	    "and has it from then on");
	ok(ask(table, "s", "b", 3) == SESSION_FOREIGN, "another has not");
	ok(ask(table, "s", NULL, 3) == SESSION_FOREIGN &&
		session_table_claim(table, &unknown) == SESSION_FOREIGN,
	    "nor has nobody");
	ok(ask(table, "S", "b", 3) == SESSION_OWN,
	    "a name in capitals is another session");
	ok(ask(table, "s", "a", 900) == SESSION_OWN &&
		ask(table, "s", "b", 1899) == SESSION_FOREIGN,
	    "each use keeps it for its time");
	ok(ask(table, "s", "b", 1900) == SESSION_OWN,
	    "when its time is over it is anybody's");
	ok(ask(table, "s", "a", 1901) == SESSION_FOREIGN,
	    "and no longer the first one's");
	session_table_free(&table);
	ok(table == NULL, "it is gone");
	session_table_free(&table);
}

static void
test_bounds(void)
{
	struct session_table *table = session_table_new(8, 3);
	char name[16];

	for (int i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof(name), "a%d", i);
		(void)ask(table, name, "a", i);
	}
	ok(ask(table, "a3", "a", 3) == SESSION_OWN &&
		session_table_count(table) == 3,
	    "one session more than a principal may have");
	ok(ask(table, "a0", "b", 3) == SESSION_OWN,
	    "it is the oldest that was forgotten");
	ok(ask(table, "a1", "b", 3) == SESSION_FOREIGN &&
		ask(table, "a3", "b", 3) == SESSION_FOREIGN,
	    "and the others were not");
	for (int i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "c%d", i);
		ok(ask(table, name, name, 4) == SESSION_OWN,
		    "a session of somebody else");
	}
	ok(session_table_count(table) == 8 &&
		ask(table, "d", "d", 5) == SESSION_FULL,
	    "a full table refuses, and forgets nobody's");
	ok(ask(table, "a1", "a", 5) == SESSION_OWN &&
		ask(table, "c0", "c0", 5) == SESSION_OWN,
	    "who is in it stays");
	ok(ask(table, "a4", "a", 6) == SESSION_OWN,
	    "who has some may trade one");
	ok(ask(table, "d", "d", 5000) == SESSION_OWN &&
		session_table_count(table) == 1,
	    "what is over makes room");
	session_table_free(&table);
}

/* Lists of one head: all that is linked is unlinked. */
static void
test_lists(void)
{
	struct session_table *table = session_table_new(1, 1);

	for (int i = 0; i < 100; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "s%d", i);
		if (ask(table, name, "a", i) != SESSION_OWN ||
		    session_table_count(table) != 1)
			break;
		if (i == 99)
			ok(true, "a hundred sessions in a room for one");
	}
	ok(ask(table, "s99", "a", 99) == SESSION_OWN, "the last one is there");
	session_table_free(&table);
	table = session_table_new(64, 4);
	for (int i = 0; i < 5000; i++) {
		char name[16], who[16];

		(void)snprintf(name, sizeof(name), "s%d", i * 7 % 97);
		(void)snprintf(who, sizeof(who), "p%d", i % 11);
		(void)ask(table, name, who, i * 40);
	}
	ok(session_table_count(table) <= 44, "eleven have four at most");
	session_table_free(&table);
}

static void *
use(void *arg)
{
	struct session_table *table = arg;

	for (int i = 0; i < 2000; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "s%d", i % 50);
		(void)ask(table, name, i % 3 == 0 ? "a" : "b", i);
	}
	return NULL;
}

static void
test_threads(void)
{
	struct session_table *table = session_table_new(32, 8);
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		(void)pthread_create(&threads[i], NULL, use, table);
	for (size_t i = 0; i < 4; i++)
		(void)pthread_join(threads[i], NULL);
	ok(session_table_count(table) <= 16, "four threads, two principals");
	session_table_free(&table);
}

#define SESSION "[plugin session]\npath = @PLUGINS@/session.so\n"

static const char config[] =
    RULES_CHAIN("anonymous = yes\nauthorize = session\n") SESSION;

#define ID(id) "Mcp-Session-Id: " id "\n"

/* In this order: each sees what those before it have bound. */
static const struct {
	const char *name, *words;
	struct rules_request request;
} rows[] = {
	{ "no session", "200", { "a", NULL, 0, "POST", "/", NULL } },
	{ "the first who sends it", "200",
	    { "a", NULL, 0, "POST", "/", ID("one") } },
	{ "the same one with a newer token", "200",
	    { "a", NULL, 9, "POST", "/", ID("one") } },
	{ "another one gets 404", "404 not_found",
	    { "b", NULL, 0, "POST", "/", ID("one") } },
	{ "and ends it neither", "404 not_found",
	    { "b", NULL, 0, "DELETE", "/", ID("one") } },
	{ "nobody gets 404", "404 not_found",
	    { NULL, NULL, 0, "GET", "/", ID("one") } },
	{ "a name that begins so", "404 not_found",
	    { "ab", NULL, 0, "POST", "/", ID("one") } },
	{ "another session", "200", { "b", NULL, 0, "POST", "/", ID("two") } },
	{ "nobody binds none", "200",
	    { NULL, NULL, 0, "POST", "/", ID("three") } },
	{ "which is the first one's who is known", "200",
	    { "b", NULL, 0, "POST", "/", ID("three") } },
	{ "two session headers", "400 bad_request base",
	    { "a", NULL, 0, "POST", "/", ID("one") ID("one") } },
	{ "an empty one", "400 bad_request base",
	    { "a", NULL, 0, "POST", "/", ID("") } },
	{ "one with a blank", "400 bad_request base",
	    { "a", NULL, 0, "POST", "/", ID("o ne") } },
	{ "one that is not ASCII", "400 bad_request base",
	    { "a", NULL, 0, "POST", "/", ID("\xc3\xa9") } },
};

static void
test_plugin(void)
{
	struct engine engine;
	struct rules_request request = { .who = "b", .headers = ID("one") };
	char id[600];

	ok(rules_open(&engine, config), "the plugin is taken");
	fputs(engine.found, stderr);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *words = rules_words(&engine, &rows[i].request);

		ok(strcmp(words, rows[i].words) == 0, rows[i].name);
		if (strcmp(words, rows[i].words) != 0)
			printf("# wanted %s, got %s\n", rows[i].words, words);
	}
	ok(authchain_reload(engine.ac, &engine.error) == 0 &&
		strcmp(rules_words(&engine, &request), "404 not_found") == 0,
	    "a reload keeps what is bound");
	(void)snprintf(id, sizeof(id), "Mcp-Session-Id: %0512d\n", 0);
	request.headers = id;
	ok(strcmp(rules_words(&engine, &request), "200") == 0,
	    "an id as long as it may be");
	(void)snprintf(id, sizeof(id), "Mcp-Session-Id: %0513d\n", 0);
	ok(strncmp(rules_words(&engine, &request), "400", 3) == 0,
	    "a byte longer");
	engine_close(&engine);
}

static void
test_full(void)
{
	struct engine engine;
	struct rules_request request = { .who = "a", .headers = ID("one") };

	ok(rules_open(&engine, RULES_CHAIN("authorize = session\n") SESSION
	       "max-sessions = 1\nmax-per-principal = 1\nttl = 1h\n"),
	    "a table of one");
	ok(strcmp(rules_words(&engine, &request), "200") == 0, "is filled");
	request.who = "b";
	request.headers = ID("two");
	ok(strcmp(rules_words(&engine, &request), "503 busy") == 0,
	    "then others are asked to come again");
	engine_close(&engine);
}

int
main(void)
{
	test_table();
	test_bounds();
	test_lists();
	test_threads();
	test_plugin();
	test_full();
	return done();
}
