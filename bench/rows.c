/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of one check in one process. */
#include "config.h" /* AC_ED25519 */

#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "row.h"
#include "start.h"

#define BYTES_TOKENS  10000
#define UNKNOWN_TOKEN "otk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"

static struct authchain_span
text(const char *token)
{
	return (struct authchain_span){ token, strlen(token) };
}

static void
make_tokens(struct bench_rows *rows)
{
	const struct bench_key *secret = &rows->keys[BENCH_HS256];
	char issuer[64];

	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		bench_key_init(&rows->keys[i], bench_algorithms[i].alg);
		rows->rings[i] = bench_ring_new(&rows->keys[i], BENCH_ISSUER);
	}
	rows->again = bench_ring_new(&rows->keys[BENCH_ES256], BENCH_ISSUER);
	rows->foreign = bench_ring_new(secret, "https://as.example.net");
	for (size_t i = 0; i < BENCH_ISSUER_CHAINS; i++) {
		(void)snprintf(issuer, sizeof(issuer),
		    "https://as%u.example.com", bench_issuers[i] - 1);
		rows->issued[i] = bench_ring_new(secret, issuer);
	}
	rows->internal = text(BENCH_STATIC_TOKEN);
	rows->unknown = text(UNKNOWN_TOKEN);
}

/* By the library that authchain has it from. */
static void
add_reference(const struct bench_rows *rows, struct bench_row *row, size_t i)
{
	if (i != BENCH_EDDSA ||
	    !bench_add_peer(rows, row, AC_ED25519,
		(struct bench_peer_input){ .key = &rows->keys[i],
		    .ring = rows->rings[i]->tokens }))
		bench_add_raw(row, bench_algorithms[i].raw,
		    bench_raw_new(&rows->keys[i], rows->rings[i]));
}

static void
add_algorithms(struct bench_rows *rows)
{
	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		struct bench_row *row = bench_add_row(rows,
		    bench_algorithms[i].chain, bench_algorithms[i].alg);

		bench_promise(row, BENCH_RATIO, bench_algorithms[i].budget);
		add_reference(rows, row, i);
		bench_add_check(rows, row, bench_algorithms[i].chain,
		    rows->rings[i]->texts, BENCH_RING);
	}
}

static void
add_peer_rows(struct bench_rows *rows)
{
	static const struct {
		const char *id, *text;
	} names[BENCH_ALGORITHMS] = {
		[BENCH_RS256] = { "rs256-peers",
		    "RS256 beside other libraries" },
		[BENCH_PS256] = { "ps256-peers",
		    "PS256 beside other libraries" },
		[BENCH_ES256] = { "es256-peers",
		    "ES256 beside other libraries" },
		[BENCH_EDDSA] = { "eddsa-peers",
		    "EdDSA beside other libraries" },
		[BENCH_HS256] = { "hs256-peers",
		    "HS256 beside other libraries" },
	};

	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		struct bench_row *row =
		    bench_add_row(rows, names[i].id, names[i].text);

		bench_add_raw(row, bench_algorithms[i].raw,
		    bench_raw_new(&rows->keys[i], rows->rings[i]));
		bench_add_check(rows, row, bench_algorithms[i].chain,
		    rows->rings[i]->texts, BENCH_RING);
		bench_add_peers(rows, row, bench_algorithms[i].alg,
		    (struct bench_peer_input){ .key = &rows->keys[i],
			.ring = rows->rings[i]->tokens });
	}
}

static void
add_opaque(struct bench_rows *rows)
{
	struct bench_row *row = bench_add_row(rows, "static",
	    "static token, first of three providers");

	bench_promise(row, BENCH_NS, 300);
	bench_add_digest(row, &rows->internal, 1);
	bench_add_check(rows, row, "mixed", &rows->internal, 1);

	row =
	    bench_add_row(rows, "unclaimed", "opaque token that nobody claims");
	bench_promise(row, BENCH_NS, 500);
	bench_add_digest(row, &rows->unknown, 1);
	bench_add_check(rows, row, "mixed", &rows->unknown, 1);
	bench_expect(row, AUTHCHAIN_REASON_UNCLAIMED);

	row =
	    bench_add_row(rows, "foreign", "JWT of an issuer that nobody has");
	bench_promise(row, BENCH_NS, 500);
	bench_add_digest(row, rows->foreign->texts, BENCH_RING);
	bench_add_check(rows, row, "mixed", rows->foreign->texts, BENCH_RING);
	bench_expect(row, AUTHCHAIN_REASON_UNCLAIMED);
}

