/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Issuer metadata.  A document is believed only when it names the very issuer
 * it was asked for (RFC 8414 3.3): else one tenant could speak for another.
 */
#include "keys/metadata.h"

#include "base/buf.h"
#include "base/number.h"

#include <stdlib.h>

/* A URL taken apart by its delimiters; nothing is decoded or normalised. */
struct parts {
	struct authchain_span scheme;    /* without "://" */
	struct authchain_span authority; /* host[:port] */
	struct authchain_span rest;      /* path and query, maybe empty */
};

static bool
is_visible(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] <= 0x20 || text.data[i] >= 0x7f ||
		    text.data[i] == '\\' || text.data[i] == '"')
			return false;
	}
	return true;
}

static bool
split(struct authchain_span url, struct parts *parts)
{
	size_t colon = ac_span_find(url, ':', 0);
	size_t end;

	if (url.data == NULL || url.len > AC_METADATA_MAX_URL ||
	    !ac_span_starts(ac_span_cut(url, colon, url.len),
		ac_span_text("://")))
		return false;
	parts->scheme = ac_span_cut(url, 0, colon);
	end = ac_span_find(url, '/', colon + 3);
	if (ac_span_find(url, '?', colon + 3) < end)
		end = ac_span_find(url, '?', colon + 3);
	parts->authority = ac_span_cut(url, colon + 3, end);
	parts->rest = ac_span_cut(url, end, url.len);
	return parts->authority.len > 0 && parts->authority.data[0] != ':';
}

static bool
is_dotted_loopback(struct authchain_span host)
{
	if (!ac_span_starts(host, ac_span_text("127.")))
		return false;
	for (size_t i = 0; i < host.len; i++) {
		if (host.data[i] != '.' &&
		    (host.data[i] < '0' || host.data[i] > '9'))
			return false;
	}
	return true;
}

static bool
is_loopback(struct authchain_span authority)
{
	struct authchain_span host;

	if (ac_span_starts(authority, ac_span_text("[::1]")))
		return authority.len == 5 || authority.data[5] == ':';
	host = ac_span_cut(authority, 0, ac_span_find(authority, ':', 0));
	return ac_span_is_nocase(host, ac_span_text("localhost")) ||
	       is_dotted_loopback(host);
}

static bool
port_is_good(struct authchain_span authority)
{
	size_t host =
	    authority.data[0] == '[' ? ac_span_find(authority, ']', 0) : 0;
	size_t colon = ac_span_find(authority, ':', host);
	int64_t port = 0;

	return colon == authority.len ||
	       (ac_port_parse(ac_span_cut(authority, colon + 1, authority.len),
		    &port) &&
		   port > 0);
}

int
ac_metadata_check_url(struct authchain_span url, uint32_t fetch_flags,
    struct authchain_error *err)
{
	struct parts parts;
	struct ac_quote quote;

	if (!split(url, &parts) || !is_visible(url))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s is not an absolute URL of visible ASCII characters",
		    ac_quote(&quote, url));
	if (ac_span_find(parts.authority, '@', 0) < parts.authority.len ||
	    ac_span_find(url, '#', 0) < url.len)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s has a user or a fragment, which no request may carry",
		    ac_quote(&quote, url));
	if (!port_is_good(parts.authority))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s has a port that is not a number from 1 to 65535",
		    ac_quote(&quote, url));
	if (ac_span_is_text(parts.scheme, "https"))
		return 0;
	if (!ac_span_is_text(parts.scheme, "http"))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s is not an https URL", ac_quote(&quote, url));
	if ((fetch_flags & AUTHCHAIN_FETCH_INSECURE_HTTP) == 0)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s is http, so anyone on the way could change the answer; "
		    "use https (insecure-http allows a loopback address)",
		    ac_quote(&quote, url));
	if (!is_loopback(parts.authority))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s is http and not on a loopback address, where alone "
		    "insecure-http allows it; use https",
		    ac_quote(&quote, url));
	return 0;
}

static char *
join(struct authchain_span first, const char *second,
    struct authchain_span third)
{
	struct ac_buf buf;

	ac_buf_init(&buf, AC_METADATA_MAX_URL);
	ac_buf_add(&buf, first);
	ac_buf_text(&buf, second);
	ac_buf_add(&buf, third);
	return ac_buf_take(&buf);
}

static struct authchain_span
without_slash(struct authchain_span text)
{
	if (text.len > 0 && text.data[text.len - 1] == '/')
		text.len--;
	return text;
}

char *
ac_metadata_insert(struct authchain_span url, const char *well_known, bool trim)
{
	struct parts parts;
	struct authchain_span origin;

	if (!split(url, &parts))
		return NULL;
	origin = ac_span_cut(url, 0, url.len - parts.rest.len);
	/* a path of "/" alone is no path (RFC 9728 3.1) */
	if (trim || ac_span_is_text(parts.rest, "/"))
		parts.rest = without_slash(parts.rest);
	return join(origin, well_known, parts.rest);
}

char *
ac_metadata_url(const char *issuer, size_t form)
{
	struct authchain_span url = ac_span_text(issuer);
	struct parts parts;

	if (!split(url, &parts))
		return NULL;
	if (form == 0)
		return ac_metadata_insert(url,
		    "/.well-known/oauth-authorization-server", true);
	if (form == 1)
		return ac_metadata_insert(url,
		    "/.well-known/openid-configuration", true);
	if (form == 2 && without_slash(parts.rest).len > 0)
		return join(without_slash(url),
		    "/.well-known/openid-configuration", ac_span_text(""));
	return NULL;
}

static bool
may_be_believed(const json_t *tree, const char *issuer, uint32_t fetch_flags,
    struct authchain_error *err)
{
	struct authchain_span named = ac_json_string(tree, "issuer");
	struct authchain_span jwks_uri = ac_json_string(tree, "jwks_uri");
	struct ac_quote said, wanted;

	if (!ac_span_is_text(named, issuer)) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the metadata's issuer is %s and not exactly %s",
		    named.data == NULL ? "absent" : ac_quote(&said, named),
		    ac_quote(&wanted, ac_span_text(issuer)));
		return false;
	}
	return jwks_uri.data == NULL ||
	       ac_metadata_check_url(jwks_uri, fetch_flags, err) == 0;
}

json_t *
ac_metadata_parse(struct authchain_span text, const char *issuer,
    uint32_t fetch_flags, struct authchain_error *err)
{
	json_t *tree = ac_json_parse(text, &ac_json_document, err);

	if (tree != NULL && !may_be_believed(tree, issuer, fetch_flags, err)) {
		json_decref(tree);
		tree = NULL;
	}
	return tree;
}
