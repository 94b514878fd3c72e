/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain explain: the same decision as test's, told to somebody who wants
 * to know why. */
#include "cli/judge.h"
#include "cli/out.h"

#include <stdlib.h>

#include "base/clock.h"
#include "jose/jws.h"

/* What an outcome in the trace means for the chain. */
static const struct {
	const char *outcome;
	const char *text;
} meanings[] = {
	{ "accept", "said that the token is its own, and good: the identity "
		    "is settled, nobody else is asked" },
	{ "allow", "had nothing against it" },
	{ "deny", "refused it: the chain stopped here" },
	{ "not-mine", "said that the token is not its own: the next one was "
		      "asked" },
	{ "refused", "could not take it for one bearer token: the chain "
		     "stopped before any plugin" },
	{ "reject", "said that the token is its own, and not good: the chain "
		    "stopped, nobody else may judge it" },
	{ "unavailable", "could not judge: the chain stopped, for a guess "
			 "would be worse" },
	{ "unavailable-allowed", "could not judge, and on-unavailable = allow "
				 "let the request pass" },
	{ "unknown-token", "asked, and the server does not know the token: "
			   "on-unknown-token = next went on" },
	{ "fault", "broke its contract: the chain stopped" },
};

static const char *
meaning(const char *outcome)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (strcmp(meanings[i].outcome, outcome) == 0)
			return meanings[i].text;
	return outcome;
}

static void
title(const char *text)
{
	printf("\n%s%s%s\n", ac_out_on(stdout, AC_PAINT_STRONG), text,
	    ac_out_off(stdout));
}

static void
print_value(const char *name, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	char *text = NULL;

	if (value == NULL)
		return;
	text = json_dumps(value,
	    JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	printf("  %-10s %s\n", name, text != NULL ? text : "(out of memory)");
	free(text);
}

static void
print_time(const char *name, const struct authchain_value *value)
{
	char date[AC_CLOCK_TEXT];
	char relative[AC_OUT_RELATIVE];
	int64_t now_s = ac_clock_wall_ms() / 1000;

	if (value->type != AUTHCHAIN_TYPE_INTEGER || value->integer < 0)
		return;
	printf("  %-10s %s, %s\n", name, ac_clock_text(value->integer, date),
	    ac_out_relative(value->integer - now_s, relative));
}

static void
print_jws(struct ac_jws *jws)
{
	const struct authchain_peek *header = ac_jws_header(jws);
	const struct authchain_peek *claims = NULL;
	json_t *tree = ac_json_parse(header->header, &ac_json_token, NULL);
	uint32_t reason = 0;

	print_value("algorithm", tree, "alg");
	print_value("key id", tree, "kid");
	print_value("type", tree, "typ");
	json_decref(tree);
	claims = ac_jws_claims(jws, &reason, NULL);
	if (claims == NULL) {
		puts("  its payload is no JSON object");
		return;
	}
	print_value("issuer", ac_jws_tree(jws), "iss");
	print_value("audience", ac_jws_tree(jws), "aud");
	print_value("subject", ac_jws_tree(jws), "sub");
	print_time("issued", &claims->iat);
	print_time("from", &claims->nbf);
	print_time("expires", &claims->exp);
}

static void
print_token(const struct ac_judge *judge)
{
	struct authchain_error err = { 0 };
	struct ac_jws *jws = NULL;
	uint32_t reason = 0;

	title("The request");
	if (judge->request.authorization_count > 0) {
		printf("  carries %zu Authorization value%s\n",
		    judge->request.authorization_count,
		    judge->request.authorization_count == 1 ? "" : "s");
		return;
	}
	if (judge->request.token.data == NULL) {
		puts("  carries no token");
		return;
	}
	jws = ac_jws_parse(judge->request.token, &reason, &err);
	if (jws != NULL) {
		printf("  carries a token of %zu bytes that says of itself "
		       "(unverified):\n",
		    judge->request.token.len);
		print_jws(jws);
	} else {
		printf("  carries a token of %zu bytes that is no JWT (",
		    judge->request.token.len);
		ac_out_safe(ac_span_text(err.text), stdout);
		puts(")");
	}
	ac_jws_free(&jws);
}

static void
print_steps(const struct authchain_decision *decision)
{
	title("What happened");
	if (decision->trace_count == 0)
		puts("  no plugin had to be asked");
	for (size_t i = 0; i < decision->trace_count; i++) {
		const struct authchain_step *step = &decision->trace[i];
		char left[128];
		int n = snprintf(left, sizeof(left), "  %zu. %s (%s) ", i + 1,
		    step->entry[0] != 0 ? step->entry : "the engine",
		    authchain_stage_name(step->stage));

		fputs(left, stdout);
		ac_args_wrap(meaning(step->outcome), n > 0 ? (size_t)n : 0, 5,
		    stdout);
		if (step->reason == AUTHCHAIN_REASON_NONE &&
		    step->detail[0] == 0)
			continue;
		printf("     %s%s",
		    step->reason != AUTHCHAIN_REASON_NONE
			? authchain_reason_name(step->reason)
			: "",
		    step->reason != AUTHCHAIN_REASON_NONE &&
			    step->detail[0] != 0
			? ": "
			: "");
		ac_out_safe(ac_span_text(step->detail), stdout);
		putchar('\n');
	}
}

static void
print_answer(const struct authchain_decision *decision)
{
	title("What the client is told");
	printf("  HTTP %u", decision->status);
	if (decision->error[0] != 0)
		printf(" %s: %s", decision->error, decision->error_description);
	putchar('\n');
	if (decision->www_authenticate[0] != 0) {
		fputs("  WWW-Authenticate: ", stdout);
		ac_out_safe(ac_span_text(decision->www_authenticate), stdout);
		putchar('\n');
	}
	if (decision->retry_after_s != 0)
		printf("  Retry-After: %u\n", decision->retry_after_s);
}

static void
print_advice(const struct authchain_decision *decision)
{
	if (decision->verdict == AUTHCHAIN_VERDICT_ALLOW)
		return;
	title("What you can do");
	fputs("  ", stdout);
	ac_args_wrap(authchain_reason_help(decision->reason), 2, 2, stdout);
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct ac_judge judge;
	enum ac_exit rc = ac_judge_run(&judge, args);

	if (rc == AC_EXIT_OK && ac_args_has(args, "json")) {
		rc = ac_judge_exit(judge.decision);
		if (ac_judge_print_json(judge.decision) != 0 &&
		    rc == AC_EXIT_OK)
			rc = AC_EXIT_NO;
	} else if (rc == AC_EXIT_OK) {
		rc = ac_judge_exit(judge.decision);
		ac_judge_print_line(judge.decision);
		print_token(&judge);
		print_steps(judge.decision);
		print_answer(judge.decision);
		print_advice(judge.decision);
	}
	ac_judge_clear(&judge);
	return rc;
}

static const struct ac_arg options[] = {
	AC_JUDGE_ARGS,
	{ "verbose", 'v', false, NULL, "the log as well" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_explain = {
	.name = "explain",
	.synopsis = "[options] < TOKEN",
	.summary = "judge one request and say why, at length",
	.text = "The same decision and exit status as test, with what each "
		"step saw, why the chain went on or stopped, what the client "
		"is told and what an operator can do.",
	.args = options,
	.max_operands = 0,
	.run = run,
};
