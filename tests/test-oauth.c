/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth, as it is loaded: configurations, challenges, documents, and what
 * comes of an introspection answer. */
#include "bed.h"
#include "signer.h"

#include <stdlib.h>

#define SERVER    "https://as.example"
#define ENDPOINT  "https://as.example/introspect"
#define RESOURCE  "https://mcp.example/mcp"
#define PROTECTED "/.well-known/oauth-protected-resource"
#define FORWARDED "/.well-known/oauth-authorization-server"
#define MINUTE    INT64_C(60000)

static const struct authchain_plugin *plugin;

static const char *const challenger[] = { "authorization-servers=" SERVER,
	"scopes=openid, profile", NULL };
static const char *const asker[] = { "introspection-endpoint=" ENDPOINT,
	"client-id=rs", "client-secret=s3cret", NULL };

/* The stages where an entry with these options makes sense. */
static uint32_t
stages_of(const char *const *options)
{
	uint32_t stages = UINT32_C(1) << AUTHCHAIN_STAGE_CHALLENGE;

	for (; *options != NULL; options++) {
		if (strncmp(*options, "introspection-", 14) == 0)
			stages |= UINT32_C(1) << AUTHCHAIN_STAGE_IDENTITY;
	}
	return stages;
}

static struct bed
bed_new(const char *resource, const char *const *options)
{
	struct fakehost *host = fakehost_new();

	host->stages = stages_of(options);
	return bed_on(host, plugin, resource, options);
}

/* ---- configuration ---- */

#define ASKER                                                                  \
	"introspection-endpoint=" ENDPOINT, "client-id=rs",                    \
	    "client-secret=s3cret"

struct create_row {
	const char *name;
	const char *resource;
	const char *options[7];
	const char *refused; /* NULL: it stands */
	const char *warned;
};

static const struct create_row create_rows[] = {
	{ "a server", RESOURCE, { "authorization-servers=" SERVER }, NULL,
	    NULL },
	{ "two servers", RESOURCE,
	    { "authorization-servers=" SERVER ", https://b.example/t" }, NULL,
	    NULL },
	{ "introspection alone", RESOURCE, { ASKER }, NULL, NULL },
	{ "introspection without a resource, any audience", "",
	    { ASKER, "audience=none" }, NULL, NULL },
	{ "a server without a resource and without documents", "",
	    { "authorization-servers=" SERVER, "resource-metadata=no" }, NULL,
	    NULL },
	{ "offline_access", RESOURCE,
	    { "authorization-servers=" SERVER,
		"scopes=openid, offline_access" },
	    NULL, "scopes: offline_access" },
	{ "a resource over http", "http://mcp:8080/mcp",
	    { "authorization-servers=" SERVER }, NULL,
	    "resource-metadata: resource in [chain] is http" },
	{ "a loopback server, allowed", RESOURCE,
	    { "authorization-servers=http://127.0.0.1:9", "insecure-http=yes" },
	    NULL, NULL },
	{ "nothing", RESOURCE, { NULL }, "-: nothing to do", NULL },
	{ "scopes alone", RESOURCE, { "scopes=a" }, "-: nothing to do", NULL },
	{ "a server without a resource", "",
	    { "authorization-servers=" SERVER },
	    "resource-metadata: clients can't be told", NULL },
	{ "a resource that is no URL", "us",
	    { "authorization-servers=" SERVER },
	    "resource-metadata: resource in [chain]: \"us\" is not", NULL },
	{ "a resource with a fragment", RESOURCE "#x",
	    { "authorization-servers=" SERVER },
	    "resource-metadata: resource in [chain]: ", NULL },
	{ "a server that is no URL", RESOURCE,
	    { "authorization-servers=as.example" },
	    "authorization-servers: ", NULL },
	{ "a server over http", RESOURCE,
	    { "authorization-servers=http://as.example" },
	    "authorization-servers: ", NULL },
	{ "a second server over http", RESOURCE,
	    { "authorization-servers=" SERVER ", http://as.example" },
	    "authorization-servers: ", NULL },
	{ "a scope with a space", RESOURCE,
	    { "authorization-servers=" SERVER, "scopes=a b" },
	    "scopes: \"a b\" is not a scope", NULL },
	{ "a scope with a quote", RESOURCE,
	    { "authorization-servers=" SERVER, "scopes=a\"b" },
	    "scopes: ", NULL },
	{ "a scope with a backslash", RESOURCE,
	    { "authorization-servers=" SERVER, "scopes=a\\b" },
	    "scopes: ", NULL },
	{ "an endpoint over http", RESOURCE,
	    { "introspection-endpoint=http://as.example/i", "client-id=rs",
		"client-secret=s" },
	    "introspection-endpoint: ", NULL },
	{ "an endpoint with a user", RESOURCE,
	    { "introspection-endpoint=https://rs:pw@as.example/i",
		"client-id=rs", "client-secret=s" },
	    "introspection-endpoint: ", NULL },
	{ "an endpoint without a client", RESOURCE,
	    { "introspection-endpoint=" ENDPOINT, "client-secret=s" },
	    "write client-id", NULL },
	{ "an endpoint without a secret", RESOURCE,
	    { "introspection-endpoint=" ENDPOINT, "client-id=rs" },
	    "write client-secret", NULL },
	{ "introspection without an audience", "", { ASKER },
	    "audience: no audience", NULL },
	{ "the audience none and another", "",
	    { ASKER, "audience=none, " RESOURCE },
	    "audience: \"none\" stands alone", NULL },
};

