/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the engine counts, as Prometheus reads it (text format 0.0.4): ages and
 * fetches of keys, remembered verdicts, use of secrets, and whatever plugins
 * count, which is called authchain_NAME{chain,entry}; NAME_ok_total and
 * NAME_failed_total are authchain_NAME_total with a label result.
 */
#ifndef AC_DAEMON_SCRAPE_H
#define AC_DAEMON_SCRAPE_H

#include "base/buf.h"
#include "base/error.h"

/* The buffer has failed when memory is short. */
void ac_scrape_print(struct authchain *ac, struct ac_buf *out);

#endif
