/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin without a fault, in parts: each module beside this file takes them
 * and breaks one rule of the ABI.
 */
#ifndef TESTS_PLUGINS_PLAIN_H
#define TESTS_PLUGINS_PLAIN_H

#include <authchain/plugin.h>

#include <stdlib.h>
#include <string.h>

struct plain {
	const struct authchain_host *host;
	struct authchain_entry *entry;
};

static inline struct authchain_span
plain_text(const char *text)
{
	return (struct authchain_span){ text, strlen(text) };
}

static inline int
plain_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **self)
{
	struct plain *plain = calloc(1, sizeof(*plain));

	*self = plain;
	if (plain == NULL)
		return -1;
	plain->host = host;
	plain->entry = entry;
	return 0;
}

static inline void
plain_destroy(void *self)
{
	free(self);
}

static inline uint32_t
plain_claim(void *self, struct authchain_call *call)
{
	(void)self;
	(void)call;
	return AUTHCHAIN_MINE;
}

static inline uint32_t
plain_verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;

	if (plain->host->set_subject(call, plain_text("plain")) != 0)
		return AUTHCHAIN_UNAVAILABLE;
	return AUTHCHAIN_ACCEPT;
}

static inline uint32_t
plain_authorize(void *self, struct authchain_call *call)
{
	(void)self;
	(void)call;
	return AUTHCHAIN_ALLOW;
}

/* Members of the plugin, and of the descriptor, that break nothing. */
#define PLAIN_PLUGIN                                                           \
	.size = sizeof(struct authchain_plugin), .description = "a test",      \
	.option_size = sizeof(struct authchain_option)
#define PLAIN_LIFE .create = plain_create, .destroy = plain_destroy
#define PLAIN_IDENTITY                                                         \
	PLAIN_PLUGIN, PLAIN_LIFE, .claim = plain_claim, .verify = plain_verify
#define PLAIN_WORDS .name = "test", .version = "1.0", .licence = "BSD-2-Clause"

extern AUTHCHAIN_EXPORT const struct authchain_module authchain_module_v1;

#endif
