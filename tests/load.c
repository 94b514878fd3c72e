/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load ADDRESS CONNECTIONS RATE SECONDS <REQUESTS: what many clients see.
 *
 * ADDRESS is unix:/PATH or IPV4:PORT, RATE requests a second (0: as many as
 * go), SECONDS the most that it runs.  A line of REQUESTS is "STATUS SUBJECT TARGET TOKEN" with - for none:
 * what to ask, in turn, and what must come back; SUBJECT is looked for in
 * X-Auth-Subject.  With an empty line behind them the end of the input ends it
 * earlier, but not before each was asked for.  Connections are kept.  At the end one object of JSON tells
 * how many answers were right, wrong (another status or subject, the first of
 * which is shown), how many requests failed (no whole answer), and how long
 * answers took.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* strcasestr */
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"

#define MAX_LINKS    512
#define MAX_ANSWER   (16u << 10)
#define MAX_LINE     (32u << 10)
#define MAX_REQUEST  (64u << 10)
#define PATIENCE_US  (60 * UINT64_C(1000000)) /* for one answer */
#define TICK_US      10
#define TICKS        100000 /* up to a second */
#define RECONNECT_US 10000
#define POLL_MS      1

struct want {
	unsigned int status;
	char *subject; /* NULL: not looked at */
	char *request;
	size_t len;
};

struct link {
	int fd;
	const struct want *want; /* what it waits for, or NULL */
	uint64_t began_us;
	size_t have;
	char in[MAX_ANSWER];
};

struct load {
	struct sockaddr_storage address;
	socklen_t address_len;
	struct want *wants;
	size_t want_count, next;
	bool more_input; /* whose end ends it all */
	struct link *links;
	size_t link_count;
	uint64_t rate, sent, right, wrong, failed, links_lost;
	uint64_t ticks[TICKS + 1], began_us, refused_us;
	char first_wrong[256];
};

/* ---- what to ask -------------------------------------------------------- */

static char *
word(char **line)
{
	char *begin = *line, *end = begin + strcspn(begin, " \n");

	if (begin == end)
		return NULL;
	*line = *end == ' ' ? end + 1 : end;
	*end = '\0';
	return begin;
}

static bool
read_want(struct want *want, char *line)
{
	char *status = word(&line), *subject = word(&line);
	char *target = word(&line), *token = word(&line);
	struct ac_buf request;
	int64_t number;

	if (token == NULL || !ac_number_parse(ac_span_text(status), &number))
		return false;
	ac_buf_init(&request, MAX_REQUEST);
	ac_buf_format(&request, "GET %s HTTP/1.1\r\nHost: localhost\r\n",
	    target);
	if (strcmp(token, "-") != 0)
		ac_buf_format(&request, "Authorization: Bearer %s\r\n", token);
	ac_buf_text(&request, "\r\n");
	want->status = (unsigned int)number;
	want->subject = strcmp(subject, "-") == 0 ? NULL : strdup(subject);
	want->len = request.len;
	want->request = ac_buf_take(&request);
	return want->request != NULL;
}

static bool
read_wants(struct load *load)
{
	static char line[MAX_LINE];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct want *more;

		if (line[0] == '\n') {
			load->more_input = true;
			break;
		}
		more = realloc(load->wants,
		    (load->want_count + 1) * sizeof(*more));
		if (more == NULL)
			return false;
		load->wants = more;
		if (!read_want(&more[load->want_count], line))
			return false;
		load->want_count++;
	}
	return load->want_count > 0;
}

/* ---- one connection ----------------------------------------------------- */

static void
close_link(struct link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	link->want = NULL;
	link->have = 0;
}

/* What was asked for will not come. */
static void
lose(struct load *load, struct link *link)
{
	if (link->want != NULL)
		load->failed++;
	load->links_lost++;
	close_link(link);
}

