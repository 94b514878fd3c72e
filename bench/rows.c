/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of one check in one process. */
#include "config.h" /* open_memstream */

#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "peer.h"
#include "raw.h"

enum algorithm {
	RS256,
	PS256,
	ES256,
	EDDSA,
	HS256
};

struct algorithm_row {
	const char *alg;
	const char *chain; /* and the row's name */
	double budget;
};

static const struct algorithm_row algorithms[BENCH_ALGORITHMS] = {
	[RS256] = { "RS256", "rs256", 1.05 },
	[PS256] = { "PS256", "ps256", 1.05 },
	[ES256] = { "ES256", "es256", 1.05 },
	[EDDSA] = { "EdDSA", "eddsa", 1.05 },
	[HS256] = { "HS256", "hs256", 3 },
};

static const char *const raw_names[BENCH_ALGORITHMS] = { "EVP, all kept",
	"EVP, all kept", "EVP, all kept", "EVP, all kept",
	"HMAC, states kept" };

static const unsigned issuers[] = { 1, 10, 100 };
static const char *const issuers_names[] = { "issuers-1", "issuers-10",
	"issuers-100" };

#define STATIC_TOKEN  "itk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"
#define UNKNOWN_TOKEN "otk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"
#define CHAIN         "[chain]\nresource = " BENCH_AUDIENCE "\n"
#define HS256_SECRET                                                           \
	"[secret hs256]\nfile = %s/hs256.key\nencoding = base64url\n"          \
	"purpose = internal\n"

/* -- configuration */

static void
write_jwks(struct bench_rows *rows, const struct algorithm_row *row,
    const struct bench_key *key)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.json", row->chain);
	bench_site_write_keys(&rows->site, name, key);
	(void)snprintf(name, sizeof(name), "conf/chains/%s.conf", row->chain);
	bench_site_write(&rows->site, name,
	    CHAIN "identity = authkit\nrequired-scopes = read\n"
		  "[plugin authkit]\ntype = jwks\n"
		  "issuer = " BENCH_ISSUER "\njwks-file = %s/%s.json\n"
		  "algorithms = %s\n",
	    rows->site.dir, row->chain, row->alg);
}

static void
write_hs256(struct bench_rows *rows, const struct bench_key *key)
{
	char text[64];

	ac_base64url_encode((struct authchain_span){ (const char *)key->secret,
				sizeof(key->secret) },
	    text);
	bench_site_write(&rows->site, "hs256.key", "%s\n", text);
	bench_site_write(&rows->site, "conf/chains/hs256.conf",
	    CHAIN "identity = hs256\nrequired-scopes = read\n"
		  "[plugin hs256]\nissuer = " BENCH_ISSUER
		  "\nsecret = @hs256\n" HS256_SECRET,
	    rows->site.dir);
}

/* Three providers, as a chain for people and services has them. */
static void
write_mixed(struct bench_rows *rows)
{
	bench_site_write(&rows->site, "static.token", STATIC_TOKEN "\n");
	bench_site_write(&rows->site, "conf/chains/mixed.conf",
	    CHAIN "identity = internal, hs256, authkit\n"
		  "[plugin internal]\ntype = static\ntoken = @static\n"
		  "prefix = itk_\n"
		  "[plugin hs256]\nissuer = internal\nsecret = @hs256\n"
		  "[plugin authkit]\ntype = jwks\nissuer = " BENCH_ISSUER "\n"
		  "jwks-file = %s/rs256.json\nalgorithms = RS256\n"
		  "[secret static]\nfile = %s/static.token\n"
		  "purpose = internal\n" HS256_SECRET,
	    rows->site.dir, rows->site.dir, rows->site.dir);
}

static void
write_issuers(struct bench_rows *rows, unsigned count, const char *chain)
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
	fprintf(file, HS256_SECRET, rows->site.dir);
	fclose(file);
	(void)snprintf(name, sizeof(name), "conf/chains/%s.conf", chain);
	bench_site_write(&rows->site, name, "%s", text);
	free(text);
}

