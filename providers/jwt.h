/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What providers of signed tokens have in common: the options that say which
 * tokens are theirs, every check that may refuse before a key is looked up,
 * and what follows after a signature was verified.  The signature itself is
 * the provider's.
 *
 *	claim()   jwt_claims_this
 *	verify()  jwt_refuse, then the provider's keys, then jwt_accept
 */
#ifndef PROVIDERS_JWT_H
#define PROVIDERS_JWT_H

#include "jose/claims.h"
#include "jose/jws.h"
#include "options.h"

#define JWT_MAX_CLAIM_NAME 128    /* bytes of a claim named in an option */
#define JWT_NO_ISSUER      "none" /* the option's word for tokens without iss */

/*
 * Rows for a provider's option table.  `issuer', `algorithms' (a list) and
 * `required-claims' (a list) differ in what is required and what is the
 * default; a provider adds its own rows of these names.
 */
/* clang-format off */
#define JWT_OPTIONS                                                            \
	{ .name = "audience", .type = AUTHCHAIN_OPTION_LIST,                   \
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,                               \
	    .help = "accepted audiences, exact; default: the chain's "         \
		    "resource" },                                              \
	{ .name = "typ", .type = AUTHCHAIN_OPTION_LIST,                        \
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,                               \
	    .help = "accepted header types; a token without one is then "      \
		    "refused; default: JWT, at+jwt or none" },                 \
	OPTIONS_LEEWAY,                                                        \
	OPTIONS_BOUND,                                                         \
	{ .name = "max-age", .type = AUTHCHAIN_OPTION_DURATION,                \
	    .min = 1000, .max = AC_CLAIMS_MAX_TIME_S * 1000,                   \
	    .help = "refuse tokens issued longer ago, whatever their exp" },   \
	{ .name = "subject-claim", .type = AUTHCHAIN_OPTION_STRING,            \
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,                               \
	    .help = "the claim that names the subject; default: sub" }
/* clang-format on */

/* Immutable after init; what it borrows from the host lives as long. */
struct jwt_policy {
	const struct authchain_host *host;
	struct ac_header_policy header;
	struct ac_claims_policy claims; /* issuer.data NULL: no iss */
	bool typ_wanted;                /* an absent typ is refused */
	/* owned; header and claims look at them */
	const char **types;
	struct authchain_span *audiences;
	struct authchain_span *required;
};

/*
 * Read the entry's options, in create.  issuer is the provider's to find (its
 * option, or what a preset makes of it): "none" stands for tokens without
 * iss, nothing at all is a configuration error.  It is borrowed for as long as
 * the policy lives.  Tells the host about the issuer claimed.  -1 after
 * host->fail; jwt_policy_clear is due in either case.
 */
int jwt_policy_init(struct jwt_policy *policy,
    const struct authchain_host *host, struct authchain_entry *entry,
    struct authchain_span issuer);
void jwt_policy_clear(struct jwt_policy *policy);

/* AUTHCHAIN_MINE when the token is a JWS whose iss is the policy's. */
uint32_t jwt_claims_this(const struct jwt_policy *policy,
    struct authchain_call *call);

/*
 * Is the token refused by what can be read without any key: header, claims,
 * times?  true: the reason was given, return AUTHCHAIN_REJECT.  false: go on
 * and verify the signature with *alg.  Nothing is accepted by this.
 */
bool jwt_refuse(const struct jwt_policy *policy, struct authchain_call *call,
    const struct ac_alg **alg);

/*
 * The signature was verified: adopt the claims, name the subject.
 * AUTHCHAIN_ACCEPT; UNAVAILABLE when memory is short; REJECT without a
 * subject.  But for ACCEPT the reason was given.
 */
uint32_t jwt_accept(const struct jwt_policy *policy,
    struct authchain_call *call);

/*
 * `kid "a", RS256, issued 45 s ago' of the unverified token, for a refusal's
 * detail.  Returns words->text.
 */
struct jwt_words {
	char text[AC_QUOTE_BYTES * 8 + 96];
};
const char *jwt_describe(const struct jwt_policy *policy,
    struct authchain_call *call, struct jwt_words *words);

#endif
