/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every way in which a key server fails, one row each, in the engine: what
 * becomes of a token whose key is known from a last-good copy (warm) and of
 * one whose key never was (cold), how often the server is asked, and what the
 * operator is told.  All rows fail at the same time, so that those that take
 * until the limit of a request take it together.
 */
#include "engine.h"
#include "keyserver.h"
#include "keystate.h"
#include "scratch.h"
#include "signer.h"
#include "tap.h"

#include "base/clock.h"
#include "net/io.h"

#define RESOURCE "https://mcp.example/mcp"
#define SHORT_MS 300  /* what a request has where the server hangs */
#define RETRY_MS 3750 /* the least pause after a failure */
#define FLOOD    1000
/* libcurl sends once more, up to five times, what was lost with a connection
 * that had been kept from an earlier request */
#define SENT_AGAIN 5

enum column {
	COLD,
	WARM
};
static const char *const columns[] = { "cold", "warm" };

static struct keyserver http, wrong_name, expired, self_signed, trusted;

/* Where a row's keys are. */
enum place {
	AT_HTTP,
	AT_NOBODY, /* a port that nobody listens on */
	AT_WRONG_NAME,
	AT_EXPIRED,
	AT_SELF_SIGNED,
	AT_INVALID /* a name without an address */
};

/* What becomes of a request. */
enum end {
	ENDS,
	HANGS, /* it lasts until its limit */
	CUT    /* the connection ends without an answer */
};

struct row {
	const char *name;
	const char *rule; /* of the key server */
	enum place place;
	const char *error; /* what the operator is told */
	enum end end;
};

