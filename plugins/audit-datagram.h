/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines to a log daemon on this machine, a datagram each: as syslog(3) writes
 * them, or with fields as journald reads them (Native Journal Protocol).
 */
#ifndef PLUGINS_AUDIT_DATAGRAM_H
#define PLUGINS_AUDIT_DATAGRAM_H

#include "audit-batch.h"
#include "base/error.h"

#define AUDIT_SYSLOG_SOCKET   "/dev/log"
#define AUDIT_JOURNALD_SOCKET "/run/systemd/journal/socket"

struct audit_datagram {
	char *path; /* own */
	bool journald;
	int fd; /* -1: not connected */
};

/* -1: out of memory. */
int audit_datagram_init(struct audit_datagram *datagram, const char *path,
    bool journald);
void audit_datagram_clear(struct audit_datagram *datagram);
/* Connect, unless it is; -1 with why. */
int audit_datagram_ready(struct audit_datagram *datagram,
    struct authchain_error *err);
/* How many lines were taken, without waiting; less than all: with why. */
size_t audit_datagram_write(struct audit_datagram *datagram,
    const struct audit_batch *batch, struct authchain_error *err);

#endif
