/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the daemon that need no socket: paths, fields, whom to believe. */
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/caller.h"
#include "daemon/fcgi-record.h"
#include "daemon/fcgi-request.h"
#include "daemon/form.h"
#include "daemon/keep.h"
#include "daemon/original.h"
#include "daemon/page.h"
#include "daemon/retire.h"
#include "tap.h"

static struct authchain_span
text(const char *words)
{
	return ac_span_text(words);
}

static void
test_routes(void)
{
	static const struct {
		const char *target;
		enum ac_dialect dialect;
		const char *chain, *original, *name;
	} rows[] = {
		{ "/authz/forward-auth/a", AC_DIALECT_FORWARD_AUTH, "a", "",
		    "forward-auth" },
		{ "/authz/forward-auth/a?x=/y", AC_DIALECT_FORWARD_AUTH, "a",
		    "?x=/y", "forward-auth with a query" },
		{ "/authz/auth-request/a-b_c.9", AC_DIALECT_AUTH_REQUEST,
		    "a-b_c.9", "", "every byte of a name" },
		{ "/authz/ext-authz/a/", AC_DIALECT_EXT_AUTHZ, "a", "/",
		    "ext-authz, the root" },
		{ "/authz/ext-authz/a/b/../c?d=e", AC_DIALECT_EXT_AUTHZ, "a",
		    "/b/../c?d=e", "ext-authz, the rest as it came" },
		{ "/authz/ext-authz/a", AC_DIALECT_NONE, "a", "",
		    "ext-authz without a path" },
		{ "/authz/ext-authz/a?/", AC_DIALECT_NONE, "a", "?/",
		    "ext-authz with a query for a path" },
		{ "/authz/ext-authz//b", AC_DIALECT_NONE, "", "/b",
		    "ext-authz without a chain" },
		{ "/authz/forward-auth/a/b", AC_DIALECT_NONE, "a", "/b",
		    "forward-auth with a path behind" },
		{ "/authz/forward-auth/A", AC_DIALECT_NONE, "", "A",
		    "a name in capitals" },
		{ "/authz/forward-auth/a;b", AC_DIALECT_NONE, "a", ";b",
		    "a path parameter" },
		{ "/authz/forward-auth/", AC_DIALECT_NONE, "", "", "no name" },
		{ "/authz/forward-auth?a", AC_DIALECT_NONE, "", NULL,
		    "a name in the query" },
		{ "/introspect", AC_DIALECT_INTROSPECT, "", NULL,
		    "introspection" },
		{ "/introspect?a", AC_DIALECT_INTROSPECT, "", NULL,
		    "introspection with a query" },
		{ "/introspect/a-b", AC_DIALECT_INTROSPECT, "a-b", NULL,
		    "introspection of a chain" },
		{ "/introspect/", AC_DIALECT_NONE, "", NULL,
		    "introspection of no chain" },
		{ "/introspect/a/", AC_DIALECT_NONE, "a", NULL,
		    "introspection with a path behind" },
		{ "/introspecta", AC_DIALECT_NONE, "", NULL, "a longer word" },
		{ "/.well-known/x", AC_DIALECT_DOCUMENT, "", NULL,
		    "a document" },
		{ "/.well-known", AC_DIALECT_NONE, "", NULL, "no document" },
		{ "", AC_DIALECT_NONE, "", NULL, "nothing" },
		{ "*", AC_DIALECT_NONE, "", NULL, "OPTIONS *" },
		{ "http://a/authz/forward-auth/a", AC_DIALECT_NONE, "", NULL,
		    "a whole URL" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_route route = ac_route_find(text(rows[i].target));

		ok(route.dialect == rows[i].dialect, rows[i].name);
		ok(strcmp(route.chain, rows[i].chain) == 0 &&
			(rows[i].original == NULL ||
			    ac_span_is(route.original, text(rows[i].original))),
		    rows[i].name);
	}
}

static void
test_networks(void)
{
	static const struct {
		const char *network, *address;
		bool in;
	} rows[] = {
		{ "10.0.0.0/8", "10.255.0.1", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.0.0.0/8", "9.255.255.255", false },
		{ "10.0.0.0/8", "::ffff:10.1.2.3", true },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.6", false },
		{ "192.0.2.8/31", "192.0.2.9", true },
		{ "192.0.2.8/31", "192.0.2.10", false },
		{ "0.0.0.0/0", "203.0.113.1", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "fd00::/9", "fd7f::1", true },
		{ "fd00::/9", "fd80::1", false },
		{ "2001:db8::1", "2001:db8:0::1", true },
		{ "10.0.0.0/8", "10.0.0.1:80", false },
		{ "10.0.0.0/8", "", false },
		{ "10.0.0.0/8", "010.0.0.1", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_trusted trusted = { .count = 0 };
		char name[128];

		(void)snprintf(name, sizeof(name), "%s is %sin %s",
		    rows[i].address, rows[i].in ? "" : "not ", rows[i].network);
		ok(ac_trusted_add(&trusted, rows[i].network, NULL) == 0 &&
			ac_trusted_has(&trusted, text(rows[i].address)) ==
			    rows[i].in,
		    name);
	}
}

static void
test_bad_networks(void)
{
	static const char *const rows[] = { "", "/8", "10.0.0.0/",
		"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.1/8",
		"fd00::/129", "fd00::1/64", "10/8", "a.example", "10.0.0.0 ",
		"fe80::1%lo" };
	struct ac_trusted trusted = { .count = 0 };
	struct sockaddr_in peer = { .sin_family = AF_INET };
	const struct sockaddr *any = (const struct sockaddr *)&peer;
	char name[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s is no network", rows[i]);
		ok(ac_trusted_add(&trusted, rows[i], NULL) != 0 &&
			trusted.count == 0,
		    name);
	}
	ok(!ac_trusted_has_peer(&trusted, any), "nobody is trusted at first");
	while (trusted.count < AC_TRUSTED_MAX &&
	       ac_trusted_add(&trusted, "192.0.2.0/24", NULL) == 0)
		continue;
	ok(trusted.count == AC_TRUSTED_MAX, "64 networks are taken");
	ok(ac_trusted_add(&trusted, "0.0.0.0/0", NULL) != 0,
	    "a 65th is refused");
	ok(!ac_trusted_has_peer(&trusted, any), "0.0.0.0 is in none of them");
	peer.sin_addr.s_addr = htonl(0xc0000207);
	ok(ac_trusted_has_peer(&trusted, any), "192.0.2.7 is");
	peer.sin_family = AF_UNIX;
	ok(!ac_trusted_has_peer(&trusted, any),
	    "what is no address is in none");
}

static void
add(struct ac_fields *fields, const char *name, const char *value)
{
	ac_fields_add(fields, text(name), text(value));
}

static void
test_fields(void)
{
	static struct ac_fields fields;
	size_t i;

	for (i = 0; i < AC_FIELDS_MAX; i++)
		add(&fields, "X-A", "b");
	ok(fields.fault == NULL, "128 fields are taken");
	add(&fields, "X-A", "b");
	ok(fields.fault != NULL, "129 are not");
	for (i = 1; i < 256; i++) {
		const char byte[2] = { (char)i, '\0' };
		bool good = i == '\t' || (i >= 0x20 && i != 0x7f);
		char name[64];

		fields.count = 0;
		fields.fault = NULL;
		add(&fields, "X-A", byte);
		(void)snprintf(name, sizeof(name), "0x%02zx in a value is %s",
		    i, good ? "taken" : "refused");
		ok((fields.fault == NULL) == good, name);
	}
	fields.fault = NULL;
	ac_fields_add(&fields, text("X-A"), ac_span("a\0b", 3));
	ok(fields.fault != NULL, "a NUL in a value is refused");
}

struct pair {
	const char *name, *value;
};

struct original_row {
	const char *name;
	struct pair fields[4];
	const char *method, *uri, *host, *scheme, *client; /* NULL: not known */
	bool stranger, fault;
};

static bool
is(struct authchain_span got, const char *wanted)
{
	return wanted == NULL ? got.data == NULL : ac_span_is_text(got, wanted);
}

static void
try_original(const struct original_row *row, const struct ac_trusted *trusted)
{
	static struct ac_fields fields;
	struct ac_route route = ac_route_find(text("/authz/forward-auth/a"));
	struct ac_origin origin = { .method = text("GET"),
		.peer_address = text(row->stranger ? "203.0.113.9" : ""),
		.believed = !row->stranger,
		.trusted = trusted };
	struct ac_original got;

	fields.count = 0;
	for (size_t i = 0; i < 4 && row->fields[i].name != NULL; i++)
		add(&fields, row->fields[i].name, row->fields[i].value);
	got = ac_original_read(&fields, &route, &origin);
	if (row->fault) {
		ok(got.fault != NULL, row->name);
		return;
	}
	ok(got.fault == NULL && is(got.method, row->method) &&
		is(got.uri, row->uri) && is(got.host, row->host) &&
		is(got.scheme, row->scheme) &&
		is(got.client_address, row->client),
	    row->name);
}

static void
test_originals(void)
{
	static const struct original_row rows[] = {
		{ .name = "nothing is known without fields" },
		{ .name = "X-Forwarded tells all",
		    .fields = { { "X-Forwarded-Method", "PUT" },
			{ "X-Forwarded-Uri", "/a?b" },
			{ "x-forwarded-host", "h" },
			{ "X-Forwarded-Proto", "https" } },
		    .method = "PUT",
		    .uri = "/a?b",
		    .host = "h",
		    .scheme = "https" },
		{ .name = "X-Original tells the same",
		    .fields = { { "X-Original-Method", "PUT" },
			{ "X-Original-URL", "/a" } },
		    .method = "PUT",
		    .uri = "/a" },
		{ .name = "an empty one says nothing",
		    .fields = { { "X-Forwarded-Uri", "" },
			{ "X-Original-URI", "/a" } },
		    .uri = "/a" },
		{ .name = "two that agree are one",
		    .fields = { { "X-Forwarded-Uri", "/a" },
			{ "X-Original-URI", "/a" } },
		    .uri = "/a" },
		{ .name = "paths that differ in an escape differ",
		    .fields = { { "X-Forwarded-Uri", "/a" },
			{ "X-Original-URI", "/%61" } },
		    .fault = true },
		{ .name = "three, one of which differs",
		    .fields = { { "X-Forwarded-Uri", "/a" },
			{ "X-Original-URI", "/a" },
			{ "X-Original-URL", "/b" } },
		    .fault = true },
		{ .name = "a method said twice, differing in case",
		    .fields = { { "X-Forwarded-Method", "GET" },
			{ "X-Forwarded-Method", "get" } },
		    .fault = true },
		{ .name = "two schemes",
		    .fields = { { "X-Forwarded-Proto", "https" },
			{ "X-Forwarded-Proto", "http" } },
		    .fault = true },
		{ .name = "a stranger is not believed",
		    .stranger = true,
		    .fields = { { "X-Forwarded-Uri", "/a" },
			{ "X-Forwarded-Method", "GET" },
			{ "X-Forwarded-For", "192.0.2.1" } },
		    .client = "203.0.113.9" },
		{ .name = "the client is the last address",
		    .fields = { { "X-Forwarded-For", "192.0.2.1" } },
		    .client = "192.0.2.1" },
		{ .name = "what a client put in front is passed over",
		    .fields = { { "X-Forwarded-For", "127.0.0.1, 192.0.2.1" } },
		    .client = "192.0.2.1" },
		{ .name = "proxies of ours are passed from the right",
		    .fields = { { "X-Forwarded-For",
			"1.2.3.4, 192.0.2.1, 10.0.0.1,10.0.0.2" } },
		    .client = "192.0.2.1" },
		{ .name = "if all are ours, the first is the client",
		    .fields = { { "X-Forwarded-For", "10.0.0.1, 10.0.0.2" } },
		    .client = "10.0.0.1" },
		{ .name = "what is no address ends the search",
		    .fields = { { "X-Forwarded-For",
			"192.0.2.1, unknown, 10.0.0.2" } },
		    .client = "10.0.0.2" },
		{ .name = "an address with a port is none",
		    .fields = { { "X-Forwarded-For", "192.0.2.1:80" } } },
		{ .name = "commas alone are nobody",
		    .fields = { { "X-Forwarded-For", ",," } } },
		{ .name = "two lists",
		    .fields = { { "X-Forwarded-For", "192.0.2.1" },
			{ "X-Forwarded-For", "192.0.2.1" } },
		    .fault = true },
	};
	struct ac_trusted trusted = { .count = 0 };

	ok(ac_trusted_add(&trusted, "10.0.0.0/8", NULL) == 0,
	    "a network of proxies");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		try_original(&rows[i], &trusted);
}

static void
test_ext_authz(void)
{
	static struct ac_fields fields;
	struct ac_route route = ac_route_find(text("/authz/ext-authz/a/b?c=d"));
	struct ac_trusted trusted = { .count = 0 };
	struct ac_origin origin = { .method = text("POST"),
		.peer_address = text("192.0.2.1"),
		.believed = true,
		.trusted = &trusted };
	struct ac_original got;

	add(&fields, "Host", "api.test");
	add(&fields, "X-Forwarded-Uri", "/forged");
	add(&fields, "X-Original-URI", "/forged/too");
	add(&fields, "X-Forwarded-Method", "GET");
	got = ac_original_read(&fields, &route, &origin);
	ok(got.fault == NULL && is(got.uri, "/b?c=d") &&
		is(got.method, "POST") && is(got.host, "api.test"),
	    "Envoy's own request is the original, whatever the client says");
}

static void
test_page(void)
{
	static const char evil[] =
	    "<script>alert(1)</script>\" onload='x' &lt;";
	json_t *status = json_pack("{s:s, s:I, s:b, s:{s:{s:{s:s, s:s}}}, "
				   "s:{s:{s:i}}, s:[{s:s, s:s}]}",
	    "version", evil, "configuration_read_s", (json_int_t)0,
	    "last_reload_failed", 1, "chains", evil, evil, evil, evil,
	    "last-error", evil, "caches", evil, "hits", 1, "decisions", "chain",
	    evil, "reason", evil);
	struct ac_buf page;

	ac_buf_init(&page, 1u << 20);
	ac_page_escape(&page, evil);
	ok(ac_span_is_text(ac_buf_span(&page),
	       "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; "
	       "&amp;lt;"),
	    "what means something in HTML is escaped");
	ac_buf_clear(&page);
	ac_page_print(status, &page);
	ok(!page.failed && strstr(page.data, "alert(1)") != NULL &&
		strstr(page.data, "<script") == NULL &&
		strstr(page.data, "onload='") == NULL,
	    "on all of the page");
	ok(strstr(page.data, "was not taken") != NULL,
	    "a reload that failed is told of");
	ac_buf_clear(&page);
	ac_buf_init(&page, 1000);
	ac_page_print(status, &page);
	ok(page.failed, "a page that is too large is none");
	ac_buf_clear(&page);
	json_decref(status);
}

static struct ac_kept *
new_kept(const char *values, size_t len)
{
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	return ac_kept_new(response, ac_span(values, len));
}

static void
test_keep(void)
{
	static struct ac_keep keep;
	struct ac_kept *kept = NULL, *same;
	bool alone = true;

	ac_keep_give(&keep, &kept);
	ok(ac_keep_take(&keep, text("a\0")) == NULL,
	    "nothing was kept: nothing is taken");
	same = kept = new_kept("user\0it\0", 8);
	ac_keep_give(&keep, &kept);
	ok(kept == NULL, "what was given is nobody's any more");
	kept = ac_keep_take(&keep, ac_span("user\0it\0", 8));
	ok(kept == same, "the same values: the same response");
	ok(ac_keep_take(&keep, ac_span("user\0it\0", 8)) == NULL,
	    "which nobody else has meanwhile");
	ac_keep_give(&keep, &kept);
	for (int i = 0; i < 4 * AC_KEEP_SLOTS; i++) {
		char values[16];
		int len = snprintf(values, sizeof(values), "user%c%d", 0, i);

		kept = ac_keep_take(&keep, ac_span(values, (size_t)len));
		alone = alone && kept == NULL;
		kept = new_kept(values, (size_t)len);
		ac_keep_give(&keep, &kept);
	}
	ok(alone, "no response is taken for other values, which share its slot "
		  "or not");
	kept = ac_keep_take(&keep, ac_span("user\0"
					   "1023",
				       9));
	ok(kept != NULL && kept->len == 9, "the last one was kept");
	ac_kept_free(&kept);
	ac_keep_clear(&keep);
	ok(ac_keep_take(&keep, ac_span("user\0"
				       "1022",
				   9)) == NULL,
	    "cleared: nothing is kept");
}

static void
test_forms(void)
{
	static const struct {
		const char *text, *token;
		size_t count;
		const char *name;
	} rows[] = {
		{ "token=abc", "abc", 1, "one parameter" },
		{ "token=a%2fb%2F+c%3D", "a/b/ c=", 1, "each way to spell it" },
		{ "a=b&token=c=d&e", "c=d", 3, "more, and one without value" },
		{ "&&token=a&&", "a", 1, "nothing between two signs" },
		{ "t%6fken=a", "a", 1, "a name that is encoded" },
		{ "=a&token=b", "b", 2, "a value without name" },
		{ "Token=a", NULL, 1, "a name in capitals is another" },
		{ "", NULL, 0, "nothing" },
		{ "token=a&token=a", "", 0, "the same twice" },
		{ "token=a&%74oken=b", "", 0, "twice, spelt differently" },
		{ "x&x", "", 0, "another one twice" },
		{ "token=%", "", 0, "a percent sign alone" },
		{ "token=%4", "", 0, "half a byte" },
		{ "token=%4&x=1", "", 0, "half a byte before the end" },
		{ "token=%g0", "", 0, "no digit" },
		{ "%=a", "", 0, "a name that is malformed" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char copy[64];
		struct ac_form form;
		size_t len = strlen(rows[i].text);
		const char *fault;
		struct authchain_span token;

		memcpy(copy, rows[i].text, len + 1);
		fault = ac_form_read(&form, copy, len);
		token = ac_form_get(&form, "token");
		if (rows[i].token != NULL && rows[i].token[0] == '\0')
			ok(fault != NULL, rows[i].name);
		else
			ok(fault == NULL && form.count == rows[i].count &&
				ac_span_is(token, text(rows[i].token)),
			    rows[i].name);
	}
}

static void
test_form_bounds(void)
{
	static char data[AC_FORM_MAX_BYTES + 1];
	struct ac_form form;
	size_t len = 0;

	memset(data, 'a', sizeof(data));
	ok(ac_form_read(&form, data, AC_FORM_MAX_BYTES) == NULL,
	    "a form as long as may be");
	ok(ac_form_read(&form, data, AC_FORM_MAX_BYTES + 1) != NULL,
	    "and a byte longer");
	for (int i = 0; i < AC_FORM_MAX_PARAMETERS; i++)
		len += (size_t)snprintf(data + len, 8, "p%d&", i);
	ok(ac_form_read(&form, data, len) == NULL &&
		form.count == AC_FORM_MAX_PARAMETERS,
	    "as many parameters as may be");
	len = 0;
	for (int i = 0; i <= AC_FORM_MAX_PARAMETERS; i++)
		len += (size_t)snprintf(data + len, 8, "p%d&", i);
	ok(ac_form_read(&form, data, len) != NULL, "and one more");
}

static void
test_callers(void)
{
	static const struct {
		const char *value, *id, *secret, *name;
	} rows[] = {
		{ "Basic YTpi", "a", "b", "Basic" },
		{ "  bAsIc   YTpi  ", "a", "b", "Basic, another spelling" },
		{ "Basic YSUzQWIrOmMlM0FkOmU=", "a:b ", "c:d:e",
		    "each half is a form's" },
		{ "Basic", NULL, NULL, "Basic and no more" },
		{ "Basic YTpi,", NULL, NULL, "no base64" },
		{ "Basic YTpi YTpi", NULL, NULL, "two words" },
		{ "Basic YWI=", NULL, NULL, "no colon" },
		{ "Basic OmI=", NULL, NULL, "no name" },
		{ "Basic YTo=", NULL, NULL, "no secret" },
		{ "Basic YTol", NULL, NULL, "half a percent sign" },
		{ "Basic JTph", NULL, NULL, "the same in the name" },
		{ "Bearer YTpi", "", "", "a bearer token is no Basic" },
		{ "Basics YTpi", "", "", "nor is a longer word" },
		{ "Basi", "", "", "nor a shorter one" },
		{ "", "", "", "nor nothing" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_caller caller;

		ac_caller_read(&caller, text(rows[i].value));
		if (rows[i].id == NULL)
			ok(caller.basic && caller.malformed, rows[i].name);
		else if (rows[i].id[0] == '\0')
			ok(!caller.basic && !caller.malformed, rows[i].name);
		else
			ok(caller.basic && !caller.malformed &&
				ac_span_is(caller.id, text(rows[i].id)) &&
				ac_span_is(caller.secret, text(rows[i].secret)),
			    rows[i].name);
		ac_caller_clear(&caller);
	}
}

static void
test_retire(void)
{
	enum {
		NOW = 1000000000,
		DAY = AC_RETIRE_QUIET_S
	};
	static const struct {
		int64_t current_s, older_s, read_s;
		const char *state, *name;
	} rows[] = {
		{ NOW, NOW, NOW - DAY, "used", "used just now" },
		{ NOW, NOW - DAY + 1, NOW - DAY, "used", "within a day" },
		{ NOW, NOW - DAY, NOW - DAY, "retire", "a day ago" },
		{ NOW, 0, NOW - DAY, "retire", "never, in a day" },
		{ NOW, 0, NOW - DAY + 1, "watch", "never, in less" },
		{ 0, 0, NOW - DAY, "idle", "nobody came in a day" },
		{ NOW - DAY, NOW - DAY, NOW - DAY, "idle",
		    "none after the older one" },
		{ NOW - 2 * DAY, NOW - DAY, NOW - 3 * DAY, "idle",
		    "the older one came last" },
	};
	struct ac_secret_value values[2] = { 0 };
	struct ac_secret_list list = { .name = strdup("s"),
		.values = values,
		.value_count = 2 };
	json_t *none = json_array();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct ac_retire_times times = { rows[i].read_s, NOW };

		atomic_store(&values[0].last_used_s, rows[i].current_s);
		atomic_store(&values[1].last_used_s, rows[i].older_s);
		ok(strcmp(ac_retire_state(&list, 1, &times), rows[i].state) ==
			    0 &&
			strcmp(ac_retire_state(&list, 0, &times), "current") ==
			    0,
		    rows[i].name);
	}
	list.value_count = 1;
	ok(ac_retire_list(none, "c", &list,
	       &(struct ac_retire_times){ 0, NOW }) == 0 &&
		json_array_size(none) == 0,
	    "a secret of one value is not told of");
	free(list.name);
	json_decref(none);
}

/* What is judged of a target that a web server leaves as it came. */
static void
test_targets(void)
{
	static const struct {
		const char *target;
		const char *judged; /* NULL: refused */
	} rows[] = {
		{ "/a?x=http://h/b", "/a?x=http://h/b" },
		{ "http://h/a?b", "/a?b" },
		{ "HTTP://h:80//a", "//a" },
		{ "http://h", "/" },
		{ "http://h?", "/?" },
		{ "http://h?x=/a", "/?x=/a" },
		{ "http://?/a", "/?/a" },
		{ "http://", "/" },
		{ "http://h\\/a", "\\/a" },
		{ "x?y=http://h/a", "x?y=http://h/a" },
		{ "*", "*" },
		{ "http://h#/a", NULL },
		{ "http://h?x#/a", NULL },
		{ "/a?x#", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_fcgi_request request;
		struct ac_buf params;
		const char *fault;

		ac_buf_init(&params, 1024);
		ac_fcgi_put_pair(&params, "REQUEST_URI", rows[i].target);
		ac_fcgi_put_pair(&params, "AUTHCHAIN_CHAIN", "t");
		fault = ac_fcgi_request_read(&request, &params);
		ok(rows[i].judged == NULL
			? fault != NULL
			: fault == NULL && ac_span_is_text(request.request.uri,
					       rows[i].judged),
		    rows[i].target);
		ac_buf_clear(&params);
	}
}

int
main(void)
{
	test_targets();
	test_keep();
	test_retire();
	test_forms();
	test_form_bounds();
	test_callers();
	test_page();
	test_routes();
	test_networks();
	test_bad_networks();
	test_fields();
	test_originals();
	test_ext_authz();
	return done();
}
