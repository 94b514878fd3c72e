/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth as it asks about tokens: by which proof, where, how often, and when it
 * leaves the server alone. */
#include "bed.h"
#include "signer.h"
#include "testkeys.h"

#include <stdlib.h>

#define SERVER     "https://as.example"
#define ENDPOINT   "https://as.example/introspect"
#define RESOURCE   "https://mcp.example/mcp"
#define WELL_KNOWN SERVER "/.well-known/oauth-authorization-server"
#define OPENID     SERVER "/.well-known/openid-configuration"
#define FORWARDED  "/.well-known/oauth-authorization-server"
#define GOOD       "{\"active\":true,\"sub\":\"alice\",\"aud\":\"" RESOURCE "\"}"
#define MAX_OPTION 8192

#define BY_SECRET  "client-id=rs", "client-secret=s3cret"
#define ASKER      "introspection-endpoint=" ENDPOINT, BY_SECRET
#define SIGNER                                                                 \
	"introspection-endpoint=" ENDPOINT, "client-id=rs",                    \
	    "client-auth=private_key_jwt"
#define SAY_TYPE                                                               \
	"&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"                \
	"client-assertion-type%3Ajwt-bearer&client_assertion="

static const struct authchain_plugin *plugin;

static struct bed
bed_new(const char *const *options)
{
	return bed_on(fakehost_new(), plugin, RESOURCE, options);
}

static struct authchain_call *
asked(struct bed *bed, const char *token)
{
	struct authchain_call *call = fakehost_call(bed->entry, token);

	(void)fakehost_verify(call);
	return call;
}

static bool
says(const struct authchain_call *call, const char *words, const char *detail)
{
	bool same = strcmp(fakehost_words(call), words) == 0 &&
		    strstr(call->detail, detail) != NULL;

	if (!same)
		printf("# %s: %s\n", fakehost_words(call), call->detail);
	return same;
}

/* One question with that answer; the call is over. */
static void
ask_once(struct bed *bed, uint32_t status, const char *body)
{
	struct authchain_call *call = asked(bed, "once");

	if (status == 0)
		(void)fakehost_fail(bed->host, "timed out");
	else
		(void)fakehost_answer(bed->host, status, NULL, body);
	fakehost_call_free(&call);
}

/* "client-key=" and what follows; a static buffer. */
static const char *
key_option(const char *first, const char *second)
{
	static char text[MAX_OPTION];

	(void)snprintf(text, sizeof(text), "client-key=%s%s%s", first,
	    second == NULL ? "" : "|", second == NULL ? "" : second);
	return text;
}

/* ---- private_key_jwt ---- */

/* The assertion of the oldest request, the caller's; NULL: it has none. */
static char *
assertion_of(struct bed *bed)
{
	const struct fakehost_fetch *fetch = fakehost_oldest(bed->host);
	const char *at = fetch == NULL ? NULL : strstr(fetch->body, SAY_TYPE);

	return at == NULL ? NULL : strdup(at + strlen(SAY_TYPE));
}

static struct ac_jwk *
key_from(const char *text)
{
	struct authchain_error err = { 0 };
	json_t *object = json_loads(text, 0, NULL);
	struct ac_jwk *key = object == NULL
				 ? ac_jwk_from_pem(ac_span_text(text), &err)
				 : ac_jwk_parse(object, AC_JWK_LOCAL, &err);

	json_decref(object);
	if (key == NULL)
		abort();
	return key;
}

struct assertion_row {
	const char *name;
	const char *key;
	const char *options[4];
	const char *alg;
	const char *kid; /* NULL: none */
	const char *aud;
};

static char named_jwk[1024];

