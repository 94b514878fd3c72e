/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The introspection request (RFC 7662 2.1) with the client's credentials.  The
 * token and the secret are in memory that is wiped, and in nothing that is
 * logged.
 */
#include "oauth.h"

#include <stdlib.h>

#include "assertion.h"
#include "base/buf.h"
#include "jose/jws.h"

#define FORM_MAX_BYTES ((size_t)4 * AC_JWS_MAX_TOKEN)

/* application/x-www-form-urlencoded (RFC 6749 appendix B) */
static void
add_form(struct ac_buf *buf, struct authchain_span text)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		unsigned char byte = (unsigned char)c;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		    c == '_' || c == '*') {
			ac_buf_byte(buf, c);
		} else if (c == ' ') {
			ac_buf_byte(buf, '+');
		} else {
			ac_buf_byte(buf, '%');
			ac_buf_byte(buf, hex[byte >> 4]);
			ac_buf_byte(buf, hex[byte & 15]);
		}
	}
}

/* base64 with padding (RFC 4648 4) */
static void
add_base64(struct ac_buf *buf, struct authchain_span text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < text.len; i += 3) {
		size_t left = text.len - i < 3 ? text.len - i : 3;
		uint32_t bits = 0;

		for (size_t j = 0; j < left; j++)
			bits |= (uint32_t)(unsigned char)text.data[i + j]
				<< (16 - 8 * j);
		for (size_t j = 0; j <= left; j++)
			ac_buf_byte(buf, digits[bits >> (18 - 6 * j) & 63]);
		for (size_t j = left; j < 3; j++)
			ac_buf_byte(buf, '=');
	}
}

/* RFC 6749 2.3.1: each is form-encoded before they are joined. */
static void
write_basic(const struct oauth *self, struct authchain_span secret,
    struct ac_buf *out)
{
	struct ac_buf pair;

	ac_buf_init(&pair, FORM_MAX_BYTES);
	add_form(&pair, self->client.id);
	ac_buf_byte(&pair, ':');
	add_form(&pair, secret);
	ac_buf_text(out, "Basic ");
	add_base64(out, ac_buf_span(&pair));
	out->failed = out->failed || pair.failed;
	ac_buf_wipe(&pair);
}

/* A new assertion for this request alone (RFC 7523 2.2). */
static void
add_assertion(const struct oauth *self, const struct oauth_request *asked,
    struct ac_buf *out)
{
	const struct oauth_client *client = &self->client;
	const struct ac_jwk *key = client->keys[asked->secret_at];
	struct assertion assertion = {
		.key = key,
		.alg = client->algs[asked->secret_at],
		.kid = client->key_id.data != NULL ? client->key_id
						   : ac_jwk_kid(key),
		.client = client->id,
		.audience = client->audience,
		.now_s = self->host->wall_ms() / 1000,
	};
	char *token = NULL;

	/* the issuer is what servers agree on, and no other server can make
	 * use of; the endpoint is what is left without one */
	if (assertion.audience.data == NULL)
		assertion.audience = self->rules.issuer;
	if (assertion.audience.data == NULL)
		assertion.audience = ac_span_text(asked->endpoint);
	if (self->host->random(assertion.jti, sizeof(assertion.jti)) == 0)
		token = assertion_sign(&assertion, NULL);
	ac_buf_text(out,
	    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
	    "client-assertion-type%3Ajwt-bearer&client_assertion=");
	if (token == NULL)
		out->failed = true;
	else
		ac_buf_text(out, token);
	free(token);
}

static void
write_body(const struct oauth *self, const struct oauth_request *asked,
    struct authchain_span secret, struct ac_buf *out)
{
	ac_buf_text(out, "token=");
	add_form(out, asked->token);
	ac_buf_text(out, "&token_type_hint=access_token");
	if (self->client.auth == OAUTH_BASIC)
		return;
	ac_buf_text(out, "&client_id=");
	add_form(out, self->client.id);
	if (self->client.auth == OAUTH_PRIVATE_KEY_JWT) {
		add_assertion(self, asked, out);
		return;
	}
	ac_buf_text(out, "&client_secret=");
	add_form(out, secret);
}

int
oauth_ask(struct oauth *self, const struct oauth_request *asked,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg)
{
	struct authchain_span secret = self->host->secret_value(self->entry,
	    self->client.option, asked->secret_at);
	bool basic_auth = self->client.auth == OAUTH_BASIC;
	struct ac_buf basic, body;
	int r = -1;

	ac_buf_init(&basic, FORM_MAX_BYTES);
	ac_buf_init(&body, FORM_MAX_BYTES);
	if (basic_auth)
		write_basic(self, secret, &basic);
	write_body(self, asked, secret, &body);
	if (!basic.failed && !body.failed) {
		struct authchain_pair headers[] = {
			{ ac_span_text("Content-Type"),
			    ac_span_text("application/x-www-form-urlencoded") },
			{ ac_span_text("Accept"),
			    ac_span_text("application/json") },
			{ ac_span_text("Authorization"), ac_buf_span(&basic) },
		};
		struct authchain_fetch request = {
			.size = sizeof(request),
			.url = asked->endpoint,
			.method = "POST",
			.body = ac_buf_span(&body),
			.headers = headers,
			.header_count = basic_auth ? 3 : 2,
			.flags = self->fetch_flags,
			.timeout_ms = self->timeout_ms,
			.max_bytes = OAUTH_ANSWER_BYTES,
		};

		r = self->host->fetch(self->entry, &request, done, arg);
	}
	ac_buf_wipe(&basic);
	ac_buf_wipe(&body);
	return r;
}
