/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host in small that obeys the rules of growth, to be compiled with one
 * version of the plugin header, which is included first; drive() judges one
 * token with a module of any other.  A file may define DRIVE_MORE: services
 * that only its version knows.
 */
#ifndef TESTS_ABI_DRIVE_H
#define TESTS_ABI_DRIVE_H

#include <stdio.h>
#include <string.h>

#include "pairs.h"

#ifndef DRIVE_MORE
#define DRIVE_MORE
#endif

struct authchain_entry {
	const struct authchain_plugin *plugin;
};

struct authchain_call {
	const char *token;
	struct driven *out;
};

/* Rows are as far apart as the plugin says. */
static const struct authchain_option *
drive_option(const struct authchain_entry *entry, const char *name)
{
	const char *at = (const char *)entry->plugin->options;

	for (uint32_t i = 0; i < entry->plugin->option_count; i++) {
		const struct authchain_option *option =
		    (const void *)(at + i * entry->plugin->option_size);

		if (strcmp(option->name, name) == 0)
			return option;
	}
	return NULL;
}

static struct authchain_span
drive_text(const char *text, size_t len)
{
	return (struct authchain_span){ text, len };
}

static struct authchain_span
drive_option_text(const struct authchain_entry *entry, const char *name)
{
	const struct authchain_option *option = drive_option(entry, name);
	const char *text = option == NULL ? NULL : option->fallback;

	return drive_text(text, text == NULL ? 0 : strlen(text));
}

/* Lists of two, as the sample has. */
static size_t
drive_option_count(const struct authchain_entry *entry, const char *name)
{
	return drive_option_text(entry, name).len > 0 ? 2 : 0;
}

static struct authchain_span
drive_option_item(const struct authchain_entry *entry, const char *name,
    size_t at)
{
	struct authchain_span text = drive_option_text(entry, name);
	size_t comma = strcspn(text.data, ",");

	return at == 0
		   ? drive_text(text.data, comma)
		   : drive_text(text.data + comma + 2, text.len - comma - 2);
}

static struct authchain_span
drive_token(const struct authchain_call *call)
{
	return drive_text(call->token, strlen(call->token));
}

static int
drive_set_subject(struct authchain_call *call, struct authchain_span subject)
{
	(void)snprintf(call->out->subject, sizeof(call->out->subject), "%.*s",
	    (int)subject.len, subject.data);
	return 0;
}

static int
drive_add_scope(struct authchain_call *call, struct authchain_span scope)
{
	size_t len = strlen(call->out->scopes);

	(void)snprintf(call->out->scopes + len, sizeof(call->out->scopes) - len,
	    "%.*s;", (int)scope.len, scope.data);
	return 0;
}

static void
drive_reason(struct authchain_call *call, uint32_t reason, const char *format,
    ...)
{
	(void)format;
	call->out->reason = reason;
}

static const struct authchain_host drive_host = { .size = sizeof(
						      struct authchain_host),
	.abi_major = AUTHCHAIN_ABI_MAJOR,
	.abi_minor = AUTHCHAIN_ABI_MINOR,
	.option_text = drive_option_text,
	.option_count = drive_option_count,
	.option_item = drive_option_item,
	.token = drive_token,
	.set_subject = drive_set_subject,
	.add_scope = drive_add_scope,
	.reason = drive_reason,
	DRIVE_MORE };

static void
drive(const void *module, const char *token, struct driven *out)
{
	const struct authchain_plugin *theirs =
	    ((const struct authchain_module *)module)->plugins[0];
	struct authchain_plugin plugin = { 0 };
	struct authchain_entry entry = { &plugin };
	struct authchain_call call = { token, out };
	void *self = NULL;

	memset(out, 0, sizeof(*out));
	memcpy(&plugin, theirs,
	    theirs->size < sizeof(plugin) ? theirs->size : sizeof(plugin));
	if (plugin.create(&drive_host, &entry, &self) != 0)
		return;
	out->claim = plugin.claim(self, &call);
	if (out->claim == AUTHCHAIN_MINE)
		out->verify = plugin.verify(self, &call);
	if (plugin.authorize != NULL)
		out->authorize = plugin.authorize(self, &call);
	plugin.destroy(self);
}

#endif
