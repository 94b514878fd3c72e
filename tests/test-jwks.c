/* SPDX-License-Identifier: BSD-2-Clause */
/* jwks, as it is loaded: configurations, and tokens while its keys come, go
 * and can't be had. */
#include "bed.h"
#include "scratch.h"
#include "signer.h"

#include <stdlib.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/base64url.h"
#include "keys/poll.h"

#define ISSUER   "https://as.example"
#define JWKS_URL ISSUER "/jwks"
#define RESOURCE "https://mcp.example/mcp"
#define NOW      "1800000000"
#define HOUR     INT64_C(3600000)

static const struct authchain_plugin *plugin;
static struct ac_jwk *rsa, *rsa_new, *ec, *stranger;
static char *set_rsa, *set_new, *set_both, *set_rekeyed;

static const char *const usual[] = { "issuer=" ISSUER, "jwks-uri=" JWKS_URL,
	NULL };

static struct bed
bed_new(const char *const *options)
{
	return bed_on(fakehost_new(), plugin, RESOURCE, options);
}

static struct bed
bed_warm(const char *text)
{
	struct bed bed = bed_new(usual);

	(void)fakehost_answer(bed.host, 200, NULL, text);
	return bed;
}

/* ---- configuration ---- */

struct create_row {
	const char *name;
	const char *resource;
	const char *options[6];
	const char *refused; /* NULL: it stands */
	const char *fetched; /* the first URL asked for */
};

static const struct create_row create_rows[] = {
	{ "issuer and jwks-uri", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=" JWKS_URL }, NULL, JWKS_URL },
	{ "the issuer alone", RESOURCE, { "issuer=" ISSUER }, NULL,
	    ISSUER "/.well-known/oauth-authorization-server" },
	{ "authkit", RESOURCE,
	    { "preset=authkit", "domain=https://x.authkit.app" }, NULL,
	    "https://x.authkit.app/oauth2/jwks" },
	{ "authkit with a slash", RESOURCE,
	    { "preset=authkit", "domain=https://x.authkit.app/" }, NULL,
	    "https://x.authkit.app/oauth2/jwks" },
	{ "authkit without a scheme", RESOURCE,
	    { "preset=authkit", "domain=x.authkit.app" }, NULL,
	    "https://x.authkit.app/oauth2/jwks" },
	{ "http at loopback, allowed", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=http://127.0.0.1:9/jwks",
		"insecure-http=yes" },
	    NULL, "http://127.0.0.1:9/jwks" },
	{ "an issuer that is no URL, with jwks-uri", RESOURCE,
	    { "issuer=us", "jwks-uri=" JWKS_URL }, NULL, JWKS_URL },
	{ "an own audience without a resource", "",
	    { "issuer=" ISSUER, "jwks-uri=" JWKS_URL, "audience=api" }, NULL,
	    JWKS_URL },
	{ "nothing", RESOURCE, { NULL }, "issuer: no issuer", NULL },
	{ "no audience at all", "", { "issuer=" ISSUER, "jwks-uri=" JWKS_URL },
	    "audience: no audience", NULL },
	{ "no issuer", RESOURCE, { "jwks-uri=" JWKS_URL }, "issuer: no issuer",
	    NULL },
	{ "the issuer none", RESOURCE, { "issuer=none", "jwks-uri=" JWKS_URL },
	    "issuer: keys belong to an issuer", NULL },
	{ "HS256 beside RS256, which is left out", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=" JWKS_URL,
		"algorithms=RS256, HS256" },
	    NULL, JWKS_URL },
	{ "HS512 alone", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=" JWKS_URL, "algorithms=HS512" },
	    "algorithms: HS512 has no place here", NULL },
	{ "HS256 with the preset", RESOURCE,
	    { "preset=authkit", "domain=x.authkit.app", "algorithms=HS256" },
	    "algorithms: HS256 has no place here", NULL },
	{ "none as an algorithm", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=" JWKS_URL, "algorithms=none" },
	    "algorithms: unknown algorithm \"none\"", NULL },
	{ "an algorithm in lower case", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=" JWKS_URL, "algorithms=rs256" },
	    "algorithms: unknown algorithm \"rs256\"", NULL },
	{ "http", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=http://as.example/jwks" },
	    "jwks-uri: \"http://as.example/jwks\" is http", NULL },
	{ "http at loopback, not allowed", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=http://127.0.0.1:9/jwks" },
	    "jwks-uri: ", NULL },
	{ "http elsewhere, though allowed at loopback", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=http://as.example/jwks",
		"insecure-http=yes" },
	    "jwks-uri: ", NULL },
	{ "discovery from an issuer that is no URL", RESOURCE, { "issuer=us" },
	    "issuer: \"us\" is not an absolute URL", NULL },
	{ "discovery over http", RESOURCE, { "issuer=http://as.example" },
	    "issuer: ", NULL },
	{ "a file and a URL", RESOURCE,
	    { "issuer=" ISSUER, "jwks-uri=" JWKS_URL, "jwks-file=/x.json" },
	    "jwks-file: jwks-uri stands beside it", NULL },
	{ "a file and a copy of it", RESOURCE,
	    { "issuer=" ISSUER, "jwks-file=/x.json", "last-good=/y" },
	    "last-good: a jwks-file needs no copy", NULL },
	{ "a file that is not there", RESOURCE,
	    { "issuer=" ISSUER, "jwks-file=/nonexistent/x.json" },
	    "jwks-file: ", NULL },
	{ "a preset without a domain", RESOURCE, { "preset=authkit" },
	    "preset: authkit without a domain", NULL },
	{ "a domain without a preset", RESOURCE,
	    { "issuer=" ISSUER, "domain=x.authkit.app" },
	    "domain: domain means nothing", NULL },
	{ "a preset and an issuer", RESOURCE,
	    { "preset=authkit", "domain=x.authkit.app", "issuer=" ISSUER },
	    "issuer: issuer follows from domain", NULL },
	{ "a preset and a jwks-uri", RESOURCE,
	    { "preset=authkit", "domain=x.authkit.app", "jwks-uri=" JWKS_URL },
	    "jwks-uri: jwks-uri follows from domain", NULL },
	{ "a domain with a path", RESOURCE,
	    { "preset=authkit", "domain=https://x.authkit.app/y" },
	    "domain: \"https://x.authkit.app/y\" is more than a domain", NULL },
	{ "a domain over http", RESOURCE,
	    { "preset=authkit", "domain=http://x.authkit.app" },
	    "domain: ", NULL },
	{ "a domain with a user", RESOURCE,
	    { "preset=authkit", "domain=https://me@x.authkit.app" },
	    "domain: ", NULL },
};

