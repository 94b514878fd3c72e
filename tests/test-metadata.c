/* SPDX-License-Identifier: BSD-2-Clause */
/* Where metadata is, which URLs may be fetched, which documents believed. */
#include "tap.h"

#include "keys/freshness.h"
#include "keys/metadata.h"

#include <stdlib.h>
#include <string.h>

#define HTTP AUTHCHAIN_FETCH_INSECURE_HTTP

struct form_row {
	const char *issuer;
	const char *forms[AC_METADATA_FORMS + 1];
};

static const struct form_row form_rows[] = {
	{ "https://a.example",
	    { "https://a.example/.well-known/oauth-authorization-server",
		"https://a.example/.well-known/openid-configuration" } },
	{ "https://a.example/",
	    { "https://a.example/.well-known/oauth-authorization-server",
		"https://a.example/.well-known/openid-configuration" } },
	{ "https://a.example:8443/t/1",
	    { "https://a.example:8443/.well-known/oauth-authorization-server"
	      "/t/1",
		"https://a.example:8443/.well-known/openid-configuration/t/1",
		"https://a.example:8443/t/1/.well-known/"
		"openid-configuration" } },
	{ "https://a.example/t/",
	    { "https://a.example/.well-known/oauth-authorization-server/t",
		"https://a.example/.well-known/openid-configuration/t",
		"https://a.example/t/.well-known/openid-configuration" } },
	{ "not a url", { NULL } },
	{ "https://", { NULL } },
	{ "https:///path", { NULL } },
	{ "", { NULL } },
};

static void
test_forms(void)
{
	for (size_t i = 0; i < sizeof(form_rows) / sizeof(form_rows[0]); i++) {
		const struct form_row *row = &form_rows[i];

		for (size_t form = 0; form <= AC_METADATA_FORMS; form++) {
			char *url = ac_metadata_url(row->issuer, form);
			char name[256];
			bool same =
			    row->forms[form] == NULL
				? url == NULL
				: url != NULL &&
				      strcmp(url, row->forms[form]) == 0;

			(void)snprintf(name, sizeof(name),
			    "form %zu of \"%s\" is %s", form, row->issuer,
			    row->forms[form] == NULL ? "none"
						     : row->forms[form]);
			ok(same, name);
			free(url);
		}
	}
}

struct insert_row {
	const char *url;
	bool trim;
	const char *made;
};

static const struct insert_row insert_rows[] = {
	{ "https://a.example/mcp", false, "https://a.example/.wk/mcp" },
	{ "https://a.example/mcp/", false, "https://a.example/.wk/mcp/" },
	{ "https://a.example/mcp/", true, "https://a.example/.wk/mcp" },
	{ "https://a.example", false, "https://a.example/.wk" },
	{ "https://a.example/", false, "https://a.example/.wk" },
	{ "https://a.example?x=1", false, "https://a.example/.wk?x=1" },
	{ "https://a.example/mcp?x=1", false, "https://a.example/.wk/mcp?x=1" },
	{ "https://a.example?next=/x", false, "https://a.example/.wk?next=/x" },
	{ "a.example/mcp", false, NULL },
	{ "https:/a.example", false, NULL },
};

static void
test_insert(void)
{
	for (size_t i = 0; i < sizeof(insert_rows) / sizeof(insert_rows[0]);
	     i++) {
		const struct insert_row *row = &insert_rows[i];
		char *made = ac_metadata_insert(ac_span_text(row->url), "/.wk",
		    row->trim);
		char name[256];

		(void)snprintf(name, sizeof(name), "put into %s: %s", row->url,
		    row->made == NULL ? "refused" : row->made);
		ok(row->made == NULL
			? made == NULL
			: made != NULL && strcmp(made, row->made) == 0,
		    name);
		free(made);
	}
}

struct url_row {
	const char *name;
	const char *url;
	uint32_t flags;
	bool taken;
};