static const struct assertion_row assertion_rows[] = {
	{ "a P-256 key", p256_pem_pkcs8, { NULL }, "ES256", NULL, ENDPOINT },
	{ "an RSA key", rsa_pem_pkcs8, { NULL }, "RS256", NULL, ENDPOINT },
	{ "an RSA key and another algorithm", rsa_pem_pkcs8,
	    { "client-algorithm=PS384" }, "PS384", NULL, ENDPOINT },
	{ "a JWK", p256_private, { NULL }, "ES256", NULL, ENDPOINT },
	{ "a JWK with a kid", named_jwk, { NULL }, "ES256", "mine", ENDPOINT },
	{ "a JWK with a kid and another one", named_jwk,
	    { "client-key-id=theirs" }, "ES256", "theirs", ENDPOINT },
	{ "an issuer", p256_pem_pkcs8, { "issuer=" SERVER }, "ES256", NULL,
	    SERVER },
	{ "an audience", p256_pem_pkcs8,
	    { "issuer=" SERVER, "client-audience=urn:x:\"y\"" }, "ES256", NULL,
	    "urn:x:\"y\"" },
};

static bool
is_text(const struct authchain_value *value, const char *text)
{
	return value->type == AUTHCHAIN_TYPE_STRING &&
	       ac_span_is_text(value->text, text);
}

static bool
is_assertion(const struct authchain_peek *peek, const struct assertion_row *row)
{
	return is_text(&peek->iss, "rs") && is_text(&peek->sub, "rs") &&
	       is_text(&peek->aud, row->aud) &&
	       ac_span_is_text(peek->alg, row->alg) &&
	       ac_span_is_text(peek->typ, "JWT") &&
	       (row->kid == NULL ? peek->kid.data == NULL
				 : ac_span_is_text(peek->kid, row->kid)) &&
	       peek->iat.integer == FAKEHOST_WALL_S &&
	       peek->exp.integer == FAKEHOST_WALL_S + 60 &&
	       peek->jti.type == AUTHCHAIN_TYPE_STRING &&
	       peek->jti.text.len == 22;
}

static void
check_assertion(const struct assertion_row *row, const char *text)
{
	uint32_t reason = 0;
	struct ac_jws *jws = ac_jws_parse(ac_span_text(text), &reason, NULL);
	const struct authchain_peek *peek =
	    jws == NULL ? NULL : ac_jws_claims(jws, &reason, NULL);
	struct ac_jwk *key = key_from(row->key);
	char name[128];

	(void)snprintf(name, sizeof(name), "assertion with %s: its claims",
	    row->name);
	ok(peek != NULL && is_assertion(peek, row), name);
	(void)snprintf(name, sizeof(name), "assertion with %s: its signature",
	    row->name);
	ok(peek != NULL &&
		ac_jwk_verify(key, ac_alg_find(ac_span_text(row->alg)),
		    peek->signing_input, peek->signature),
	    name);
	ac_jwk_free(&key);
	ac_jws_free(&jws);
}

static void
test_assertions(void)
{
	static const char start[] = "token=opaque&token_type_hint=access_token"
				    "&client_id=rs" SAY_TYPE;

	for (size_t i = 0;
	     i < sizeof(assertion_rows) / sizeof(assertion_rows[0]); i++) {
		const struct assertion_row *row = &assertion_rows[i];
		const char *options[] = { SIGNER, key_option(row->key, NULL),
			row->options[0], row->options[1], NULL };
		struct bed bed = bed_new(options);
		struct authchain_call *call = asked(&bed, "opaque");
		char *assertion = assertion_of(&bed);

		ok(assertion != NULL &&
			strncmp(fakehost_oldest(bed.host)->body, start,
			    sizeof(start) - 1) == 0 &&
			strstr(fakehost_oldest(bed.host)->headers,
			    "Authorization") == NULL,
		    "the assertion is in the body, and nothing in a header");
		check_assertion(row, assertion == NULL ? "" : assertion);
		(void)fakehost_answer(bed.host, 200, NULL, GOOD);
		ok(says(call, "accept alice", ""), "and the answer counts");
		free(assertion);
		fakehost_call_free(&call);
		bed_free(&bed, row->name);
	}
}

