/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that several providers have. */
#include "options.h"

#include <stdlib.h>

const char *const options_bound[] = { "refuse", "confirm", NULL };

bool
options_takes_bound(const struct authchain_host *host,
    const struct authchain_entry *entry)
{
	return ac_span_is_text(host->option_text(entry, "bound"), "confirm");
}

uint32_t
options_fetch_flags(const struct authchain_host *host,
    const struct authchain_entry *entry)
{
	uint32_t flags = 0;

	if (host->option_number(entry, "insecure-http") == 1)
		flags |= AUTHCHAIN_FETCH_INSECURE_HTTP;
	if (host->option_number(entry, "insecure-private-addresses") == 1)
		flags |= AUTHCHAIN_FETCH_PRIVATE;
	return flags;
}

int
options_no_memory(const struct authchain_host *host,
    struct authchain_entry *entry)
{
	host->fail(entry, NULL, "out of memory");
	return -1;
}

struct authchain_span *
options_list(const struct authchain_host *host,
    const struct authchain_entry *entry, const char *name, size_t *count)
{
	struct authchain_span *list;

	*count = host->option_count(entry, name);
	list = calloc(*count + 1, sizeof(*list));
	for (size_t i = 0; list != NULL && i < *count; i++)
		list[i] = host->option_item(entry, name, i);
	return list;
}