static void
test_create(void)
{
	for (size_t i = 0; i < sizeof(create_rows) / sizeof(create_rows[0]);
	     i++) {
		const struct create_row *row = &create_rows[i];
		struct fakehost *host = fakehost_new();
		struct authchain_entry *entry =
		    fakehost_entry(host, plugin, row->resource, row->options);
		bool stands = entry != NULL, asked = row->fetched == NULL;
		char name[256];

		if (stands) {
			ok(host->fetch_count == 0, "create fetches nothing");
			(void)fakehost_start(entry);
			asked = host->fetch_count == 1 &&
				row->fetched != NULL &&
				strcmp(host->fetches[0].url, row->fetched) == 0;
		}
		(void)snprintf(name, sizeof(name), "configured with %s: %s",
		    row->name, row->refused == NULL ? "stands" : row->refused);
		ok(row->refused == NULL ? stands && asked
					: !stands && strstr(fakehost_refusal(),
							 row->refused) != NULL,
		    name);
		fakehost_destroy(&entry);
		ok(fakehost_free(&host) == 0, "nothing is left over");
	}
}

static void
test_all_faults_at_once(void)
{
	static const char *const options[] = { "issuer=" ISSUER,
		"algorithms=HS256, X1", "jwks-uri=http://as.example/k", NULL };
	struct fakehost *host = fakehost_new();

	ok(fakehost_entry(host, plugin, "", options) == NULL,
	    "many faults: refused");
	ok(strstr(fakehost_refusal(), "jwks-uri: ") != NULL &&
		strstr(fakehost_refusal(), "HS256 has no place") != NULL,
	    "and told together");
	ok(fakehost_free(&host) == 0, "many faults: nothing is left over");
}

/* ---- tokens ---- */

static char *
claims_with(const char *iss, const char *aud, const char *exp, const char *more)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "{\"iss\":\"%s\",\"sub\":\"alice\",\"aud\":\"%s\","
	    "\"iat\":" NOW ",\"exp\":%s%s}",
	    iss, aud, exp, more);
	return strdup(text);
}

#define EXP  "1800000300"
#define PAST "1799999000"

static char *
token_by(const struct ac_jwk *key, const char *alg, const char *kid)
{
	char *claims = claims_with(ISSUER, RESOURCE, "1893456000", "");
	char *token = signer_token(key, alg, kid, claims);

	free(claims);
	return token;
}

static char *
token_with_claims(const char *iss, const char *aud, const char *exp,
    const char *more)
{
	char *claims = claims_with(iss, aud, exp, more);
	char *token = signer_token(rsa, "RS256", "k1", claims);

	free(claims);
	return token;
}

static char *
encoded(const char *text)
{
	char out[2048];

	ac_base64url_encode(ac_span_text(text), out);
	return strdup(out);
}

/* header.payload.signature of these texts, not signed by anyone. */
static char *
assembled(const char *header, const char *signature)
{
	char *claims = claims_with(ISSUER, RESOURCE, EXP, "");
	char *first = encoded(header), *second = encoded(claims);
	char out[4096];

	(void)snprintf(out, sizeof(out), "%s.%s.%s", first, second, signature);
	free(claims);
	free(first);
	free(second);
	return strdup(out);
}

static char *
good(void)
{
	return token_by(rsa, "RS256", "k1");
}

static char *
bad_signature(void)
{
	char *token = good(), *broken = signer_broken(token);

	free(token);
	return broken;
}

static char *
signed_by_stranger(void)
{
	return token_by(stranger, "RS256", "k1");
}

static char *
unknown_kid(void)
{
	return token_by(stranger, "RS256", "k9");
}

static char *
expired(void)
{
	return token_with_claims(ISSUER, RESOURCE, PAST, "");
}

