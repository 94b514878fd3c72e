/* SPDX-License-Identifier: BSD-2-Clause */
/* The documents that a generation's entries publish, by path. */
#ifndef AC_ENGINE_DOCUMENT_H
#define AC_ENGINE_DOCUMENT_H

#include <authchain/authchain.h>

#define AC_DOCUMENT_MAX_BYTES (1u << 20)
#define AC_DOCUMENT_MAX_PATH  1024
#define AC_DOCUMENT_MAX       1024 /* of a generation */

struct ac_documents;

struct ac_documents *ac_documents_new(void);
void ac_documents_free(struct ac_documents **documents);

/* As struct authchain_host's publish; owner may replace its own. */
int ac_document_publish(struct ac_documents *documents,
    const struct authchain_entry *owner, const char *path,
    const char *content_type, struct authchain_span body);
/* A copy, the caller's (authchain_document_free); NULL: none. */
struct authchain_document *ac_document_get(struct ac_documents *documents,
    const char *path);
/* The at-th path in alphabetical order, the caller's; NULL behind the last. */
char *ac_document_path(struct ac_documents *documents, size_t at);

#endif
