/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates as configurations spell them (RFC 3339). */
#ifndef PROVIDERS_DATE_H
#define PROVIDERS_DATE_H

#include "base/span.h"

/*
 * "2027-01-01", which is its first moment in UTC, or a full timestamp with "Z"
 * or an offset, as seconds since 1970; fractions are cut off.  false and *at_s
 * untouched for anything else, a 30th of February or a date before 1970
 * included.
 */
bool date_parse(struct authchain_span text, int64_t *at_s);

#endif
