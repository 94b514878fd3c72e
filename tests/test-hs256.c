/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hs256: which configurations stand, which tokens pass.  Tokens are made with
 * libcrypto alone, as somebody else would make them.
 */
#include "mint.h"
#include "tap.h"
#include "tokenhost.h"

#include <stdio.h>
#include <string.h>

#define CURRENT  "current-secret-of-32-bytes-00000"
#define PREVIOUS "previous-secret-of-32-bytes-0000"
#define OTHER    "another-secret-of-32-bytes-00000"
#define LONG     CURRENT PREVIOUS
#define RESOURCE "https://mcp.example.com/mcp"
#define ISSUER   "atoms-internal"

#define HEADER   "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"a\"}"
/* The parts of a good payload; FAKE_NOW_S is 1800000000. */
#define ISS     "\"iss\":\"" ISSUER "\""
#define SUB     "\"sub\":\"alice\""
#define AUD     "\"aud\":\"" RESOURCE "\""
#define IAT     "\"iat\":1799999990"
#define EXP     "\"exp\":1800000300"
#define PAYLOAD "{" ISS "," SUB "," AUD "," IAT "," EXP "}"

extern const struct authchain_module authchain_module_v1;

static struct authchain_entry entry;
static struct authchain_call call;

static void
prepare(const char *issuer)
{
	fake_entry(&entry, authchain_module_v1.plugins[0]);
	entry.resource = RESOURCE;
	fake_option(&entry, "issuer", issuer);
}

static void
prepare_secrets(const char *issuer)
{
	prepare(issuer);
	fake_secret(&entry, "secret", ac_span_text(CURRENT));
	fake_secret(&entry, "secret", ac_span_text(PREVIOUS));
}

/* A token and what becomes of it; NULL is the good one. */
struct token_row {
	const char *name;
	const char *header, *payload;
	const char *key;    /* NULL: CURRENT */
	const char *digest; /* NULL: SHA256 */
	const char *option, *value;
	const char *words;
};

