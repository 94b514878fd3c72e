/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offers documents under paths that no document may have.  Its create fails
 * when the host takes one, with the one it took.
 */
#include "plain.h"

static const char *const paths[] = { "", "relative", "//", "//twice", "/a//b",
	"/../etc", "/a/..", "/./a", "/a b", "/a\r\nX: y", "/a?b", "/a#b",
	"/a%2e%2e", "/a\\b", "/\xc3\xa9" };

static int
create(const struct authchain_host *host, struct authchain_entry *entry,
    void **self)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (host->publish(entry, paths[i], "text/plain",
			plain_text("x")) != -1) {
			host->fail(entry, NULL, "the host took path %zu", i);
			r = -1;
		}
	}
	return r == 0 ? plain_create(host, entry, self) : -1;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN,
	.name = "fault-path", .create = create, .destroy = plain_destroy,
	.claim = plain_claim, .verify = plain_verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
