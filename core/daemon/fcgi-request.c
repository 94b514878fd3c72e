/* SPDX-License-Identifier: BSD-2-Clause */
/* Meta-variables (RFC 3875 4.1), as web servers give them to FastCGI. */
#include "daemon/fcgi-request.h"

#include "base/target.h"
#include "daemon/fcgi-record.h"

#define FIELD "HTTP_"

/* Where a parameter goes; NULL when nobody asks for it. */
static struct authchain_span *
place_of(struct ac_fcgi_request *request, struct authchain_span name)
{
	struct authchain_request *to = &request->request;
	const struct {
		const char *name;
		struct authchain_span *place;
	} known[] = {
		{ "REQUEST_METHOD", &to->method },
		{ "REQUEST_URI", &to->uri },
		{ "REQUEST_SCHEME", &to->scheme },
		{ "REMOTE_ADDR", &to->client_address },
		{ "AUTHCHAIN_CHAIN", &request->chain_name },
		{ "HTTPS", &request->https },
		{ "UNIQUE_ID", &request->unique_id },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (ac_span_is_text(name, known[i].name))
			return known[i].place;
	return NULL;
}

/* HTTP_MCP_NAME is mcp-name, which is as good as Mcp-Name. */
static void
name_field(char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '_')
			name[i] = '-';
		else if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] - 'A' + 'a');
	}
}

static const char *
take_pair(struct ac_fcgi_request *request, struct ac_buf *params,
    const struct authchain_pair *pair)
{
	struct authchain_span *place = place_of(request, pair->name);
	struct authchain_span prefix = ac_span_text(FIELD), name = pair->name;

	if (place != NULL) {
		if (place->data != NULL)
			return "a parameter is there twice";
		*place = pair->value;
		return NULL;
	}
	if (!ac_span_starts(name, prefix))
		return NULL;
	name = ac_span_cut(name, prefix.len, name.len);
	name_field(params->data + (name.data - params->data), name.len);
	ac_fields_add(&request->fields, name, pair->value);
	return request->fields.fault;
}

/* lighttpd leaves it out for the upstream, and another path would be judged. */
static const char *
check_uri(struct authchain_span uri)
{
	return uri.len > 0 && memchr(uri.data, '#', uri.len) != NULL
		   ? "a request has no fragment"
		   : NULL;
}

/* A name with a NUL would be another one to those who compare text. */
static const char *
take_chain(struct ac_fcgi_request *request)
{
	struct authchain_span name = request->chain_name;

	if (name.len == 0 || name.len > AC_ROUTE_MAX_CHAIN ||
	    memchr(name.data, '\0', name.len) != NULL)
		return "AUTHCHAIN_CHAIN does not name a chain";
	memcpy(request->chain, name.data, name.len);
	request->chain[name.len] = '\0';
	return NULL;
}

/*
 * Apache leaves "http://host/path" as it came (RFC 9112 3.2.2).  A path that is
 * not there is "/", and has room in front of the query: nobody asks any more
 * how the authority ended.
 */
static struct authchain_span
path_of(struct authchain_span uri, struct ac_buf *params)
{
	size_t end = ac_target_authority_end(uri);

	if (end == 0)
		return uri;
	if (end == uri.len)
		return ac_span_text("/");
	if (uri.data[end] == '?')
		params->data[uri.data + --end - params->data] = '/';
	return ac_span_cut(uri, end, uri.len);
}

static void
complete(struct ac_fcgi_request *request, struct ac_buf *params)
{
	struct authchain_request *to = &request->request;

	for (size_t at = 0; at < 2; at++) {
		struct authchain_span value =
		    ac_fields_get(&request->fields, "authorization", at);

		if (value.data == NULL)
			break;
		request->authorization[at] = value;
		to->authorization_count = at + 1;
	}
	to->uri = path_of(to->uri, params);
	to->authorization = request->authorization;
	to->headers = request->fields.at;
	to->header_count = request->fields.count;
	to->host = ac_fields_get(&request->fields, "host", 0);
	if (to->scheme.data == NULL)
		to->scheme = ac_span_text(
		    request->https.len > 0 && !ac_span_is_nocase(request->https,
						  ac_span_text("off"))
			? "https"
			: "http");
	ac_exchange_name(request->request_id, request->unique_id);
	request->name = ac_exchange_attribute(request->request_id);
	to->attributes = &request->name;
	to->attribute_count = 1;
}

const char *
ac_fcgi_request_read(struct ac_fcgi_request *request, struct ac_buf *params)
{
	struct authchain_span rest = ac_buf_span(params);
	struct authchain_pair pair;
	const char *fault;

	*request = (struct ac_fcgi_request){
		.request = { .size = sizeof(request->request) },
	};
	while (ac_fcgi_take_pair(&rest, &pair)) {
		fault = take_pair(request, params, &pair);
		if (fault != NULL)
			return fault;
	}
	if (rest.len > 0)
		return "the parameters are malformed";
	ac_fields_check(&request->fields);
	if (request->fields.fault != NULL)
		return request->fields.fault;
	fault = check_uri(request->request.uri);
	if (fault != NULL)
		return fault;
	complete(request, params);
	return take_chain(request);
}
