/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin the way a stranger writes one: this file, <authchain/plugin.h>, and
 * nothing else.  It lets people in by name, so it is for trying things out and
 * for nothing more:
 *
 *	Authorization: Bearer open-alice
 *
 *	[plugin example]
 *	names   = alice, bob
 *	writers = alice
 *
 * It takes part in two stages.  In identity it says who it is; in authorize it
 * asks for the scope "write" when a request changes something.
 *
 * Read this file from its end: the descriptor names the plugin, the plugin
 * names its callbacks.
 */
#include <authchain/plugin.h>

#include <stdlib.h>
#include <string.h>

static const char prefix[] = "open-";
static const size_t prefix_len = sizeof(prefix) - 1;

/* One configured entry.  There may be many; nothing is global. */
struct example {
	const struct authchain_host *host; /* whatever we want, it does */
	struct authchain_entry *entry;     /* who we are when we ask */
};

/* Texts are pointer and length: what comes from outside may hold anything. */
static struct authchain_span
text(const char *string)
{
	struct authchain_span span = { string, strlen(string) };

	return span;
}

static int
is_equal(struct authchain_span a, struct authchain_span b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Is name in a list of the configuration? */
static int
is_listed(const struct example *self, const char *option,
    struct authchain_span name)
{
	const struct authchain_host *host = self->host;
	size_t count = host->option_count(self->entry, option);

	for (size_t i = 0; i < count; i++) {
		if (is_equal(host->option_item(self->entry, option, i), name))
			return 1;
	}
	return 0;
}

/*
 * Called once an entry, when the configuration is read; its options were
 * checked against the table below.  What a table can't say is checked here:
 * say everything that is wrong, then return -1.
 */
static int
example_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **instance)
{
	struct example *self;
	size_t writers = host->option_count(entry, "writers");
	int wrong = 0;

	*instance = NULL;
	self = malloc(sizeof(*self));
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	for (size_t i = 0; i < writers; i++) {
		struct authchain_span name =
		    host->option_item(entry, "writers", i);

		if (!is_listed(self, "names", name)) {
			host->fail(entry, "writers",
			    "%.*s may write but is not in names", (int)name.len,
			    name.data);
			wrong = 1;
		}
	}
	if (wrong) {
		free(self);
		return -1;
	}
	/* Now the host can tell two entries that want the same tokens. */
	host->claims_prefix(entry, text(prefix));
	*instance = self;
	return 0;
}

static void
example_destroy(void *instance)
{
	free(instance);
}

/*
 * Identity, first question: is this token ours?  By its form alone; whether it
 * is any good is the next question, and once we said MINE no other provider
 * is asked.
 */
static uint32_t
example_claim(void *instance, struct authchain_call *call)
{
	const struct example *self = instance;
	struct authchain_span token = self->host->token(call);

	if (token.len < prefix_len ||
	    memcmp(token.data, prefix, prefix_len) != 0)
		return AUTHCHAIN_NOT_MINE;
	return AUTHCHAIN_MINE;
}

/*
 * Identity, second question: is it good?  A reason is for the operator and the
 * log; it never holds a piece of the token.  ACCEPT counts only with a subject.
 */
static uint32_t
example_verify(void *instance, struct authchain_call *call)
{
	const struct example *self = instance;
	const struct authchain_host *host = self->host;
	struct authchain_span name = host->token(call);

	name.data += prefix_len;
	name.len -= prefix_len;
	if (!is_listed(self, "names", name)) {
		host->reason(call, AUTHCHAIN_REASON_UNKNOWN_TOKEN,
		    "nobody of that name in names");
		return AUTHCHAIN_REJECT;
	}
	if (host->set_subject(call, name) != 0 ||
	    host->add_scope(call, text("read")) != 0)
		return AUTHCHAIN_UNAVAILABLE; /* out of memory: not their fault */
	if (is_listed(self, "writers", name) &&
	    host->add_scope(call, text("write")) != 0)
		return AUTHCHAIN_UNAVAILABLE;
	return AUTHCHAIN_ACCEPT;
}

/*
 * Authorize: we know who it is, by whichever provider; may they?  need_scope
 * only notes what is needed.  The host compares once all plugins of the stage
 * were asked, and its answer names everything that is missing.
 */
static uint32_t
example_authorize(void *instance, struct authchain_call *call)
{
	const struct example *self = instance;
	const struct authchain_host *host = self->host;
	struct authchain_span method = host->attribute(call, "method");

	if (is_equal(method, text("GET")) || is_equal(method, text("HEAD")))
		return AUTHCHAIN_ALLOW;
	if (host->need_scope(call, text("write")) != 0)
		return AUTHCHAIN_UNAVAILABLE;
	return AUTHCHAIN_ALLOW;
}

/* What may stand in the [plugin] section; the host refuses all else. */
static const struct authchain_option options[] = {
	{ .name = "names",
	    .help = "who may come in",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_REQUIRED | AUTHCHAIN_OPTION_NOT_EMPTY },
	{ .name = "writers",
	    .help = "those of them who may change things",
	    .type = AUTHCHAIN_OPTION_LIST },
};

static const struct authchain_plugin example = {
	.size = sizeof(example),
	.name = "example",
	.description = "lets people in by name; for trying things out",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.option_size = sizeof(options[0]),
	.create = example_create,
	.destroy = example_destroy,
	.claim = example_claim,
	.verify = example_verify,
	.authorize = example_authorize,
};

AUTHCHAIN_MODULE("example", "1.0", "BSD-2-Clause", &example);
