/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jwks: what may be configured.  The preset says no more than options could:
 * it only spells them.
 */
#include "jwks-options.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "keys/metadata.h"
#include "options.h"

#define AUTHKIT_KEYS_PATH "/oauth2/jwks"
#define SHARE_MAX_BYTES   4096
#define PATH_MAX_BYTES    4096

static const char *const presets[] = { "authkit", NULL };

const struct authchain_option jwks_options[JWKS_OPTION_COUNT] = {
	{ .name = "issuer",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "the exact iss of its tokens" },
	{ .name = "preset",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .choices = presets,
	    .help = "authkit: issuer, keys and RS256 follow from domain" },
	{ .name = "domain",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AUTHCHAIN_OPTION_ENVIRONMENT,
	    .help = "with a preset: https://NAME.authkit.app" },
	{ .name = "jwks-uri",
	    .type = AUTHCHAIN_OPTION_URL,
	    .help = "where the keys are; default: as the issuer's metadata "
		    "says" },
	{ .name = "jwks-file",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .help = "a key set on disk, read at start and at reload" },
	{ .name = "algorithms",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .fallback = "RS256, ES256, PS256, EdDSA",
	    .help = "signature algorithms taken; never HS256 and its kin" },
	{ .name = "required-claims",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .fallback = "sub",
	    .help = "claims that must be there besides iss, aud and exp" },
	{ .name = "cooldown",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "30s",
	    .min = 1000,
	    .max = INT64_C(3600) * 1000,
	    .help = "between fetches that unknown keys cause" },
	{ .name = "max-stale",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "24h",
	    .min = 1000,
	    .max = INT64_C(30) * 24 * 3600 * 1000,
	    .help = "how old keys may get while their server is down" },
	{ .name = "cache",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "5m",
	    .min = 0,
	    .max = INT64_C(24) * 3600 * 1000,
	    .help = "how long a good token is not verified again; it ends "
		    "sooner with the token, its key or its key set" },
	{ .name = "last-good",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .help = "the file that keeps the keys over restarts; default: "
		    "one in the host's state folder" },
	OPTIONS_FETCH,
	JWT_OPTIONS,
};

static char *
joined(struct authchain_span first, const char *second,
    struct authchain_span third)
{
	struct ac_buf buf;

	ac_buf_init(&buf, SHARE_MAX_BYTES);
	ac_buf_add(&buf, first);
	ac_buf_text(&buf, second);
	ac_buf_add(&buf, third);
	return ac_buf_take(&buf);
}

static int
refuse_beside_preset(const struct authchain_host *host,
    struct authchain_entry *entry)
{
	static const char *const others[] = { "issuer", "jwks-uri",
		"jwks-file" };
	int r = 0;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!host->option_is_set(entry, others[i]))
			continue;
		host->fail(entry, others[i],
		    "%s follows from domain with preset = authkit; leave one "
		    "of them out",
		    others[i]);
		r = -1;
	}
	return r;
}

/* The domain as a person writes it; the issuer is it without a slash. */
static int
read_authkit(struct jwks_source *source, const struct authchain_host *host,
    struct authchain_entry *entry)
{
	struct authchain_span domain = host->option_text(entry, "domain");
	struct authchain_span none = ac_span_text("");
	struct authchain_error err = { 0 };
	struct ac_quote quote;
	bool bare;

	if (refuse_beside_preset(host, entry) != 0)
		return -1;
	if (domain.data == NULL) {
		host->fail(entry, "preset",
		    "authkit without a domain; write domain = "
		    "https://NAME.authkit.app");
		return -1;
	}
	if (domain.len > 0 && domain.data[domain.len - 1] == '/')
		domain.len--;
	bare = ac_span_find(domain, ':', 0) == domain.len;
	source->domain =
	    bare ? joined(none, "https://", domain) : joined(domain, "", none);
	source->domain_uri =
	    source->domain == NULL
		? NULL
		: joined(ac_span_text(source->domain), AUTHKIT_KEYS_PATH, none);
	if (source->domain_uri == NULL)
		return options_no_memory(host, entry);
	source->issuer = ac_span_text(source->domain);
	if (ac_metadata_check_url(source->issuer, source->from.fetch_flags,
		&err) != 0) {
		host->fail(entry, "domain", "%s", err.text);
		return -1;
	}
	if (!ac_claims_is_origin(source->issuer)) {
		host->fail(entry, "domain",
		    "%s is more than a domain; write https://NAME.authkit.app",
		    ac_quote(&quote, source->issuer));
		return -1;
	}
	source->from.jwks_uri = source->domain_uri;
	source->algorithms =
	    host->option_is_set(entry, "algorithms")
		? 0
		: ac_alg_bit(ac_alg_find(ac_span_text("RS256")));
	return 0;
}

static int
check_place(const struct jwks_source *source, const struct authchain_host *host,
    struct authchain_entry *entry)
{
	struct authchain_error err = { 0 };
	uint32_t flags = source->from.fetch_flags;

