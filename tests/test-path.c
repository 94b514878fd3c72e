/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths in one spelling: what may be read in two ways is refused. */
#include "path.h"
#include "tap.h"
#include "utf8.h"

#include <string.h>

static const struct {
	const char *uri;
	const char *path; /* NULL: refused */
} paths[] = {
	{ "/", "/" },
	{ "/a", "/a" },
	{ "/a/", "/a" },
	{ "/a/b.c/d", "/a/b.c/d" },
	{ "/a?x=/../b", "/a" },
	{ "/a/?", "/a" },
	{ "/?/..", "/" },
	{ "/...", "/..." },
	{ "/.well-known/x", "/.well-known/x" },
	{ "/a..b/..c/d..", "/a..b/..c/d.." },
	{ "/%61dmin", "/admin" },
	{ "/a%20b", "/a b" },
	{ "/caf%C3%A9", "/caf\xc3\xa9" },
	{ "/a+b", "/a+b" },
	{ "/a:b@c", "/a:b@c" },
	{ "/%2a%2A", "/**" },
	{ "https://h.test/a/b?c", "/a/b" },
	{ "HTTP://h.test:8080/a", "/a" },
	{ "http://h.test", "/" },
	{ "http://h.test?", "/" },
	{ "http://h.test?x=/public/x", "/" },
	{ "HTTPS://h.test:443?/public/x", "/" },
	{ "http://?/public/x", "/" },
	{ "http://h.test/a?x=http://h.test/b", "/a" },
	{ "/a?x=http://h.test/b", "/a" },
	{ "http://h.test#/public/x", NULL },
	{ "http://h.test#", NULL },
	{ "http://h.test\\/public/x", NULL },
	{ "http://h.test\\x/public/x", NULL },
	{ "http:///public/x", "/public/x" },
	{ "http:/h.test/public/x", NULL },
	{ "http//h.test/public/x", NULL },
	{ "http://h.test/public/x#", NULL },
	{ "http://h.test?x#/public/x", NULL },
	{ "x?y=http://h.test/public/x", NULL },
	{ "http://h.test/a/../b", NULL },
	{ "ftp://h.test/a", NULL },
	{ "", NULL },
	{ "a", NULL },
	{ "*", NULL },
	{ "?", NULL },
	{ "//", NULL },
	{ "//a", NULL },
	{ "/a//b", NULL },
	{ "/a//", NULL },
	{ "/.", NULL },
	{ "/..", NULL },
	{ "/../", NULL },
	{ "/public/../admin", NULL },
	{ "/public/..", NULL },
	{ "/public/./admin", NULL },
	{ "/public/%2e%2e/admin", NULL },
	{ "/public/%2E%2e/admin", NULL },
	{ "/public/.%2e/admin", NULL },
	{ "/public/%2e", NULL },
	{ "/public%2f..%2fadmin", NULL },
	{ "/public%2Fadmin", NULL },
	{ "/public%5c..%5cadmin", NULL },
	{ "/public\\..\\admin", NULL },
	{ "/public/%252e%252e/admin", NULL },
	{ "/100%25", NULL },
	{ "/public/..;/admin", NULL },
	{ "/admin;x=1", NULL },
	{ "/admin%3bx", NULL },
	{ "/admin%00", NULL },
	{ "/admin%0a", NULL },
	{ "/admin%7f", NULL },
	{ "/admin\t", NULL },
	{ "/admin ", NULL },
	{ "/admin\x7f", NULL },
	{ "/caf\xc3\xa9", NULL },
	{ "/caf%C3", NULL },
	{ "/%c0%ae%c0%ae/admin", NULL },
	{ "/%ff", NULL },
	{ "/a%", NULL },
	{ "/a%4", NULL },
	{ "/a%4g", NULL },
	{ "/a%g4", NULL },
	{ "/a#b", NULL },
	{ "/a?b#c", NULL },
};

static const struct {
	const char *pattern, *path;
	bool matches;
} matches[] = {
	{ "/", "/", true },
	{ "/", "/a", false },
	{ "/a", "/a", true },
	{ "/a", "/", false },
	{ "/a", "/b", false },
	{ "/a", "/ab", false },
	{ "/ab", "/a", false },
	{ "/a", "/A", false },
	{ "/a", "/a/b", false },
	{ "/a/b", "/a", false },
	{ "/*", "/a", true },
	{ "/*", "/", false },
	{ "/*", "/a/b", false },
	{ "/a/*/c", "/a/b/c", true },
	{ "/a/*/c", "/a/c", false },
	{ "/a/*/c", "/a/b/d", false },
	{ "/**", "/", true },
	{ "/**", "/a/b/c", true },
	{ "/a/**", "/a", true },
	{ "/a/**", "/a/b/c", true },
	{ "/a/**", "/ab", false },
	{ "/a/**", "/", false },
	{ "/a/*/**", "/a", false },
	{ "/a/*/**", "/a/b", true },
	{ "/a/*", "/a/*", true },
};

