/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain inspect: show what a token says of itself.  Nothing is verified,
 * and the signature is never shown: what is printed here opens no door. */
#include "cli/cli.h"
#include "cli/out.h"
#include "cli/token.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/reason.h"
#include "jose/jws.h"

#define NAME_WIDTH 10

static const char *const times[] = { "exp", "nbf", "iat", "auth_time" };
#define TIMES (sizeof(times) / sizeof(times[0]))

struct view {
	json_t *header; /* own */
	const json_t *claims;
	size_t signature_bytes;
	int64_t now_s;
	uint32_t reason; /* why the claims can't be shown */
	struct authchain_error fault;
};

static bool
is_time(const char *name)
{
	for (size_t i = 0; i < TIMES; i++)
		if (strcmp(times[i], name) == 0)
			return true;
	return false;
}

/* A claim's moment in seconds; false where it is none. */
static bool
moment(const json_t *value, int64_t *at_s)
{
	double real = json_number_value(value);

	if (!json_is_number(value) || !(real >= 0) || real > 1e12)
		return false;
	*at_s = (int64_t)real;
	return true;
}

static void
print_member(const char *name, const json_t *value, int64_t now_s)
{
	char date[AC_CLOCK_TEXT];
	char relative[AC_OUT_RELATIVE];
	char *text = json_dumps(value,
	    JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	int64_t at_s = 0;

	fputs("  ", stdout);
	ac_out_safe(ac_span_text(name), stdout);
	printf("%*s %s",
	    strlen(name) < NAME_WIDTH ? NAME_WIDTH - (int)strlen(name) : 0, "",
	    text != NULL ? text : "(out of memory)");
	if (now_s != 0 && is_time(name) && moment(value, &at_s))
		printf("  %s%s, %s%s", ac_out_on(stdout, AC_PAINT_FAINT),
		    ac_clock_text(at_s, date),
		    ac_out_relative(at_s - now_s, relative),
		    ac_out_off(stdout));
	putchar('\n');
	free(text);
}

static void
print_object(const char *title, json_t *object, int64_t now_s)
{
	const char *name = NULL;
	json_t *value = NULL;

	printf("%s%s%s\n", ac_out_on(stdout, AC_PAINT_STRONG), title,
	    ac_out_off(stdout));
	json_object_foreach(object, name, value)
	{
		print_member(name, value, now_s);
	}
}

static int
print_human(const struct view *view)
{
	json_t *claims = json_deep_copy(view->claims);

	printf("%sunverified%s: nobody has checked the signature of this "
	       "token\n",
	    ac_out_on(stdout, AC_PAINT_WARN), ac_out_off(stdout));
	print_object("header", view->header, 0);
	if (claims != NULL)
		print_object("claims", claims, view->now_s);
	printf("%ssignature%s  %zu bytes, not shown\n",
	    ac_out_on(stdout, AC_PAINT_STRONG), ac_out_off(stdout),
	    view->signature_bytes);
	json_decref(claims);
	return 0;
}

static json_t *
dates(const struct view *view)
{
	json_t *object = json_object();
	char date[AC_CLOCK_TEXT];
	int64_t at_s = 0;

	for (size_t i = 0; i < TIMES; i++) {
		const json_t *value = json_object_get(view->claims, times[i]);

		if (value != NULL && moment(value, &at_s))
			(void)json_object_set_new(object, times[i],
			    json_pack("{s:s,s:I}", "date",
				ac_clock_text(at_s, date), "in_s",
				(json_int_t)(at_s - view->now_s)));
	}
	return object;
}

static int
print_json(const struct view *view)
{
	json_t *fault =
	    view->claims != NULL
		? json_null()
		: json_pack("{s:s,s:o}", "reason", ac_reason_name(view->reason),
		      "detail", ac_out_text(view->fault.text));

	return ac_out_json(json_pack("{s:b,s:O,s:o,s:o,s:I,s:o}", "verified", 0,
	    "header", view->header, "claims",
	    view->claims != NULL ? json_deep_copy(view->claims) : json_null(),
	    "dates", dates(view), "signature_bytes",
	    (json_int_t)view->signature_bytes, "fault", fault));
}

static enum ac_exit
refuse(const struct ac_args *args, uint32_t reason,
    const struct authchain_error *fault)
{
	ac_cli_say("%s: %s", ac_reason_name(reason), fault->text);
	if (ac_args_has(args, "json"))
		(void)ac_out_json(
		    json_pack("{s:b,s:n,s:n,s:{},s:n,s:{s:s,s:o}}", "verified",
			0, "header", "claims", "dates", "signature_bytes",
			"fault", "reason", ac_reason_name(reason), "detail",
			ac_out_text(fault->text)));
	return AC_EXIT_NO;
}

static enum ac_exit
show(const struct ac_args *args, struct ac_jws *jws)
{
	const struct authchain_peek *peek = ac_jws_header(jws);
	struct view view = { .now_s = ac_clock_wall_ms() / 1000,
		.signature_bytes = peek->signature.len };
	int r = -1;

	if (ac_jws_claims(jws, &view.reason, &view.fault) != NULL)
		view.claims = ac_jws_tree(jws);
	view.header = ac_json_parse(peek->header, &ac_json_token, NULL);
	if (ac_args_has(args, "json"))
		r = print_json(&view);
	else
		r = print_human(&view);
	if (view.claims == NULL)
		ac_cli_say("%s: its payload: %s", ac_reason_name(view.reason),
		    view.fault.text);
	json_decref(view.header);
	return r == 0 && view.claims != NULL ? AC_EXIT_OK : AC_EXIT_NO;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct authchain_error err = { 0 };
	struct ac_secret token = { 0 };
	struct ac_jws *jws = NULL;
	uint32_t reason = AUTHCHAIN_REASON_NONE;
	enum ac_exit rc = AC_EXIT_NO;

	if (ac_token_read(&token, STDIN_FILENO, &err) != 0)
		return ac_cli_fail(&err);
	jws = ac_jws_parse(ac_secret_span(&token), &reason, &err);
	if (jws == NULL)
		rc = refuse(args, reason, &err);
	else
		rc = show(args, jws);
	ac_jws_free(&jws);
	ac_secret_clear(&token);
	return rc;
}

static const struct ac_arg options[] = {
	{ "unverified", 0, false, NULL,
	    "accepted for clarity: inspect never verifies" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_inspect = {
	.name = "inspect",
	.synopsis = "[options] < TOKEN",
	.summary = "show a token's header and claims, unverified",
	.text = "Reads the token from standard input.  The signature is "
		"neither checked nor printed.  Exit status 1: not a "
		"well-formed JWT, and why.",
	.args = options,
	.max_operands = 0,
	.run = run,
};
