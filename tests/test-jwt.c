/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What providers of signed tokens share: the policy that options make, what
 * is said of a refusal, and what follows a signature.  Which tokens pass is
 * in test-hs256.
 */
#include "mint.h"
#include "tap.h"
#include "tokenhost.h"

#include <stdio.h>
#include <string.h>

#include "../providers/jwt.h"

#define BASE   "\"iss\":\"us\",\"sub\":\"alice\",\"aud\":\"a\",\"exp\":1800000300"
#define HEADER "{\"alg\":\"HS256\",\"kid\":\"k\"}"

static const struct authchain_option options[] = {
	{ .name = "algorithms",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .fallback = "HS256" },
	{ .name = "required-claims",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .fallback = "sub, exp" },
	JWT_OPTIONS,
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "jwt",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
};

static struct authchain_entry entry;
static struct authchain_call call;
static struct jwt_policy policy;

/* Options as "name=value", NULL-terminated. */
static int
init(const char *const *set)
{
	static char names[FAKE_MAX][32];

	fake_entry(&entry, &plugin);
	entry.resource = "a";
	for (size_t i = 0; set != NULL && set[i] != NULL; i++) {
		size_t len = strcspn(set[i], "=");

		(void)snprintf(names[i], sizeof(names[i]), "%.*s", (int)len,
		    set[i]);
		fake_option(&entry, names[i], set[i] + len + 1);
	}
	return jwt_policy_init(&policy, &fake_host, &entry, ac_span_text("us"));
}

static void
end(void)
{
	jwt_policy_clear(&policy);
	fake_destroy(&entry);
}

static const char *
token_of(const char *header, const char *payload)
{
	return mint(header, payload, ac_span_text("any"), "SHA256");
}

static bool
is_refused(const char *header, const char *payload)
{
	const struct ac_alg *alg;
	bool refused;

	fake_call(&call, ac_span_text(token_of(header, payload)));
	refused = jwt_refuse(&policy, &call, &alg);
	fake_call_end(&call);
	return refused && alg == NULL;
}

static bool
is_let_on(const char *header, const char *payload)
{
	const struct ac_alg *alg;
	bool refused;

	fake_call(&call, ac_span_text(token_of(header, payload)));
	refused = jwt_refuse(&policy, &call, &alg);
	fake_call_end(&call);
	return !refused && alg != NULL && call.reason == 0 &&
	       strcmp(alg->name, "HS256") == 0 && !call.adopted &&
	       call.subject[0] == '\0';
}

static void
test_policy(void)
{
	ok(init(NULL) == 0 && policy.claims.leeway_s == 60 &&
		policy.claims.max_age_s == 0,
	    "60 seconds of leeway and any age by default");
	ok(policy.claims.audience_count == 1 &&
		ac_span_is_text(policy.claims.audiences[0], "a"),
	    "the resource is the audience by default");
	ok(policy.header.types == NULL && !policy.typ_wanted,
	    "no typ of its own by default");
	ok(policy.claims.required_count == 2 &&
		policy.claims.subject_claim == NULL,
	    "the required claims by default");
	end();
	ok(policy.types == NULL && policy.audiences == NULL &&
		policy.required == NULL,
	    "a cleared policy holds nothing");
	jwt_policy_clear(&policy);

	ok(init((const char *const[]){ "leeway=300s", "max-age=1s", NULL }) ==
		    0 &&
		policy.claims.leeway_s == 300 && policy.claims.max_age_s == 1,
	    "five minutes of leeway, a second of age");
	end();
	ok(init((const char *const[]){ "leeway=301s", "max-age=999ms",
	       NULL }) == 0 &&
		policy.claims.leeway_s == 300 && policy.claims.max_age_s == 1,
	    "no more leeway than that, no less age, whatever a host lets by");
	end();
	ok(init((const char *const[]){ "leeway=0s", "max-age=1999ms", NULL }) ==
		    0 &&
		policy.claims.leeway_s == 0 && policy.claims.max_age_s == 1,
	    "no leeway at all; an age is rounded down");
	end();
	ok(init((const char *const[]){ "audience=x, y", NULL }) == 0 &&
		policy.claims.audience_count == 2 &&
		ac_span_is_text(policy.claims.audiences[1], "y"),
	    "written audiences replace the resource");
	end();
	ok(init((const char *const[]){ "typ=at+jwt, x", NULL }) == 0 &&
		policy.typ_wanted && strcmp(policy.types[1], "x") == 0 &&
		policy.types[2] == NULL,
	    "written types are wanted");
	end();
	ok(init((const char *const[]){ "algorithms=HS256, HS257", NULL }) ==
		    -1 &&
		strstr(entry.failed,
		    "algorithms: unknown algorithm \"HS257\"; known: HS256 ") ==
		    entry.failed,
	    "one unknown algorithm among known ones is an error");
	end();
}