static bool
is_signed_by(struct bed *bed, const char *text_of_key, const char *alg)
{
	char *text = assertion_of(bed);
	struct ac_jwk *key = key_from(text_of_key);
	uint32_t reason = 0;
	struct ac_jws *jws =
	    ac_jws_parse(ac_span_text(text == NULL ? "" : text), &reason, NULL);
	const struct authchain_peek *peek =
	    jws == NULL ? NULL : ac_jws_claims(jws, &reason, NULL);
	bool is =
	    peek != NULL && ac_jwk_verify(key, ac_alg_find(ac_span_text(alg)),
				peek->signing_input, peek->signature);

	ac_jws_free(&jws);
	ac_jwk_free(&key);
	free(text);
	return is;
}

static void
test_two_keys(void)
{
	const char *options[] = { SIGNER,
		key_option(p256_pem_pkcs8, p384_private), NULL };
	struct bed bed = bed_new(options);
	struct authchain_call *call = asked(&bed, "t");

	ok(is_signed_by(&bed, p256_pem_pkcs8, "ES256"),
	    "the current key signs first");
	(void)fakehost_answer(bed.host, 401, NULL,
	    "{\"error\":\"invalid_client\"}");
	ok(is_signed_by(&bed, p384_private, "ES384"),
	    "where it is refused the previous one does");
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	ok(says(call, "accept alice", "") &&
		strcmp(fakehost_pair(&bed.host->metrics, "secret_used"),
		    "client-key") == 0 &&
		fakehost_number(&bed.host->metrics, "secret_used") == 1,
	    "and counts as used");
	fakehost_call_free(&call);
	call = asked(&bed, "u");
	ok(is_signed_by(&bed, p384_private, "ES384"),
	    "the next question begins with it");
	(void)fakehost_answer(bed.host, 401, NULL, "");
	(void)fakehost_answer(bed.host, 401, NULL, "");
	ok(says(call, "unavailable dependency_unavailable",
	       "check client-id \"rs\", client-key, client-audience and this "
	       "clock"),
	    "each is tried once, and then it says what to look at");
	ok(strstr(bed.host->logged,
	       "3 introspection at " ENDPOINT
	       ": the server refuses our own credentials "
	       "(status 401); check client-id \"rs\"") != NULL,
	    "and an error of the log says it too");
	fakehost_call_free(&call);
	bed_free(&bed, "two keys");
}

/* ---- configuration ---- */

struct refusal_row {
	const char *name;
	const char *key; /* NULL: no client-key */
	const char *options[6];
	const char *refused;
};

static const char oct_key[] = "{\"kty\":\"oct\",\"k\":\"c2VjcmV0LXNlY3JldC1zZW"
			      "NyZXQtc2VjcmV0LXNlY3JldA\"}";
static const char garbage[] = "hunter2hunter2";
static const char half[] = "{\"kty\":\"EC\",\"crv\":\"P-256\"}";