static void
add_cached_peers(struct bench_rows *rows)
{
	const struct bench_ring *ring = rows->again;
	struct bench_row *row = bench_add_row(rows, "cached-peers",
	    "remembered, beside other libraries");

	bench_add_digest(row, ring->texts, BENCH_RING);
	bench_add_check(rows, row, "cached", ring->texts, BENCH_RING);
	bench_add_peers(rows, row, "cached",
	    (struct bench_peer_input){ .key = &rows->keys[BENCH_ES256],
		.ring = ring->tokens });
}

static void
add_pam(struct bench_rows *rows)
{
	struct bench_row *row =
	    bench_add_row(rows, "pam", "static token, beside Linux-PAM");

	bench_add_digest(row, &rows->internal, 1);
	bench_add_check(rows, row, "mixed", &rows->internal, 1);
	bench_add_peers(rows, row, "pam", (struct bench_peer_input){ 0 });
}

/* Tokens that are remembered, by the name of their chain. */
static const struct {
	const char *chain, *text;
	size_t count;
	enum bench_unit unit;
	double budget;
} cached[] = {
	{ "cached", "remembered, 16 tokens", 16, BENCH_RATIO, 1.3 },
	{ "cached-1k", "remembered, 1,000 tokens", 1000, BENCH_FIGURE, 0 },
	{ "cached-100k", "remembered, 100,000 tokens", 100000, BENCH_NS, 1000 },
	{ "cached-1m", "remembered, 1,000,000 tokens", 1000000, BENCH_FIGURE,
	    0 },
};

#define CACHED (sizeof(cached) / sizeof(*cached))

static void
add_cached(struct bench_rows *rows, size_t tokens)
{
	for (size_t i = 0; i < CACHED && cached[i].count <= tokens; i++) {
		struct bench_many *many =
		    bench_many_new(&rows->keys[BENCH_ES256], rows->site.ac,
			cached[i].chain, cached[i].count);
		struct bench_row *row =
		    bench_add_row(rows, cached[i].chain, cached[i].text);

		bench_promise(row, cached[i].unit, cached[i].budget);
		row->prepare = bench_many_prepare;
		row->self = many;
		row->close = bench_many_close;
		bench_add_op(row,
		    (struct bench_op){ .name = "SHA-256 of the token",
			.run = bench_many_digest,
			.self = many });
		bench_add_op(row, (struct bench_op){ .name = "authchain",
				      .run = bench_many_check,
				      .self = many });
		bench_add_op(row,
		    (struct bench_op){ .name = "digest, table, copy",
			.run = bench_many_least,
			.self = many });
	}
}

static void
add_bytes(struct bench_rows *rows, const char *plugins, size_t tokens)
{
	static const struct {
		const char *id, *text;
		size_t least, most; /* tokens */
	} sizes[BENCH_BYTES_ROWS] = {
		{ "cached-bytes",
		    "bytes of a remembered verdict, beyond the identity", 0,
		    BYTES_TOKENS },
		{ "cached-1m-bytes", "the same, of 1,000,000", BENCH_MAX_TOKENS,
		    BENCH_MAX_TOKENS },
	};

	for (size_t i = 0; i < BENCH_BYTES_ROWS; i++) {
		struct bench_row *row;

		if (tokens < sizes[i].least)
			continue;
		row = bench_add_row(rows, sizes[i].id, sizes[i].text);
		rows->bytes[i] =
		    (struct bench_bytes){ &rows->keys[BENCH_ES256], plugins,
			    tokens < sizes[i].most ? tokens : sizes[i].most };
		bench_promise(row, BENCH_BYTES, 400);
		row->measure = bench_bytes_measure;
		row->self = &rows->bytes[i];
	}
}

static void
add_crowd(struct bench_rows *rows, const char *id, const char *title,
    struct bench_crowd *crowd)
{
	struct bench_row *row;

	if (crowd == NULL)
		return;
	row = bench_add_row(rows, id, title);
	bench_promise(row, BENCH_TIMES, 1.9);
	row->measure = bench_crowd_measure;
	row->self = crowd;
	row->close = bench_crowd_close;
	bench_add_op(row, (struct bench_op){ .name = "one thread" });
	bench_add_op(row, (struct bench_op){ .name = "two threads" });
	bench_add_op(row,
	    (struct bench_op){ .name = "one, as the clock went" });
	bench_add_op(row,
	    (struct bench_op){ .name = "two, as the clock went" });
	bench_add_op(row, (struct bench_op){ .name = "bare, by one thread" });
	bench_add_op(row, (struct bench_op){ .name = "bare, by two threads" });
}

