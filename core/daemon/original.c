/* SPDX-License-Identifier: BSD-2-Clause */
/* Believe a proxy, if it is one and says one thing. */
#include "daemon/original.h"

/*
 * The one value that all fields of these names have; data NULL when there is
 * none.  With two different ones, which to believe would be a guess, and one of
 * them may be the client's.
 */
static struct authchain_span
one_value(const struct ac_fields *fields, const char *const *names,
    const char **fault)
{
	struct authchain_span found = ac_span(NULL, 0), value;

	for (; *names != NULL; names++) {
		for (size_t at = 0;; at++) {
			value = ac_fields_get(fields, *names, at);
			if (value.data == NULL)
				break;
			if (value.len == 0)
				continue; /* a proxy's way to say nothing */
			if (found.data != NULL && !ac_span_is(found, value))
				*fault = "X-Forwarded or X-Original fields "
					 "contradict each other";
			found = value;
		}
	}
	return found;
}

/* Take the last address off *list. */
static struct authchain_span
last_address(struct authchain_span *list)
{
	size_t at = list->len;
	struct authchain_span last;

	while (at > 0 && list->data[at - 1] != ',')
		at--;
	last = ac_span_trim(ac_span_cut(*list, at, list->len));
	*list = ac_span_cut(*list, 0, at == 0 ? 0 : at - 1);
	return last;
}

/*
 * From the right, for each proxy adds what it saw at the end: the first that is
 * no proxy of ours is the client.  What is no address ends the search.
 */
static struct authchain_span
client_of(const struct ac_fields *fields, const struct ac_origin *origin,
    const char **fault)
{
	struct authchain_span list =
				  ac_fields_get(fields, "X-Forwarded-For", 0),
			      client = origin->peer_address;

	if (ac_fields_get(fields, "X-Forwarded-For", 1).data != NULL)
		*fault = "more than one X-Forwarded-For";
	while (list.len > 0) {
		struct authchain_span address = last_address(&list);

		if (!ac_trusted_is_address(address))
			return client.len > 0 ? client : ac_span(NULL, 0);
		client = address;
		if (!ac_trusted_has(origin->trusted, address))
			return client;
	}
	return client.len > 0 ? client : ac_span(NULL, 0);
}

struct ac_original
ac_original_read(const struct ac_fields *fields, const struct ac_route *route,
    const struct ac_origin *origin)
{
	static const char *const methods[] = { "X-Forwarded-Method",
		"X-Original-Method", NULL };
	static const char *const uris[] = { "X-Forwarded-Uri", "X-Original-URI",
		"X-Original-URL", NULL };
	static const char *const hosts[] = { "X-Forwarded-Host", NULL };
	static const char *const schemes[] = { "X-Forwarded-Proto", NULL };
	struct ac_original original = { .client_address =
					    origin->peer_address };

	if (!origin->believed)
		return original;
	original.host = one_value(fields, hosts, &original.fault);
	original.scheme = one_value(fields, schemes, &original.fault);
	original.client_address = client_of(fields, origin, &original.fault);
	if (route->dialect == AC_DIALECT_EXT_AUTHZ) {
		original.method = origin->method;
		original.uri = route->original;
		if (original.host.data == NULL)
			original.host = ac_fields_get(fields, "Host", 0);
		return original;
	}
	original.method = one_value(fields, methods, &original.fault);
	original.uri = one_value(fields, uris, &original.fault);
	return original;
}
