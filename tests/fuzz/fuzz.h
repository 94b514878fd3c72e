/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What fuzz targets share.  A target is one source with the two functions that
 * libFuzzer calls: LLVMFuzzerTestOneInput runs one input and aborts when a
 * promise is broken; LLVMFuzzerCustomMutator makes a new input of an old one.
 * Linked with replay.c it is a test, with -fsanitize=fuzzer a fuzzer.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed);
/* The engine's own mutation of bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Ends the program, with the words for what was broken, unless it was kept. */
void fuzz_promise(bool kept, const char *words);

/* xorshift64 (Marsaglia 2003) */
struct fuzz_random {
	uint64_t state;
};
void fuzz_random_seed(struct fuzz_random *random, unsigned int seed);
/* Less than bound; 0 when that is 0. */
size_t fuzz_below(struct fuzz_random *random, size_t bound);

/* Input that is being changed. */
struct fuzz_text {
	char *bytes;
	size_t len, room;
};
/* Replace gone bytes at `at' by the text; nothing when there is no room. */
void fuzz_splice(struct fuzz_text *text, size_t at, size_t gone,
    const char *bytes, size_t len);

struct fuzz_words {
	const char *const *list; /* NULL at its end */
};
const char *fuzz_word(struct fuzz_random *random, const struct fuzz_words *of);

/* As LLVMFuzzerCustomMutator: a word somewhere, or some bytes. */
size_t fuzz_change(struct fuzz_text *text, unsigned int seed,
    const struct fuzz_words *words);

/* One change of what is likely JSON: a member's value, a member more or less,
 * a word somewhere, some bytes. */
void fuzz_json(struct fuzz_text *text, struct fuzz_random *random,
    const struct fuzz_words *names, const struct fuzz_words *values);

#endif