static char *
expired_unknown_kid(void)
{
	char *claims = claims_with(ISSUER, RESOURCE, PAST, "");
	char *token = signer_token(stranger, "RS256", "k9", claims);

	free(claims);
	return token;
}

static char *
not_yet(void)
{
	return token_with_claims(ISSUER, RESOURCE, EXP, ",\"nbf\":1800000200");
}

static char *
wrong_audience(void)
{
	return token_with_claims(ISSUER, "https://other.example/mcp", EXP, "");
}

static char *
audience_with_slash(void)
{
	return token_with_claims(ISSUER, RESOURCE "/", EXP, "");
}

static char *
other_issuer(void)
{
	return token_with_claims("https://other.example", RESOURCE, EXP, "");
}

static char *
issuer_with_slash(void)
{
	return token_with_claims(ISSUER "/", RESOURCE, EXP, "");
}

static char *
bound(void)
{
	return token_with_claims(ISSUER, RESOURCE, EXP,
	    ",\"cnf\":{\"jkt\":\"x\"}");
}

static char *
alg_none(void)
{
	return assembled("{\"alg\":\"none\"}", "");
}

static char *
alg_none_with_kid(void)
{
	return assembled("{\"alg\":\"none\",\"kid\":\"k1\"}", "c2ln");
}

static char *
critical(void)
{
	return assembled("{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"x\"]}",
	    "c2ln");
}

static char *
wrong_typ(void)
{
	return assembled("{\"alg\":\"RS256\",\"kid\":\"k1\",\"typ\":\"logout+"
			 "jwt\"}",
	    "c2ln");
}

static char *
by_shared_secret(void)
{
	struct ac_jwk *secret = signer_key("HS256");
	char *token = token_by(secret, "HS256", "k1");

	ac_jwk_free(&secret);
	return token;
}

/* HS256 whose secret is what everybody knows: the key set's text. */
static char *
by_public_key(void)
{
	struct ac_jwk *secret = ac_jwk_from_secret(ac_span_text(set_rsa), NULL);
	char *token = token_by(secret, "HS256", "k1");

	ac_jwk_free(&secret);
	return token;
}

static char *
other_algorithm(void)
{
	return token_by(rsa, "RS384", "k1");
}

static char *
key_of_other_type(void)
{
	return token_by(ec, "ES256", "k1");
}

static char *
empty_signature(void)
{
	return assembled("{\"alg\":\"RS256\",\"kid\":\"k1\"}", "");
}

static char *
garbage(void)
{
	return strdup("garbage");
}

static char *
opaque(void)
{
	return strdup("a.b.c");
}

struct atoms_row {
	const char *name;
	char *(*token)(void);
	const char *up, *warm, *cold; /* what comes of it */
	size_t fetches;               /* caused at most, while up */
};

#define SAME(words) words, words, words

static const struct atoms_row atoms_rows[] = {
	{ "a good token", good, "accept alice", "accept alice",
	    "unavailable keys_unavailable", 0 },
	{ "a bad signature", bad_signature, "reject bad_signature",
	    "reject bad_signature", "unavailable keys_unavailable", 1 },
	{ "a stranger's signature under a known kid", signed_by_stranger,
	    "reject bad_signature", "reject bad_signature",
	    "unavailable keys_unavailable", 1 },
	{ "an empty signature", empty_signature, "reject bad_signature",
	    "reject bad_signature", "unavailable keys_unavailable", 1 },
	{ "an unknown kid", unknown_kid, "reject unknown_kid",
	    "unavailable keys_unavailable", "unavailable keys_unavailable", 1 },
	{ "an expired token", expired, SAME("reject expired"), 0 },
	{ "an expired token of an unknown kid", expired_unknown_kid,
	    SAME("reject expired"), 0 },
	{ "a token not valid yet", not_yet, SAME("reject not_yet_valid"), 0 },
	{ "another audience", wrong_audience, SAME("reject wrong_audience"),
	    0 },
	{ "the audience with a slash", audience_with_slash,
	    SAME("reject wrong_audience"), 0 },
	{ "a bound token", bound, SAME("reject bound_token"), 0 },
	{ "alg none", alg_none, SAME("reject algorithm_not_allowed"), 0 },
	{ "alg none with a kid and something for a signature",
	    alg_none_with_kid, SAME("reject algorithm_not_allowed"), 0 },
	{ "crit", critical, SAME("reject critical_header"), 0 },
	{ "another typ", wrong_typ, SAME("reject wrong_type"), 0 },
	{ "HS256 by a shared secret", by_shared_secret,
	    SAME("reject algorithm_not_allowed"), 0 },
	{ "HS256 by the public key", by_public_key,
	    SAME("reject algorithm_not_allowed"), 0 },
	{ "an algorithm not in the list", other_algorithm,
	    SAME("reject algorithm_not_allowed"), 0 },
	{ "an algorithm that the kid's key may not serve", key_of_other_type,
	    "reject unusable_key", "reject unusable_key",
	    "unavailable keys_unavailable", 1 },
	{ "another issuer", other_issuer, SAME("not-mine"), 0 },
	{ "the issuer with a slash", issuer_with_slash, SAME("not-mine"), 0 },
	{ "garbage", garbage, SAME("not-mine"), 0 },
	{ "an opaque token with two dots", opaque, SAME("not-mine"), 0 },
};

