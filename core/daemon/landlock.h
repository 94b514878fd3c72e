/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the process may still do to files once all is loaded: write where it
 * keeps its state, and nowhere else (landlock(7)).  Reading stays free: a
 * reload may name a secret anywhere.
 */
#ifndef AC_DAEMON_LANDLOCK_H
#define AC_DAEMON_LANDLOCK_H

#include "base/error.h"

enum ac_landlock_mode {
	AC_LANDLOCK_AUTO,    /* if the kernel can */
	AC_LANDLOCK_REQUIRE, /* or it is an error */
	AC_LANDLOCK_OFF
};

/* "auto", "require", "off"; -1 with why. */
int ac_landlock_find(const char *name, enum ac_landlock_mode *mode,
    struct authchain_error *err);

/* What a path is left open for. */
enum ac_landlock_use {
	AC_LANDLOCK_FOLDER, /* everything but devices, in it and below */
	AC_LANDLOCK_REMOVE, /* files in it may be removed: sockets at the end */
	AC_LANDLOCK_FILE    /* may be written to: /dev/null */
};

struct ac_landlock {
	int fd;            /* of the rules; -1: the kernel can't */
	unsigned int abi;  /* what the kernel knows: 1 and up */
	uint64_t accesses; /* to files that are refused unless a rule allows */
};

/* Begin with nothing allowed.  fd is -1 when the kernel has no Landlock or it
 * is switched off; -1 with why when it should have worked. */
int ac_landlock_open(struct ac_landlock *landlock, struct authchain_error *err);
int ac_landlock_allow(struct ac_landlock *landlock, const char *path,
    enum ac_landlock_use use, struct authchain_error *err);
/* From now on, for this thread and those that it will make. */
int ac_landlock_enter(struct ac_landlock *landlock,
    struct authchain_error *err);
void ac_landlock_close(struct ac_landlock *landlock);

#endif
