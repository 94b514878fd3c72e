/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scanner against jansson: does it take what ac_json_parse takes, and see
 * the same values in it?
 */
#ifndef TESTS_SCAN_AGREE_H
#define TESTS_SCAN_AGREE_H

#include "base/span.h"

/* NULL when the two agree on text, else what they don't agree on.  *taken:
 * whether both took it.  The program ends when it is out of memory. */
const char *scan_agree(struct authchain_span text, bool *taken);

#endif