/* How the key server behaves while a token is judged. */
enum column {
	UP,
	DOWN_WARM,  /* it failed lately */
	GOING_DOWN, /* it fails from now on */
	DOWN_COLD
};

static struct bed
bed_of(enum column column)
{
	struct bed bed = bed_new(usual);

	if (column == DOWN_COLD) {
		(void)fakehost_fail(bed.host, "connection refused");
		return bed;
	}
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	if (column == DOWN_WARM) {
		fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
		(void)fakehost_fail(bed.host, "connection refused");
		/* tokens were made for the time at which it began */
		bed.host->wall_ms = FAKEHOST_WALL_S * 1000;
	}
	return bed;
}

static void
play(struct bed *bed, enum column column)
{
	while (fakehost_open(bed->host) > 0) {
		if (column == UP)
			(void)fakehost_answer(bed->host, 200, NULL, set_rsa);
		else
			(void)fakehost_fail(bed->host, "connection refused");
	}
}

static void
test_cell(const struct atoms_row *row, enum column column, const char *wanted)
{
	static const char *const titles[] = { "up", "down, warm",
		"going down, warm", "down, cold" };
	struct bed bed = bed_of(column);
	size_t before = bed.host->fetch_count;
	char *token = row->token();
	struct authchain_call *call = fakehost_call(bed.entry, token);
	const char *words;
	char name[256];
	/* what is known to be down is asked for the sake of an unknown kid
	 * alone, and what has no keys at all for its own */
	size_t allowed = column == DOWN_WARM && strncmp(wanted, "un", 2) != 0
			     ? 0
			 : column == UP ? row->fetches
					: 1;

	(void)fakehost_verify(call);
	play(&bed, column);
	words = fakehost_words(call);
	(void)snprintf(name, sizeof(name), "key server %s, %s: %s",
	    titles[column], row->name, wanted);
	ok(strcmp(words, wanted) == 0, name);
	if (strcmp(words, wanted) != 0)
		printf("# got %s: %s\n", words, call->detail);
	(void)snprintf(name, sizeof(name), "key server %s, %s: fetches %zu",
	    titles[column], row->name, bed.host->fetch_count - before);
	ok(bed.host->fetch_count - before <= allowed, name);
	ok((call->outcome == AUTHCHAIN_UNAVAILABLE) ==
		(call->retry_after_s > 0),
	    "Retry-After goes with unavailable, and with nothing else");
	ok(call->outcome == AUTHCHAIN_ACCEPT || call->subject[0] == '\0',
	    "there is a subject on accept alone");
	fakehost_call_free(&call);
	free(token);
	bed_free(&bed, name);
}

static void
test_atoms(void)
{
	for (size_t i = 0; i < sizeof(atoms_rows) / sizeof(atoms_rows[0]);
	     i++) {
		const struct atoms_row *row = &atoms_rows[i];

		test_cell(row, UP, row->up);
		test_cell(row, DOWN_WARM, row->warm);
		test_cell(row, GOING_DOWN, row->warm);
		test_cell(row, DOWN_COLD, row->cold);
	}
}

/* ---- keys that come and go ---- */

/* The words for a token; a request it causes stays open. */
static const char *
judged(struct bed *bed, const char *token, struct authchain_call **call)
{
	*call = fakehost_call(bed->entry, token);
	(void)fakehost_verify(*call);
	return fakehost_words(*call);
}

static bool
is_judged(struct bed *bed, const char *token, const char *wanted)
{
	struct authchain_call *call;
	const char *words = judged(bed, token, &call);
	bool same = strcmp(words, wanted) == 0;

	if (!same)
		printf("# got %s: %s\n", words, call->detail);
	fakehost_call_free(&call);
	return same;
}

static void
test_first_fetch(void)
{
	struct bed bed = bed_new(usual);
	struct authchain_call *first = NULL, *second = NULL, *third = NULL;
	char *token = good(), *unknown = unknown_kid();

	ok(strcmp(judged(&bed, token, &first), "pending") == 0 &&
		strcmp(judged(&bed, token, &second), "pending") == 0 &&
		strcmp(judged(&bed, unknown, &third), "pending") == 0,
	    "while the first fetch is under way tokens wait for it");
	ok(bed.host->fetch_count == 1, "and cause no other");
	fakehost_give_up(second);
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	ok(strcmp(fakehost_words(first), "accept alice") == 0,
	    "then a good one is accepted");
	ok(strcmp(fakehost_words(second), "unavailable deadline") == 0,
	    "one whose deadline came before is left alone");
	ok(strcmp(fakehost_words(third), "pending") == 0,
	    "one with an unknown kid waits for a fetch after it was seen");
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	ok(strcmp(fakehost_words(third), "reject unknown_kid") == 0,
	    "and is refused by that");
	ok(bed.host->fetch_count == 2, "two fetches in all");
	fakehost_call_free(&first);
	fakehost_call_free(&second);
	fakehost_call_free(&third);
	free(token);
	free(unknown);
	bed_free(&bed, "first fetch");
}

