/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of a configuration to be written: from options, or from the
 * environment of a FastMCP server with AuthKit. */
#include "cli/init.h"

#include <stdlib.h>

#include "engine/value.h"
#include "net/url.h"

#define DEFAULT_RESOURCE "https://mcp.example.com/mcp"
#define DEFAULT_DOMAIN   "https://example.authkit.invalid"
#define DEFAULT_ISSUER   "internal"
#define DEFAULT_SCOPES   "openid, profile, email"
#define ENV              "FASTMCP_SERVER_AUTH_AUTHKITPROVIDER_"

/* Copy a value that goes into a file: bounded, one line. */
static int
take(char out[AC_INIT_MAX_TEXT], const char *name, const char *text,
    struct authchain_error *err)
{
	struct authchain_span value = ac_span_trim(ac_span_text(text));

	if (value.len == 0 || value.len >= AC_INIT_MAX_TEXT)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s is empty or longer than %d bytes", name,
		    AC_INIT_MAX_TEXT - 1);
	if (ac_span_has_control(value))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s holds control characters", name);
	memcpy(out, value.data, value.len);
	out[value.len] = 0;
	return 0;
}

/* An absolute URL without the trailing slashes. */
static int
take_url(char out[AC_INIT_MAX_TEXT], const char *name, const char *text,
    struct authchain_error *err)
{
	struct ac_quote quote;
	size_t len = 0;

	if (take(out, name, text, err) != 0)
		return -1;
	len = strlen(out);
	while (len > 0 && out[len - 1] == '/')
		out[--len] = 0;
	if ((strncmp(out, "https://", 8) != 0 || out[8] == 0) &&
	    (strncmp(out, "http://", 7) != 0 || out[7] == 0))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s is %s: it must be a URL such as "
		    "https://mcp.example.com",
		    name, ac_quote(&quote, ac_span_text(text)));
	if (strpbrk(out, " #\"<>\\^`{|}") != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s has characters that no resource's URL has", name);
	return 0;
}

/* A domain: with or without https:// in front. */
static int
take_domain(struct ac_init *init, const char *name, const char *text,
    struct authchain_error *err)
{
	struct authchain_error first = { 0 };
	char with_scheme[AC_INIT_MAX_TEXT];

	if (take(with_scheme, name, text, err) != 0)
		return -1;
	if (strstr(with_scheme, "://") == NULL &&
	    (size_t)snprintf(with_scheme, sizeof(with_scheme), "https://%s",
		text) >= sizeof(with_scheme))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE, "%s is too long",
		    name);
	if (take_url(init->domain, name, with_scheme, err) != 0)
		return -1;
	init->insecure = ac_url_check(init->domain, 0, &first) != 0;
	if (init->insecure && ac_url_check(init->domain,
				  AUTHCHAIN_FETCH_INSECURE_HTTP, NULL) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE, "%s: %s", name,
		    first.text);
	return 0;
}

/*
 * Scopes as FastMCP reads them: a JSON list, or words with commas or spaces
 * between them.
 */
static int
take_scopes(char out[AC_INIT_MAX_TEXT], const char *name, const char *text,
    struct authchain_error *err)
{
	const char *separators = text[0] == '[' ? " \t,[]\"" : " \t,";
	struct ac_buf buf;

	ac_buf_init(&buf, AC_INIT_MAX_TEXT - 1);
	while (*(text += strspn(text, separators)) != 0) {
		size_t len = strcspn(text, separators);

		if (ac_span_has_control(ac_span(text, len)))
			buf.failed = true;
		if (buf.len > 0)
			ac_buf_text(&buf, ", ");
		ac_value_write(&buf, ac_span(text, len));
		text += len;
	}
	if (buf.failed) {
		ac_buf_clear(&buf);
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s is too long or holds control characters", name);
	}
	memcpy(out, ac_buf_span(&buf).data, buf.len);
	out[buf.len] = 0;
	ac_buf_clear(&buf);
	return 0;
}

