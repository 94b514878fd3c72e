/* SPDX-License-Identifier: BSD-2-Clause */
/* See strict.h: independent of what it judges, so no header of ours. */
#include "strict.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "signing.h"

#define MAX_DEPTH   32
#define MAX_MEMBERS 256
#define MAX_TOKEN   16384
#define MAX_HEADER  4096
#define MAX_TIME    253402300799.0

/* ---- JSON ---- */

static bool
fits(const json_t *value, size_t depth, size_t max_items)
{
	const char *name;
	json_t *member;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value))
		return true;
	if (depth == MAX_DEPTH || json_object_size(value) > MAX_MEMBERS ||
	    json_array_size(value) > max_items)
		return false;
	json_array_foreach(value, i,
	    member) if (!fits(member, depth + 1, max_items)) return false;
	json_object_foreach((json_t *)(uintptr_t)value, name,
	    member) if (!fits(member, depth + 1, max_items)) return false;
	return true;
}

json_t *
strict_object(const char *text, size_t len, size_t max_bytes, size_t max_items)
{
	json_t *tree = NULL;

	/* jansson overlooks a NUL behind a number (2.14, stream_unget) */
	if (len <= max_bytes && memchr(text, '\0', len) == NULL)
		tree = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (tree != NULL && json_is_object(tree) && fits(tree, 0, max_items))
		return tree;
	json_decref(tree);
	return NULL;
}

/* ---- claims ---- */

static bool
is_date(const json_t *value)
{
	double number = json_number_value(value);

	return json_is_number(value) && number >= 0 && number <= MAX_TIME;
}

/* In milliseconds; a part of one is dropped. */
static double
date_ms(const json_t *value)
{
	return (double)(int64_t)(json_number_value(value) * 1000);
}

static bool
times(const json_t *claims, const struct strict_policy *policy)
{
	static const char *const names[] = { "exp", "nbf", "iat" };
	const json_t *exp = json_object_get(claims, "exp");
	const json_t *iat = json_object_get(claims, "iat");
	const double now = STRICT_NOW_S * 1000.0;
	const double leeway = STRICT_LEEWAY_S * 1000.0;

	for (size_t i = 0; i < 3; i++) {
		const json_t *date = json_object_get(claims, names[i]);

		if (date != NULL && !is_date(date))
			return false;
		if (date != NULL && i > 0 && date_ms(date) > now + leeway)
			return false;
	}
	if (exp == NULL ? !policy->exp_optional : now >= date_ms(exp) + leeway)
		return false;
	if (policy->max_age_s == 0)
		return true;
	return iat != NULL &&
	       now - date_ms(iat) < (double)policy->max_age_s * 1000 + leeway;
}

static bool
is_our_audience(const json_t *value)
{
	const char *text = json_string_value(value);

	return text != NULL && (strcmp(text, STRICT_AUDIENCE) == 0 ||
				   strcmp(text, STRICT_AUDIENCE "/") == 0);
}

static bool
audience(const json_t *aud)
{
	bool ours = is_our_audience(aud);
	const json_t *item;
	size_t i;

	json_array_foreach(aud, i, item)
	{
		if (!json_is_string(item))
			return false;
		ours = ours || is_our_audience(item);
	}
	return ours;
}

static bool
subject(const json_t *value)
{
	const char *text = json_string_value(value);

	if (text == NULL || text[0] == '\0' || strlen(text) > 255)
		return false;
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	}
	return true;
}

bool
strict_claims(const json_t *claims, const struct strict_policy *policy)
{
	const json_t *iss = json_object_get(claims, "iss");
	const json_t *required =
	    policy->required == NULL
		? json_true()
		: json_object_get(claims, policy->required);

	if (iss == NULL ? !policy->iss_optional
			: !json_is_string(iss) || strcmp(json_string_value(iss),
						      STRICT_ISSUER) != 0)
		return false;
	return required != NULL && !json_is_null(required) &&
	       json_object_get(claims, "cnf") == NULL &&
	       times(claims, policy) &&
	       audience(json_object_get(claims, "aud")) &&
	       subject(json_object_get(claims, policy->subject));
}

/* ---- the compact form ---- */

static int
sextet(char byte)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";
	const char *at = byte == '\0' ? NULL : strchr(alphabet, byte);

	return at == NULL ? -1 : (int)(at - alphabet);
}

/* The bytes, the caller's; NULL when the text is not the one spelling. */
static char *
decode(const char *text, size_t len, size_t *out_len)
{
	char *out = malloc(len + 1);
	unsigned int bits = 0, held = 0;

	*out_len = 0;
	for (size_t i = 0; out != NULL && i < len; i++) {
		int six = sextet(text[i]);

		if (six < 0 || len % 4 == 1) {
			free(out);
			return NULL;
		}
		bits = (bits << 6 | (unsigned int)six) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[(*out_len)++] = (char)(bits >> held & 0xff);
		}
	}
	if ((bits & ((1u << held) - 1)) == 0)
		return out;
	free(out);
	return NULL;
}

static bool
header_type(const json_t *typ)
{
	const char *text = json_string_value(typ);

	if (typ == NULL)
		return true;
	if (text != NULL && strncasecmp(text, "application/", 12) == 0)
		text += 12;
	return text != NULL && (strcasecmp(text, "JWT") == 0 ||
				   strcasecmp(text, "at+jwt") == 0);
}

static bool
header_is_fine(const json_t *header)
{
	static const char *const never[] = { "crit", "b64", "zip", "enc" };
	const json_t *kid = json_object_get(header, "kid");

	for (size_t i = 0; i < 4; i++) {
		if (json_object_get(header, never[i]) != NULL)
			return false;
	}
	return header_type(json_object_get(header, "typ")) &&
	       (kid == NULL ||
		   (json_is_string(kid) && json_string_length(kid) <= 256));
}

static bool
is_signed(const json_t *header, const char *text, size_t signed_len, size_t len)
{
	size_t signature_len;
	char *signature =
	    decode(text + signed_len + 1, len - signed_len - 1, &signature_len);
	bool good =
	    signature != NULL &&
	    signing_check(json_string_value(json_object_get(header, "alg")),
		json_string_value(json_object_get(header, "kid")),
		&(struct signing_bytes){ text, signed_len },
		&(struct signing_bytes){ signature, signature_len });

	free(signature);
	return good;
}

static json_t *
segment(const char *text, size_t len, size_t max_bytes)
{
	size_t decoded_len;
	char *decoded = decode(text, len, &decoded_len);
	json_t *tree = NULL;

	if (decoded != NULL)
		tree = strict_object(decoded, decoded_len, max_bytes, 1024);
	free(decoded);
	return tree;
}

bool
strict_token(const char *text, size_t len, const struct strict_policy *policy)
{
	const char *dot = len == 0 ? NULL : memchr(text, '.', len);
	const char *second = NULL;
	json_t *header, *claims;
	bool good;

	if (dot != NULL)
		second = memchr(dot + 1, '.', len - (size_t)(dot + 1 - text));
	if (second == NULL || len > MAX_TOKEN ||
	    memchr(second + 1, '.', len - (size_t)(second + 1 - text)) != NULL)
		return false;
	header = segment(text, (size_t)(dot - text), MAX_HEADER);
	claims = segment(dot + 1, (size_t)(second - dot - 1), MAX_TOKEN);
	good = header != NULL && claims != NULL && header_is_fine(header) &&
	       strict_claims(claims, policy) &&
	       is_signed(header, text, (size_t)(second - text), len);
	json_decref(header);
	json_decref(claims);
	return good;
}
