/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file that lines are appended to: whole lines in one write, and never one
 * behind a piece of another.  One process writes it at a time (flock).  A file
 * that was renamed, removed or emptied is begun anew before the next lines.
 */
#ifndef PLUGINS_AUDIT_FILE_H
#define PLUGINS_AUDIT_FILE_H

#include <sys/types.h>

#include "audit-batch.h"
#include "audit-line.h"
#include "base/error.h"

struct audit_file {
	char *path; /* own */
	mode_t mode;
	int fd;     /* -1: not open */
	bool ours;  /* locked */
	bool fresh; /* a chain needs a line that says where it begins */
	bool torn;  /* it ends with a piece of a line */
	off_t end;  /* where we left it */
	struct audit_piece piece;
};

enum audit_file_state {
	AUDIT_FILE_READY,
	AUDIT_FILE_BUSY, /* another process has it */
	AUDIT_FILE_FAILED
};

/* -1: out of memory. */
int audit_file_init(struct audit_file *file, const char *path, mode_t mode);
void audit_file_clear(struct audit_file *file);
/* Can it be written now?  A chain without lines (seal->seq 0; NULL: none is
 * kept) goes on where the file ends. */
enum audit_file_state audit_file_ready(struct audit_file *file,
    struct ac_seal *seal, struct authchain_error *err);
/* How many lines are in it now; less than all: with why. */
size_t audit_file_write(struct audit_file *file,
    const struct audit_batch *batch, struct authchain_error *err);

#endif
