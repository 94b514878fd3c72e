/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whom a fetch talks to: certificates, and the addresses that names turn out
 * to have.  getaddrinfo is this file's own here, so that names resolve to what
 * a hostile resolver would say, or to nothing for a long time.
 */
#define _GNU_SOURCE
#include "fetching.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>

struct name {
	const char *name, *first, *second;
};

static const struct name names[] = {
	{ "loopback.test", "127.0.0.1", NULL },
	{ "private.test", "10.0.0.1", NULL },
	{ "metadata.test", "169.254.169.254", NULL },
	{ "zero.test", "0.0.0.0", NULL },
	{ "mapped.test", "::ffff:127.0.0.1", NULL },
	{ "six.test", "::1", NULL },
	{ "local.test", "fd00::1", NULL },
	{ "both.test", "0.0.0.0", "127.0.0.1" },
	{ "neither.test", "10.0.0.1", "::1" },
};

/* The first look-up says public, the next loopback. */
static atomic_int rebound;
/* slow.test: 1 while a look-up waits, released by the test. */
static pthread_mutex_t slow_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t slow_changed = PTHREAD_COND_INITIALIZER;
static int slow_waiting;
static bool slow_released;

static void
wait_slowly(void)
{
	(void)pthread_mutex_lock(&slow_lock);
	slow_waiting++;
	(void)pthread_cond_broadcast(&slow_changed);
	while (!slow_released)
		(void)pthread_cond_wait(&slow_changed, &slow_lock);
	slow_waiting--;
	(void)pthread_cond_broadcast(&slow_changed);
	(void)pthread_mutex_unlock(&slow_lock);
}

static int
slow_count(void)
{
	int count;

	(void)pthread_mutex_lock(&slow_lock);
	count = slow_waiting;
	(void)pthread_mutex_unlock(&slow_lock);
	return count;
}

typedef int lookup_fn(const char *, const char *, const struct addrinfo *,
    struct addrinfo **);

static int
look_up(const char *address, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	union {
		void *data;
		lookup_fn *call;
	} next = { .data = dlsym(RTLD_NEXT, "getaddrinfo") };

	return next.call(address, service, hints, out);
}

int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	const char *first = NULL, *second = NULL;
	int r;

	if (strcmp(host, "slow.test") == 0) {
		wait_slowly();
		return EAI_AGAIN;
	}
	if (strcmp(host, "rebound.test") == 0)
		first = atomic_fetch_add(&rebound, 1) == 0 ? "10.0.0.1"
							   : "127.0.0.1";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(host, names[i].name) == 0) {
			first = names[i].first;
			second = names[i].second;
		}
	}
	if (first == NULL)
		return EAI_NONAME;
	r = look_up(first, service, hints, out);
	if (r == 0 && second != NULL)
		r = look_up(second, service, hints, &(*out)->ai_next);
	return r;
}

struct row {
	const char *name;
	const char *server; /* whose certificate */
	const char *host;
	uint32_t flags;
	const char *error; /* a piece of it; NULL: 200 */
};

