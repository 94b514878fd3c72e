/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A provider that uses options, scopes and a reason, for
 * modules that are compiled with other versions of the plugin header, which
 * they include first.
 */
#ifndef TESTS_PLUGINS_SAMPLE_H
#define TESTS_PLUGINS_SAMPLE_H

#include <stdlib.h>
#include <string.h>

struct sample {
	const struct authchain_host *host;
	const struct authchain_entry *entry;
};

static int
sample_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **self)
{
	struct sample *sample = calloc(1, sizeof(*sample));

	*self = sample;
	if (sample == NULL)
		return -1;
	sample->host = host;
	sample->entry = entry;
	return 0;
}

static void
sample_destroy(void *self)
{
	free(self);
}

static uint32_t
sample_claim(void *self, struct authchain_call *call)
{
	const struct sample *sample = self;
	struct authchain_span token = sample->host->token(call);

	return token.len >= 7 && memcmp(token.data, "sample-", 7) == 0
		   ? AUTHCHAIN_MINE
		   : AUTHCHAIN_NOT_MINE;
}

static uint32_t
sample_verify(void *self, struct authchain_call *call)
{
	const struct sample *sample = self;
	const struct authchain_host *host = sample->host;
	const struct authchain_entry *entry = sample->entry;
	struct authchain_span token = host->token(call);
	size_t count = host->option_count(entry, "scopes");

	if (token.len != 11 || memcmp(token.data, "sample-good", 11) != 0) {
		host->reason(call, AUTHCHAIN_REASON_UNKNOWN_TOKEN, "no sample");
		return AUTHCHAIN_REJECT;
	}
	for (size_t i = 0; i < count; i++) {
		if (host->add_scope(call,
			host->option_item(entry, "scopes", i)) != 0)
			return AUTHCHAIN_UNAVAILABLE;
	}
	if (host->set_subject(call, host->option_text(entry, "subject")) != 0)
		return AUTHCHAIN_UNAVAILABLE;
	return AUTHCHAIN_ACCEPT;
}

#define SAMPLE_MEMBERS                                                         \
	.size = sizeof(struct authchain_plugin), .options = options,           \
	.option_count = sizeof(options) / sizeof(options[0]),                  \
	.option_size = sizeof(options[0]), .create = sample_create,            \
	.destroy = sample_destroy, .claim = sample_claim,                      \
	.verify = sample_verify

#endif