static const struct token_row token_rows[] = {
	{ .name = "a good token", .words = "accept" },
	{ .name = "signed with the previous secret",
	    .key = PREVIOUS,
	    .words = "accept" },
	{ .name = "without typ and kid",
	    .header = "{\"alg\":\"HS256\"}",
	    .words = "accept" },
	{ .name = "typ at+jwt",
	    .header = "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
	    .words = "accept" },
	{ .name = "aud is a list with ours",
	    .payload = "{" ISS "," SUB "," IAT "," EXP
		       ",\"aud\":[\"x\",\"" RESOURCE "\"]}",
	    .words = "accept" },
	{ .name = "a configured audience",
	    .option = "audience",
	    .value = "sophia-a, sophia-b",
	    .payload = "{" ISS "," SUB "," IAT "," EXP ",\"aud\":\"sophia-b\"}",
	    .words = "accept" },
	{ .name = "HS512 where it is allowed",
	    .header = "{\"alg\":\"HS512\"}",
	    .digest = "SHA512",
	    .option = "algorithms",
	    .value = "HS256, HS512",
	    .key = LONG,
	    .words = "accept" },
	{ .name = "a day old without max-age",
	    .payload = "{" ISS "," SUB "," AUD "," EXP ",\"iat\":1799913600}",
	    .words = "accept" },
	{ .name = "within max-age",
	    .option = "max-age",
	    .value = "10s",
	    .words = "accept" },
	{ .name = "expired within the leeway",
	    .payload = "{" ISS "," SUB "," AUD "," IAT ",\"exp\":1799999941}",
	    .words = "accept" },
	{ .name = "typ as configured",
	    .option = "typ",
	    .value = "at+jwt",
	    .header = "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
	    .words = "accept" },
	{ .name = "a mapped subject",
	    .option = "subject-claim",
	    .value = "email",
	    .payload = "{" ISS ",\"email\":\"alice\"," AUD "," IAT "," EXP "}",
	    .words = "accept" },
	{ .name = "a mapped subject with a slash in its claim",
	    .option = "subject-claim",
	    .value = "https://a.example/~id",
	    .payload = "{" ISS ",\"https://a.example/~id\":\"alice\"," AUD
		       "," IAT "," EXP "}",
	    .words = "accept" },
	{ .name = "a required claim that is there",
	    .option = "required-claims",
	    .value = "jti",
	    .payload =
		"{" ISS "," SUB "," AUD "," IAT "," EXP ",\"jti\":\"1\"}",
	    .words = "accept" },
	/* signatures */
	{ .name = "another secret",
	    .key = OTHER,
	    .words = "reject bad_signature" },
	{ .name = "an empty key", .key = "", .words = "reject bad_signature" },
	{ .name = "a key of one NUL",
	    .key = "\0",
	    .words = "reject bad_signature" },
	{ .name = "a truncated secret",
	    .key = "current-secret-of-32-bytes-0000",
	    .words = "reject bad_signature" },
	{ .name = "both secrets in one",
	    .key = CURRENT PREVIOUS,
	    .words = "reject bad_signature" },
	{ .name = "the label for a key",
	    .key = "secret[0], 32 bytes",
	    .words = "reject bad_signature" },
	{ .name = "the kid for a key",
	    .key = "a",
	    .words = "reject bad_signature" },
	{ .name = "no signature",
	    .digest = "",
	    .words = "reject bad_signature" },
	{ .name = "the hash of another algorithm",
	    .digest = "SHA512",
	    .words = "reject bad_signature" },
	{ .name = "a shorter hash",
	    .digest = "SHA1",
	    .words = "reject bad_signature" },
	/* algorithms */
	{ .name = "none",
	    .header = "{\"alg\":\"none\"}",
	    .digest = "",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "none, but signed",
	    .header = "{\"alg\":\"none\"}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "None",
	    .header = "{\"alg\":\"None\"}",
	    .digest = "",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "NONE",
	    .header = "{\"alg\":\"NONE\"}",
	    .digest = "",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "hs256 in small letters",
	    .header = "{\"alg\":\"hs256\"}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "HS256 with a space",
	    .header = "{\"alg\":\"HS256 \"}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "an empty alg",
	    .header = "{\"alg\":\"\"}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "no alg",
	    .header = "{\"typ\":\"JWT\"}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "alg is a number",
	    .header = "{\"alg\":256}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "alg is a list",
	    .header = "{\"alg\":[\"HS256\"]}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "HS384, which is not allowed",
	    .header = "{\"alg\":\"HS384\"}",
	    .digest = "SHA384",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "HS512, which is not allowed",
	    .header = "{\"alg\":\"HS512\"}",
	    .digest = "SHA512",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "HS256 where only HS512 is allowed",
	    .option = "algorithms",
	    .value = "HS512",
	    .key = LONG,
	    .words = "reject algorithm_not_allowed" },
	{ .name = "RS256 over an HMAC",
	    .header = "{\"alg\":\"RS256\"}",
	    .words = "reject algorithm_not_allowed" },
	{ .name = "ES256 over an HMAC",
	    .header = "{\"alg\":\"ES256\"}",
	    .words = "reject algorithm_not_allowed" },
	/* headers */
	{ .name = "crit",
	    .header = "{\"alg\":\"HS256\",\"crit\":[\"x\"]}",
	    .words = "reject critical_header" },
	{ .name = "an empty crit",
	    .header = "{\"alg\":\"HS256\",\"crit\":[]}",
	    .words = "reject critical_header" },
	{ .name = "b64 false",
	    .header = "{\"alg\":\"HS256\",\"b64\":false}",
	    .words = "reject critical_header" },
	{ .name = "zip",
	    .header = "{\"alg\":\"HS256\",\"zip\":\"DEF\"}",
	    .words = "reject critical_header" },
	{ .name = "typ of an ID token's kin",
	    .header = "{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}",
	    .words = "reject wrong_type" },
	{ .name = "typ JWT where at+jwt is wanted",
	    .option = "typ",
	    .value = "at+jwt",
	    .words = "reject wrong_type" },
	{ .name = "no typ where one is wanted",
	    .option = "typ",
	    .value = "at+jwt",
	    .header = "{\"alg\":\"HS256\"}",
	    .words = "reject wrong_type" },
	/* issuers */
	{ .name = "another issuer",
	    .payload = "{\"iss\":\"https://authkit.example\"," SUB "," AUD
		       "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "an issuer that ours begins",
	    .payload =
		"{\"iss\":\"" ISSUER "-2\"," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "an issuer that begins ours",
	    .payload = "{\"iss\":\"atoms\"," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "the issuer in capitals",
	    .payload =
		"{\"iss\":\"ATOMS-INTERNAL\"," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "the issuer with a slash",
	    .payload =
		"{\"iss\":\"" ISSUER "/\"," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "a list of issuers",
	    .payload =
		"{\"iss\":[\"" ISSUER "\"]," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "issuer null",
	    .payload = "{\"iss\":null," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "an empty issuer",
	    .payload = "{\"iss\":\"\"," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "no issuer",
	    .payload = "{" SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	{ .name = "two issuers",
	    .payload =
		"{" ISS ",\"iss\":\"x\"," SUB "," AUD "," IAT "," EXP "}",
	    .words = "not-mine" },
	/* audiences */
	{ .name = "another audience",
	    .payload = "{" ISS "," SUB "," IAT "," EXP
		       ",\"aud\":\"https://other.example/mcp\"}",
	    .words = "reject wrong_audience" },
	{ .name = "an audience that ours begins",
	    .payload = "{" ISS "," SUB "," IAT "," EXP ",\"aud\":\"" RESOURCE
		       "/admin\"}",
	    .words = "reject wrong_audience" },
	{ .name = "the audience with a slash",
	    .payload =
		"{" ISS "," SUB "," IAT "," EXP ",\"aud\":\"" RESOURCE "/\"}",
	    .words = "reject wrong_audience" },
	{ .name = "the audience's origin",
	    .payload = "{" ISS "," SUB "," IAT "," EXP
		       ",\"aud\":\"https://mcp.example.com\"}",
	    .words = "reject wrong_audience" },
	{ .name = "an empty list of audiences",
	    .payload = "{" ISS "," SUB "," IAT "," EXP ",\"aud\":[]}",
	    .words = "reject wrong_audience" },
	{ .name = "an empty audience",
	    .payload = "{" ISS "," SUB "," IAT "," EXP ",\"aud\":\"\"}",
	    .words = "reject wrong_audience" },
	{ .name = "aud null",
	    .payload = "{" ISS "," SUB "," IAT "," EXP ",\"aud\":null}",
	    .words = "reject bad_claim" },
	{ .name = "an audience that is a number",
	    .payload = "{" ISS "," SUB "," IAT "," EXP ",\"aud\":7}",
	    .words = "reject bad_claim" },
	{ .name = "a list that is not of texts alone",
	    .payload = "{" ISS "," SUB "," IAT "," EXP ",\"aud\":[\"" RESOURCE
		       "\",7]}",
	    .words = "reject bad_claim" },
	{ .name = "the resource where another audience is configured",
	    .option = "audience",
	    .value = "sophia",
	    .words = "reject wrong_audience" },
	{ .name = "no audience",
	    .payload = "{" ISS "," SUB "," IAT "," EXP "}",
	    .words = "reject missing_claim" },
	/* times */
	{ .name = "expired at the leeway",
	    .payload = "{" ISS "," SUB "," AUD "," IAT ",\"exp\":1799999940}",
	    .words = "reject expired" },
	{ .name = "expired, no leeway",
	    .option = "leeway",
	    .value = "0s",
	    .payload = "{" ISS "," SUB "," AUD "," IAT ",\"exp\":1800000000}",
	    .words = "reject expired" },
	{ .name = "expired, half a second of leeway is none",
	    .option = "leeway",
	    .value = "500ms",
	    .payload = "{" ISS "," SUB "," AUD "," IAT ",\"exp\":1800000000}",
	    .words = "reject expired" },
	{ .name = "no exp",
	    .payload = "{" ISS "," SUB "," AUD "," IAT "}",
	    .words = "reject missing_claim" },
	{ .name = "no exp, and none is required",
	    .option = "required-claims",
	    .value = "sub",
	    .payload = "{" ISS "," SUB "," AUD "," IAT "}",
	    .words = "reject missing_claim" },
	{ .name = "exp is a text",
	    .payload =
		"{" ISS "," SUB "," AUD "," IAT ",\"exp\":\"1800000300\"}",
	    .words = "reject bad_claim" },
	{ .name = "exp is beyond all numbers",
	    .payload = "{" ISS "," SUB "," AUD "," IAT ",\"exp\":1e300}",
	    .words = "reject bad_claim" },
	{ .name = "exp is negative",
	    .payload = "{" ISS "," SUB "," AUD "," IAT ",\"exp\":-1}",
	    .words = "reject bad_claim" },
	{ .name = "not valid yet",
	    .payload =
		"{" ISS "," SUB "," AUD "," IAT "," EXP ",\"nbf\":1800000061}",
	    .words = "reject not_yet_valid" },
	{ .name = "issued in the future",
	    .payload = "{" ISS "," SUB "," AUD "," EXP ",\"iat\":1800000061}",
	    .words = "reject issued_in_future" },
	{ .name = "no iat",
	    .payload = "{" ISS "," SUB "," AUD "," EXP "}",
	    .words = "reject missing_claim" },
	{ .name = "older than max-age and leeway",
	    .option = "max-age",
	    .value = "1h",
	    .payload = "{" ISS "," SUB "," AUD "," EXP ",\"iat\":1799996339}",
	    .words = "reject too_old" },
	{ .name = "half a second of max-age is one, not none",
	    .option = "max-age",
	    .value = "500ms",
	    .payload = "{" ISS "," SUB "," AUD "," EXP ",\"iat\":1799999938}",
	    .words = "reject too_old" },
	/* subjects and other claims */
	{ .name = "no subject",
	    .payload = "{" ISS "," AUD "," IAT "," EXP "}",
	    .words = "reject missing_claim" },
	{ .name = "no subject, and none is required",
	    .option = "required-claims",
	    .value = "exp",
	    .payload = "{" ISS "," AUD "," IAT "," EXP "}",
	    .words = "reject missing_claim" },
	{ .name = "an empty subject",
	    .payload = "{" ISS ",\"sub\":\"\"," AUD "," IAT "," EXP "}",
	    .words = "reject bad_subject" },
	{ .name = "a subject that is a number",
	    .payload = "{" ISS ",\"sub\":7," AUD "," IAT "," EXP "}",
	    .words = "reject bad_subject" },
	{ .name = "a subject with a line end",
	    .payload =
		"{" ISS ",\"sub\":\"a\\r\\nX: y\"," AUD "," IAT "," EXP "}",
	    .words = "reject bad_subject" },
	{ .name = "a mapped subject that is missing",
	    .option = "subject-claim",
	    .value = "email",
	    .words = "reject missing_claim" },
	{ .name = "a mapped subject, and sub is required by name",
	    .option = "required-claims",
	    .value = "jti",
	    .words = "reject missing_claim" },
	{ .name = "a required claim that is missing",
	    .option = "required-claims",
	    .value = "jti, sub",
	    .words = "reject missing_claim" },
	{ .name = "a required claim that is null",
	    .option = "required-claims",
	    .value = "jti",
	    .payload = "{" ISS "," SUB "," AUD "," IAT "," EXP ",\"jti\":null}",
	    .words = "reject missing_claim" },
	{ .name = "a token bound to a key",
	    .payload = "{" ISS "," SUB "," AUD "," IAT "," EXP
		       ",\"cnf\":{\"jkt\":\"x\"}}",
	    .words = "reject bound_token" },
	/* forms */
	{ .name = "a payload that is no object",
	    .payload = "[]",
	    .words = "not-mine" },
	{ .name = "an empty payload", .payload = "", .words = "not-mine" },
	{ .name = "a header that is no object",
	    .header = "\"HS256\"",
	    .words = "not-mine" },
	{ .name = "a header with two algs",
	    .header = "{\"alg\":\"none\",\"alg\":\"HS256\"}",
	    .words = "not-mine" },
};

static void
name_test(char out[256], const char *what, const char *name)
{
	(void)snprintf(out, 256, "%s: %s", what, name);
}

static const char *
mint_row(const struct token_row *row)
{
	struct authchain_span key =
	    ac_span_text(row->key == NULL ? CURRENT : row->key);

	/* a key of one NUL is written as an empty text with more behind it */
	if (row->key != NULL && strstr(row->name, "one NUL") != NULL)
		key.len = 1;
	return mint(row->header == NULL ? HEADER : row->header,
	    row->payload == NULL ? PAYLOAD : row->payload, key,
	    row->digest == NULL ? "SHA256" : row->digest);
}

static void
test_token(const struct token_row *row)
{
	const char *token = mint_row(row);
	char name[256];
	uint32_t outcome;

	prepare(ISSUER);
	if (row->option != NULL && strcmp(row->option, "algorithms") == 0) {
		fake_secret(&entry, "secret", ac_span_text(LONG));
	} else {
		fake_secret(&entry, "secret", ac_span_text(CURRENT));
		fake_secret(&entry, "secret", ac_span_text(PREVIOUS));
	}
	if (row->option != NULL)
		fake_option(&entry, row->option, row->value);
	if (fake_create(&entry) != 0) {
		ok(0, row->name);
		printf("# %s", entry.failed);
		fake_destroy(&entry);
		return;
	}
	outcome = fake_judge(&entry, &call, ac_span_text(token));
	name_test(name, row->words, row->name);
	ok(strcmp(fake_words(outcome, &call), row->words) == 0, name);
	if (strcmp(fake_words(outcome, &call), row->words) != 0)
		printf("# %s (%s)\n", fake_words(outcome, &call), call.detail);
	name_test(name, "subject and claims only on accept", row->name);
	ok((outcome == AUTHCHAIN_ACCEPT) ==
		    (strcmp(call.subject, "alice") == 0) &&
		(outcome == AUTHCHAIN_ACCEPT) == call.adopted,
	    name);
	name_test(name, "no secret and no signature in a message", row->name);
	ok(strstr(call.detail, CURRENT) == NULL &&
		strstr(call.detail, PREVIOUS) == NULL &&
		strstr(call.detail, strrchr(token, '.') + 1) ==
		    (strrchr(token, '.')[1] == '\0' ? call.detail : NULL),
	    name);
	fake_destroy(&entry);
}

/* Tokens that claim to be HS256 and are keyed with what everybody can read. */
static void
test_public_keys(void)
{
	char name[256];

	prepare_secrets(ISSUER);
	(void)fake_create(&entry);
	for (unsigned int form = 0; form < MINT_FORMS; form++) {
		const char *token =
		    mint(HEADER, PAYLOAD, mint_public_key(form), "SHA256");
		uint32_t outcome =
		    fake_judge(&entry, &call, ac_span_text(token));

		name_test(name, "an HMAC keyed with a public key as",
		    mint_form_name(form));
		ok(strcmp(fake_words(outcome, &call), "reject bad_signature") ==
			0,
		    name);
	}
	ok(fake_judge(&entry, &call, ac_span_text(mint_rsa(HEADER, PAYLOAD))) ==
		    AUTHCHAIN_REJECT &&
		call.reason == AUTHCHAIN_REASON_BAD_SIGNATURE,
	    "an RSA signature that says HS256");
	ok(fake_judge(&entry, &call,
	       ac_span_text(mint_rsa("{\"alg\":\"RS256\"}", PAYLOAD))) ==
		    AUTHCHAIN_REJECT &&
		call.reason == AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED,
	    "an RSA signature that says RS256");
	fake_destroy(&entry);
}

static bool
refused(struct authchain_span secret)
{
	bool yes;

	prepare(ISSUER);
	fake_secret(&entry, "secret", secret);
	yes = fake_create(&entry) == -1 && entry.self == NULL &&
	      strstr(entry.failed, "secret: secret[0]") == entry.failed;
	fake_destroy(&entry);
	return yes;
}

static void
test_pasted(void)
{
	char name[256];

	for (unsigned int form = 0; form < MINT_FORMS; form++) {
		/* nothing tells a modulus from a good secret */
		bool bare =
		    form == MINT_MODULUS || form == MINT_MODULUS_BASE64URL;

		name_test(name, bare ? "no secret tells" : "refused secret",
		    mint_form_name(form));
		ok(refused(mint_public_key(form)) == !bare, name);
	}
}

/* Configurations that must not stand. */
struct create_row {
	const char *name;
	const char *issuer;
	const char *secret;
	const char *resource;
	const char *option, *value;
	const char *fails; /* NULL: it stands */
};

static const struct create_row create_rows[] = {
	{ .name = "issuer, secret, resource" },
	{ .name = "issuer none", .issuer = "none" },
	{ .name = "32 bytes for HS256", .secret = CURRENT },
	{ .name = "31 bytes for HS256",
	    .secret = "current-secret-of-32-bytes-0000",
	    .fails = "secret: secret[0], 31 bytes is too short: at least 32" },
	{ .name = "47 bytes for HS384",
	    .secret = CURRENT "current-secret-",
	    .option = "algorithms",
	    .value = "HS384",
	    .fails = "secret: secret[0], 47 bytes is too short: at least 48" },
	{ .name = "48 bytes for HS384",
	    .secret = CURRENT "current-secret-0",
	    .option = "algorithms",
	    .value = "HS384" },
	{ .name = "32 bytes where HS512 is allowed too",
	    .option = "algorithms",
	    .value = "HS256, HS512",
	    .fails = "secret: secret[0], 32 bytes is too short: at least 64" },
	{ .name = "64 bytes for HS512",
	    .secret = LONG,
	    .option = "algorithms",
	    .value = "HS512" },
	{ .name = "an empty secret", .secret = "", .fails = "secret: " },
	{ .name = "no issuer", .issuer = "", .fails = "issuer: no issuer" },
	{ .name = "no audience and no resource",
	    .resource = "",
	    .fails = "audience: no audience" },
	{ .name = "an audience and no resource",
	    .resource = "",
	    .option = "audience",
	    .value = "sophia" },
	{ .name = "an empty audience",
	    .option = "audience",
	    .value = "a,,b",
	    .fails = "audience: an audience is empty" },
	{ .name = "an algorithm for key pairs",
	    .option = "algorithms",
	    .value = "HS256, RS256",
	    .fails = "algorithms: RS256 is for key pairs" },
	{ .name = "no such algorithm",
	    .option = "algorithms",
	    .value = "HS257",
	    .fails = "algorithms: unknown" },
	{ .name = "none for an algorithm",
	    .option = "algorithms",
	    .value = "none",
	    .fails = "algorithms: unknown" },
	{ .name = "an empty list of algorithms",
	    .option = "algorithms",
	    .value = "",
	    .fails = "algorithms: no algorithm" },
	{ .name = "a required claim without a name",
	    .option = "required-claims",
	    .value = "sub,,exp",
	    .fails = "required-claims: " },
	{ .name = "a subject claim without a name",
	    .option = "subject-claim",
	    .value = "",
	    .fails = "subject-claim: " },
	{ .name = "a claim name of 128 bytes",
	    .option = "subject-claim",
	    .value = LONG LONG },
	{ .name = "a claim name of 129 bytes",
	    .option = "subject-claim",
	    .value = LONG LONG "1",
	    .fails = "subject-claim: " },
};

static void
test_create(const struct create_row *row)
{
	char name[256];
	int r;

	prepare(row->issuer == NULL ? ISSUER : row->issuer);
	if (row->resource != NULL)
		entry.resource = row->resource;
	fake_secret(&entry, "secret",
	    ac_span_text(row->secret == NULL ? CURRENT : row->secret));
	if (row->option != NULL)
		fake_option(&entry, row->option, row->value);
	r = fake_create(&entry);
	name_test(name, row->fails == NULL ? "stands" : "refused", row->name);
	ok(row->fails == NULL
		? r == 0 && entry.failed[0] == '\0'
		: r == -1 && entry.self == NULL &&
		      strstr(entry.failed, row->fails) == entry.failed,
	    name);
	if (r != (row->fails == NULL ? 0 : -1))
		printf("# %s", entry.failed);
	fake_destroy(&entry);
}

static void
test_said(void)
{
	const char *token;

	prepare_secrets(ISSUER);
	ok(fake_create(&entry) == 0 &&
		strcmp(entry.claimed, "issuer=" ISSUER "\n") == 0,
	    "the host is told of the issuer");
	token = mint(HEADER, PAYLOAD, ac_span_text(PREVIOUS), "SHA256");
	ok(fake_judge(&entry, &call, ac_span_text(token)) == AUTHCHAIN_ACCEPT &&
		strcmp(call.detail, "secret[1], 32 bytes, previous") == 0,
	    "the detail names the previous secret");
	ok(entry.secrets[0].uses == 0 && entry.secrets[1].uses == 1,
	    "and its use is counted");
	token = mint(HEADER, PAYLOAD, ac_span_text(CURRENT), "SHA256");
	ok(fake_judge(&entry, &call, ac_span_text(token)) == AUTHCHAIN_ACCEPT &&
		strcmp(call.detail, "secret[0], 32 bytes") == 0,
	    "the detail names the current secret");
	token = mint(HEADER, PAYLOAD, ac_span_text(OTHER), "SHA256");
	(void)fake_judge(&entry, &call, ac_span_text(token));
	ok(strcmp(call.detail, "kid \"a\", HS256, issued 10 s ago: signed "
			       "with none of: secret[0], 32 bytes; secret[1], "
			       "32 bytes") == 0,
	    "a bad signature: kid, algorithm, age, and what was tried");
	ok(entry.secrets[0].uses == 1, "which is no use");
	token = mint("{\"alg\":\"x\\n\",\"kid\":\"\\u001b[2J\"}", PAYLOAD,
	    ac_span_text(CURRENT), "SHA256");
	(void)fake_judge(&entry, &call, ac_span_text(token));
	ok(strchr(call.detail, '\n') == NULL &&
		strchr(call.detail, '\x1b') == NULL &&
		strstr(call.detail, "allowed: HS256") != NULL,
	    "foreign bytes are quoted, and what is allowed is named");
	fake_destroy(&entry);
	ok(strstr(entry.reported, "secrets: secret[0], 32 bytes; secret[1]") ==
		entry.reported,
	    "status names the secrets");
}

/* The host remembers nothing past this; exp it knows by itself. */
static void
test_age(void)
{
	static const struct {
		const char *name, *max_age;
		int64_t expires_s;
	} rows[] = {
		{ "no max-age: the token ends with exp", NULL, 0 },
		{ "max-age before exp ends it", "10s", 1800000000 },
		{ "max-age a second before exp ends it", "309s", 1800000299 },
		{ "max-age at exp changes nothing", "310s", 0 },
		{ "max-age behind exp changes nothing", "1h", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *token =
		    mint(HEADER, PAYLOAD, ac_span_text(CURRENT), "SHA256");

		prepare_secrets(ISSUER);
		if (rows[i].max_age != NULL)
			fake_option(&entry, "max-age", rows[i].max_age);
		ok(fake_create(&entry) == 0 &&
			fake_judge(&entry, &call, ac_span_text(token)) ==
			    AUTHCHAIN_ACCEPT &&
			call.expires_s == rows[i].expires_s,
		    rows[i].name);
		fake_destroy(&entry);
	}
}

static void
test_no_issuer(void)
{
	const char *without = "{" SUB "," AUD "," IAT "," EXP "}";
	struct authchain_span key = ac_span_text(CURRENT);

	prepare_secrets("none");
	ok(fake_create(&entry) == 0 && strcmp(entry.claimed, "issuer=\n") == 0,
	    "issuer none: the host is told of tokens without iss");
	ok(fake_judge(&entry, &call,
	       ac_span_text(mint(HEADER, without, key, "SHA256"))) ==
		AUTHCHAIN_ACCEPT,
	    "issuer none: a token without iss");
	ok(fake_judge(&entry, &call,
	       ac_span_text(mint(HEADER, PAYLOAD, key, "SHA256"))) ==
		AUTHCHAIN_NOT_MINE,
	    "issuer none: not one with");
	ok(fake_judge(&entry, &call,
	       ac_span_text(mint(HEADER,
		   "{\"iss\":\"none\"," SUB "," AUD "," IAT "," EXP "}", key,
		   "SHA256"))) == AUTHCHAIN_NOT_MINE,
	    "issuer none: not one whose iss is none");
	ok(fake_judge(&entry, &call,
	       ac_span_text(mint(HEADER,
		   "{\"iss\":\"\"," SUB "," AUD "," IAT "," EXP "}", key,
		   "SHA256"))) == AUTHCHAIN_NOT_MINE,
	    "issuer none: not one whose iss is empty");
	ok(fake_judge(&entry, &call,
	       ac_span_text(mint(HEADER,
		   "{\"iss\":null," SUB "," AUD "," IAT "," EXP "}", key,
		   "SHA256"))) == AUTHCHAIN_NOT_MINE,
	    "issuer none: not one whose iss is null");
	fake_destroy(&entry);
}

static void
test_shapes(void)
{
	static const char *const shapes[] = { "", ".", "..", "...", "a.b",
		"a.b.c", "a.b.c.d", "eyJhbGciOiJIUzI1NiJ9", " " };
	char longer[MINT_TEXT + 8];
	const char *token;
	char *at;

	prepare_secrets(ISSUER);
	(void)fake_create(&entry);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		char name[256];

		name_test(name, "not mine", shapes[i]);
		ok(fake_judge(&entry, &call, ac_span_text(shapes[i])) ==
			AUTHCHAIN_NOT_MINE,
		    name);
	}
	token = mint(HEADER, PAYLOAD, ac_span_text(CURRENT), "SHA256");
	for (int i = 0; i < 4; i++) {
		static const char *const tails[] = { "=", ".", ".e30", " " };

		(void)snprintf(longer, sizeof(longer), "%s%s", token, tails[i]);
		ok(fake_judge(&entry, &call, ac_span_text(longer)) !=
			AUTHCHAIN_ACCEPT,
		    "a good token with a tail");
	}
	(void)snprintf(longer, sizeof(longer), "%s", token);
	at = strrchr(longer, '.') + 5;
	*at = *at == 'A' ? 'B' : 'A';
	ok(fake_judge(&entry, &call, ac_span_text(longer)) == AUTHCHAIN_REJECT,
	    "another byte in the signature");
	fake_destroy(&entry);
}

static void
test_faults(void)
{
	const char *token =
	    mint(HEADER, PAYLOAD, ac_span_text(CURRENT), "SHA256");

	prepare_secrets(ISSUER);
	(void)fake_create(&entry);
	ok(fake_judge_with(&entry, &call, ac_span_text(token), FAKE_ADOPT) ==
		    AUTHCHAIN_UNAVAILABLE &&
		call.reason == AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "claims that can't be kept are unavailable");
	ok(fake_judge_with(&entry, &call, ac_span_text(token),
	       FAKE_SET_SUBJECT) == AUTHCHAIN_UNAVAILABLE &&
		call.reason == AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "a subject that can't be kept is unavailable");
	fake_destroy(&entry);
	prepare(ISSUER);
	ok(fake_create(&entry) == -1 && entry.self == NULL,
	    "no secret at all is refused");
	fake_destroy(&entry);
	prepare("");
	entry.resource = "";
	fake_secret(&entry, "secret", ac_span_text("short"));
	ok(fake_create(&entry) == -1 && strstr(entry.failed, "issuer: ") &&
		strstr(entry.failed, "audience: ") &&
		strstr(entry.failed, "secret: "),
	    "all faults are told at once");
	fake_destroy(&entry);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(token_rows) / sizeof(token_rows[0]); i++)
		test_token(&token_rows[i]);
	for (size_t i = 0; i < sizeof(create_rows) / sizeof(create_rows[0]);
	     i++)
		test_create(&create_rows[i]);
	test_public_keys();
	test_pasted();
	test_said();
	test_age();
	test_no_issuer();
	test_shapes();
	test_faults();
	mint_forget();
	return done();
}
