/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * static: tokens that are written down, in a secret.  Every configured value
 * is compared with every token, each in time that depends on lengths alone.
 */
#include <authchain/plugin.h>

#include <stdatomic.h>
#include <stdlib.h>

#include "base/error.h"
#include "date.h"
#include "labels.h"
#include "text.h"

#define MIN_TOKEN_BYTES   16
#define MAX_SUBJECT_BYTES 255

struct static_tokens {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct authchain_span *tokens; /* views, owned list */
	size_t token_count, scope_count;
	char *labels;
	struct authchain_span prefix; /* data NULL: none */
	struct authchain_span subject;
	int64_t expires_s; /* 0: never */
	atomic_flag expiry_told;
};

static int
check_token(const struct static_tokens *self, size_t at)
{
	const struct authchain_host *host = self->host;
	const char *label = host->secret_label(self->entry, "token", at);
	struct authchain_span token = self->tokens[at];

	if (token.len < MIN_TOKEN_BYTES) {
		host->fail(self->entry, "token",
		    "%s is too short: a token has at least %d bytes, so that "
		    "nobody guesses it",
		    label, MIN_TOKEN_BYTES);
		return -1;
	}
	if (self->prefix.data != NULL && !ac_span_starts(token, self->prefix)) {
		host->fail(self->entry, "token",
		    "%s does not begin with the prefix, so it would never be "
		    "asked for; mend one of the two",
		    label);
		return -1;
	}
	if (self->prefix.data != NULL &&
	    token.len - self->prefix.len < MIN_TOKEN_BYTES)
		host->warn(self->entry, "token",
		    "%s has fewer than %d bytes behind the prefix", label,
		    MIN_TOKEN_BYTES);
	if (!text_is_token(token))
		host->warn(self->entry, "token",
		    "%s holds bytes that no bearer token may hold (RFC "
		    "6750 2.1): it is always refused",
		    label);
	if (text_is_like_jws(token))
		host->warn(self->entry, "token",
		    "%s looks like a signed token; here only its text counts, "
		    "neither signature nor expiry",
		    label);
	return 0;
}

static int
read_tokens(struct static_tokens *self)
{
	const struct authchain_host *host = self->host;
	size_t count = host->secret_count(self->entry, "token");
	int r = 0;

	self->tokens = calloc(count + 1, sizeof(*self->tokens));
	self->labels = labels_of(host, self->entry, "token");
	if (self->tokens == NULL || self->labels == NULL) {
		host->fail(self->entry, NULL, "out of memory");
		return -1;
	}
	self->token_count = count;
	if (count == 0) {
		host->fail(self->entry, "token", "the secret has no value");
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		self->tokens[i] = host->secret_value(self->entry, "token", i);
		r |= check_token(self, i);
	}
	return r;
}

static void
read_prefix(struct static_tokens *self)
{
	const struct authchain_host *host = self->host;
	const struct authchain_span jws = ac_span_text("eyJ"); /* {" */

	self->prefix = host->option_text(self->entry, "prefix");
	if (self->prefix.data == NULL || self->prefix.len == 0) {
		self->prefix = ac_span(NULL, 0);
		return;
	}
	host->claims_prefix(self->entry, self->prefix);
	if (ac_span_starts(jws, self->prefix) ||
	    ac_span_starts(self->prefix, jws))
		host->warn(self->entry, "prefix",
		    "signed tokens begin so too: this entry claims them");
}

static int
read_subject(struct static_tokens *self)
{
	const struct authchain_host *host = self->host;

	self->subject = host->option_text(self->entry, "subject");
	if (self->subject.data == NULL)
		self->subject = ac_span_text(host->entry_name(self->entry));
	if (self->subject.len > 0 && self->subject.len <= MAX_SUBJECT_BYTES &&
	    !ac_span_has_control(self->subject))
		return 0;
	host->fail(self->entry, "subject",
	    "a subject has 1 to %d bytes and no control characters",
	    MAX_SUBJECT_BYTES);
	return -1;
}

static int
read_scopes(struct static_tokens *self)
{
	const struct authchain_host *host = self->host;
	struct ac_quote quote;
	int r = 0;

	self->scope_count = host->option_count(self->entry, "scopes");
	for (size_t i = 0; i < self->scope_count; i++) {
		struct authchain_span scope =
		    host->option_item(self->entry, "scopes", i);

		if (ac_span_is_scope(scope))
			continue;
		host->fail(self->entry, "scopes",
		    "%s is no scope: no spaces, quotes, backslashes",
		    ac_quote(&quote, scope));
		r = -1;
	}
	return r;
}

static bool
is_expired(const struct static_tokens *self)
{
	return self->expires_s != 0 &&
	       self->host->wall_ms() / 1000 >= self->expires_s;
}

