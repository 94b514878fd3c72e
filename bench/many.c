/* SPDX-License-Identifier: BSD-2-Clause */
/* Tokens by the thousand, in an order that nothing can foresee. */
#include "config.h"

#include "many.h"

#include <malloc.h>
#include <stdlib.h>

#include "conf.h"
#include "least.h"
#include "raw.h"

struct bench_many {
	const struct bench_key *key;
	struct authchain_span *texts;
	struct bench_check check;
	struct bench_raw *digest;
	struct bench_least *least;
};

static void
shuffle(struct authchain_span *texts, size_t count)
{
	uint64_t state = 88172645463325252u; /* xorshift: the same each time */

	for (size_t i = count - 1; i > 0; i--) {
		struct authchain_span kept = texts[i];
		size_t other;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		other = (size_t)(state % (i + 1));
		texts[i] = texts[other];
		texts[other] = kept;
	}
}

static struct authchain_span *
make(const struct bench_key *key, size_t count)
{
	struct authchain_span *texts =
	    bench_must(calloc(count, sizeof(*texts)), "tokens");

	for (size_t i = 0; i < count; i++) {
		struct bench_token token;

		bench_token_init(&token, key, BENCH_ISSUER, (unsigned)i);
		texts[i] = (struct authchain_span){ token.text, token.len };
	}
	shuffle(texts, count);
	return texts;
}

static void
discard(struct authchain_span *texts, size_t count)
{
	for (size_t i = 0; texts != NULL && i < count; i++)
		free((char *)(uintptr_t)texts[i].data);
	free(texts);
}

static size_t
identity_bytes(const struct bench_check *check)
{
	struct authchain_request request = { .size = sizeof(request),
		.token = check->tokens[0] };
	struct authchain_decision *decision = NULL;
	size_t bytes;

	(void)authchain_check(check->ac, check->chain, &request, &decision);
	decision = bench_must(decision, "decision");
	bytes = decision->subject.len + decision->issuer.len +
		decision->client_id.len + decision->claims.len;
	for (size_t i = 0; i < decision->scope_count; i++)
		bytes += decision->scopes[i].len;
	authchain_decision_free(&decision);
	return bytes;
}

struct bench_many *
bench_many_new(const struct bench_key *key, struct authchain *ac,
    const char *chain, size_t count)
{
	struct bench_many *many = bench_must(calloc(1, sizeof(*many)), chain);

	many->key = key;
	many->check =
	    (struct bench_check){ .ac = ac, .chain = chain, .count = count };
	return many;
}

void
bench_many_close(void *self)
{
	struct bench_many *many = self;

	if (many->digest != NULL)
		bench_raw_close(many->digest);
	if (many->least != NULL)
		bench_least_close(many->least);
	discard(many->texts, many->check.count);
	free(many);
}

bool
bench_many_prepare(void *self)
{
	struct bench_many *many = self;
	struct bench_check all = many->check;

	if (many->texts == NULL) {
		many->texts = make(many->key, all.count);
		many->digest = bench_raw_digest(many->texts, all.count);
		many->check.tokens = all.tokens = many->texts;
		many->check.cached = 1;
		many->least = bench_least_new(many->texts, all.count,
		    identity_bytes(&all));
	}
	all.at = 0;
	all.cached = BENCH_EITHER;
	return bench_check_run(&all, all.count);
}

bool
bench_many_digest(void *self, size_t times)
{
	return bench_raw_run(((struct bench_many *)self)->digest, times);
}

bool
bench_many_least(void *self, size_t times)
{
	return bench_least_run(((struct bench_many *)self)->least, times);
}

bool
bench_many_check(void *self, size_t times)
{
	return bench_check_run(&((struct bench_many *)self)->check, times);
}

static double
in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)info.uordblks + (double)info.hblkhd;
}

/* What a configuration takes when it has judged all of the tokens. */
static bool
fill(const struct bench_bytes *bytes, struct bench_check *check, bool remember,
    double *used)
{
	struct bench_site site;
	double before = in_use();
	bool good;

	bench_site_init(&site);
	bench_conf_write_cached(&site, bytes->key, "t",
	    remember ? bytes->count : 0);
	bench_site_start(&site, bytes->plugins);
	check->ac = site.ac;
	check->at = 0;
	good = bench_check_run(check, remember ? check->count : 1);
	*used = in_use() - before;
	if (good && remember)
		*used -= (double)identity_bytes(check) * (double)check->count;
	bench_site_close(&site);
	return good;
}

bool
bench_bytes_measure(struct bench_row *row, size_t round)
{
	const struct bench_bytes *bytes = row->self;
	struct bench_check check = { .chain = "t",
		.count = bytes->count,
		.cached = BENCH_EITHER };
	struct authchain_span *texts;
	double without = 0, with = 0;
	bool good;

	if (round > 0)
		return true;
	texts = make(bytes->key, bytes->count);
	check.tokens = texts;
	good = fill(bytes, &check, false, &without) &&
	       fill(bytes, &check, true, &with);
	row->value = (with - without) / (double)bytes->count;
	discard(texts, bytes->count);
	return good;
}