static const struct refusal_row refusal_rows[] = {
	{ "no key", NULL, { SIGNER }, "write client-key" },
	{ "a public key", p256_pem_spki, { SIGNER },
	    "is a public key: signing needs the private one" },
	{ "a public JWK", p256_public, { SIGNER },
	    "is a public key: signing needs the private one" },
	{ "a symmetric key", oct_key, { SIGNER }, "is symmetric" },
	{ "an RSA key of 1024 bits", rsa_1024_pem, { SIGNER },
	    "client-key: client-key: " },
	{ "no key at all", garbage, { SIGNER },
	    "is neither a JWK on one line nor PEM" },
	{ "half a JWK", half, { SIGNER }, "client-key: client-key: " },
	{ "an unknown algorithm", p256_pem_pkcs8,
	    { SIGNER, "client-algorithm=ES257" },
	    "can't sign \"ES257\": no such algorithm" },
	{ "the algorithm none", p256_pem_pkcs8,
	    { SIGNER, "client-algorithm=none" }, "no such algorithm" },
	{ "an algorithm of another key", p256_pem_pkcs8,
	    { SIGNER, "client-algorithm=RS256" }, "may not sign RS256" },
	{ "an HMAC algorithm", p256_pem_pkcs8,
	    { SIGNER, "client-algorithm=HS256" }, "may not sign HS256" },
	{ "a secret besides", p256_pem_pkcs8, { SIGNER, "client-secret=x" },
	    "client-secret: client-auth = private_key_jwt proves itself by "
	    "client-key" },
	{ "a key with basic", p256_pem_pkcs8, { ASKER },
	    "client-key: it means something with client-auth = "
	    "private_key_jwt only" },
	{ "a key id with post", NULL,
	    { ASKER, "client-auth=post", "client-key-id=k" },
	    "client-key-id: it means something" },
	{ "an audience with basic", NULL, { ASKER, "client-audience=x" },
	    "client-audience: it means something" },
	{ "an algorithm with basic", NULL, { ASKER, "client-algorithm=ES256" },
	    "client-algorithm: it means something" },
	{ "discovery without an issuer", NULL,
	    { "introspection-discovery=yes", BY_SECRET },
	    "introspection-discovery: it asks the issuer" },
	{ "discovery and an endpoint", NULL,
	    { ASKER, "introspection-discovery=yes", "issuer=" SERVER },
	    "introspection-discovery: introspection-endpoint says already" },
	{ "discovery of another issuer", NULL,
	    { "introspection-discovery=yes", BY_SECRET,
		"authorization-servers=" SERVER, "issuer=https://b.example" },
	    "issuer: introspection-discovery asks the first" },
	{ "discovery of an issuer that is no URL", NULL,
	    { "introspection-discovery=yes", BY_SECRET, "issuer=us" },
	    "issuer: \"us\" is not an absolute URL" },
	{ "discovery over http", NULL,
	    { "introspection-discovery=yes", BY_SECRET,
		"issuer=http://as.example" },
	    "so its endpoint can't be discovered" },
	{ "discovery without a client", NULL,
	    { "introspection-discovery=yes", "issuer=" SERVER },
	    "write client-id" },
};

static void
test_refusals(void)
{
	for (size_t i = 0; i < sizeof(refusal_rows) / sizeof(refusal_rows[0]);
	     i++) {
		const struct refusal_row *row = &refusal_rows[i];
		struct fakehost *host = fakehost_new();
		const char *options[8] = { NULL };
		struct authchain_entry *entry;
		size_t count = 0;
		char name[256];

		while (count < 6 && row->options[count] != NULL) {
			options[count] = row->options[count];
			count++;
		}
		if (row->key != NULL)
			options[count] = key_option(row->key, NULL);
		entry = fakehost_entry(host, plugin, RESOURCE, options);
		(void)snprintf(name, sizeof(name), "configured with %s: %s",
		    row->name, row->refused);
		ok(entry == NULL &&
			strstr(fakehost_refusal(), row->refused) != NULL,
		    name);
		if (strstr(fakehost_refusal(), row->refused) == NULL)
			printf("# %s\n", fakehost_refusal());
		ok(strstr(fakehost_refusal(), "hunter2") == NULL &&
			strstr(fakehost_refusal(), "c2VjcmV0") == NULL,
		    "and says nothing of the secret");
		fakehost_destroy(&entry);
		ok(fakehost_free(&host) == 0, "nothing is left over");
	}
}

static void
test_two_keys_one_name(void)
{
	struct fakehost *host = fakehost_new();
	const char *options[] = { SIGNER,
		key_option(p256_pem_pkcs8, p384_private), "client-key-id=k",
		NULL };
	struct authchain_entry *entry =
	    fakehost_entry(host, plugin, RESOURCE, options);

	ok(entry == NULL && strstr(fakehost_refusal(),
				"client-key-id: it can't name each") != NULL,
	    "configured with one name for two keys: refused");
	fakehost_destroy(&entry);
	ok(fakehost_free(&host) == 0, "nothing is left over");
}

/* ---- what is remembered, and how long is waited ---- */

struct memory_row {
	const char *name;
	const char *options[3];
	uint32_t status;
	const char *body;
	uint32_t remember_s;
};

