/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hash of a line comes first: what a line whose hash is wrong says of
 * itself is worth nothing.
 */
#include "cli/audit-verify.h"

#include <errno.h>
#include <inttypes.h>

#include "base/format.h"

static const char begin_text[] = "\"event\":\"begin\",";
static const char dropped_text[] = "\"event\":\"dropped\",\"lines\":";
static const char torn_text[] = "\"event\":\"torn\",\"bytes\":";

int
ac_audit_init(struct ac_audit *audit)
{
	*audit = (struct ac_audit){ .file = "", .fault_file = "" };
	if (ac_seal_init(&audit->at, ac_span(NULL, 0)) != 0)
		return -1;
	audit->seals[0] = audit->at;
	audit->seal_count = 1;
	return 0;
}

const char *
ac_audit_fault_name(enum ac_audit_fault fault)
{
	static const char *const names[] = { "good", "changed", "missing",
		"inserted", "unlinked", "torn", "foreign", "cut", "empty",
		"unreadable" };

	return names[fault];
}

static bool blame(struct ac_audit *audit, enum ac_audit_fault fault,
    uint64_t line, const char *format, ...) AUTHCHAIN_PRINTF(4, 5);

/* The first one stands. */
static bool
blame(struct ac_audit *audit, enum ac_audit_fault fault, uint64_t line,
    const char *format, ...)
{
	va_list ap;

	if (audit->fault != AC_AUDIT_GOOD)
		return false;
	audit->fault = fault;
	audit->fault_file = audit->file;
	audit->fault_line = line;
	va_start(ap, format);
	(void)ac_format(audit->text, sizeof(audit->text), format, ap);
	va_end(ap);
	return false;
}

/* ---- pieces ---- */

static bool
open_piece(struct ac_audit *audit, struct authchain_span text, const char *why)
{
	audit->piece_open = true;
	audit->piece_line = audit->line;
	audit->piece_bytes = text.len;
	audit->piece_why = why;
	return ac_digest_hex(text, audit->piece_sha256) == 0 ||
	       blame(audit, AC_AUDIT_UNREADABLE, audit->line, "out of memory");
}

static bool
blame_piece(struct ac_audit *audit)
{
	return blame(audit, AC_AUDIT_FOREIGN, audit->piece_line,
	    "no line of a chain: %s, and the line after it does not say that "
	    "a writer left it so",
	    audit->piece_why);
}

static bool
explains_piece(const struct ac_audit *audit, const struct ac_seal_line *line)
{
	char wanted[sizeof(torn_text) + 24 + AC_DIGEST_HEX + 16];

	(void)snprintf(wanted, sizeof(wanted), "%s%zu,\"sha256\":\"%s\",",
	    torn_text, audit->piece_bytes, audit->piece_sha256);
	return ac_span_starts(line->members, ac_span_text(wanted));
}

/* ---- order ---- */

static bool
is_after(const struct ac_audit *audit, const struct ac_seal_line *line)
{
	return line->seq == audit->at.seq + 1 &&
	       ac_span_is_text(line->prev, audit->at.hash);
}

/* A file that was given first may follow one that is kept elsewhere. */
static bool
check_first(struct ac_audit *audit, const struct ac_seal_line *line)
{
	if (line->seq == 1 && !ac_span_is_text(line->prev, audit->at.hash))
		return blame(audit, AC_AUDIT_UNLINKED, audit->line,
		    "line number 1 names one before it");
	if (line->seq != 1 &&
	    !ac_span_starts(line->members, ac_span_text(begin_text)))
		return blame(audit, AC_AUDIT_MISSING, audit->line,
		    "the file begins with line number %" PRIu64
		    ", which is not where a file begins: lines in front of it "
		    "are missing",
		    line->seq);
	audit->first = line->seq;
	return true;
}

static bool
check_order(struct ac_audit *audit, const struct ac_seal_line *line)
{
	uint64_t next = audit->at.seq + 1;

	if (audit->first == 0)
		return check_first(audit, line);
	if (is_after(audit, line))
		return true;
	if (line->seq > next)
		return blame(audit, AC_AUDIT_MISSING, audit->line,
		    "lines number %" PRIu64 " to %" PRIu64
		    " are missing here, or stand elsewhere",
		    next, line->seq - 1);
	if (line->seq < next)
		return blame(audit, AC_AUDIT_INSERTED, audit->line,
		    "line number %" PRIu64 " stands behind number %" PRIu64
		    ": it was put in, or is there twice%s",
		    line->seq, audit->at.seq,
		    line->seq == 1 ? "; or another chain begins here" : "");
	return blame(audit, AC_AUDIT_UNLINKED, audit->line,
	    "line number %" PRIu64
	    " does not follow the line before it: one of the two was put in "
	    "another's place",
	    line->seq);
}

