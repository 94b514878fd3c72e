/* SPDX-License-Identifier: BSD-2-Clause */
/* A line is far below what a datagram may hold, so none is ever split. */
#include "audit-datagram.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/reason.h"

#define IDENT        "authchain"
#define SYSLOG_HEAD  "<86>" IDENT ": " /* authpriv.info (RFC 3164 4.1.1) */
#define MAX_JOURNALD 1024              /* of fields beside the line */

int
audit_datagram_init(struct audit_datagram *datagram, const char *path,
    bool journald)
{
	*datagram = (struct audit_datagram){ .path = strdup(path),
		.journald = journald,
		.fd = -1 };
	return datagram->path == NULL ? -1 : 0;
}

static void
disconnect(struct audit_datagram *datagram)
{
	if (datagram->fd >= 0)
		(void)close(datagram->fd);
	datagram->fd = -1;
}

void
audit_datagram_clear(struct audit_datagram *datagram)
{
	disconnect(datagram);
	free(datagram->path);
	datagram->path = NULL;
}

int
audit_datagram_ready(struct audit_datagram *datagram,
    struct authchain_error *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(datagram->path);

	if (datagram->fd >= 0)
		return 0;
	if (len >= sizeof(to.sun_path))
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "the path %.400s is too long for a socket", datagram->path);
	memcpy(to.sun_path, datagram->path, len);
	datagram->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (datagram->fd >= 0 &&
	    connect(datagram->fd, (const struct sockaddr *)&to, sizeof(to)) ==
		0)
		return 0;
	(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "can't reach the log daemon at %.400s: %s; start it, or name its "
	    "socket",
	    datagram->path, strerror(errno));
	disconnect(datagram);
	return -1;
}

static void
add_fields(struct ac_buf *head, const struct audit_record *record)
{
	const char *verdict, *reason;
	struct authchain_span chain;

	ac_buf_text(head, "SYSLOG_IDENTIFIER=" IDENT "\nPRIORITY=6\n");
	if (record != NULL) {
		chain = audit_record_text(record, AUDIT_CHAIN);
		verdict = ac_verdict_name(record->verdict);
		reason = ac_reason_name(record->reason);
		ac_buf_format(head,
		    "AUTHCHAIN_CHAIN=%.*s\nAUTHCHAIN_VERDICT=%s\n"
		    "AUTHCHAIN_REASON=%s\nAUTHCHAIN_STATUS=%u\n",
		    (int)chain.len, chain.data == NULL ? "" : chain.data,
		    verdict == NULL ? "" : verdict,
		    reason == NULL ? "" : reason, record->status);
	}
	ac_buf_text(head, "MESSAGE=");
}

static bool
send_line(const struct audit_datagram *datagram, struct ac_buf *head,
    const struct audit_record *record, struct iovec line)
{
	struct iovec parts[2];
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	head->len = 0;
	if (datagram->journald)
		add_fields(head, record);
	else
		ac_buf_text(head, SYSLOG_HEAD);
	if (head->failed) {
		errno = ENOMEM;
		return false;
	}
	parts[0] = (struct iovec){ head->data, head->len };
	/* a journal's field ends with a line end, a datagram without one */
	parts[1] = line;
	parts[1].iov_len -= datagram->journald ? 0 : 1;
	return sendmsg(datagram->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >=
	       0;
}

size_t
audit_datagram_write(struct audit_datagram *datagram,
    const struct audit_batch *batch, struct authchain_error *err)
{
	struct ac_buf head;
	size_t count = 0, from = 0;

	ac_buf_init(&head, MAX_JOURNALD);
	for (; count < batch->count; count++) {
		const struct audit_batch_line *line = &batch->lines[count];

		if (!send_line(datagram, &head, line->record,
			(struct iovec){ batch->text.data + from,
			    line->end - from }))
			break;
		from = line->end;
	}
	if (count < batch->count) {
		bool full = errno == EAGAIN || errno == ENOBUFS;

		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "the log daemon at %.400s takes no line: %s",
		    datagram->path, strerror(errno));
		if (!full)
			disconnect(datagram);
	}
	ac_buf_clear(&head);
	return count;
}
