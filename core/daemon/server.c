/* SPDX-License-Identifier: BSD-2-Clause */
/* The meeting of libmicrohttpd and the engine. */
#include "daemon/server.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "daemon/admin.h"
#include "daemon/answer.h"
#include "daemon/ask.h"
#include "daemon/fcgi.h"
#include "daemon/introspect.h"
#include "daemon/pace.h"
#include "daemon/preflight.h"

static void
meet(void *arg, struct MHD_Connection *connection, void **paced,
    enum MHD_ConnectionNotificationCode what)
{
	struct ac_server *server = arg;
	struct ac_pace *pace = server->daemon->pace;
	struct ac_paced *it = *paced;

	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		*paced =
		    ac_pace_add(pace, MHD_get_connection_info(connection,
					  MHD_CONNECTION_INFO_CONNECTION_FD)
					  ->connect_fd);
	else
		ac_pace_remove(pace, &it);
}

static struct ac_paced *
paced_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT)
	    ->socket_context;
}

/* The target as it came, before libmicrohttpd takes it apart. */
static void *
begin(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct ac_server *server = arg;
	struct ac_exchange *exchange =
	    ac_exchange_new(server, connection, target);

	if (exchange == NULL)
		return NULL;
	exchange->paced = paced_of(connection);
	ac_pace_begins(exchange->paced);
	atomic_fetch_add(&server->daemon->open, 1);
	return exchange;
}

static void
end(void *arg, struct MHD_Connection *connection, void **context,
    enum MHD_RequestTerminationCode why)
{
	struct ac_exchange *exchange = *context;

	(void)arg;
	(void)connection;
	(void)why;
	if (exchange == NULL)
		return;
	ac_pace_waits(exchange->paced);
	ac_keep_give(&exchange->server->daemon->keep, &exchange->kept);
	atomic_fetch_sub(&exchange->server->daemon->open, 1);
	ac_exchange_end(&exchange);
	*context = NULL;
}

/* Nothing is decoded: a path means what it says. */
static size_t
leave(void *arg, struct MHD_Connection *connection, char *text)
{
	(void)arg;
	(void)connection;
	return strlen(text);
}

static enum MHD_Result
send_answer(struct ac_exchange *exchange, struct ac_answer_http answer)
{
	enum MHD_Result sent;

	if (answer.response == NULL)
		return MHD_NO; /* out of memory: the connection ends */
	sent = MHD_queue_response(exchange->connection, answer.status,
	    answer.response);
	exchange->kept = answer.kept;
	if (answer.kept == NULL)
		MHD_destroy_response(answer.response);
	return sent;
}

static enum MHD_Result
refuse(struct ac_exchange *exchange, unsigned int status, const char *error,
    const char *why)
{
	return send_answer(exchange,
	    ac_answer_refusal(exchange->route.dialect, status, error, why));
}

static bool
is_method(const char *method, const char *wanted)
{
	return strcmp(method, wanted) == 0;
}

static enum MHD_Result
send_document(struct ac_exchange *exchange, const char *method)
{
	struct authchain_document *document = NULL;
	enum MHD_Result sent;

	if (is_method(method, "OPTIONS"))
		return send_answer(exchange, ac_answer_preflight());
	if (!is_method(method, "GET") && !is_method(method, "HEAD"))
		return refuse(exchange, 405, "method_not_allowed",
		    "Documents are for GET and HEAD");
	exchange->target[strcspn(exchange->target, "?")] = '\0';
	(void)authchain_document_get(exchange->server->daemon->ac,
	    exchange->target, &document);
	sent = send_answer(exchange, ac_answer_document(document));
	authchain_document_free(&document);
	return sent;
}

static enum MHD_Result
send_decision(struct ac_exchange *exchange)
{
	ac_counts_add(exchange->server->daemon->counts, exchange->decision);
	return send_answer(exchange,
	    ac_answer_decision(&exchange->server->daemon->keep,
		exchange->route.dialect, exchange->decision,
		exchange->request_id));
}

static enum MHD_Result
ask(struct ac_exchange *exchange)
{
	switch (ac_ask(exchange, exchange->route.chain, &exchange->request)) {
	case AC_ASKED_NOW:
		return send_decision(exchange);
	case AC_ASKED_LATER:
		return MHD_YES;
	default:
		return refuse(exchange, 503, "temporarily_unavailable",
		    "The service is stopping; try again");
	}
}

/* Nobody else opens that socket; a request there has no body and no tricks. */
static enum MHD_Result
take_admin(struct ac_exchange *exchange, const char *method)
{
	if (!is_method(method, "GET") && !is_method(method, "HEAD"))
		return refuse(exchange, 405, "method_not_allowed",
		    "Only GET and HEAD are served here");
	return send_answer(exchange,
	    ac_admin_answer(exchange->server->daemon, exchange->target,
		ac_fields_get(&exchange->fields, "Accept", 0)));
}