static const struct url_row url_rows[] = {
	{ "https", "https://a.example/jwks", 0, true },
	{ "https with a port and a query", "https://a.example:8443/k?v=1", 0,
	    true },
	{ "https, bare host", "https://a.example", 0, true },
	{ "http", "http://a.example/jwks", 0, false },
	{ "http to loopback without the flag", "http://127.0.0.1/", 0, false },
	{ "http to loopback with the flag", "http://127.0.0.1:80/", HTTP,
	    true },
	{ "http to all of 127/8 with the flag", "http://127.8.9.1/", HTTP,
	    true },
	{ "http to localhost with the flag", "http://localhost:9/k", HTTP,
	    true },
	{ "http to LOCALHOST with the flag", "http://LOCALHOST/k", HTTP, true },
	{ "http to [::1] with the flag", "http://[::1]:80/k", HTTP, true },
	{ "http to [::1] and more", "http://[::1].a.example/k", HTTP, false },
	{ "http to a stranger with the flag", "http://a.example/", HTTP,
	    false },
	{ "http to a name that begins like loopback",
	    "http://127.0.0.1.a.example/", HTTP, false },
	{ "http to a name that begins like localhost",
	    "http://localhost.a.example/", HTTP, false },
	{ "http to a user named like loopback", "http://127.0.0.1@a.example/",
	    HTTP, false },
	{ "a user", "https://me@a.example/", 0, false },
	{ "a user and password", "https://me:pw@a.example/", 0, false },
	{ "a fragment", "https://a.example/#x", 0, false },
	{ "an @ in the path only", "https://a.example/@x", 0, true },
	{ "another scheme", "ftp://a.example/", 0, false },
	{ "a file", "file:///etc/passwd", 0, false },
	{ "upper-case scheme", "HTTPS://a.example/", 0, false },
	{ "no scheme", "a.example/jwks", 0, false },
	{ "no host", "https:///jwks", 0, false },
	{ "a port only", "https://:443/", 0, false },
	{ "port 65535", "https://a.example:65535/k", 0, true },
	{ "port 65536", "https://a.example:65536/k", 0, false },
	{ "port 0", "https://a.example:0", 0, false },
	{ "a port by its name", "https://a.example:https/", 0, false },
	{ "a colon without a port", "https://a.example:/", 0, false },
	{ "port 443 behind an address", "https://[2001:db8::1]:443/k", 0,
	    true },
	{ "port 65536 behind an address", "https://[2001:db8::1]:65536/k", 0,
	    false },
	{ "a colon in the path only", "https://a.example/k:x", 0, true },
	{ "a space", "https://a.example/a b", 0, false },
	{ "a line feed", "https://a.example/a\nb", 0, false },
	{ "a byte that is not ASCII", "https://a.example/\xc3\xa9", 0, false },
	{ "a backslash", "https://a.example\\@b.example/", 0, false },
	{ "a quote", "https://a.example/\"x", 0, false },
	{ "nothing", "", 0, false },
};

static void
test_urls(void)
{
	char *longest = malloc(AC_METADATA_MAX_URL + 2);

	for (size_t i = 0; i < sizeof(url_rows) / sizeof(url_rows[0]); i++) {
		const struct url_row *row = &url_rows[i];
		struct authchain_error err = { 0 };
		bool taken = ac_metadata_check_url(ac_span_text(row->url),
				 row->flags, &err) == 0;
		char name[256];

		(void)snprintf(name, sizeof(name), "a URL with %s is %s",
		    row->name, row->taken ? "taken" : "refused");
		ok(taken == row->taken && taken == (err.text[0] == '\0'), name);
	}
	ok(ac_metadata_check_url(ac_span(NULL, 0), 0, NULL) != 0,
	    "no URL at all is refused");
	memset(longest, 'a', AC_METADATA_MAX_URL + 1);
	memcpy(longest, "https://", 8);
	ok(ac_metadata_check_url(ac_span(longest, AC_METADATA_MAX_URL), 0,
	       NULL) == 0,
	    "a URL of 2048 bytes is taken");
	ok(ac_metadata_check_url(ac_span(longest, AC_METADATA_MAX_URL + 1), 0,
	       NULL) != 0,
	    "a URL of 2049 bytes is refused");
	free(longest);
}

#define ISSUER "https://a.example"

struct document_row {
	const char *name;
	const char *text;
	uint32_t flags;
	const char *refused; /* NULL: believed */
};

