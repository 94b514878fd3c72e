/* SPDX-License-Identifier: BSD-2-Clause */
/* static: which configurations stand, which tokens pass, what is said. */
#include "tap.h"
#include "tokenhost.h"

#include <stdio.h>
#include <string.h>

#include "../providers/date.h"
#include "../providers/text.h"

#define CURRENT  "current-token-0123456789"
#define PREVIOUS "previous-token-987654321"
#define SIXTEEN  "0123456789abcdef"
#define JWS      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"

extern const struct authchain_module authchain_module_v1;

static struct authchain_entry entry;
static struct authchain_call call;

static void
name_test(char out[256], const char *what, const char *name)
{
	(void)snprintf(out, 256, "%s: %s", what, name);
}

/* One secret and one option, and what create says to them. */
struct create_row {
	const char *name;
	const char *token; /* NULL: the usual one */
	const char *option, *value;
	const char *fails; /* NULL: it stands */
	const char *warns;
};

static const struct create_row create_rows[] = {
	{ .name = "a token alone" },
	{ .name = "sixteen bytes", .token = SIXTEEN },
	{ .name = "fifteen bytes",
	    .token = "0123456789abcde",
	    .fails = "token: token[0], 15 bytes is too short" },
	{ .name = "an empty token", .token = "", .fails = "token: " },
	{ .name = "a prefix the token has",
	    .option = "prefix",
	    .value = "current-" },
	{ .name = "a prefix the token has not",
	    .option = "prefix",
	    .value = "Current-",
	    .fails = "token: token[0]" },
	{ .name = "a prefix longer than the token",
	    .option = "prefix",
	    .value = CURRENT "x",
	    .fails = "token: " },
	{ .name = "a prefix that leaves little to guess",
	    .option = "prefix",
	    .value = "current-token",
	    .warns = "token: token[0], 24 bytes has fewer than 16" },
	{ .name = "a prefix that all signed tokens have",
	    .token = "eyJ" SIXTEEN,
	    .option = "prefix",
	    .value = "ey",
	    .warns = "prefix: signed tokens" },
	{ .name = "a prefix like a signed token's",
	    .token = "eyJh" SIXTEEN,
	    .option = "prefix",
	    .value = "eyJh",
	    .warns = "prefix: signed tokens" },
	{ .name = "a token that looks signed",
	    .token = JWS,
	    .warns = "token: token[0], 49 bytes looks like a signed" },
	{ .name = "two dots without a header",
	    .token = "abc.def.ghi-01234567" },
	{ .name = "a token with a space",
	    .token = "current token 0123456789",
	    .warns = "token: token[0], 24 bytes holds bytes" },
	{ .name = "a token with a byte that is not ASCII",
	    .token = "current-token-\xc3\xa9-0123456789",
	    .warns = "token: token[0], 27 bytes holds bytes" },
	{ .name = "a subject", .option = "subject", .value = "the cron job" },
	{ .name = "a subject with a line end",
	    .option = "subject",
	    .value = "a\nb",
	    .fails = "subject: " },
	{ .name = "an empty subject",
	    .option = "subject",
	    .value = "",
	    .fails = "subject: " },
	{ .name = "scopes", .option = "scopes", .value = "read, write" },
	{ .name = "a scope with a space",
	    .option = "scopes",
	    .value = "read, rd write",
	    .fails = "scopes: \"rd write\"" },
	{ .name = "a scope with a quote",
	    .option = "scopes",
	    .value = "re\"ad",
	    .fails = "scopes: " },
	{ .name = "a scope with a backslash",
	    .option = "scopes",
	    .value = "re\\ad",
	    .fails = "scopes: " },
	{ .name = "an empty scope",
	    .option = "scopes",
	    .value = "a,,b",
	    .fails = "scopes: \"\"" },
	{ .name = "a date", .option = "expires", .value = "2031-02-03" },
	{ .name = "a date gone by",
	    .option = "expires",
	    .value = "2026-12-31",
	    .warns = "expires: \"2026-12-31\" is over" },
	{ .name = "a malformed date",
	    .option = "expires",
	    .value = "next week",
	    .fails = "expires: \"next week\"" },
	{ .name = "a day that is not",
	    .option = "expires",
	    .value = "2027-02-29",
	    .fails = "expires: " },
	{ .name = "the first second of all",
	    .option = "expires",
	    .value = "1970-01-01",
	    .fails = "expires: " },
	{ .name = "an empty date",
	    .option = "expires",
	    .value = "",
	    .fails = "expires: " },
};

