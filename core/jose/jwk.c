/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key and what it may be used for.  The judgement is made once, at the end
 * of parsing, for every row of the algorithm table; a bit of it is what all
 * later questions get.
 */
#include "jose/jwk.h"

#include <stdlib.h>

#include <openssl/err.h>

#include "base/memory.h"
#include "jose/signature.h"
#include "jose/verifier.h"

enum purpose {
	PURPOSE_VERIFY,
	PURPOSE_SIGN
};

struct ac_jwk {
	struct ac_material material;
	char *kid; /* NULL: none; kid_len bytes, a NUL after them */
	size_t kid_len;
	char *alg_name;                       /* NULL: for any algorithm */
	char *use;                            /* NULL: for any */
	bool ops_given, ops_verify, ops_sign; /* `key_ops' */
	ac_alg_set may_verify, may_sign;
	struct ac_verifier *verifiers[AC_ALG_COUNT]; /* of may_verify */
};

static bool
fits_material(const struct ac_material *material, const struct ac_alg *alg)
{
	if (alg->kty != material->kty)
		return false;
	if (alg->kty == AC_KTY_OCT)
		return material->secret.len >= alg->hash_bytes;
	/* only EC has rows with a curve, and no EC key is without one */
	return alg->curve == NULL || strcmp(alg->curve, material->curve) == 0;
}

/* The table's rows that this key may serve. */
static ac_alg_set
judge(const struct ac_jwk *jwk, enum purpose purpose)
{
	const struct ac_alg *alg;
	ac_alg_set set = 0;

	if (jwk->use != NULL && strcmp(jwk->use, "sig") != 0)
		return 0;
	if (jwk->ops_given &&
	    !(purpose == PURPOSE_VERIFY ? jwk->ops_verify : jwk->ops_sign))
		return 0;
	if (purpose == PURPOSE_SIGN && !jwk->material.is_private)
		return 0;
	for (alg = ac_alg_table(); alg->name != NULL; alg++) {
		if (fits_material(&jwk->material, alg) &&
		    (jwk->alg_name == NULL ||
			strcmp(jwk->alg_name, alg->name) == 0))
			set |= ac_alg_bit(alg);
	}
	return set;
}

static int
finish(struct ac_jwk *jwk, struct authchain_error *err)
{
	const struct ac_alg *table = ac_alg_table();
	size_t i;

	jwk->may_verify = judge(jwk, PURPOSE_VERIFY);
	jwk->may_sign = judge(jwk, PURPOSE_SIGN);
	for (i = 0; i < AC_ALG_COUNT; i++) {
		if ((jwk->may_verify & ac_alg_bit(&table[i])) == 0)
			continue;
		jwk->verifiers[i] = ac_verifier_new(&jwk->material, &table[i]);
		if (jwk->verifiers[i] == NULL)
			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "libcrypto can't verify %s, or memory is short",
			    table[i].name);
	}
	return 0;
}

/* A text member: its copy, which may be NULL when it is absent. */
static int
copy_text(const json_t *object, const char *name, size_t max, char **out,
    struct authchain_error *err)
{
	struct authchain_span text = ac_json_string(object, name);

	if (text.data == NULL && json_object_get(object, name) == NULL)
		return 0;
	if (text.data == NULL || text.len > max)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its member \"%s\" is no text of at most %zu bytes", name,
		    max);
	*out = strndup(text.data, text.len);
	return *out == NULL ? ac_error_memory(err) : 0;
}

static int
read_ops(struct ac_jwk *jwk, const json_t *object, struct authchain_error *err)
{
	const json_t *ops = json_object_get(object, "key_ops");
	size_t i;

	jwk->ops_given = ops != NULL;
	if (ops != NULL && !json_is_array(ops))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its member \"key_ops\" is no list");
	for (i = 0; i < json_array_size(ops); i++) {
		const char *op = json_string_value(json_array_get(ops, i));

		if (op == NULL)
			return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "its member \"key_ops\" is no list of texts");
		jwk->ops_verify = jwk->ops_verify || strcmp(op, "verify") == 0;
		jwk->ops_sign = jwk->ops_sign || strcmp(op, "sign") == 0;
	}
	return 0;
}

static int
parse(struct ac_jwk *jwk, const json_t *object, enum ac_jwk_source source,
    struct authchain_error *err)
{
	if (!json_is_object(object))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a key is no JSON object");
	if (copy_text(object, "kid", AC_JWK_MAX_KID, &jwk->kid, err) != 0 ||
	    copy_text(object, "alg", AC_JWK_MAX_KID, &jwk->alg_name, err) !=
		0 ||
	    copy_text(object, "use", AC_JWK_MAX_KID, &jwk->use, err) != 0 ||
	    read_ops(jwk, object, err) != 0 ||
	    ac_material_from_jwk(&jwk->material, object, source, err) != 0)
		return -1;
	jwk->kid_len = jwk->kid == NULL ? 0 : strlen(jwk->kid);
	return finish(jwk, err);
}

