/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What comes with a bound token: after "p" a proof, judged as the example of
 * RFC 9449 7.1 is; after "u" a URI; after anything else a certificate as a
 * proxy writes it.
 */
#include "fuzz.h"

#include <string.h>

#include "certificate.h"
#include "dpop-proof.h"
#include "dpop-uri.h"

#define EXAMPLE_IAT_MS INT64_C(1562262618000)

static const char example[] =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik"
    "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR"
    "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE"
    "QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj"
    "oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z"
    "WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
    "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.";

/* Nobody here has the key: what is taken was signed by the example's author,
 * whatever became of the signature. */
static void
check_proof(struct authchain_span text)
{
	const struct authchain_span uri =
	    ac_span_text("https://resource.example.org/protectedresource");
	const struct dpop_wanted wanted = {
		.algorithms = UINT32_MAX,
		.method = ac_span_text("GET"),
		.uris = &uri,
		.uri_count = 1,
		.token =
		    ac_span_text("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"),
		.thumbprint =
		    ac_span_text("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
		.now_ms = EXAMPLE_IAT_MS,
		.max_age_ms = 60000,
		.leeway_ms = 10000,
	};
	struct authchain_error err = { 0 };
	struct dpop_proof proof;
	uint32_t reason = dpop_proof_judge(text, &wanted, &proof, &err);

	fuzz_promise(reason == AUTHCHAIN_REASON_NONE ||
			 reason == AUTHCHAIN_REASON_INVALID_PROOF,
	    "a proof is good or not");
	fuzz_promise(reason != AUTHCHAIN_REASON_NONE ||
			 ac_span_starts(text, ac_span_text(example)),
	    "only what was signed is taken");
	fuzz_promise(reason == AUTHCHAIN_REASON_NONE || err.text[0] != '\0',
	    "what is refused has a reason");
}

static void
check_uri(struct authchain_span uri)
{
	struct ac_buf once, twice;

	ac_buf_init(&once, (size_t)4 * DPOP_URI_MAX_BYTES);
	ac_buf_init(&twice, (size_t)4 * DPOP_URI_MAX_BYTES);
	if (dpop_uri_add(&once, uri) && once.len <= DPOP_URI_MAX_BYTES) {
		struct authchain_span text = ac_buf_span(&once);
		const char *path = text.data + ac_span_find(text, '/', 8);

		fuzz_promise(dpop_uri_add(&twice, text) &&
				 ac_span_is(ac_buf_span(&twice), text),
		    "what is normalised stays as it is");
		fuzz_promise(ac_span_find(text, '?', 0) == text.len &&
				 ac_span_find(text, '#', 0) == text.len &&
				 ac_span_find(text, '@', 8) >=
				     ac_span_find(text, '/', 8),
		    "it has no query, no fragment and no user");
		fuzz_promise(strstr(path, "/../") == NULL &&
				 strstr(path, "/./") == NULL,
		    "and no dots");
	}
	ac_buf_clear(&once);
	ac_buf_clear(&twice);
}

static void
check_certificate(struct authchain_span value)
{
	unsigned char digest[AC_DIGEST_BYTES];
	bool taken = certificate_digest(value, digest) == NULL;

	fuzz_promise(!taken ||
			 (value.len > 0 && value.len <= CERTIFICATE_MAX_BYTES),
	    "a certificate has its bounds");
	fuzz_promise(!taken || !ac_span_has_control(value) ||
			 ac_span_starts(value, ac_span_text("-----")) ||
			 ac_span_find(value, '%', 0) < value.len,
	    "and no line ends, unless it is PEM");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authchain_span text = ac_span((const char *)data, size);

	if (size == 0)
		return 0;
	if (text.data[0] == 'p')
		check_proof(ac_span_cut(text, 1, size));
	else if (text.data[0] == 'u')
		check_uri(ac_span_cut(text, 1, size));
	else
		check_certificate(ac_span_cut(text, 1, size));
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const words[] = { "https://", "HTTP://", ":443", ":80", "@",
	"[::1]", "/../", "/./", "..", ".", "%2e", "%2E", "%2f", "%41", "%",
	"//", "?", "#", ":", "-----BEGIN%20CERTIFICATE-----",
	"-----END%20CERTIFICATE-----", "%0A", "AQID", "=", "==", "e30",
	"eyJ0eXAiOiJkcG9wK2p3dCJ9", " ", "\n", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words list = { words };
	struct fuzz_text text = { (char *)data, size, max_size };

	return fuzz_change(&text, seed, &list);
}