static void
test_rotation(void)
{
	struct bed bed = bed_warm(set_rsa);
	struct authchain_call *call, *more;
	char *old = good(), *fresh = token_by(rsa_new, "RS256", "k2");

	ok(strcmp(judged(&bed, fresh, &call), "pending") == 0 &&
		strcmp(judged(&bed, fresh, &more), "pending") == 0,
	    "tokens by a new key wait");
	ok(fakehost_open(bed.host) == 1, "for exactly one fetch");
	ok(is_judged(&bed, old, "accept alice"),
	    "one by the old key does not wait");
	(void)fakehost_answer(bed.host, 200, NULL, set_both);
	ok(strcmp(fakehost_words(call), "accept alice") == 0 &&
		strcmp(fakehost_words(more), "accept alice") == 0,
	    "and are accepted by the new key");
	fakehost_call_free(&call);
	fakehost_call_free(&more);
	ok(is_judged(&bed, fresh, "accept alice") && bed.host->fetch_count == 2,
	    "from then on at once");
	fakehost_advance(bed.host, 15 * 60000);
	(void)fakehost_answer(bed.host, 200, NULL, set_new);
	ok(strcmp(judged(&bed, old, &call), "pending") == 0,
	    "a key that left the set is unknown: one fetch");
	(void)fakehost_answer(bed.host, 200, NULL, set_new);
	ok(strcmp(fakehost_words(call), "reject unknown_kid") == 0,
	    "and then refused");
	ok(strstr(call->detail, "kid \"k1\"") != NULL &&
		strstr(call->detail, "keys: \"k2\"") != NULL &&
		strstr(call->detail, "fetched 0 s ago") != NULL,
	    "the detail says which kid, which keys, and how old they are");
	fakehost_call_free(&call);
	ok(is_judged(&bed, fresh, "accept alice"), "the new one goes on");
	free(old);
	free(fresh);
	bed_free(&bed, "rotation");
}

static void
test_rekey(void)
{
	struct bed bed = bed_warm(set_rsa);
	struct authchain_call *call;
	char *old = good(), *fresh = token_by(rsa_new, "RS256", "k1");

	ok(strcmp(judged(&bed, fresh, &call), "pending") == 0 &&
		fakehost_open(bed.host) == 1,
	    "a bad signature under a known kid causes one fetch");
	(void)fakehost_answer(bed.host, 200, NULL, set_rekeyed);
	ok(strcmp(fakehost_words(call), "accept alice") == 0,
	    "and is good by the key that took the kid over");
	fakehost_call_free(&call);
	ok(is_judged(&bed, old, "reject bad_signature") &&
		bed.host->fetch_count == 2,
	    "one by the old key is refused at once in the cool-down");
	free(old);
	free(fresh);
	bed_free(&bed, "rekey");
}

static void
test_rekey_other_type(void)
{
	char *set_ec = signer_set_of(ec, "k1");
	struct bed bed = bed_warm(set_rsa);
	char *token = token_by(ec, "ES256", "k1");
	struct authchain_call *call;

	ok(strcmp(judged(&bed, token, &call), "pending") == 0,
	    "a key that can't serve the algorithm: is there another by now?");
	(void)fakehost_answer(bed.host, 200, NULL, set_ec);
	ok(strcmp(fakehost_words(call), "accept alice") == 0,
	    "a key of another type under the same kid is found");
	fakehost_call_free(&call);
	ok(bed.entry->forgotten == 0 && fakehost_forgotten(bed.entry) == 1,
	    "and what was remembered by the old one is forgotten");
	free(token);
	free(set_ec);
	bed_free(&bed, "rekey of another type");
}

/* The host keeps files: so do key sets, without being told where. */
static void
test_state_folder(void)
{
	const char *const named[] = { "issuer=" ISSUER, "jwks-uri=" JWKS_URL,
		"last-good=/nonexistent/copy", NULL };
	const char *const other[] = { "issuer=https://b.example",
		"jwks-uri=" JWKS_URL, NULL };
	char path[1024];
	struct fakehost *host = fakehost_new();
	char *token = good();
	const char *said;
	struct bed bed = { .host = host };

	scratch_make();
	(void)snprintf(host->state_dir, sizeof(host->state_dir), "%s", scratch);
	bed.entry = fakehost_entry(host, plugin, RESOURCE, usual);
	(void)fakehost_start(bed.entry);
	(void)fakehost_answer(host, 200, NULL, set_rsa);
	said = strstr(fakehost_status(bed.entry), "last-good: ");
	said = said == NULL ? "" : said + strlen("last-good: ");
	(void)snprintf(path, sizeof(path), "%.*s", (int)strcspn(said, "\n"),
	    said);
	fakehost_destroy(&bed.entry);
	ok(strncmp(path, scratch, strlen(scratch)) == 0 &&
		access(path, R_OK) == 0,
	    "the keys are kept in the state folder");
	bed.entry = fakehost_entry(host, plugin, RESOURCE, usual);
	ok(is_judged(&bed, token, "accept alice") && host->fetch_count == 1,
	    "and judge the first token after a restart, before any fetch");
	fakehost_destroy(&bed.entry);
	bed.entry = fakehost_entry(host, plugin, RESOURCE, other);
	ok(strstr(fakehost_status(bed.entry), "source: none") != NULL,
	    "those of another issuer at the same URL do not");
	fakehost_destroy(&bed.entry);
	bed.entry = fakehost_entry(host, plugin, RESOURCE, named);
	ok(strstr(fakehost_status(bed.entry),
	       "last-good: /nonexistent/copy\nsource: none") != NULL,
	    "the option names another place");
	scratch_remove();
	free(token);
	bed_free(&bed, "state folder");
}

