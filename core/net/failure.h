/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a transfer failed, in an operator's words. */
#ifndef AC_NET_FAILURE_H
#define AC_NET_FAILURE_H

#include "net/fetch.h"

/* Sets fetch->error from curl's code, unless one of our callbacks has. */
void ac_failure_explain(struct ac_fetch *fetch, CURLcode code);

/* "body larger than 1 MiB"; returns -1. */
int ac_failure_too_large(struct ac_fetch *fetch);

#endif
