/* SPDX-License-Identifier: BSD-2-Clause */
/* Published documents: whose they are, which paths, bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "engine/document.h"
#include "tap.h"

/* Owners are told apart by address alone. */
static const int owners[2];
#define OWNER(i) ((const struct authchain_entry *)(const void *)&owners[i])

static const struct {
	const char *name;
	const char *path;
	int r;
} paths[] = {
	{ "a well-known path", "/.well-known/oauth-protected-resource", 0 },
	{ "one with the resource's path behind it",
	    "/.well-known/oauth-protected-resource/mcp", 0 },
	{ "a relative path", "well-known/x", -1 },
	{ "no path", "", -1 },
	{ "a query", "/x?y", -1 },
	{ "a fragment", "/x#y", -1 },
	{ "a dot segment", "/a/../b", -1 },
	{ "an empty segment", "/a//b", -1 },
	{ "a space", "/a b", -1 },
	{ "a line end", "/a\nb", -1 },
	{ "a quote", "/a\"b", -1 },
	{ "a byte that is not ASCII", "/\xc3\xa9", -1 },
};

static int
publish(struct ac_documents *documents, int owner, const char *path,
    const char *body)
{
	return ac_document_publish(documents, OWNER(owner), path,
	    "application/json", ac_span_text(body));
}

static bool
reads(struct ac_documents *documents, const char *path, const char *body)
{
	struct authchain_document *document = ac_document_get(documents, path);
	bool same = document != NULL && ac_span_is_text(document->body, body) &&
		    strcmp(document->content_type, "application/json") == 0;

	authchain_document_free(&document);
	return same;
}

static bool
path_is(struct ac_documents *documents, size_t at, const char *wanted)
{
	char *path = ac_document_path(documents, at);
	bool same = wanted == NULL ? path == NULL
				   : path != NULL && strcmp(path, wanted) == 0;

	free(path);
	return same;
}

static void
test_bounds(struct ac_documents *documents)
{
	static char big[AC_DOCUMENT_MAX_BYTES + 1];
	char path[AC_DOCUMENT_MAX_PATH + 2];

	ok(ac_document_publish(documents, OWNER(0), "/big", "text/plain",
	       ac_span(big, AC_DOCUMENT_MAX_BYTES)) == 0,
	    "a body at its bound");
	ok(ac_document_publish(documents, OWNER(0), "/big", "text/plain",
	       ac_span(big, AC_DOCUMENT_MAX_BYTES + 1)) == -1,
	    "a body one byte over it");
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[AC_DOCUMENT_MAX_PATH + 1] = '\0';
	ok(publish(documents, 0, path, "x") == -1,
	    "a path one byte over its bound");
	path[AC_DOCUMENT_MAX_PATH] = '\0';
	ok(publish(documents, 0, path, "x") == 0, "a path at its bound");
	ok(ac_document_publish(documents, OWNER(0), "/t", "text/html\r\nX: y",
	       ac_span_text("x")) == -1,
	    "a type that would make a header of its own");
}

int
main(void)
{
	struct ac_documents *documents = ac_documents_new();

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		ok(publish(documents, 0, paths[i].path, "{}") == paths[i].r,
		    paths[i].name);
	ok(publish(documents, 0, "/a", "one") == 0 &&
		reads(documents, "/a", "one"),
	    "what was published is read");
	ok(publish(documents, 0, "/a", "two") == 0 &&
		reads(documents, "/a", "two"),
	    "its owner replaces it");
	ok(publish(documents, 1, "/a", "three") == -1 &&
		reads(documents, "/a", "two"),
	    "nobody else does");
	ok(!reads(documents, "/b", ""), "what nobody published is not there");
	ok(path_is(documents, 0, "/.well-known/oauth-protected-resource") &&
		path_is(documents, 2, "/a") && path_is(documents, 3, NULL),
	    "paths are listed in order");
	test_bounds(documents);
	ac_documents_free(&documents);
	return done();
}