static void
test_create(void)
{
	for (size_t i = 0; i < sizeof(create_rows) / sizeof(create_rows[0]);
	     i++) {
		const struct create_row *row = &create_rows[i];
		struct fakehost *host = fakehost_new();
		struct authchain_entry *entry;
		char name[256];

		host->stages = stages_of(row->options);
		entry =
		    fakehost_entry(host, plugin, row->resource, row->options);

		(void)snprintf(name, sizeof(name), "configured with %s: %s",
		    row->name, row->refused == NULL ? "stands" : row->refused);
		ok(row->refused == NULL
			? entry != NULL
			: entry == NULL &&
			      strstr(fakehost_refusal(), row->refused) != NULL,
		    name);
		(void)snprintf(name, sizeof(name), "%s: warns as it should",
		    row->name);
		if (entry != NULL)
			ok(row->warned == NULL
				? entry->warned[0] == '\0'
				: strstr(entry->warned, row->warned) != NULL,
			    name);
		ok(host->fetch_count == 0 && host->documents.count == 0,
		    "create fetches and publishes nothing");
		fakehost_destroy(&entry);
		ok(fakehost_free(&host) == 0, "nothing is left over");
	}
}

static void
test_stages(void)
{
	static const uint32_t identity = UINT32_C(1)
					 << AUTHCHAIN_STAGE_IDENTITY;
	static const uint32_t challenge = UINT32_C(1)
					  << AUTHCHAIN_STAGE_CHALLENGE;
	struct fakehost *host = fakehost_new();
	struct authchain_entry *entry;

	host->stages = identity | challenge;
	entry = fakehost_entry(host, plugin, RESOURCE, challenger);
	ok(entry == NULL &&
		strstr(fakehost_refusal(), "-: identity names it, and without "
					   "introspection-endpoint") != NULL,
	    "in identity without an endpoint: refused");
	fakehost_destroy(&entry);
	host->stages = challenge;
	entry = fakehost_entry(host, plugin, RESOURCE, asker);
	ok(entry != NULL && strstr(entry->warned,
				"introspection-endpoint: no token is asked "
				"about") != NULL,
	    "an endpoint and not in identity: warned of");
	fakehost_destroy(&entry);
	ok(fakehost_free(&host) == 0, "nothing is left over");
}

/* ---- challenge and documents ---- */

struct place_row {
	const char *resource;
	const char *path; /* of the path form; NULL: the root form's alone */
	const char *url;
};

static const struct place_row place_rows[] = {
	{ RESOURCE, PROTECTED "/mcp", "https://mcp.example" PROTECTED "/mcp" },
	{ "https://mcp.example/a/b/", PROTECTED "/a/b/",
	    "https://mcp.example" PROTECTED "/a/b/" },
	{ "https://mcp.example:8443/mcp", PROTECTED "/mcp",
	    "https://mcp.example:8443" PROTECTED "/mcp" },
	{ "https://mcp.example/mcp?v=1", PROTECTED "/mcp",
	    "https://mcp.example" PROTECTED "/mcp?v=1" },
	{ "https://mcp.example", NULL, "https://mcp.example" PROTECTED },
	{ "https://mcp.example/", NULL, "https://mcp.example" PROTECTED },
};

static void
test_places(void)
{
	for (size_t i = 0; i < sizeof(place_rows) / sizeof(place_rows[0]);
	     i++) {
		const struct place_row *row = &place_rows[i];
		struct bed bed = bed_new(row->resource, challenger);
		struct authchain_call *call = fakehost_call(bed.entry, NULL);
		const char *root =
		    fakehost_pair(&bed.host->documents, PROTECTED);
		char name[256];

		fakehost_challenge(call, AUTHCHAIN_REASON_NO_CREDENTIALS, "");
		(void)snprintf(name, sizeof(name), "%s: the challenge says %s",
		    row->resource, row->url);
		ok(strcmp(fakehost_pair(&call->parameters, "resource_metadata"),
		       row->url) == 0,
		    name);
		(void)snprintf(name, sizeof(name), "%s: %s and the root form",
		    row->resource, row->path == NULL ? "" : row->path);
		ok(root[0] == '{' &&
			(row->path == NULL
				? bed.host->documents.count == 1
				: strcmp(fakehost_pair(&bed.host->documents,
					     row->path),
				      root) == 0),
		    name);
		fakehost_call_free(&call);
		bed_free(&bed, row->resource);
	}
}

struct document_row {
	const char *name;
	const char *options[5];
	const char *document;
};

static const struct document_row document_rows[] = {
	{ "a server", { "authorization-servers=" SERVER },
	    "{\"resource\":\"" RESOURCE "\",\"authorization_servers\":"
	    "[\"" SERVER "\"],\"bearer_methods_supported\":[\"header\"]}" },
	{ "servers, scopes and a name",
	    { "authorization-servers=" SERVER ", https://b.example",
		"scopes=openid, offline_access, mcp:read",
		"resource-name=The \"MCP\"" },
	    "{\"resource\":\"" RESOURCE "\",\"authorization_servers\":"
	    "[\"" SERVER "\",\"https://b.example\"],"
	    "\"scopes_supported\":[\"openid\",\"mcp:read\"],"
	    "\"bearer_methods_supported\":[\"header\"],"
	    "\"resource_name\":\"The \\\"MCP\\\"\"}" },
	{ "offline_access alone",
	    { "authorization-servers=" SERVER, "scopes=offline_access" },
	    "{\"resource\":\"" RESOURCE "\",\"authorization_servers\":"
	    "[\"" SERVER "\"],\"bearer_methods_supported\":[\"header\"]}" },
	{ "documents off",
	    { "authorization-servers=" SERVER, "resource-metadata=no" }, "" },
};

