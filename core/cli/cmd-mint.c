/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain mint: sign a token, or show the public half of a key. */
#include "cli/cli.h"
#include "cli/key.h"
#include "cli/out.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"
#include "issue/mint.h"

/* A [+-]DURATION; bare text otherwise. */
static int
parse_offset(const char *name, const char *text, int64_t *seconds,
    struct authchain_error *err)
{
	struct ac_quote quote;
	bool minus = text[0] == '-';
	int64_t ms = 0;

	if (!ac_duration_parse(ac_span_text(
				   minus || text[0] == '+' ? text + 1 : text),
		&ms))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--%s %s is no offset: write -10m or +30s", name,
		    ac_quote(&quote, ac_span_text(text)));
	*seconds = minus ? -(ms / 1000) : ms / 1000;
	return 0;
}

static int
parse_times(const struct ac_args *args, struct ac_mint *mint,
    struct authchain_error *err)
{
	const char *ttl = ac_args_text(args, "ttl", "15m");
	const char *iat = ac_args_text(args, "iat", "0");
	const char *nbf = ac_args_text(args, "not-before", NULL);
	int64_t now_s = ac_clock_wall_ms() / 1000;
	int64_t offset = 0;
	int64_t ms = 0;
	struct ac_quote quote;

	if (!ac_duration_parse(ac_span_text(ttl), &ms) || ms < 1000)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--ttl %s is no lifetime: write 30s, 15m or 24h",
		    ac_quote(&quote, ac_span_text(ttl)));
	if (parse_offset("iat", iat, &offset, err) != 0)
		return -1;
	if (__builtin_add_overflow(now_s, offset, &mint->issued_at_s) ||
	    __builtin_add_overflow(mint->issued_at_s, ms / 1000,
		&mint->expires_s))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--iat with --ttl is out of range");
	if (nbf == NULL)
		return 0;
	if (parse_offset("not-before", nbf, &offset, err) != 0)
		return -1;
	if (__builtin_add_overflow(now_s, offset, &mint->not_before_s))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--not-before is out of range");
	return 0;
}

/* What a value means: JSON if it is JSON, else the text itself. */
static json_t *
parse_value(const char *text)
{
	struct ac_buf buf;
	json_t *object = NULL;
	json_t *value = NULL;

	ac_buf_init(&buf, AC_JWS_MAX_TOKEN);
	ac_buf_format(&buf, "{\"v\":%s}", text);
	if (!buf.failed)
		object = ac_json_parse(ac_buf_span(&buf), &ac_json_token, NULL);
	if (json_object_size(object) == 1)
		value = json_incref(json_object_get(object, "v"));
	else
		value = json_string(text);
	json_decref(object);
	ac_buf_wipe(&buf);
	return value;
}

static int
add_claim(json_t *claims, const char *text, struct authchain_error *err)
{
	size_t equals = ac_span_find(ac_span_text(text), '=', 0);
	char name[256];
	struct ac_quote quote;

	if (text[equals] != '=' || equals == 0 || equals >= sizeof(name))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--claim %s: write NAME=VALUE",
		    ac_quote(&quote, ac_span_text(text)));
	memcpy(name, text, equals);
	name[equals] = 0;
	if (json_object_get(claims, name) != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "claim %s is given twice",
		    ac_quote(&quote, ac_span_text(name)));
	if (json_object_set_new(claims, name, parse_value(text + equals + 1)) !=
	    0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "claim %s is not UTF-8",
		    ac_quote(&quote, ac_span_text(name)));
	return 0;
}

static int
collect(const struct ac_args *args, struct ac_mint *mint,
    struct authchain_span audiences[AC_MINT_MAX_AUDIENCES],
    struct authchain_error *err)
{
	const char *value = NULL;
	size_t at = 0;

	mint->issuer = ac_span_text(ac_args_text(args, "iss", NULL));
	mint->subject = ac_span_text(ac_args_text(args, "sub", NULL));
	mint->scope = ac_span_text(ac_args_text(args, "scope", NULL));
	mint->jti = ac_span_text(ac_args_text(args, "jti", NULL));
	mint->type = ac_span_text(ac_args_text(args, "typ", NULL));
	mint->random_jti = !ac_args_has(args, "no-jti");
	if (mint->jti.data != NULL && !mint->random_jti)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--jti and --no-jti contradict each other");
	mint->audiences = audiences;
	while ((value = ac_args_next(args, "aud", &at)) != NULL) {
		if (mint->audience_count == AC_MINT_MAX_AUDIENCES)
			return ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "more than %d audiences", AC_MINT_MAX_AUDIENCES);
		audiences[mint->audience_count++] = ac_span_text(value);
	}
	mint->claims = json_object();
	if (mint->claims == NULL)
		return ac_error_memory(err);
	at = 0;
	while ((value = ac_args_next(args, "claim", &at)) != NULL)
		if (add_claim(mint->claims, value, err) != 0)
			return -1;
	return parse_times(args, mint, err);
}

static int
choose_algorithm(const struct ac_args *args, struct ac_mint *mint,
    struct authchain_error *err)
{
	const char *wanted = ac_args_text(args, "alg", NULL);
	struct ac_quote quote;

	if (wanted == NULL) {
		mint->alg = ac_mint_algorithm(mint->key);
		if (mint->alg == NULL)
			return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "the key serves no algorithm: an HMAC secret needs "
			    "32 bytes, an RSA key 2048 bits");
		return 0;
	}
	mint->alg = ac_alg_find(ac_span_text(wanted));
	if (mint->alg == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "unknown algorithm %s: HS256 RS256 PS256 ES256 (or 384, "
		    "512), EdDSA",
		    ac_quote(&quote, ac_span_text(wanted)));
	return 0;
}