static const struct memory_row memory_rows[] = {
	{ "a good token", { NULL }, 200, GOOD, 30 },
	{ "a good token for longer", { "cache=10m" }, 200, GOOD, 600 },
	{ "a good token for less than a second", { "cache=999ms" }, 200, GOOD,
	    0 },
	{ "a good token with cache = 0s", { "cache=0s" }, 200, GOOD, 0 },
	{ "one that is not active", { NULL }, 200, "{\"active\":false}", 5 },
	{ "one that is known and not active", { "cache=10m" }, 200,
	    "{\"active\":false,\"jti\":\"x\"}", 5 },
	{ "one that is not active with negative-cache = 0s",
	    { "negative-cache=0s" }, 200, "{\"active\":false}", 0 },
	{ "another's", { NULL }, 200,
	    "{\"active\":true,\"sub\":\"a\",\"aud\":\"x\"}", 5 },
	{ "a kind that is not known", { NULL }, 400,
	    "{\"error\":\"unsupported_token_type\"}", 5 },
	{ "one that is not valid yet", { NULL }, 200,
	    "{\"active\":true,\"sub\":\"a\",\"aud\":\"" RESOURCE
	    "\",\"nbf\":1800000300}",
	    0 },
	{ "an answer without sense", { NULL }, 200, "{\"active\":1}", 0 },
	{ "credentials that are refused", { NULL }, 401, "", 0 },
	{ "a server that fails", { NULL }, 503, "", 0 },
	{ "silence", { NULL }, 0, "", 0 },
};

static void
test_memory(void)
{
	for (size_t i = 0; i < sizeof(memory_rows) / sizeof(memory_rows[0]);
	     i++) {
		const struct memory_row *row = &memory_rows[i];
		const char *options[] = { ASKER, row->options[0], NULL };
		struct bed bed = bed_new(options);
		struct authchain_call *call = asked(&bed, "t");
		char name[128];

		if (row->status == 0)
			(void)fakehost_fail(bed.host, "timed out");
		else
			(void)fakehost_answer(bed.host, row->status, NULL,
			    row->body);
		(void)snprintf(name, sizeof(name), "%s may be remembered %u s",
		    row->name, row->remember_s);
		ok(call->remember_s == row->remember_s, name);
		fakehost_call_free(&call);
		bed_free(&bed, row->name);
	}
}

static void
test_patience(void)
{
	static const char *const options[] = { ASKER, "timeout=250ms", NULL };
	static const char *const plain[] = { ASKER, NULL };
	struct bed bed = bed_new(plain);
	struct authchain_call *hasty = fakehost_call(bed.entry, "t");
	struct authchain_call *patient = fakehost_call(bed.entry, "t");

	hasty->deadline_ms = 1;
	(void)fakehost_verify(hasty);
	(void)fakehost_verify(patient);
	ok(bed.host->fetch_count == 1 &&
		bed.host->fetches[0].timeout_ms == 5000,
	    "the question's time is its own, not that of who asked first");
	fakehost_give_up(hasty);
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	ok(says(hasty, "unavailable deadline", "") &&
		says(patient, "accept alice", ""),
	    "who asked first gave up, who joined is served");
	ok(strstr(fakehost_status(bed.entry),
	       "not-asked: 1 joined a question, 0 were turned away\n") != NULL,
	    "and the status counts who joined");
	fakehost_call_free(&hasty);
	fakehost_call_free(&patient);
	bed_free(&bed, "patience");
	bed = bed_new(options);
	hasty = asked(&bed, "t");
	ok(bed.host->fetches[0].timeout_ms == 250 &&
		bed.host->fetches[0].max_bytes == 16384,
	    "timeout is the request's");
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	fakehost_call_free(&hasty);
	bed_free(&bed, "timeout");
}

static void
test_types(void)
{
	static const char *const options[] = { ASKER,
		"token-types=Bearer, urn:x:validated", NULL };
	struct bed bed = bed_new(options);
	struct authchain_call *call = asked(&bed, "t");

	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":\"" RESOURCE
	    "\",\"token_type\":\"urn:x:validated\"}");
	ok(says(call, "accept alice", ""), "a type of token-types");
	fakehost_call_free(&call);
	call = asked(&bed, "t");
	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":\"" RESOURCE
	    "\",\"token_type\":\"urn:x\"}");
	ok(says(call, "reject wrong_type", "urn:x"), "and another one");
	fakehost_call_free(&call);
	bed_free(&bed, "types");
}

