/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Audit lines both ways.  After "w" the texts of a decision, which must make
 * one line that can be read back; after anything else a file, in which no line
 * is taken that was not written with the secret.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* fmemopen */
#endif

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "audit-line.h"
#include "base/json.h"
#include "cli/audit-verify.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define ROOM   (256u << 10)

static void
fill(struct authchain_span texts[AUDIT_TEXTS], struct authchain_span rest)
{
	for (size_t i = 0; i < AUDIT_TEXTS; i++) {
		size_t end = ac_span_find(rest, '|', 0);

		texts[i] = ac_span_cut(rest, 0, end);
		rest = ac_span_cut(rest, end + 1, rest.len);
	}
}

/* A second reader, of another make. */
static void
check_json(struct authchain_span line)
{
	json_t *root = json_loadb(line.data, line.len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	fuzz_promise(json_is_object(root), "a line is an object");
	fuzz_promise(json_object_size(root) == 21,
	    "it has its members, and no others");
	json_decref(root);
}

static void
check_written(struct authchain_span input)
{
	struct authchain_span texts[AUDIT_TEXTS], line;
	struct audit_record *record;
	struct ac_seal seal;
	struct audit_style style = { .seal = &seal };
	struct ac_seal_line read;
	struct ac_buf out;
	int r;

	fill(texts, input);
	record = audit_record_new(texts);
	if (record == NULL || ac_seal_init(&seal, ac_span_text(SECRET)) != 0)
		abort();
	ac_buf_init(&out, ROOM);
	r = audit_line_decision(&style, &out, record);
	fuzz_promise(r == 0, "every decision makes a line");
	line = ac_span_cut(ac_buf_span(&out), 0, out.len - 1);
	fuzz_promise(!ac_span_has_control(line), "and only one");
	fuzz_promise(ac_seal_read(line, &read) == NULL && read.seq == 1 &&
			 ac_seal_holds(&seal, &read),
	    "which can be read back");
	check_json(line);
	ac_buf_clear(&out);
	free(record);
}

static void
check_read(struct authchain_span input)
{
	static struct ac_audit audit;
	char none = '\n';
	FILE *in = input.len == 0 ? fmemopen(&none, 1, "r")
				  : fmemopen((void *)(uintptr_t)input.data,
					input.len, "r");

	if (in == NULL || ac_audit_init(&audit) != 0 ||
	    ac_seal_init(&audit.seals[0], ac_span_text(SECRET)) != 0)
		abort();
	(void)ac_audit_read(&audit, "input", in);
	(void)ac_audit_end(&audit);
	(void)fclose(in);
	fuzz_promise(audit.lines == 0, "nobody else makes a line");
	fuzz_promise(audit.fault != AC_AUDIT_GOOD || input.len == 0,
	    "what is no line is at fault");
	fuzz_promise((audit.fault == AC_AUDIT_GOOD) == (audit.text[0] == '\0'),
	    "a fault has words");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authchain_span text = ac_span((const char *)data, size);

	if (size > 0 && text.data[0] == 'w')
		check_written(ac_span_cut(text, 1, size));
	else
		check_read(text);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const words[] = { "w", "|", "\n", "\"", "\\", "{\"seq\":1,",
	"{\"seq\":2,\"prev\":\"", "\"prev\":\"", ",\"hash\":\"", "\"}",
	"\"event\":\"begin\",",
	"\"event\":\"torn\",\"bytes\":", "{\"jti\":\"x\"}", "\xff",
	"\xe2\x80\xa8", "00000000", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	struct fuzz_text text = { (char *)data, size, max_size };
	const struct fuzz_words all = { words };

	return fuzz_change(&text, seed, &all);
}
