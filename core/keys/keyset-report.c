/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key set says of itself to people. */
#include "keys/keyset-parts.h"

#include <inttypes.h>
#include <stdio.h>

#define SHOWN_KIDS 8
#define AGO_BYTES  32

void
ac_keyset_kids(const struct ac_jwks *jwks, struct ac_buf *out)
{
	size_t count = ac_jwks_count(jwks);

	for (size_t i = 0; i < count && i < SHOWN_KIDS; i++) {
		struct authchain_span kid = ac_jwk_kid(ac_jwks_at(jwks, i));
		struct ac_quote quote;

		ac_buf_format(out, "%s%s", i == 0 ? "" : ", ",
		    kid.data == NULL ? "(no kid)" : ac_quote(&quote, kid));
	}
	if (count > SHOWN_KIDS)
		ac_buf_format(out, " and %zu more", count - SHOWN_KIDS);
}

/* "never", or how long ago. */
static const char *
ago(const struct ac_keyset *set, int64_t when_ms, char out[AGO_BYTES])
{
	if (when_ms == AC_POLL_NEVER)
		(void)snprintf(out, AGO_BYTES, "never");
	else
		(void)snprintf(out, AGO_BYTES, "%" PRId64 " s ago",
		    (set->host->monotonic_ms() - when_ms) / 1000);
	return out;
}

static void
describe_fetch(struct ac_keyset *set, struct ac_buf *out)
{
	struct ac_poll_state state;
	char when[AGO_BYTES];

	if (set->poll == NULL) {
		ac_buf_format(out, "; read from %.200s", set->jwks_file);
		return;
	}
	ac_poll_read(set->poll, &state);
	if (state.ok_ms == AC_POLL_NEVER)
		ac_buf_text(out, "; never fetched");
	else
		ac_buf_format(out, "; fetched %s", ago(set, state.ok_ms, when));
	if (state.failures > 0)
		ac_buf_format(out, "; the last fetch failed %s: %.400s",
		    ago(set, state.failed_ms, when), state.error);
	else if (state.running)
		ac_buf_text(out, "; a fetch is under way");
}

const char *
ac_keyset_describe(struct ac_keyset *set, struct ac_keyset_words *words)
{
	struct ac_keyset_view view;
	struct ac_buf buf;
	struct authchain_span text;

	ac_buf_init(&buf, sizeof(words->text) - 1);
	if (!ac_keyset_acquire(set, &view)) {
		ac_buf_text(&buf, "no keys");
	} else {
		ac_buf_text(&buf,
		    ac_jwks_count(view.jwks) > 0 ? "keys: " : "no usable keys");
		ac_keyset_kids(view.jwks, &buf);
		ac_keyset_release(&view);
	}
	describe_fetch(set, &buf);
	text = ac_buf_span(&buf);
	(void)snprintf(words->text, sizeof(words->text), "%.*s", (int)text.len,
	    text.data);
	ac_buf_clear(&buf);
	return words->text;
}

static const char *
kty_name(enum ac_kty kty)
{
	switch (kty) {
	case AC_KTY_RSA:
		return "RSA";
	case AC_KTY_EC:
		return "EC";
	case AC_KTY_OKP:
		return "OKP";
	default:
		return "unknown";
	}
}

static void
report_keys(struct ac_keyset *set, struct authchain_report *report,
    const struct ac_keyset_view *view)
{
	size_t count = ac_jwks_count(view->jwks);

	for (size_t i = 0; i < count; i++) {
		const struct ac_jwk *jwk = ac_jwks_at(view->jwks, i);
		int64_t used_s = view->snapshot->used_s[i];
		struct ac_quote quote;
		char when[AGO_BYTES] = "never";

		if (used_s != 0)
			(void)snprintf(when, sizeof(when), "%" PRId64 " s ago",
			    set->host->wall_ms() / 1000 - used_s);
		set->host->report(report, "key", "%s %s, last used %s",
		    ac_jwk_kid(jwk).data == NULL
			? "(no kid)"
			: ac_quote(&quote, ac_jwk_kid(jwk)),
		    kty_name(ac_jwk_kty(jwk)), when);
	}
	if (ac_jwks_left_out(view->jwks) > 0)
		set->host->report(report, "keys-left-out", "%zu",
		    ac_jwks_left_out(view->jwks));
}

static void
report_fetch(struct ac_keyset *set, struct authchain_report *report)
{
	struct ac_poll_state state;
	char when[AGO_BYTES];

	ac_poll_read(set->poll, &state);
	set->host->report(report, "fetched", "%s", ago(set, state.ok_ms, when));
	if (state.failed_ms != AC_POLL_NEVER)
		set->host->report(report, "last-error", "%s: %s",
		    ago(set, state.failed_ms, when), state.error);
	set->host->report(report, "failures-in-a-row", "%u", state.failures);
	if (state.running)
		set->host->report(report, "next-fetch", "under way");
	else if (state.next_ms != AC_POLL_NEVER)
		set->host->report(report, "next-fetch", "in %u s",
		    ac_keyset_retry_s(set));
}

void
ac_keyset_report(struct ac_keyset *set, struct authchain_report *report)
{
	struct ac_keyset_view view;

	set->host->report(report, "key-set", "%s", set->what);
	if (ac_keyset_acquire(set, &view)) {
		report_keys(set, report, &view);
		ac_keyset_release(&view);
	} else {
		set->host->report(report, "keys", "none that may be used");
	}
	if (set->poll != NULL)
		report_fetch(set, report);
}

uint32_t
ac_keyset_retry_s(struct ac_keyset *set)
{
	struct ac_poll_state state;
	int64_t wait_ms;

	if (set->poll == NULL)
		return 1;
	ac_poll_read(set->poll, &state);
	if (state.running || state.next_ms == AC_POLL_NEVER)
		return 1;
	wait_ms = state.next_ms - set->host->monotonic_ms();
	return wait_ms <= 1000 ? 1 : (uint32_t)((wait_ms + 999) / 1000);
}
