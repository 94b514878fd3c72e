/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings are kept, counted, sorted; the nearest name is found. */
#include "findings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- suggestions ------------------------------------------------------- */

static const char *const names[] = { "static", "hs256", "jwks", "oauth",
	"ratelimit", "scopes", "scope", "authorization-servers" };

static const struct {
	const char *name, *word, *nearest;
} suggestions[] = {
	{ "a letter is missing", "jwk", "jwks" },
	{ "a letter is too many", "hs2566", "hs256" },
	{ "a letter is wrong", "statik", "static" },
	{ "two neighbours are swapped", "oatuh", "oauth" },
	{ "two neighbours are swapped at the front", "wjks", "jwks" },
	{ "upper case is no distance", "JWKS", "jwks" },
	{ "nor is it in any letter", "AUTHORIZATION-SERVERS",
	    "authorization-servers" },
	{ "the word itself is nearest", "scopes", "scopes" },
	{ "the nearer of two wins", "scope", "scope" },
	{ "of two as near the first wins", "scopex", "scopes" },
	{ "three edits in a long word", "autorisation-server",
	    "authorization-servers" },
	{ "underscores for hyphens", "authorization_servers",
	    "authorization-servers" },
	{ "two edits in six letters are few enough", "oatuh1", "oauth" },
	{ "two edits in five letters are too many", "oxxth", NULL },
	{ "one edit in two letters is too many", "hs", NULL },
	{ "an empty word is near to nothing", "", NULL },
	{ "a strange word is near to nothing", "kubernetes", NULL },
};

static void
test_suggest(void)
{
	char longest[65], longer[66];
	const char *const known[] = { longest };

	for (size_t i = 0; i < COUNT(suggestions); i++) {
		const char *nearest =
		    ac_suggest(ac_span_text(suggestions[i].word), names,
			COUNT(names));
		const char *expected = suggestions[i].nearest;

		ok(expected == NULL
			? nearest == NULL
			: nearest != NULL && strcmp(nearest, expected) == 0,
		    suggestions[i].name);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[64] = '\0';
	memset(longer, 'a', sizeof(longer) - 1);
	longer[65] = '\0';
	ok(ac_suggest(ac_span_text(longest), known, 1) == longest,
	    "64 letters are compared");
	ok(ac_suggest(ac_span_text(longer), known, 1) == NULL,
	    "65 letters are not");
	ok(ac_suggest(ac_span_text("jwks"), NULL, 0) == NULL,
	    "nothing is near where nothing is known");
}

static void
test_hint(void)
{
	char hint[AC_HINT_BYTES];
	const char *many[200];
	const char *const exact[] = { "abc", "de" };
	size_t len;

	ok(strcmp(ac_suggest_hint(hint, ac_span_text("jwk"), names,
		      COUNT(names)),
	       "did you mean \"jwks\"?") == 0,
	    "a near name makes a question");
	ok(strcmp(ac_suggest_hint(hint, ac_span_text("xyz"), exact,
		      COUNT(exact)),
	       "known: abc, de") == 0,
	    "no near name lists all");
	ok(strcmp(ac_suggest_hint(hint, ac_span_text("xyz"), NULL, 0), "") == 0,
	    "nothing known makes an empty hint");
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = "some-option-name";
	(void)ac_suggest_hint(hint, ac_span_text("xyz"), many, COUNT(many));
	len = strlen(hint);
	ok(len < AC_HINT_BYTES && len > AC_HINT_BYTES - 30 &&
		strcmp(hint + len - 5, ", ...") == 0,
	    "a long list is cut and says so");
}

/* ---- findings ---------------------------------------------------------- */

static void
add(struct ac_diags *diags, enum authchain_severity severity, const char *file,
    uint32_t line, uint32_t column)
{
	struct ac_position at = { file, line, column };

	ac_diag(diags, severity, &at, NULL, "x%u", (unsigned int)column);
}

static void
test_order(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	char file[] = "b";

	add(diags, AUTHCHAIN_SEVERITY_ERROR, file, 3, 2);
	add(diags, AUTHCHAIN_SEVERITY_ERROR, "a", 1, 1);
	add(diags, AUTHCHAIN_SEVERITY_LINT, file, 3, 1);
	file[0] = 'z'; /* the name was copied */
	add(diags, AUTHCHAIN_SEVERITY_WARNING, "b", 2, 9);
	add(diags, AUTHCHAIN_SEVERITY_ERROR, "a", 0, 0);
	findings_are(diags,
	    "b:2:9: warning: x9\n"
	    "b:3:1: lint: x1\n"
	    "b:3:2: x2\n"
	    "a: x0\n"
	    "a:1:1: x1\n",
	    "files in order of mention, then lines, then columns");
	ok(ac_diags_errors(diags) == 3, "warnings and lints are no errors");
	ac_diags_free(&diags);
	ok(diags == NULL, "free leaves NULL");
	ac_diags_free(&diags);
}

static void
test_same_place(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_position at = { "f", 1, 1 };

	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &at, "first hint", "first");
	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &at, NULL, "second");
	findings_are(diags, "f:1:1: first | first hint\nf:1:1: second\n",
	    "at one place the older comes first");
	ac_diags_free(&diags);
}

