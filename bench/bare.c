/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bare PATH [fields]: libmicrohttpd with nothing behind it, one thread on a unix
 * socket, until its standard input ends.  Answers 204 to everything: what
 * authchaind can't be quicker than.  With "fields" it reads the fields of each
 * request and answers 200 with the nine that authchaind sends, always the same:
 * what an authorizer can't be quicker than.
 */
#include <microhttpd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 511
#define MEMORY  ((size_t)32 << 10) /* as authchaind's */

struct answer {
	struct MHD_Response *response;
	unsigned int status;
};

static const char *const fields[][2] = {
	{ "X-Auth-User", "user-12" },
	{ "X-Auth-Subject", "user-12" },
	{ "X-Auth-Issuer", "https://issuer.test" },
	{ "X-Auth-Scopes", " " },
	{ "X-Auth-Groups", " " },
	{ "X-Auth-Client", " " },
	{ "X-Auth-Method", "idp" },
	{ "X-Auth-Expires", "1800000000" },
	{ "X-Auth-Request-Id", "0123456789abcdef" },
};

static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size) */
count(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	size_t *bytes = arg;

	(void)kind;
	(void)name;
	(void)value;
	*bytes += name_len + value_len;
	return MHD_YES;
}

/* The second call answers: an answer to the first costs the connection. */
static enum MHD_Result
handle(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **context)
{
	const struct answer *answer = arg;
	size_t bytes = 0;

	(void)url;
	(void)method;
	(void)version;
	(void)upload;
	(void)upload_len;
	if (*context == NULL) {
		*context = arg;
		return MHD_YES;
	}
	if (answer->status == 200)
		(void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND,
		    count, &bytes);
	return MHD_queue_response(connection, answer->status, answer->response);
}

static int
listen_on(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return -1;
	return fd;
}

static struct answer
make_answer(bool with_fields)
{
	struct answer answer = {
		.response = MHD_create_response_from_buffer(0, NULL,
		    MHD_RESPMEM_PERSISTENT),
		.status = with_fields ? 200 : 204,
	};

	for (size_t i = 0;
	     with_fields && i < sizeof(fields) / sizeof(fields[0]); i++)
		(void)MHD_add_response_header(answer.response, fields[i][0],
		    fields[i][1]);
	return answer;
}

int
main(int argc, char **argv)
{
	struct answer answer =
	    make_answer(argc == 3 && strcmp(argv[2], "fields") == 0);
	int fd = argc == 2 || answer.status == 200 ? listen_on(argv[1]) : -1;
	struct MHD_Daemon *http = NULL;
	char byte;

	if (fd >= 0)
		http = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD |
					    MHD_USE_SUPPRESS_DATE_NO_CLOCK,
		    0, NULL, NULL, handle, &answer, MHD_OPTION_LISTEN_SOCKET,
		    fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY,
		    MHD_OPTION_END);
	if (http == NULL) {
		fputs("bare: can't serve there\n", stderr);
		return 1;
	}
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	MHD_stop_daemon(http);
	MHD_destroy_response(answer.response);
	return 0;
}
