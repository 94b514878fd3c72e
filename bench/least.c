/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of records with open addressing, half full at most. */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_CTX */

#include "config.h"

#include "least.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "measure.h"
#include "token.h"

struct record {
	unsigned char digest[SHA256_DIGEST_LENGTH];
	unsigned char identity[];
};

struct bench_least {
	const struct authchain_span *texts;
	size_t count, at, bytes, slots;
	struct record **table;
	unsigned char *copy;
};

static void
digest(struct authchain_span text, unsigned char out[SHA256_DIGEST_LENGTH])
{
	SHA256_CTX state;

	(void)SHA256_Init(&state);
	(void)SHA256_Update(&state, text.data, text.len);
	(void)SHA256_Final(out, &state);
}

/* Where it is, or where it would be. */
static struct record **
find(const struct bench_least *least, const unsigned char *wanted)
{
	uint64_t index;

	memcpy(&index, wanted, sizeof(index));
	for (;; index++) {
		struct record **slot =
		    &least->table[index & (least->slots - 1)];

		if (*slot == NULL ||
		    memcmp((*slot)->digest, wanted, SHA256_DIGEST_LENGTH) == 0)
			return slot;
	}
}

static void
fill(struct bench_least *least)
{
	for (size_t i = 0; i < least->count; i++) {
		struct record *record =
		    bench_must(calloc(1, sizeof(*record) + least->bytes),
			"record");

		digest(least->texts[i], record->digest);
		*find(least, record->digest) = record;
	}
}

struct bench_least *
bench_least_new(const struct authchain_span *texts, size_t count, size_t bytes)
{
	struct bench_least *least =
	    bench_must(calloc(1, sizeof(*least)), "table");

	least->texts = texts;
	least->count = count;
	least->bytes = bytes;
	for (least->slots = 2; least->slots < 2 * count;)
		least->slots *= 2;
	least->table =
	    bench_must(calloc(least->slots, sizeof(struct record *)), "table");
	least->copy = bench_must(malloc(bytes + 1), "copy");
	fill(least);
	return least;
}

bool
bench_least_run(void *self, size_t times)
{
	struct bench_least *least = self;
	unsigned char wanted[SHA256_DIGEST_LENGTH];

	while (times-- > 0) {
		const struct record *record;

		digest(least->texts[least->at], wanted);
		record = *find(least, wanted);
		if (record == NULL)
			return false;
		memcpy(least->copy, record->identity, least->bytes);
		least->at = least->at + 1 == least->count ? 0 : least->at + 1;
	}
	return true;
}

void
bench_least_close(struct bench_least *least)
{
	for (size_t i = 0; i < least->slots; i++)
		free(least->table[i]);
	free(least->table);
	free(least->copy);
	free(least);
}
