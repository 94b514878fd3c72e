/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request as libcurl options.  Everything libcurl would take from elsewhere
 * is switched off by name: environment, netrc, cookies, redirects, other
 * protocols.  What leaves for the server is what the caller gave.
 */
#include "net/request.h"

/* More than any caller has asked for so far; memory is the limit. */
#define REQUEST_MAX_ANSWER (64u << 20)

static const char *const methods[] = { "GET", "POST", "PUT", "PATCH",
	"DELETE" };

struct setting {
	CURLoption option;
	long value;
};

static const struct setting settings[] = {
	{ CURLOPT_FOLLOWLOCATION, 0 },
	{ CURLOPT_MAXREDIRS, 0 },
	{ CURLOPT_UNRESTRICTED_AUTH, 0 },
	{ CURLOPT_NETRC, CURL_NETRC_IGNORED },
	{ CURLOPT_NOSIGNAL, 1 },
	{ CURLOPT_NOPROGRESS, 1 },
	{ CURLOPT_SSL_VERIFYPEER, 1 },
	{ CURLOPT_SSL_VERIFYHOST, 2 },
	{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
	/* one request a connection at a time: bounds stay per answer */
	{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
	{ CURLOPT_HTTP09_ALLOWED, 0 },
	{ CURLOPT_HTTP_CONTENT_DECODING, 0 },
	{ CURLOPT_TRANSFER_ENCODING, 0 },
	{ CURLOPT_PATH_AS_IS, 1 },
	{ CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
	{ CURLOPT_MAXAGE_CONN, 60 },
	{ CURLOPT_DNS_CACHE_TIMEOUT, 60 },
};

struct text_setting {
	CURLoption option;
	const char *value;
};

static const struct text_setting text_settings[] = {
	{ CURLOPT_PROXY, "" }, /* "": not the environment's either */
	{ CURLOPT_REDIR_PROTOCOLS_STR, "https" },
	{ CURLOPT_USERAGENT, "authchain" },
};

static bool
is_method(const char *method)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(method, methods[i]) == 0)
			return true;
	return false;
}

int
ac_request_check(const struct authchain_fetch *request,
    struct authchain_error *err)
{
	struct ac_quote quote;

	if (request->url == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: no URL");
	if (ac_url_check(request->url, request->flags, err) != 0)
		return -1;
	if (request->method != NULL && !is_method(request->method))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: method %s; known: GET, POST, PUT, "
		    "PATCH, DELETE",
		    ac_quote(&quote, ac_span_text(request->method)));
	if (request->body.len > AC_IO_MAX_BODY)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: its body is larger than %u bytes",
		    AC_IO_MAX_BODY);
	if (request->max_bytes > REQUEST_MAX_ANSWER)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: more than %u bytes of answer asked for",
		    REQUEST_MAX_ANSWER);
	if (request->header_count > 0 && request->headers == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: no headers");
	return ac_headers_check(request->headers, request->header_count, err);
}

static int
add_line(struct ac_fetch *fetch, const char *line)
{
	struct curl_slist *lines = curl_slist_append(fetch->lines, line);

	if (lines == NULL)
		return -1;
	fetch->lines = lines;
	return 0;
}

static int
add_header(struct ac_fetch *fetch, const struct authchain_pair *pair)
{
	struct authchain_span value = ac_span_trim(pair->value);
	struct ac_buf line;
	int r = -1;

	ac_buf_init(&line, AC_IO_MAX_HEADER_BYTES + 8);
	ac_buf_add(&line, pair->name);
	/* "Name:" would tell curl to leave a header of its own out */
	ac_buf_text(&line, value.len == 0 ? ";" : ": ");
	ac_buf_add(&line, value);
	if (!line.failed)
		r = add_line(fetch, line.data);
	ac_buf_wipe(&line);
	return r;
}

