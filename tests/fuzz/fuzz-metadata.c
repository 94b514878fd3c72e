/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Issuer metadata, and URLs.  An input that begins with "{" is a document, any
 * other a URL.  libcurl, which will be the one to fetch, must not see another
 * scheme, host or user in a URL than we did.
 */
#include "config.h" /* strcasestr */

#include "fuzz.h"
#include "strict.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "keys/metadata.h"

/* ---- promises ---------------------------------------------------------- */

static bool
is_loopback(const char *host)
{
	return strcasecmp(host, "localhost") == 0 ||
	       strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0;
}

static void
check_curl(const char *url)
{
	CURLU *parts = curl_url();
	char *scheme = NULL, *user = NULL, *host = NULL, *fragment = NULL;

	if (curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK) {
		(void)curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0);
		(void)curl_url_get(parts, CURLUPART_USER, &user, 0);
		(void)curl_url_get(parts, CURLUPART_HOST, &host, 0);
		(void)curl_url_get(parts, CURLUPART_FRAGMENT, &fragment, 0);
		fuzz_promise(user == NULL && fragment == NULL,
		    "no user and no fragment");
		fuzz_promise(scheme != NULL && host != NULL &&
				 (strcmp(scheme, "https") == 0 ||
				     (strcmp(scheme, "http") == 0 &&
					 is_loopback(host))),
		    "https, or a loopback address");
		/* "%2e", "127.1" and "[::0]" are other spellings */
		fuzz_promise(strcasestr(url, host) != NULL ||
				 strchr(url, '%') != NULL ||
				 (host[0] >= '0' && host[0] <= '9') ||
				 host[0] == '[',
		    "the host is one that we have seen");
	}
	curl_free(scheme);
	curl_free(user);
	curl_free(host);
	curl_free(fragment);
	curl_url_cleanup(parts);
}

/* The bytes up to a NUL as a C string, the caller's. */
static char *
text_of(struct authchain_span bytes)
{
	char *text = strndup(bytes.data == NULL ? "" : bytes.data, bytes.len);

	fuzz_promise(text != NULL, "there is memory");
	return text;
}

static void
check_made(const char *url, char *made)
{
	size_t origin = strcspn(url, ":") + 3;

	if (made == NULL)
		return;
	origin += strcspn(url + origin, "/?");
	fuzz_promise(strlen(made) <= AC_METADATA_MAX_URL &&
			 strncmp(url, made, origin) == 0 &&
			 (made[origin] == '/' || made[origin] == '?'),
	    "a URL that is made is of the same origin");
	free(made);
}

static void
check_url(struct authchain_span bytes)
{
	char *url = text_of(bytes);
	struct authchain_span text = ac_span_text(url);
	struct authchain_error err = { 0 }, other = { 0 };
	int strict = ac_metadata_check_url(text, 0, &err);
	int loose =
	    ac_metadata_check_url(text, AUTHCHAIN_FETCH_INSECURE_HTTP, &other);

	fuzz_promise(strict != 0 || strncmp(url, "https://", 8) == 0,
	    "https alone without a flag");
	fuzz_promise(strict != 0 || loose == 0, "a flag forbids nothing");
	fuzz_promise(strict == 0 || err.text[0] != '\0', "a no has its why");
	if (loose == 0)
		check_curl(url);
	fuzz_promise(strlen(url) == bytes.len ||
			 ac_metadata_check_url(bytes, 0, NULL) != 0,
	    "a NUL is in no URL");
	for (size_t form = 0; form <= AC_METADATA_FORMS; form++)
		check_made(url, ac_metadata_url(url, form));
	check_made(url, ac_metadata_insert(text,
			    "/.well-known/oauth-protected-resource", false));
	free(url);
}

static void
check_document(struct authchain_span text, uint32_t flags)
{
	struct authchain_error err = { 0 };
	json_t *ours = ac_metadata_parse(text, STRICT_ISSUER, flags, &err);
	json_t *theirs =
	    strict_object(text.data, text.len, (size_t)1 << 20, 4096);
	const char *issuer =
	    json_string_value(json_object_get(theirs, "issuer"));
	const char *uri =
	    json_string_value(json_object_get(theirs, "jwks_uri"));
	bool named = issuer != NULL && strcmp(issuer, STRICT_ISSUER) == 0;

	fuzz_promise(ours == NULL || (theirs != NULL && named),
	    "who is believed names the issuer");
	if (ours != NULL && uri != NULL)
		check_curl(uri);
	fuzz_promise(ours != NULL || !named ||
			 json_object_get(theirs, "jwks_uri") != NULL,
	    "a document without keys is believed by its issuer alone");
	fuzz_promise(ours != NULL || err.text[0] != '\0', "a no has its why");
	json_decref(ours);
	json_decref(theirs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authchain_span text = ac_span((const char *)data, size);

	if (size == 0 || data[0] != '{') {
		check_url(text);
		return 0;
	}
	check_document(text, 0);
	check_document(text, AUTHCHAIN_FETCH_INSECURE_HTTP);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const pieces[] = { "https://", "http://", "HTTPS://",
	"ftp://", "issuer.test", "localhost", "127.0.0.1", "127.1", "[::1]",
	"[::ffff:10.0.0.1]", "10.0.0.1", ":443", ":8080", ":0", ":", "@",
	"user@", "user:secret@", "#", "?", "?a=b", "/", "//", "/..", "/.", "\\",
	"%2f", "%00", "%40", ";", "\t", "\n", " ", "/tenant",
	"/.well-known/openid-configuration", "\xc3\xa9", "xn--", NULL };
static const char *const names[] = { "issuer", "jwks_uri", "token_endpoint",
	"introspection_endpoint", "Issuer", "issuer\\u0000", NULL };
static const char *const values[] = { "\"https://issuer.test\"",
	"\"https://issuer.test/\"", "\"https://issuer.test/jwks\"",
	"\"http://127.0.0.1:1/jwks\"", "\"http://10.0.0.1/jwks\"",
	"\"https://u@issuer.test/\"", "\"https://issuer.test\\u0000\"",
	"\"https:\\/\\/issuer.test\"", "\"\"", "null", "1", "[]", "{}", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words piece_words = { pieces };
	static const struct fuzz_words name_words = { names };
	static const struct fuzz_words value_words = { values };
	struct fuzz_text text = { (char *)data, size, max_size };
	struct fuzz_random random;
	const char *piece;

	fuzz_random_seed(&random, seed);
	if (size > 0 && data[0] == '{' && fuzz_below(&random, 4) > 0) {
		fuzz_json(&text, &random, &name_words, &value_words);
		return text.len;
	}
	if (fuzz_below(&random, 4) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	piece = fuzz_word(&random, &piece_words);
	fuzz_splice(&text, fuzz_below(&random, size + 1), 0, piece,
	    strlen(piece));
	return text.len;
}
