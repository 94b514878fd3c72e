/* SPDX-License-Identifier: BSD-2-Clause */
/* Is it UTF-8 (RFC 3629 4): no overlong forms, no surrogates? */
#ifndef PLUGINS_UTF8_H
#define PLUGINS_UTF8_H

#include "base/span.h"

bool utf8_is_valid(struct authchain_span text);

#endif
