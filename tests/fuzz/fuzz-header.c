/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authorization headers, a line each, and after a line "token" a bare token:
 * which of them becomes the credential of a call, where the scheme DPoP is
 * taken and where it is not.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/call.h"

#define MAX_LINES 4

/* ---- a second opinion -------------------------------------------------- */

static bool
is_token(struct authchain_span text)
{
	size_t i = 0;

	while (i < text.len && text.data[i] != '\0' &&
	       strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		      "0123456789-._~+/",
		   text.data[i]) != NULL)
		i++;
	if (i == 0 || text.len > 16384)
		return false;
	while (i < text.len && text.data[i] == '=')
		i++;
	return i == text.len;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* What stands behind the scheme; data NULL: it is another's header. */
static struct authchain_span
behind(const char *scheme, struct authchain_span line)
{
	size_t len = strlen(scheme);

	while (line.len > 0 && is_blank(line.data[0]))
		line = ac_span(line.data + 1, line.len - 1);
	while (line.len > 0 && is_blank(line.data[line.len - 1]))
		line.len--;
	if (line.len < len || strncasecmp(line.data, scheme, len) != 0 ||
	    (line.len > len && line.data[len] != ' '))
		return ac_span(NULL, 0);
	line = ac_span(line.data + len, line.len - len);
	while (line.len > 0 && line.data[0] == ' ')
		line = ac_span(line.data + 1, line.len - 1);
	return line;
}

/* ---- the call ---------------------------------------------------------- */

static void
check(struct authchain_call *call, struct authchain_span wanted, size_t given)
{
	bool taken = call->token.data != NULL;

	fuzz_promise(call->admitted && !call->identified,
	    "nobody is known by a header alone");
	fuzz_promise(!taken || given == 1, "two credentials are none");
	fuzz_promise(!taken || !call->decided, "who is refused has no token");
	fuzz_promise(taken == (given == 1 && is_token(wanted)),
	    "a token is taken when it is one, and only then");
	if (taken)
		fuzz_promise(ac_span_is(call->token, wanted) &&
				 call->token.data != wanted.data &&
				 call->token.data[call->token.len] == '\0',
		    "it is the one that was sent, and a copy");
	else
		fuzz_promise(call->decided ==
				 (given > 1 || wanted.data != NULL),
		    "what is malformed is refused, what is another's is not");
	fuzz_promise(!call->decided || call->verdict == AUTHCHAIN_VERDICT_DENY,
	    "a refusal is a no");
}

/* What is remembered is looked for under the same token. */
static void
check_view(const struct authchain_request *request,
    struct authchain_span wanted, size_t given)
{
	struct authchain_span view = ac_credential_bearer(request);

	fuzz_promise((view.data != NULL) == (given == 1 && wanted.data != NULL),
	    "the short way sees a credential where there is one");
	fuzz_promise(view.data == NULL || ac_span_is(view, wanted),
	    "and the same one");
}

static void
run(const struct authchain_request *request, const struct ac_chain *chain,
    struct authchain_span wanted, const char *scheme)
{
	static struct authchain ac;
	static struct ac_generation generation = { .ac = &ac };
	struct ac_generation *own = &generation;
	struct authchain_call *call;
	struct ac_lane *lane;
	void *blocks[2];

	if (ac.lanes == NULL)
		ac.lanes = ac_lanes_new();
	lane = ac_lane_enter(ac.lanes);
	ac_call_blocks(ac.lanes, lane, blocks);
	ac_generation_pin(own, lane);
	ac_lane_leave(lane);
	call = ac_call_new(&own, blocks, chain, request);
	fuzz_promise(call != NULL, "there is memory");
	ac_call_admit(call);
	check(call, wanted,
	    request->authorization_count + (request->token.data != NULL));
	fuzz_promise(call->token.data == NULL ||
			 ac_span_is_text(ac_call_scheme(call), scheme),
	    "the scheme is the one that it came with");
	ac_call_free(&call);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authchain_span rest = ac_span((const char *)data, size);
	struct authchain_span lines[MAX_LINES];
	struct authchain_request request = { .size = sizeof(request),
		.authorization = lines };
	static const struct ac_chain plain = { .deadline_ms = 1000 };
	static const struct ac_chain proving = { .deadline_ms = 1000,
		.proof_algorithms = "ES256" };
	struct authchain_span wanted = ac_span(NULL, 0), bound = wanted;

	while (rest.len > 0 && request.authorization_count < MAX_LINES) {
		size_t end = ac_span_find(rest, '\n', 0);
		struct authchain_span line = ac_span_cut(rest, 0, end);

		rest = ac_span_cut(rest, end + 1, rest.len);
		if (ac_span_is_text(line, "token")) {
			request.token = wanted = rest;
			bound = ac_span(NULL, 0);
			break;
		}
		lines[request.authorization_count++] = line;
		wanted = behind("Bearer", line);
		bound = behind("DPoP", line);
	}
	check_view(&request, wanted,
	    request.authorization_count + (request.token.data != NULL));
	run(&request, &plain, wanted, "Bearer");
	if (bound.data != NULL)
		run(&request, &proving, bound, "DPoP");
	else
		run(&request, &proving, wanted, "Bearer");
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const words[] = { "Bearer ", "bearer ", "BEARER", "Bearer",
	"Bearer\t", "Basic ", "DPoP ", "Digest ", " ", "  ", "\t", "\n", "\r\n",
	"token\n", "=", "==", ",", ";", "\"", "abc.def.ghi", "-._~+/", "%20",
	"\x7f", "\xc3\xa9", "x", "Bearer a, Bearer b", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words list = { words };
	struct fuzz_text text = { (char *)data, size, max_size };

	return fuzz_change(&text, seed, &list);
}
