/* SPDX-License-Identifier: BSD-2-Clause */
/* Make and inherit listening sockets. */
#include "daemon/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/number.h"

#define FIRST_INHERITED 3 /* SD_LISTEN_FDS_START */
#define SOCKET_UMASK    0117

/* What to do about it, unless another address will do. */
static const struct {
	int why;
	const char *remedy;
} remedies[] = {
	{ ENOENT, "make its folder, for the user who runs authchaind" },
	{ ENOTDIR, "mend the path, which leads through a file" },
	{ EACCES,
	    "let the user who runs authchaind do that, or the service manager "
	    "hand the socket over" },
	{ EADDRINUSE, "stop the program that serves there" },
	{ EADDRNOTAVAIL, "give this machine that address" },
	{ EMFILE, "allow more open files (LimitNOFILE=, ulimit -n)" },
};

/* Where to listen. */
struct place {
	union {
		struct sockaddr any;
		struct sockaddr_un local;
		struct sockaddr_storage room;
	} at;
	socklen_t len;
};

static int
listen_error(struct authchain_error *err, const struct ac_listen *listen_,
    const char *address)
{
	const char *remedy = "look at that place";
	int why = errno;

	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (remedies[i].why == why)
			remedy = remedies[i].remedy;
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "can't listen on %.200s: %s; %s, or name another address with "
	    "--%s",
	    address, strerror(why), remedy,
	    listen_->admin     ? "admin"
	    : listen_->fastcgi ? "fastcgi"
			       : "listen");
}

static struct ac_listen *
add(struct ac_listens *listens, const char *name, struct authchain_error *err)
{
	struct ac_listen *listen;

	if (listens->count == AC_LISTEN_MAX) {
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s would be one more than %d sockets to listen on: name "
		    "fewer with --listen, --admin or in the socket unit",
		    name, AC_LISTEN_MAX);
		return NULL;
	}
	listen = &listens->at[listens->count];
	*listen = (struct ac_listen){ .fd = -1 };
	(void)snprintf(listen->name, sizeof(listen->name), "%s", name);
	return listen;
}

/* Is there somebody behind the socket file? */
static bool
is_served(const struct sockaddr_un *address)
{
	/* a full queue is somebody's, too, and not to be waited in */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool served;

	if (fd < 0)
		return true; /* can't tell: leave it alone */
	served = connect(fd, (const struct sockaddr *)address,
		     sizeof(*address)) == 0 ||
		 (errno != ECONNREFUSED && errno != ENOENT);
	close(fd);
	return served;
}

static int
bind_unix(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(SOCKET_UMASK);
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	if (r != 0 && errno == EADDRINUSE) {
		if (is_served(address))
			errno = EADDRINUSE;
		else if (unlink(address->sun_path) == 0 || errno == ENOENT)
			r = bind(fd, (const struct sockaddr *)address,
			    sizeof(*address));
	}
	umask(before);
	return r;
}

static int
parse_unix(struct place *place, const char *path, struct authchain_error *err)
{
	struct sockaddr_un *local = &place->at.local;

	if (path[0] != '/' || strlen(path) >= sizeof(local->sun_path))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "unix:%.120s: the path must be absolute and shorter than "
		    "%zu bytes",
		    path, sizeof(local->sun_path));
	local->sun_family = AF_UNIX;
	memcpy(local->sun_path, path, strlen(path));
	place->len = sizeof(*local);
	return 0;
}

static int
open_unix(struct ac_listen *listen_, const struct sockaddr_un *address,
    struct authchain_error *err)
{
	listen_->is_unix = true;
	listen_->fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listen_->fd < 0 || bind_unix(listen_->fd, address) != 0)
		return listen_error(err, listen_, address->sun_path);
	listen_->path = strdup(address->sun_path);
	if (listen_->path == NULL)
		return ac_error_memory(err);
	return 0;
}

/* "host:port" in place as two strings; false when it is not so. */
static bool
split(char *text, char **host, char **port)
{
	char *colon = strrchr(text, ':');

	if (colon == NULL || colon == text)
		return false;
	*colon = '\0';
	*host = text;
	*port = colon + 1;
	if (text[0] == '[') {
		if (colon[-1] != ']')
			return false;
		colon[-1] = '\0';
		*host = text + 1;
	} else if (strchr(text, ':') != NULL) {
		return false;
	}
	return **host != '\0' && **port != '\0';
}

/* getaddrinfo takes 0, 127.1 and 0177.0.0.1 as well, each for another one. */
static bool
is_spelt_out(const char *host)
{
	struct in_addr four;

	return strchr(host, ':') != NULL ||
	       inet_pton(AF_INET, host, &four) == 1;
}

static int
parse_tcp(struct place *place, const char *text, struct authchain_error *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *found = NULL;
	char copy[128], *host, *port;
	int64_t number; /* getaddrinfo takes more, and wraps around */

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy) ||
	    !split(copy, &host, &port) || !is_spelt_out(host) ||
	    !ac_port_parse(ac_span_text(port), &number) ||
	    getaddrinfo(host, port, &hints, &found) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%.120s is no address to listen on: say unix:/PATH, "
		    "127.0.0.1:9091 or [::1]:9091, with a port up to 65535",
		    text);
	memcpy(&place->at, found->ai_addr, found->ai_addrlen);
	place->len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static int