static void
test_documents(void)
{
	for (size_t i = 0; i < sizeof(document_rows) / sizeof(document_rows[0]);
	     i++) {
		const struct document_row *row = &document_rows[i];
		struct bed bed = bed_new(RESOURCE, row->options);
		char name[256];

		(void)snprintf(name, sizeof(name), "document with %s",
		    row->name);
		ok(strcmp(fakehost_pair(&bed.host->documents, PROTECTED "/mcp"),
		       row->document) == 0,
		    name);
		bed_free(&bed, row->name);
	}
}

struct challenge_row {
	const char *name;
	uint32_t reason;
	const char *needed;
	const char *scope;
};

static const struct challenge_row challenge_rows[] = {
	{ "no credential", AUTHCHAIN_REASON_NO_CREDENTIALS, "",
	    "openid profile" },
	{ "a bad token", AUTHCHAIN_REASON_EXPIRED, "", "openid profile" },
	{ "scopes lacking", AUTHCHAIN_REASON_INSUFFICIENT_SCOPE,
	    "mcp:read mcp:write", "mcp:read mcp:write" },
	{ "offline_access lacking too", AUTHCHAIN_REASON_INSUFFICIENT_SCOPE,
	    "offline_access mcp:read", "mcp:read" },
	{ "offline_access alone lacking", AUTHCHAIN_REASON_INSUFFICIENT_SCOPE,
	    "offline_access", "openid profile" },
	{ "needed scopes of another refusal", AUTHCHAIN_REASON_REVOKED,
	    "mcp:read", "openid profile" },
};

static void
test_challenges(void)
{
	static const char *const bare[] = { "authorization-servers=" SERVER,
		"resource-metadata=no", NULL };
	struct bed bed = bed_new(RESOURCE, challenger);
	struct authchain_call *call;

	for (size_t i = 0;
	     i < sizeof(challenge_rows) / sizeof(challenge_rows[0]); i++) {
		const struct challenge_row *row = &challenge_rows[i];
		char name[256];

		call = fakehost_call(bed.entry, NULL);
		fakehost_challenge(call, row->reason, row->needed);
		(void)snprintf(name, sizeof(name), "challenge for %s: %s",
		    row->name, row->scope);
		ok(strcmp(fakehost_pair(&call->parameters, "scope"),
		       row->scope) == 0 &&
			call->parameters.count == 2,
		    name);
		fakehost_call_free(&call);
	}
	call = fakehost_call(bed.entry, "opaque");
	ok(fakehost_verify(call) == AUTHCHAIN_NOT_MINE,
	    "who only challenges claims no token");
	fakehost_call_free(&call);
	bed_free(&bed, "challenges");
	bed = bed_new(RESOURCE, bare);
	call = fakehost_call(bed.entry, NULL);
	fakehost_challenge(call, AUTHCHAIN_REASON_NO_CREDENTIALS, "");
	ok(call->parameters.count == 0,
	    "without scopes and documents a challenge has no parameter");
	fakehost_call_free(&call);
	bed_free(&bed, "bare challenge");
}

static void
test_forward(void)
{
	static const char first[] =
	    "{\"issuer\":\"" SERVER "\",\"token_endpoint\":\"" SERVER "/t\"}";
	static const char second[] =
	    "{\"issuer\":\"" SERVER "\",\"token_endpoint\":\"" SERVER "/u\"}";
	static const char wrong[] = "{\"issuer\":\"https://evil.example\"}";
	struct bed bed = bed_new(RESOURCE, challenger);
	const struct fakehost_pairs *documents = &bed.host->documents;

	ok(strcmp(fakehost_oldest(bed.host)->url, SERVER FORWARDED) == 0,
	    "the server's metadata is fetched in the background");
	(void)fakehost_answer(bed.host, 200, NULL, wrong);
	ok(fakehost_pair(documents, FORWARDED)[0] == '\0' &&
		strcmp(fakehost_oldest(bed.host)->url,
		    SERVER "/.well-known/openid-configuration") == 0,
	    "another issuer's is not forwarded: the next form");
	(void)fakehost_answer(bed.host, 200, NULL, first);
	ok(strcmp(fakehost_pair(documents, FORWARDED), first) == 0,
	    "the right one is, byte by byte");
	fakehost_advance(bed.host, 15 * MINUTE);
	ok(fakehost_open(bed.host) == 1, "it is fetched again");
	(void)fakehost_answer(bed.host, 500, NULL, "");
	(void)fakehost_answer(bed.host, 200, NULL, "<html>");
	ok(strcmp(fakehost_pair(documents, FORWARDED), first) == 0,
	    "when that fails the last good one stays");
	ok(strstr(fakehost_status(bed.entry), "status 500") != NULL,
	    "and the status says why");
	fakehost_advance(bed.host, 5000);
	(void)fakehost_answer(bed.host, 200, NULL, second);
	ok(strcmp(fakehost_pair(documents, FORWARDED), second) == 0,
	    "a newer one takes its place");
	bed_free(&bed, "forward");
}

static void
test_forward_off(void)
{
	static const char *const options[] = { "authorization-servers=" SERVER,
		"forward-metadata=no", NULL };
	struct bed bed = bed_new(RESOURCE, options);

	fakehost_advance(bed.host, 60 * MINUTE);
	ok(bed.host->fetch_count == 0, "forward-metadata = no fetches nothing");
	bed_free(&bed, "forward off");
}

/* ---- introspection ---- */

struct answer_row {
	const char *name;
	uint32_t status; /* 0: none, body says why */
	const char *body;
	const char *words;
	const char *detail;
};

#define OK_SUB "{\"active\":true,\"sub\":\"alice\",\"aud\":\"" RESOURCE "\""