static void
open_site(struct bench_rows *rows, const char *plugins)
{
	bench_site_init(&rows->site);
	for (size_t i = 0; i < BENCH_ALGORITHMS; i++)
		if (i != HS256)
			write_jwks(rows, &algorithms[i], &rows->keys[i]);
	write_hs256(rows, &rows->keys[HS256]);
	write_mixed(rows);
	for (size_t i = 0; i < sizeof(issuers) / sizeof(*issuers); i++)
		write_issuers(rows, issuers[i], issuers_names[i]);
	bench_site_start(&rows->site, plugins);
}

static void
make_tokens(struct bench_rows *rows)
{
	static const char *const opaque[] = { STATIC_TOKEN, UNKNOWN_TOKEN };
	char issuer[64];

	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		bench_key_init(&rows->keys[i], algorithms[i].alg);
		rows->rings[i] = bench_ring_new(&rows->keys[i], BENCH_ISSUER);
	}
	rows->foreign =
	    bench_ring_new(&rows->keys[HS256], "https://as.example.net");
	for (size_t i = 0; i < sizeof(issuers) / sizeof(*issuers); i++) {
		(void)snprintf(issuer, sizeof(issuer),
		    "https://as%u.example.com", issuers[i] - 1);
		rows->issued[i] = bench_ring_new(&rows->keys[HS256], issuer);
	}
	for (size_t i = 0; i < 2; i++) {
		rows->opaque[i].text = bench_must(strdup(opaque[i]), "token");
		rows->opaque[i].len = strlen(opaque[i]);
	}
}

/* -- rows */

static struct bench_row *
add_row(struct bench_rows *rows, const char *id, const char *text)
{
	struct bench_row *row = &rows->rows[rows->count++];

	row->id = id;
	row->text = text;
	row->unit = BENCH_FIGURE;
	return row;
}

static void
promise(struct bench_row *row, enum bench_unit unit, double budget)
{
	row->unit = unit;
	row->budget = budget;
}

static void
add_op(struct bench_row *row, struct bench_op op)
{
	struct bench_op *own = bench_must(malloc(sizeof(op)), "operation");

	*own = op;
	row->ops[row->op_count++] = own;
}

/* Whoever does this, in rows of their own: what they do to processor caches
 * and allocator is not to be ours. */
static void
add_peers(const struct bench_rows *rows, struct bench_row *row,
    const char *what, size_t algorithm)
{
	struct bench_peer_input input = { .key = &rows->keys[algorithm],
		.ring = rows->rings[algorithm],
		.dir = rows->site.dir };
	char word[32];

	(void)snprintf(word, sizeof(word), " %s ", what);
	for (const struct bench_peer *const *peer = bench_peers();
	     *peer != NULL; peer++)
		if (strstr((*peer)->does, word) != NULL)
			add_op(row, (struct bench_op){ .name = (*peer)->name,
					.run = (*peer)->run,
					.close = (*peer)->close,
					.self = (*peer)->open(&input) });
}

static void
add_check(const struct bench_rows *rows, struct bench_row *row,
    const char *chain, const struct bench_token *ring, size_t count)
{
	struct bench_check *check =
	    bench_must(calloc(1, sizeof(*check)), "check");

	check->ac = rows->site.ac;
	check->chain = chain;
	check->ring = ring;
	check->count = count;
	check->cached = BENCH_EITHER;
	add_op(row, (struct bench_op){ .name = "authchain",
			.run = bench_check_run,
			.close = free,
			.self = check });
}

static void
expect(const struct bench_row *row, uint32_t reason)
{
	struct bench_check *check = row->ops[row->op_count - 1]->self;

	check->reason = reason;
}

static void
add_raw(struct bench_row *row, const char *name, struct bench_raw *raw)
{
	add_op(row, (struct bench_op){ .name = name,
			.run = bench_raw_run,
			.close = bench_raw_close,
			.self = raw });
}

static void
add_algorithms(struct bench_rows *rows)
{
	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		struct bench_row *row =
		    add_row(rows, algorithms[i].chain, algorithms[i].alg);

		promise(row, BENCH_RATIO, algorithms[i].budget);
		add_raw(row, raw_names[i],
		    bench_raw_new(&rows->keys[i], rows->rings[i]));
		add_check(rows, row, algorithms[i].chain, rows->rings[i],
		    BENCH_RING);
	}
}