static void
test_subject_claim(void)
{
	ok(init((const char *const[]){ "subject-claim=email", NULL }) == 0 &&
		policy.claims.required_count == 1 &&
		ac_span_is_text(policy.claims.required[0], "exp"),
	    "with a mapped subject sub is not required by default");
	end();
	ok(init((const char *const[]){ "subject-claim=email",
	       "required-claims=sub, exp", NULL }) == 0 &&
		policy.claims.required_count == 2,
	    "but it is when it is written");
	ok(is_refused(HEADER, "{" BASE ",\"sub\":null,\"email\":\"e\"}") &&
		call.reason == AUTHCHAIN_REASON_MALFORMED_TOKEN,
	    "two members of one name are no token");
	ok(is_refused(HEADER,
	       "{\"iss\":\"us\",\"aud\":\"a\",\"exp\":1800000300,"
	       "\"email\":\"e\"}") &&
		call.reason == AUTHCHAIN_REASON_MISSING_CLAIM,
	    "and then missed");
	end();
	ok(init((const char *const[]){ "subject-claim=sub", NULL }) == 0 &&
		policy.claims.subject_claim == NULL &&
		policy.claims.required_count == 2,
	    "sub mapped to sub is sub");
	end();
}

static void
test_refuse(void)
{
	const struct ac_alg *alg;

	(void)init(NULL);
	ok(is_let_on(HEADER, "{" BASE "}"), "a good token is let on");
	fake_call(&call, ac_span_text("not.a.jws"));
	ok(jwt_refuse(&policy, &call, &alg) && alg == NULL &&
		call.reason == AUTHCHAIN_REASON_MALFORMED_TOKEN,
	    "no JWS is refused, even when nobody asked whose it is");
	fake_call_end(&call);
	ok(is_refused("{\"alg\":\"none\"}", "{" BASE "}") &&
		strcmp(call.detail, "algorithm \"none\"; allowed: HS256") == 0,
	    "words for an algorithm");
	ok(is_refused("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
	       "{" BASE "}") &&
		strcmp(call.detail, "header members not taken: crit b64") == 0,
	    "words for a critical header");
	ok(is_refused("{\"alg\":\"HS256\",\"zip\":\"DEF\",\"enc\":\"x\"}",
	       "{" BASE "}") &&
		strcmp(call.detail, "header members not taken: zip enc") == 0,
	    "words for a compressed one");
	ok(is_refused("{\"alg\":\"HS256\",\"typ\":\"x\\n\"}", "{" BASE "}") &&
		strcmp(call.detail,
		    "typ \"x\\x0a\" is not one of those taken") == 0,
	    "words for a type");
	ok(is_refused(HEADER, "{\"iss\":\"them\",\"sub\":\"a\",\"aud\":\"a\","
			      "\"exp\":1800000300}") &&
		call.reason == AUTHCHAIN_REASON_WRONG_ISSUER,
	    "another issuer is refused, even when nobody asked whose it is");
	ok(is_refused(HEADER, "{\"iss\":\"us\",\"sub\":\"a\",\"aud\":\"b\","
			      "\"exp\":1800000300,\"iat\":1799999955}") &&
		strcmp(call.detail, "audience is \"b\"; wanted \"a\" "
				    "(kid \"k\", HS256, issued 45 s ago)") == 0,
	    "words for a claim, with kid, algorithm and age");
	end();
	(void)init((const char *const[]){ "typ=at+jwt",
	    "algorithms=HS256, RS256, EdDSA", NULL });
	ok(is_refused(HEADER, "{" BASE "}") &&
		strcmp(call.detail, "typ (absent) is not one of those taken") ==
		    0,
	    "words for a type that is missing");
	ok(is_refused("{\"alg\":\"x\"}", "{" BASE "}") &&
		strcmp(call.detail,
		    "algorithm \"x\"; allowed: HS256, RS256, EdDSA") == 0,
	    "words for several algorithms");
	end();
	(void)init((const char *const[]){
	    "algorithms=HS256, HS384, HS512, RS256, RS384, RS512, PS256, "
	    "PS384, PS512, ES256, ES384, ES512, EdDSA",
	    NULL });
	ok(is_refused("{\"alg\":\"x\"}", "{" BASE "}") &&
		strstr(call.detail, "ES512, EdDSA") != NULL,
	    "all algorithms there are find room");
	end();
}