static const struct row rows[] = {
	{ "a trusted certificate", "good", "127.0.0.1", PRIVATE, NULL },
	{ "a name that resolves", "good", "loopback.test", PRIVATE, NULL },
	{ "localhost by https", "good", "localhost", PRIVATE, NULL },
	{ "the second address, the first being none", "good", "both.test",
	    PRIVATE, NULL },

	{ "an expired certificate", "expired", "127.0.0.1", PRIVATE,
	    "certificate not trusted: SSL certificate problem: certificate "
	    "has expired" },
	{ "a certificate of tomorrow", "future", "127.0.0.1", PRIVATE,
	    "certificate not trusted: SSL certificate problem: certificate "
	    "is not yet valid" },
	{ "an unknown authority", "stranger", "127.0.0.1", PRIVATE,
	    "certificate not trusted: SSL certificate problem: unable to get "
	    "local issuer" },
	{ "a self-signed certificate", "self", "127.0.0.1", PRIVATE,
	    "certificate not trusted: SSL certificate problem: self" },
	{ "a certificate for another name", "elsewhere", "loopback.test",
	    PRIVATE, "certificate not trusted: SSL: no alternative" },
	{ "a certificate for another address", "elsewhere", "127.0.0.1",
	    PRIVATE, "certificate not trusted: SSL: no alternative" },
	{ "control bytes in a certificate's subject", "odd", "loopback.test",
	    PRIVATE, "subject name 'odd?[2J' does not match" },
	{ "TLS 1.1", "tls 1.1", "127.0.0.1", PRIVATE, "TLS failed" },
	{ "TLS 1.2", "tls 1.2", "127.0.0.1", PRIVATE, NULL },
	{ "no TLS at all", NULL, "127.0.0.1", PRIVATE, "TLS failed" },

	{ "a name for loopback", "good", "loopback.test", 0,
	    "is not a public one" },
	{ "a name for loopback with insecure http", "good", "loopback.test",
	    HTTP, "is not a public one" },
	{ "a name for a private address", "good", "private.test", HTTP,
	    "10.0.0.1:" },
	{ "a name for the metadata service", "good", "metadata.test", 0,
	    "169.254.169.254:" },
	{ "a name for 0.0.0.0", "good", "zero.test", PRIVATE, "0.0.0.0:" },
	{ "a name for loopback inside IPv6", "good", "mapped.test", 0,
	    "[::ffff:127.0.0.1]:" },
	{ "a name for IPv6 loopback", "good", "six.test", 0, "[::1]:" },
	{ "a name for a local IPv6 address", "good", "local.test", 0,
	    "[fd00::1]:" },
	{ "a name for two private addresses", "good", "neither.test", 0,
	    "is not a public one" },
	{ "a name that does not exist", "good", "missing.test", PRIVATE,
	    "the host's name has no address" },
	{ "a name that changes its address, first", "good", "rebound.test", 0,
	    "10.0.0.1:" },
	{ "a name that changes its address, then", "good", "rebound.test", 0,
	    "not a public one" },
};

