/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key set says of itself to people. */
#include "keys/keyset-parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

/* One member of the at-th key; texts of strangers are quoted when they could
 * be taken for more than one line. */
static void
report_member(struct ac_keyset *set, struct authchain_report *report, size_t at,
    const char *member, struct authchain_span text)
{
	char name[48];
	struct ac_quote quote;

	if (text.data == NULL)
		return;
	(void)snprintf(name, sizeof(name), "key.%zu.%s", at, member);
	if (ac_span_has_control(text))
		set->host->report(report, name, "%s", ac_quote(&quote, text));
	else
		set->host->report(report, name, "%.*s", (int)text.len,
		    text.data);
}

static void
report_key(struct ac_keyset *set, struct authchain_report *report, size_t at,
    const struct ac_keyset_view *view)
{
	const struct ac_jwk *jwk = ac_jwks_at(view->jwks, at);
	int64_t used_s = view->snapshot->used_s[at];
	bool usable = ac_jwk_is_verifier(jwk);
	char when[AGO_BYTES];

	report_member(set, report, at, "kid", ac_jwk_kid(jwk));
	report_member(set, report, at, "kty",
	    ac_span_text(kty_name(ac_jwk_kty(jwk))));
	report_member(set, report, at, "alg", ac_span_text(ac_jwk_alg(jwk)));
	report_member(set, report, at, "use", ac_span_text(ac_jwk_use(jwk)));
	report_member(set, report, at, "usable",
	    ac_span_text(usable ? "yes" : "no"));
	if (!usable)
		report_member(set, report, at, "why",
		    ac_span_text("its use, key_ops, alg, type or size allows "
				 "no algorithm that is known here"));
	if (used_s == 0)
		return;
	(void)snprintf(when, sizeof(when), "%" PRId64,
	    set->host->wall_ms() / 1000 - used_s);
	report_member(set, report, at, "last-used-s", ac_span_text(when));
}

static void
report_keys(struct ac_keyset *set, struct authchain_report *report,
    const struct ac_keyset_view *view)
{
	size_t count = ac_jwks_count(view->jwks);
	size_t left_out = ac_jwks_left_out(view->jwks);

	set->host->report(report, "keys", "%zu", count);
	set->host->report(report, "keys-left-out", "%zu", left_out);
	for (size_t i = 0; i < count; i++)
		report_key(set, report, i, view);
	for (size_t i = 0; i < left_out; i++) {
		struct authchain_span kid;
		const char *why = ac_jwks_left_out_at(view->jwks, i, &kid);

		report_member(set, report, count + i, "kid", kid);
		report_member(set, report, count + i, "usable",
		    ac_span_text("no"));
		report_member(set, report, count + i, "why", ac_span_text(why));
	}
}

/* The keys at hand are the last-good copy's, or came from url (a copy, the
 * caller's to free). */
static const char *
source_of(struct ac_keyset *set, bool has_keys, char **url)
{
	bool from_copy;

	*url = NULL;
	if (set->jwks_file != NULL)
		return "file";
	(void)pthread_mutex_lock(&set->lock);
	from_copy = set->from_copy;
	if (set->jwks_uri != NULL)
		*url = strdup(set->jwks_uri);
	else if (set->found_uri != NULL)
		*url = strdup(set->found_uri);
	(void)pthread_mutex_unlock(&set->lock);
	return !has_keys ? "none" : from_copy ? "last-good" : "fetched";
}

static void
report_place(struct ac_keyset *set, struct authchain_report *report,
    bool has_keys)
{
	char *url;
	const char *source = source_of(set, has_keys, &url);

	set->host->report(report, "key-set", "%s", set->what);
	set->host->report(report, "issuer", "%s", set->issuer);
	if (set->jwks_file != NULL)
		set->host->report(report, "file", "%s", set->jwks_file);
	if (url != NULL)
		set->host->report(report, "url", "%s", url);
	if (set->last_good != NULL)
		set->host->report(report, "last-good", "%s", set->last_good);
	set->host->report(report, "source", "%s", source);
	free(url);
}

static void
report_s(struct ac_keyset *set, struct authchain_report *report,
    const char *name, int64_t ms)
{
	set->host->report(report, name, "%" PRId64, ms < 0 ? 0 : ms / 1000);
}

static void
report_fetch(struct ac_keyset *set, struct authchain_report *report)
{
	int64_t now_ms = set->host->monotonic_ms();
	struct ac_poll_state state;

	ac_poll_read(set->poll, &state);
	if (state.ok_ms != AC_POLL_NEVER) {
		report_s(set, report, "age-s", now_ms - state.ok_ms);
		report_s(set, report, "expires-s",
		    state.ok_ms + set->max_stale_ms - now_ms);
	}
	set->host->report(report, "fetching", "%s",
	    state.running ? "yes" : "no");
	if (!state.running && state.next_ms != AC_POLL_NEVER)
		report_s(set, report, "next-fetch-s",
		    state.next_ms - now_ms + 999);
	set->host->report(report, "fetches", "%" PRIu64, state.rounds);
	set->host->report(report, "failures-in-a-row", "%u", state.failures);
	if (state.failed_ms == AC_POLL_NEVER)
		return;
	set->host->report(report, "last-error", "%s", state.error);
	report_s(set, report, "last-error-age-s", now_ms - state.failed_ms);
}

void
ac_keyset_report(struct ac_keyset *set, struct authchain_report *report)
{
	struct ac_keyset_view view;
	bool has_keys = ac_keyset_acquire(set, &view);

	report_place(set, report, has_keys);
	if (set->poll != NULL)
		report_fetch(set, report);
	if (has_keys)
		report_keys(set, report, &view);
	else
		set->host->report(report, "keys", "0");
	ac_keyset_release(&view);
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
