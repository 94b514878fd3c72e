/* SPDX-License-Identifier: BSD-2-Clause */
/* What texts from a configuration look like. */
#ifndef PROVIDERS_TEXT_H
#define PROVIDERS_TEXT_H

#include "base/span.h"

/* Can it stand behind "Bearer " at all: b64token of RFC 6750 2.1? */
bool text_is_token(struct authchain_span token);

/* Two dots, and in front of the first what decodes to an object. */
bool text_is_like_jws(struct authchain_span token);

#endif