static const struct answer_row answer_rows[] = {
	{ "active", 200, OK_SUB "}", "accept alice", "" },
	{ "active until later", 200, OK_SUB ",\"exp\":1800000300}",
	    "accept alice", "" },
	{ "active, exp with a fraction", 200, OK_SUB ",\"exp\":1800000300.5}",
	    "accept alice", "" },
	{ "active, expired within the leeway", 200,
	    OK_SUB ",\"exp\":1799999950}", "accept alice", "" },
	{ "active, audience in a list", 200,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":[\"x\",\"" RESOURCE
	    "\"]}",
	    "accept alice", "" },
	{ "active, username for sub", 200,
	    "{\"active\":true,\"username\":\"bob\",\"aud\":\"" RESOURCE "\"}",
	    "accept bob", "" },
	{ "active, sub null and a username", 200,
	    "{\"active\":true,\"sub\":null,\"username\":\"bob\",\"aud\":"
	    "\"" RESOURCE "\"}",
	    "accept bob", "" },
	{ "active, client_id for sub", 200,
	    "{\"active\":true,\"client_id\":\"svc\",\"aud\":\"" RESOURCE "\"}",
	    "accept svc", "" },
	{ "active, sub before username", 200, OK_SUB ",\"username\":\"bob\"}",
	    "accept alice", "" },
	{ "not active", 200, "{\"active\":false}", "reject unknown_token",
	    "no such token is active" },
	{ "not active, and more", 200, "{\"active\":false,\"sub\":\"alice\"}",
	    "reject inactive", "knows the token" },
	{ "not active, whatever else it says", 200,
	    "{\"active\":false,\"sub\":\"alice\",\"exp\":1800000300,"
	    "\"aud\":\"" RESOURCE "\"}",
	    "reject inactive", "" },
	{ "active is the text true", 200,
	    "{\"active\":\"true\",\"sub\":\"alice\",\"aud\":\"" RESOURCE "\"}",
	    "reject malformed_token", "not a boolean" },
	{ "active is 1", 200,
	    "{\"active\":1,\"sub\":\"alice\",\"aud\":\"" RESOURCE "\"}",
	    "reject malformed_token", "not a boolean" },
	{ "active is null", 200, "{\"active\":null,\"sub\":\"alice\"}",
	    "reject malformed_token", "not a boolean" },
	{ "no active", 200, "{\"sub\":\"alice\"}", "reject malformed_token",
	    "has no \"active\"" },
	{ "an empty object", 200, "{}", "reject malformed_token", "" },
	{ "active twice", 200, "{\"active\":false,\"active\":true}",
	    "unavailable dependency_unavailable", "" },
	{ "active, expired", 200, OK_SUB ",\"exp\":1799999700}",
	    "reject expired", "expired" },
	{ "active, expired just past the leeway", 200,
	    OK_SUB ",\"exp\":1799999940}", "reject expired", "" },
	{ "active, exp as text", 200, OK_SUB ",\"exp\":\"1800000300\"}",
	    "reject bad_claim", "exp" },
	{ "active, exp null", 200, OK_SUB ",\"exp\":null}", "reject bad_claim",
	    "exp" },
	{ "active, exp negative", 200, OK_SUB ",\"exp\":-1}",
	    "reject bad_claim", "exp" },
	{ "active, exp beyond all time", 200, OK_SUB ",\"exp\":1e300}",
	    "reject bad_claim", "exp" },
	{ "active, nbf ahead", 200, OK_SUB ",\"nbf\":1800000200}",
	    "reject not_yet_valid", "" },
	{ "active, iat ahead", 200, OK_SUB ",\"iat\":1800000200}",
	    "reject issued_in_future", "" },
	{ "active, no audience", 200, "{\"active\":true,\"sub\":\"alice\"}",
	    "reject missing_claim", "aud is missing" },
	{ "active, another audience", 200,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":\"https://x.example\"}",
	    "reject wrong_audience", "" },
	{ "active, audience by prefix", 200,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":\"" RESOURCE "2\"}",
	    "reject wrong_audience", "" },
	{ "active, an empty list of audiences", 200,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":[]}",
	    "reject wrong_audience", "" },
	{ "active, audiences not all texts", 200,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":[\"" RESOURCE "\",1]}",
	    "reject bad_claim", "" },
	{ "active, audience null", 200,
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":null}",
	    "reject bad_claim", "" },
	{ "active, no subject", 200,
	    "{\"active\":true,\"aud\":\"" RESOURCE "\"}",
	    "reject missing_claim", "sub" },
	{ "active, sub a number", 200,
	    "{\"active\":true,\"sub\":7,\"aud\":\"" RESOURCE "\"}",
	    "reject bad_subject", "" },
	{ "active, sub empty", 200,
	    "{\"active\":true,\"sub\":\"\",\"aud\":\"" RESOURCE "\"}",
	    "reject bad_subject", "" },
	{ "active, sub with a line feed", 200,
	    "{\"active\":true,\"sub\":\"a\\nb\",\"aud\":\"" RESOURCE "\"}",
	    "reject bad_subject", "" },
	{ "active, iss a number", 200, OK_SUB ",\"iss\":7}", "reject bad_claim",
	    "" },
	{ "active, bound to a key", 200, OK_SUB ",\"cnf\":{\"jkt\":\"x\"}}",
	    "reject bound_token", "" },
	{ "our credentials refused", 401, "{\"error\":\"invalid_client\"}",
	    "unavailable dependency_unavailable", "our own credentials" },
	{ "our credentials refused, no body", 401, "",
	    "unavailable dependency_unavailable", "check client-id \"rs\"" },
	{ "our credentials refused with 400", 400,
	    "{\"error\":\"invalid_client\"}",
	    "unavailable dependency_unavailable", "our own credentials" },
	{ "forbidden", 403, "", "unavailable dependency_unavailable",
	    "our own credentials" },
	{ "this kind of token unknown", 400,
	    "{\"error\":\"unsupported_token_type\"}", "reject unknown_token",
	    "kind of token" },
	{ "this kind of token unknown, but as 500", 500,
	    "{\"error\":\"unsupported_token_type\"}",
	    "unavailable dependency_unavailable", "status 500" },
	{ "another 400", 400, "{\"error\":\"invalid_request\"}",
	    "unavailable dependency_unavailable", "status 400" },
	{ "an active answer with status 500", 500, OK_SUB "}",
	    "unavailable dependency_unavailable", "status 500" },
	{ "an active answer with status 201", 201, OK_SUB "}",
	    "unavailable dependency_unavailable", "status 201" },
	{ "a redirect", 302, OK_SUB "}", "unavailable dependency_unavailable",
	    "redirects are not followed" },
	{ "too many requests", 429, "", "unavailable dependency_unavailable",
	    "status 429" },
	{ "HTML", 200, "<html>login</html>",
	    "unavailable dependency_unavailable", "" },
	{ "nothing", 200, "", "unavailable dependency_unavailable", "" },
	{ "a list", 200, "[{\"active\":true}]",
	    "unavailable dependency_unavailable", "" },
	{ "half an answer", 200, "{\"active\":true,\"sub\":\"al",
	    "unavailable dependency_unavailable", "" },
	{ "an answer and more", 200, OK_SUB "} x",
	    "unavailable dependency_unavailable", "" },
	{ "no answer", 0, "operation timed out",
	    "unavailable dependency_unavailable", "operation timed out" },
};

