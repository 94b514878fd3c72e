/* SPDX-License-Identifier: BSD-2-Clause */
/* From a command line to a decision.  The token lives in secret memory from
 * the read to the end. */
#include "cli/judge.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/number.h"
#include "cli/open.h"
#include "cli/token.h"

#define MAX_TIMEOUT_MS 60000 /* a chain's deadline is no longer */

static size_t
count(const struct ac_args *args, const char *name)
{
	size_t at = 0;
	size_t n = 0;

	while (ac_args_next(args, name, &at) != NULL)
		n++;
	return n;
}

static struct authchain_span
value(const struct ac_args *args, const char *name)
{
	return ac_span_text(ac_args_text(args, name, NULL));
}

static int
parse_header(struct authchain_pair *pair, const char *text,
    struct authchain_error *err)
{
	struct authchain_span all = ac_span_text(text);
	size_t colon = ac_span_find(all, ':', 0);
	struct ac_quote quote;

	pair->name = ac_span_cut(all, 0, colon);
	pair->value = ac_span_trim(ac_span_cut(all, colon + 1, all.len));
	if (colon == 0 || colon == all.len ||
	    ac_span_find(pair->name, ' ', 0) < pair->name.len)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--header: write \"NAME: VALUE\"");
	if (ac_span_is_nocase(pair->name, ac_span_text("authorization")))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--header takes no Authorization: use standard input, or "
		    "--authorization");
	if (ac_span_has_control(all))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--header %s holds control characters",
		    ac_quote(&quote, pair->name));
	return 0;
}

static int
take_headers(struct ac_judge *judge, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *text = NULL;
	size_t at = 0;
	size_t n = count(args, "header");

	if (n == 0)
		return 0;
	judge->headers = calloc(n, sizeof(*judge->headers));
	if (judge->headers == NULL)
		return ac_error_memory(err);
	judge->request.headers = judge->headers;
	while ((text = ac_args_next(args, "header", &at)) != NULL)
		if (parse_header(&judge->headers[judge->request.header_count++],
			text, err) != 0)
			return -1;
	return 0;
}

static int
take_authorization(struct ac_judge *judge, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *text = NULL;
	size_t at = 0;
	size_t n = count(args, "authorization");

	if (n > 0 && ac_args_has(args, "no-token"))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--no-token and --authorization contradict each other");
	if (n == 0)
		return 0;
	judge->authorization = calloc(n, sizeof(*judge->authorization));
	if (judge->authorization == NULL)
		return ac_error_memory(err);
	judge->request.authorization = judge->authorization;
	while ((text = ac_args_next(args, "authorization", &at)) != NULL)
		judge->authorization[judge->request.authorization_count++] =
		    ac_span_text(text);
	return 0;
}

static int
take_timeout(struct ac_judge *judge, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *text = ac_args_text(args, "timeout", NULL);
	struct ac_quote quote;
	int64_t ms = 0;

	if (text == NULL)
		return 0;
	if (!ac_duration_parse(ac_span_text(text), &ms) || ms < 1 ||
	    ms > MAX_TIMEOUT_MS)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--timeout %s is no time to wait: write 500ms or 2s, at "
		    "most 60s",
		    ac_quote(&quote, ac_span_text(text)));
	judge->request.timeout_ms = (uint32_t)ms;
	return 0;
}

static int
take_request(struct ac_judge *judge, const struct ac_args *args,
    struct authchain_error *err)
{
	struct authchain_request *request = &judge->request;

	request->size = sizeof(*request);
	request->method = value(args, "method");
	request->uri = value(args, "uri");
	request->host = value(args, "host");
	request->scheme = value(args, "scheme");
	request->client_address = value(args, "client-ip");
	if (take_timeout(judge, args, err) != 0 ||
	    take_headers(judge, args, err) != 0 ||
	    take_authorization(judge, args, err) != 0)
		return -1;
	return 0;
}

static int
take_token(struct ac_judge *judge, const struct ac_args *args,
    struct authchain_error *err)
{
	if (judge->request.authorization_count > 0 ||
	    ac_args_has(args, "no-token"))
		return 0;
	if (isatty(STDIN_FILENO) == 1)
		ac_cli_say("reading the token from the terminal; end with "
			   "Ctrl-D");
	if (ac_token_read(&judge->token, STDIN_FILENO, err) != 0)
		return -1;
	judge->request.token = ac_secret_span(&judge->token);
	return 0;
}

enum ac_exit
ac_judge_run(struct ac_judge *judge, const struct ac_args *args)
{
	struct authchain_error err = { 0 };

	*judge = (struct ac_judge){ 0 };
	if (take_request(judge, args, &err) != 0)
		return ac_cli_fail(&err);
	judge->ac = ac_open(args);
	if (judge->ac == NULL)
		return AC_EXIT_CONFIG;
	judge->chain = ac_open_chain(args, judge->ac, &err);
	if (judge->chain == NULL || take_token(judge, args, &err) != 0 ||
	    authchain_start(judge->ac, &err) != 0)
		return ac_cli_fail(&err);
	(void)authchain_check(judge->ac, judge->chain, &judge->request,
	    &judge->decision);
	if (judge->decision == NULL) {
		ac_cli_say("no decision: out of memory");
		return AC_EXIT_UNAVAILABLE;
	}
	return AC_EXIT_OK;
}

void
ac_judge_clear(struct ac_judge *judge)
{
	authchain_decision_free(&judge->decision);
	authchain_close(&judge->ac);
	ac_secret_clear(&judge->token);
	free(judge->authorization);
	free(judge->headers);
	*judge = (struct ac_judge){ 0 };
}

enum ac_exit
ac_judge_exit(const struct authchain_decision *decision)
{
	switch (decision->verdict) {
	case AUTHCHAIN_VERDICT_ALLOW:
		return AC_EXIT_OK;
	case AUTHCHAIN_VERDICT_UNAVAILABLE:
		return AC_EXIT_UNAVAILABLE;
	default:
		return AC_EXIT_NO;
	}
}
