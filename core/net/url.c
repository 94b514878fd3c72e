/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may be fetched, and from where.  A URL passes only when its host and
 * port stand in it the way libcurl understood them: whatever curl would have
 * to repair, decode or normalise is refused, so that the people who read the
 * configuration and the library that connects read the same name.
 */
#include "net/url.h"

#include "net/address.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include <curl/curl.h>

#define URL_MAX_HOST 253 /* RFC 1035 3.1, without the root's dot */

/* RFC 3986 appendix A: all that may stand in a URI, without "#". */
static const char url_marks[] = "-._~:/?[]@!$&'()*+,;=%";

struct parts {
	char *scheme, *host, *port;
};

static int
refuse(struct authchain_error *err, const char *what)
{
	return ac_error(err, AUTHCHAIN_ERROR_USAGE, "URL refused: %s", what);
}

static int
check_bytes(const char *url, struct authchain_error *err)
{
	size_t len = strnlen(url, AC_URL_MAX_BYTES + 1);

	if (len == 0)
		return refuse(err, "it is empty");
	if (len > AC_URL_MAX_BYTES)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "URL refused: longer than %d bytes", AC_URL_MAX_BYTES);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)url[i];

		if (c == '#')
			return refuse(err, "it has a fragment (\"#\")");
		if (c >= 0x80 || (!isalnum(c) && strchr(url_marks, c) == NULL))
			return ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "URL refused: byte 0x%02x at %zu may not stand in "
			    "a URL; write it as %%%02X",
			    c, i, c);
		if (c == '%' && (!isxdigit((unsigned char)url[i + 1]) ||
				    !isxdigit((unsigned char)url[i + 2])))
			return refuse(err, "\"%\" without two hex digits");
	}
	return 0;
}

static bool
host_is_plain(const char *host)
{
	size_t len = strlen(host);
	bool after_dot = true;

	if (len == 0 || len > URL_MAX_HOST)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)host[i];

		if (c == '.' ? after_dot : !isalnum(c) && c != '-' && c != '_')
			return false;
		after_dot = c == '.';
	}
	return !after_dot;
}

/* Do host and port, as parsed, stand in the URL letter for letter? */
static bool
is_literal(const char *url, const struct parts *parts)
{
	const char *at = strstr(url, "://");
	size_t len = strlen(parts->host);

	if (at == NULL || strncmp(at + 3, parts->host, len) != 0)
		return false;
	at += 3 + len;
	if (parts->port != NULL) {
		len = strlen(parts->port);
		if (*at != ':' || strncmp(at + 1, parts->port, len) != 0)
			return false;
		at += 1 + len;
	}
	return *at == '\0' || *at == '/' || *at == '?';
}

static bool
is_localhost(const char *host)
{
	static const char name[] = "localhost";
	size_t len = strlen(host), tail = sizeof(name) - 1;

	/* RFC 6761 6.3: and every name below it. */
	return len >= tail && strcasecmp(host + len - tail, name) == 0 &&
	       (len == tail || host[len - tail - 1] == '.');
}

/* Is the last label a number, and the host so an address (WHATWG URL)? */
static bool
ends_in_number(const char *host)
{
	const char *label = strrchr(host, '.');

	label = label == NULL ? host : label + 1;
	return isdigit((unsigned char)*label) &&
	       strspn(label, "0123456789abcdefABCDEFxX") == strlen(label);
}

/* The kind of place a host names as far as its spelling tells. */
static int
judge_host(const char *host, enum ac_address_kind *kind,
    struct authchain_error *err)
{
	char address[64];
	size_t len = strlen(host);

	*kind = AC_ADDRESS_PUBLIC;
	if (host[0] == '[') {
		if (len - 2 >= sizeof(address))
			return refuse(err, "the address in brackets is none");
		memcpy(address, host + 1, len - 2);
		address[len - 2] = '\0';
		*kind = ac_address_kind(address);
		if (*kind == AC_ADDRESS_NEVER)
			return refuse(err, "no server has that address");
		return 0;
	}
	if (!host_is_plain(host))
		return refuse(err,
		    "the host must be a name of letters, digits, \"-\" and "
		    "\"_\", without a dot at its end, or an address");
	if (is_localhost(host)) {
		*kind = AC_ADDRESS_LOOPBACK;
	} else if (ends_in_number(host)) {
		*kind = ac_address_kind(host);
		if (*kind == AC_ADDRESS_NEVER)
			return refuse(err, "no server has that address");
	}
	return 0;
}

static int
judge(const struct parts *parts, uint32_t flags, struct authchain_error *err)
{
	enum ac_address_kind kind;
	bool http = strcmp(parts->scheme, "http") == 0;

	if (!http && strcmp(parts->scheme, "https") != 0)
		return refuse(err, "it must begin with https://");
	if (parts->port != NULL && strcmp(parts->port, "0") == 0)
		return refuse(err, "port 0 is none");
	if (judge_host(parts->host, &kind, err) != 0)
		return -1;
	if (http && (flags & AUTHCHAIN_FETCH_INSECURE_HTTP) == 0)
		return refuse(err,
		    "it must begin with https://; http is for a loopback "
		    "address where the configuration allows insecure http");
	if (http && kind != AC_ADDRESS_LOOPBACK)
		return refuse(err, "http is for loopback addresses alone; use "
				   "https");
	if (!ac_address_may(kind, http, flags))
		return refuse(err,
		    "the host is a loopback or private address, and the "
		    "configuration does not allow private addresses");
	return 0;
}

static int
parse(CURLU *parser, const char *url, struct parts *parts,
    struct authchain_error *err)
{
	CURLUcode code = curl_url_set(parser, CURLUPART_URL, url,
	    CURLU_DISALLOW_USER | CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME);

	if (code == CURLUE_USER_NOT_ALLOWED)
		return refuse(err, "it has a user name; credentials don't "
				   "belong into a URL");
	if (code == CURLUE_OUT_OF_MEMORY)
		return ac_error_memory(err);
	if (code != CURLUE_OK)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "URL refused: %s; write it as https://HOST/PATH",
		    curl_url_strerror(code));
	if (curl_url_get(parser, CURLUPART_SCHEME, &parts->scheme, 0) != 0 ||
	    curl_url_get(parser, CURLUPART_HOST, &parts->host, 0) != 0)
		return refuse(err, "it is not scheme://host[:port]/path");
	code = curl_url_get(parser, CURLUPART_PORT, &parts->port, 0);
	if (code != CURLUE_OK && code != CURLUE_NO_PORT)
		return ac_error_memory(err);
	if (!is_literal(url, parts))
		return refuse(err,
		    "host and port must be written plainly: a name or a "
		    "dotted or shortest IPv6 address, then a port without "
		    "zeros before it");
	return 0;
}

int
ac_url_check(const char *url, uint32_t flags, struct authchain_error *err)
{
	struct parts parts = { NULL, NULL, NULL };
	CURLU *parser;
	int r = -1;

	if (check_bytes(url, err) != 0)
		return -1;
	parser = curl_url();
	if (parser == NULL)
		return ac_error_memory(err);
	if (parse(parser, url, &parts, err) == 0 && parts.scheme != NULL &&
	    parts.host != NULL)
		r = judge(&parts, flags, err);
	curl_free(parts.scheme);
	curl_free(parts.host);
	curl_free(parts.port);
	curl_url_cleanup(parser);
	return r;
}

bool
ac_url_address_allowed(const char *address, uint32_t flags)
{
	enum ac_address_kind kind = ac_address_kind(address);

	return ac_address_may(kind, false, flags) ||
	       ac_address_may(kind, true, flags);
}
