/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tokens that are bound to a key (RFC 7800).  Plugins say which key a request
 * was proved to come from; whether that is the token's is compared here, and
 * who brings no proof is refused here, whatever was configured.
 */
#include <stdlib.h>

#include "engine/service.h"

#define MAX_ALGORITHMS   256
#define THUMBPRINT_BYTES 43 /* SHA-256 in base64url */

/* The members of cnf that can be confirmed; others are nobody's here and are
 * passed over (RFC 7800 3.1). */
static const struct bond {
	const char *member, *pointer;
	bool dpop; /* only with this scheme */
} bonds[] = {
	{ "jkt", "/cnf/jkt", true },            /* RFC 9449 6.1 */
	{ "x5t#S256", "/cnf/x5t#S256", false }, /* RFC 8705 3.1 */
};
#define BOND_COUNT (sizeof(bonds) / sizeof(bonds[0]))
#define PROVED_KEY UINT32_C(1) /* of confirmed: the first of them */

/* ---- services ---------------------------------------------------------- */

static bool
is_list_of_names(struct authchain_span algorithms)
{
	struct authchain_span word;

	if (algorithms.len == 0 || algorithms.len > MAX_ALGORITHMS)
		return false;
	for (size_t i = 0; i < algorithms.len; i++)
		if (algorithms.data[i] != ' ' &&
		    !ac_span_is_scope(ac_span(algorithms.data + i, 1)))
			return false;
	return ac_span_word(&algorithms, &word);
}

int
ac_service_takes_proof(struct authchain_entry *entry, const char *algorithms)
{
	if (entry->diags == NULL || entry->proof_algorithms != NULL ||
	    !is_list_of_names(ac_span_text(algorithms)))
		return -1;
	entry->proof_algorithms = strdup(algorithms);
	return entry->proof_algorithms == NULL ? -1 : 0;
}

int
ac_service_confirm(struct authchain_call *call, const char *member,
    struct authchain_span thumbprint)
{
	struct authchain_value wanted;

	if (call->stage != AUTHCHAIN_STAGE_MAP || !call->bound ||
	    thumbprint.len != THUMBPRINT_BYTES)
		return 0;
	for (size_t i = 0; i < BOND_COUNT; i++) {
		if (strcmp(bonds[i].member, member) != 0)
			continue;
		if ((bonds[i].dpop && !call->dpop) ||
		    ac_service_claim(call, bonds[i].pointer, &wanted) != 1 ||
		    wanted.type != AUTHCHAIN_TYPE_STRING ||
		    !ac_span_is_secret(wanted.text, thumbprint))
			return 0;
		call->confirmed |= UINT32_C(1) << i;
		return 1;
	}
	return 0;
}

int
ac_service_proof_nonce(struct authchain_call *call, struct authchain_span nonce)
{
	struct authchain_span copy;

	if (call->stage != AUTHCHAIN_STAGE_MAP || nonce.len == 0 ||
	    nonce.len > AC_CALL_MAX_NONCE)
		return -1;
	for (size_t i = 0; i < nonce.len; i++) /* RFC 9449 8.1: NQCHAR */
		if (!ac_span_is_scope(ac_span(nonce.data + i, 1)))
			return -1;
	copy = ac_arena_copy(&call->result->arena, nonce);
	if (copy.data == NULL)
		return -1;
	call->nonce = copy.data;
	return 0;
}

/* ---- the check --------------------------------------------------------- */

/* What is not confirmed, or NULL. */
static const char *
unconfirmed(struct authchain_call *call)
{
	struct authchain_value value;
	size_t held = 0;

	for (size_t i = 0; i < BOND_COUNT; i++) {
		if (ac_service_claim(call, bonds[i].pointer, &value) != 1)
			continue;
		if ((call->confirmed & (UINT32_C(1) << i)) == 0)
			return bonds[i].member;
		held++;
	}
	if (held == 0)
		return "in a way that nobody here can check";
	return call->dpop && (call->confirmed & PROVED_KEY) == 0
		   ? "jkt, by which the scheme DPoP goes"
		   : NULL;
}

static void
refuse(struct authchain_call *call, uint32_t reason, const char *detail,
    const char *more)
{
	ac_call_say_own(call,
	    (struct authchain_span[]){ ac_span_text(detail),
		ac_span_text(more) },
	    2);
	call->said.reason = reason;
	ac_call_refuse(call, reason, "deny");
}

void
ac_call_check_bonds(struct authchain_call *call)
{
	const char *missing;

	if (!call->bound && !call->dpop)
		return;
	call->entry = NULL;
	call->stage = AUTHCHAIN_STAGE_MAP;
	call->said = (struct ac_said){ 0 };
	if (!call->bound) {
		refuse(call, AUTHCHAIN_REASON_BOUND_TOKEN,
		    "it came with the scheme DPoP and is bound to no key", "");
		return;
	}
	missing = unconfirmed(call);
	if (call->claim_lost)
		refuse(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "no memory to see what the token is bound to", "");
	else if (missing != NULL)
		refuse(call, AUTHCHAIN_REASON_BOUND_TOKEN,
		    "cnf binds it, and nobody has confirmed that: ", missing);
}