static void
add_peer_rows(struct bench_rows *rows)
{
	static const struct {
		const char *id, *text;
	} names[BENCH_ALGORITHMS] = {
		[RS256] = { "rs256-peers", "RS256 beside other libraries" },
		[PS256] = { "ps256-peers", "PS256 beside other libraries" },
		[ES256] = { "es256-peers", "ES256 beside other libraries" },
		[EDDSA] = { "eddsa-peers", "EdDSA beside other libraries" },
		[HS256] = { "hs256-peers", "HS256 beside other libraries" },
	};

	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		struct bench_row *row =
		    add_row(rows, names[i].id, names[i].text);

		add_raw(row, raw_names[i],
		    bench_raw_new(&rows->keys[i], rows->rings[i]));
		add_check(rows, row, algorithms[i].chain, rows->rings[i],
		    BENCH_RING);
		add_peers(rows, row, algorithms[i].alg, i);
	}
}

static void
add_digest(struct bench_row *row, const struct bench_token *ring, size_t count)
{
	add_raw(row, "SHA-256 of the token", bench_raw_digest(ring, count));
}

static void
add_opaque(struct bench_rows *rows)
{
	struct bench_row *row =
	    add_row(rows, "static", "static token, first of three providers");

	promise(row, BENCH_NS, 300);
	add_digest(row, &rows->opaque[0], 1);
	add_check(rows, row, "mixed", &rows->opaque[0], 1);

	row = add_row(rows, "unclaimed", "opaque token that nobody claims");
	promise(row, BENCH_NS, 500);
	add_digest(row, &rows->opaque[1], 1);
	add_check(rows, row, "mixed", &rows->opaque[1], 1);
	expect(row, AUTHCHAIN_REASON_UNCLAIMED);

	row = add_row(rows, "foreign", "JWT of an issuer that nobody has");
	promise(row, BENCH_NS, 500);
	add_digest(row, rows->foreign, BENCH_RING);
	add_check(rows, row, "mixed", rows->foreign, BENCH_RING);
	expect(row, AUTHCHAIN_REASON_UNCLAIMED);
}

static void
add_pam(struct bench_rows *rows)
{
	struct bench_row *row =
	    add_row(rows, "pam", "static token, beside Linux-PAM");

	add_digest(row, &rows->opaque[0], 1);
	add_check(rows, row, "mixed", &rows->opaque[0], 1);
	add_peers(rows, row, "pam", HS256);
}

static void
add_issuers(struct bench_rows *rows)
{
	static const char *const texts[] = { "HS256 of the only issuer",
		"HS256 of the last of 10 issuers",
		"HS256 of the last of 100 issuers" };

	for (size_t i = 0; i < sizeof(issuers) / sizeof(*issuers); i++) {
		struct bench_row *row =
		    add_row(rows, issuers_names[i], texts[i]);

		add_check(rows, row, issuers_names[0], rows->issued[0],
		    BENCH_RING);
		add_check(rows, row, issuers_names[i], rows->issued[i],
		    BENCH_RING);
		promise(row, BENCH_RATIO, 1.1);
		row->ops[0]->name = "of one issuer";
	}
}

struct bench_rows *
bench_rows_new(const char *plugins)
{
	struct bench_rows *rows = bench_must(calloc(1, sizeof(*rows)), "rows");

	make_tokens(rows);
	open_site(rows, plugins);
	add_algorithms(rows);
	add_opaque(rows);
	add_issuers(rows);
	add_peer_rows(rows);
	add_pam(rows);
	return rows;
}

static void
free_op(struct bench_op *op)
{
	op->close(op->self);
	free(op);
}

void
bench_rows_free(struct bench_rows **rows)
{
	for (size_t i = 0; i < (*rows)->count; i++)
		for (size_t j = 0; j < (*rows)->rows[i].op_count; j++)
			free_op((*rows)->rows[i].ops[j]);
	bench_site_close(&(*rows)->site);
	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		bench_ring_free(&(*rows)->rings[i]);
		bench_key_clear(&(*rows)->keys[i]);
	}
	bench_ring_free(&(*rows)->foreign);
	for (size_t i = 0; i < sizeof(issuers) / sizeof(*issuers); i++)
		bench_ring_free(&(*rows)->issued[i]);
	bench_token_clear(&(*rows)->opaque[0]);
	bench_token_clear(&(*rows)->opaque[1]);
	free(*rows);
	*rows = NULL;
}
