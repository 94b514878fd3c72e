/* SPDX-License-Identifier: BSD-2-Clause */
/* From a connection to a request that a chain can judge. */
#include "daemon/exchange.h"

#include <netdb.h>
#include <stdlib.h>
#include <sys/random.h>

#include "daemon/introspect.h"
#include "daemon/server.h"

#define RANDOM_BYTES 2048 /* of a thread */

struct ac_exchange *
ac_exchange_new(struct ac_server *server, struct MHD_Connection *connection,
    const char *target)
{
	struct ac_exchange *exchange = atomic_exchange(&server->spare, NULL);

	if (exchange == NULL)
		exchange = malloc(sizeof(*exchange));
	if (exchange == NULL)
		return NULL;
	/* the table of fields is large, and filled as far as it is used */
	exchange->fields.count = 0;
	exchange->fields.fault = NULL;
	exchange->server = server;
	exchange->connection = connection;
	exchange->begun = exchange->asked = false;
	exchange->peer[0] = exchange->request_id[0] = '\0';
	exchange->request = (struct authchain_request){
		.size = sizeof(exchange->request),
	};
	exchange->decision = NULL;
	exchange->kept = NULL;
	exchange->introspect = NULL;
	atomic_init(&exchange->met, false);
	exchange->target = strdup(target);
	if (exchange->target == NULL) {
		free(exchange);
		return NULL;
	}
	exchange->route = ac_route_find(ac_span_text(exchange->target));
	return exchange;
}

void
ac_exchange_end(struct ac_exchange **exchange)
{
	if (*exchange == NULL)
		return;
	authchain_decision_free(&(*exchange)->decision);
	ac_introspect_free(&(*exchange)->introspect);
	free((*exchange)->target);
	free(atomic_exchange(&(*exchange)->server->spare, *exchange));
	*exchange = NULL;
}

void
ac_exchange_forget(struct ac_server *server)
{
	free(atomic_exchange(&server->spare, NULL));
}

static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size) */
add_field(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	struct ac_exchange *exchange = arg;

	(void)kind;
	ac_fields_add(&exchange->fields, ac_span(name, name_len),
	    ac_span(value == NULL ? "" : value, value_len));
	return MHD_YES;
}

static const struct sockaddr *
peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
		MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return info == NULL ? NULL : info->client_addr;
}

static void
name_peer(struct ac_exchange *exchange, const struct sockaddr *peer)
{
	socklen_t len = peer->sa_family == AF_INET
			    ? sizeof(struct sockaddr_in)
			    : sizeof(struct sockaddr_in6);

	if (getnameinfo(peer, len, exchange->peer, sizeof(exchange->peer), NULL,
		0, NI_NUMERICHOST) != 0)
		exchange->peer[0] = '\0';
}

static bool
is_believed(struct ac_exchange *exchange)
{
	const struct sockaddr *peer;

	if (exchange->server->is_unix)
		return true;
	peer = peer_of(exchange->connection);
	if (peer == NULL)
		return false;
	name_peer(exchange, peer);
	return ac_trusted_has_peer(&exchange->server->daemon->trusted, peer);
}

static bool
is_plain(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] <= ' ' || text.data[i] > '~')
			return false;
	return text.len > 0;
}

/*
 * Ids are for logs, but nobody shall guess the next: so all their bytes come
 * from the kernel, for many of them at a time.
 */
static bool
take_random(unsigned char *out, size_t len)
{
	static _Thread_local unsigned char bytes[RANDOM_BYTES];
	static _Thread_local size_t left;

	if (left < len) {
		ssize_t got = getrandom(bytes, sizeof(bytes), 0);

		left = got < 0 ? 0 : (size_t)got;
	}
	if (left < len)
		return false;
	left -= len;
	memcpy(out, bytes + left, len);
	return true;
}