static const struct row rows[] = {
	{ "down", "\"mode\": \"down\"", AT_HTTP, "no answer: connection ",
	    CUT },
	{ "refused", "", AT_NOBODY, "refused", ENDS },
	{ "reset", "\"mode\": \"reset\"", AT_HTTP, "connection broken", CUT },
	{ "stall", "\"mode\": \"stall\"", AT_HTTP, "no answer in 10s", HANGS },
	{ "stall-body", "\"mode\": \"stall-body\"", AT_HTTP,
	    "answer not complete in 10s", HANGS },
	{ "drip", "\"mode\": \"drip\", \"ms\": 2000", AT_HTTP,
	    "answer not complete in 10s", HANGS },
	{ "500", "\"mode\": \"500\"", AT_HTTP, "answered with status 500",
	    ENDS },
	{ "truncated", "\"mode\": \"truncated\"", AT_HTTP, "answer cut short",
	    ENDS },
	{ "html", "\"mode\": \"html\"", AT_HTTP, "JSON", ENDS },
	{ "100-mb", "\"mode\": \"huge\"", AT_HTTP, "body larger than 1 MiB",
	    ENDS },
	{ "100-mb-unannounced", "\"mode\": \"huge-chunked\"", AT_HTTP,
	    "body larger than 1 MiB", ENDS },
	{ "gzip-bomb", "\"mode\": \"gzip\", \"bytes\": 16777216", AT_HTTP,
	    "gzip", ENDS },
	{ "redirect", "\"mode\": \"redirect\"", AT_HTTP,
	    "redirects are not followed", ENDS },
	{ "wrong-name", "", AT_WRONG_NAME, "certificate not trusted", ENDS },
	{ "expired-certificate", "", AT_EXPIRED, "certificate not trusted",
	    ENDS },
	{ "self-signed", "", AT_SELF_SIGNED, "certificate not trusted", ENDS },
	{ "dns", "", AT_INVALID, "the host's name has no address", ENDS },
	{ "50000-keys", "\"mode\": \"many\", \"count\": 50000", AT_HTTP,
	    "body larger than 1 MiB", ENDS },
	{ "1000-keys", "\"mode\": \"many\"", AT_HTTP, "at most 256 are allowed",
	    ENDS },
	{ "empty-set", "\"body\": {\"keys\": []}", AT_HTTP, "no usable key",
	    ENDS },
	{ "empty-body", "\"mode\": \"empty\"", AT_HTTP, "JSON", ENDS },
	{ "junk", "\"mode\": \"junk\"", AT_HTTP, "not HTTP", ENDS },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct engine engine;
static struct ac_jwk *key, *stranger;
static char *set;
static int64_t began_ms;
static int closed = -1;
static unsigned int closed_port;

/* ---- configuration ---- */

static void
url_for(const struct row *row, enum column column, char out[128])
{
	const struct keyserver *servers[] = { &http, NULL, &wrong_name,
		&expired, &self_signed, NULL };
	unsigned int port = row->place == AT_NOBODY ? closed_port : 443;

	if (servers[row->place] != NULL)
		port = servers[row->place]->port;
	(void)snprintf(out, 128, "%s://%s:%u/%s-%s",
	    row->place <= AT_NOBODY ? "http" : "https",
	    row->place == AT_INVALID ? "no-such-host.invalid" : "127.0.0.1",
	    port, row->name, columns[column]);
}

static void
add_entry(struct ac_buf *text, const char *name, const char *url)
{
	ac_buf_format(text,
	    "[plugin %s]\n"
	    "type = jwks\n"
	    "issuer = https://%s.example\n"
	    "jwks-uri = %s\n"
	    "algorithms = ES256\n"
	    "insecure-http = yes\n"
	    "insecure-private-addresses = yes\n",
	    name, name, url);
}

/* A last-good copy, as if of a moment ago. */
static void
write_copy(const char *name, const char *url)
{
	char file[128];
	struct ac_buf text;

	ac_buf_init(&text, 65536);
	ac_buf_format(&text,
	    "{\"issuer\":\"https://%s.example\",\"url\":\"%s\","
	    "\"fetched_s\":%lld,\"jwks\":\"",
	    name, url, (long long)(ac_clock_wall_ms() / 1000));
	ac_buf_json(&text, ac_span_text(set));
	ac_buf_text(&text, "\"}\n");
	(void)snprintf(file, sizeof(file), "%s.copy", name);
	scratch_write(file, ac_buf_span(&text), 0600);
	ac_buf_clear(&text);
}

static void
add_row(struct ac_buf *text, const struct row *row, enum column column)
{
	char url[128], name[64];

	(void)snprintf(name, sizeof(name), "%s-%s", row->name, columns[column]);
	url_for(row, column, url);
	add_entry(text, name, url);
	if (column == COLD)
		return;
	ac_buf_format(text, "last-good = %s/%s.copy\n", scratch, name);
	write_copy(name, url);
}

static char *
configuration(void)
{
	struct ac_buf text;
	char url[128];

	ac_buf_init(&text, 65536);
	ac_buf_text(&text, "[chain]\nresource = " RESOURCE "\ndeadline = 60s\n"
			   "identity = control");
	for (size_t i = 0; i < ROWS; i++)
		ac_buf_format(&text, ", %s-cold, %s-warm", rows[i].name,
		    rows[i].name);
	ac_buf_text(&text, "\n");
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/control",
	    trusted.port);
	add_entry(&text, "control", url);
	for (size_t i = 0; i < ROWS; i++) {
		add_row(&text, &rows[i], COLD);
		add_row(&text, &rows[i], WARM);
	}
	return ac_buf_take(&text);
}

/* ---- servers ---- */

static void
start_tls(struct keyserver *server, const char *certificate)
{
	const char *file = scratch_path(certificate);
	const char *const more[] = { "--cert", file, "--key", file, NULL };

	keyserver_start(server, more);
}

static void
make_certificates(void)
{
	const char *top = getenv("abs_top_srcdir");
	char command[1024];
	int r;

	(void)snprintf(command, sizeof(command),
	    "/usr/bin/python3 -W ignore '%s/tests/make-certs.py' '%s'",
	    top == NULL ? "." : top, scratch);
	r = system(command);
	if (r == 0)
		return;
	scratch_remove();
	printf("1..0 # SKIP no certificates: python3-cryptography?\n");
	exit(0);
}

/* Bound, so that nobody else gets it, and not listening. */
static void
take_closed_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	closed = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(closed, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(closed, (struct sockaddr *)&at, &len) != 0)
		abort();
	closed_port = ntohs(at.sin_port);
}

static void
serve(const struct keyserver *server, const char *path, const char *rule)
{
	char text[8192];

	(void)snprintf(text, sizeof(text), "{\"path\": \"%s\", %s}", path,
	    rule);
	keyserver_rule(server, text);
}

