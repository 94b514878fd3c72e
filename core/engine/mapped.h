/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads a shared object by its descriptor, so that the file that was judged is
 * the code that runs.
 */
#ifndef AC_ENGINE_MAPPED_H
#define AC_ENGINE_MAPPED_H

#include "base/error.h"

/* The dlopen handle, never closed, or NULL with why.  fd stays the caller's. */
void *ac_mapped_open(int fd, struct authchain_error *err);

#endif
