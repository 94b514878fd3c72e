/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One thread that takes records off a queue, makes lines of them and writes
 * them to a sink.  Who hands a record over never waits for it.
 */
#ifndef PLUGINS_AUDIT_WRITER_H
#define PLUGINS_AUDIT_WRITER_H

#include "audit-record.h"
#include "base/error.h"

enum audit_sink {
	AUDIT_FILE,
	AUDIT_SYSLOG,
	AUDIT_JOURNALD
};

struct audit_config {
	const struct authchain_host *host;
	enum audit_sink sink;
	const char *path; /* of the file, or of the socket */
	unsigned int mode;
	bool chained, hash_subjects;
	struct authchain_span chain_secret; /* data NULL: a bare hash */
	struct authchain_span name_secret;  /* data NULL: of this process */
	size_t queue_bytes;
};

/* What became of lines so far. */
struct audit_counts {
	uint64_t written, lost;
	size_t waiting; /* bytes */
	bool failing;
};

struct audit_writer;

/* entry is who logs.  NULL: out of memory, or no random numbers. */
struct audit_writer *audit_writer_new(const struct audit_config *config,
    struct authchain_entry *entry);
/* Write what is left, for two seconds at most, and end; what is lost is told to
 * the log. */
void audit_writer_free(struct audit_writer **writer);
/* Open the sink and start the thread, in the process that serves; a second
 * time: look whether the file was renamed.  -1 with why. */
int audit_writer_start(struct audit_writer *writer,
    struct authchain_error *err);
/* Takes the record (NULL: there was no memory for it); false: dropped. */
bool audit_writer_put(struct audit_writer *writer, struct audit_record *record);
void audit_writer_count(const struct audit_writer *writer,
    struct audit_counts *counts);

#endif