static void
serve_rows(void)
{
	char path[64], good[4096];

	(void)snprintf(good, sizeof(good), "\"body\": %s", set);
	serve(&trusted, "/control", good);
	for (size_t i = 0; i < ROWS; i++)
		for (int column = COLD; column <= WARM; column++) {
			(void)snprintf(path, sizeof(path), "/%s-%s",
			    rows[i].name, columns[column]);
			if (rows[i].place == AT_HTTP)
				serve(&http, path, rows[i].rule);
		}
}

static void
open_all(void)
{
	char *text = configuration();

	serve_rows();
	began_ms = ac_clock_monotonic_ms();
	if (!engine_open(&engine, text) ||
	    ac_io_trust(engine.ac->io, scratch_path("ca.pem")) != 0 ||
	    !engine_start(&engine)) {
		printf("Bail out! %s %s\n", engine.error.text, engine.found);
		exit(99);
	}
	free(text);
}

/* ---- tokens ---- */

static char *
token_for(const char *entry, const struct ac_jwk *by, const char *kid)
{
	char claims[512];

	(void)snprintf(claims, sizeof(claims),
	    "{\"iss\":\"https://%s.example\",\"sub\":\"alice\",\"aud\":"
	    "\"" RESOURCE "\",\"exp\":4102444800}",
	    entry);
	return signer_token(by, "ES256", kid, claims);
}

/* "200 none", "503 deadline": what comes of a token. */
static const char *
verdict(const char *entry, const struct ac_jwk *by, const char *kid,
    uint32_t timeout_ms)
{
	static char words[128];
	char *token = token_for(entry, by, kid);
	struct authchain_request request = { .size = sizeof(request),
		.token = ac_span_text(token),
		.timeout_ms = timeout_ms };
	struct authchain_decision *decision = NULL;

	(void)authchain_check(engine.ac, "t", &request, &decision);
	(void)snprintf(words, sizeof(words), "%u %s", decision->status,
	    authchain_reason_name(decision->reason));
	authchain_decision_free(&decision);
	free(token);
	return words;
}

static void
is_verdict(const char *wanted, const char *got, const char *entry,
    const char *what)
{
	char name[256];

	(void)snprintf(name, sizeof(name), "%s: %s: %s", entry, what, wanted);
	ok(strcmp(wanted, got) == 0, name);
	if (strcmp(wanted, got) != 0)
		printf("# got %s\n", got);
}

static void
is_so(bool is, const char *entry, const char *what)
{
	char name[256];

	(void)snprintf(name, sizeof(name), "%s: %s", entry, what);
	ok(is, name);
}

/* ---- the rows ---- */

/* Have those that hang come to their limit, on a machine that is busy? */
static bool
is_over(void)
{
	return ac_clock_monotonic_ms() - began_ms >= AC_IO_TIMEOUT_MS;
}

static void
is_unjudged(const struct row *row, const char *entry, const struct ac_jwk *by,
    const char *kid, const char *what)
{
	bool hangs = row->end == HANGS;
	const char *got = verdict(entry, by, kid, hangs ? SHORT_MS : 0);

	if (hangs && is_over() && strcmp(got, "503 deadline") != 0)
		hangs = false;
	is_verdict(hangs ? "503 deadline" : "503 keys_unavailable", got, entry,
	    what);
}

static void
test_cold(const struct row *row)
{
	char entry[64];

	(void)snprintf(entry, sizeof(entry), "%s-cold", row->name);
	is_unjudged(row, entry, key, "k1", "a good token can't be judged");
	is_unjudged(row, entry, stranger, "k1", "nor a forged one");
	if (row->end == HANGS)
		is_so(keystate_of(&engine, entry).fetches == 0 || is_over(),
		    entry, "the deadline came before the end of the request");
}

static void
test_warm(const struct row *row)
{
	struct keystate before, after;
	char entry[64];

	(void)snprintf(entry, sizeof(entry), "%s-warm", row->name);
	before = keystate_of(&engine, entry);
	is_verdict("200 none", verdict(entry, key, "k1", 0), entry,
	    "a known kid is answered");
	after = keystate_of(&engine, entry);
	if (row->end == HANGS)
		is_so((before.fetching && after.fetching &&
			  after.fetches == 0) ||
			  is_over(),
		    entry, "and did not wait for the request under way");
	is_verdict("401 bad_signature", verdict(entry, stranger, "k1", 0),
	    entry, "a forgery under a known kid is refused");
	is_unjudged(row, entry, key, "k9", "an unknown kid can't be judged");
}