/* ---- the breaker, in place ---- */

static void
test_breaker(void)
{
	static const char *const options[] = { ASKER, "breaker-failures=2",
		"breaker-pause=3s", NULL };
	struct bed bed = bed_new(options);
	struct authchain_call *call;

	for (int i = 0; i < 50; i++) {
		ask_once(&bed, 200, "{\"active\":false}");
		ask_once(&bed, 400, "{\"error\":\"unsupported_token_type\"}");
		ask_once(&bed, 400, "{\"error\":\"invalid_request\"}");
		ask_once(&bed, 401, "");
		ask_once(&bed, 429, "");
		ask_once(&bed, 500, "");
	}
	ok(strstr(fakehost_status(bed.entry),
	       "breaker: closed, 0 of 2 failures in a row\n") != NULL,
	    "no flood of bad tokens opens it");
	ask_once(&bed, 502, "");
	ok(strstr(fakehost_status(bed.entry), "closed, 1 of 2") != NULL &&
		fakehost_number(&bed.host->metrics,
		    "introspection_breaker_open") == 0,
	    "one failure less than breaker-failures: closed");
	ask_once(&bed, 504, "");
	ok(strstr(fakehost_status(bed.entry), "breaker: open for 3 s more\n") !=
		    NULL &&
		fakehost_number(&bed.host->metrics,
		    "introspection_breaker_open") == 1 &&
		strstr(bed.host->logged, "2 questions in a row") != NULL,
	    "breaker-failures of gateways: open, in status, metric and log");
	fakehost_advance(bed.host, 1500);
	call = asked(&bed, "t");
	ok(says(call, "unavailable dependency_unavailable",
	       "is not asked now") &&
		call->retry_after_s == 2 && call->remember_s == 0 &&
		fakehost_number(&bed.host->metrics,
		    "introspection_turned_away_total") == 1,
	    "who comes is turned away at once, and told when to come again");
	fakehost_call_free(&call);
	fakehost_advance(bed.host, 1500);
	call = asked(&bed, "t");
	ok(call->outcome == AUTHCHAIN_PENDING &&
		strstr(fakehost_status(bed.entry),
		    "breaker: open, one question tries\n") != NULL,
	    "after breaker-pause one question tries");
	(void)fakehost_answer(bed.host, 404, NULL, "");
	fakehost_call_free(&call);
	ok(strstr(fakehost_status(bed.entry), "breaker: closed") != NULL &&
		fakehost_number(&bed.host->metrics,
		    "introspection_breaker_open") == 0,
	    "any word of the server itself closes it");
	bed_free(&bed, "breaker");
}

static void
test_lost_probe(void)
{
	static const char *const options[] = { ASKER, "breaker-failures=1",
		NULL };
	struct bed bed = bed_new(options);
	struct authchain_call *call;

	ask_once(&bed, 0, NULL);
	fakehost_advance(bed.host, 1000);
	bed.host->refuse_fetch = true;
	call = asked(&bed, "t");
	ok(says(call, "unavailable dependency_unavailable",
	       "before it was sent"),
	    "a question that should try can't be sent");
	fakehost_call_free(&call);
	bed.host->refuse_fetch = false;
	call = asked(&bed, "t");
	ok(call->outcome == AUTHCHAIN_PENDING, "so the next one tries");
	fakehost_give_up(call);
	fakehost_call_free(&call);
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	ok(strstr(fakehost_status(bed.entry), "breaker: closed") != NULL,
	    "and its answer counts though nobody waits for it any more");
	bed_free(&bed, "lost probe");
}

static void
test_no_breaker(void)
{
	static const char *const options[] = { ASKER, "breaker-failures=0",
		NULL };
	struct bed bed = bed_new(options);

	for (int i = 0; i < 100; i++)
		ask_once(&bed, 0, NULL);
	ok(bed.host->fetch_count == 100 &&
		strstr(fakehost_status(bed.entry), "breaker: off\n") != NULL,
	    "breaker-failures = 0 asks on");
	bed_free(&bed, "no breaker");
}

