/* SPDX-License-Identifier: BSD-2-Clause */
/* The identity set, one function a field. */
#include "daemon/identity.h"

static bool
is_itself(char c)
{
	return c > 0x20 && c < 0x7f && c != '%' && c != ',';
}

static void
add_encoded(struct ac_buf *out, struct authchain_span text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t from = at;

		while (at < text.len && is_itself(text.data[at]))
			at++;
		ac_buf_add(out, ac_span_cut(text, from, at));
		if (at < text.len)
			ac_buf_format(out, "%%%02X",
			    (unsigned char)text.data[at++]);
	}
}

/* Words, each encoded, one blank between them. */
static void
add_words(struct ac_buf *out, struct authchain_span words)
{
	struct authchain_span word;
	bool first = true;

	while (ac_span_word(&words, &word)) {
		if (!first)
			ac_buf_byte(out, ' ');
		add_encoded(out, word);
		first = false;
	}
}

static struct authchain_span
attribute(const struct authchain_decision *decision, const char *name)
{
	for (size_t i = 0; i < decision->attribute_count; i++)
		if (ac_span_is_text(decision->attributes[i].name, name))
			return decision->attributes[i].value;
	return ac_span(NULL, 0);
}

/* A name for people where the chain knows one, else the subject. */
static void
add_user(const struct authchain_decision *decision, struct ac_buf *out)
{
	struct authchain_span user = attribute(decision, "user");

	add_encoded(out, user.len > 0 ? user : decision->subject);
}

static void
add_subject(const struct authchain_decision *decision, struct ac_buf *out)
{
	add_encoded(out, decision->subject);
}

static void
add_issuer(const struct authchain_decision *decision, struct ac_buf *out)
{
	add_encoded(out, decision->issuer);
}

static void
add_scopes(const struct authchain_decision *decision, struct ac_buf *out)
{
	for (size_t i = 0; i < decision->scope_count; i++) {
		if (i > 0)
			ac_buf_byte(out, ' ');
		add_encoded(out, decision->scopes[i]);
	}
}

static void
add_groups(const struct authchain_decision *decision, struct ac_buf *out)
{
	add_words(out, attribute(decision, "groups"));
}

static void
add_client(const struct authchain_decision *decision, struct ac_buf *out)
{
	add_encoded(out, decision->client_id);
}

/* The entry that judged the token. */
static void
add_method(const struct authchain_decision *decision, struct ac_buf *out)
{
	add_encoded(out, ac_span_text(decision->provider));
}

static void
add_expires(const struct authchain_decision *decision, struct ac_buf *out)
{
	char digits[20];
	size_t at = sizeof(digits);
	int64_t rest = decision->expires_s;

	for (; rest > 0; rest /= 10)
		digits[--at] = (char)('0' + rest % 10);
	ac_buf_add(out, ac_span(digits + at, sizeof(digits) - at));
}

static const struct {
	const char *name;
	void (*add)(const struct authchain_decision *, struct ac_buf *);
} fields[AC_IDENTITY_COUNT] = {
	{ "X-Auth-User", add_user }, { "X-Auth-Subject", add_subject },
	{ "X-Auth-Issuer", add_issuer }, { "X-Auth-Scopes", add_scopes },
	{ "X-Auth-Groups", add_groups }, { "X-Auth-Client", add_client },
	{ "X-Auth-Method", add_method }, { "X-Auth-Expires", add_expires },
	{ "X-Auth-Request-Id", NULL }, /* of the request, not the decision */
};

const char *
ac_identity_name(size_t at)
{
	return fields[at].name;
}

void
ac_identity_value(const struct authchain_decision *decision,
    const char *request_id, size_t at, struct ac_buf *out)
{
	if (fields[at].add == NULL)
		add_encoded(out, ac_span_text(request_id));
	else
		fields[at].add(decision, out);
}
