/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules of who may: read, and judged. */
#include "needs.h"

#include <stdio.h>

#include "base/error.h"
#include "base/number.h"

#define MAX_AGE_MS      (INT64_C(3650) * 24 * 3600 * 1000)
#define MAX_TIME_S      INT64_C(253402300799) /* the end of year 9999 */
#define MAX_PERMISSIONS 256                   /* of one token */
#define MAX_POINTER     256

int
needs_judge_read(struct needs_judge *judge, const struct authchain_host *host,
    struct authchain_entry *entry)
{
	struct authchain_span pointer =
	    host->option_text(entry, "permissions-claim");
	int r;

	judge->host = host;
	judge->entry = entry;
	r = hierarchy_read(&judge->hierarchy, host, entry);
	if (pointer.len <= MAX_POINTER && pointer.data[0] == '/')
		return r;
	host->fail(entry, "permissions-claim",
	    "it is no JSON pointer; write /permissions");
	return -1;
}

int
needs_complain(const struct needs_judge *judge, const char *option,
    struct authchain_span text, const char *what)
{
	struct ac_quote quote;

	judge->host->fail(judge->entry, option, "%s %s", ac_quote(&quote, text),
	    what);
	return -1;
}

static struct authchain_span
behind(struct authchain_span word, const char *prefix)
{
	size_t len = strlen(prefix);

	return ac_span_starts(word, ac_span_text(prefix))
		   ? ac_span_cut(word, len, word.len)
		   : ac_span(NULL, 0);
}

/* What is wrong with it, or NULL. */
static const char *
take_age(struct needs *needs, struct authchain_span age)
{
	if (needs->max_age_ms > 0)
		return "is the second age of its rule; write one";
	return ac_duration_parse(age, &needs->max_age_ms) &&
		       needs->max_age_ms > 0 && needs->max_age_ms <= MAX_AGE_MS
		   ? NULL
		   : "is no age; write max-age=15m";
}

static const char *
take_word(struct needs *needs, struct authchain_span word, bool *login)
{
	struct authchain_span permission = behind(word, "permission=");
	struct authchain_span age = behind(word, "max-age=");

	if (ac_span_is_text(word, "anyone")) {
		needs->anyone = true;
		return NULL;
	}
	if (ac_span_is_text(word, "login")) {
		*login = true;
		return NULL;
	}
	if (age.data != NULL)
		return take_age(needs, age);
	if (ac_span_is_text(word, "offline_access"))
		return "is the client's to ask for and can't be required";
	if (permission.data != NULL ? permission.len == 0
				    : !ac_span_is_scope(word))
		return "is no scope: no quotes, no backslashes";
	if (needs->count == NEEDS_MAX)
		return "is one word too many for a rule";
	needs->is_permission[needs->count] = permission.data != NULL;
	needs->words[needs->count++] =
	    permission.data != NULL ? permission : word;
	return NULL;
}

int
needs_parse(struct needs *needs, const struct needs_judge *judge,
    struct authchain_span words)
{
	struct authchain_span rest = words, word;
	bool login = false;

	*needs = (struct needs){ 0 };
	while (ac_span_word(&rest, &word)) {
		const char *fault = take_word(needs, word, &login);

		if (fault != NULL)
			return needs_complain(judge, "rules", word, fault);
	}
	if (needs->anyone &&
	    (login || needs->count > 0 || needs->max_age_ms > 0))
		return needs_complain(judge, "rules", words,
		    "asks for something and lets anyone in");
	if (!needs->anyone && !login && needs->count == 0 &&
	    needs->max_age_ms == 0)
		return needs_complain(judge, "rules", words,
		    "says not who may: write scopes, login or anyone");
	return 0;
}

bool
needs_is_known(const struct authchain_host *host,
    const struct authchain_call *call)
{
	return host->identity(call, "subject").data != NULL ||
	       host->identity(call, "provider").data != NULL;
}

uint32_t
needs_ask_login(const struct authchain_host *host, struct authchain_call *call,
    const char *why)
{
	host->reason(call, AUTHCHAIN_REASON_NO_CREDENTIALS, "%s", why);
	return AUTHCHAIN_DENY;
}