static const struct document_row document_rows[] = {
	{ "the issuer alone", "{\"issuer\":\"" ISSUER "\"}", 0, NULL },
	{ "an https jwks_uri",
	    "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"https://k.example/k\"}",
	    0, NULL },
	{ "another issuer", "{\"issuer\":\"https://b.example\"}", 0,
	    "is \"https://b.example\" and not exactly \"" ISSUER "\"" },
	{ "the issuer with a slash", "{\"issuer\":\"" ISSUER "/\"}", 0,
	    "not exactly" },
	{ "the issuer in upper case", "{\"issuer\":\"https://A.example\"}", 0,
	    "not exactly" },
	{ "no issuer", "{\"jwks_uri\":\"https://a.example/k\"}", 0, "absent" },
	{ "an issuer that is a list", "{\"issuer\":[\"" ISSUER "\"]}", 0,
	    "absent" },
	{ "two issuers",
	    "{\"issuer\":\"" ISSUER "\",\"issuer\":\"" ISSUER "\"}", 0, "" },
	{ "an http jwks_uri",
	    "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"http://a.example/k\"}",
	    0, "http" },
	{ "an http jwks_uri at loopback, allowed",
	    "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"http://127.0.0.1/k\"}",
	    HTTP, NULL },
	{ "a jwks_uri that is a file",
	    "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"file:///etc/passwd\"}",
	    HTTP, "absolute URL" },
	{ "HTML", "<html><body>hello</body></html>", 0, "" },
	{ "a list", "[]", 0, "" },
	{ "nothing", "", 0, "" },
	{ "half of it", "{\"issuer\":\"" ISSUER, 0, "" },
};

static void
test_documents(void)
{
	for (size_t i = 0; i < sizeof(document_rows) / sizeof(document_rows[0]);
	     i++) {
		const struct document_row *row = &document_rows[i];
		struct authchain_error err = { 0 };
		json_t *tree = ac_metadata_parse(ac_span_text(row->text),
		    ISSUER, row->flags, &err);
		char name[256];

		(void)snprintf(name, sizeof(name), "metadata with %s is %s",
		    row->name, row->refused == NULL ? "believed" : "refused");
		ok(row->refused == NULL
			? tree != NULL
			: tree == NULL && err.text[0] != '\0' &&
			      strstr(err.text, row->refused) != NULL,
		    name);
		json_decref(tree);
	}
}

struct fresh_row {
	const char *control;
	const char *age;
	int64_t fresh_s;
};

static const struct fresh_row fresh_rows[] = {
	{ NULL, NULL, -1 },
	{ "max-age=300", NULL, 300 },
	{ "public, max-age=300, must-revalidate", NULL, 300 },
	{ "Max-Age = 300", NULL, 300 },
	{ "max-age=\"300\"", NULL, 300 },
	{ "max-age=300", "100", 200 },
	{ "max-age=300", "300", 0 },
	{ "max-age=300", "9000", 0 },
	{ "max-age=300", "-5", 300 },
	{ "max-age=300", "soon", 300 },
	{ "max-age=300, max-age=60", NULL, 60 },
	{ "max-age=0", NULL, 0 },
	{ "no-store", NULL, 0 },
	{ "max-age=300, no-cache", NULL, 0 },
	{ "no-cache, max-age=300", NULL, 0 },
	{ "max-age=-1", NULL, -1 },
	{ "max-age=", NULL, -1 },
	{ "max-age", NULL, -1 },
	{ "max-age=1e3", NULL, -1 },
	{ "max-age=99999999999999999999", NULL, -1 },
	{ "s-maxage=300", NULL, -1 },
	{ "x-max-age=300", NULL, -1 },
	{ ",,,", NULL, -1 },
	{ "", NULL, -1 },
};

static void
test_freshness(void)
{
	for (size_t i = 0; i < sizeof(fresh_rows) / sizeof(fresh_rows[0]);
	     i++) {
		const struct fresh_row *row = &fresh_rows[i];
		struct authchain_pair headers[2] = {
			{ ac_span_text("cache-control"),
			    ac_span_text(row->control) },
			{ ac_span_text("age"), ac_span_text(row->age) },
		};
		struct authchain_answer answer = {
			.size = sizeof(answer),
			.headers = headers,
			.header_count = row->age != NULL       ? 2
					: row->control != NULL ? 1
							       : 0,
		};
		char name[128];

		(void)snprintf(name, sizeof(name),
		    "Cache-Control \"%s\", Age \"%s\": %d s",
		    row->control == NULL ? "-" : row->control,
		    row->age == NULL ? "-" : row->age, (int)row->fresh_s);
		ok(ac_freshness_s(&answer) == row->fresh_s, name);
	}
}

int
main(void)
{
	test_forms();
	test_insert();
	test_urls();
	test_documents();
	test_freshness();
	return done();
}
