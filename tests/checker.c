/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host that lives as long as its standard input: what needs a process that
 * remembers (keys, cool-downs, reloads) is tested through it.
 *
 *	checker CONFIG CHAIN PLUGIN-DIR [STATE-DIR]
 *
 * Each line is a token, an empty one is none; "!reload" reads the
 * configuration anew.  Answers each with one line of JSON.  The log goes to
 * standard error.
 */
#include "config.h" /* getline */

#include <authchain/authchain.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static void
diagnose(void *arg, const struct authchain_diagnostic *finding)
{
	(void)arg;
	fprintf(stderr, "%s:%u:%u: %s\n", finding->file, finding->line,
	    finding->column, finding->text);
}

static void
print_log(void *arg, uint32_t level, const char *area, const char *text)
{
	(void)arg;
	fprintf(stderr, "%u %s: %s\n", level, area, text);
}

static json_t *
text_or_null(const char *text, size_t len)
{
	json_t *string =
	    text == NULL || len == 0 ? NULL : json_stringn(text, len);

	return string != NULL ? string : json_null();
}

static void
print(json_t *object)
{
	if (object == NULL || json_dumpf(object, stdout, JSON_COMPACT) != 0)
		abort();
	putchar('\n');
	fflush(stdout);
	json_decref(object);
}

static json_t *
describe(const struct authchain_decision *decision)
{
	const char *reason = authchain_reason_name(decision->reason);
	const char *challenge = decision->www_authenticate;

	if (decision->reason == AUTHCHAIN_REASON_NONE)
		reason = "";
	return json_pack("{s:s,s:i,s:o,s:o,s:o,s:o,s:i,s:b,s:o}", "verdict",
	    authchain_verdict_name(decision->verdict), "status",
	    (int)decision->status, "reason",
	    text_or_null(reason, strlen(reason)), "provider",
	    text_or_null(decision->provider, strlen(decision->provider)),
	    "subject",
	    text_or_null(decision->subject.data, decision->subject.len),
	    "www_authenticate", text_or_null(challenge, strlen(challenge)),
	    "retry_after", (int)decision->retry_after_s, "cached",
	    (int)(decision->cached != 0), "detail",
	    text_or_null(decision->detail, strlen(decision->detail)));
}

static void
judge(struct authchain *ac, const char *chain, const char *token, size_t len)
{
	struct authchain_request request = { .size = sizeof(request) };
	struct authchain_decision *decision = NULL;

	if (len > 0)
		request.token = (struct authchain_span){ token, len };
	(void)authchain_check(ac, chain, &request, &decision);
	if (decision == NULL)
		abort();
	print(describe(decision));
	authchain_decision_free(&decision);
}

static void
reload(struct authchain *ac)
{
	struct authchain_error err = { 0 };
	int r = authchain_reload(ac, &err);

	print(json_pack("{s:b,s:s}", "reloaded", r == 0, "error", err.text));
}

static void
serve(struct authchain *ac, const char *chain)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0) {
		line[--len] = '\0';
		if (strcmp(line, "!reload") == 0)
			reload(ac);
		else
			judge(ac, chain, line, (size_t)len);
	}
	free(line);
}

int
main(int argc, char **argv)
{
	struct authchain_settings settings = { .size = sizeof(settings),
		.diagnose = diagnose,
		.log = print_log };
	struct authchain_error err = { 0 };
	struct authchain *ac = NULL;

	if (argc < 4 || argc > 5) {
		fputs("usage: checker CONFIG CHAIN PLUGIN-DIR [STATE-DIR]\n",
		    stderr);
		return 2;
	}
	settings.plugin_dir = argv[3];
	settings.state_dir = argv[4];
	if (authchain_open(&ac, argv[1], &settings, &err) != 0 ||
	    authchain_start(ac, &err) != 0) {
		fprintf(stderr, "checker: %s\n", err.text);
		authchain_close(&ac);
		return 3;
	}
	puts("ready");
	fflush(stdout);
	serve(ac, argv[2]);
	authchain_close(&ac);
	return 0;
}
