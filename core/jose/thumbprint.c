/* SPDX-License-Identifier: BSD-2-Clause */
/* JWK thumbprints: SHA-256 over the members that make the key. */
#include "jose/thumbprint.h"

#include <stdlib.h>

#include "base/base64url.h"

/* In the order of their bytes, which is the one that counts. */
static const struct kind {
	const char *kty;
	const char *members[5];
} kinds[] = {
	{ "EC", { "crv", "kty", "x", "y", NULL } },
	{ "OKP", { "crv", "kty", "x", NULL, NULL } },
	{ "RSA", { "e", "kty", "n", NULL, NULL } },
};

int
ac_thumbprint_of(struct authchain_span bytes, char out[AC_THUMBPRINT_BYTES + 1])
{
	unsigned char digest[AC_DIGEST_BYTES];

	out[0] = '\0';
	if (ac_digest(bytes, digest) != 0)
		return -1;
	ac_base64url_encode(ac_span((const char *)digest, sizeof(digest)), out);
	return 0;
}

static int
digest_members(const json_t *jwk, const char *const *members,
    char out[AC_THUMBPRINT_BYTES + 1])
{
	json_t *kept = json_object();
	char *text = NULL;
	int r = -1;

	for (; *members != NULL; members++) {
		json_t *value = json_object_get(jwk, *members);

		if (!json_is_string(value) ||
		    json_object_set(kept, *members, value) != 0)
			goto out;
	}
	text = json_dumps(kept, JSON_COMPACT | JSON_SORT_KEYS);
	if (text != NULL)
		r = ac_thumbprint_of(ac_span_text(text), out);
out:
	free(text);
	json_decref(kept);
	return r;
}

int
ac_thumbprint(const json_t *jwk, char out[AC_THUMBPRINT_BYTES + 1])
{
	struct authchain_span kty = ac_json_string(jwk, "kty");

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ac_span_is_text(kty, kinds[i].kty))
			return digest_members(jwk, kinds[i].members, out);
	return -1;
}