static const struct {
	const char *pattern, *other;
	bool covers;
} covers[] = {
	{ "/a", "/a", true },
	{ "/a", "/b", false },
	{ "/*", "/a", true },
	{ "/a", "/*", false },
	{ "/*", "/*", true },
	{ "/*", "/**", false },
	{ "/**", "/*", true },
	{ "/**", "/", true },
	{ "/a/**", "/a", true },
	{ "/a/**", "/a/**", true },
	{ "/a", "/a/**", false },
	{ "/a/*", "/a/**", false },
	{ "/a/**", "/b/**", false },
};

static const char *const patterns[] = { "", "a", "/a/", "//", "/a//b", "/../a",
	"/%61", "/a?b", "/a*", "/*a", "/***", "/**/a", "/a/**/b", "/a;b",
	"/caf\xc3\xa9", NULL };

static void
test_bounds(void)
{
	static char uri[PATH_MAX_BYTES + 8];
	struct path path;

	memset(uri, 'a', PATH_MAX_BYTES);
	uri[0] = '/';
	ok(path_read(ac_span_text(uri), &path) == NULL &&
		path.len == PATH_MAX_BYTES,
	    "a path as long as it may be");
	uri[PATH_MAX_BYTES] = '?';
	ok(path_read(ac_span_text(uri), &path) == NULL,
	    "and a query behind it");
	uri[PATH_MAX_BYTES] = 'a';
	ok(path_read(ac_span_text(uri), &path) != NULL, "a byte longer");
	ok(path_read(ac_span("/a\0b", 4), &path) != NULL, "a NUL inside");
}

static const struct {
	const char *text;
	bool valid;
} utf8[] = {
	{ "", true },
	{ "a", true },
	{ "\xc2\x80", true },
	{ "\xdf\xbf", true },
	{ "\xe0\xa0\x80", true },
	{ "\xed\x9f\xbf", true },
	{ "\xee\x80\x80", true },
	{ "\xf0\x90\x80\x80", true },
	{ "\xf4\x8f\xbf\xbf", true },
	{ "\x80", false },
	{ "\xbf", false },
	{ "\xc1\xbf", false },
	{ "\xc2", false },
	{ "\xc2\x7f", false },
	{ "\xc2\xc0", false },
	{ "\xe0\x9f\xbf", false },
	{ "\xe1\x80", false },
	{ "\xe1\x80\xc0", false },
	{ "\xed\xa0\x80", false },
	{ "\xf0\x8f\xbf\xbf", false },
	{ "\xf4\x90\x80\x80", false },
	{ "\xf5\x80\x80\x80", false },
	{ "\xf1\x80\x80", false },
	{ "\xf1\x80\x80\x7f", false },
	{ "\xff", false },
};

int
main(void)
{
	struct path path;
	char name[256];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const char *fault =
		    path_read(ac_span_text(paths[i].uri), &path);

		(void)snprintf(name, sizeof(name), "row %zu: %.80s %s", i,
		    fault == NULL ? "a path that is one" : fault,
		    paths[i].path == NULL ? "(refused)" : "");
		ok(paths[i].path == NULL
			? fault != NULL
			: fault == NULL &&
			      ac_span_is_text(ac_span(path.text, path.len),
				  paths[i].path),
		    name);
	}
	test_bounds();
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s %s %s",
		    matches[i].pattern,
		    matches[i].matches ? "matches" : "does not match",
		    matches[i].path);
		ok(path_matches(ac_span_text(matches[i].pattern),
		       ac_span_text(matches[i].path)) == matches[i].matches,
		    name);
	}
	for (size_t i = 0; i < sizeof(covers) / sizeof(covers[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s %s %s",
		    covers[i].pattern,
		    covers[i].covers ? "covers" : "does not cover",
		    covers[i].other);
		ok(path_covers(ac_span_text(covers[i].pattern),
		       ac_span_text(covers[i].other)) == covers[i].covers,
		    name);
		ok(path_pattern_fault(ac_span_text(covers[i].pattern)) == NULL,
		    "and is a pattern");
	}
	for (size_t i = 0; patterns[i] != NULL; i++)
		ok(path_pattern_fault(ac_span_text(patterns[i])) != NULL,
		    "a pattern that is none");
	for (size_t i = 0; i < sizeof(utf8) / sizeof(utf8[0]); i++)
		ok(utf8_is_valid(ac_span_text(utf8[i].text)) == utf8[i].valid,
		    utf8[i].valid ? "UTF-8" : "no UTF-8");
	return done();
}
