/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A provider that makes an identity of any token, all of whose parts name the
 * token, and lets the host remember it as its options say.  It counts what it
 * is asked.
 */
#include <authchain/plugin.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum answer {
	ACCEPT,
	REJECT,
	UNAVAILABLE,
	PENDING,
	NOT_MINE,
	UNKNOWN,
	FAULT
};

/* What entries share: a version that the token `bump' makes another. */
struct common {
	struct authchain_entry *own;
	atomic_long version;
};

struct remembers {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct common *common; /* or NULL */
};

static const char *const answers[] = { "accept", "reject", "unavailable",
	"pending", "not-mine", "unknown", "fault", NULL };

static const struct authchain_option options[] = {
	{ .name = "answer",
	    .help = "of verify",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .choices = answers,
	    .fallback = "accept" },
	{ .name = "remember",
	    .help = "for so long",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .max = INT64_C(864000000) },
	{ .name = "expires-in",
	    .help = "from now",
	    .type = AUTHCHAIN_OPTION_DURATION },
	{ .name = "claims-bytes",
	    .help = "of claims that say nothing",
	    .type = AUTHCHAIN_OPTION_SIZE,
	    .fallback = "0" },
	{ .name = "bound",
	    .help = "to a key, by its claims",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no" },
	{ .name = "forget",
	    .help = "while it verifies, as another thread would",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no" },
	{ .name = "share",
	    .help = "an object of that name",
	    .type = AUTHCHAIN_OPTION_STRING },
};

static void *
make(struct authchain_entry *own, void *arg)
{
	struct common *common = calloc(1, sizeof(*common));

	(void)arg;
	if (common != NULL)
		common->own = own;
	return common;
}

static void
drop(void *object)
{
	free(object);
}

static int
create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct remembers *self = calloc(1, sizeof(*self));
	struct authchain_span name = host->option_text(entry, "share");

	*out = self;
	if (self == NULL)
		return -1;
	self->host = host;
	self->entry = entry;
	if (name.data != NULL)
		self->common = host->share(entry, name.data, make, drop, NULL);
	if (name.data == NULL || self->common != NULL)
		return 0;
	host->fail(entry, "share", "nothing to share");
	free(self);
	return -1;
}

static void
destroy(void *self)
{
	free(self);
}

static uint32_t
guard(void *arg, struct authchain_call *call)
{
	const struct remembers *self = arg;

	(void)call;
	self->host->metric_add(self->entry, "guard", 1);
	return AUTHCHAIN_ALLOW;
}

static uint32_t
claim(void *arg, struct authchain_call *call)
{
	const struct remembers *self = arg;

	(void)call;
	self->host->metric_add(self->entry, "claim", 1);
	return self->host->option_number(self->entry, "answer") == NOT_MINE
		   ? AUTHCHAIN_NOT_MINE
		   : AUTHCHAIN_MINE;
}

/* "PREFIX-TOKEN" in text; its span. */
static struct authchain_span
named(char text[256], const char *prefix, struct authchain_span token)
{
	int len =
	    snprintf(text, 256, "%s-%.*s", prefix, (int)token.len, token.data);

	return (struct authchain_span){ text, (size_t)len };
}

static void
adopt(const struct remembers *self, struct authchain_call *call,
    struct authchain_span token)
{
	int fill = (int)self->host->option_number(self->entry, "claims-bytes");
	size_t room = (size_t)fill + 512;
	char *json = malloc(room);
	int len;

	if (json == NULL)
		return;
	len = snprintf(json, room,
	    "{\"t\":\"%.*s\",\"jti\":\"j-%.*s\",\"fill\":\"%0*d\"%s}",
	    (int)token.len, token.data, (int)token.len, token.data, fill, 0,
	    self->host->option_number(self->entry, "bound") == 0
		? ""
		: ",\"cnf\":{\"jkt\":\"of-another\"}");
	(void)self->host->adopt_json(call,
	    (struct authchain_span){ json, (size_t)len });
	free(json);
}

/* As keys would be: changed first, forgotten then. */
static long
version(const struct remembers *self, struct authchain_span token)
{
	struct common *common = self->common;

	if (token.len != 4 || memcmp(token.data, "bump", 4) != 0)
		return atomic_load(&common->version);
	atomic_fetch_add(&common->version, 1);
	self->host->forget(common->own);
	return atomic_load(&common->version);
}

static void
say_version(const struct remembers *self, struct authchain_call *call)
{
	struct authchain_span text = { NULL, 0 };
	char digits[32];

	if (self->common == NULL)
		return;
	text.len = (size_t)snprintf(digits, sizeof(digits), "%ld",
	    version(self, self->host->token(call)));
	text.data = digits;
	(void)self->host->set_attribute(call, "version", text);
}

static void
identify(const struct remembers *self, struct authchain_call *call)
{
	const struct authchain_host *host = self->host;
	struct authchain_span token = host->token(call);
	struct authchain_span scope = { "read", 4 };
	char text[256];

	say_version(self, call);

	adopt(self, call, token);
	(void)host->set_subject(call, named(text, "sub", token));
	(void)host->set_issuer(call, named(text, "iss", token));
	(void)host->set_client_id(call, named(text, "client", token));
	(void)host->set_attribute(call, "plan", named(text, "plan", token));
	(void)host->set_attribute(call, "kind", named(text, "kind", token));
	(void)host->add_scope(call, scope);
	(void)host->add_scope(call, named(text, "use", token));
	if (host->option_is_set(self->entry, "expires-in"))
		(void)host->set_expires(call,
		    (host->wall_ms() +
			host->option_number(self->entry, "expires-in")) /
			1000);
}

static uint32_t
verify(void *arg, struct authchain_call *call)
{
	const struct remembers *self = arg;
	const struct authchain_host *host = self->host;
	enum answer answer =
	    (enum answer)host->option_number(self->entry, "answer");
	struct authchain_ticket *ticket = NULL;

	host->metric_add(self->entry, "verify", 1);
	if (answer == PENDING && (ticket = host->defer(call)) == NULL)
		return AUTHCHAIN_UNAVAILABLE;
	if (answer == ACCEPT || answer == PENDING)
		identify(self, call);
	host->reason(call,
	    answer == UNKNOWN  ? AUTHCHAIN_REASON_UNKNOWN_TOKEN
	    : answer == REJECT ? AUTHCHAIN_REASON_EXPIRED
			       : AUTHCHAIN_REASON_NONE,
	    "asked as %s", host->entry_name(self->entry));
	if (host->option_is_set(self->entry, "remember"))
		host->remember(call,
		    (uint32_t)(host->option_number(self->entry, "remember") /
			       1000));
	if (host->option_number(self->entry, "forget") != 0)
		host->forget(self->entry);
	if (ticket != NULL) {
		host->complete(ticket, AUTHCHAIN_ACCEPT);
		host->ticket_unref(ticket);
		return AUTHCHAIN_PENDING;
	}
	return answer == ACCEPT        ? AUTHCHAIN_ACCEPT
	       : answer == UNAVAILABLE ? AUTHCHAIN_UNAVAILABLE
	       : answer == FAULT       ? 1u
				       : AUTHCHAIN_REJECT;
}

/* What a mapper sees of the claims; one more scope. */
static uint32_t
map(void *arg, struct authchain_call *call)
{
	const struct remembers *self = arg;
	struct authchain_span scope = { "mapped", 6 };
	struct authchain_value value;

	self->host->metric_add(self->entry, "map", 1);
	if (self->host->claim(call, "/jti", &value) == 0)
		return AUTHCHAIN_DENY;
	(void)self->host->set_attribute(call, "seen", value.text);
	(void)self->host->add_scope(call, scope);
	return AUTHCHAIN_ALLOW;
}

static uint32_t
authorize(void *arg, struct authchain_call *call)
{
	const struct remembers *self = arg;
	struct authchain_value value;

	self->host->metric_add(self->entry, "authorize", 1);
	if (self->host->claim(call, "/jti", &value) == 0 || value.text.len < 2)
		return AUTHCHAIN_DENY;
	/* as a list of revoked beginnings would */
	if (value.text.len >= 9 &&
	    memcmp(value.text.data, "j-revoked", 9) == 0) {
		self->host->reason(call, AUTHCHAIN_REASON_REVOKED, "revoked");
		return AUTHCHAIN_DENY;
	}
	return AUTHCHAIN_ALLOW;
}

static void
audit(void *arg, struct authchain_call *call)
{
	const struct remembers *self = arg;

	(void)call;
	self->host->metric_add(self->entry, "audit", 1);
}

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "remembers",
	.description = "remembers what it is told to",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = create,
	.destroy = destroy,
	.guard = guard,
	.claim = claim,
	.verify = verify,
	.map = map,
	.authorize = authorize,
	.audit = audit,
};

AUTHCHAIN_MODULE("remembers", "1.0", "BSD-2-Clause", &plugin);
