/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain audit verify: are the lines of audit files as they were written? */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/audit-verify.h"
#include "cli/cli.h"
#include "cli/out.h"

#define MAX_SECRETS (64u << 10) /* bytes */
#define MAX_FILES   1024

/* One value a line, as a secret's file has them. */
static int
take_secrets(struct ac_audit *audit, struct authchain_span text,
    struct authchain_error *err)
{
	audit->seal_count = 0;
	while (text.len > 0) {
		size_t end = ac_span_find(text, '\n', 0);
		struct authchain_span value = ac_span_cut(text, 0, end);

		text = ac_span_cut(text, end + 1, text.len);
		if (value.len > 0 && value.data[value.len - 1] == '\r')
			value.len--;
		if (ac_span_trim(value).len == 0)
			continue;
		if (audit->seal_count == AC_AUDIT_MAX_SECRETS)
			return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "--secret-file holds more than %d secrets",
			    AC_AUDIT_MAX_SECRETS);
		if (ac_seal_init(&audit->seals[audit->seal_count++], value) !=
		    0)
			return ac_error_memory(err);
	}
	if (audit->seal_count > 0)
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
	    "--secret-file is empty: name the file of the entry's secret");
}

static int
read_secrets(struct ac_audit *audit, const char *path,
    struct authchain_error *err)
{
	struct ac_secret text = { 0 };
	int r = ac_file_read_secret(path, MAX_SECRETS, &text, err);

	if (r == 0)
		r = take_secrets(audit, ac_secret_span(&text), err);
	ac_secret_clear(&text);
	return r;
}

static bool
is_hash(const char *text)
{
	return strlen(text) == AC_DIGEST_HEX - 1 &&
	       strspn(text, "0123456789abcdef") == AC_DIGEST_HEX - 1;
}

static int
prepare(struct ac_audit *audit, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *secret = ac_args_text(args, "secret-file", NULL);

	if (args->operand_count < 1 || strcmp(args->operands[0], "verify") != 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "say what to do: authchain audit verify FILE...");
	if (args->operand_count < 2)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "say which files, the oldest first: authchain audit "
		    "verify FILE...");
	if (ac_audit_init(audit) != 0)
		return ac_error_memory(err);
	audit->last_hash = ac_args_text(args, "last", NULL);
	if (audit->last_hash != NULL && !is_hash(audit->last_hash))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--last takes the 64 digits of a line's hash");
	return secret == NULL ? 0 : read_secrets(audit, secret, err);
}

static int
open_audit(const char *path, struct authchain_error *err)
{
	struct authchain_error why = { 0 };
	int fd = ac_file_open(path, AC_FILE_ANY, &why);
	const char *mend = "";

	if (fd >= 0)
		return fd;
	if (access(path, F_OK) != 0)
		mend = "; name what the entry's line file = says, and those "
		       "that it was renamed to, the oldest first";
	else if (access(path, R_OK) != 0)
		mend = "; ask as its owner, or as root";
	return ac_error(err, why.code, "%s%s", why.text, mend);
}

/* -1 when it can't be opened; a line at fault is in audit. */
static int
read_file(struct ac_audit *audit, const char *path, struct authchain_error *err)
{
	int fd = open_audit(path, err);
	FILE *in;

	if (fd < 0)
		return -1;
	if ((in = fdopen(fd, "r")) == NULL) {
		(void)close(fd);
		return ac_error_memory(err);
	}
	(void)ac_audit_read(audit, path, in);
	(void)fclose(in);
	return 0;
}

static int
print_json(const struct ac_audit *audit, size_t files)
{
	json_t *fault = json_null();

	if (audit->fault != AC_AUDIT_GOOD)
		fault = json_pack("{s:o,s:I,s:s,s:o}", "file",
		    ac_out_text(audit->fault_file), "line",
		    (json_int_t)audit->fault_line, "what",
		    ac_audit_fault_name(audit->fault), "text",
		    ac_out_text(audit->text));
	return ac_out_json(
	    json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:b,s:b,s:o}", "ok",
		(int)(audit->fault == AC_AUDIT_GOOD), "files",
		(json_int_t)files, "lines", (json_int_t)audit->lines, "first",
		(json_int_t)audit->first, "last", (json_int_t)audit->at.seq,
		"dropped", (json_int_t)audit->dropped, "torn",
		(json_int_t)audit->torn, "last_hash", audit->at.hash, "keyed",
		(int)audit->seals[0].keyed, "anchored", (int)audit->last_seen,
		"fault", fault));
}

static void
print_good(const struct ac_audit *audit)
{
	printf("good: %" PRIu64 " lines, number %" PRIu64 " to %" PRIu64
	       ", dropped %" PRIu64 ", torn %" PRIu64 "\nlast hash: %s\n",
	    audit->lines, audit->first, audit->at.seq, audit->dropped,
	    audit->torn, audit->at.hash);
	if (audit->first > 1)
		ac_cli_say("number 1 to %" PRIu64
			   " are in files that were not given",
		    audit->first - 1);
	if (!audit->last_seen)
		ac_cli_say("lines cut off at the end do not show: keep the "
			   "last hash elsewhere and say --last HASH the next "
			   "time");
	if (!audit->seals[0].keyed)
		ac_cli_say("a hash without a secret shows damage; who may "
			   "write the file can make all of them anew");
}

static enum ac_exit
report(const struct ac_audit *audit, const struct ac_args *args)
{
	if (ac_args_has(args, "json")) {
		if (print_json(audit, args->operand_count - 1) != 0)
			return AC_EXIT_NO;
	} else if (audit->fault == AC_AUDIT_GOOD) {
		print_good(audit);
	} else {
		printf("%s:%" PRIu64 ": %s: %s\n", audit->fault_file,
		    audit->fault_line, ac_audit_fault_name(audit->fault),
		    audit->text);
	}
	return audit->fault == AC_AUDIT_GOOD ? AC_EXIT_OK : AC_EXIT_NO;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct ac_audit *audit = calloc(1, sizeof(*audit));
	struct authchain_error err = { 0 };
	enum ac_exit rc = AC_EXIT_OK;
	int r;

	if (audit == NULL) {
		(void)ac_error_memory(&err);
		return ac_cli_fail(&err);
	}
	r = prepare(audit, args, &err);
	for (size_t i = 1;
	     r == 0 && i < args->operand_count && audit->fault == AC_AUDIT_GOOD;
	     i++)
		r = read_file(audit, args->operands[i], &err);
	if (r == 0)
		(void)ac_audit_end(audit);
	rc = r == 0 ? report(audit, args) : ac_cli_fail(&err);
	explicit_bzero(audit, sizeof(*audit));
	free(audit);
	return rc;
}

static const struct ac_arg options[] = {
	{ "secret-file", 0, false, "FILE",
	    "the entry's secret, where it says chain = hmac" },
	{ "last", 0, false, "HASH",
	    "a hash that was the last one once, and must be there" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_audit = {
	.name = "audit",
	.synopsis = "verify FILE... [options]",
	.summary = "check that audit files are as they were written",
	.text = "Reads files of the audit plugin whose lines are chained, the "
		"oldest first, and names the first line that was changed, put "
		"in, or is missing.  Lines cut off at the end show only "
		"against --last.  Exit status: 0 all is well, 1 a line is at "
		"fault, 2 usage, 3 a file can't be read.",
	.args = options,
	.max_operands = 1 + MAX_FILES,
	.run = run,
};