/* A fetch that began before a rotation says nothing of the keys after it. */
static void
test_rotation_before_its_answer(void)
{
	struct bed bed = bed_new(usual);
	char *fresh = token_by(rsa_new, "RS256", "k2"), *never = unknown_kid();
	struct authchain_call *joined, *second, *vain;

	(void)judged(&bed, fresh, &joined);
	(void)judged(&bed, fresh, &second);
	(void)judged(&bed, never, &vain);
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	ok(joined->outcome == AUTHCHAIN_PENDING &&
		second->outcome == AUTHCHAIN_PENDING &&
		bed.host->fetch_count == 2,
	    "who joined a fetch that ends without the kid waits for one more");
	(void)fakehost_answer(bed.host, 200, NULL, set_both);
	ok(strcmp(fakehost_words(joined), "accept alice") == 0 &&
		strcmp(fakehost_words(second), "accept alice") == 0,
	    "and is judged by that one");
	ok(strcmp(fakehost_words(vain), "reject unknown_kid") == 0 &&
		bed.host->fetch_count == 2,
	    "which is the last: who has no key then is refused");
	fakehost_call_free(&joined);
	fakehost_call_free(&second);
	fakehost_call_free(&vain);
	free(fresh);
	free(never);
	bed_free(&bed, "rotation before its answer");
}

static void
test_flood(void)
{
	struct bed bed = bed_warm(set_rsa);
	char *claims = claims_with(ISSUER, RESOURCE, EXP, "");
	size_t rejected = 0, pending = 0;
	struct authchain_call *calls[1000];
	char kid[32];

	for (size_t i = 0; i < 1000; i++) {
		char *token;

		(void)snprintf(kid, sizeof(kid), "forged-%zu", i);
		token = signer_token(ec, "ES256", kid, claims);
		pending +=
		    strcmp(judged(&bed, token, &calls[i]), "pending") == 0;
		free(token);
	}
	ok(pending == 1000 && bed.host->fetch_count == 2,
	    "a thousand unknown kids at once cause one fetch");
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	for (size_t i = 0; i < 1000; i++) {
		rejected +=
		    strcmp(fakehost_words(calls[i]), "reject unknown_kid") == 0;
		fakehost_call_free(&calls[i]);
	}
	ok(rejected == 1000, "and are all refused");
	rejected = 0;
	for (size_t i = 0; i < 1000; i++) {
		char *token;

		(void)snprintf(kid, sizeof(kid), "more-%zu", i);
		token = signer_token(ec, "ES256", kid, claims);
		rejected += is_judged(&bed, token, "reject unknown_kid");
		free(token);
	}
	ok(rejected == 1000 && bed.host->fetch_count == 2,
	    "a thousand more in the cool-down are refused at once");
	free(claims);
	bed_free(&bed, "flood");
}

static void
test_crowd(void)
{
	struct bed bed = bed_warm(set_rsa);
	char *unknown = unknown_kid(), *forged = bad_signature();
	struct authchain_call *calls[AC_POLL_MAX_WAITERS];

	for (size_t i = 0; i < AC_POLL_MAX_WAITERS; i++)
		(void)judged(&bed, unknown, &calls[i]);
	ok(is_judged(&bed, unknown, "unavailable busy"),
	    "when too many wait the next is told to come again");
	ok(is_judged(&bed, forged, "reject bad_signature"),
	    "but a forgery is refused");
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	for (size_t i = 0; i < AC_POLL_MAX_WAITERS; i++)
		fakehost_call_free(&calls[i]);
	free(unknown);
	free(forged);
	bed_free(&bed, "crowd");
}

static void
test_stall(void)
{
	struct bed bed = bed_warm(set_rsa);
	struct authchain_call *forged, *short_one, *unknown;
	char *token = bad_signature(), *stray = unknown_kid();

	(void)judged(&bed, token, &forged);
	short_one = fakehost_call(bed.entry, token);
	short_one->deadline_ms = 300;
	(void)fakehost_verify(short_one);
	(void)judged(&bed, stray, &unknown);
	fakehost_advance(bed.host, 150);
	ok(strcmp(fakehost_words(short_one), "reject bad_signature") == 0,
	    "the key server hangs: a forgery is refused before its deadline");
	fakehost_advance(bed.host, 850);
	ok(strcmp(fakehost_words(forged), "reject bad_signature") == 0,
	    "and after a second in any case");
	ok(strcmp(fakehost_words(unknown), "pending") == 0,
	    "an unknown kid may be good: it waits on");
	fakehost_give_up(unknown);
	(void)fakehost_fail(bed.host, "timed out");
	ok(strcmp(fakehost_words(unknown), "unavailable deadline") == 0,
	    "until the deadline");
	fakehost_call_free(&forged);
	fakehost_call_free(&short_one);
	fakehost_call_free(&unknown);
	free(token);
	free(stray);
	bed_free(&bed, "stall");
}

