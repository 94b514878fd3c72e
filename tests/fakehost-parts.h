/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two files of the fake host share. */
#ifndef TESTS_FAKEHOST_PARTS_H
#define TESTS_FAKEHOST_PARTS_H

#include "fakehost.h"

#include "base/span.h"

/* Add the services that take a call. */
void fakehost_call_services(struct authchain_host *services);

void fakehost_append(char *text, const char *format, ...)
    AUTHCHAIN_PRINTF(2, 3);
void fakehost_set(struct fakehost_pairs *pairs, const char *name,
    const char *value, int64_t number);
void fakehost_clear(struct fakehost_pairs *pairs);

#endif
