/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other libraries that judge tokens, and a bare PAM transaction: linked when
 * they are installed where this is built, and asked about the same tokens in
 * the same rounds.  Each says yes only to a good signature, issuer, audience
 * and expiry, as a program that uses it would.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "measure.h"
#include "token.h"

struct bench_peer_input {
	const struct bench_key *key;
	const struct bench_token *ring;
	const char *dir; /* scratch */
};

struct bench_peer {
	const char *name;
	/* What it is asked for, and with which keys: algorithms, with blanks
	 * around each, or another word of rows.c. */
	const char *does;
	void *(*open)(const struct bench_peer_input *input);
	bool (*check)(void *self, const struct bench_token *token);
	void (*close)(void *self);
};

/* The peers that are linked, to NULL. */
const struct bench_peer *const *bench_peers(void);

/* A peer and the tokens that it is asked about in turn; as bench_op's. */
struct bench_asked *bench_asked_new(const struct bench_peer *peer,
    const struct bench_peer_input *input);
bool bench_asked_run(void *self, size_t times);
void bench_asked_close(void *self);

/* Are iss, aud and exp as they must be? */
bool bench_claims_are_good(const char *issuer, const char *audience,
    int64_t expires_s);
/* The same of a payload. */
bool bench_payload_is_good(const json_t *claims);

#endif