static void
test_outage(void)
{
	static const char *const options[] = { "issuer=" ISSUER,
		"jwks-uri=" JWKS_URL, "max-stale=1h", NULL };
	struct bed bed = bed_new(options);
	char *token = good();
	struct authchain_call *call;

	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	for (int64_t ms = 0; ms < HOUR; ms += 60000) {
		while (fakehost_fail(bed.host, "no route to host"))
			continue;
		fakehost_advance(bed.host, 60000);
	}
	while (fakehost_fail(bed.host, "no route to host"))
		continue;
	ok(is_judged(&bed, token, "accept alice"),
	    "the endpoint is down for an hour: known keys serve");
	fakehost_advance(bed.host, 1);
	while (fakehost_fail(bed.host, "no route to host"))
		continue;
	ok(strcmp(judged(&bed, token, &call), "pending") == 0,
	    "past max-stale a token asks for the keys");
	(void)fakehost_fail(bed.host, "no route to host");
	ok(strcmp(fakehost_words(call), "unavailable keys_unavailable") == 0,
	    "and gets no verdict");
	ok(strstr(call->detail, "no keys") != NULL &&
		strstr(call->detail, "no route to host") != NULL &&
		strstr(call->detail, JWKS_URL) != NULL,
	    "the detail says why, and from where they did not come");
	fakehost_call_free(&call);
	fakehost_advance(bed.host, 61000);
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	ok(is_judged(&bed, token, "accept alice"), "it comes back by itself");
	free(token);
	bed_free(&bed, "outage");
}

static void
test_shares(void)
{
	static const char *const other[] = { "issuer=https://other.example",
		"jwks-uri=" JWKS_URL, NULL };
	static const char *const slower[] = { "issuer=" ISSUER,
		"jwks-uri=" JWKS_URL, "cooldown=1m", NULL };
	static const char *const elsewhere[] = { "issuer=" ISSUER,
		"jwks-uri=" ISSUER "/keys", NULL };
	struct bed bed = bed_new(usual);
	struct authchain_entry *same, *foreign, *differs, *third;
	struct authchain_call *call;
	char *token = good();

	same = fakehost_entry(bed.host, plugin, RESOURCE, usual);
	(void)fakehost_start(same);
	ok(bed.host->fetch_count == 1,
	    "two entries with the same issuer and URL share one fetch");
	foreign = fakehost_entry(bed.host, plugin, RESOURCE, other);
	(void)fakehost_start(foreign);
	ok(bed.host->fetch_count == 2,
	    "two issuers share nothing, though the URL is the same");
	differs = fakehost_entry(bed.host, plugin, RESOURCE, slower);
	(void)fakehost_start(differs);
	ok(bed.host->fetch_count == 3,
	    "neither do entries with other rules for the keys");
	third = fakehost_entry(bed.host, plugin, RESOURCE, elsewhere);
	(void)fakehost_start(third);
	ok(bed.host->fetch_count == 4, "nor with another URL");
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	call = fakehost_call(same, token);
	ok(fakehost_verify(call) == AUTHCHAIN_ACCEPT,
	    "keys that one fetched serve the other");
	fakehost_call_free(&call);
	fakehost_destroy(&bed.entry);
	call = fakehost_call(same, token);
	ok(fakehost_verify(call) == AUTHCHAIN_ACCEPT,
	    "also when the one is gone");
	fakehost_call_free(&call);
	fakehost_destroy(&foreign);
	fakehost_destroy(&differs);
	fakehost_destroy(&third);
	ok(bed.host->fetches[1].open == false && bed.host->timer_count == 1,
	    "what is under way ends with its entry");
	fakehost_destroy(&same);
	free(token);
	ok(fakehost_free(&bed.host) == 0, "shares: nothing is left over");
}

static void
test_gone_while_waiting(void)
{
	struct bed bed = bed_new(usual);
	struct authchain_entry *same =
	    fakehost_entry(bed.host, plugin, RESOURCE, usual);
	struct authchain_call *call;
	char *token = good();

	(void)judged(&bed, token, &call);
	fakehost_give_up(call);
	fakehost_call_free(&call);
	fakehost_destroy(&bed.entry);
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	ok(true, "an answer for a call and an entry that are gone harms none");
	fakehost_destroy(&same);
	free(token);
	ok(fakehost_free(&bed.host) == 0, "gone: nothing is left over");
}

static void
test_memory(void)
{
	struct bed bed = bed_new(usual);
	struct authchain_call *call;
	char *token = good();

	bed.host->refuse_memory = true;
	ok(is_judged(&bed, token, "unavailable out_of_memory"),
	    "no memory to wait: unavailable");
	bed.host->refuse_memory = false;
	(void)judged(&bed, token, &call);
	bed.host->refuse_memory = true;
	(void)fakehost_answer(bed.host, 200, NULL, set_rsa);
	ok(strcmp(fakehost_words(call), "unavailable out_of_memory") == 0,
	    "no memory for the claims: unavailable");
	fakehost_call_free(&call);
	bed.host->refuse_memory = false;
	free(token);
	bed_free(&bed, "memory");
}