/* Each key set asks at start, once for those who ask, and after pauses. */
static bool
is_bounded(int64_t fetches, int64_t each)
{
	int64_t passed_ms = ac_clock_monotonic_ms() - began_ms;

	return fetches >= 1 && fetches <= each * (2 + passed_ms / RETRY_MS);
}

static void
test_told(const struct row *row, enum column column)
{
	char entry[64], what[256], path[72];
	struct keystate state;

	(void)snprintf(entry, sizeof(entry), "%s-%s", row->name,
	    columns[column]);
	(void)snprintf(path, sizeof(path), "/%s", entry);
	(void)snprintf(what, sizeof(what), "the last error says: %s",
	    row->error);
	state = keystate_after(&engine, entry, 1);
	is_so(strstr(state.error, row->error) != NULL && state.failures >= 1,
	    entry, what);
	if (strstr(state.error, row->error) == NULL)
		printf("# it says: %s\n", state.error);
	is_so(strcmp(state.source, column == WARM ? "last-good" : "none") == 0,
	    entry, "nothing of the answer was taken");
	is_so(is_bounded(state.fetches, 1), entry,
	    "the server is asked in bounds");
	if (row->place == AT_HTTP)
		is_so(is_bounded(keyserver_count(&http, path),
			  row->end == CUT ? 1 + SENT_AGAIN : 1),
		    entry, "and counts no more requests than that");
}

static void
test_rows(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		test_cold(&rows[i]);
		test_warm(&rows[i]);
	}
	for (size_t i = 0; i < ROWS; i++) {
		test_told(&rows[i], COLD);
		test_told(&rows[i], WARM);
	}
	ok(keyserver_count(&http, "/redirected") == 0,
	    "nobody was led to where a redirect pointed");
	is_verdict("200 none", verdict("control", key, "k1", 0), "control",
	    "a server with a good certificate serves");
	for (size_t i = 0; i < ROWS; i++) {
		char entry[64];

		(void)snprintf(entry, sizeof(entry), "%s-warm", rows[i].name);
		is_verdict("200 none", verdict(entry, key, "k1", 0), entry,
		    "after it all a known kid is answered as before");
	}
}

/* ---- floods ---- */

static void
test_flood(const char *entry, const char *wanted)
{
	struct keystate before = keystate_of(&engine, entry), after;
	int64_t began = ac_clock_monotonic_ms(), passed_ms;
	size_t same = 0, known = 0;
	char kid[32];

	for (size_t i = 0; i < FLOOD; i++) {
		(void)snprintf(kid, sizeof(kid), "invented-%zu", i);
		same += strcmp(wanted, verdict(entry, stranger, kid, 0)) == 0;
		if (i % 10 == 0)
			known += strcmp("200 none",
				     verdict(entry, key, "k1", 0)) == 0;
	}
	after = keystate_of(&engine, entry);
	passed_ms = ac_clock_monotonic_ms() - began;
	is_verdict(wanted, same == FLOOD ? wanted : "others", entry,
	    "1,000 unknown kids");
	is_so(known == FLOOD / 10, entry,
	    "while a known kid is answered each time");
	/* one that was under way, one for the cool-down, and those that come
	 * by themselves */
	is_so(after.fetches - before.fetches <=
		  2 + passed_ms / 30000 + passed_ms / RETRY_MS,
	    entry, "1,000 unknown kids cause one fetch per cool-down");
}

int
main(void)
{
	key = signer_key("ES256");
	stranger = signer_key("ES256");
	set = signer_set_of(key, "k1");
	scratch_make();
	make_certificates();
	keyserver_start(&http, NULL);
	start_tls(&wrong_name, "elsewhere.pem");
	start_tls(&expired, "expired.pem");
	start_tls(&self_signed, "self.pem");
	start_tls(&trusted, "good.pem");
	take_closed_port();
	open_all();
	test_rows();
	test_flood("500-warm", "503 keys_unavailable");
	test_flood("control", "401 unknown_kid");
	engine_close(&engine);
	keyserver_stop(&http);
	keyserver_stop(&wrong_name);
	keyserver_stop(&expired);
	keyserver_stop(&self_signed);
	keyserver_stop(&trusted);
	(void)close(closed);
	scratch_remove();
	ac_jwk_free(&key);
	ac_jwk_free(&stranger);
	free(set);
	return done();
}
