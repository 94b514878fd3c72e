/* SPDX-License-Identifier: BSD-2-Clause */
/* vsnprintf for messages that are made often. */
#ifndef AC_BASE_FORMAT_H
#define AC_BASE_FORMAT_H

#include <authchain/plugin.h>

#include <stdarg.h>

/*
 * As vsnprintf, but returns the length of what is in out, which is cut to fit.
 * A format of %s, %.*s, %u, %zu and %% alone costs no more than the copies.
 */
size_t ac_format(char *out, size_t size, const char *format, va_list ap)
    AUTHCHAIN_PRINTF(3, 0);

#endif