static void
test_answers(void)
{
	for (size_t i = 0; i < sizeof(answer_rows) / sizeof(answer_rows[0]);
	     i++) {
		const struct answer_row *row = &answer_rows[i];
		struct bed bed = bed_new(RESOURCE, asker);
		struct authchain_call *call =
		    fakehost_call(bed.entry, "opaque-token");
		char name[256];

		ok(fakehost_verify(call) == AUTHCHAIN_PENDING,
		    "an opaque token waits for the server");
		if (row->status == 0)
			(void)fakehost_fail(bed.host, row->body);
		else
			(void)fakehost_answer(bed.host, row->status, NULL,
			    row->body);
		(void)snprintf(name, sizeof(name), "%s: %s", row->name,
		    row->words);
		ok(strcmp(fakehost_words(call), row->words) == 0 &&
			strstr(call->detail, row->detail) != NULL,
		    name);
		if (strcmp(fakehost_words(call), row->words) != 0 ||
		    strstr(call->detail, row->detail) == NULL)
			printf("# got %s: %s\n", fakehost_words(call),
			    call->detail);
		(void)snprintf(name, sizeof(name),
		    "%s: no secret and no token in what is said", row->name);
		ok(strstr(call->detail, "s3cret") == NULL &&
			strstr(call->detail, "opaque-token") == NULL &&
			strstr(bed.host->logged, "s3cret") == NULL &&
			strstr(bed.host->logged, "opaque-token") == NULL,
		    name);
		ok((call->outcome == AUTHCHAIN_UNAVAILABLE) ==
			(call->retry_after_s > 0),
		    "Retry-After goes with unavailable");
		ok((call->outcome == AUTHCHAIN_ACCEPT) ==
			(call->subject[0] != '\0' && call->claims != NULL),
		    "subject and claims go with accept");
		fakehost_call_free(&call);
		bed_free(&bed, row->name);
	}
}

struct issuer_row {
	const char *name;
	const char *iss; /* in the answer */
	const char *words;
	const char *issuer; /* what the identity has */
};

static const struct issuer_row issuer_rows[] = {
	{ "the issuer", ",\"iss\":\"" SERVER "\"", "accept alice", SERVER },
	{ "none named", "", "accept alice", SERVER },
	{ "another", ",\"iss\":\"https://evil.example\"", "reject wrong_issuer",
	    "" },
	{ "with a slash", ",\"iss\":\"" SERVER "/\"", "reject wrong_issuer",
	    "" },
	{ "null", ",\"iss\":null", "reject bad_claim", "" },
};

static void
test_issuers(void)
{
	static const char *const options[] = { ASKER, "issuer=" SERVER, NULL };

	for (size_t i = 0; i < sizeof(issuer_rows) / sizeof(issuer_rows[0]);
	     i++) {
		const struct issuer_row *row = &issuer_rows[i];
		struct bed bed = bed_new(RESOURCE, options);
		struct authchain_call *call = fakehost_call(bed.entry, "t");
		char body[512], name[128];

		(void)snprintf(body, sizeof(body), "%s%s}", OK_SUB, row->iss);
		(void)fakehost_verify(call);
		(void)fakehost_answer(bed.host, 200, NULL, body);
		(void)snprintf(name, sizeof(name), "issuer %s: %s", row->name,
		    row->words);
		ok(strcmp(fakehost_words(call), row->words) == 0 &&
			strcmp(call->issuer, row->issuer) == 0,
		    name);
		fakehost_call_free(&call);
		bed_free(&bed, row->name);
	}
}

static void
test_any_audience(void)
{
	static const char *const options[] = { ASKER, "audience=none", NULL };
	struct bed bed = bed_new(RESOURCE, options);
	struct authchain_call *call = fakehost_call(bed.entry, "t");

	(void)fakehost_verify(call);
	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"active\":true,\"sub\":\"alice\"}");
	ok(strcmp(fakehost_words(call), "accept alice") == 0,
	    "audience = none takes a token without aud");
	fakehost_call_free(&call);
	bed_free(&bed, "any audience");
}

struct request_row {
	const char *name;
	const char *options[6];
	const char *token;
	const char *body;
	const char *authorization; /* NULL: none */
};

