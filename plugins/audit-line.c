/* SPDX-License-Identifier: BSD-2-Clause */
/* Members in the order in which people ask: when, where, what, who, which. */
#ifdef HAVE_CONFIG_H
#include "config.h" /* memmem */
#endif

#include "audit-line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/reason.h"

static void
add_ts(struct ac_buf *out, int64_t ts_ms)
{
	char date[AC_CLOCK_TEXT];
	const char *text = ac_clock_text(ts_ms / 1000, date);

	ac_buf_format(out, "\"ts\":\"%.*s.%03dZ\"", (int)strlen(text) - 1, text,
	    (int)(ts_ms % 1000));
}

static void
add_text(struct ac_buf *out, const char *name, struct authchain_span text,
    bool cut)
{
	if (text.data == NULL) {
		ac_buf_format(out, ",\"%s\":null", name);
		return;
	}
	ac_buf_format(out, ",\"%s\":\"", name);
	ac_buf_json(out, text);
	ac_buf_text(out, cut ? "\xe2\x80\xa6\"" : "\"");
}

static void
add_member(struct ac_buf *out, const char *name,
    const struct audit_record *record, enum audit_text which)
{
	add_text(out, name, audit_record_text(record, which),
	    record->cut[which]);
}

/* The first digits of HMAC over kind, a NUL and bytes. */
static void
add_hash(const struct audit_style *style, struct ac_buf *out, const char *kind,
    struct authchain_span bytes)
{
	bool token = strcmp(kind, "token") == 0;
	char text[16 + AUDIT_MAX_TEXT], hash[AC_DIGEST_HEX];
	size_t len = strlen(kind) + 1;

	if (bytes.data == NULL || bytes.len > sizeof(text) - len) {
		ac_buf_format(out, ",\"%s_hash\":null", kind);
		return;
	}
	memcpy(text, kind, len);
	memcpy(text + len, bytes.data, bytes.len);
	(void)ac_seal_hmac(style->name_key, ac_span(text, len + bytes.len),
	    hash);
	ac_buf_format(out, ",\"%s_hash\":\"%.*s\"", kind,
	    token ? AUDIT_TOKEN_DIGITS : AUDIT_SUBJECT_DIGITS, hash);
}

static void
add_jti(struct ac_buf *out, struct authchain_span claims)
{
	static const char jti[] = "\"jti\"";
	json_t *root = NULL;
	struct authchain_span id = { NULL, 0 };

	if (claims.data != NULL &&
	    memmem(claims.data, claims.len, jti, sizeof(jti) - 1) != NULL)
		root = ac_json_parse(claims, &ac_json_token, NULL);
	if (root != NULL)
		id = ac_json_string(root, "jti");
	add_text(out, "jti", ac_span_cut(id, 0, AUDIT_MAX_TEXT),
	    id.len > AUDIT_MAX_TEXT);
	json_decref(root);
}

static void
open_line(const struct audit_style *style, struct ac_buf *out)
{
	if (style->seal != NULL)
		ac_seal_begin(style->seal, out);
	else
		ac_buf_byte(out, '{');
}

/* Whole, or not at all: what does not fit is taken back. */
static int
end_line(const struct audit_style *style, struct ac_buf *out, size_t from)
{
	int r = 0;

	if (style->seal != NULL) {
		struct ac_seal before = *style->seal;

		r = ac_seal_end(style->seal, out, from);
		ac_buf_byte(out, '\n');
		if (out->failed)
			*style->seal = before;
	} else {
		ac_buf_text(out, "}\n");
	}
	if (r == 0 && !out->failed)
		return 0;
	out->len = from;
	out->failed = false;
	return -1;
}

static void
add_decision(const struct audit_style *style, struct ac_buf *out,
    const struct audit_record *record)
{
	const char *verdict = ac_verdict_name(record->verdict);
	const char *reason = ac_reason_name(record->reason);

	add_ts(out, record->ts_ms);
	add_member(out, "chain", record, AUDIT_CHAIN);
	add_text(out, "verdict", ac_span_text(verdict), false);
	add_text(out, "reason",
	    ac_span_text(
		record->reason == AUTHCHAIN_REASON_NONE ? NULL : reason),
	    false);
	add_member(out, "provider", record, AUDIT_PROVIDER);
	if (style->hash_subjects)
		add_hash(style, out, "subject",
		    audit_record_text(record, AUDIT_SUBJECT));
	else
		add_member(out, "subject", record, AUDIT_SUBJECT);
	add_member(out, "client", record, AUDIT_CLIENT);
	add_hash(style, out, "token",
	    ac_span(record->has_token ? (const char *)record->token : NULL,
		sizeof(record->token)));
	add_jti(out, audit_record_text(record, AUDIT_CLAIMS));
	add_member(out, "address", record, AUDIT_ADDRESS);
	add_member(out, "method", record, AUDIT_METHOD);
	add_member(out, "uri", record, AUDIT_URI);
	ac_buf_format(out, ",\"status\":%u,\"us\":%" PRIu64, record->status,
	    record->us);
	ac_buf_format(out, ",\"cached\":%s,\"degraded\":%s",
	    record->cached ? "true" : "false",
	    record->degraded ? "true" : "false");
	add_member(out, "request_id", record, AUDIT_REQUEST_ID);
	add_member(out, "trace_id", record, AUDIT_TRACE_ID);
}

int
audit_line_decision(const struct audit_style *style, struct ac_buf *out,
    const struct audit_record *record)
{
	size_t from = out->len;

	open_line(style, out);
	add_decision(style, out, record);
	return end_line(style, out, from);
}

int
audit_line_begin(const struct audit_style *style, struct ac_buf *out,
    int64_t ts_ms)
{
	size_t from = out->len;

	open_line(style, out);
	ac_buf_format(out, "\"event\":\"begin\",\"chain_hash\":\"%s\",",
	    style->seal != NULL && style->seal->keyed ? "hmac-sha256"
						      : "sha256");
	add_ts(out, ts_ms);
	return end_line(style, out, from);
}

int
audit_line_dropped(const struct audit_style *style, struct ac_buf *out,
    int64_t ts_ms, uint64_t count)
{
	size_t from = out->len;

	open_line(style, out);
	ac_buf_format(out, "\"event\":\"dropped\",\"lines\":%" PRIu64 ",",
	    count);
	add_ts(out, ts_ms);
	return end_line(style, out, from);
}

int
audit_line_torn(const struct audit_style *style, struct ac_buf *out,
    int64_t ts_ms, const struct audit_piece *piece)
{
	size_t from = out->len;

	open_line(style, out);
	ac_buf_format(out,
	    "\"event\":\"torn\",\"bytes\":%" PRIu64 ",\"sha256\":\"%s\",",
	    piece->bytes, piece->sha256);
	add_ts(out, ts_ms);
	return end_line(style, out, from);
}
