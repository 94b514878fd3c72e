/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open addressing with linear probing and backward shift on removal: no
 * tombstones, so that a table under churn stays as fast as a fresh one.  At
 * most half of the slots are taken.
 */
#include "base/table.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#define TABLE_FIRST_SLOTS 16

struct slot {
	char *key; /* NULL: free */
	size_t len;
	uint64_t hash;
	void *value;
};

struct ac_table {
	struct slot *slots;
	size_t slot_count; /* a power of two */
	size_t count, max;
	uint64_t seed[2];
	void (*drop)(void *value);
};

static uint64_t
rotl(uint64_t x, unsigned int bits)
{
	return x << bits | x >> (64 - bits);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

/* SipHash-1-3: enough where nobody sees the hash (as in Rust and Ruby). */
static uint64_t
sip_hash(const uint64_t seed[2], struct authchain_span key)
{
	uint64_t v[4] = { seed[0] ^ UINT64_C(0x736f6d6570736575),
		seed[1] ^ UINT64_C(0x646f72616e646f6d),
		seed[0] ^ UINT64_C(0x6c7967656e657261),
		seed[1] ^ UINT64_C(0x7465646279746573) };
	uint64_t word = 0;
	size_t i;

	for (i = 0; i < key.len; i++) {
		word |= (uint64_t)(unsigned char)key.data[i] << (i % 8 * 8);
		if (i % 8 == 7) {
			v[3] ^= word;
			sip_round(v);
			v[0] ^= word;
			word = 0;
		}
	}
	word |= (uint64_t)key.len << 56;
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct ac_table *
ac_table_new(size_t max_entries, void (*drop)(void *value))
{
	struct ac_table *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return NULL;
	table->max = max_entries;
	table->drop = drop;
	table->slot_count = TABLE_FIRST_SLOTS;
	table->slots = calloc(table->slot_count, sizeof(*table->slots));
	if (table->slots == NULL || RAND_bytes((unsigned char *)table->seed,
					(int)sizeof(table->seed)) != 1)
		ac_table_free(&table);
	return table;
}

static void
drop_slot(struct ac_table *table, struct slot *slot)
{
	if (slot->key != NULL)
		OPENSSL_cleanse(slot->key, slot->len);
	free(slot->key);
	if (table->drop != NULL)
		table->drop(slot->value);
	*slot = (struct slot){ NULL, 0, 0, NULL };
}

void
ac_table_free(struct ac_table **table)
{
	size_t i;

	if (*table == NULL)
		return;
	for (i = 0; (*table)->slots != NULL && i < (*table)->slot_count; i++) {
		if ((*table)->slots[i].key != NULL)
			drop_slot(*table, &(*table)->slots[i]);
	}
	free((*table)->slots);
	free(*table);
	*table = NULL;
}

/* The slot of key, or the free one where it would go. */
static size_t
probe(const struct ac_table *table, uint64_t hash, struct authchain_span key)
{
	size_t mask = table->slot_count - 1, at = (size_t)hash & mask;

	while (
	    table->slots[at].key != NULL &&
	    (table->slots[at].hash != hash ||
		!ac_span_is(ac_span(table->slots[at].key, table->slots[at].len),
		    key)))
		at = (at + 1) & mask;
	return at;
}

static int
grow(struct ac_table *table)
{
	struct slot *old = table->slots;
	size_t old_count = table->slot_count, i;

	if (old_count > SIZE_MAX / 2)
		return -1;
	table->slots = calloc(old_count * 2, sizeof(*old));
	if (table->slots == NULL) {
		table->slots = old;
		return -1;
	}
	table->slot_count = old_count * 2;
	for (i = 0; i < old_count; i++) {
		if (old[i].key != NULL)
			table->slots[probe(table, old[i].hash,
			    ac_span(old[i].key, old[i].len))] = old[i];
	}
	free(old);
	return 0;
}

int
ac_table_put(struct ac_table *table, struct authchain_span key, void *value)
{
	uint64_t hash = sip_hash(table->seed, key);
	struct slot *slot = &table->slots[probe(table, hash, key)];
	char *copy;

	if (slot->key != NULL) {
		if (table->drop != NULL && slot->value != value)
			table->drop(slot->value);
		slot->value = value;
		return 0;
	}
	if (table->count >= table->max)
		return -1;
	if (table->count + 1 > table->slot_count / 2) {
		if (grow(table) != 0)
			return -1;
		slot = &table->slots[probe(table, hash, key)];
	}
	copy = malloc(key.len + 1);
	if (copy == NULL)
		return -1;
	if (key.len > 0)
		memcpy(copy, key.data, key.len);
	copy[key.len] = '\0';
	slot->key = copy;
	slot->len = key.len;
	slot->hash = hash;
	slot->value = value;
	table->count++;
	return 0;
}

void *
ac_table_find(const struct ac_table *table, struct authchain_span key)
{
	return table->slots[probe(table, sip_hash(table->seed, key), key)]
	    .value;
}

/* Move back what probed past the slot that has become free. */
static void
close_gap(struct ac_table *table, size_t gap)
{
	size_t mask = table->slot_count - 1, at = gap;

	for (;;) {
		size_t home;

		at = (at + 1) & mask;
		if (table->slots[at].key == NULL)
			return;
		home = (size_t)table->slots[at].hash & mask;
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		table->slots[gap] = table->slots[at];
		table->slots[at] = (struct slot){ NULL, 0, 0, NULL };
		gap = at;
	}
}

bool
ac_table_remove(struct ac_table *table, struct authchain_span key)
{
	size_t at = probe(table, sip_hash(table->seed, key), key);

	if (table->slots[at].key == NULL)
		return false;
	drop_slot(table, &table->slots[at]);
	table->count--;
	close_gap(table, at);
	return true;
}

size_t
ac_table_count(const struct ac_table *table)
{
	return table->count;
}

bool
ac_table_next(const struct ac_table *table, size_t *at,
    struct authchain_span *key, void **value)
{
	while (*at < table->slot_count) {
		const struct slot *slot = &table->slots[(*at)++];

		if (slot->key == NULL)
			continue;
		*key = ac_span(slot->key, slot->len);
		*value = slot->value;
		return true;
	}
	return false;
}
