/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does the server behind the gate refuse a message whose headers and body
 * differ (MCP 2026-07-28, Streamable HTTP)?  The gate judges the headers, so
 * all that it says is worth no more than this.  What is asked for does no harm
 * where it is done: a list, and a tool that nobody has.
 */
#include "cli/doctor.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

#define MISMATCH (-32020)
#define NAME     "authchain-doctor-no-such-tool"

#define META(version)                                                          \
	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" version    \
	"\",\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define LIST(version)                                                          \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\","             \
	"\"params\":{" META(version) "}}"
#define CALL                                                                   \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","             \
	"\"params\":{\"name\":\"" NAME                                         \
	"\",\"arguments\":{}," META("2026-07-28") "}}"

struct lie {
	const char *code, *what;
	const char *version, *method, *name; /* headers; NULL: left out */
	const char *body;
};

static const struct lie lies[] = {
	{ "method_mismatch", "headers say tools/list, the body tools/call",
	    "2026-07-28", "tools/list", NAME, CALL },
	{ "method_missing", "no Mcp-Method", "2026-07-28", NULL, NAME, CALL },
	{ "name_mismatch", "the headers name another tool than the body",
	    "2026-07-28", "tools/call", "another", CALL },
	{ "name_missing", "no Mcp-Name", "2026-07-28", "tools/call", NULL,
	    CALL },
	{ "encoded_mismatch",
	    "the headers name another tool than the body, encoded",
	    "2026-07-28", "tools/call", "=?base64?YW5vdGhlcg==?=", CALL },
	{ "version_mismatch", "headers and body have different versions",
	    "2026-07-28", "tools/list", NULL, LIST("2025-11-25") },
	{ "batch", "a list of messages under one header", "2026-07-28",
	    "tools/list", NULL, "[" LIST("2026-07-28") "," CALL "]" },
};

static size_t
add(struct authchain_pair *headers, size_t count, const char *name,
    const char *value)
{
	if (value == NULL)
		return count;
	headers[count] =
	    (struct authchain_pair){ ac_span_text(name), ac_span_text(value) };
	return count + 1;
}

static void
ask(const struct ac_doctor *doctor, const char *url, const struct lie *lie,
    struct ac_doctor_answer *answer)
{
	struct authchain_pair headers[5];
	struct authchain_fetch question = { .url = url,
		.headers = headers,
		.body = ac_span_text(lie->body) };
	size_t count = 0;

	count = add(headers, count, "Content-Type", "application/json");
	count = add(headers, count, "Accept",
	    "application/json, text/event-stream");
	count = add(headers, count, "MCP-Protocol-Version", lie->version);
	count = add(headers, count, "Mcp-Method", lie->method);
	count = add(headers, count, "Mcp-Name", lie->name);
	question.header_count = count;
	ac_doctor_ask(doctor, &question, answer);
}

/* Of a JSON-RPC answer; 0 where there is none. */
static int64_t
error_code(const struct ac_doctor_answer *answer)
{
	json_t *tree = ac_json_parse(answer->is.body, &ac_json_document, NULL);
	const json_t *code =
	    json_object_get(json_object_get(tree, "error"), "code");
	int64_t number = json_integer_value(code);

	json_decref(tree);
	return number;
}

/* What is asked as it should be is answered; else the rest says nothing. */
static bool
try_truth(struct ac_doctor *doctor, const char *url)
{
	static const struct lie truth = { "", "", "2026-07-28", "tools/list",
		NULL, LIST("2026-07-28") };
	struct ac_doctor_answer answer;
	uint32_t status;

	ask(doctor, url, &truth, &answer);
	status = answer.is.status;
	if (status == 0)
		ac_doctor_say(doctor, AC_FINDING_FAULT, "upstream_unreachable",
		    "give the address at which the proxy reaches it", "%s: %s",
		    url, answer.is.error);
	else if (status == 401 || status == 403)
		ac_doctor_say(doctor, AC_FINDING_FAULT, "upstream_protected",
		    "give the address behind the gate, not the one in front",
		    "%s wants a token itself (status %u)", url, status);
	else if (status != 200)
		ac_doctor_say(doctor, AC_FINDING_FAULT, "upstream_old",
		    "rules of the mcp plugin need a server that speaks "
		    "2026-07-28",
		    "%s does not answer tools/list of 2026-07-28 (status %u)",
		    url, status);
	ac_doctor_answer_clear(&answer);
	return status == 200;
}

void
ac_doctor_upstream(struct ac_doctor *doctor, const char *url)
{
	doctor->step = "upstream";
	if (!try_truth(doctor, url))
		return;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct ac_doctor_answer answer;
		uint32_t status;

		ask(doctor, url, &lies[i], &answer);
		status = answer.is.status;
		if ((status >= 400 && status < 500) ||
		    error_code(&answer) == MISMATCH)
			ac_doctor_say(doctor, AC_FINDING_GOOD, lies[i].code, "",
			    "refused: %s", lies[i].what);
		else
			ac_doctor_say(doctor, AC_FINDING_FAULT, lies[i].code,
			    "no rule about methods and tools holds in front of "
			    "this server: bring it up to date, or write no "
			    "rules and no anonymous-methods",
			    "not refused (status %u): %s", status,
			    lies[i].what);
		ac_doctor_answer_clear(&answer);
	}
}
