/* SPDX-License-Identifier: BSD-2-Clause */
/* Second step: the resource's metadata (RFC 9728). */
#include "cli/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "keys/metadata.h"

#define WELL_KNOWN "/.well-known/oauth-protected-resource"

/* Up to the path, or the whole of it. */
static char *
origin_of(const char *url)
{
	const char *host = strstr(url, "://");
	size_t len = host == NULL ? 0 : strcspn(host + 3, "/?#") + 3;

	return host == NULL ? strdup(url)
			    : strndup(url, (size_t)(host - url) + len);
}

/*
 * The resource that a client asked for, or one above it (MCP, Authorization):
 * else it takes the document for somebody else's and goes no further.
 */
static bool
is_above(struct authchain_span resource, struct authchain_span url)
{
	if (resource.len > 0 && resource.data[resource.len - 1] == '/')
		resource.len--;
	return ac_span_starts(url, resource) &&
	       (url.len == resource.len ||
		   strchr("/?", url.data[resource.len]) != NULL);
}

static void
check_resource(struct ac_doctor *doctor, const json_t *tree, const char *url)
{
	struct authchain_span resource = ac_json_string(tree, "resource");
	struct ac_quote quote;

	if (resource.data == NULL)
		ac_doctor_say(doctor, AC_FINDING_FAULT, "resource_missing",
		    "name the resource (RFC 9728 2)",
		    "the metadata do not say which resource they are of");
	else if (!is_above(resource, ac_span_text(url)))
		ac_doctor_say(doctor, AC_FINDING_FAULT, "resource_mismatch",
		    "write the URL that clients are given as resource of the "
		    "[chain], with scheme, port and slash as they are",
		    "the metadata are of %s and not of %s",
		    ac_quote(&quote, resource), url);
}

static void
check_servers(struct ac_doctor *doctor, const json_t *tree)
{
	const json_t *servers = json_object_get(tree, "authorization_servers");

	if (!json_is_array(servers) || json_array_size(servers) == 0) {
		ac_doctor_say(doctor, AC_FINDING_FAULT, "no_servers",
		    "set authorization-servers of the oauth entry",
		    "the metadata name no authorization server");
		return;
	}
	for (size_t i = 0; i < json_array_size(servers); i++)
		(void)ac_doctor_url(doctor,
		    ac_span_text(json_string_value(json_array_get(servers, i))),
		    "bad_server_url", "the authorization server is");
}

static bool
has_text(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *item = json_string_value(json_array_get(list, i));

		if (item != NULL && strcmp(item, text) == 0)
			return true;
	}
	return false;
}

static void
check_lists(struct ac_doctor *doctor, const json_t *tree)
{
	const json_t *methods =
	    json_object_get(tree, "bearer_methods_supported");

	if (has_text(json_object_get(tree, "scopes_supported"),
		"offline_access"))
		ac_doctor_say(doctor, AC_FINDING_FAULT,
		    "offline_access_metadata",
		    "take it out: it is the client's to ask for",
		    "scopes_supported has offline_access");
	if (methods != NULL && !has_text(methods, "header"))
		ac_doctor_say(doctor, AC_FINDING_FAULT, "no_bearer_header",
		    "name header among bearer_methods_supported: it is where "
		    "MCP clients put their token",
		    "the metadata do not take a token in the header");
}

static void
check_cors(struct ac_doctor *doctor, const char *url)
{
	struct ac_doctor_answer answer;

	ac_doctor_get(doctor, url, &answer);
	if (ac_doctor_header(&answer, "access-control-allow-origin", 0).data ==
	    NULL)
		ac_doctor_say(doctor, AC_FINDING_WARNING, "no_cors",
		    "send Access-Control-Allow-Origin: * with it",
		    "clients in a browser can't read %s", url);
	ac_doctor_answer_clear(&answer);
}

/* Where the challenge says, or where clients look then. */
static json_t *
find_document(struct ac_doctor *doctor, const char *url, const char *link)
{
	char *inserted = link != NULL ? strdup(link)
				      : ac_metadata_insert(ac_span_text(url),
					    WELL_KNOWN, false);
	char *origin = origin_of(url);
	char *root = origin == NULL ? NULL
				    : ac_metadata_insert(ac_span_text(origin),
					  WELL_KNOWN, false);
	struct ac_doctor_answer answer;
	const char *at = inserted;
	json_t *tree = NULL;

	if (inserted != NULL && root != NULL && link == NULL) {
		ac_doctor_get(doctor, inserted, &answer);
		if (answer.is.status == 404)
			at = root;
		ac_doctor_answer_clear(&answer);
	}
	if (at != NULL)
		tree = ac_doctor_document(doctor, at, "resource");
	if (tree != NULL)
		check_cors(doctor, at);
	free(inserted);
	free(origin);
	free(root);
	return tree;
}

json_t *
ac_doctor_resource(struct ac_doctor *doctor, const char *url, const char *link)
{
	size_t faults = doctor->faults;
	json_t *tree;

	doctor->step = "resource metadata";
	tree = find_document(doctor, url, link);
	if (tree == NULL)
		return NULL;
	check_resource(doctor, tree, url);
	check_servers(doctor, tree);
	check_lists(doctor, tree);
	if (doctor->faults == faults)
		ac_doctor_say(doctor, AC_FINDING_GOOD, "resource", "",
		    "they are of this resource and name a server");
	return tree;
}
