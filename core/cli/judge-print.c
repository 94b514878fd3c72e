/* SPDX-License-Identifier: BSD-2-Clause */
/* A decision as one line, as a table, as JSON.  The JSON's keys and their
 * order are part of the interface (authchain(1)); new ones are appended. */
#include "cli/judge.h"
#include "cli/out.h"

#include "base/clock.h"
#include "base/json.h"

static void
print_scopes(const struct authchain_decision *decision)
{
	for (size_t i = 0; i < decision->scope_count; i++) {
		fputs(i == 0 ? ", scopes " : " ", stdout);
		ac_out_safe(decision->scopes[i], stdout);
	}
}

static void
print_identity(const struct authchain_decision *decision)
{
	char date[AC_CLOCK_TEXT];

	if (decision->subject.data != NULL)
		ac_out_safe(decision->subject, stdout);
	else
		fputs("anonymous", stdout);
	if (decision->provider[0] != 0)
		printf(" by %s", decision->provider);
	print_scopes(decision);
	if (decision->expires_s != 0)
		printf(", until %s", ac_clock_text(decision->expires_s, date));
}

void
ac_judge_print_line(const struct authchain_decision *decision)
{
	bool allowed = decision->verdict == AUTHCHAIN_VERDICT_ALLOW;

	printf("%s%s%s %s: ",
	    ac_out_on(stdout, allowed ? AC_PAINT_GOOD : AC_PAINT_BAD),
	    authchain_verdict_name(decision->verdict), ac_out_off(stdout),
	    decision->chain);
	if (allowed) {
		print_identity(decision);
	} else {
		printf("%u %s", decision->status,
		    authchain_reason_name(decision->reason));
		if (decision->provider[0] != 0)
			printf(" by %s", decision->provider);
		if (decision->detail[0] != 0) {
			fputs(": ", stdout);
			ac_out_safe(ac_span_text(decision->detail), stdout);
		}
	}
	putchar('\n');
}

static size_t
longest_entry(const struct authchain_decision *decision)
{
	size_t longest = sizeof("entry") - 1;

	for (size_t i = 0; i < decision->trace_count; i++) {
		size_t len = strlen(decision->trace[i].entry);

		longest = len > longest ? len : longest;
	}
	return longest;
}

void
ac_judge_print_trace(const struct authchain_decision *decision)
{
	int width = (int)longest_entry(decision);

	printf("%s%-10s  %-*s  %-11s  %9s  %s%s\n",
	    ac_out_on(stdout, AC_PAINT_STRONG), "stage", width, "entry",
	    "outcome", "us", "why", ac_out_off(stdout));
	for (size_t i = 0; i < decision->trace_count; i++) {
		const struct authchain_step *step = &decision->trace[i];

		printf("%-10s  %-*s  %-11s  %9llu  %s",
		    authchain_stage_name(step->stage), width,
		    step->entry[0] != 0 ? step->entry : "-", step->outcome,
		    (unsigned long long)step->microseconds,
		    step->reason != AUTHCHAIN_REASON_NONE
			? authchain_reason_name(step->reason)
			: "");
		if (step->detail[0] != 0) {
			fputs(step->reason != AUTHCHAIN_REASON_NONE ? ": " : "",
			    stdout);
			ac_out_safe(ac_span_text(step->detail), stdout);
		}
		puts(step->cached != 0 ? " (cached)" : "");
	}
}

static json_t *
reason(uint32_t value)
{
	return value == AUTHCHAIN_REASON_NONE
		   ? json_null()
		   : ac_out_text(authchain_reason_name(value));
}

static json_t *
number_or_null(int64_t value)
{
	return value == 0 ? json_null() : json_integer((json_int_t)value);
}

static json_t *
trace(const struct authchain_decision *decision)
{
	json_t *list = json_array();

	for (size_t i = 0; i < decision->trace_count; i++) {
		const struct authchain_step *step = &decision->trace[i];
		json_t *row = json_pack("{s:o,s:s,s:s,s:o,s:o,s:I,s:b}",
		    "entry", ac_out_text(step->entry), "stage",
		    authchain_stage_name(step->stage), "outcome", step->outcome,
		    "reason", reason(step->reason), "detail",
		    ac_out_text(step->detail), "us",
		    (json_int_t)step->microseconds, "cached",
		    (int)(step->cached != 0));

		if (row == NULL || json_array_append_new(list, row) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
scopes(const struct authchain_decision *decision)
{
	json_t *list = json_array();

	for (size_t i = 0; i < decision->scope_count; i++)
		(void)json_array_append_new(list,
		    ac_out_span(decision->scopes[i]));
	return list;
}

static json_t *
claims(const struct authchain_decision *decision)
{
	json_t *object = NULL;

	if (decision->claims.data != NULL)
		object =
		    ac_json_parse(decision->claims, &ac_json_document, NULL);
	return object != NULL ? object : json_null();
}

static json_t *
attributes(const struct authchain_decision *decision)
{
	json_t *object = json_object();

	for (size_t i = 0; i < decision->attribute_count; i++) {
		const struct authchain_pair *pair = &decision->attributes[i];

		/* text that the engine hands out has a NUL behind it */
		(void)json_object_set_new(object, pair->name.data,
		    ac_out_span(pair->value));
	}
	return object;
}

int
ac_judge_print_json(const struct authchain_decision *decision)
{
	json_t *root = json_pack("{s:s,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "verdict", authchain_verdict_name(decision->verdict), "status",
	    (json_int_t)decision->status, "reason", reason(decision->reason),
	    "provider", ac_out_text(decision->provider), "subject",
	    ac_out_span(decision->subject), "scopes", scopes(decision),
	    "www_authenticate", ac_out_text(decision->www_authenticate),
	    "retry_after", number_or_null(decision->retry_after_s), "trace",
	    trace(decision));
	json_t *rest =
	    json_pack("{s:s,s:o,s:o,s:o,s:b,s:b,s:o,s:o,s:o,s:o,s:o,s:I}",
		"chain", decision->chain, "issuer",
		ac_out_span(decision->issuer), "client_id",
		ac_out_span(decision->client_id), "expires",
		number_or_null(decision->expires_s), "anonymous",
		(int)(decision->anonymous != 0), "cached",
		(int)(decision->cached != 0), "detail",
		ac_out_text(decision->detail), "error",
		ac_out_text(decision->error), "error_description",
		ac_out_text(decision->error_description), "claims",
		claims(decision), "attributes", attributes(decision), "us",
		(json_int_t)decision->microseconds);
	int r = -1;

	if (root != NULL && rest != NULL && json_object_update(root, rest) == 0)
		r = ac_out_json(json_incref(root));
	json_decref(root);
	json_decref(rest);
	return r;
}