parse(struct place *place, const char *text, struct authchain_error *err)
{
	memset(place, 0, sizeof(*place));
	return strncmp(text, "unix:", 5) == 0 ? parse_unix(place, text + 5, err)
					      : parse_tcp(place, text, err);
}

int
ac_listen_check(const char *address, struct authchain_error *err)
{
	struct place place;

	return parse(&place, address, err);
}

static int
bind_tcp(struct ac_listen *listen_, const struct place *place)
{
	const int on = 1;

	listen_->fd = socket(place->at.any.sa_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listen_->fd < 0)
		return -1;
	(void)setsockopt(listen_->fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on));
	if (place->at.any.sa_family == AF_INET6)
		(void)setsockopt(listen_->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	return bind(listen_->fd, &place->at.any, place->len);
}

/* What was bound, for the log: with port 0 nobody knows it yet. */
static void
name_tcp(struct ac_listen *listen_)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char host[64], port[16];

	if (getsockname(listen_->fd, (struct sockaddr *)&address, &len) != 0 ||
	    getnameinfo((struct sockaddr *)&address, len, host, sizeof(host),
		port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	(void)snprintf(listen_->name, sizeof(listen_->name),
	    strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
}

int
ac_listen_add(struct ac_listens *listens, const char *address,
    const char *option, struct authchain_error *err)
{
	struct ac_listen *added;
	struct place place;
	int r;

	if (parse(&place, address, err) != 0 ||
	    (added = add(listens, address, err)) == NULL)
		return -1;
	added->admin = strcmp(option, "admin") == 0;
	added->fastcgi = strcmp(option, "fastcgi") == 0;
	if (place.at.any.sa_family == AF_UNIX)
		r = open_unix(added, &place.at.local, err);
	else if ((r = bind_tcp(added, &place)) != 0)
		r = listen_error(err, added, address);
	if (r == 0 && listen(added->fd, AC_LISTEN_BACKLOG) != 0)
		r = listen_error(err, added, address);
	if (r == 0 && !added->is_unix)
		name_tcp(added);
	listens->count++; /* to be closed, whatever became of it */
	return r;
}

static int
inherit_one(struct ac_listens *listens, int fd, struct authchain_span name,
    struct authchain_error *err)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);
	struct ac_listen *added;
	int listening = 0;
	socklen_t size = sizeof(listening);

	if ((added = add(listens, "inherited", err)) == NULL)
		return -1;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
	    listening == 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "descriptor %d of LISTEN_FDS is no listening socket: the "
		    "socket unit must say ListenStream= and not Accept=yes",
		    fd);
	added->fd = fd;
	added->is_unix = address.ss_family == AF_UNIX;
	added->admin = ac_span_is_text(name, "admin");
	added->fastcgi = ac_span_is_text(name, "fastcgi");
	if (!added->is_unix)
		name_tcp(added);
	else if (len > sizeof(sa_family_t))
		(void)snprintf(added->name, sizeof(added->name), "unix:%.*s",
		    (int)sizeof(added->name) - 6,
		    ((struct sockaddr_un *)&address)->sun_path);
	listens->count++;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't use descriptor %d of LISTEN_FDS: %s", fd,
		    strerror(errno));
	return 0;
}

static bool
is_us(const char *pid)
{
	int64_t number;

	return ac_number_parse(ac_span_text(pid), &number) &&
	       number == getpid();
}

int
ac_listen_inherit(struct ac_listens *listens, struct authchain_error *err)
{
	const char *fds = getenv("LISTEN_FDS"),
		   *names = getenv("LISTEN_FDNAMES");
	struct authchain_span rest = ac_span_text(names), name;
	int64_t count = 0, i;
	int r = 0;

	if (fds != NULL && is_us(getenv("LISTEN_PID")) &&
	    (!ac_number_parse(ac_span_text(fds), &count) || count < 0 ||
		count > AC_LISTEN_MAX))
		r = ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "LISTEN_FDS is %.20s; at most %d sockets are taken: let "
		    "the socket unit name fewer",
		    fds, AC_LISTEN_MAX);
	for (i = 0; r == 0 && i < count; i++) {
		size_t end = ac_span_find(rest, ':', 0);

		name = ac_span_cut(rest, 0, end);
		rest = ac_span_cut(rest, end + 1, rest.len);
		r = inherit_one(listens, FIRST_INHERITED + (int)i, name, err);
	}
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDNAMES");
	return r;
}

void
ac_listen_withdraw(struct ac_listens *listens)
{
	for (size_t i = 0; i < listens->count; i++) {
		struct ac_listen *one = &listens->at[i];

		if (one->path != NULL)
			(void)unlink(one->path);
		free(one->path);
		one->path = NULL;
	}
}

void
ac_listen_close(struct ac_listens *listens)
{
	ac_listen_withdraw(listens);
	for (size_t i = 0; i < listens->count; i++)
		if (listens->at[i].fd >= 0)
			close(listens->at[i].fd);
	listens->count = 0;
}