/* ---- discovery ---- */

#define DOCUMENT "{\"issuer\":\"" SERVER "\",\"introspection_endpoint\":"
#define NAMES    DOCUMENT "\"" ENDPOINT "\"}"

static const char *const finder[] = { "introspection-discovery=yes",
	"issuer=" SERVER, BY_SECRET, NULL };

static bool
is_asked(struct bed *bed, const char *url)
{
	const struct fakehost_fetch *fetch = fakehost_oldest(bed->host);

	return fetch != NULL && strcmp(fetch->url, url) == 0;
}

static void
test_discovery(void)
{
	struct bed bed = bed_new(finder);
	struct authchain_call *call = asked(&bed, "t");
	struct authchain_call *same = asked(&bed, "t");

	ok(fakehost_open(bed.host) == 1 && is_asked(&bed, WELL_KNOWN) &&
		call->outcome == AUTHCHAIN_PENDING,
	    "a call waits for the metadata");
	(void)fakehost_answer(bed.host, 404, NULL, "");
	ok(is_asked(&bed, OPENID), "which has several places");
	(void)fakehost_answer(bed.host, 200, NULL, NAMES);
	ok(fakehost_open(bed.host) == 1 && is_asked(&bed, ENDPOINT) &&
		strncmp(fakehost_oldest(bed.host)->body, "token=t&", 8) == 0,
	    "then the token is asked about, once");
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	ok(says(call, "accept alice", "") && says(same, "accept alice", "") &&
		strcmp(call->issuer, SERVER) == 0,
	    "and the answer is for all that waited");
	ok(strstr(fakehost_status(bed.entry),
	       "introspection: " ENDPOINT ", no failure\n") != NULL,
	    "the status names the endpoint");
	fakehost_call_free(&call);
	fakehost_call_free(&same);
	fakehost_advance(bed.host, INT64_C(15) * 60000);
	(void)fakehost_answer(bed.host, 200, NULL,
	    DOCUMENT "\"" SERVER "/new\"}");
	call = asked(&bed, "t");
	ok(is_asked(&bed, SERVER "/new"), "one that has moved is followed");
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	fakehost_call_free(&call);
	fakehost_advance(bed.host, INT64_C(15) * 60000);
	(void)fakehost_fail(bed.host, "refused");
	(void)fakehost_fail(bed.host, "refused");
	call = asked(&bed, "t");
	ok(is_asked(&bed, SERVER "/new"),
	    "and while the metadata fails the last one stays");
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	ok(says(call, "accept alice", ""), "and serves");
	fakehost_call_free(&call);
	bed_free(&bed, "discovery");
}

static const struct {
	const char *name, *body, *detail;
} documents[] = {
	{ "no document", NULL, "status 404" },
	{ "no endpoint", "{\"issuer\":\"" SERVER "\"}",
	    "it names no introspection_endpoint" },
	{ "an endpoint that is a number", DOCUMENT "7}",
	    "it names no introspection_endpoint" },
	{ "an endpoint over http", DOCUMENT "\"http://as.example/i\"}",
	    "is http" },
	{ "an endpoint with a user", DOCUMENT "\"https://a:b@as.example/i\"}",
	    "has a user" },
	{ "an endpoint that is a path", DOCUMENT "\"/introspect\"}",
	    "is not an absolute URL" },
	{ "a file", DOCUMENT "\"file:///etc/passwd\"}", "" },
	{ "another issuer's document",
	    "{\"issuer\":\"https://evil.example\",\"introspection_endpoint\":"
	    "\"https://evil.example/i\"}",
	    "and not exactly" },
	{ "the issuer with a slash",
	    "{\"issuer\":\"" SERVER "/\",\"introspection_endpoint\":"
	    "\"" ENDPOINT "\"}",
	    "and not exactly" },
	{ "HTML", "<html>", "" },
};

