/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Landlock by its system calls: libc has no functions for them, and the
 * kernel's header of an older machine not all that a newer kernel can do.  The
 * structs and numbers are the kernel's promise (linux/landlock.h).
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* O_PATH, syscall */
#endif

#include "daemon/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The same on every architecture that Linux was ported to since 2011. */
enum {
	CREATE_RULESET = 444,
	ADD_RULE = 445,
	RESTRICT_SELF = 446
};
enum {
	GET_VERSION = 1,
	PATH_BENEATH = 1
};

#define WRITE_FILE  (UINT64_C(1) << 1)
#define REMOVE_DIR  (UINT64_C(1) << 4)
#define REMOVE_FILE (UINT64_C(1) << 5)
#define MAKE_CHAR   (UINT64_C(1) << 6)
#define MAKE_DIR    (UINT64_C(1) << 7)
#define MAKE_REG    (UINT64_C(1) << 8)
#define MAKE_SOCK   (UINT64_C(1) << 9)
#define MAKE_FIFO   (UINT64_C(1) << 10)
#define MAKE_BLOCK  (UINT64_C(1) << 11)
#define MAKE_SYM    (UINT64_C(1) << 12)
#define REFER       (UINT64_C(1) << 13) /* since ABI 2 */
#define TRUNCATE    (UINT64_C(1) << 14) /* since ABI 3 */
#define IOCTL_DEV   (UINT64_C(1) << 15) /* since ABI 5 */
#define BIND_TCP    (UINT64_C(1) << 0)  /* since ABI 4 */
#define ABSTRACT    (UINT64_C(1) << 0)  /* since ABI 6 */
#define SIGNAL      (UINT64_C(1) << 1)  /* since ABI 6 */

#define ANY                                                                    \
	(WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_CHAR | MAKE_DIR |        \
	    MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_BLOCK | MAKE_SYM)
#define IN_FOLDER                                                              \
	(WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG |         \
	    MAKE_SYM | REFER | TRUNCATE)

struct ruleset {
	uint64_t accesses, net, scoped;
};

struct path_beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

int
ac_landlock_find(const char *name, enum ac_landlock_mode *mode,
    struct authchain_error *err)
{
	static const char *const names[] = { "auto", "require", "off" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*mode = (enum ac_landlock_mode)i;
			return 0;
		}
	}
	return ac_error(err, AUTHCHAIN_ERROR_USAGE,
	    "--landlock takes auto, require or off");
}

static uint64_t
known_accesses(unsigned int abi)
{
	return ANY | (abi >= 2 ? REFER : 0) | (abi >= 3 ? TRUNCATE : 0) |
	       (abi >= 5 ? IOCTL_DEV : 0);
}

/* The service manager may listen on an abstract socket (sd_notify(3)). */
static uint64_t
known_scopes(unsigned int abi)
{
	const char *notify = getenv("NOTIFY_SOCKET");

	if (abi < 6)
		return 0;
	return notify != NULL && notify[0] == '@' ? SIGNAL : SIGNAL | ABSTRACT;
}

/* As much of the struct as the kernel knows. */
static size_t
ruleset_size(unsigned int abi)
{
	if (abi >= 6)
		return sizeof(struct ruleset);
	return abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

int
ac_landlock_open(struct ac_landlock *landlock, struct authchain_error *err)
{
	long abi = syscall(CREATE_RULESET, NULL, (size_t)0, GET_VERSION);
	struct ruleset ruleset;

	*landlock = (struct ac_landlock){ .fd = -1 };
	if (abi < 1)
		return 0;
	landlock->abi = (unsigned int)abi;
	landlock->accesses = known_accesses(landlock->abi);
	ruleset = (struct ruleset){ landlock->accesses, abi >= 4 ? BIND_TCP : 0,
		known_scopes(landlock->abi) };
	landlock->fd = (int)syscall(CREATE_RULESET, &ruleset,
	    ruleset_size(landlock->abi), 0);
	return landlock->fd >= 0 ? 0
				 : ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
				       "Landlock (ABI %ld) makes no rules: %s",
				       abi, strerror(errno));
}

static uint64_t
allowed_for(enum ac_landlock_use use)
{
	switch (use) {
	case AC_LANDLOCK_FOLDER:
		return IN_FOLDER;
	case AC_LANDLOCK_REMOVE:
		return REMOVE_FILE;
	default:
		return WRITE_FILE | TRUNCATE;
	}
}

int
ac_landlock_allow(struct ac_landlock *landlock, const char *path,
    enum ac_landlock_use use, struct authchain_error *err)
{
	int flags =
	    O_PATH | O_CLOEXEC | (use == AC_LANDLOCK_FILE ? 0 : O_DIRECTORY);
	struct path_beneath rule = { .allowed =
					 allowed_for(use) & landlock->accesses,
		.fd = open(path, flags) };
	long r;

	if (rule.fd < 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't leave %.400s open to writing: %s; make that folder "
		    "first, or name another",
		    path, strerror(errno));
	r = syscall(ADD_RULE, landlock->fd, PATH_BENEATH, &rule, 0);
	if (r != 0)
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "Landlock takes no rule for %.400s: %s", path,
		    strerror(errno));
	(void)close(rule.fd);
	return r == 0 ? 0 : -1;
}

int
ac_landlock_enter(struct ac_landlock *landlock, struct authchain_error *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(RESTRICT_SELF, landlock->fd, 0) == 0)
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "Landlock takes no effect: %s", strerror(errno));
}

void
ac_landlock_close(struct ac_landlock *landlock)
{
	if (landlock->fd >= 0)
		(void)close(landlock->fd);
	landlock->fd = -1;
}