static bool
holds(const struct ac_audit *audit, const struct ac_seal_line *line)
{
	for (size_t i = 0; i < audit->seal_count; i++)
		if (ac_seal_holds(&audit->seals[i], line))
			return true;
	return false;
}

/* The digits behind a text that the writer wrote. */
static uint64_t
number_of(struct authchain_span members, const char *before)
{
	uint64_t number = 0;

	for (size_t i = strlen(before);
	     i < members.len && members.data[i] >= '0' &&
	     members.data[i] <= '9';
	     i++)
		number = number * 10 + (uint64_t)(members.data[i] - '0');
	return number;
}

static void
count(struct ac_audit *audit, const struct ac_seal_line *line)
{
	audit->lines++;
	audit->at.seq = line->seq;
	memcpy(audit->at.hash, line->hash.data, line->hash.len);
	if (audit->last_hash != NULL &&
	    ac_span_is_text(line->hash, audit->last_hash))
		audit->last_seen = true;
	if (ac_span_starts(line->members, ac_span_text(dropped_text)))
		audit->dropped += number_of(line->members, dropped_text);
}

bool
ac_audit_line(struct ac_audit *audit, struct authchain_span text)
{
	struct ac_seal_line line;
	const char *why = ac_seal_read(text, &line);

	audit->line++;
	if (why != NULL)
		return audit->piece_open ? blame_piece(audit)
					 : open_piece(audit, text, why);
	if (!holds(audit, &line))
		return audit->piece_open
			   ? blame_piece(audit)
			   : blame(audit, AC_AUDIT_CHANGED, audit->line,
				 "the line was changed: its hash is another%s",
				 audit->lines == 0
				     ? ", or it was made with another secret "
				       "(--secret-file)"
				     : "");
	if (audit->piece_open && !explains_piece(audit, &line))
		return blame_piece(audit);
	if (!check_order(audit, &line))
		return false;
	audit->torn += audit->piece_open;
	audit->piece_open = false;
	count(audit, &line);
	return true;
}

/* ---- files ---- */

/* A line, at most one byte longer than any may be; false at the end. */
static bool
read_line(FILE *in, struct ac_buf *line, bool *ended)
{
	int c = EOF;

	line->len = 0;
	while (
	    line->len <= AC_SEAL_MAX_LINE && (c = getc(in)) != EOF && c != '\n')
		ac_buf_byte(line, (char)c);
	*ended = c == '\n';
	return line->len > 0 || c != EOF;
}

static bool
take_line(struct ac_audit *audit, const struct ac_buf *line, bool ended)
{
	if (line->failed)
		return blame(audit, AC_AUDIT_UNREADABLE, audit->line + 1,
		    "out of memory");
	if (line->len > AC_SEAL_MAX_LINE)
		return blame(audit, AC_AUDIT_FOREIGN, audit->line + 1,
		    "the line is longer than any that is written (%d bytes)",
		    AC_SEAL_MAX_LINE);
	if (ended)
		return ac_audit_line(audit, ac_buf_span(line));
	audit->line++;
	return blame(audit, AC_AUDIT_TORN, audit->line,
	    "the last line has no end: it was cut off, or its writer was "
	    "killed and has not begun again");
}

bool
ac_audit_read(struct ac_audit *audit, const char *name, FILE *in)
{
	struct ac_buf line;
	bool good = true, ended = true;

	audit->file = name;
	audit->line = 0;
	ac_buf_init(&line, AC_SEAL_MAX_LINE + 1);
	while (good && read_line(in, &line, &ended))
		good = take_line(audit, &line, ended);
	ac_buf_clear(&line);
	if (good && ferror(in) != 0)
		good = blame(audit, AC_AUDIT_UNREADABLE, audit->line,
		    "can't be read: %s", strerror(errno));
	if (good && audit->piece_open)
		good = blame_piece(audit);
	return good;
}

bool
ac_audit_end(struct ac_audit *audit)
{
	if (audit->fault != AC_AUDIT_GOOD)
		return false;
	if (audit->last_hash != NULL && !audit->last_seen)
		return blame(audit, AC_AUDIT_CUT, audit->line,
		    "no line has the hash that --last names: the end was cut "
		    "off after line number %" PRIu64,
		    audit->at.seq);
	if (audit->lines == 0)
		return blame(audit, AC_AUDIT_EMPTY, audit->line,
		    "no line was read, so nothing was verified; name what the "
		    "entry's line file = says, and those that it was renamed "
		    "to, the oldest first");
	return true;
}
