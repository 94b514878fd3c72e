/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plugin ABI as it is now against what was published, and every pairing of
 * older and newer sides: modules tests/plugins/frozen and future, hosts of 1.0,
 * of now and of a minor version to come.
 */
#include <authchain/plugin.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>

#include "abi/drive.h"
#include "tap.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): types and members */
#define AT(type, member, offset)                                               \
	_Static_assert(sizeof(void *) != 8 ||                                  \
			   offsetof(type, member) == (offset),                 \
	    #type "." #member)
#define SIZE(type, bytes)                                                      \
	_Static_assert(sizeof(void *) != 8 || sizeof(type) >= (bytes), #type)
#define FIXED(type, bytes)                                                     \
	_Static_assert(sizeof(void *) != 8 || sizeof(type) == (bytes), #type)
#define IS(name, value) _Static_assert((name) == (value), #name)
/* NOLINTEND(bugprone-macro-parentheses) */

#include "abi/pins-1.0.h"

#define MIN_DISTANCE 12 /* bits between any two outcomes */

/* What must never be taken for an outcome comes first. */
static const uint32_t outcomes[] = { 0, 1, UINT32_MAX, AUTHCHAIN_MINE,
	AUTHCHAIN_NOT_MINE, AUTHCHAIN_ACCEPT, AUTHCHAIN_REJECT, AUTHCHAIN_ALLOW,
	AUTHCHAIN_DENY, AUTHCHAIN_UNAVAILABLE, AUTHCHAIN_PENDING };
static const uint32_t verdicts[] = { AUTHCHAIN_VERDICT_FAULT,
	AUTHCHAIN_VERDICT_ALLOW, AUTHCHAIN_VERDICT_DENY,
	AUTHCHAIN_VERDICT_UNAVAILABLE };

static int
least_distance(const uint32_t *values, size_t count)
{
	int least = 32;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			int bits = __builtin_popcount(values[i] ^ values[j]);

			/* zero and one are no outcomes and may be close */
			if (values[i] <= 1 && values[j] <= 1)
				continue;
			least = bits < least ? bits : least;
		}
	}
	return least;
}

static void
test_outcomes(void)
{
	size_t count = sizeof(outcomes) / sizeof(outcomes[0]);

	for (size_t i = 3; i < count; i++) {
		int bits = __builtin_popcount(outcomes[i]);
		char name[64];

		(void)snprintf(name, sizeof(name), "outcome %08x: %d bits set",
		    outcomes[i], bits);
		ok(bits >= 8 && bits <= 24, name);
		ok((int32_t)outcomes[i] > 0, "positive as an int");
	}
	ok(least_distance(outcomes + 3, count - 3) >= MIN_DISTANCE,
	    "any two outcomes are 12 bits apart");
	ok(least_distance(outcomes, count) >= 8,
	    "zero, one and all ones are 8 bits from any outcome");
	ok(least_distance(verdicts, 4) >= MIN_DISTANCE,
	    "any two verdicts are 12 bits apart");
}

static void
test_sizes(void)
{
	size_t frozen = frozen_host_size(), future = future_host_size();

	ok(sizeof(struct authchain_host) >= frozen,
	    "the host has not shrunk since 1.0");
	ok(sizeof(struct authchain_plugin) >= frozen_plugin_size(),
	    "the plugin has not shrunk since 1.0");
	ok(AUTHCHAIN_ABI_MINOR > 0 || sizeof(struct authchain_host) == frozen,
	    "a host that grew has a new minor version");
	ok(AUTHCHAIN_ABI_MINOR > 0 ||
		sizeof(struct authchain_plugin) == frozen_plugin_size(),
	    "a plugin that grew has a new minor version");
	ok(future > frozen, "the one to come is larger");
	ok(!future_has_service(frozen),
	    "a later plugin does not see its service in a host of 1.0");
	ok(!future_has_service(future - 1),
	    "nor in one that is a byte short of it");
	ok(future_has_service(future), "but in its own");
	ok(future_has_service(future + 64), "and in one later still");
	ok(frozen_has_last(sizeof(struct authchain_host)),
	    "a plugin of 1.0 sees the last service of 1.0 in this host");
	ok(!frozen_has_last(frozen - 1), "not in one that is a byte short");
	ok(frozen_has_first(frozen) &&
		!frozen_has_first(offsetof(struct authchain_host, entry_name)),
	    "the first service needs a host that reaches so far");
	ok(!frozen_has_first(0), "a size of zero has nothing");
}

/* Line by line, and without an end of either before the other's. */
static bool
is_same_file(const char *a, const char *b)
{
	const char *top = getenv("abs_top_srcdir");
	char path[2][4096], line[2][1024];
	FILE *file[2];
	bool same, more = true;

	(void)snprintf(path[0], sizeof(path[0]), "%s/%s",
	    top == NULL ? "." : top, a);
	(void)snprintf(path[1], sizeof(path[1]), "%s/%s",
	    top == NULL ? "." : top, b);
	file[0] = fopen(path[0], "re");
	file[1] = fopen(path[1], "re");
	same = file[0] != NULL && file[1] != NULL;
	while (same && more) {
		bool first = fgets(line[0], sizeof(line[0]), file[0]) != NULL;

		more = fgets(line[1], sizeof(line[1]), file[1]) != NULL;
		same =
		    first == more && (!more || strcmp(line[0], line[1]) == 0);
	}
	for (int i = 0; i < 2; i++) {
		if (file[i] != NULL)
			(void)fclose(file[i]);
	}
	return same;
}

static void
test_frozen(void)
{
	ok(!is_same_file("tests/abi/plugin-1.0.h", "tests/abi/pins-1.0.h"),
	    "two files that differ are told apart");
	ok(AUTHCHAIN_ABI_MINOR > 0 || is_same_file("tests/abi/plugin-1.0.h",
					  "core/authchain/plugin.h"),
	    "while the minor version is 0, the header is the frozen one");
}

static const void *
module_of(const char *name)
{
	const char *top = getenv("abs_top_builddir");
	char path[4096];
	void *handle;

	(void)snprintf(path, sizeof(path), "%s/tests/plugins/.libs/%s.so",
	    top == NULL ? "." : top, name);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		printf("# %s\n", dlerror());
	return handle == NULL ? NULL : dlsym(handle, "authchain_module_v1");
}

static void
drive_now(const void *module, const char *token, struct driven *out)
{
	drive(module, token, out);
}

static const struct host_row {
	const char *name;
	void (
	    *drive)(const void *module, const char *token, struct driven *out);
	int has_future;
} hosts[] = {
	{ "a host of 1.0", drive_frozen, 0 },
	{ "a host of now", drive_now, 0 },
	{ "a host to come", drive_future, 1 },
};

static void
test_pair(const char *module_name, const struct host_row *host)
{
	const void *module = module_of(module_name);
	int later = strcmp(module_name, "future") == 0;
	struct driven out;
	char name[128];

	(void)snprintf(name, sizeof(name), "%s is loaded for %s", module_name,
	    host->name);
	ok(module != NULL, name);
	if (module == NULL)
		return;
	host->drive(module, "sample-good", &out);
	(void)snprintf(name, sizeof(name), "%s accepts in %s", module_name,
	    host->name);
	ok(out.claim == AUTHCHAIN_MINE && out.verify == AUTHCHAIN_ACCEPT &&
		strcmp(out.subject, "sample") == 0 &&
		strcmp(out.scopes, "read;write;") == 0,
	    name);
	(void)snprintf(name, sizeof(name), "%s uses what %s has", module_name,
	    host->name);
	ok(out.authorize == (later ? AUTHCHAIN_ALLOW : 0u) &&
		out.future_calls == (later && host->has_future),
	    name);
	host->drive(module, "sample-bad!", &out);
	(void)snprintf(name, sizeof(name), "%s refuses in %s", module_name,
	    host->name);
	ok(out.claim == AUTHCHAIN_MINE && out.verify == AUTHCHAIN_REJECT &&
		out.reason == AUTHCHAIN_REASON_UNKNOWN_TOKEN,
	    name);
	host->drive(module, "another", &out);
	(void)snprintf(name, sizeof(name), "%s passes by in %s", module_name,
	    host->name);
	ok(out.claim == AUTHCHAIN_NOT_MINE && out.verify == 0, name);
}

int
main(void)
{
	test_outcomes();
	test_sizes();
	test_frozen();
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		test_pair("frozen", &hosts[i]);
		test_pair("future", &hosts[i]);
	}
	return done();
}