static void
test_create(const struct create_row *row)
{
	char name[256];
	const char *token = row->token == NULL ? CURRENT : row->token;
	int r;

	fake_entry(&entry, authchain_module_v1.plugins[0]);
	fake_secret(&entry, "token", ac_span_text(token));
	if (row->option != NULL)
		fake_option(&entry, row->option, row->value);
	r = fake_create(&entry);
	name_test(name, "create", row->name);
	ok(row->fails == NULL
		? r == 0 && entry.self != NULL && entry.failed[0] == '\0'
		: r == -1 && entry.self == NULL &&
		      strstr(entry.failed, row->fails) == entry.failed,
	    name);
	name_test(name, "warning", row->name);
	ok(row->warns == NULL
		? row->fails != NULL || entry.warned[0] == '\0'
		: strstr(entry.warned, row->warns) == entry.warned,
	    name);
	name_test(name, "no token in a message", row->name);
	ok(token[0] == '\0' || (strstr(entry.failed, token) == NULL &&
				   strstr(entry.warned, token) == NULL),
	    name);
	fake_destroy(&entry);
}

/* Two values, perhaps a prefix and a date; a token. */
struct judge_row {
	const char *name;
	const char *token;
	size_t len; /* 0: strlen */
	const char *prefix;
	const char *expires;
	const char *words;
};

#define TODAY     "2027-01-15T08:00:00Z" /* FAKE_NOW_S */
#define TOMORROW  "2027-01-15T08:00:01Z"
#define YESTERDAY "2027-01-15T07:59:59Z"

static const struct judge_row judge_rows[] = {
	{ .name = "the current one", .token = CURRENT, .words = "accept" },
	{ .name = "the previous one", .token = PREVIOUS, .words = "accept" },
	{ .name = "another",
	    .token = "another-token-0123456789",
	    .words = "not-mine" },
	{ .name = "one byte short",
	    .token = CURRENT,
	    .len = sizeof(CURRENT) - 2,
	    .words = "not-mine" },
	{ .name = "one byte more", .token = CURRENT "0", .words = "not-mine" },
	{ .name = "a NUL more",
	    .token = CURRENT,
	    .len = sizeof(CURRENT),
	    .words = "not-mine" },
	{ .name = "the last byte wrong",
	    .token = "current-token-0123456788",
	    .words = "not-mine" },
	{ .name = "the first byte wrong",
	    .token = "Current-token-0123456789",
	    .words = "not-mine" },
	{ .name = "both in one",
	    .token = CURRENT PREVIOUS,
	    .words = "not-mine" },
	{ .name = "white space in front",
	    .token = " " CURRENT,
	    .words = "not-mine" },
	{ .name = "an empty token", .token = "", .words = "not-mine" },
	{ .name = "no token", .token = NULL, .words = "not-mine" },
	{ .name = "a signed token", .token = JWS, .words = "not-mine" },
	{ .name = "the label",
	    .token = "token[0], 24 bytes",
	    .words = "not-mine" },
	{ .name = "with a prefix, the right one",
	    .token = "pre_" CURRENT,
	    .prefix = "pre_",
	    .words = "accept" },
	{ .name = "with a prefix, the previous",
	    .token = "pre_" PREVIOUS,
	    .prefix = "pre_",
	    .words = "accept" },
	{ .name = "with a prefix, a wrong one",
	    .token = "pre_wrong",
	    .prefix = "pre_",
	    .words = "reject bad_secret" },
	{ .name = "with a prefix, the prefix alone",
	    .token = "pre_",
	    .prefix = "pre_",
	    .words = "reject bad_secret" },
	{ .name = "with a prefix, less than it",
	    .token = "pre",
	    .prefix = "pre_",
	    .words = "not-mine" },
	{ .name = "with a prefix, in another case",
	    .token = "PRE_" CURRENT,
	    .prefix = "pre_",
	    .words = "not-mine" },
	{ .name = "with a prefix, without it",
	    .token = CURRENT,
	    .prefix = "pre_",
	    .words = "not-mine" },
	{ .name = "with a prefix, no token",
	    .token = NULL,
	    .prefix = "pre_",
	    .words = "not-mine" },
	{ .name = "a second before it expires",
	    .token = CURRENT,
	    .expires = TOMORROW,
	    .words = "accept" },
	{ .name = "at the second at which it expires",
	    .token = CURRENT,
	    .expires = TODAY,
	    .words = "reject expired" },
	{ .name = "a second after it expired",
	    .token = PREVIOUS,
	    .expires = YESTERDAY,
	    .words = "reject expired" },
	{ .name = "a wrong one after it expired",
	    .token = "pre_wrong",
	    .prefix = "pre_",
	    .expires = YESTERDAY,
	    .words = "reject bad_secret" },
};

