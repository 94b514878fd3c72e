/* SPDX-License-Identifier: BSD-2-Clause */
/* Credentials of those who ask about credentials. */
#include "daemon/caller.h"

#include "base/base64url.h"
#include "daemon/form.h"

static const char scheme[] = "Basic";

static bool
is_basic(struct authchain_span value)
{
	const size_t len = sizeof(scheme) - 1;

	return ac_span_is_nocase(ac_span_cut(value, 0, len),
		   ac_span_text(scheme)) &&
	       (value.len == len || value.data[len] == ' ');
}

static bool
decode(struct ac_buf *out, struct authchain_span text)
{
	union {
		char *text;
		unsigned char *bytes;
	} data;
	size_t len;

	if (text.len == 0 || text.len > AC_CALLER_MAX_BASIC)
		return false;
	/* room for what is decoded, and then its length */
	ac_buf_add(out, text);
	data.text = out->data;
	if (out->failed || !ac_base64_decode(text, data.bytes, &len))
		return false;
	out->len = len;
	return true;
}

/* Each was encoded like a form before they were joined. */
static bool
split(struct ac_caller *caller)
{
	struct ac_buf *pair = &caller->pair;
	size_t id_len = ac_span_find(ac_buf_span(pair), ':', 0);
	size_t secret_len;

	if (id_len == pair->len)
		return false;
	secret_len = pair->len - id_len - 1;
	caller->id.data = pair->data;
	caller->secret.data = pair->data + id_len + 1;
	if (!ac_form_decode(pair->data, &id_len) ||
	    !ac_form_decode(pair->data + (caller->secret.data - pair->data),
		&secret_len))
		return false;
	caller->id.len = id_len;
	caller->secret.len = secret_len;
	return id_len > 0 && secret_len > 0;
}

void
ac_caller_read(struct ac_caller *caller, struct authchain_span value)
{
	*caller = (struct ac_caller){ 0 };
	ac_buf_init(&caller->pair, AC_CALLER_MAX_BASIC);
	value = ac_span_trim(value);
	caller->basic = is_basic(value);
	if (!caller->basic)
		return;
	value = ac_span_trim(ac_span_cut(value, sizeof(scheme) - 1, value.len));
	caller->malformed = !decode(&caller->pair, value) || !split(caller);
}

void
ac_caller_clear(struct ac_caller *caller)
{
	ac_buf_wipe(&caller->pair);
}

void
ac_caller_show(const struct ac_caller *caller,
    struct authchain_request *request)
{
	if (!caller->basic)
		return;
	request->authorization_count = 0;
	request->token = caller->secret;
}

bool
ac_caller_is(const struct ac_caller *caller,
    const struct authchain_decision *decision)
{
	if (decision->verdict != AUTHCHAIN_VERDICT_ALLOW ||
	    decision->anonymous || caller->malformed)
		return false;
	return !caller->basic || ac_span_is(caller->id, decision->client_id) ||
	       ac_span_is(caller->id, decision->subject);
}