static int
take_chain(struct ac_init *init, const char *name, struct authchain_error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	struct ac_quote quote;
	size_t len = strlen(name);

	if (len == 0 || len >= sizeof(init->chain) ||
	    strchr(letters, name[0]) == NULL ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != len)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--chain %s: a name has lower-case letters, digits, - and "
		    "_, at most %zu",
		    ac_quote(&quote, ac_span_text(name)),
		    sizeof(init->chain) - 1);
	memcpy(init->chain, name, len + 1);
	return 0;
}

int
ac_init_from_args(struct ac_init *init, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *issuer = init->atoms ? "atoms-internal" : DEFAULT_ISSUER;
	const char *required = ac_args_text(args, "required-scopes", NULL);
	const char *client = ac_args_text(args, "client-id", NULL);

	init->shared = true;
	init->internal = init->atoms;
	if (take_chain(init,
		ac_args_text(args, "chain", init->atoms ? "atoms" : "hs256"),
		err) != 0 ||
	    take_url(init->resource, "--resource",
		ac_args_text(args, "resource", DEFAULT_RESOURCE), err) != 0 ||
	    take(init->issuer, "--issuer", ac_args_text(args, "issuer", issuer),
		err) != 0 ||
	    take_domain(init, "--domain",
		ac_args_text(args, "domain", DEFAULT_DOMAIN), err) != 0 ||
	    take_scopes(init->scopes, "--scopes",
		ac_args_text(args, "scopes", DEFAULT_SCOPES), err) != 0)
		return -1;
	if (required != NULL && take_scopes(init->required, "--required-scopes",
				    required, err) != 0)
		return -1;
	return client == NULL
		   ? 0
		   : take(init->client_id, "--client-id", client, err);
}

static const char *
env(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != 0 ? value : NULL;
}

static int
ends_with_mcp(const char *url)
{
	size_t len = strlen(url);

	return len >= 4 && strcmp(url + len - 4, "/mcp") == 0;
}

static int
take_resource(struct ac_init *init, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *given = ac_args_text(args, "resource", NULL);
	const char *base = env(ENV "BASE_URL");
	size_t len = 0;

	if (given != NULL)
		return take_url(init->resource, "--resource", given, err);
	if (base == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%sBASE_URL is not set: it is the public URL of the "
		    "server",
		    ENV);
	if (take_url(init->resource, ENV "BASE_URL", base, err) != 0)
		return -1;
	len = strlen(init->resource);
	if (ends_with_mcp(init->resource))
		return 0;
	if (len + sizeof("/mcp") > sizeof(init->resource))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%sBASE_URL is too long", ENV);
	memcpy(init->resource + len, "/mcp", sizeof("/mcp"));
	return 0;
}

static int
take_token(struct ac_init *init, struct authchain_error *err)
{
	const char *token = env("ATOMS_INTERNAL_TOKEN");

	if (token == NULL)
		return 0;
	if (strlen(token) < AC_INIT_MIN_TOKEN ||
	    ac_span_has_control(ac_span_text(token)))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "ATOMS_INTERNAL_TOKEN has fewer than %d bytes or control "
		    "characters: make a new one (openssl rand -hex 32)",
		    AC_INIT_MIN_TOKEN);
	init->internal = true;
	init->token = init->keep_env ? NULL : token;
	return 0;
}

int
ac_init_from_env(struct ac_init *init, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *domain = env(ENV "AUTHKIT_DOMAIN");
	const char *scopes = env(ENV "REQUIRED_SCOPES");
	const char *client = env("WORKOS_CLIENT_ID");

	if (domain == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%sAUTHKIT_DOMAIN is not set: without it there is no "
		    "AuthKit to configure",
		    ENV);
	if (take_chain(init, ac_args_text(args, "chain", "atoms"), err) != 0 ||
	    take_domain(init, ENV "AUTHKIT_DOMAIN", domain, err) != 0 ||
	    take_resource(init, args, err) != 0 || take_token(init, err) != 0)
		return -1;
	if (scopes != NULL && take_scopes(init->required, ENV "REQUIRED_SCOPES",
				  scopes, err) != 0)
		return -1;
	if (take_scopes(init->scopes, ENV "REQUIRED_SCOPES",
		init->required[0] != 0 ? scopes : DEFAULT_SCOPES, err) != 0)
		return -1;
	return client == NULL
		   ? 0
		   : take(init->client_id, "WORKOS_CLIENT_ID", client, err);
}