static const struct {
	const char *kind, *certificate, *tls_max;
} kinds[] = {
	{ "good", "good", NULL },
	{ "expired", "expired", NULL },
	{ "future", "future", NULL },
	{ "stranger", "stranger", NULL },
	{ "elsewhere", "elsewhere", NULL },
	{ "self", "self", NULL },
	{ "odd", "odd", NULL },
	{ "tls 1.1", "good", "1.1" },
	{ "tls 1.2", "good", "1.2" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct fixture {
	char folder[64];
	char ca[128];
	struct keyserver servers[KINDS];
	struct keyserver plain;
};

static const struct keyserver *
find_server(const struct fixture *fixture, const char *kind)
{
	for (size_t i = 0; kind != NULL && i < KINDS; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return &fixture->servers[i];
	return &fixture->plain;
}

static int
fetch_from(struct ac_io *io, const struct keyserver *server, const char *host,
    uint32_t flags, struct result *result)
{
	char url[256];
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url,
		.flags = flags };

	(void)snprintf(url, sizeof(url), "https://%s:%u/ok", host,
	    server->port);
	return fetch(io, &request, result);
}

static void
test_rows(struct ac_io *io, const struct fixture *fixture)
{
	long requests = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct result result;
		bool good;
		int r = fetch_from(io, find_server(fixture, row->server),
		    row->host, row->flags, &result);

		if (row->error == NULL)
			good = r == 0 && result.status == 200;
		else
			good = r == 0 && result.status == 0 &&
			       strstr(result.error, row->error) != NULL;
		ok(good, row->name);
		if (!good)
			printf("# %d %u %s\n", r, result.status, result.error);
		result_clear(&result);
	}
	for (size_t i = 0; i < KINDS; i++)
		requests += keyserver_count(&fixture->servers[i], "/ok");
	ok(requests == 5, "requests went to trusted and allowed peers alone");
}

/* A connection that one owner may use is kept; another, who may not, must not
 * get its request through on it. */
static void
test_kept(const struct fixture *fixture)
{
	const struct keyserver *server = &fixture->servers[0];
	struct ac_io *io = io_started(fixture->ca);
	long before = keyserver_count(server, "/ok");
	struct result result;

	(void)fetch_from(io, server, "loopback.test", PRIVATE, &result);
	(void)fetch_from(io, server, "loopback.test", PRIVATE, &result);
	ok(result.status == 200, "a kept connection serves its like");
	(void)fetch_from(io, server, "loopback.test", 0, &result);
	ok(result.status == 0 &&
		strstr(result.error, "not a public one") != NULL,
	    "a kept connection is judged anew");
	ok(keyserver_count(server, "/ok") == before + 2,
	    "no request was sent over it");
	ac_io_free(&io);
}

static void
test_trust(const struct fixture *fixture)
{
	char missing[256];
	struct result result;
	struct ac_io *io = io_started(NULL);

	(void)setenv("SSL_CERT_FILE", fixture->ca, 1);
	(void)setenv("CURL_CA_BUNDLE", fixture->ca, 1);
	(void)fetch_from(io, &fixture->servers[0], "127.0.0.1", PRIVATE,
	    &result);
	/* reading the machine's own takes long, where it is busy, and once */
	for (int i = 0; i < 5 && strstr(result.error, "no answer in") != NULL;
	     i++)
		(void)fetch_from(io, &fixture->servers[0], "127.0.0.1", PRIVATE,
		    &result);
	/* a machine may have none of its own */
	ok(result.status == 0 &&
		(strstr(result.error, "certificate not trusted") != NULL ||
		    strstr(result.error, "trusted certificates can't be") !=
			NULL),
	    "certificates of the environment are not trusted");
	printf("# %s\n", result.error);
	ac_io_free(&io);
	(void)snprintf(missing, sizeof(missing), "%s/missing.pem",
	    fixture->folder);
	io = io_started(missing);
	(void)fetch_from(io, &fixture->servers[0], "127.0.0.1", PRIVATE,
	    &result);
	ok(result.status == 0 &&
		strstr(result.error, "trusted certificates can't be read") !=
		    NULL,
	    "a file of certificates that is not there");
	ac_io_free(&io);
}

/* A socket bound to a port of the kernel's choice on loopback. */
static int
bound_socket(unsigned int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		abort();
	*port = ntohs(at.sin_port);
	return fd;
}

static void
test_refused(struct ac_io *io)
{
	struct keyserver nobody;
	char refused[64];
	struct result result;
	int fd = bound_socket(&nobody.port); /* and not listening */

	(void)snprintf(refused, sizeof(refused),
	    "connect to 127.0.0.1:%u refused", nobody.port);
	(void)fetch_from(io, &nobody, "127.0.0.1", PRIVATE, &result);
	ok(result.status == 0 && strcmp(result.error, refused) == 0,
	    "a refused connection");
	(void)fetch_from(io, &nobody, "loopback.test", PRIVATE, &result);
	ok(result.status == 0 && strcmp(result.error, refused) == 0,
	    "a refused connection, by name");
	(void)close(fd);
}

/* A listener that accepts nothing: at first the kernel takes connections, and
 * nobody speaks; then its queue is full, and they are not even taken. */
static void
test_silence(struct ac_io *io)
{
	unsigned int port;
	int fd = bound_socket(&port), more[4];
	char url[64];
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url,
		.flags = PRIVATE,
		.timeout_ms = 3000 };
	struct result result;

	if (listen(fd, 0) != 0)
		abort();
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/", port);
	(void)fetch(io, &request, &result);
	ok(result.status == 0 &&
		strstr(result.error, "TLS with 127.0.0.1:") != NULL &&
		strstr(result.error, "no answer in 3s") != NULL,
	    "silence instead of TLS");
	for (size_t i = 0; i < 4; i++) {
		struct sockaddr_in at = { .sin_family = AF_INET,
			.sin_port = htons((in_port_t)port),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

		more[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(more[i], (struct sockaddr *)&at, sizeof(at));
	}
	(void)fetch(io, &request, &result);
	ok(result.status == 0 &&
		strstr(result.error, "connect to 127.0.0.1:") != NULL &&
		strstr(result.error, "no answer in 3s") != NULL,
	    "no answer to a connect");
	for (size_t i = 0; i < 4; i++)
		(void)close(more[i]);
	(void)close(fd);
}

/* A resolver that hangs holds up nobody: not other fetches, not the end. */
static void
test_slow_name(const struct fixture *fixture)
{
	struct ac_io *io = io_started(fixture->ca);
	struct authchain_fetch request = { .size = sizeof(request),
		.url = "https://slow.test/",
		.timeout_ms = 200 };
	struct result result;

	(void)fetch(io, &request, &result);
	ok(result.status == 0 &&
		strcmp(result.error, "look-up of the host's name: no answer "
				     "in 200ms") == 0,
	    "a look-up that hangs ends in time");
	(void)fetch_from(io, &fixture->servers[0], "127.0.0.1", PRIVATE,
	    &result);
	ok(result.status == 200 && slow_count() == 1,
	    "other fetches go on while it hangs");
	request.timeout_ms = 0;
	result.calls = 0;
	(void)ac_io_fetch(io, io, &request, result_done, &result, NULL);
	(void)pthread_mutex_lock(&slow_lock);
	while (slow_waiting < 2)
		(void)pthread_cond_wait(&slow_changed, &slow_lock);
	(void)pthread_mutex_unlock(&slow_lock);
	ac_io_free(&io);
	ok(strcmp(result.error, "stopped") == 0 && slow_count() == 2,
	    "free does not wait for it");
	(void)pthread_mutex_lock(&slow_lock);
	slow_released = true;
	(void)pthread_cond_broadcast(&slow_changed);
	while (slow_waiting > 0)
		(void)pthread_cond_wait(&slow_changed, &slow_lock);
	(void)pthread_mutex_unlock(&slow_lock);
	(void)usleep(50000); /* let curl's threads free what they hold */
}

/* OpenSSL without a distribution's bounds, so that ours are seen. */
static void
allow_old_tls(const char *folder)
{
	static const char text[] = "openssl_conf = a\n[a]\nssl_conf = b\n"
				   "[b]\nsystem_default = c\n[c]\n"
				   "MinProtocol = TLSv1\n"
				   "CipherString = DEFAULT@SECLEVEL=0\n";
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/openssl.cnf", folder);
	file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
	(void)setenv("OPENSSL_CONF", path, 1);
}

static void
set_up(struct fixture *fixture)
{
	const char *top = getenv("abs_top_srcdir");
	char text[512];
	int r;

	(void)snprintf(fixture->folder, sizeof(fixture->folder),
	    "/tmp/test-peer-XX"
	    "XX"
	    "XX");
	if (mkdtemp(fixture->folder) == NULL)
		abort();
	(void)snprintf(text, sizeof(text),
	    "/usr/bin/python3 -W ignore '%s/tests/make-certs.py' '%s'",
	    top == NULL ? "." : top, fixture->folder);
	r = system(text);
	if (r != 0) {
		(void)rmdir(fixture->folder);
		if (!WIFEXITED(r) || WEXITSTATUS(r) != 77) {
			printf("Bail out! no certificates\n");
			exit(99);
		}
		printf("1..0 # SKIP python3-cryptography is not here\n");
		exit(0);
	}
	allow_old_tls(fixture->folder);
	(void)snprintf(fixture->ca, sizeof(fixture->ca), "%s/ca.pem",
	    fixture->folder);
	for (size_t i = 0; i < KINDS; i++) {
		const char *more[] = { "--cert", text, "--key", text,
			kinds[i].tls_max == NULL ? NULL : "--tls-max",
			kinds[i].tls_max, NULL };

		(void)snprintf(text, sizeof(text), "%s/%s.pem", fixture->folder,
		    kinds[i].certificate);
		keyserver_start(&fixture->servers[i], more);
		keyserver_rule(&fixture->servers[i],
		    "{\"path\": \"/ok\", \"body\": \"{}\"}");
	}
	keyserver_start(&fixture->plain, NULL);
}

static void
tear_down(struct fixture *fixture)
{
	char text[128];

	for (size_t i = 0; i < KINDS; i++)
		keyserver_stop(&fixture->servers[i]);
	keyserver_stop(&fixture->plain);
	(void)snprintf(text, sizeof(text), "rm -r '%s'", fixture->folder);
	if (system(text) != 0)
		printf("# %s stays behind\n", fixture->folder);
}

int
main(void)
{
	struct fixture fixture;
	struct ac_io *io;

	set_up(&fixture);
	io = io_started(fixture.ca);
	test_rows(io, &fixture);
	test_refused(io);
	test_silence(io);
	ac_io_free(&io);
	test_kept(&fixture);
	test_trust(&fixture);
	test_slow_name(&fixture);
	tear_down(&fixture);
	return done();
}
