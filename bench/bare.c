/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bare PATH: libmicrohttpd with nothing behind it, one thread on a unix socket.
 * Answers 204 to everything, until its standard input ends: what authchaind
 * can't be quicker than.
 */
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 511
#define MEMORY  ((size_t)32 << 10) /* as authchaind's */

/* The second call answers: an answer to the first costs the connection. */
static enum MHD_Result
handle(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **context)
{
	(void)url;
	(void)method;
	(void)version;
	(void)upload;
	(void)upload_len;
	if (*context == NULL) {
		*context = arg;
		return MHD_YES;
	}
	return MHD_queue_response(connection, 204, arg);
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

int
main(int argc, char **argv)
{
	struct MHD_Response *nothing =
	    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	int fd = argc == 2 ? listen_on(argv[1]) : -1;
	struct MHD_Daemon *http = NULL;
	char byte;

	if (fd >= 0)
		http = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD |
					    MHD_USE_SUPPRESS_DATE_NO_CLOCK,
		    0, NULL, NULL, handle, nothing, MHD_OPTION_LISTEN_SOCKET,
		    fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY,
		    MHD_OPTION_END);
	if (http == NULL) {
		fputs("bare: can't serve there\n", stderr);
		return 1;
	}
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	MHD_stop_daemon(http);
	MHD_destroy_response(nothing);
	return 0;
}