static bool
open_link(struct load *load, struct link *link)
{
	link->fd =
	    socket(load->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (link->fd >= 0 &&
	    connect(link->fd, (const struct sockaddr *)&load->address,
		load->address_len) == 0)
		return true;
	load->refused_us = ac_clock_monotonic_us();
	close_link(link);
	return false;
}

/* A request fits into a socket's buffer: it is written at once or not. */
static void
ask(struct load *load, struct link *link)
{
	const struct want *want = &load->wants[load->next];

	if (link->fd < 0 && !open_link(load, link))
		return;
	load->next = (load->next + 1) % load->want_count;
	link->want = want;
	link->have = 0;
	link->began_us = ac_clock_monotonic_us();
	load->sent++;
	if (send(link->fd, want->request, want->len, MSG_NOSIGNAL) !=
	    (ssize_t)want->len)
		lose(load, link);
}

/* ---- answers ------------------------------------------------------------ */

/* The value of a header field; data NULL without one. */
static struct authchain_span
field(const char *head, size_t len, const char *name)
{
	size_t name_len = strlen(name);

	for (const char *at = head, *end = head + len; at < end;) {
		const char *line = at;
		const char *stop_at = memchr(at, '\r', (size_t)(end - at));

		at = stop_at == NULL ? end : stop_at + 2;
		if (stop_at == NULL || (size_t)(stop_at - line) <= name_len ||
		    strncasecmp(line, name, name_len) != 0 ||
		    line[name_len] != ':')
			continue;
		line += name_len + 1;
		while (line < stop_at && *line == ' ')
			line++;
		return ac_span(line, (size_t)(stop_at - line));
	}
	return ac_span(NULL, 0);
}

/* Bytes of the whole answer; 0 when it is not there yet, -1: it is none. */
static ssize_t
whole(struct link *link, size_t *head)
{
	const char *end;
	struct authchain_span length;
	int64_t body = 0;

	link->in[link->have] = '\0';
	end = strstr(link->in, "\r\n\r\n");
	if (end == NULL)
		return link->have + 1 == sizeof(link->in) ? -1 : 0;
	*head = (size_t)(end - link->in) + 2;
	length = field(link->in, *head, "Content-Length");
	if (length.data != NULL &&
	    (!ac_number_parse(length, &body) || body < 0 || body > MAX_ANSWER))
		return -1;
	if (link->have < *head + 2 + (size_t)body)
		return 0;
	return (ssize_t)(*head + 2 + (size_t)body);
}

static void
judge(struct load *load, struct link *link, size_t head)
{
	const struct want *want = link->want;
	struct authchain_span subject = field(link->in, head, "X-Auth-Subject");
	uint64_t took = ac_clock_monotonic_us() - link->began_us;
	int64_t status = 0;

	(void)ac_number_parse(ac_span(link->in + 9, 3), &status);
	took /= TICK_US;
	load->ticks[took < TICKS ? took : TICKS]++;
	if (strncmp(link->in, "HTTP/1.1 ", 9) == 0 && status == want->status &&
	    (want->subject == NULL ||
		ac_span_is_text(subject, want->subject))) {
		load->right++;
		return;
	}
	if (load->wrong++ == 0)
		(void)snprintf(load->first_wrong, sizeof(load->first_wrong),
		    "%lld instead of %u, subject %.*s", (long long)status,
		    want->status, (int)(subject.len > 40 ? 40 : subject.len),
		    subject.data == NULL ? "" : subject.data);
}

static void
take(struct load *load, struct link *link)
{
	ssize_t n = recv(link->fd, link->in + link->have,
	    sizeof(link->in) - 1 - link->have, MSG_DONTWAIT);
	size_t head = 0;
	ssize_t len;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || link->want == NULL) {
		lose(load, link);
		return;
	}
	link->have += (size_t)n;
	len = whole(link, &head);
	if (len < 0 || (len > 0 && (size_t)len != link->have)) {
		lose(load, link);
		return;
	}
	if (len == 0)
		return;
	judge(load, link, head);
	link->want = NULL;
	if (field(link->in, head, "Connection").data != NULL &&
	    strcasestr(link->in, "Connection: close") != NULL)
		close_link(link);
}

/* ---- all of them -------------------------------------------------------- */

static uint64_t
due(const struct load *load, uint64_t now_us)
{
	if (load->rate == 0)
		return UINT64_MAX;
	return (now_us - load->began_us) * load->rate / 1000000;
}

static bool
turn(struct load *load, bool begin)
{
	struct pollfd polled[MAX_LINKS];
	uint64_t now_us = ac_clock_monotonic_us();
	bool busy = false;

	for (size_t i = 0; i < load->link_count; i++) {
		struct link *link = &load->links[i];

		if (link->want != NULL && now_us - link->began_us > PATIENCE_US)
			lose(load, link);
		if (begin && link->want == NULL &&
		    load->sent < due(load, now_us) &&
		    (link->fd >= 0 || now_us - load->refused_us > RECONNECT_US))
			ask(load, link);
		busy = busy || link->want != NULL;
		polled[i] = (struct pollfd){ link->fd, POLLIN, 0 };
	}
	if (poll(polled, load->link_count, POLL_MS) > 0)
		for (size_t i = 0; i < load->link_count; i++)
			if (polled[i].revents != 0 && load->links[i].fd >= 0)
				take(load, &load->links[i]);
	return busy;
}