static void
test_error(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_position at = { "f", 7, 3 };
	struct authchain_error err = { 0 };

	add(diags, AUTHCHAIN_SEVERITY_WARNING, "f", 1, 1);
	ac_diags_error(diags, &err);
	ok(err.code == AUTHCHAIN_ERROR_NONE, "no error sets no error");
	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &at, "do this", "wrong");
	ac_diags_error(diags, &err);
	ok(err.code == AUTHCHAIN_ERROR_CONFIGURATION &&
		strcmp(err.text, "f:7:3: wrong; do this") == 0,
	    "one error with its place and hint");
	add(diags, AUTHCHAIN_SEVERITY_ERROR, "f", 9, 1);
	ac_error_clear(&err);
	ac_diags_error(diags, &err);
	ok(strcmp(err.text, "f:7:3: wrong; do this (and 1 more error)") == 0,
	    "one more error");
	add(diags, AUTHCHAIN_SEVERITY_ERROR, "f", 0, 0);
	ac_error_clear(&err);
	ac_diags_error(diags, &err);
	ok(strcmp(err.text, "f: x0 (and 2 more errors)") == 0,
	    "the first by place, a file as a whole before its lines");
	ac_diags_free(&diags);
}

static void
test_strict(void)
{
	struct ac_diags *diags = ac_diags_new(true);
	struct authchain_error err = { 0 };

	add(diags, AUTHCHAIN_SEVERITY_WARNING, "f", 1, 1);
	ok(ac_diags_errors(diags) == 0, "strict: a warning is no error");
	add(diags, AUTHCHAIN_SEVERITY_LINT, "f", 2, 1);
	ok(ac_diags_errors(diags) == 1, "strict: a lint is an error");
	ac_diags_error(diags, &err);
	ok(strcmp(err.text, "f:2:1: x1") == 0,
	    "strict: the first error may be a lint");
	findings_are(diags, "f:1:1: warning: x1\nf:2:1: lint: x1\n",
	    "strict: a lint is still called one");
	ac_diags_free(&diags);
}

static size_t
count_lines(const struct ac_diags *diags)
{
	char *text = findings(diags);
	size_t lines = 0;

	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	free(text);
	return lines;
}

static void
test_bound(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct authchain_error err = { 0 };
	char *text;

	for (uint32_t i = 1; i <= AC_DIAG_MAX; i++)
		add(diags, AUTHCHAIN_SEVERITY_LINT, "f", i, 1);
	ok(count_lines(diags) == AC_DIAG_MAX, "at the bound all are kept");
	add(diags, AUTHCHAIN_SEVERITY_LINT, "f", 1, 1);
	ok(count_lines(diags) == AC_DIAG_MAX + 1,
	    "one over the bound: one more says so");
	ok(ac_diags_errors(diags) == 0, "lints that are dropped are no errors");
	add(diags, AUTHCHAIN_SEVERITY_ERROR, "f", 2000, 5);
	ac_diags_error(diags, &err);
	ok(ac_diags_errors(diags) == 1 && strcmp(err.text, "f:2000:5: x5") == 0,
	    "an error takes the place of a lint");
	for (uint32_t i = 0; i < AC_DIAG_MAX; i++)
		add(diags, AUTHCHAIN_SEVERITY_ERROR, "f", 3000, 5);
	ok(ac_diags_errors(diags) == AC_DIAG_MAX + 1,
	    "errors over the bound are counted");
	text = findings(diags);
	ok(strstr(text, "f: there are 1002 more findings (1 errors) | mend "
			"what is listed first\n") != NULL,
	    "the rest is told in numbers");
	free(text);
	ac_diags_free(&diags);
}

static void
test_long(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_position at = { "f", 1, 1 };
	char *text, *got;

	text = malloc(10001);
	memset(text, 'x', 10000);
	text[10000] = '\0';
	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &at, text, "%s", text);
	got = findings(diags);
	ok(strlen(got) > 12000 && strlen(got) < 13000, "a long text is cut");
	free(got);
	free(text);
	ac_diags_free(&diags);
}

int
main(void)
{
	test_suggest();
	test_hint();
	test_order();
	test_same_place();
	test_error();
	test_strict();
	test_bound();
	test_long();
	return done();
}