static const struct request_row request_rows[] = {
	{ "basic", { ASKER }, "opaque",
	    "token=opaque&token_type_hint=access_token",
	    "Authorization: Basic cnM6czNjcmV0\n" },
	{ "basic with what must be encoded",
	    { "introspection-endpoint=" ENDPOINT, "client-id=r:s",
		"client-secret=p+ %&=\xc3\xa9" },
	    "opaque", "token=opaque&token_type_hint=access_token",
	    /* r%3As:p%2B+%25%26%3D%C3%A9 */
	    "Authorization: Basic ciUzQXM6cCUyQislMjUlMjYlM0QlQzMlQTk=\n" },
	{ "basic with all of that in both",
	    { "introspection-endpoint=" ENDPOINT, "client-id=r %\xc3\xa9:s",
		"client-secret=a:b +%&=\xc3\xa9~" },
	    "opaque", "token=opaque&token_type_hint=access_token",
	    /* r+%25%C3%A9%3As:a%3Ab+%2B%25%26%3D%C3%A9%7E */
	    "Authorization: Basic cislMjUlQzMlQTklM0FzOmElM0FiKy"
	    "UyQiUyNSUyNiUzRCVDMyVBOSU3RQ==\n" },
	{ "post with all of that in both",
	    { "introspection-endpoint=" ENDPOINT, "client-id=r %\xc3\xa9:s",
		"client-secret=a:b +%&=\xc3\xa9~", "client-auth=post" },
	    "opaque",
	    "token=opaque&token_type_hint=access_token&client_id=r+%25%C3%A9%"
	    "3As"
	    "&client_secret=a%3Ab+%2B%25%26%3D%C3%A9%7E",
	    NULL },
	{ "post", { ASKER, "client-auth=post" }, "opaque",
	    "token=opaque&token_type_hint=access_token&client_id=rs"
	    "&client_secret=s3cret",
	    NULL },
	{ "a token that tries to add parameters", { ASKER },
	    "a&client_id=evil&x=+%\"", /* no JWS */
	    "token=a%26client_id%3Devil%26x%3D%2B%25%22"
	    "&token_type_hint=access_token",
	    "Authorization: Basic cnM6czNjcmV0\n" },
};

static void
test_requests(void)
{
	for (size_t i = 0; i < sizeof(request_rows) / sizeof(request_rows[0]);
	     i++) {
		const struct request_row *row = &request_rows[i];
		struct bed bed = bed_new(RESOURCE, row->options);
		struct authchain_call *call =
		    fakehost_call(bed.entry, row->token);
		const struct fakehost_fetch *fetch;
		char name[128];

		(void)fakehost_verify(call);
		fetch = &bed.host->fetches[0];
		(void)snprintf(name, sizeof(name), "request, %s: its body",
		    row->name);
		ok(strcmp(fetch->body, row->body) == 0, name);
		if (strcmp(fetch->body, row->body) != 0)
			printf("# %s\n", fetch->body);
		(void)snprintf(name, sizeof(name), "request, %s: its headers",
		    row->name);
		ok(strcmp(fetch->method, "POST") == 0 &&
			strcmp(fetch->url, ENDPOINT) == 0 &&
			strstr(fetch->headers,
			    "Content-Type: application/"
			    "x-www-form-urlencoded\n") != NULL &&
			strstr(fetch->headers, "Accept: application/json\n") !=
			    NULL &&
			(row->authorization == NULL
				? strstr(fetch->headers, "Authorization") ==
				      NULL
				: strstr(fetch->headers, row->authorization) !=
				      NULL),
		    name);
		fakehost_give_up(call);
		fakehost_call_free(&call);
		bed_free(&bed, row->name);
	}
}

static char *
long_token(size_t len)
{
	char *token = malloc(len + 1);

	memset(token, 'a', len);
	token[len] = '\0';
	return token;
}

static void
test_claim(void)
{
	struct bed bed = bed_new(RESOURCE, asker);
	struct ac_jwk *key = signer_key("ES256");
	char *jws = signer_token(key, "ES256", "k", "{\"sub\":\"alice\"}");
	char *longest = long_token(AC_JWS_MAX_TOKEN);
	char *longer = long_token(AC_JWS_MAX_TOKEN + 1);
	struct authchain_call *call = fakehost_call(bed.entry, jws);

	ok(fakehost_verify(call) == AUTHCHAIN_NOT_MINE,
	    "a JWS speaks for itself: not claimed");
	fakehost_call_free(&call);
	call = fakehost_call(bed.entry, "");
	ok(fakehost_verify(call) == AUTHCHAIN_NOT_MINE,
	    "an empty token is not claimed");
	fakehost_call_free(&call);
	call = fakehost_call(bed.entry, "a.b.c");
	ok(fakehost_verify(call) == AUTHCHAIN_PENDING,
	    "two dots don't make a JWS: claimed");
	fakehost_call_free(&call);
	call = fakehost_call(bed.entry, longer);
	(void)fakehost_verify(call);
	ok(strcmp(fakehost_words(call), "reject malformed_token") == 0 &&
		bed.host->fetch_count == 1,
	    "16 KiB and a byte: refused, nobody is asked");
	fakehost_call_free(&call);
	call = fakehost_call(bed.entry, longest);
	ok(fakehost_verify(call) == AUTHCHAIN_PENDING &&
		bed.host->fetch_count == 2,
	    "16 KiB: asked about");
	fakehost_call_free(&call);
	while (fakehost_answer(bed.host, 200, NULL, "{\"active\":false}"))
		continue;
	free(jws);
	free(longest);
	free(longer);
	ac_jwk_free(&key);
	bed_free(&bed, "claim");
}

#define BASIC_OLD "Authorization: Basic cnM6b2xk\n" /* rs:old */
#define BASIC_NEW "Authorization: Basic cnM6bmV3\n" /* rs:new */

