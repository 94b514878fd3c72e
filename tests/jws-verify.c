/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signature layer alone, for corpora: one JSON object a line on standard
 * input ({"id", "token", "jwks", "allowed_algs"}), one a line on standard
 * output ({"id", "verdict", "reason"}).  Key sets are read as our own, so that
 * symmetric keys are tried too.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/reason.h"
#include "jose/jws.h"

static const struct ac_json_limits line_limits = { .max_bytes = 16u << 20,
	.max_depth = AC_JSON_MAX_DEPTH,
	.max_members = 1024,
	.max_items = 1u << 16 };

static ac_alg_set
algorithms(const json_t *list)
{
	ac_alg_set set = 0;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		const struct ac_alg *alg = ac_alg_find(ac_span_text(name));

		if (alg != NULL)
			set |= ac_alg_bit(alg);
	}
	return set;
}

static uint32_t
judge(const json_t *line, const struct ac_jwks *jwks,
    struct authchain_error *err)
{
	static const char *const any[] = { "JWT", "at+jwt", "JOSE", NULL };
	struct ac_header_policy policy = {
		algorithms(json_object_get(line, "allowed_algs")), any
	};
	const struct ac_alg *alg;
	const struct ac_jwk *key;
	uint32_t reason;
	struct ac_jws *jws =
	    ac_jws_parse(ac_json_string(line, "token"), &reason, err);

	if (jws == NULL)
		return reason;
	reason = ac_header_refuse(ac_jws_header(jws), &policy, &alg);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = ac_jws_verify(ac_jws_header(jws), alg, jwks, &key);
	ac_jws_free(&jws);
	return reason;
}

static void
verify(const json_t *line)
{
	struct authchain_error err = { 0 };
	char *text = json_dumps(json_object_get(line, "jwks"), 0);
	struct ac_jwks *jwks =
	    ac_jwks_parse(ac_span_text(text), AC_JWK_LOCAL, &err);
	uint32_t reason = AUTHCHAIN_REASON_UNUSABLE_KEY;
	struct ac_buf out;

	ac_error_clear(&err);
	if (jwks != NULL)
		reason = judge(line, jwks, &err);
	ac_buf_init(&out, 1u << 16);
	ac_buf_text(&out, "{\"id\": \"");
	ac_buf_json(&out, ac_json_string(line, "id"));
	ac_buf_format(&out, "\", \"verdict\": \"%s\", \"reason\": \"%s\"}",
	    reason == AUTHCHAIN_REASON_NONE ? "accept" : "reject",
	    ac_reason_name(reason));
	puts(ac_buf_span(&out).data);
	ac_buf_clear(&out);
	ac_jwks_free(&jwks);
	free(text);
}

int
main(void)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	int r = 0;

	while ((len = getline(&text, &size, stdin)) > 0) {
		struct authchain_error err = { 0 };
		json_t *line = ac_json_parse(ac_span(text, (size_t)len),
		    &line_limits, &err);

		if (line == NULL) {
			fprintf(stderr, "jws-verify: %s\n", err.text);
			r = 1;
			continue;
		}
		verify(line);
		json_decref(line);
	}
	free(text);
	return r;
}
