/* SPDX-License-Identifier: BSD-2-Clause */
/* Third step: an authorization server's metadata (RFC 8414) and keys. */
#include "cli/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "jose/jwks.h"
#include "keys/metadata.h"

/* The first of the three places that does not say 404; NULL after a finding. */
static char *
find_server(struct ac_doctor *doctor, const char *issuer)
{
	for (size_t form = 0; form < AC_METADATA_FORMS; form++) {
		char *url = ac_metadata_url(issuer, form);
		struct ac_doctor_answer answer;
		uint32_t status;

		if (url == NULL)
			continue;
		ac_doctor_get(doctor, url, &answer);
		status = answer.is.status;
		ac_doctor_answer_clear(&answer);
		if (status != 404)
			return url;
		free(url);
	}
	ac_doctor_say(doctor, AC_FINDING_FAULT, "server_not_found",
	    "look at authorization-servers: it must be the issuer, exactly as "
	    "it calls itself",
	    "%s has no metadata at any of the places where clients look",
	    issuer);
	return NULL;
}

static bool
has(const json_t *tree, const char *list, const char *text)
{
	const json_t *items = json_object_get(tree, list);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *item = json_string_value(json_array_get(items, i));

		if (item != NULL && strcmp(item, text) == 0)
			return true;
	}
	return false;
}

static void
check_issuer(struct ac_doctor *doctor, const json_t *tree, const char *issuer)
{
	struct authchain_span found = ac_json_string(tree, "issuer");
	struct ac_quote quote;

	if (ac_span_is_text(found, issuer))
		return;
	ac_doctor_say(doctor, AC_FINDING_FAULT, "issuer_mismatch",
	    "write in authorization-servers what the server calls itself, to "
	    "the last slash: clients compare",
	    "%s calls itself %s", issuer,
	    found.data == NULL ? "nothing" : ac_quote(&quote, found));
}

static void
check_endpoints(struct ac_doctor *doctor, const json_t *tree)
{
	static const struct {
		const char *name, *code;
	} endpoints[] = {
		{ "authorization_endpoint", "no_authorization_endpoint" },
		{ "token_endpoint", "no_token_endpoint" },
	};

	for (size_t i = 0; i < 2; i++) {
		struct authchain_span url =
		    ac_json_string(tree, endpoints[i].name);

		if (url.data == NULL)
			ac_doctor_say(doctor, AC_FINDING_FAULT,
			    endpoints[i].code,
			    "the server's metadata must have it; is it an "
			    "authorization server?",
			    "there is no %s", endpoints[i].name);
		else
			(void)ac_doctor_url(doctor, url, "bad_endpoint",
			    endpoints[i].name);
	}
}

static void
check_abilities(struct ac_doctor *doctor, const json_t *tree)
{
	if (!has(tree, "response_types_supported", "code"))
		ac_doctor_say(doctor, AC_FINDING_FAULT, "no_code",
		    "let the server offer the authorization code grant",
		    "response_types_supported has no code");
	if (!has(tree, "code_challenge_methods_supported", "S256"))
		ac_doctor_say(doctor, AC_FINDING_FAULT, "no_pkce",
		    "switch PKCE on at the server, with S256: clients refuse "
		    "to "
		    "go on without",
		    "code_challenge_methods_supported has no S256");
	if (json_object_get(tree, "registration_endpoint") == NULL &&
	    !json_is_true(
		json_object_get(tree, "client_id_metadata_document_supported")))
		ac_doctor_say(doctor, AC_FINDING_WARNING, "no_registration",
		    "give your clients a client id, or let the server take "
		    "client id metadata documents or registrations",
		    "clients that the server does not know can't register");
}

static void
check_keys(struct ac_doctor *doctor, const json_t *tree)
{
	char *text = json_dumps(tree, JSON_COMPACT);
	struct authchain_error err = { 0 };
	struct ac_jwks *keys = text == NULL ? NULL
					    : ac_jwks_parse(ac_span_text(text),
						  AC_JWK_REMOTE, &err);

	if (keys == NULL)
		ac_doctor_say(doctor, AC_FINDING_FAULT, "keys_set",
		    "look at jwks_uri: it must be a JWK set (RFC 7517 5)",
		    "the document is no key set: %s", err.text);
	else if (ac_jwks_count(keys) == 0)
		ac_doctor_say(doctor, AC_FINDING_FAULT, "keys_none",
		    "have the server publish its signing keys",
		    "no key of the set can be used%s%s",
		    err.text[0] == '\0' ? "" : ": ", err.text);
	else if (ac_jwks_left_out(keys) > 0)
		ac_doctor_say(doctor, AC_FINDING_WARNING, "keys_left_out",
		    "tokens that are signed with it are refused",
		    "a key can't be used: %s", err.text);
	if (keys != NULL && ac_jwks_count(keys) > 0)
		ac_doctor_say(doctor, AC_FINDING_GOOD, "keys", "",
		    "%zu keys can be used", ac_jwks_count(keys));
	ac_jwks_free(&keys);
	free(text);
}

static void
visit_keys(struct ac_doctor *doctor, const json_t *metadata)
{
	struct authchain_span uri = ac_json_string(metadata, "jwks_uri");
	char *url = uri.data == NULL ? NULL : strndup(uri.data, uri.len);
	json_t *tree;

	doctor->step = "keys";
	if (url == NULL) {
		ac_doctor_say(doctor, AC_FINDING_WARNING, "no_jwks",
		    "signed tokens can't be verified; opaque ones need "
		    "introspection",
		    "the server names no jwks_uri");
		return;
	}
	if (ac_doctor_url(doctor, uri, "bad_jwks_uri", "jwks_uri is")) {
		tree = ac_doctor_document(doctor, url, "keys");
		if (tree != NULL)
			check_keys(doctor, tree);
		json_decref(tree);
	}
	free(url);
}

void
ac_doctor_server(struct ac_doctor *doctor, const char *issuer)
{
	size_t faults = doctor->faults;
	char *url;
	json_t *tree;

	doctor->step = "server metadata";
	url = find_server(doctor, issuer);
	if (url == NULL)
		return;
	tree = ac_doctor_document(doctor, url, "server");
	free(url);
	if (tree == NULL)
		return;
	check_issuer(doctor, tree, issuer);
	check_endpoints(doctor, tree);
	check_abilities(doctor, tree);
	if (doctor->faults == faults)
		ac_doctor_say(doctor, AC_FINDING_GOOD, "server", "",
		    "%s has what clients need", issuer);
	visit_keys(doctor, tree);
	json_decref(tree);
}