static bool
asked_with(struct bed *bed, const char *authorization)
{
	const struct fakehost_fetch *fetch = fakehost_oldest(bed->host);

	return fetch != NULL && strstr(fetch->headers, authorization) != NULL;
}

static struct authchain_call *
asked(struct bed *bed, const char *token)
{
	struct authchain_call *call = fakehost_call(bed->entry, token);

	(void)fakehost_verify(call);
	return call;
}

static void
test_secrets(void)
{
	static const char *const options[] = {
		"introspection-endpoint=" ENDPOINT, "client-id=rs",
		"client-secret=new|old", NULL
	};
	struct bed bed = bed_new(RESOURCE, options);
	struct authchain_call *call = asked(&bed, "t");

	ok(asked_with(&bed, BASIC_NEW), "the current secret is sent first");
	(void)fakehost_answer(bed.host, 401, NULL, "");
	ok(call->outcome == AUTHCHAIN_PENDING && asked_with(&bed, BASIC_OLD),
	    "where it is refused the previous one is tried");
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	ok(strcmp(fakehost_words(call), "accept alice") == 0 &&
		fakehost_number(&bed.host->metrics, "secret_used") == 1,
	    "and counted as used");
	fakehost_call_free(&call);
	call = asked(&bed, "u");
	ok(asked_with(&bed, BASIC_OLD), "the next question begins with it");
	(void)fakehost_answer(bed.host, 400, NULL,
	    "{\"error\":\"invalid_client\"}");
	ok(asked_with(&bed, BASIC_NEW), "until it is refused");
	(void)fakehost_answer(bed.host, 401, NULL, "");
	ok(strcmp(fakehost_words(call), "unavailable dependency_unavailable") ==
		    0 &&
		fakehost_open(bed.host) == 0,
	    "each is tried once");
	fakehost_call_free(&call);
	call = asked(&bed, "v");
	(void)fakehost_answer(bed.host, 401, NULL, "");
	bed.host->refuse_fetch = true;
	fakehost_call_free(&call);
	call = asked(&bed, "w");
	ok(strcmp(fakehost_words(call), "unavailable dependency_unavailable") ==
		0,
	    "and nothing hangs when the host refuses the second");
	fakehost_call_free(&call);
	bed.host->refuse_fetch = false;
	while (fakehost_answer(bed.host, 401, NULL, ""))
		continue;
	bed_free(&bed, "secrets");
}

static void
test_one_question(void)
{
	struct bed bed = bed_new(RESOURCE, asker);
	struct authchain_call *first = asked(&bed, "t");
	struct authchain_call *second = asked(&bed, "t");
	struct authchain_call *third = asked(&bed, "t");
	struct authchain_call *other = asked(&bed, "T");

	ok(bed.host->fetch_count == 2,
	    "calls with the same token ask once, another token once more");
	fakehost_give_up(first);
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	ok(strcmp(fakehost_words(first), "unavailable deadline") == 0 &&
		strcmp(fakehost_words(second), "accept alice") == 0 &&
		strcmp(fakehost_words(third), "accept alice") == 0 &&
		other->outcome == AUTHCHAIN_PENDING,
	    "the answer is for all that wait, also when the first gave up");
	(void)fakehost_answer(bed.host, 200, NULL, "{\"active\":false}");
	ok(strcmp(fakehost_words(other), "reject unknown_token") == 0,
	    "and for nobody else");
	fakehost_call_free(&first);
	first = asked(&bed, "t");
	ok(bed.host->fetch_count == 3, "no answer is remembered");
	fakehost_call_free(&first);
	fakehost_call_free(&second);
	fakehost_call_free(&third);
	fakehost_call_free(&other);
	bed_free(&bed, "one question");
}

static void
test_crowd(void)
{
	struct bed bed = bed_new(RESOURCE, asker);
	struct authchain_call *calls[1025];
	size_t accepted = 0;
	char token[32];

	for (size_t i = 0; i < 1025; i++)
		calls[i] = asked(&bed, "t");
	ok(strcmp(fakehost_words(calls[1023]), "pending") == 0 &&
		strcmp(fakehost_words(calls[1024]), "unavailable busy") == 0 &&
		calls[1024]->retry_after_s > 0,
	    "1024 wait for one question, the next is turned away");
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	for (size_t i = 0; i < 1025; i++) {
		accepted += calls[i]->outcome == AUTHCHAIN_ACCEPT;
		fakehost_call_free(&calls[i]);
	}
	ok(accepted == 1024, "all that wait are answered");
	for (size_t i = 0; i < 1025; i++) {
		(void)snprintf(token, sizeof(token), "t%zu", i);
		calls[i] = asked(&bed, token);
	}
	ok(strcmp(fakehost_words(calls[1023]), "pending") == 0 &&
		strcmp(fakehost_words(calls[1024]), "unavailable busy") == 0,
	    "1024 questions are under way, the next is turned away");
	while (fakehost_answer(bed.host, 200, NULL, OK_SUB "}"))
		continue;
	for (size_t i = 0; i < 1025; i++)
		fakehost_call_free(&calls[i]);
	bed_free(&bed, "crowd");
}

static bool
is_turned_away(struct bed *bed)
{
	size_t before = bed->host->fetch_count;
	struct authchain_call *call = asked(bed, "another");
	bool away = call->outcome == AUTHCHAIN_UNAVAILABLE &&
		    bed->host->fetch_count == before &&
		    strstr(call->detail, "is not asked now") != NULL;

	fakehost_call_free(&call);
	return away;
}

static void
fail_once(struct bed *bed, uint32_t status)
{
	struct authchain_call *call = asked(bed, "t");

	if (status == 0)
		(void)fakehost_fail(bed->host, "timed out");
	else
		(void)fakehost_answer(bed->host, status, NULL, "");
	fakehost_call_free(&call);
}

