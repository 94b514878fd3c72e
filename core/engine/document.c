/* SPDX-License-Identifier: BSD-2-Clause */
/* A small sorted-on-demand list: documents are few and read seldom. */
#include "engine/document.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/span.h"

#define MAX_CONTENT_TYPE 128

struct document {
	const struct authchain_entry *owner;
	char *path;
	char *content_type;
	char *body;
	size_t len;
};

struct ac_documents {
	pthread_mutex_t lock; /* everything below */
	struct document *list;
	size_t count;
};

struct ac_documents *
ac_documents_new(void)
{
	struct ac_documents *documents = calloc(1, sizeof(*documents));

	if (documents != NULL)
		pthread_mutex_init(&documents->lock, NULL);
	return documents;
}

static void
clear(struct document *document)
{
	free(document->path);
	free(document->content_type);
	free(document->body);
}

void
ac_documents_free(struct ac_documents **documents)
{
	if (*documents == NULL)
		return;
	for (size_t i = 0; i < (*documents)->count; i++)
		clear(&(*documents)->list[i]);
	free((*documents)->list);
	pthread_mutex_destroy(&(*documents)->lock);
	free(*documents);
	*documents = NULL;
}

/* Is there a segment of one or two dots, also at the end, or a dot in hiding? */
static bool
has_dots(const char *path, size_t len)
{
	return strstr(path, "/../") != NULL || strstr(path, "/./") != NULL ||
	       strstr(path, "%2e") != NULL || strstr(path, "%2E") != NULL ||
	       (len >= 2 && strcmp(path + len - 2, "/.") == 0) ||
	       (len >= 3 && strcmp(path + len - 3, "/..") == 0);
}

/* An absolute path of RFC 3986 pchars and slashes: no query, no dot segment. */
static bool
is_path(const char *path)
{
	size_t len = strlen(path);

	if (path[0] != '/' || len > AC_DOCUMENT_MAX_PATH ||
	    has_dots(path, len) || strstr(path, "//") != NULL)
		return false;
	for (const char *c = path; *c != '\0'; c++)
		if (*c <= 0x20 || *c >= 0x7f || strchr("?#\"\\<>", *c) != NULL)
			return false;
	return true;
}

static struct document *
find(struct ac_documents *documents, const char *path)
{
	for (size_t i = 0; i < documents->count; i++)
		if (strcmp(documents->list[i].path, path) == 0)
			return &documents->list[i];
	return NULL;
}

static int
put(struct ac_documents *documents, struct document *fresh)
{
	struct document *old = find(documents, fresh->path), *grown;

	if (old != NULL) {
		if (old->owner != fresh->owner)
			return -1;
		clear(old);
		*old = *fresh;
		return 0;
	}
	if (documents->count == AC_DOCUMENT_MAX)
		return -1;
	grown =
	    realloc(documents->list, (documents->count + 1) * sizeof(*grown));
	if (grown == NULL)
		return -1;
	documents->list = grown;
	grown[documents->count++] = *fresh;
	return 0;
}

int
ac_document_publish(struct ac_documents *documents,
    const struct authchain_entry *owner, const char *path,
    const char *content_type, struct authchain_span body)
{
	struct document fresh = { .owner = owner, .len = body.len };
	int r = -1;

	if (!is_path(path) || body.len > AC_DOCUMENT_MAX_BYTES ||
	    strlen(content_type) > MAX_CONTENT_TYPE ||
	    ac_span_has_control(ac_span_text(content_type)))
		return -1;
	fresh.path = strdup(path);
	fresh.content_type = strdup(content_type);
	if ((fresh.body = malloc(body.len + 1)) != NULL) {
		if (body.len > 0)
			memcpy(fresh.body, body.data, body.len);
		fresh.body[body.len] = '\0';
	}
	if (fresh.path != NULL && fresh.content_type != NULL &&
	    fresh.body != NULL) {
		pthread_mutex_lock(&documents->lock);
		r = put(documents, &fresh);
		pthread_mutex_unlock(&documents->lock);
	}
	if (r != 0)
		clear(&fresh);
	return r;
}

/* One block: the struct, the type, the body. */
static struct authchain_document *
copy(const struct document *from)
{
	size_t type_len = strlen(from->content_type);
	struct authchain_document *to =
	    calloc(1, sizeof(*to) + type_len + 1 + from->len + 1);
	char *text;

	if (to == NULL)
		return NULL;
	text = (char *)(to + 1);
	memcpy(text, from->content_type, type_len);
	memcpy(text + type_len + 1, from->body, from->len);
	to->size = sizeof(*to);
	to->content_type = text;
	to->body = ac_span(text + type_len + 1, from->len);
	return to;
}

struct authchain_document *
ac_document_get(struct ac_documents *documents, const char *path)
{
	struct authchain_document *document = NULL;
	const struct document *found;

	pthread_mutex_lock(&documents->lock);
	if ((found = find(documents, path)) != NULL)
		document = copy(found);
	pthread_mutex_unlock(&documents->lock);
	return document;
}

char *
ac_document_path(struct ac_documents *documents, size_t at)
{
	char *path = NULL;

	pthread_mutex_lock(&documents->lock);
	for (size_t i = 0; i < documents->count; i++) {
		size_t before = 0;

		for (size_t j = 0; j < documents->count; j++)
			before += strcmp(documents->list[j].path,
				      documents->list[i].path) < 0;
		if (before == at)
			path = strdup(documents->list[i].path);
	}
	pthread_mutex_unlock(&documents->lock);
	return path;
}

void
authchain_document_free(struct authchain_document **document)
{
	free(*document);
	*document = NULL;
}
