/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DPoP proof (RFC 9449 4.2), judged from its bytes: no call, no clock, no
 * memory of others.  What is left to do then is to see that it is the first
 * use, and that the nonce is ours.
 */
#ifndef PLUGINS_DPOP_PROOF_H
#define PLUGINS_DPOP_PROOF_H

#include "jose/jws.h"
#include "jose/thumbprint.h"

#define DPOP_PROOF_MAX_BYTES 8192
#define DPOP_PROOF_MAX_JTI   256
#define DPOP_PROOF_MAX_NONCE 128

/* What a proof has to be about. */
struct dpop_wanted {
	ac_alg_set algorithms;
	struct authchain_span method;
	const struct authchain_span *uris; /* normalised; one of them */
	size_t uri_count;
	struct authchain_span token;      /* by ath */
	struct authchain_span thumbprint; /* of the key */
	int64_t now_ms, max_age_ms, leeway_ms;
};

struct dpop_proof {
	unsigned char digest[AC_DIGEST_BYTES]; /* of key and jti */
	int64_t iat_s;
	char nonce[DPOP_PROOF_MAX_NONCE + 1]; /* "" without one */
};

/*
 * NONE: all of RFC 9449 4.3 holds but for nonce and first use.  INVALID_PROOF
 * with why in *err, or OUT_OF_MEMORY.
 */
uint32_t dpop_proof_judge(struct authchain_span text,
    const struct dpop_wanted *wanted, struct dpop_proof *proof,
    struct authchain_error *err);

#endif