	if (source->from.jwks_file != NULL && source->from.jwks_uri != NULL) {
		host->fail(entry, "jwks-file",
		    "jwks-uri stands beside it; leave one of them out");
		return -1;
	}
	if (source->from.jwks_file != NULL && source->from.last_good != NULL) {
		host->fail(entry, "last-good",
		    "a jwks-file needs no copy; leave one of them out");
		return -1;
	}
	if (source->from.jwks_file != NULL)
		return 0;
	if (source->from.jwks_uri != NULL) {
		if (ac_metadata_check_url(ac_span_text(source->from.jwks_uri),
			flags, &err) == 0)
			return 0;
		host->fail(entry, "jwks-uri", "%s", err.text);
		return -1;
	}
	if (ac_metadata_check_url(source->issuer, flags, &err) == 0)
		return 0;
	host->fail(entry, "issuer",
	    "%s; so its keys can't be discovered: write jwks-uri or jwks-file",
	    err.text);
	return -1;
}

static int
read_place(struct jwks_source *source, const struct authchain_host *host,
    struct authchain_entry *entry)
{
	struct authchain_span issuer = host->option_text(entry, "issuer");

	source->from.jwks_uri = host->option_text(entry, "jwks-uri").data;
	source->from.jwks_file = host->option_text(entry, "jwks-file").data;
	if (host->option_is_set(entry, "domain")) {
		host->fail(entry, "domain",
		    "domain means nothing without a preset; write preset = "
		    "authkit, or issuer for domain");
		return -1;
	}
	if (issuer.data == NULL) {
		host->fail(entry, "issuer",
		    "no issuer; write the exact iss of its tokens, or preset "
		    "and domain");
		return -1;
	}
	if (ac_span_is_text(issuer, JWT_NO_ISSUER)) {
		host->fail(entry, "issuer",
		    "keys belong to an issuer, so tokens without one can't be "
		    "checked by a key set; write it, or use type = "
		    "hs256");
		return -1;
	}
	source->issuer = issuer;
	return check_place(source, host, entry);
}

/* Entries share a key set when every word of this is the same. */
static char *
name_of(const struct ac_keyset_source *from)
{
	struct ac_buf buf;

	ac_buf_init(&buf, SHARE_MAX_BYTES);
	ac_buf_format(&buf, "jwks:%s %s %" PRIu32 " %" PRId64 " %" PRId64 " %s",
	    from->issuer, from->jwks_uri == NULL ? "-" : from->jwks_uri,
	    from->fetch_flags, from->cooldown_ms, from->max_stale_ms,
	    from->last_good == NULL ? "-" : from->last_good);
	return ac_buf_take(&buf);
}

/* Where the host keeps files, if it keeps any. */
static int
place_copy(struct jwks_source *source, const struct authchain_host *host,
    struct authchain_entry *entry)
{
	char name[AC_KEYSET_COPY_NAME], path[PATH_MAX_BYTES];

	if (source->from.last_good != NULL || source->from.jwks_file != NULL)
		return 0;
	if (ac_keyset_copy_name(&source->from, name) != 0)
		return options_no_memory(host, entry);
	if (host->state_path(entry, name, path, sizeof(path)) != 0)
		return 0;
	source->last_good = strdup(path);
	source->from.last_good = source->last_good;
	return source->last_good == NULL ? options_no_memory(host, entry) : 0;
}

int
jwks_source_init(struct jwks_source *source, const struct authchain_host *host,
    struct authchain_entry *entry)
{
	int r;

	*source = (struct jwks_source){ 0 };
	source->from.fetch_flags = options_fetch_flags(host, entry);
	source->from.cooldown_ms = host->option_number(entry, "cooldown");
	source->from.max_stale_ms = host->option_number(entry, "max-stale");
	source->from.last_good = host->option_text(entry, "last-good").data;
	if (host->option_is_set(entry, "preset"))
		r = read_authkit(source, host, entry);
	else
		r = read_place(source, host, entry);
	if (r != 0)
		return -1;
	source->from.issuer = source->issuer.data;
	if (place_copy(source, host, entry) != 0)
		return -1;
	source->share_name = name_of(&source->from);
	return source->share_name == NULL ? options_no_memory(host, entry) : 0;
}

void
jwks_source_clear(struct jwks_source *source)
{
	free(source->domain);
	free(source->domain_uri);
	free(source->last_good);
	free(source->share_name);
	*source = (struct jwks_source){ 0 };
}

static size_t
count_public(const struct authchain_host *host, struct authchain_entry *entry)
{
	size_t count = host->option_count(entry, "algorithms"), public = 0;

	for (size_t i = 0; i < count; i++) {
		const struct ac_alg *alg =
		    ac_alg_find(host->option_item(entry, "algorithms", i));

		public += alg != NULL && alg->scheme != AC_SCHEME_HMAC;
	}
	return public;
}

int
jwks_check_algorithms(const struct authchain_host *host,
    struct authchain_entry *entry)
{
	static const char why[] = "whoever knows a public key could sign with "
				  "it; a shared secret is type = hs256";
	size_t count = host->option_count(entry, "algorithms");
	bool some = count_public(host, entry) > 0;
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		const struct ac_alg *alg =
		    ac_alg_find(host->option_item(entry, "algorithms", i));

		if (alg == NULL || alg->scheme != AC_SCHEME_HMAC)
			continue;
		if (some) {
			host->warn(entry, "algorithms", "%s is left out: %s",
			    alg->name, why);
			continue;
		}
		host->fail(entry, "algorithms", "%s has no place here: %s",
		    alg->name, why);
		r = -1;
	}
	return r;
}

ac_alg_set
jwks_public_algorithms(ac_alg_set set)
{
	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++)
		if (alg->scheme == AC_SCHEME_HMAC)
			set &= ~ac_alg_bit(alg);
	return set;
}