static void
test_file(void)
{
	const char *folder = getenv("abs_top_builddir");
	char path[1024], option[1100];
	const char *options[] = { "issuer=" ISSUER, option, NULL };
	char *token = good(), *unknown = unknown_kid(), *bad = bad_signature();
	FILE *file;
	struct bed bed;

	(void)snprintf(path, sizeof(path), "%s/test-jwks-%d.json",
	    folder == NULL ? "." : folder, (int)getpid());
	file = fopen(path, "wx");
	(void)snprintf(option, sizeof(option), "jwks-file=%s", path);
	(void)fputs(set_rsa, file);
	(void)fclose(file);
	bed = bed_new(options);
	ok(is_judged(&bed, token, "accept alice"), "keys from a file serve");
	ok(is_judged(&bed, unknown, "reject unknown_kid"),
	    "an unknown kid is refused at once");
	ok(is_judged(&bed, bad, "reject bad_signature"),
	    "and so is a bad signature");
	fakehost_advance(bed.host, 1000 * HOUR);
	ok(bed.host->fetch_count == 0, "nothing is ever fetched");
	ok(strstr(fakehost_status(bed.entry),
	       "source: file\nkeys: 1\nkeys-left-out: 0\n"
	       "key.0.kid: k1\nkey.0.kty: RSA\n") != NULL,
	    "the status shows the key");
	bed_free(&bed, "file");
	(void)remove(path);
	free(token);
	free(unknown);
	free(bad);
}

static void
test_preset_algorithms(void)
{
	static const char *const options[] = { "preset=authkit",
		"domain=https://as.example", NULL };
	static const char *const wider[] = { "preset=authkit",
		"domain=https://as.example", "algorithms=RS256, ES256", NULL };
	char *set = signer_set_of(ec, "e1");
	char *token = token_by(ec, "ES256", "e1");
	struct bed bed = bed_new(options);

	(void)fakehost_answer(bed.host, 200, NULL, set);
	ok(strcmp(bed.entry->claimed, "issuer " ISSUER "\n") == 0,
	    "authkit claims its domain as issuer");
	ok(is_judged(&bed, token, "reject algorithm_not_allowed"),
	    "authkit takes RS256 alone");
	bed_free(&bed, "preset");
	bed = bed_new(wider);
	(void)fakehost_answer(bed.host, 200, NULL, set);
	ok(is_judged(&bed, token, "accept alice"),
	    "unless algorithms says otherwise");
	bed_free(&bed, "wider preset");
	free(set);
	free(token);
}

static void
test_algorithms(void)
{
	static const char *const algs[] = { "RS256", "PS256", "ES256",
		"EdDSA" };

	for (size_t i = 0; i < 4; i++) {
		struct ac_jwk *key = signer_key(algs[i]);
		char *set = signer_set_of(key, "k"),
		     *bare = signer_set_of(key, NULL);
		char *token = token_by(key, algs[i], "k"),
		     *loose = token_by(key, algs[i], NULL);
		struct bed bed = bed_warm(set);
		char name[64];

		(void)snprintf(name, sizeof(name), "%s is taken", algs[i]);
		ok(is_judged(&bed, token, "accept alice"), name);
		(void)snprintf(name, sizeof(name), "%s without a kid is",
		    algs[i]);
		ok(is_judged(&bed, loose, "accept alice"), name);
		bed_free(&bed, algs[i]);
		bed = bed_warm(bare);
		(void)snprintf(name, sizeof(name), "%s by a key without kid is",
		    algs[i]);
		ok(is_judged(&bed, loose, "accept alice"), name);
		bed_free(&bed, algs[i]);
		ac_jwk_free(&key);
		free(set);
		free(bare);
		free(token);
		free(loose);
	}
}

static void
make_keys(void)
{
	const char *const kids[] = { "k1", "k2" };
	struct ac_jwk *keys[2];

	keys[0] = rsa = signer_key("RS256");
	keys[1] = rsa_new = signer_key("RS256");
	stranger = signer_key("RS256");
	ec = signer_key("ES256");
	set_rsa = signer_set_of(rsa, "k1");
	set_new = signer_set_of(rsa_new, "k2");
	set_both = signer_set(keys, kids, 2);
	set_rekeyed = signer_set_of(rsa_new, "k1");
}

static void
free_keys(void)
{
	ac_jwk_free(&rsa);
	ac_jwk_free(&rsa_new);
	ac_jwk_free(&stranger);
	ac_jwk_free(&ec);
	free(set_rsa);
	free(set_new);
	free(set_both);
	free(set_rekeyed);
}

int
main(void)
{
	plugin = fakehost_load("providers/.libs/jwks.so", "jwks");
	make_keys();
	test_create();
	test_all_faults_at_once();
	test_atoms();
	test_first_fetch();
	test_rotation();
	test_rekey();
	test_rekey_other_type();
	test_state_folder();
	test_rotation_before_its_answer();
	test_flood();
	test_crowd();
	test_stall();
	test_outage();
	test_shares();
	test_gone_while_waiting();
	test_memory();
	test_file();
	test_preset_algorithms();
	test_algorithms();
	free_keys();
	return done();
}