static void
test_no_discovery(void)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		struct bed bed = bed_new(finder);
		struct authchain_call *call = asked(&bed, "t");
		char name[128];

		for (int n = 0; n < 2; n++)
			(void)fakehost_answer(bed.host,
			    documents[i].body == NULL ? 404 : 200, NULL,
			    documents[i].body);
		(void)snprintf(name, sizeof(name),
		    "discovery finds %s: unavailable", documents[i].name);
		ok(says(call, "unavailable dependency_unavailable",
		       documents[i].detail) &&
			strstr(call->detail, "introspection endpoint is not "
					     "known") != NULL &&
			call->retry_after_s > 0 && fakehost_open(bed.host) == 0,
		    name);
		fakehost_call_free(&call);
		call = asked(&bed, "u");
		ok(is_asked(&bed, WELL_KNOWN),
		    "the next call looks for it once more");
		(void)fakehost_answer(bed.host, 404, NULL, NULL);
		(void)fakehost_answer(bed.host, 404, NULL, NULL);
		fakehost_call_free(&call);
		call = asked(&bed, "v");
		ok(call->outcome == AUTHCHAIN_UNAVAILABLE &&
			fakehost_open(bed.host) == 0,
		    "those after it are told at once");
		fakehost_call_free(&call);
		bed_free(&bed, documents[i].name);
	}
}

static void
test_discovery_and_forward(void)
{
	static const char *const options[] = { "introspection-discovery=yes",
		"authorization-servers=" SERVER, BY_SECRET, NULL };
	struct bed bed = bed_new(options);
	struct authchain_call *call;

	(void)fakehost_answer(bed.host, 200, NULL, NAMES);
	ok(bed.host->fetch_count == 1 &&
		strcmp(fakehost_pair(&bed.host->documents, FORWARDED), NAMES) ==
		    0,
	    "one document is forwarded and read");
	call = asked(&bed, "t");
	ok(is_asked(&bed, ENDPOINT), "and names the endpoint");
	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"active\":true,\"sub\":\"a\",\"aud\":\"" RESOURCE
	    "\",\"iss\":\"https://evil.example\"}");
	ok(says(call, "reject wrong_issuer", ""),
	    "whose issuer is then the tokens'");
	fakehost_call_free(&call);
	bed_free(&bed, "discovery and forward");
	bed = bed_new(options);
	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"issuer\":\"" SERVER "\"}");
	ok(fakehost_pair(&bed.host->documents, FORWARDED)[0] == '{',
	    "a document without an endpoint is forwarded all the same");
	call = asked(&bed, "t");
	fakehost_destroy(&bed.entry);
	ok(call->outcome != AUTHCHAIN_ACCEPT,
	    "destroyed while a call waits for the endpoint: it gets in not");
	fakehost_call_free(&call);
	ok(fakehost_free(&bed.host) == 0, "and nothing is left over");
}

static void
test_discovered_audience(void)
{
	const char *options[] = { "introspection-discovery=yes",
		"issuer=" SERVER, "client-id=rs", "client-auth=private_key_jwt",
		key_option(p256_pem_pkcs8, NULL), NULL };
	const struct assertion_row row = { "discovery", p256_pem_pkcs8,
		{ NULL }, "ES256", NULL, SERVER };
	struct bed bed = bed_new(options);
	struct authchain_call *call;
	char *assertion;

	(void)fakehost_answer(bed.host, 200, NULL, NAMES);
	call = asked(&bed, "t");
	assertion = assertion_of(&bed);
	check_assertion(&row, assertion == NULL ? "" : assertion);
	(void)fakehost_answer(bed.host, 200, NULL, GOOD);
	free(assertion);
	fakehost_call_free(&call);
	bed_free(&bed, "discovered audience");
}

int
main(void)
{
	(void)snprintf(named_jwk, sizeof(named_jwk), "{\"kid\":\"mine\",%s",
	    p256_private + 1);
	plugin = fakehost_load("providers/.libs/oauth.so", "oauth");
	test_assertions();
	test_two_keys();
	test_refusals();
	test_two_keys_one_name();
	test_memory();
	test_patience();
	test_types();
	test_breaker();
	test_lost_probe();
	test_no_breaker();
	test_discovery();
	test_no_discovery();
	test_discovery_and_forward();
	test_discovered_audience();
	return done();
}