static enum MHD_Result
take(struct ac_exchange *exchange, const char *method, const char *version)
{
	const char *fault = exchange->fields.fault;

	if (fault == NULL)
		fault = ac_exchange_read(exchange, method, version);
	if (fault != NULL)
		return refuse(exchange, 400, "invalid_request", fault);
	if (exchange->server->admin)
		return take_admin(exchange, method);
	switch (exchange->route.dialect) {
	case AC_DIALECT_NONE:
		return refuse(exchange, 404, "not_found",
		    "Nothing is served here");
	case AC_DIALECT_DOCUMENT:
		return send_document(exchange, method);
	default:
		if (ac_preflight_is(exchange->server->daemon->preflight,
			exchange, method))
			return send_answer(exchange,
			    ac_preflight_answer(exchange));
		return ask(exchange);
	}
}

struct announced {
	unsigned int lengths;
	bool body;
};

static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size) */
look_at_length(void *arg, enum MHD_ValueKind kind, const char *name,
    size_t name_len, const char *value, size_t len)
{
	struct announced *announced = arg;

	(void)kind;
	(void)name_len;
	if (strcasecmp(name, "Transfer-Encoding") == 0)
		announced->body = true;
	if (strcasecmp(name, "Content-Length") != 0)
		return MHD_YES;
	announced->lengths++;
	if (len != 1 || value[0] != '0')
		announced->body = true;
	return MHD_YES;
}

/* Envoy says of each check that its body has 0 bytes, which is none. */
static bool
announces_body(struct MHD_Connection *connection)
{
	struct announced announced = { 0, false };

	(void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND,
	    look_at_length, &announced);
	return announced.body || announced.lengths > 1;
}

/*
 * libmicrohttpd calls this when the header is complete, and again when the body
 * is, or at once without one.  An answer that is queued in the first call costs
 * the connection: so it is left for the second, unless a body was announced,
 * which nobody wants to wait for.
 */
static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size) */
handle(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **context)
{
	struct ac_exchange *exchange = *context;
	const struct ac_upload whole = { method, version, upload, upload_len };

	(void)arg;
	(void)url;
	if (exchange == NULL)
		return MHD_NO;
	if (!exchange->begun)
		ac_pace_whole(exchange->paced);
	if (exchange->route.dialect == AC_DIALECT_INTROSPECT &&
	    !exchange->server->admin)
		return ac_introspect(exchange, &whole);
	if (exchange->asked)
		return send_decision(exchange);
	if (!exchange->begun && !announces_body(connection)) {
		exchange->begun = true;
		return MHD_YES;
	}
	return take(exchange, method, version);
}

int
ac_server_start(struct ac_server *server, struct ac_daemon *daemon,
    struct ac_listen *listen, struct authchain_error *err)
{
	const struct ac_limits *limits = &daemon->limits;
	unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD |
			     MHD_ALLOW_SUSPEND_RESUME |
			     MHD_USE_SUPPRESS_DATE_NO_CLOCK;

	*server = (struct ac_server){
		.daemon = daemon,
		.is_unix = listen->is_unix,
		.admin = listen->admin,
	};
	if (listen->fastcgi) {
		server->fcgi = ac_fcgi_start(daemon, listen, err);
		return server->fcgi == NULL ? -1 : 0;
	}
	/* a pool of one is not a pool to libmicrohttpd */
	server->http = MHD_start_daemon(flags, 0, NULL, NULL, handle, server,
	    MHD_OPTION_LISTEN_SOCKET, listen->fd, MHD_OPTION_THREAD_POOL_SIZE,
	    limits->workers > 1 ? limits->workers : 0,
	    MHD_OPTION_CONNECTION_LIMIT, limits->connections,
	    MHD_OPTION_CONNECTION_TIMEOUT, limits->idle_s,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)AC_SERVER_MEMORY_BYTES,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, meet,
	    server, MHD_OPTION_URI_LOG_CALLBACK, begin, server,
	    MHD_OPTION_UNESCAPE_CALLBACK, leave, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, end, NULL, MHD_OPTION_END);
	if (server->http == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't serve on %s: %s; it takes %u threads and memory "
		    "for %u connections: ask for less with --workers and "
		    "--max-connections",
		    listen->name, strerror(errno), limits->workers,
		    limits->connections);
	listen->fd = -1;
	return 0;
}

void
ac_server_quiesce(struct ac_server *server)
{
	MHD_socket fd = MHD_INVALID_SOCKET;

	if (server->fcgi != NULL)
		ac_fcgi_quiesce(server->fcgi);
	else
		fd = MHD_quiesce_daemon(server->http);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
}

void
ac_server_stop(struct ac_server *server)
{
	if (server->fcgi != NULL)
		ac_fcgi_stop(&server->fcgi);
	if (server->http != NULL)
		MHD_stop_daemon(server->http);
	server->http = NULL;
	ac_exchange_forget(server);
}
