/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nobody accepted: says to the operator why, because "unclaimed" alone sends
 * people to read source code at night.
 */
#include "base/buf.h"
#include "base/error.h"
#include "engine/call.h"

#define MAX_LIST     400
#define NUMBER_BYTES 20 /* digits of 64 bits */

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

static struct authchain_span
number_text(char out[NUMBER_BYTES], size_t number)
{
	char *end = out + NUMBER_BYTES, *at = end;

	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0 && at > out);
	return ac_span(at, (size_t)(end - at));
}

/* For people, and without a piece of the token, which it is a part of. */
static struct authchain_span
issuer_text(const struct authchain_call *call,
    const struct authchain_peek *peek, struct ac_quote *quote)
{
	if (peek->iss.type == AUTHCHAIN_TYPE_ABSENT)
		return ac_span_text("absent");
	if (peek->iss.type != AUTHCHAIN_TYPE_STRING)
		return ac_span_text("not a string");
	(void)ac_quote(quote, peek->iss.text);
	ac_call_blank(call, quote->text);
	return ac_span_text(quote->text);
}

static void
say_unclaimed(struct authchain_call *call)
{
	const struct authchain_peek *peek = ac_call_peek(call);
	char number[NUMBER_BYTES];
	struct ac_quote quote;

	/* Own words, which may hold what an opaque token is. */
	if (peek == NULL)
		ac_call_say_own(call,
		    (struct authchain_span[]){
			ac_span_text("an opaque token of "),
			number_text(number, call->token.len),
			ac_span_text(" bytes that no entry knows") },
		    3);
	else
		ac_call_say_own(call,
		    (struct authchain_span[]){ ac_span_text("a JWS with iss "),
			issuer_text(call, peek, &quote),
			ac_span_text(", which no entry claims; claimed: "),
			ac_span_text(call->chain->claimed) },
		    4);
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