/* The key when r is 0, else what there is of it is freed.  What libcrypto
 * could not make of a key for want of memory says nothing about the key. */
static struct ac_jwk *
keep(struct ac_jwk *jwk, int r, struct authchain_error *err)
{
	(void)ERR_pop_to_mark();
	if (r != 0 && ac_memory_was_short()) {
		ac_error_clear(err);
		(void)ac_error_memory(err);
	}
	if (r != 0)
		ac_jwk_free(&jwk);
	return jwk;
}

static struct ac_jwk *
begin(struct authchain_error *err)
{
	struct ac_jwk *jwk = calloc(1, sizeof(*jwk));

	if (jwk == NULL)
		(void)ac_error_memory(err);
	else
		(void)ERR_set_mark();
	ac_memory_watch();
	return jwk;
}

struct ac_jwk *
ac_jwk_parse(const json_t *object, enum ac_jwk_source source,
    struct authchain_error *err)
{
	struct ac_jwk *jwk = begin(err);

	if (jwk == NULL)
		return NULL;
	return keep(jwk, parse(jwk, object, source, err), err);
}

struct ac_jwk *
ac_jwk_from_secret(struct authchain_span secret, struct authchain_error *err)
{
	struct ac_jwk *jwk = begin(err);
	int r;

	if (jwk == NULL)
		return NULL;
	r = ac_material_from_secret(&jwk->material, secret, err);
	return keep(jwk, r != 0 ? r : finish(jwk, err), err);
}

struct ac_jwk *
ac_jwk_from_pem(struct authchain_span pem, struct authchain_error *err)
{
	struct ac_jwk *jwk = begin(err);
	int r;

	if (jwk == NULL)
		return NULL;
	r = ac_material_from_pem(&jwk->material, pem, err);
	return keep(jwk, r != 0 ? r : finish(jwk, err), err);
}

void
ac_jwk_free(struct ac_jwk **jwk)
{
	size_t i;

	if (*jwk == NULL)
		return;
	for (i = 0; i < AC_ALG_COUNT; i++)
		ac_verifier_free(&(*jwk)->verifiers[i]);
	ac_material_clear(&(*jwk)->material);
	free((*jwk)->kid);
	free((*jwk)->alg_name);
	free((*jwk)->use);
	free(*jwk);
	*jwk = NULL;
}

struct authchain_span
ac_jwk_kid(const struct ac_jwk *jwk)
{
	return ac_span(jwk->kid, jwk->kid_len);
}

enum ac_kty
ac_jwk_kty(const struct ac_jwk *jwk)
{
	return jwk->material.kty;
}

const char *
ac_jwk_alg(const struct ac_jwk *jwk)
{
	return jwk->alg_name;
}

const char *
ac_jwk_use(const struct ac_jwk *jwk)
{
	return jwk->use;
}

bool
ac_jwk_is_verifier(const struct ac_jwk *jwk)
{
	return jwk->may_verify != 0;
}

bool
ac_jwk_is_private(const struct ac_jwk *jwk)
{
	return jwk->material.is_private;
}

static int
describe(json_t *object, const struct ac_jwk *jwk, const char *kid)
{
	if (json_object_set_new(object, "use", json_string("sig")) != 0)
		return -1;
	if (jwk->alg_name != NULL &&
	    json_object_set_new(object, "alg", json_string(jwk->alg_name)) != 0)
		return -1;
	return kid == NULL
		   ? 0
		   : json_object_set_new(object, "kid", json_string(kid));
}

json_t *
ac_jwk_public(const struct ac_jwk *jwk, const char *kid)
{
	json_t *object;

	(void)ERR_set_mark();
	object = ac_material_public(&jwk->material);
	(void)ERR_pop_to_mark();
	if (object != NULL && describe(object, jwk, kid) != 0) {
		json_decref(object);
		object = NULL;
	}
	return object;
}

bool
ac_jwk_allows(const struct ac_jwk *jwk, const struct ac_alg *alg)
{
	return (jwk->may_verify & ac_alg_bit(alg)) != 0;
}

bool
ac_jwk_may_sign(const struct ac_jwk *jwk, const struct ac_alg *alg)
{
	return (jwk->may_sign & ac_alg_bit(alg)) != 0;
}

bool
ac_jwk_verify(const struct ac_jwk *jwk, const struct ac_alg *alg,
    struct authchain_span message, struct authchain_span signature)
{
	return ac_jwk_allows(jwk, alg) &&
	       ac_verifier_check(jwk->verifiers[alg - ac_alg_table()], message,
		   signature);
}

int
ac_jwk_sign(const struct ac_jwk *jwk, const struct ac_alg *alg,
    struct authchain_span message, struct ac_buf *out,
    struct authchain_error *err)
{
	if (!ac_jwk_may_sign(jwk, alg))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "this key may not sign with %s: its type, size, curve, "
		    "use, key_ops or alg forbids it, or it is public",
		    alg->name);
	return ac_signature_make(&jwk->material, alg, message, out, err);
}