static bool
is_told_to_end(const struct load *load)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };

	return load->more_input && load->sent >= load->want_count &&
	       poll(&input, 1, 0) > 0;
}

static void
run(struct load *load, uint64_t seconds)
{
	load->began_us = ac_clock_monotonic_us();
	while (!is_told_to_end(load) &&
	       ac_clock_monotonic_us() - load->began_us < seconds * 1000000)
		(void)turn(load, true);
	while (turn(load, false))
		;
}

static unsigned long long
percentile(const struct load *load, unsigned int per_mille)
{
	uint64_t seen = 0, all = load->right + load->wrong;

	for (size_t i = 0; i <= TICKS; i++) {
		seen += load->ticks[i];
		if (seen > 0 && seen * 1000 >= all * per_mille)
			return (i + 1) * TICK_US;
	}
	return 0;
}

static void
print(const struct load *load)
{
	double seconds =
	    (double)(ac_clock_monotonic_us() - load->began_us) / 1e6;
	struct ac_buf why;

	ac_buf_init(&why, 2048);
	ac_buf_json(&why, ac_span_text(load->first_wrong));
	printf("{\"sent\":%llu,\"right\":%llu,\"wrong\":%llu,\"failed\":%llu,"
	       "\"links_lost\":%llu,\"seconds\":%.3f,\"per_second\":%.0f,"
	       "\"p50_us\":%llu,\"p99_us\":%llu,\"p999_us\":%llu,"
	       "\"max_us\":%llu,\"first_wrong\":\"%s\"}\n",
	    (unsigned long long)load->sent, (unsigned long long)load->right,
	    (unsigned long long)load->wrong, (unsigned long long)load->failed,
	    (unsigned long long)load->links_lost, seconds,
	    (double)(load->right + load->wrong) / seconds,
	    percentile(load, 500), percentile(load, 990), percentile(load, 999),
	    percentile(load, 1000), ac_buf_span(&why).data);
	ac_buf_clear(&why);
}

/* ---- the command line --------------------------------------------------- */

static bool
read_address(struct load *load, char *text)
{
	struct sockaddr_un *path = (struct sockaddr_un *)&load->address;
	struct sockaddr_in *port = (struct sockaddr_in *)&load->address;
	char *colon = strrchr(text, ':');
	int64_t number;

	if (strncmp(text, "unix:", 5) == 0) {
		path->sun_family = AF_UNIX;
		load->address_len = sizeof(*path);
		return snprintf(path->sun_path, sizeof(path->sun_path), "%s",
			   text + 5) < (int)sizeof(path->sun_path);
	}
	if (colon == NULL || !ac_number_parse(ac_span_text(colon + 1), &number))
		return false;
	*colon = '\0';
	port->sin_family = AF_INET;
	port->sin_port = htons((uint16_t)number);
	load->address_len = sizeof(*port);
	return inet_pton(AF_INET, text, &port->sin_addr) == 1;
}

static bool
read_line(struct load *load, char **argv, int64_t *seconds)
{
	int64_t links, rate;

	if (!read_address(load, argv[1]) ||
	    !ac_number_parse(ac_span_text(argv[2]), &links) || links < 1 ||
	    links > MAX_LINKS ||
	    !ac_number_parse(ac_span_text(argv[3]), &rate) || rate < 0 ||
	    !ac_number_parse(ac_span_text(argv[4]), seconds) || *seconds < 1)
		return false;
	load->link_count = (size_t)links;
	load->rate = (uint64_t)rate;
	load->links = calloc(load->link_count, sizeof(*load->links));
	for (size_t i = 0; load->links != NULL && i < load->link_count; i++)
		load->links[i].fd = -1;
	return load->links != NULL;
}

static void
clear(struct load *load)
{
	for (size_t i = 0; load->links != NULL && i < load->link_count; i++)
		close_link(&load->links[i]);
	for (size_t i = 0; i < load->want_count; i++) {
		free(load->wants[i].subject);
		free(load->wants[i].request);
	}
	free(load->links);
	free(load->wants);
}

int
main(int argc, char **argv)
{
	static struct load load;
	int64_t seconds = 0;
	int rc = 2;

	if (argc != 5 || !read_line(&load, argv, &seconds))
		fputs("usage: load ADDRESS CONNECTIONS RATE SECONDS\n", stderr);
	else if (!read_wants(&load))
		fputs("load: lines are STATUS SUBJECT TARGET TOKEN\n", stderr);
	else {
		run(&load, (uint64_t)seconds);
		print(&load);
		rc = 0;
	}
	clear(&load);
	return rc;
}