static void
prepare(const char *prefix, const char *expires)
{
	bool with = prefix != NULL;

	fake_entry(&entry, authchain_module_v1.plugins[0]);
	fake_secret(&entry, "token",
	    ac_span_text(with ? "pre_" CURRENT : CURRENT));
	fake_secret(&entry, "token",
	    ac_span_text(with ? "pre_" PREVIOUS : PREVIOUS));
	if (with)
		fake_option(&entry, "prefix", prefix);
	if (expires != NULL)
		fake_option(&entry, "expires", expires);
	fake_option(&entry, "scopes", "read, write");
}

static void
test_judge(const struct judge_row *row)
{
	struct authchain_span token = ac_span_text(row->token);
	char name[256];
	uint32_t outcome;

	prepare(row->prefix, row->expires);
	name_test(name, "stands", row->name);
	ok(fake_create(&entry) == 0, name);
	if (row->len != 0)
		token.len = row->len;
	outcome = fake_judge(&entry, &call, token);
	name_test(name, row->words, row->name);
	ok(strcmp(fake_words(outcome, &call), row->words) == 0, name);
	name_test(name, "subject only on accept", row->name);
	ok((outcome == AUTHCHAIN_ACCEPT) == (call.subject[0] != '\0'), name);
	fake_destroy(&entry);
}

static void
test_identity(void)
{
	uint32_t outcome;

	prepare(NULL, TOMORROW);
	ok(fake_create(&entry) == 0, "identity: stands");
	outcome = fake_judge(&entry, &call, ac_span_text(PREVIOUS));
	ok(outcome == AUTHCHAIN_ACCEPT, "identity: accepted");
	ok(strcmp(call.subject, "static") == 0,
	    "identity: the subject is the entry's name");
	ok(strcmp(call.scopes, "read write") == 0, "identity: scopes");
	ok(call.expires_s == FAKE_NOW_S + 1, "identity: expires");
	ok(strcmp(call.detail, "token[1], 24 bytes, previous") == 0,
	    "identity: the detail is the label of the value");
	ok(entry.secrets[0].uses == 0 && entry.secrets[1].uses == 1,
	    "identity: one use of that value is counted");
	ok(strstr(call.detail, PREVIOUS) == NULL,
	    "identity: the token is not in the detail");
	fake_destroy(&entry);

	prepare(NULL, NULL);
	fake_option(&entry, "subject", "the cron job");
	ok(fake_create(&entry) == 0 &&
		fake_judge(&entry, &call, ac_span_text(CURRENT)) ==
		    AUTHCHAIN_ACCEPT,
	    "identity: accepted without a date");
	ok(strcmp(call.subject, "the cron job") == 0, "identity: own subject");
	ok(call.expires_s == 0, "identity: no expiry");
	ok(strcmp(call.detail, "token[0], 24 bytes") == 0,
	    "identity: the current value is not called previous");
	fake_destroy(&entry);
	ok(strstr(entry.reported, "tokens: 2\n") != NULL,
	    "status counts the values");
}

