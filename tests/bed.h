/* SPDX-License-Identifier: BSD-2-Clause */
/* One entry of a plugin on a host of its own, started. */
#ifndef TESTS_BED_H
#define TESTS_BED_H

#include "fakehost.h"
#include "tap.h"

#include <stdlib.h>

struct bed {
	struct fakehost *host;
	struct authchain_entry *entry;
};

/* Takes the host; options that are refused end the test. */
static struct bed
bed_on(struct fakehost *host, const struct authchain_plugin *plugin,
    const char *resource, const char *const *options)
{
	struct bed bed = { .host = host };

	bed.entry = fakehost_entry(host, plugin, resource, options);
	if (bed.entry == NULL) {
		printf("# %s\n", fakehost_refusal());
		abort();
	}
	(void)fakehost_start(bed.entry);
	return bed;
}

static void
bed_free(struct bed *bed, const char *name)
{
	char text[256];

	fakehost_destroy(&bed->entry);
	(void)snprintf(text, sizeof(text), "%s: nothing is left over", name);
	ok(fakehost_free(&bed->host) == 0, text);
}

#endif
