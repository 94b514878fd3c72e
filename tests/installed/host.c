/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host the way a stranger writes one, from installed files alone:
 *
 *	host FILE.conf [FOLDER-OF-PLUGINS] < tokens
 *
 * Judges one token a line (an empty line: none) by the first chain there is,
 * and prints one answer a line.
 */
#include <authchain/authchain.h>

#include <stdio.h>
#include <string.h>

#define MAX_LINE 20000

static void
diagnose(void *arg, const struct authchain_diagnostic *finding)
{
	(void)arg;
	fprintf(stderr, "%s:%u:%u: %s; %s\n", finding->file,
	    (unsigned)finding->line, (unsigned)finding->column, finding->text,
	    finding->hint);
}

static void
judge(struct authchain *ac, const char *token)
{
	struct authchain_span get = { "GET", 3 };
	struct authchain_request request = { .size = sizeof(request) };
	struct authchain_decision *decision = NULL;
	enum authchain_verdict verdict;

	request.method = get;
	if (*token != '\0') {
		request.token.data = token;
		request.token.len = strlen(token);
	}
	verdict =
	    authchain_check(ac, authchain_chain(ac, 0), &request, &decision);
	if (decision == NULL) {
		puts("no decision");
		return;
	}
	printf("%s %u %s", authchain_verdict_name(verdict),
	    (unsigned)decision->status,
	    authchain_reason_name(decision->reason));
	if (verdict == AUTHCHAIN_VERDICT_ALLOW)
		printf(" %.*s by %s", (int)decision->subject.len,
		    decision->subject.data, decision->provider);
	putchar('\n');
	authchain_decision_free(&decision);
}

int
main(int argc, char *argv[])
{
	struct authchain_settings settings = { .size = sizeof(settings) };
	struct authchain_error error = { 0 };
	struct authchain *ac = NULL;
	char line[MAX_LINE];

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: host FILE.conf [FOLDER] < tokens\n");
		return 2;
	}
	settings.diagnose = diagnose;
	settings.plugin_dir = argc == 3 ? argv[2] : NULL;
	if (authchain_open(&ac, argv[1], &settings, &error) != 0 ||
	    authchain_start(ac, &error) != 0) {
		fprintf(stderr, "host: %s\n", error.text);
		authchain_close(&ac);
		return 1;
	}
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		judge(ac, line);
	}
	authchain_close(&ac);
	return 0;
}
