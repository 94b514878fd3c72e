/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"

/* Is the mapping at address left out of core dumps ("dd" in smaps)?  1 where
 * that can't be told. */
static int
is_left_out(const void *address)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	char line[512];
	bool here = false;
	int found = 1;

	if (maps == NULL)
		return 1;
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = (unsigned long)address >= from &&
			       (unsigned long)address < to;
		else if (here && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line, " dd") != NULL;
	}
	(void)fclose(maps);
	return found;
}

static void
test_memory(void)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 65536 };
	struct ac_secret secret;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char name[64];
		bool good = ac_secret_init(&secret, sizes[i]) == 0;

		if (good) {
			memset(secret.data, 'x', secret.len);
			good = secret.len == sizes[i] &&
			       secret.data[secret.len] == '\0' &&
			       secret.mapped > secret.len &&
			       ac_secret_span(&secret).len == sizes[i];
		}
		snprintf(name, sizeof(name), "%zu bytes and a NUL", sizes[i]);
		ok(good, name);
		ac_secret_clear(&secret);
	}
	ok(secret.data == NULL && secret.len == 0 && secret.mapped == 0,
	    "empty after clear");
	ac_secret_clear(&secret);
	ok(secret.data == NULL, "clear may be called again");
	ok(ac_secret_init(&secret, SIZE_MAX) == -1 && secret.data == NULL,
	    "a length that runs over is refused");
}

static void
test_kept_apart(void)
{
	struct rlimit none = { 0, 0 };
	struct ac_secret secret;
	int status = -1;
	pid_t child;

	ok(ac_secret_init(&secret, 10) == 0 && is_left_out(secret.data),
	    "left out of core dumps");
	memcpy(secret.data, "0123456789", 10);
	child = fork();
	if (child == 0)
		_exit(memcmp(secret.data, "0123456789", 10) == 0 ? 0 : 1);
	ok(child > 0 && waitpid(child, &status, 0) == child && status == 0,
	    "a child has it too: configurations are read before the fork");
	ac_secret_clear(&secret);
	(void)setrlimit(RLIMIT_MEMLOCK, &none);
	ok(ac_secret_init(&secret, 10) == 0,
	    "a lock that the limits refuse is no failure");
	ac_secret_clear(&secret);
}

static void
test_fingerprint(void)
{
	char out[9], other[9];

	/* printf 'authchain secret\0abc' | sha256sum */
	ok(ac_secret_fingerprint(ac_span("abc", 3), out) == 0 &&
		strcmp(out, "9a42abe2") == 0,
	    "a known fingerprint");
	ok(ac_secret_fingerprint(ac_span("abd", 3), other) == 0 &&
		strcmp(out, other) != 0,
	    "another secret, another fingerprint");
	ok(ac_secret_fingerprint(ac_span("", 0), other) == 0 &&
		strcmp(other, "fb48d32d") == 0,
	    "of no bytes");
}

int
main(void)
{
	test_memory();
	test_fingerprint();
	test_kept_apart();
	return done();
}