void
ac_exchange_name(char out[AC_EXCHANGE_REQUEST_ID + 1],
    struct authchain_span given)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char random[8];
	size_t i;

	out[0] = '\0';
	if (is_plain(given) && given.len <= AC_EXCHANGE_REQUEST_ID) {
		memcpy(out, given.data, given.len);
		out[given.len] = '\0';
		return;
	}
	if (!take_random(random, sizeof(random)))
		return; /* it is for logs: none is better than no answer */
	for (i = 0; i < 2 * sizeof(random); i++)
		out[i] = digits[random[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	out[i] = '\0';
}

struct authchain_pair
ac_exchange_attribute(const char *request_id)
{
	return (struct authchain_pair){ ac_span_text("request-id"),
		ac_span_text(request_id) };
}

/* What plugins are told besides: audit the name, mtls whether a header of the
 * proxy's is its own. */
static void
add_attributes(struct ac_exchange *exchange, bool believed)
{
	exchange->attributes[0] = ac_exchange_attribute(exchange->request_id);
	exchange->attributes[1] =
	    (struct authchain_pair){ ac_span_text("sent-by"),
		    ac_span_text("proxy") };
	exchange->request.attributes = exchange->attributes;
	exchange->request.attribute_count = believed ? 2 : 1;
}

static void
take_authorization(struct ac_exchange *exchange)
{
	struct authchain_request *request = &exchange->request;

	for (size_t at = 0; at < 2; at++) {
		struct authchain_span value =
		    ac_fields_get(&exchange->fields, "Authorization", at);

		if (value.data == NULL)
			break;
		exchange->authorization[at] = value;
		request->authorization_count = at + 1;
	}
	request->authorization = exchange->authorization;
}

/*
 * libmicrohttpd says nothing of what it leaves out: bytes behind a NUL, folded
 * lines, lines without a name and all that follow.  But it says how long the
 * header was, and as all of it is known when nothing was left out, what is
 * missing shows.  So fields are taken only as "Name: value" with one blank,
 * which is how proxies write them.
 */
static bool
is_whole(const struct ac_exchange *exchange, size_t request_line)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(exchange->connection,
		MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	size_t size = request_line + sizeof("\r\n\r\n") - 1;

	for (size_t i = 0; i < exchange->fields.count; i++)
		size += exchange->fields.at[i].name.len + sizeof(": ") - 1 +
			exchange->fields.at[i].value.len + sizeof("\r\n") - 1;
	return info != NULL && info->header_size == size;
}

const char *
ac_exchange_read(struct ac_exchange *exchange, const char *method,
    const char *version)
{
	struct authchain_request *request = &exchange->request;
	struct ac_origin origin = {
		.method = ac_span_text(method),
		.trusted = &exchange->server->daemon->trusted,
	};
	struct ac_original original;

	(void)MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND,
	    add_field, exchange);
	ac_fields_check(&exchange->fields);
	if (exchange->fields.fault != NULL)
		return exchange->fields.fault;
	if (!is_whole(exchange, strlen(method) + 1 + strlen(exchange->target) +
				    1 + strlen(version)))
		return "the header is not made of lines \"Name: value\"";
	origin.believed = is_believed(exchange);
	origin.peer_address = ac_span_text(exchange->peer);
	ac_exchange_name(exchange->request_id,
	    origin.believed
		? ac_fields_get(&exchange->fields, "X-Request-Id", 0)
		: ac_span(NULL, 0));
	original =
	    ac_original_read(&exchange->fields, &exchange->route, &origin);
	take_authorization(exchange);
	add_attributes(exchange, origin.believed);
	request->method = original.method;
	request->uri = original.uri;
	request->scheme = original.scheme;
	request->host = original.host;
	request->client_address = original.client_address;
	request->headers = exchange->fields.at;
	request->header_count = exchange->fields.count;
	return original.fault;
}

bool
ac_exchange_meet(struct ac_exchange *exchange)
{
	return !atomic_exchange(&exchange->met, true);
}
