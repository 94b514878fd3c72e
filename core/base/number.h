/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, durations and sizes as configuration files spell them. */
#ifndef AC_BASE_NUMBER_H
#define AC_BASE_NUMBER_H

#include "base/span.h"

/* All of text and in range, or false and *value untouched. */
bool ac_number_parse(struct authchain_span text, int64_t *value);
/* A TCP port, 0 to 65535. */
bool ac_port_parse(struct authchain_span text, int64_t *port);
/* 250ms 30s 5m 24h 7d; a bare 0 is 0.  Milliseconds. */
bool ac_duration_parse(struct authchain_span text, int64_t *ms);
/* 512 64K 1M 2G, in powers of 1024. */
bool ac_size_parse(struct authchain_span text, int64_t *bytes);

#define AC_DURATION_TEXT 32
/* The shortest spelling that parses back: "24h", "90s", "1500ms". */
const char *ac_duration_text(int64_t ms, char out[AC_DURATION_TEXT]);

#endif
