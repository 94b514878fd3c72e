/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads audit files whose lines are chained, in the order in which they were
 * written, and says which line is the first that is not as it was written.
 */
#ifndef AC_CLI_AUDIT_VERIFY_H
#define AC_CLI_AUDIT_VERIFY_H

#include <stdio.h>

#include "base/error.h"
#include "base/seal.h"

#define AC_AUDIT_MAX_SECRETS 16

enum ac_audit_fault {
	AC_AUDIT_GOOD,
	AC_AUDIT_CHANGED,  /* a line is not what its hash is of */
	AC_AUDIT_MISSING,  /* a number was left out */
	AC_AUDIT_INSERTED, /* a number comes again, or out of order */
	AC_AUDIT_UNLINKED, /* a line does not follow the one before */
	AC_AUDIT_TORN,     /* a piece of a line, and no line says so */
	AC_AUDIT_FOREIGN,  /* no line of a chain */
	AC_AUDIT_CUT,      /* the last hash that is known is not there */
	AC_AUDIT_EMPTY,    /* there was none to look at */
	AC_AUDIT_UNREADABLE
};

struct ac_audit {
	/* before the first file */
	struct ac_seal seals[AC_AUDIT_MAX_SECRETS]; /* to try, one at least */
	size_t seal_count;
	const char *last_hash; /* that must be there, or NULL */
	/* so far */
	struct ac_seal at; /* the last line */
	uint64_t first;    /* its number; 0: no line yet */
	uint64_t lines, dropped, torn;
	bool last_seen;
	const char *file;
	uint64_t line;
	/* a line that is none, for the next one to explain */
	bool piece_open;
	uint64_t piece_line;
	size_t piece_bytes;
	char piece_sha256[AC_DIGEST_HEX];
	const char *piece_why;
	/* the first fault */
	enum ac_audit_fault fault;
	const char *fault_file;
	uint64_t fault_line;
	char text[512];
};

/* Nothing read yet; a seal of no secret. */
int ac_audit_init(struct ac_audit *audit);
/* One line, without its end; false when it is at fault. */
bool ac_audit_line(struct ac_audit *audit, struct authchain_span text);
/* All lines of a stream; false at the first fault. */
bool ac_audit_read(struct ac_audit *audit, const char *name, FILE *in);
/* All is read. */
bool ac_audit_end(struct ac_audit *audit);
/* "changed", "missing" ... */
const char *ac_audit_fault_name(enum ac_audit_fault fault);

#endif
