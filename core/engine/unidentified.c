/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nobody accepted: says to the operator why, because "unclaimed" alone sends
 * people to read source code at night.
 */
#include "base/buf.h"
#include "base/error.h"
#include "engine/call.h"

#define MAX_LIST 400

static void
list_issuers(const struct ac_chain *chain, struct ac_buf *out)
{
	for (size_t i = 0; i < chain->entry_count; i++) {
		const struct authchain_entry *entry = chain->entries[i];

		for (size_t j = 0; j < entry->claim_count; j++) {
			struct ac_quote quote;
			struct authchain_span text =
			    ac_span(entry->claims[j].text,
				entry->claims[j].len);

			if (entry->claims[j].is_prefix)
				continue;
			ac_buf_format(out, "%s%s (%s)",
			    out->len == 0 ? "" : ", ",
			    text.len == 0 ? "none" : ac_quote(&quote, text),
			    entry->name);
		}
	}
}

char *
ac_chain_claimed(const struct ac_chain *chain)
{
	struct ac_buf issuers;
	char *text;

	ac_buf_init(&issuers, MAX_LIST);
	list_issuers(chain, &issuers);
	text = strdup(issuers.len == 0 ? "none" : ac_buf_span(&issuers).data);
	ac_buf_clear(&issuers);
	return text;
}

static void
say_unclaimed(struct authchain_call *call)
{
	const struct authchain_peek *peek = ac_call_peek(call);
	struct ac_quote quote;

	if (peek == NULL) {
		ac_call_say(call, AUTHCHAIN_REASON_UNCLAIMED,
		    "an opaque token of %zu bytes", call->token.len);
		/* Own words, which may hold what an opaque token is. */
		ac_call_say_own(call, call->said.detail,
		    " that no entry knows");
		return;
	}
	ac_call_say(call, AUTHCHAIN_REASON_UNCLAIMED,
	    "a JWS with iss %s, which no entry claims; claimed: ",
	    peek->iss.type == AUTHCHAIN_TYPE_STRING
		? ac_quote(&quote, peek->iss.text)
		: (peek->iss.type == AUTHCHAIN_TYPE_ABSENT ? "absent"
							   : "not a string"));
	ac_call_say_own(call, call->said.detail, call->chain->claimed);
}

/* What begins like a JWS and is none deserves a word on where it breaks. */
static bool
is_broken_jws(struct authchain_call *call)
{
	return ac_span_starts(call->token, ac_span_text("eyJ")) &&
	       ac_call_peek(call) == NULL;
}

void
ac_call_unidentified(struct authchain_call *call)
{
	uint32_t reason = AUTHCHAIN_REASON_UNCLAIMED;

	call->entry = NULL;
	call->stage = AUTHCHAIN_STAGE_IDENTITY;
	call->said = (struct ac_said){ 0 };
	if (call->token.data == NULL) {
		reason = AUTHCHAIN_REASON_NO_CREDENTIALS;
	} else if (is_broken_jws(call)) {
		reason = call->peek_reason;
		ac_call_say(call, reason,
		    "no entry claims it, and it only begins like a JWS: %s",
		    call->peek_detail == NULL ? "" : call->peek_detail);
	} else {
		say_unclaimed(call);
	}
	ac_call_refuse(call, reason, "deny");
}
