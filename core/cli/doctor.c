/* SPDX-License-Identifier: BSD-2-Clause */
/* What the steps have in common: asking, and saying what was found. */
#include "cli/doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "cli/out.h"

#define MAX_ANSWER (1u << 20)
#define MAX_TEXT   1024

static const char *const names[] = { "ok", "warning", "fault" };

static void
print(const struct ac_doctor *doctor, enum ac_finding finding,
    const char *advice, const char *text)
{
	static const enum ac_paint paints[] = { AC_PAINT_GOOD, AC_PAINT_WARN,
		AC_PAINT_BAD };

	printf("%s%-7s%s  %s: ", ac_out_on(stdout, paints[finding]),
	    names[finding], ac_out_off(stdout), doctor->step);
	ac_out_safe(ac_span_text(text), stdout);
	putchar('\n');
	if (advice[0] != '\0')
		printf("         %s\n", advice);
}

void
ac_doctor_say(struct ac_doctor *doctor, enum ac_finding finding,
    const char *code, const char *advice, const char *format, ...)
{
	char text[MAX_TEXT];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	doctor->faults += finding == AC_FINDING_FAULT;
	doctor->warnings += finding == AC_FINDING_WARNING;
	if (doctor->findings == NULL) {
		print(doctor, finding, advice, text);
		return;
	}
	(void)json_array_append_new(doctor->findings,
	    json_pack("{s:s,s:s,s:s,s:o,s:o}", "step", doctor->step, "result",
		names[finding], "code", code, "text",
		ac_out_span(ac_span_text(text)), "advice",
		ac_out_text(advice)));
}

void
ac_doctor_ask(const struct ac_doctor *doctor,
    const struct authchain_fetch *question, struct ac_doctor_answer *answer)
{
	struct authchain_fetch request = *question;

	request.size = sizeof(request);
	request.flags = doctor->flags;
	request.timeout_ms = doctor->timeout_ms;
	request.max_bytes = MAX_ANSWER;
	*answer = (struct ac_doctor_answer){ 0 };
	answer->fetch = ac_fetch_new(&request, doctor->ca_file, &answer->err);
	if (answer->fetch == NULL)
		ac_fetch_no_answer(&answer->is, answer->err.text);
	else
		ac_fetch_run(answer->fetch, &answer->is);
}

void
ac_doctor_get(const struct ac_doctor *doctor, const char *url,
    struct ac_doctor_answer *answer)
{
	ac_doctor_ask(doctor, &(struct authchain_fetch){ .url = url }, answer);
}

void
ac_doctor_answer_clear(struct ac_doctor_answer *answer)
{
	ac_fetch_free(&answer->fetch);
}

struct authchain_span
ac_doctor_header(const struct ac_doctor_answer *answer, const char *name,
    size_t at)
{
	for (uint32_t i = 0; i < answer->is.header_count; i++)
		if (ac_span_is_text(answer->is.headers[i].name, name) &&
		    at-- == 0)
			return answer->is.headers[i].value;
	return ac_span(NULL, 0);
}

static const char *
code_of(char code[64], const char *prefix, const char *what)
{
	(void)snprintf(code, 64, "%s_%s", prefix, what);
	return code;
}

/* No answer, or one that is no document. */
static void
say_unread(struct ac_doctor *doctor, const char *url, const char *prefix,
    const struct ac_doctor_answer *answer)
{
	char code[64];

	if (answer->is.status == 0)
		ac_doctor_say(doctor, AC_FINDING_FAULT,
		    code_of(code, prefix, "unreachable"),
		    "look at the address, the server and its certificate from "
		    "where clients are",
		    "%s: %s", url, answer->is.error);
	else
		ac_doctor_say(doctor, AC_FINDING_FAULT,
		    code_of(code, prefix, "status"),
		    "let everybody read it there, without a login and without "
		    "a redirect",
		    "%s: %s %u", url, answer->is.error, answer->is.status);
}

static json_t *
read_document(struct ac_doctor *doctor, const char *url, const char *prefix,
    const struct ac_doctor_answer *answer)
{
	struct authchain_span type =
	    ac_doctor_header(answer, "content-type", 0);
	struct authchain_error err = { 0 };
	struct ac_quote quote;
	char code[64];
	json_t *tree;

	if (answer->is.status != 200) {
		say_unread(doctor, url, prefix, answer);
		return NULL;
	}
	tree = ac_json_parse(answer->is.body, &ac_json_document, &err);
	if (tree == NULL)
		ac_doctor_say(doctor, AC_FINDING_FAULT,
		    code_of(code, prefix, "json"),
		    "serve the document itself and not a page about it",
		    "%s is no JSON object: %s", url, err.text);
	else if (!ac_span_is_nocase(ac_span_cut(type, 0, 16),
		     ac_span_text("application/json")))
		ac_doctor_say(doctor, AC_FINDING_WARNING,
		    code_of(code, prefix, "type"),
		    "send Content-Type: application/json", "%s has the type %s",
		    url, type.data == NULL ? "none" : ac_quote(&quote, type));
	return tree;
}

json_t *
ac_doctor_document(struct ac_doctor *doctor, const char *url,
    const char *prefix)
{
	struct ac_doctor_answer answer;
	json_t *tree;

	ac_doctor_get(doctor, url, &answer);
	tree = read_document(doctor, url, prefix, &answer);
	ac_doctor_answer_clear(&answer);
	return tree;
}

bool
ac_doctor_url(struct ac_doctor *doctor, struct authchain_span url,
    const char *code, const char *what)
{
	struct authchain_error err = { 0 };
	struct ac_quote quote;
	char text[2048];

	if (url.len < sizeof(text)) {
		(void)snprintf(text, sizeof(text), "%.*s", (int)url.len,
		    url.data == NULL ? "" : url.data);
		if (ac_url_check(text, doctor->flags, &err) == 0)
			return true;
	}
	ac_doctor_say(doctor, AC_FINDING_FAULT, code,
	    "write a whole https URL, which clients can reach", "%s %s: %s",
	    what, url.data == NULL ? "(none)" : ac_quote(&quote, url),
	    err.text);
	return false;
}
