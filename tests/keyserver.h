/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/keyserver.py from a C test: start it, tell it what to do, count. */
#ifndef TESTS_KEYSERVER_H
#define TESTS_KEYSERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct keyserver {
	pid_t pid;
	int input; /* the server ends when it closes */
	unsigned int port, control;
};

static inline void
keyserver_exec(const char *const *more)
{
	const char *top = getenv("abs_top_srcdir");
	char path[4096];
	char *argv[10] = { NULL };
	size_t count = 2;

	(void)snprintf(path, sizeof(path), "%s/tests/keyserver.py",
	    top == NULL ? "." : top);
	/* in full: Python finds its library by it */
	argv[0] = strdup("/usr/bin/python3");
	argv[1] = path;
	for (; more != NULL && *more != NULL && count < 9; more++)
		argv[count++] = strdup(*more);
	(void)execv("/usr/bin/python3", argv);
	_exit(127);
}

/* more: further arguments, NULL-terminated, at most 7; or NULL.  Ends the test
 * when the server does not come up. */
static inline void
keyserver_start(struct keyserver *server, const char *const *more)
{
	int in[2], out[2], r = 0;
	FILE *lines = NULL;

	if (pipe(in) != 0 || pipe(out) != 0)
		abort();
	server->pid = fork();
	if (server->pid == 0) {
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		for (int fd = 3; fd < 64; fd++)
			(void)close(fd);
		keyserver_exec(more);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	server->input = in[1];
	lines = fdopen(out[0], "r");
	if (lines != NULL) {
		r = fscanf(lines, "%u\ncontrol %u", &server->port,
		    &server->control);
		(void)fclose(lines);
	}
	if (r != 2) {
		printf("Bail out! tests/keyserver.py does not start\n");
		exit(99);
	}
}

static inline void
keyserver_stop(struct keyserver *server)
{
	(void)close(server->input);
	(void)waitpid(server->pid, NULL, 0);
}

static inline int
keyserver_connect(unsigned int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		abort();
	return fd;
}

/* Ask the control port; the answer's body, which is good until the next call.
 * Ends the test when the server does not answer 200. */
static inline const char *
keyserver_ask(const struct keyserver *server, const char *method,
    const char *path, const char *body)
{
	static char answer[65536];
	int fd = keyserver_connect(server->control);
	size_t len = 0;
	ssize_t got;

	(void)dprintf(fd,
	    "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    method, path, strlen(body), body);
	while (len < sizeof(answer) - 1 &&
	       (got = read(fd, answer + len, sizeof(answer) - 1 - len)) > 0)
		len += (size_t)got;
	(void)close(fd);
	answer[len] = '\0';
	if (strncmp(answer, "HTTP/1.1 200", 12) != 0) {
		printf("Bail out! keyserver %s %s: %s\n", method, path, answer);
		exit(99);
	}
	return strstr(answer, "\r\n\r\n") + 4;
}

/* A rule, as JSON; see the head of keyserver.py. */
static inline void
keyserver_rule(const struct keyserver *server, const char *json)
{
	(void)keyserver_ask(server, "POST", "/_control", json);
}

static inline long
keyserver_count(const struct keyserver *server, const char *path)
{
	char ask[512];

	(void)snprintf(ask, sizeof(ask), "/_count?path=%s", path);
	return strtol(keyserver_ask(server, "GET", ask, ""), NULL, 10);
}

#endif
