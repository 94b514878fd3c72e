/* SPDX-License-Identifier: BSD-2-Clause */
/* A transfer's callbacks, and its life: bounds hold while bytes arrive, and
 * what was sent or received is wiped in the end. */
#include "net/fetch.h"

#include "net/failure.h"
#include "net/request.h"

#include <limits.h>
#include <stdlib.h>

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	struct ac_fetch *fetch = arg;

	if (ac_headers_add(&fetch->headers, ac_span(data, size * count),
		&fetch->error) != 0)
		return 0;
	return size * count;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct ac_fetch *fetch = arg;
	size_t len = size * count;

	if (len > fetch->body.max - fetch->body.len) {
		(void)ac_failure_too_large(fetch);
		return CURL_WRITEFUNC_ERROR;
	}
	ac_buf_add(&fetch->body, ac_span(data, len));
	if (fetch->body.failed) {
		(void)ac_error_memory(&fetch->error);
		return CURL_WRITEFUNC_ERROR;
	}
	return len;
}

static CURLcode
set_callbacks(struct ac_fetch *fetch)
{
	CURL *easy = fetch->easy;
	CURLcode code = ac_peer_attach(&fetch->peer, easy);

	if (code == CURLE_OK)
		code =
		    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetch);
	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch);
	if (code == CURLE_OK)
		code =
		    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, fetch->detail);
	return code;
}

static int
prepare(struct ac_fetch *fetch, const struct authchain_fetch *request,
    const char *ca_file, struct authchain_error *err)
{
	CURLcode code;

	fetch->easy = curl_easy_init();
	if (fetch->easy == NULL)
		return ac_error_memory(err);
	code = ac_request_apply(fetch, request, ca_file);
	if (code == CURLE_OK)
		code = set_callbacks(fetch);
	if (code == CURLE_OUT_OF_MEMORY)
		return ac_error_memory(err);
	if (code != CURLE_OK)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "libcurl %s refuses an option: %s",
		    curl_version_info(CURLVERSION_NOW)->version,
		    curl_easy_strerror(code));
	return 0;
}

struct ac_fetch *
ac_fetch_new(const struct authchain_fetch *request, const char *ca_file,
    struct authchain_error *err)
{
	struct authchain_fetch known = { 0 };
	struct ac_fetch *fetch;

	/* an older plugin's struct is shorter, a newer one's longer */
	memcpy(&known, request,
	    request->size < sizeof(known) ? request->size : sizeof(known));
	if (ac_request_check(&known, err) != 0)
		return NULL;
	fetch = calloc(1, sizeof(*fetch));
	if (fetch == NULL) {
		(void)ac_error_memory(err);
		return NULL;
	}
	ac_buf_init(&fetch->sent, AC_IO_MAX_BODY);
	ac_buf_init(&fetch->body,
	    known.max_bytes == 0 ? AC_IO_MAX_BODY : (size_t)known.max_bytes);
	ac_headers_init(&fetch->headers);
	fetch->timeout_ms =
	    known.timeout_ms == 0 ? AC_IO_TIMEOUT_MS : known.timeout_ms;
	if (fetch->timeout_ms > INT_MAX)
		fetch->timeout_ms = INT_MAX;
	fetch->connect_ms = fetch->timeout_ms < AC_FETCH_CONNECT_MS
				? fetch->timeout_ms
				: AC_FETCH_CONNECT_MS;
	fetch->peer.flags = known.flags;
	fetch->peer.http =
	    known.url[4] == ':'; /* checked: http or https, in any case */
	if (prepare(fetch, &known, ca_file, err) != 0)
		ac_fetch_free(&fetch);
	return fetch;
}

static void
wipe_lines(struct curl_slist *lines)
{
	for (struct curl_slist *at = lines; at != NULL; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(lines);
}

void
ac_fetch_free(struct ac_fetch **fetch)
{
	if (*fetch == NULL)
		return;
	curl_easy_cleanup((*fetch)->easy);
	wipe_lines((*fetch)->lines);
	ac_buf_wipe(&(*fetch)->sent);
	ac_buf_wipe(&(*fetch)->body);
	ac_headers_clear(&(*fetch)->headers);
	free(*fetch);
	*fetch = NULL;
}

void
ac_fetch_no_answer(struct authchain_answer *answer, const char *error)
{
	*answer = (struct authchain_answer){
		.size = sizeof(*answer),
		.error = error,
		.body = ac_span("", 0),
	};
}

void
ac_fetch_answer(struct ac_fetch *fetch, CURLcode code,
    struct authchain_answer *answer)
{
	long status = 0;

	if (code != CURLE_OK)
		ac_failure_explain(fetch, code);
	else if (curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE,
		     &status) != CURLE_OK ||
		 status < 100 || status > 999)
		(void)ac_error(&fetch->error, AUTHCHAIN_ERROR_SYSTEM,
		    "the answer has no HTTP status");
	ac_fetch_no_answer(answer, fetch->error.text);
	if (fetch->error.code != AUTHCHAIN_ERROR_NONE)
		return;
	answer->status = (uint32_t)status;
	answer->headers = ac_headers_pairs(&fetch->headers);
	answer->header_count = (uint32_t)fetch->headers.count;
	answer->body = ac_buf_span(&fetch->body);
}

void
ac_fetch_run(struct ac_fetch *fetch, struct authchain_answer *answer)
{
	ac_fetch_answer(fetch, curl_easy_perform(fetch->easy), answer);
}
