/* SPDX-License-Identifier: BSD-2-Clause */
/* Signs a token, asks, and says in words what came of it. */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mint.h"

static const char key[] = "0123456789abcdef0123456789abcdef";

bool
rules_open(struct engine *engine, const char *config)
{
	(void)setenv("RULES_SECRET", key, 1);
	return engine_open(engine, config) && engine_start(engine);
}

static const char *
token_of(const struct rules_request *request)
{
	char claims[4096];
	long long now = (long long)time(NULL);

	(void)snprintf(claims, sizeof(claims),
	    "{\"iss\":\"i\",\"sub\":\"%s\",\"aud\":\"https://api.test/mcp\","
	    "\"iat\":%lld,\"exp\":%lld%s%s}",
	    request->who, now - request->age_s, now + 3000,
	    request->more == NULL ? "" : ",",
	    request->more == NULL ? "" : request->more);
	return mint("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims,
	    ac_span_text(key), "SHA256");
}

/* "Name: value\n" each. */
static size_t
headers_of(const char *text, struct authchain_pair pairs[RULES_HEADERS])
{
	size_t count = 0;

	while (text != NULL && *text != '\0' && count < RULES_HEADERS) {
		const char *colon = strchr(text, ':');
		const char *end = strchr(text, '\n');

		pairs[count].name = ac_span(text, (size_t)(colon - text));
		pairs[count++].value =
		    ac_span(colon + 2, (size_t)(end - colon - 2));
		text = end + 1;
	}
	return count;
}

struct authchain_decision *
rules_ask(struct engine *engine, const struct rules_request *request)
{
	struct authchain_pair headers[RULES_HEADERS];
	struct authchain_request asked = {
		.size = sizeof(asked),
		.method = ac_span_text(request->method),
		.uri = ac_span_text(request->uri),
		.headers = headers,
		.header_count = headers_of(request->headers, headers),
	};
	struct authchain_decision *decision = NULL;

	if (request->who != NULL)
		asked.token = ac_span_text(token_of(request));
	(void)authchain_check(engine->ac, "t", &asked, &decision);
	return decision;
}

const char *
rules_words(struct engine *engine, const struct rules_request *request)
{
	static char words[2048];
	struct authchain_decision *decision = rules_ask(engine, request);
	const char *scope = strstr(decision->www_authenticate, "scope=\"");

	if (decision->verdict == AUTHCHAIN_VERDICT_ALLOW)
		(void)snprintf(words, sizeof(words), "%u", decision->status);
	else
		(void)snprintf(words, sizeof(words), "%u %s%s%.*s",
		    decision->status, authchain_reason_name(decision->reason),
		    scope == NULL ? "" : " ",
		    scope == NULL ? 0 : (int)strcspn(scope + 7, "\""),
		    scope == NULL ? "" : scope + 7);
	authchain_decision_free(&decision);
	return words;
}