/* --kid, or the key's own, or, for a key pair, its thumbprint. */
static int
choose_kid(const struct ac_args *args, const struct ac_jwk *key,
    char thumbprint[AC_MINT_THUMBPRINT], struct authchain_span *kid,
    struct authchain_error *err)
{
	*kid = ac_span_text(ac_args_text(args, "kid", NULL));
	if (kid->data == NULL)
		*kid = ac_jwk_kid(key);
	if (kid->data != NULL || ac_jwk_kty(key) == AC_KTY_OCT)
		return 0;
	if (ac_mint_thumbprint(key, thumbprint, err) != 0)
		return -1;
	*kid = ac_span_text(thumbprint);
	return 0;
}

static enum ac_exit
print_public(const struct ac_args *args, const struct ac_mint *mint,
    struct authchain_error *err)
{
	char *kid = NULL;
	json_t *jwk = NULL;
	int r = -1;

	if (ac_jwk_kty(mint->key) == AC_KTY_OCT) {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "an HMAC secret has no public half");
		return ac_cli_fail(err);
	}
	if (mint->kid.data != NULL)
		kid = strndup(mint->kid.data, mint->kid.len);
	jwk = ac_jwk_public(mint->key, kid);
	if (jwk != NULL && ac_args_has(args, "jwks"))
		jwk = json_pack("{s:[o]}", "keys", jwk);
	r = ac_out_json(jwk);
	free(kid);
	return r == 0 ? AC_EXIT_OK : AC_EXIT_NO;
}

static enum ac_exit
print_token(const struct ac_args *args, const struct ac_mint *mint,
    struct authchain_error *err)
{
	char *token = NULL;
	int r = 0;

	if (ac_mint_token(mint, &token, err) != 0)
		return ac_cli_fail(err);
	if (ac_args_has(args, "json"))
		r = ac_out_json(
		    json_pack("{s:s,s:s,s:o,s:I,s:I}", "token", token, "alg",
			mint->alg->name, "kid", ac_out_span(mint->kid),
			"issued", (json_int_t)mint->issued_at_s, "expires",
			(json_int_t)mint->expires_s));
	else
		r = puts(token) == EOF ? -1 : 0;
	explicit_bzero(token, strlen(token));
	free(token);
	return r == 0 ? AC_EXIT_OK : AC_EXIT_NO;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct authchain_span audiences[AC_MINT_MAX_AUDIENCES];
	char thumbprint[AC_MINT_THUMBPRINT];
	bool public =
	    ac_args_has(args, "jwks") || ac_args_has(args, "public-jwk");
	struct authchain_error err = { 0 };
	struct ac_mint mint = { 0 };
	struct ac_jwk *key = ac_key_load(args, &err);
	enum ac_exit rc = AC_EXIT_NO;
	int r = key != NULL ? 0 : -1;

	mint.key = key;
	if (r == 0)
		r = choose_kid(args, key, thumbprint, &mint.kid, &err);
	if (r == 0 && !public)
		r = choose_algorithm(args, &mint, &err);
	if (r == 0 && !public)
		r = collect(args, &mint, audiences, &err);
	if (r != 0)
		rc = ac_cli_fail(&err);
	else if (public)
		rc = print_public(args, &mint, &err);
	else
		rc = print_token(args, &mint, &err);
	json_decref(mint.claims);
	ac_jwk_free(&key);
	return rc;
}

static const struct ac_arg options[] = {
	{ "key", 'k', false, "@NAME",
	    "sign with the first value of [secret NAME] (HMAC)" },
	{ "key-file", 0, false, "FILE",
	    "sign with a PEM or JWK private key, or an HMAC secret on one "
	    "line; mode 0600" },
	AC_ARG_CONFIG,
	{ "chain", 'c', false, "NAME",
	    "whose secret it is, where several chains have one of that name" },
	{ "alg", 0, false, "NAME",
	    "algorithm [the first that the key allows]" },
	{ "kid", 0, false, "TEXT",
	    "key id [the JWK's own; a thumbprint for a key pair]" },
	{ "sub", 0, false, "TEXT", "subject" },
	{ "iss", 0, false, "TEXT", "issuer" },
	{ "aud", 0, true, "TEXT", "audience; may be repeated" },
	{ "scope", 0, false, "TEXT", "scopes, separated by spaces" },
	{ "ttl", 0, false, "TIME", "lifetime from iat [15m]" },
	{ "claim", 0, true, "NAME=VALUE",
	    "one more claim; VALUE is JSON if it reads as JSON, else a "
	    "string; may be repeated" },
	{ "typ", 0, false, "TEXT", "type of the token [JWT]" },
	{ "jti", 0, false, "TEXT", "token id [128 random bits]" },
	{ "no-jti", 0, false, NULL, "no token id" },
	{ "iat", 0, false, "OFFSET", "issue it that far from now: -10m" },
	{ "not-before", 0, false, "OFFSET", "add nbf that far from now" },
	{ "jwks", 0, false, NULL,
	    "print the key set with the public half, no token" },
	{ "public-jwk", 0, false, NULL,
	    "print the public half as a JWK, no token" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_mint = {
	.name = "mint",
	.synopsis = "--key @NAME|--key-file FILE [options]",
	.summary = "sign a token",
	.text = "Prints a token with iat, exp, a random jti and the claims "
		"that are given.  The key never stands on the command line.",
	.args = options,
	.max_operands = 0,
	.run = run,
};