static void
test_breaker(void)
{
	struct bed bed = bed_new(RESOURCE, asker);
	struct authchain_call *call;

	for (int i = 0; i < 50; i++)
		fail_once(&bed, 500);
	ok(!is_turned_away(&bed),
	    "a server that answers 500 goes on being asked");
	(void)fakehost_answer(bed.host, 500, NULL, "");
	for (int i = 0; i < 4; i++)
		fail_once(&bed, 0);
	fail_once(&bed, 500);
	for (int i = 0; i < 4; i++)
		fail_once(&bed, 0);
	ok(!is_turned_away(&bed), "and so does one that was silent four times");
	(void)fakehost_fail(bed.host, "timed out");
	ok(is_turned_away(&bed), "after the fifth it is left alone");
	fakehost_advance(bed.host, 999);
	ok(is_turned_away(&bed), "for a second");
	fakehost_advance(bed.host, 1);
	call = asked(&bed, "t");
	ok(call->outcome == AUTHCHAIN_PENDING, "then one call tries");
	ok(is_turned_away(&bed), "and others don't meanwhile");
	fakehost_advance(bed.host, 60000);
	ok(is_turned_away(&bed), "however long it takes");
	(void)fakehost_fail(bed.host, "timed out");
	fakehost_call_free(&call);
	fakehost_advance(bed.host, 1999);
	ok(is_turned_away(&bed), "silent again: twice as long");
	for (int i = 0; i < 20; i++) {
		fakehost_advance(bed.host, 16000);
		fail_once(&bed, 0);
	}
	fakehost_advance(bed.host, 15999);
	ok(is_turned_away(&bed), "and at most 16 s");
	fakehost_advance(bed.host, 1);
	call = asked(&bed, "t");
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	ok(strcmp(fakehost_words(call), "accept alice") == 0,
	    "the first answer");
	fakehost_call_free(&call);
	ok(!is_turned_away(&bed), "ends it");
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	bed_free(&bed, "breaker");
}

static void
test_troubles(void)
{
	struct bed bed = bed_new(RESOURCE, asker);
	struct authchain_call *call = fakehost_call(bed.entry, "t");

	bed.host->refuse_fetch = true;
	(void)fakehost_verify(call);
	ok(strcmp(fakehost_words(call), "unavailable dependency_unavailable") ==
		    0 &&
		strstr(call->detail, "before it was sent") != NULL,
	    "a request that the host refuses: unavailable");
	fakehost_call_free(&call);
	bed.host->refuse_fetch = false;
	bed.host->refuse_memory = true;
	call = fakehost_call(bed.entry, "t");
	(void)fakehost_verify(call);
	ok(strcmp(fakehost_words(call), "unavailable out_of_memory") == 0 &&
		bed.host->fetch_count == 0,
	    "no memory for the ticket: unavailable, nobody is asked");
	fakehost_call_free(&call);
	bed.host->refuse_memory = false;
	call = fakehost_call(bed.entry, "t");
	(void)fakehost_verify(call);
	bed.host->refuse_memory = true;
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	ok(strcmp(fakehost_words(call), "unavailable out_of_memory") == 0,
	    "no memory for the claims: unavailable");
	fakehost_call_free(&call);
	bed.host->refuse_memory = false;
	call = fakehost_call(bed.entry, "t");
	(void)fakehost_verify(call);
	fakehost_give_up(call);
	fakehost_call_free(&call);
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	ok(true, "an answer after the deadline harms none");
	call = fakehost_call(bed.entry, "t");
	(void)fakehost_verify(call);
	fakehost_call_free(&call);
	fakehost_destroy(&bed.entry);
	ok(fakehost_free(&bed.host) == 0,
	    "destroyed while the server is asked: nothing is left over");
}

static void
test_status(void)
{
	static const char *const options[] = { "authorization-servers=" SERVER,
		ASKER, NULL };
	struct bed bed = bed_new(RESOURCE, options);
	struct authchain_call *call = fakehost_call(bed.entry, "t");
	const char *status;

	(void)fakehost_fail(bed.host, "refused");
	(void)fakehost_fail(bed.host, "refused");
	(void)fakehost_verify(call);
	(void)fakehost_fail(bed.host, "connection refused");
	fakehost_call_free(&call);
	status = fakehost_status(bed.entry);
	ok(strstr(status, "resource-metadata: https://mcp.example" PROTECTED
			  "/mcp\n") != NULL &&
		strstr(status, "server-metadata: never fetched\n") != NULL &&
		strstr(status, "introspection: " ENDPOINT ", failing\n") !=
		    NULL &&
		strstr(status, "introspected: 1, 1 without an answer\n") !=
		    NULL &&
		strstr(status, "s3cret") == NULL,
	    "the status says what is published and what fails");
	ok(strstr(bed.host->logged, "4 introspection at " ENDPOINT) != NULL,
	    "the first failure is a warning in the log");
	call = fakehost_call(bed.entry, "t");
	(void)fakehost_verify(call);
	(void)fakehost_answer(bed.host, 200, NULL, OK_SUB "}");
	fakehost_call_free(&call);
	ok(strstr(bed.host->logged, "answers again") != NULL &&
		strstr(fakehost_status(bed.entry), "no failure") != NULL,
	    "and the first answer after it a notice");
	bed_free(&bed, "status");
}

int
main(void)
{
	plugin = fakehost_load("providers/.libs/oauth.so", "oauth");
	test_create();
	test_stages();
	test_places();
	test_documents();
	test_challenges();
	test_forward();
	test_forward_off();
	test_answers();
	test_issuers();
	test_any_audience();
	test_requests();
	test_claim();
	test_secrets();
	test_one_question();
	test_crowd();
	test_breaker();
	test_troubles();
	test_status();
	return done();
}
