/* SPDX-License-Identifier: BSD-2-Clause */
/* Configurations as text. */
#include "config.h" /* open_memstream */

#include "conf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/base64url.h"

#define RESOURCE "[chain]\nresource = " BENCH_AUDIENCE "\n"
#define CHAIN    RESOURCE "cache = no\n"
#define HS256_SECRET                                                           \
	"[secret hs256]\nfile = %s/hs256.key\nencoding = base64url\n"          \
	"purpose = internal\n"

#define VERDICT_BYTES 4096u /* room for one */
#define SPARE         64u   /* verdicts, of two rows that share a chain */

const struct bench_algorithm_row bench_algorithms[BENCH_ALGORITHMS] = {
	[BENCH_RS256] = { "RS256", "rs256", "EVP, all kept", 1.05 },
	[BENCH_PS256] = { "PS256", "ps256", "EVP, all kept", 1.05 },
	[BENCH_ES256] = { "ES256", "es256", "EVP, all kept", 1.05 },
	[BENCH_EDDSA] = { "EdDSA", "eddsa", "EVP, all kept", 1.05 },
	[BENCH_HS256] = { "HS256", "hs256", "HMAC, states kept", 3 },
};

const unsigned bench_issuers[BENCH_ISSUER_CHAINS] = { 1, 10, 100 };
const char *const bench_issuer_chains[BENCH_ISSUER_CHAINS] = { "issuers-1",
	"issuers-10", "issuers-100" };

static void
write_jwks(struct bench_site *site, const struct bench_algorithm_row *row,
    const struct bench_key *key)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.json", row->chain);
	bench_site_write_keys(site, name, key);
	(void)snprintf(name, sizeof(name), "conf/chains/%s.conf", row->chain);
	bench_site_write(site, name,
	    CHAIN "identity = authkit\nrequired-scopes = read\n"
		  "[plugin authkit]\ntype = jwks\n"
		  "issuer = " BENCH_ISSUER "\njwks-file = %s/%s.json\n"
		  "algorithms = %s\n",
	    site->dir, row->chain, row->alg);
}

static void
write_hs256(struct bench_site *site, const struct bench_key *key)
{
	char text[64];

	ac_base64url_encode((struct authchain_span){ (const char *)key->secret,
				sizeof(key->secret) },
	    text);
	bench_site_write(site, "hs256.key", "%s\n", text);
	bench_site_write(site, "conf/chains/hs256.conf",
	    CHAIN "identity = hs256\nrequired-scopes = read\n"
		  "[plugin hs256]\nissuer = " BENCH_ISSUER
		  "\nsecret = @hs256\n" HS256_SECRET,
	    site->dir);
}

/* Three providers, as a chain for people and services has them. */
static void
write_mixed(struct bench_site *site)
{
	bench_site_write(site, "static.token", BENCH_STATIC_TOKEN "\n");
	bench_site_write(site, "conf/chains/mixed.conf",
	    CHAIN "identity = internal, hs256, authkit\n"
		  "[plugin internal]\ntype = static\ntoken = @static\n"
		  "prefix = itk_\n"
		  "[plugin hs256]\nissuer = internal\nsecret = @hs256\n"
		  "[plugin authkit]\ntype = jwks\nissuer = " BENCH_ISSUER "\n"
		  "jwks-file = %s/rs256.json\nalgorithms = RS256\n"
		  "[secret static]\nfile = %s/static.token\n"
		  "purpose = internal\n" HS256_SECRET,
	    site->dir, site->dir, site->dir);
}

static void
write_issuers(struct bench_site *site, unsigned count, const char *chain)
{
	char *text = NULL, name[64];
	size_t size = 0;
	FILE *file = bench_must(open_memstream(&text, &size), "text");

	fputs(CHAIN "identity = ", file);
	for (unsigned i = 0; i < count; i++)
		fprintf(file, "%sp%u", i == 0 ? "" : ", ", i);
	fputs("\nrequired-scopes = read\n", file);
	for (unsigned i = 0; i < count; i++)
		fprintf(file,
		    "[plugin p%u]\ntype = hs256\nissuer = https://as%u."
		    "example.com\nsecret = @hs256\n",
		    i, i);
	fprintf(file, HS256_SECRET, site->dir);
	fclose(file);
	(void)snprintf(name, sizeof(name), "conf/chains/%s.conf", chain);
	bench_site_write(site, name, "%s", text);
	free(text);
}

void
bench_conf_write_cached(struct bench_site *site, const struct bench_key *key,
    const char *chain, size_t entries)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.json", chain);
	bench_site_write_keys(site, name, key);
	(void)snprintf(name, sizeof(name), "conf/chains/%s.conf", chain);
	/* With room to spare, and time for a million signatures: nothing is to
	 * make way for anything. */
	bench_site_write(site, name,
	    RESOURCE "cache = %s\ncache-entries = %zu\ncache-bytes = %zu\n"
		     "identity = authkit\nrequired-scopes = read\n"
		     "[plugin authkit]\ntype = jwks\n"
		     "issuer = " BENCH_ISSUER "\njwks-file = %s/%s.json\n"
		     "algorithms = ES256\ncache = 1h\n",
	    entries == 0 ? "no" : "yes", entries + entries / 4 + SPARE,
	    (entries + SPARE) * VERDICT_BYTES, site->dir, chain);
}

void
bench_conf_write(struct bench_site *site, const struct bench_key *keys)
{
	for (size_t i = 0; i < BENCH_ALGORITHMS; i++)
		if (i != BENCH_HS256)
			write_jwks(site, &bench_algorithms[i], &keys[i]);
	write_hs256(site, &keys[BENCH_HS256]);
	write_mixed(site);
	for (size_t i = 0; i < BENCH_ISSUER_CHAINS; i++)
		write_issuers(site, bench_issuers[i], bench_issuer_chains[i]);
}