static void
test_said(void)
{
	prepare("pre_", NULL);
	ok(fake_create(&entry) == 0 &&
		strcmp(entry.claimed, "prefix=pre_\n") == 0,
	    "the host is told of the prefix");
	(void)fake_judge(&entry, &call, ac_span_text("pre_guess-guess-guess"));
	ok(strstr(call.detail, "guess") == NULL &&
		strstr(call.detail, "token[0]") != NULL &&
		strstr(call.detail, "token[1]") != NULL,
	    "a refusal names the labels tried, not the token");
	ok(entry.secrets[0].uses + entry.secrets[1].uses == 0,
	    "a refusal is no use");
	fake_destroy(&entry);

	prepare(NULL, NULL);
	ok(fake_create(&entry) == 0 && entry.claimed[0] == '\0',
	    "without a prefix nothing is claimed at load");
	fake_destroy(&entry);

	prepare(NULL, YESTERDAY);
	ok(fake_create(&entry) == 0, "an expired entry stands");
	(void)fake_judge(&entry, &call, ac_span_text(CURRENT));
	ok(strstr(entry.logged, "4 token[0], 24 bytes is still used") ==
		entry.logged,
	    "the use of an expired token is a warning in the log");
	(void)fake_judge(&entry, &call, ac_span_text(CURRENT));
	(void)fake_judge(&entry, &call, ac_span_text(PREVIOUS));
	ok(strchr(entry.logged, '\n') == strrchr(entry.logged, '\n'),
	    "that warning comes once");
	ok(entry.secrets[0].uses == 2, "an expired token's uses are counted");
	fake_destroy(&entry);
}

static void
test_faults(void)
{
	static const enum fake_fault faults[] = { FAKE_SET_SUBJECT,
		FAKE_SET_EXPIRES, FAKE_ADD_SCOPE };

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		uint32_t outcome;

		prepare(NULL, TOMORROW);
		(void)fake_create(&entry);
		outcome = fake_judge_with(&entry, &call, ac_span_text(CURRENT),
		    faults[i]);
		ok(strcmp(fake_words(outcome, &call),
		       "unavailable out_of_memory") == 0,
		    "what the host can't keep is unavailable");
		fake_destroy(&entry);
	}
	fake_entry(&entry, authchain_module_v1.plugins[0]);
	ok(fake_create(&entry) == -1 && entry.self == NULL,
	    "a secret without values is refused");
	fake_destroy(&entry);

	fake_entry(&entry, authchain_module_v1.plugins[0]);
	fake_secret(&entry, "token", ac_span_text("short"));
	fake_option(&entry, "expires", "soon");
	fake_option(&entry, "subject", "");
	ok(fake_create(&entry) == -1 && strstr(entry.failed, "token: ") &&
		strstr(entry.failed, "expires: ") &&
		strstr(entry.failed, "subject: "),
	    "all faults are told at once");
	fake_destroy(&entry);
}

static void
test_bounds(void)
{
	char subject[258];
	struct authchain_span cut = ac_span_text("2027-01-019T0");
	int64_t at_s = 0;

	memset(subject, 's', sizeof(subject));
	for (size_t len = 255; len <= 256; len++) {
		subject[len] = '\0';
		prepare(NULL, NULL);
		fake_option(&entry, "subject", subject);
		ok(fake_create(&entry) == (len == 255 ? 0 : -1),
		    len == 255 ? "a subject of 255 bytes stands"
			       : "a subject of 256 bytes does not");
		fake_destroy(&entry);
		subject[len] = 's';
	}
	ok(date_parse(ac_span_cut(cut, 0, 10), &at_s),
	    "a date ends where its span ends");
	ok(!date_parse(ac_span_cut(cut, 0, 9), &at_s) &&
		!date_parse(ac_span_cut(cut, 0, 11), &at_s) &&
		!date_parse(ac_span(NULL, 0), &at_s),
	    "a byte less or more is no date, nor is nothing");
	prepare(NULL, YESTERDAY);
	(void)fake_create(&entry);
	fake_destroy(&entry);
	ok(strcmp(entry.reported,
	       "tokens: 2\nexpires: " YESTERDAY " (over)\n") == 0,
	    "status says that it is over");
	prepare(NULL, TOMORROW);
	(void)fake_create(&entry);
	fake_destroy(&entry);
	ok(strcmp(entry.reported, "tokens: 2\nexpires: " TOMORROW "\n") == 0,
	    "status says when it will be");
	prepare("pre_", NULL);
	(void)fake_create(&entry);
	(void)fake_judge(&entry, &call, ac_span_text("pre_guess"));
	ok(strcmp(call.detail,
	       "none of the secrets: token[0], 28 bytes; token[1], 28 bytes") ==
		0,
	    "labels are separated");
	fake_destroy(&entry);
	ok(text_is_token(ac_span_text("aZ09-._~+/")) &&
		text_is_token(ac_span_text("a==")),
	    "a token's bytes are those of RFC 6750");
	ok(!text_is_token(ac_span_text("=")) &&
		!text_is_token(ac_span_text("a=b")) &&
		!text_is_token(ac_span_text("a!")) &&
		!text_is_token(ac_span_text("")) &&
		!text_is_token(ac_span("a\0b", 3)),
	    "no others are, and = stands at the end");
	ok(ac_span_is_scope(ac_span_text("!~")) &&
		!ac_span_is_scope(ac_span_text("\x7f")),
	    "a scope's bytes are those from ! to ~");
	ok(!text_is_like_jws(ac_span_text("..")) &&
		!text_is_like_jws(ac_span_text("e30")) &&
		!text_is_like_jws(ac_span_text("e30.")) &&
		text_is_like_jws(ac_span_text("e30..")) &&
		!text_is_like_jws(ac_span_text("e30...")) &&
		!text_is_like_jws(ac_span_text("e31..")) &&
		!text_is_like_jws(ac_span_text("fX0..")),
	    "two dots behind an object look like a signed token");
}