static void
add_crowds(struct bench_rows *rows)
{
	struct bench_check check = { .ac = rows->site.ac,
		.chain = "rs256",
		.tokens = rows->rings[BENCH_RS256]->texts,
		.count = BENCH_RING,
		.cached = BENCH_EITHER };

	add_crowd(rows, "threads-rs256", "RS256 by two threads",
	    bench_crowd_new(&check, &rows->keys[BENCH_RS256],
		rows->rings[BENCH_RS256]));
	check.chain = "cached";
	check.tokens = rows->rings[BENCH_ES256]->texts;
	add_crowd(rows, "threads-cached", "remembered, by two threads",
	    bench_crowd_new(&check, NULL, NULL));
	check.chain = "hs256";
	check.tokens = rows->rings[BENCH_HS256]->texts;
	add_crowd(rows, "threads-hs256", "HS256 by two threads",
	    bench_crowd_new(&check, &rows->keys[BENCH_HS256],
		rows->rings[BENCH_HS256]));
}

static void
add_start(struct bench_rows *rows, const char *plugins)
{
	struct bench_row *row = bench_add_row(rows, "start",
	    "start to first decision, key server down");

	bench_promise(row, BENCH_NS, 50e6);
	row->measure = bench_start_measure;
	row->self = bench_start_new(&rows->keys[BENCH_ES256], plugins);
	row->close = bench_start_close;
	bench_add_op(row, (struct bench_op){ .name = "the keys in a file" });
	bench_add_op(row, (struct bench_op){ .name = "authchain" });
}

static void
add_issuers(struct bench_rows *rows)
{
	static const char *const texts[] = { "HS256 of the only issuer",
		"HS256 of the last of 10 issuers",
		"HS256 of the last of 100 issuers" };

	for (size_t i = 0; i < BENCH_ISSUER_CHAINS; i++) {
		struct bench_row *row =
		    bench_add_row(rows, bench_issuer_chains[i], texts[i]);

		bench_add_check(rows, row, bench_issuer_chains[0],
		    rows->issued[0]->texts, BENCH_RING);
		bench_add_check(rows, row, bench_issuer_chains[i],
		    rows->issued[i]->texts, BENCH_RING);
		bench_promise(row, BENCH_RATIO, 1.1);
		row->ops[0]->name = "of one issuer";
	}
}

struct bench_rows *
bench_rows_new(const char *plugins, size_t tokens)
{
	struct bench_rows *rows = bench_must(calloc(1, sizeof(*rows)), "rows");

	make_tokens(rows);
	bench_site_init(&rows->site);
	bench_conf_write(&rows->site, rows->keys);
	for (size_t i = 0; i < CACHED && cached[i].count <= tokens; i++)
		bench_conf_write_cached(&rows->site, &rows->keys[BENCH_ES256],
		    cached[i].chain, cached[i].count);
	bench_site_start(&rows->site, plugins);
	add_algorithms(rows);
	add_opaque(rows);
	add_cached(rows, tokens);
	add_bytes(rows, plugins, tokens);
	add_start(rows, plugins);
	add_issuers(rows);
	add_crowds(rows);
	add_peer_rows(rows);
	add_cached_peers(rows);
	add_pam(rows);
	return rows;
}

static void
free_row(struct bench_row *row)
{
	for (size_t i = 0; i < row->op_count; i++) {
		if (row->ops[i]->close != NULL)
			row->ops[i]->close(row->ops[i]->self);
		free(row->ops[i]);
	}
	if (row->close != NULL)
		row->close(row->self);
}

void
bench_rows_free(struct bench_rows **rows)
{
	for (size_t i = 0; i < (*rows)->count; i++)
		free_row(&(*rows)->rows[i]);
	bench_site_close(&(*rows)->site);
	for (size_t i = 0; i < BENCH_ALGORITHMS; i++) {
		bench_ring_free(&(*rows)->rings[i]);
		bench_key_clear(&(*rows)->keys[i]);
	}
	bench_ring_free(&(*rows)->again);
	bench_ring_free(&(*rows)->foreign);
	for (size_t i = 0; i < BENCH_ISSUER_CHAINS; i++)
		bench_ring_free(&(*rows)->issued[i]);
	free(*rows);
	*rows = NULL;
}
