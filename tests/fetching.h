/* SPDX-License-Identifier: BSD-2-Clause */
/* For the tests of core/net: a fetch to wait for, and what came of it. */
#ifndef TESTS_FETCHING_H
#define TESTS_FETCHING_H

#include "net/io.h"

#include "keyserver.h"
#include "tap.h"

#include <pthread.h>

#define HTTP    AUTHCHAIN_FETCH_INSECURE_HTTP
#define PRIVATE AUTHCHAIN_FETCH_PRIVATE

/* What done was called with, copied. */
struct result {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int calls;
	uint32_t status;
	uint32_t header_count;
	char error[1024];
	char headers[8192]; /* "name: value\n" */
	size_t body_len;
	char body[256]; /* the start of it */
};

#define RESULT_INIT                                                            \
	{                                                                      \
		.lock = PTHREAD_MUTEX_INITIALIZER,                             \
		.changed = PTHREAD_COND_INITIALIZER                            \
	}

static inline void
result_copy(struct result *result, const struct authchain_answer *answer)
{
	size_t at = 0;

	result->status = answer->status;
	result->header_count = answer->header_count;
	result->body_len = answer->body.len;
	(void)snprintf(result->error, sizeof(result->error), "%s",
	    answer->error);
	(void)snprintf(result->body, sizeof(result->body), "%.*s",
	    (int)(answer->body.len < 255 ? answer->body.len : 255),
	    answer->body.data);
	result->headers[0] = '\0';
	for (size_t i = 0; i < answer->header_count; i++) {
		const struct authchain_pair *pair = &answer->headers[i];
		int more =
		    snprintf(result->headers + at, sizeof(result->headers) - at,
			"%s: %s\n", pair->name.data, pair->value.data);

		if (more < 0 || (size_t)more >= sizeof(result->headers) - at)
			break;
		at += (size_t)more;
	}
}

static inline void
result_done(void *arg, const struct authchain_answer *answer)
{
	struct result *result = arg;

	(void)pthread_mutex_lock(&result->lock);
	result_copy(result, answer);
	result->calls++;
	(void)pthread_cond_broadcast(&result->changed);
	(void)pthread_mutex_unlock(&result->lock);
}

/* A timer's fire: counts calls. */
static inline void
result_fire(void *arg)
{
	struct result *result = arg;

	(void)pthread_mutex_lock(&result->lock);
	result->calls++;
	(void)pthread_cond_broadcast(&result->changed);
	(void)pthread_mutex_unlock(&result->lock);
}

static inline void
result_wait(struct result *result, unsigned int calls)
{
	(void)pthread_mutex_lock(&result->lock);
	while (result->calls < calls)
		(void)pthread_cond_wait(&result->changed, &result->lock);
	(void)pthread_mutex_unlock(&result->lock);
}

static inline unsigned int
result_calls(struct result *result)
{
	unsigned int calls;

	(void)pthread_mutex_lock(&result->lock);
	calls = result->calls;
	(void)pthread_mutex_unlock(&result->lock);
	return calls;
}

static inline void
result_clear(struct result *result)
{
	(void)pthread_mutex_destroy(&result->lock);
	(void)pthread_cond_destroy(&result->changed);
}

/* Fetch and wait; -1 and the error's text when it was refused at once. */
static inline int
fetch(struct ac_io *io, const struct authchain_fetch *request,
    struct result *result)
{
	struct authchain_error err = { 0 };

	*result = (struct result)RESULT_INIT;
	if (ac_io_fetch(io, io, request, result_done, result, &err) != 0) {
		(void)snprintf(result->error, sizeof(result->error), "%s",
		    err.text);
		return -1;
	}
	result_wait(result, 1);
	return 0;
}

/* A text with the server's port for %u. */
static inline const char *
url_of(const struct keyserver *server, const char *path)
{
	static char url[4096];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", server->port,
	    path);
	return url;
}

static inline struct ac_io *
io_started(const char *ca_file)
{
	struct ac_io *io = ac_io_new(NULL);

	if (io == NULL || (ca_file != NULL && ac_io_trust(io, ca_file) != 0) ||
	    ac_io_start(io, NULL) != 0)
		abort();
	return io;
}

#endif