static int
copy_headers(struct ac_fetch *fetch, const struct authchain_fetch *request)
{
	bool typed = false;

	for (size_t i = 0; i < request->header_count; i++) {
		if (add_header(fetch, &request->headers[i]) != 0)
			return -1;
		if (ac_span_is_nocase(request->headers[i].name,
			ac_span_text("content-type")))
			typed = true;
	}
	/* curl would wait for 100, and call any body a form */
	if (!typed && add_line(fetch, "Content-Type:") != 0)
		return -1;
	return add_line(fetch, "Expect:") != 0 ||
		       add_line(fetch, "Accept-Encoding: identity") != 0
		   ? -1
		   : 0;
}

static CURLcode
set_method(struct ac_fetch *fetch, const struct authchain_fetch *request)
{
	bool has_body = request->body.data != NULL;
	const char *method = request->method;
	CURLcode code = CURLE_OK;

	if (method == NULL)
		method = has_body ? "POST" : "GET";
	if (has_body || strcmp(method, "POST") == 0) {
		ac_buf_add(&fetch->sent, request->body);
		if (fetch->sent.failed)
			return CURLE_OUT_OF_MEMORY;
		code = curl_easy_setopt(fetch->easy,
		    CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)fetch->sent.len);
		if (code == CURLE_OK)
			code = curl_easy_setopt(fetch->easy, CURLOPT_POSTFIELDS,
			    ac_buf_span(&fetch->sent).data);
	}
	if (code == CURLE_OK)
		code = curl_easy_setopt(fetch->easy, CURLOPT_CUSTOMREQUEST,
		    method);
	return code;
}

static CURLcode
set_fixed(CURL *easy)
{
	CURLcode code = CURLE_OK;
	const struct curl_easyoption *quick =
	    curl_easy_option_by_name("QUICK_EXIT");

	for (size_t i = 0;
	     code == CURLE_OK && i < sizeof(settings) / sizeof(settings[0]);
	     i++)
		code = curl_easy_setopt(easy, settings[i].option,
		    settings[i].value);
	for (size_t i = 0; code == CURLE_OK &&
			   i < sizeof(text_settings) / sizeof(text_settings[0]);
	     i++)
		code = curl_easy_setopt(easy, text_settings[i].option,
		    text_settings[i].value);
	/* A look-up that hangs is left to end by itself, where libcurl can
	 * (7.87): waiting for it would hold up everybody else's transfers. */
	if (code == CURLE_OK && quick != NULL)
		code = curl_easy_setopt(easy, quick->id, 1L);
	return code;
}

static CURLcode
set_bounds(struct ac_fetch *fetch)
{
	CURLcode code = curl_easy_setopt(fetch->easy, CURLOPT_TIMEOUT_MS,
	    (long)fetch->timeout_ms);

	if (code == CURLE_OK)
		code = curl_easy_setopt(fetch->easy, CURLOPT_CONNECTTIMEOUT_MS,
		    (long)fetch->connect_ms);
	return code;
}

static CURLcode
set_target(struct ac_fetch *fetch, const char *url, const char *ca_file)
{
	CURL *easy = fetch->easy;
	CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, url);

	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
		    fetch->peer.http ? "http" : "https");
	if (code == CURLE_OK && ca_file != NULL)
		code = curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
	if (code == CURLE_OK && ca_file != NULL)
		code = curl_easy_setopt(easy, CURLOPT_CAPATH, (char *)NULL);
	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fetch->lines);
	return code;
}

CURLcode
ac_request_apply(struct ac_fetch *fetch, const struct authchain_fetch *request,
    const char *ca_file)
{
	CURLcode code;

	if (copy_headers(fetch, request) != 0)
		return CURLE_OUT_OF_MEMORY;
	code = set_fixed(fetch->easy);
	if (code == CURLE_OK)
		code = set_bounds(fetch);
	if (code == CURLE_OK)
		code = set_method(fetch, request);
	if (code == CURLE_OK)
		code = set_target(fetch, request->url, ca_file);
	return code;
}
