/* SPDX-License-Identifier: BSD-2-Clause */
/* First step: a client without a token is told where to get one. */
#include "cli/doctor.h"

#include <stdlib.h>
#include <string.h>

static const char message[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{"
    "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
    "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

/* ---- WWW-Authenticate ---- */

static bool
is_token_byte(char c)
{
	return c > ' ' && c <= '~' && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

static struct authchain_span
take_token(struct authchain_span *rest)
{
	size_t len = 0;
	struct authchain_span token;

	while (len < rest->len && is_token_byte(rest->data[len]))
		len++;
	token = ac_span_cut(*rest, 0, len);
	*rest = ac_span_cut(*rest, len, rest->len);
	return token;
}

static void
skip(struct authchain_span *rest, const char *bytes)
{
	while (rest->len > 0 && rest->data[0] != '\0' &&
	       strchr(bytes, rest->data[0]) != NULL)
		*rest = ac_span_cut(*rest, 1, rest->len);
}

static const char *
take_value(struct authchain_span *rest, struct authchain_span *value)
{
	size_t end;

	if (rest->len == 0 || rest->data[0] != '"') {
		*value = take_token(rest);
		return value->len == 0 ? "a parameter without a value" : NULL;
	}
	end = ac_span_find(*rest, '"', 1);
	if (end == rest->len)
		return "a quote that does not end";
	*value = ac_span_cut(*rest, 1, end);
	*rest = ac_span_cut(*rest, end + 1, rest->len);
	return ac_span_find(*value, '\\', 0) < value->len
		   ? "a backslash, at which some clients give up"
		   : NULL;
}

static struct authchain_span
find(const struct ac_doctor_bearer *bearer, struct authchain_span name)
{
	for (size_t i = 0; i < bearer->count; i++)
		if (ac_span_is_nocase(bearer->at[i].name, name))
			return bearer->at[i].value;
	return ac_span(NULL, 0);
}

const char *
ac_doctor_bearer_parse(struct authchain_span text,
    struct ac_doctor_bearer *bearer)
{
	struct authchain_span name, value;
	const char *fault;

	*bearer = (struct ac_doctor_bearer){ 0 };
	bearer->scheme = take_token(&text);
	for (;;) {
		skip(&text, " \t,");
		name = take_token(&text);
		if (name.len == 0)
			return text.len == 0 ? NULL : "a byte out of place";
		skip(&text, " \t");
		if (text.len == 0 || text.data[0] != '=')
			return NULL; /* another challenge */
		text = ac_span_cut(text, 1, text.len);
		skip(&text, " \t");
		fault = take_value(&text, &value);
		if (fault != NULL)
			return fault;
		if (find(bearer, name).data != NULL)
			return "a parameter that stands twice";
		if (bearer->count == AC_DOCTOR_PARAMETERS)
			return "too many parameters";
		bearer->at[bearer->count++] =
		    (struct authchain_pair){ name, value };
	}
}

struct authchain_span
ac_doctor_bearer_get(const struct ac_doctor_bearer *bearer, const char *name)
{
	return find(bearer, ac_span_text(name));
}

/* ---- the answers ---- */

struct status {
	uint32_t least, most;
	const char *code, *what, *advice;
};

static const struct status statuses[] = {
	{ 200, 299, "open", "it answers without a token",
	    "put the gate in front of this path: nothing is protected here" },
	{ 300, 399, "redirect", "it redirects",
	    "clients want 401: exempt this path from logins for browsers, and "
	    "from changes of slashes" },
	{ 404, 404, "not_found", "nothing is there",
	    "look at the path: is it the one that clients are given?" },
	{ 503, 503, "unavailable", "it says that it is unavailable",
	    "look whether authchaind runs, and at its log" },
	{ 0, 999, "wrong_status", "it does not answer with 401",
	    "look at the log of the proxy and of authchaind" },
};

static void
say_status(struct ac_doctor *doctor, const char *url, uint32_t status)
{
	size_t at = 0;

	while (status < statuses[at].least || status > statuses[at].most)
		at++;
	ac_doctor_say(doctor, AC_FINDING_FAULT, statuses[at].code,
	    statuses[at].advice, "%s: %s (status %u)", url, statuses[at].what,
	    status);
}

/* The challenge of a 401; false after a fault that leaves nothing of it. */
static bool
read_bearer(struct ac_doctor *doctor, const struct ac_doctor_answer *answer,
    struct ac_doctor_bearer *bearer)
{
	struct authchain_span text =
	    ac_doctor_header(answer, "www-authenticate", 0);
	const char *fault;

	if (text.data == NULL) {
		ac_doctor_say(doctor, AC_FINDING_FAULT, "no_challenge",
		    "pass the header on from authchaind: some proxies drop it",
		    "the 401 has no WWW-Authenticate");
		return false;
	}
	if (ac_doctor_header(answer, "www-authenticate", 1).data != NULL)
		ac_doctor_say(doctor, AC_FINDING_FAULT, "many_challenges",
		    "send one: many clients read one alone",
		    "the 401 has more than one WWW-Authenticate");
	fault = ac_doctor_bearer_parse(text, bearer);
	if (fault != NULL) {
		ac_doctor_say(doctor, AC_FINDING_FAULT, "bad_challenge",
		    "write it as RFC 9110 11.6.1 has it",
		    "the challenge has %s", fault);
		return false;
	}
	if (ac_span_is_nocase(bearer->scheme, ac_span_text("Bearer")))
		return true;
	ac_doctor_say(doctor, AC_FINDING_FAULT, "not_bearer",
	    "let the gate write the challenge, and nothing before it",
	    "the challenge is not for Bearer");
	return false;
}

static void
check_bearer(struct ac_doctor *doctor, const struct ac_doctor_bearer *bearer)
{
	struct authchain_span scope = ac_doctor_bearer_get(bearer, "scope");
	struct authchain_span word;

	if (ac_doctor_bearer_get(bearer, "error").data != NULL)
		ac_doctor_say(doctor, AC_FINDING_FAULT,
		    "error_without_credential",
		    "leave error out where no token came (RFC 6750 3.1): some "
		    "clients throw their tokens away",
		    "the challenge has an error, and no token was sent");
	while (ac_span_word(&scope, &word))
		if (ac_span_is_text(word, "offline_access"))
			ac_doctor_say(doctor, AC_FINDING_FAULT,
			    "offline_access",
			    "take it out: it is the client's to ask for",
			    "the challenge asks for offline_access");
}

static void
take_link(struct ac_doctor *doctor, const struct ac_doctor_bearer *bearer,
    char **link)
{
	struct authchain_span url =
	    ac_doctor_bearer_get(bearer, "resource_metadata");

	if (url.data == NULL) {
		ac_doctor_say(doctor, AC_FINDING_WARNING, "no_metadata_link",
		    "set resource in [chain] and authorization-servers in the "
		    "oauth entry",
		    "the challenge has no resource_metadata; clients guess");
		return;
	}
	if (ac_doctor_url(doctor, url, "bad_metadata_link",
		"resource_metadata is"))
		*link = strndup(url.data, url.len);
}

static void
ask(const struct ac_doctor *doctor, const char *url, const char *token,
    struct ac_doctor_answer *answer)
{
	const struct authchain_pair headers[] = {
		{ ac_span_text("Content-Type"),
		    ac_span_text("application/json") },
		{ ac_span_text("Accept"),
		    ac_span_text("application/json, text/event-stream") },
		{ ac_span_text("MCP-Protocol-Version"),
		    ac_span_text("2026-07-28") },
		{ ac_span_text("Mcp-Method"), ac_span_text("tools/list") },
		{ ac_span_text("Authorization"), ac_span_text(token) },
	};
	const struct authchain_fetch question = {
		.url = url,
		.headers = headers,
		.header_count = token == NULL ? 4 : 5,
		.body = ac_span_text(message),
	};

	ac_doctor_ask(doctor, &question, answer);
}

static void
try_without(struct ac_doctor *doctor, const char *url, char **link)
{
	struct ac_doctor_answer answer;
	struct ac_doctor_bearer bearer;
	size_t faults = doctor->faults;

	ask(doctor, url, NULL, &answer);
	if (answer.is.status == 0) {
		ac_doctor_say(doctor, AC_FINDING_FAULT, "unreachable",
		    "look at the address, the server and its certificate",
		    "%s: %s", url, answer.is.error);
	} else if (answer.is.status != 401) {
		say_status(doctor, url, answer.is.status);
	} else if (read_bearer(doctor, &answer, &bearer)) {
		check_bearer(doctor, &bearer);
		take_link(doctor, &bearer, link);
	}
	if (doctor->faults == faults)
		ac_doctor_say(doctor, AC_FINDING_GOOD, "challenge", "",
		    "401 with a Bearer challenge");
	ac_doctor_answer_clear(&answer);
}

static void
judge_bad_token(struct ac_doctor *doctor, const struct ac_doctor_answer *answer)
{
	struct ac_doctor_bearer bearer;

	if (answer->is.status >= 200 && answer->is.status < 300) {
		ac_doctor_say(doctor, AC_FINDING_FAULT, "accepts_anything",
		    "nobody checks tokens here: put the gate in front",
		    "a token that is none is let in");
	} else if (answer->is.status != 401) {
		ac_doctor_say(doctor, AC_FINDING_FAULT, "bad_token_status",
		    "answer 401: with anything else clients don't log in anew",
		    "a token that is none gets %u", answer->is.status);
	} else if (!read_bearer(doctor, answer, &bearer)) {
		return;
	} else if (!ac_span_is_text(ac_doctor_bearer_get(&bearer, "error"),
		       "invalid_token")) {
		ac_doctor_say(doctor, AC_FINDING_FAULT, "no_invalid_token",
		    "say error=\"invalid_token\" (RFC 6750 3.1)",
		    "the challenge for a bad token does not say so");
	} else {
		ac_doctor_say(doctor, AC_FINDING_GOOD, "bad_token", "",
		    "a token that is none gets 401 and invalid_token");
	}
}

void
ac_doctor_challenge(struct ac_doctor *doctor, const char *url, char **link)
{
	struct ac_doctor_answer answer;

	*link = NULL;
	doctor->step = "challenge";
	try_without(doctor, url, link);
	if (doctor->faults > 0 && *link == NULL)
		return;
	doctor->step = "bad token";
	ask(doctor, url, "Bearer authchain-doctor-is-no-token", &answer);
	judge_bad_token(doctor, &answer);
	ac_doctor_answer_clear(&answer);
}