static void
test_dates(void)
{
	static const struct {
		const char *text;
		int64_t at_s; /* -1: refused */
	} rows[] = {
		{ "1970-01-01", 0 },
		{ "1970-01-01T00:00:01Z", 1 },
		{ "2000-02-29", 951782400 },
		{ "2027-01-15T08:00:00Z", FAKE_NOW_S },
		{ "2027-01-15t08:00:00z", FAKE_NOW_S },
		{ "2027-01-15T08:00:00.999999999Z", FAKE_NOW_S },
		{ "2027-01-15T09:30:00+01:30", FAKE_NOW_S },
		{ "2027-01-14T20:00:00-12:00", FAKE_NOW_S },
		{ "2027-01-15T08:00:00-00:00", FAKE_NOW_S },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799) },
		{ "2100-03-01", INT64_C(4107542400) },
		{ "", -1 },
		{ "2027", -1 },
		{ "2027-01", -1 },
		{ "2027-01-", -1 },
		{ "2027-1-1", -1 },
		{ "2027-00-01", -1 },
		{ "2027-13-01", -1 },
		{ "2027-01-00", -1 },
		{ "2027-01-32", -1 },
		{ "2027-04-31", -1 },
		{ "2027-02-29", -1 },
		{ "2100-02-29", -1 },
		{ "1969-12-31", -1 },
		{ "10000-01-01", -1 },
		{ "-2027-01-01", -1 },
		{ "+027-01-01", -1 },
		{ "2027/01/01", -1 },
		{ "01.01.2027", -1 },
		{ "20270101", -1 },
		{ " 2027-01-01", -1 },
		{ "2027-01-01 ", -1 },
		{ "2027-01-01T", -1 },
		{ "2027-01-01T00", -1 },
		{ "2027-01-01T00:00Z", -1 },
		{ "2027-01-01T00:00:00", -1 },
		{ "2027-01-01 00:00:00Z", -1 },
		{ "2027-01-01T24:00:00Z", -1 },
		{ "2027-01-01T00:60:00Z", -1 },
		{ "2027-01-01T00:00:60Z", -1 },
		{ "2027-01-01T00:00:00.Z", -1 },
		{ "2027-01-01T00:00:00.1234567890Z", -1 },
		{ "2027-01-01T00:00:00,5Z", -1 },
		{ "2027-01-01T00:00:00+24:00", -1 },
		{ "2027-01-01T00:00:00+00:60", -1 },
		{ "2027-01-01T00:00:00+0000", -1 },
		{ "2027-01-01T00:00:00+00:00Z", -1 },
		{ "2027-01-01T00:00:00ZZ", -1 },
		{ "2027-01-01T00:00:00 CET", -1 },
		{ "1970-01-01T00:00:00+00:01", -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_span text = ac_span_text(rows[i].text);
		int64_t at_s = -1;
		char name[256];

		name_test(name, rows[i].at_s < 0 ? "no date" : "date",
		    rows[i].text);
		ok(date_parse(text, &at_s) == (rows[i].at_s >= 0) &&
			at_s == rows[i].at_s,
		    name);
	}
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(create_rows) / sizeof(create_rows[0]);
	     i++)
		test_create(&create_rows[i]);
	for (size_t i = 0; i < sizeof(judge_rows) / sizeof(judge_rows[0]); i++)
		test_judge(&judge_rows[i]);
	test_identity();
	test_said();
	test_faults();
	test_bounds();
	test_dates();
	return done();
}