static const struct {
	const char *name;
	const char *header, *claim;
	const char *words;
} descriptions[] = {
	{ "age, a number", HEADER, ",\"iat\":1799999999",
	    "kid \"k\", HS256, issued 1 s ago" },
	{ "age, with a fraction", HEADER, ",\"iat\":1799999998.5",
	    "kid \"k\", HS256, issued 2 s ago" },
	{ "age, just now", HEADER, ",\"iat\":1800000000",
	    "kid \"k\", HS256, issued 0 s ago" },
	{ "age, since the beginning", HEADER, ",\"iat\":0",
	    "kid \"k\", HS256, issued 1800000000 s ago" },
	{ "age, to come", HEADER, ",\"iat\":1800000030",
	    "kid \"k\", HS256, issued 30 s ahead" },
	{ "age, at the end of all", HEADER, ",\"iat\":253402300799",
	    "kid \"k\", HS256, issued 251602300799 s ahead" },
	{ "age, behind it", HEADER, ",\"iat\":253402300800",
	    "kid \"k\", HS256, of unknown age" },
	{ "age, negative", HEADER, ",\"iat\":-1",
	    "kid \"k\", HS256, of unknown age" },
	{ "age, far too large", HEADER, ",\"iat\":1e300",
	    "kid \"k\", HS256, of unknown age" },
	{ "age, a text", HEADER, ",\"iat\":\"1\"",
	    "kid \"k\", HS256, of unknown age" },
	{ "age, none", HEADER, "", "kid \"k\", HS256, of unknown age" },
	{ "no kid", "{\"alg\":\"RS256\"}", "",
	    "no kid, RS256, of unknown age" },
	{ "an empty kid", "{\"alg\":\"RS256\",\"kid\":\"\"}", "",
	    "kid \"\", RS256, of unknown age" },
	{ "a kid like a file", "{\"alg\":\"RS256\",\"kid\":\"../a\\n\"}", "",
	    "kid \"../a\\x0a\", RS256, of unknown age" },
	{ "another algorithm", "{\"alg\":\"x\\n\"}", "",
	    "no kid, \"x\\x0a\", of unknown age" },
};

static void
test_describe(void)
{
	struct jwt_words words;

	(void)init(NULL);
	for (size_t i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]);
	     i++) {
		char payload[256];

		(void)snprintf(payload, sizeof(payload), "{" BASE "%s}",
		    descriptions[i].claim);
		fake_call(&call,
		    ac_span_text(token_of(descriptions[i].header, payload)));
		ok(strcmp(jwt_describe(&policy, &call, &words),
		       descriptions[i].words) == 0,
		    descriptions[i].name);
		fake_call_end(&call);
	}
	fake_call(&call, ac_span_text("x"));
	ok(strcmp(jwt_describe(&policy, &call, &words), "not a JWS") == 0,
	    "no JWS is described as such");
	fake_call_end(&call);
	end();
}

static uint32_t
accept_with(const char *payload, enum fake_fault fault)
{
	uint32_t outcome;

	fake_call(&call, ac_span_text(token_of(HEADER, payload)));
	call.fault = fault;
	outcome = jwt_accept(&policy, &call);
	fake_call_end(&call);
	return outcome;
}

static void
test_accept(void)
{
	(void)init(NULL);
	ok(accept_with("{" BASE "}", FAKE_NO_FAULT) == AUTHCHAIN_ACCEPT &&
		call.adopted && strcmp(call.subject, "alice") == 0,
	    "accepted: claims adopted, sub is the subject");
	ok(accept_with("{" BASE "}", FAKE_ADOPT) == AUTHCHAIN_UNAVAILABLE &&
		call.reason == AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "claims that can't be kept are unavailable");
	ok(accept_with("{" BASE "}", FAKE_SET_SUBJECT) ==
		    AUTHCHAIN_UNAVAILABLE &&
		call.reason == AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "a subject that can't be kept is unavailable");
	ok(accept_with("{" BASE "}", FAKE_CLAIM) == AUTHCHAIN_REJECT &&
		call.reason == AUTHCHAIN_REASON_BAD_SUBJECT,
	    "a subject that is not among the adopted claims is refused");
	ok(accept_with("{\"sub\":\"\"}", FAKE_NO_FAULT) == AUTHCHAIN_REJECT &&
		call.reason == AUTHCHAIN_REASON_BAD_SUBJECT,
	    "an empty one too");
	ok(accept_with("{\"sub\":[\"a\"]}", FAKE_NO_FAULT) ==
		    AUTHCHAIN_REJECT &&
		call.reason == AUTHCHAIN_REASON_BAD_SUBJECT,
	    "and one that is no text");
	end();
	(void)init((const char *const[]){ "subject-claim=a/b~c", NULL });
	ok(accept_with("{\"sub\":\"x\",\"a/b~c\":\"bob\"}", FAKE_NO_FAULT) ==
		    AUTHCHAIN_ACCEPT &&
		strcmp(call.subject, "bob") == 0,
	    "a mapped subject, by a name that a pointer must escape");
	ok(accept_with("{\"sub\":\"x\",\"a\":{\"b~c\":\"bob\"}}",
	       FAKE_NO_FAULT) == AUTHCHAIN_REJECT,
	    "which does not reach into an object");
	end();
}

int
main(void)
{
	test_policy();
	test_subject_claim();
	test_refuse();
	test_describe();
	test_accept();
	return done();
}
