/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens on a connection, until it would have to wait. */
#include "daemon/fcgi-link.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/fcgi-answer.h"

#define MAX_OUT    (128u << 10)
#define MAX_ROUNDS 16 /* then it is another link's turn */

struct ac_fcgi_link *
ac_fcgi_link_new(struct ac_daemon *daemon, int fd)
{
	struct ac_fcgi_link *link = calloc(1, sizeof(*link));

	if (link == NULL)
		return NULL;
	link->daemon = daemon;
	link->fd = fd;
	link->used_ms = ac_clock_monotonic_ms();
	ac_buf_init(&link->in, AC_FCGI_MAX_RECORD + AC_FCGI_READ_BYTES);
	ac_buf_init(&link->out, MAX_OUT);
	ac_fcgi_session_init(&link->session);
	return link;
}

/* The request has its whole answer, or nobody wants it. */
static void
uncount(struct ac_fcgi_link *link)
{
	if (link->counted)
		atomic_fetch_sub(&link->daemon->open, 1);
	link->counted = false;
}

void
ac_fcgi_link_free(struct ac_fcgi_link **link)
{
	struct ac_fcgi_link *it = *link;

	uncount(it);
	close(it->fd);
	authchain_decision_free(&it->decision);
	ac_buf_wipe(&it->in);
	ac_buf_clear(&it->out);
	ac_fcgi_session_clear(&it->session);
	free(it);
	*link = NULL;
}

static void
note_event(struct ac_fcgi_link *link, enum ac_fcgi_event event)
{
	if (event == AC_FCGI_CLOSE || link->out.failed)
		link->closing = true;
}

static void
answer(struct ac_fcgi_link *link, struct ac_buf *text)
{
	note_event(link, ac_fcgi_session_answer(&link->session,
			     ac_buf_span(text), &link->out));
	ac_buf_clear(text);
}

static void
refuse(struct ac_fcgi_link *link, unsigned int status, const char *error,
    const char *why)
{
	struct ac_buf text;

	ac_buf_init(&text, AC_FCGI_MAX_ANSWER);
	ac_fcgi_answer_refusal(&text, status, error, why);
	answer(link, &text);
}

static void
decided(void *arg, struct authchain_decision *decision)
{
	struct ac_fcgi_link *link = arg;

	link->decision = decision;
	link->decided(link);
}

/* true: the link is the chain's until it has decided. */
static bool
ask(struct ac_fcgi_link *link)
{
	struct ac_daemon *daemon = link->daemon;
	const char *fault =
	    ac_fcgi_request_read(&link->request, &link->session.params);

	if (fault != NULL) {
		refuse(link, 400, "invalid_request", fault);
		return false;
	}
	atomic_fetch_add(&daemon->asked, 1);
	if (atomic_load(&daemon->stopping)) {
		atomic_fetch_sub(&daemon->asked, 1);
		refuse(link, 503, "temporarily_unavailable",
		    "The service is stopping; try again");
		return false;
	}
	link->counted = true;
	atomic_fetch_add(&daemon->open, 1);
	authchain_submit(daemon->ac, link->request.chain,
	    &link->request.request, decided, link);
	return true;
}

/* Take the records that are whole; true: a request is judged. */
static bool
take_records(struct ac_fcgi_link *link)
{
	struct authchain_span rest = ac_buf_span(&link->in);
	enum ac_fcgi_event event = AC_FCGI_MORE;
	struct ac_fcgi_record record;
	int taken = 0;

	while (event == AC_FCGI_MORE && !link->out.failed &&
	       (taken = ac_fcgi_take(&rest, &record)) == 1)
		event =
		    ac_fcgi_session_take(&link->session, &record, &link->out);
	if (taken < 0)
		event = AC_FCGI_CLOSE;
	if (rest.len > 0)
		memmove(link->in.data, rest.data, rest.len);
	link->in.len = rest.len;
	if (event == AC_FCGI_REQUEST)
		return ask(link);
	note_event(link, event);
	return false;
}

/* Into the buffer; 0: nothing more for now, -1: the end. */
static ssize_t
receive(struct ac_fcgi_link *link)
{
	char bytes[AC_FCGI_READ_BYTES];
	ssize_t count = recv(link->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (count <= 0)
		return -1;
	ac_buf_add(&link->in, ac_span(bytes, (size_t)count));
	explicit_bzero(bytes, (size_t)count);
	link->used_ms = ac_clock_monotonic_ms();
	return link->in.failed ? -1 : count;
}

/* false: there is more than the peer takes now. */
static bool
transmit(struct ac_fcgi_link *link)
{
	while (link->sent < link->out.len) {
		ssize_t count = send(link->fd, link->out.data + link->sent,
		    link->out.len - link->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (count < 0 && errno == EAGAIN)
			return false;
		if (count < 0 && errno != EINTR) {
			link->closing = true;
			break;
		}
		link->sent += count > 0 ? (size_t)count : 0;
	}
	ac_buf_clear(&link->out);
	link->sent = 0;
	uncount(link);
	link->used_ms = ac_clock_monotonic_ms();
	return true;
}

enum ac_fcgi_link_state
ac_fcgi_link_go_on(struct ac_fcgi_link *link)
{
	for (unsigned int round = 0; round < MAX_ROUNDS; round++) {
		ssize_t got;

		/* no further request before this one has its answer */
		if (!transmit(link))
			return AC_FCGI_LINK_WRITES;
		if (link->closing)
			return AC_FCGI_LINK_ENDS;
		if (take_records(link))
			return AC_FCGI_LINK_JUDGED;
		if (link->out.len > 0 || link->closing)
			continue;
		got = receive(link);
		if (got <= 0)
			return got == 0 ? AC_FCGI_LINK_READS
					: AC_FCGI_LINK_ENDS;
	}
	/* what is read may be a request: a link that can write is soon back */
	return AC_FCGI_LINK_WRITES;
}

enum ac_fcgi_link_state
ac_fcgi_link_answer(struct ac_fcgi_link *link)
{
	struct ac_buf text;

	atomic_fetch_sub(&link->daemon->asked, 1);
	ac_counts_add(link->daemon->counts, link->decision);
	ac_buf_init(&text, AC_FCGI_MAX_ANSWER);
	ac_fcgi_answer_decision(&text, link->decision,
	    link->request.request_id);
	authchain_decision_free(&link->decision);
	answer(link, &text);
	return ac_fcgi_link_go_on(link);
}