uint32_t
needs_age(const struct authchain_host *host, struct authchain_call *call,
    int64_t max_age_ms)
{
	struct authchain_value iat;
	char text[AC_DURATION_TEXT];
	int64_t age_ms;

	if (!host->claim(call, "/iat", &iat) ||
	    (iat.type != AUTHCHAIN_TYPE_INTEGER &&
		iat.type != AUTHCHAIN_TYPE_REAL) ||
	    !(iat.real >= 0 && iat.real <= (double)MAX_TIME_S)) {
		host->reason(call, AUTHCHAIN_REASON_MISSING_CLAIM,
		    "the token does not say when it was issued (iat), and its "
		    "age counts here");
		return AUTHCHAIN_DENY;
	}
	age_ms = host->wall_ms() - (int64_t)(iat.real * 1000.0);
	if (age_ms <= max_age_ms)
		return AUTHCHAIN_ALLOW;
	host->reason(call, AUTHCHAIN_REASON_TOO_OLD,
	    "it was issued %lld s ago; at most %s here",
	    (long long)(age_ms / 1000), ac_duration_text(max_age_ms, text));
	return AUTHCHAIN_DENY;
}

/* A list of texts, or one text of words. */
static bool
has_permission(const struct needs_judge *judge, struct authchain_call *call,
    struct authchain_span wanted)
{
	const struct authchain_host *host = judge->host;
	struct authchain_span pointer =
	    host->option_text(judge->entry, "permissions-claim");
	struct authchain_value value, item;
	struct authchain_span word;
	char at[MAX_POINTER + 16];

	if (!host->claim(call, pointer.data, &value))
		return false;
	if (value.type == AUTHCHAIN_TYPE_STRING)
		while (ac_span_word(&value.text, &word))
			if (ac_span_is(word, wanted))
				return true;
	if (value.type != AUTHCHAIN_TYPE_LIST)
		return false;
	for (uint32_t i = 0; i < value.count && i < MAX_PERMISSIONS; i++) {
		(void)snprintf(at, sizeof(at), "%.*s/%u", MAX_POINTER,
		    pointer.data, i);
		if (host->claim(call, at, &item) &&
		    item.type == AUTHCHAIN_TYPE_STRING &&
		    ac_span_is(item.text, wanted))
			return true;
	}
	return false;
}

/* 1: all scopes are held; 0: some are not; -1: that can't be noted. */
static int
need_scopes(const struct needs *needs, const struct needs_judge *judge,
    struct authchain_call *call)
{
	const struct authchain_host *host = judge->host;
	int held = 1;

	for (size_t i = 0; i < needs->count; i++) {
		if (needs->is_permission[i])
			continue;
		if (hierarchy_need(&judge->hierarchy, host, call,
			needs->words[i]) != 0)
			return -1;
		held &= hierarchy_holds(&judge->hierarchy, host, call,
			    needs->words[i])
			    ? 1
			    : 0;
	}
	return held;
}

static uint32_t
judge_permissions(const struct needs *needs, const struct needs_judge *judge,
    struct authchain_call *call)
{
	struct ac_quote quote;

	for (size_t i = 0; i < needs->count; i++) {
		if (!needs->is_permission[i] ||
		    has_permission(judge, call, needs->words[i]))
			continue;
		judge->host->reason(call, AUTHCHAIN_REASON_FORBIDDEN,
		    "the permission %s is lacking",
		    ac_quote(&quote, needs->words[i]));
		return AUTHCHAIN_DENY;
	}
	return AUTHCHAIN_ALLOW;
}

uint32_t
needs_judge(const struct needs *needs, const struct needs_judge *judge,
    struct authchain_call *call)
{
	const struct authchain_host *host = judge->host;
	int held;

	if (needs->anyone)
		return AUTHCHAIN_ALLOW;
	if (!needs_is_known(host, call))
		return needs_ask_login(host, call,
		    "the rule is for who is "
		    "logged in");
	if (needs->max_age_ms > 0 &&
	    needs_age(host, call, needs->max_age_ms) != AUTHCHAIN_ALLOW)
		return AUTHCHAIN_DENY;
	held = need_scopes(needs, judge, call);
	if (held < 0) {
		host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "a scope can't be noted");
		return AUTHCHAIN_UNAVAILABLE;
	}
	return held == 1 ? judge_permissions(needs, judge, call)
			 : AUTHCHAIN_ALLOW;
}