static int
read_expires(struct static_tokens *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_span text = host->option_text(self->entry, "expires");
	struct ac_quote quote;

	if (text.data == NULL)
		return 0;
	if (!date_parse(text, &self->expires_s) || self->expires_s == 0) {
		host->fail(self->entry, "expires",
		    "%s is no date; write 2027-01-01 or 2027-01-01T12:00:00Z",
		    ac_quote(&quote, text));
		return -1;
	}
	if (is_expired(self))
		host->warn(self->entry, "expires",
		    "%s is over: every token of this entry is refused; "
		    "make a new token and write its date",
		    ac_quote(&quote, text));
	return 0;
}

static void
static_destroy(void *arg)
{
	struct static_tokens *self = arg;

	free(self->tokens);
	free(self->labels);
	free(self);
}

static int
static_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct static_tokens *self = calloc(1, sizeof(*self));
	int r = 0;

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	atomic_flag_clear(&self->expiry_told);
	/* all of them, so that all faults are told at once */
	read_prefix(self);
	r |= read_tokens(self);
	r |= read_subject(self);
	r |= read_scopes(self);
	r |= read_expires(self);
	if (r != 0) {
		static_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

/* Which value it is, or token_count.  No early exit: the time tells neither
 * which one matched nor how many were tried. */
static size_t
match(const struct static_tokens *self, struct authchain_span token)
{
	size_t found = self->token_count;

	for (size_t i = 0; i < self->token_count; i++) {
		bool same = ac_span_is_secret(self->tokens[i], token);

		found = same && found == self->token_count ? i : found;
	}
	return found;
}

static uint32_t
static_claim(void *arg, struct authchain_call *call)
{
	const struct static_tokens *self = arg;
	struct authchain_span token = self->host->token(call);
	bool mine;

	if (token.data == NULL)
		return AUTHCHAIN_NOT_MINE;
	mine = self->prefix.data != NULL
		   ? ac_span_starts(token, self->prefix)
		   : match(self, token) < self->token_count;
	return mine ? AUTHCHAIN_MINE : AUTHCHAIN_NOT_MINE;
}

static uint32_t
refuse_expired(struct static_tokens *self, struct authchain_call *call,
    size_t at)
{
	const struct authchain_host *host = self->host;
	const char *label = host->secret_label(self->entry, "token", at);
	struct ac_quote quote;
	const char *date =
	    ac_quote(&quote, host->option_text(self->entry, "expires"));

	host->reason(call, AUTHCHAIN_REASON_EXPIRED, "%s expired at %s", label,
	    date);
	/* once: whoever holds the token must not fill the log */
	if (!atomic_flag_test_and_set(&self->expiry_told))
		host->log(self->entry, AUTHCHAIN_LOG_WARNING,
		    "%s is still used; it expired at %s", label, date);
	return AUTHCHAIN_REJECT;
}

/* 0, or -1 when the host can't keep it. */
static int
identify(const struct static_tokens *self, struct authchain_call *call)
{
	const struct authchain_host *host = self->host;

	if (host->set_subject(call, self->subject) != 0)
		return -1;
	if (self->expires_s != 0 &&
	    host->set_expires(call, self->expires_s) != 0)
		return -1;
	for (size_t i = 0; i < self->scope_count; i++) {
		if (host->add_scope(call,
			host->option_item(self->entry, "scopes", i)) != 0)
			return -1;
	}
	return 0;
}

static uint32_t
static_verify(void *arg, struct authchain_call *call)
{
	struct static_tokens *self = arg;
	const struct authchain_host *host = self->host;
	struct authchain_span token = host->token(call);
	size_t at = token.data == NULL ? self->token_count : match(self, token);

	if (at == self->token_count) {
		host->reason(call, AUTHCHAIN_REASON_BAD_SECRET,
		    "none of the secrets: %s", self->labels);
		return AUTHCHAIN_REJECT;
	}
	host->secret_matched(call, "token", at);
	if (is_expired(self))
		return refuse_expired(self, call, at);
	if (identify(self, call) != 0) {
		host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "the identity can't be kept");
		return AUTHCHAIN_UNAVAILABLE;
	}
	return AUTHCHAIN_ACCEPT;
}

static void
static_status(void *arg, struct authchain_report *report)
{
	const struct static_tokens *self = arg;

	self->host->report(report, "tokens", "%zu", self->token_count);
	if (self->expires_s != 0)
		self->host->report(report, "expires", "%s%s",
		    self->host->option_text(self->entry, "expires").data,
		    is_expired(self) ? " (over)" : "");
}

static const struct authchain_option options[] = {
	{ .name = "token",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .flags = AUTHCHAIN_OPTION_REQUIRED,
	    .purpose = "internal",
	    .help = "the tokens, current first; 16 bytes or more" },
	{ .name = "prefix",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "claim every token that begins so" },
	{ .name = "subject",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "who it is; default: the entry's name" },
	{ .name = "scopes",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "scopes that come with it" },
	{ .name = "expires",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "first moment at which it is refused: 2027-01-01, or "
		    "2027-01-01T12:00:00Z" },
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "static",
	.description = "tokens that are written down",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = static_create,
	.destroy = static_destroy,
	.claim = static_claim,
	.verify = static_verify,
	.status = static_status,
};

AUTHCHAIN_MODULE("static", "1.0", "BSD-2-Clause", &plugin);
