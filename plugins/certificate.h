/* SPDX-License-Identifier: BSD-2-Clause */
/* A client's certificate, as proxies write it into a header. */
#ifndef PLUGINS_CERTIFICATE_H
#define PLUGINS_CERTIFICATE_H

#include "base/digest.h"

#define CERTIFICATE_MAX_BYTES 16384 /* of the header's value */

/*
 * SHA-256 of the one certificate that value holds, whose form is ":base64:"
 * (RFC 9440 2.1), base64 alone, or PEM with percent-encoding.  Of the
 * certificate nothing is judged.  What is wrong with value, or NULL.
 */
const char *certificate_digest(struct authchain_span value,
    unsigned char out[AC_DIGEST_BYTES]);

#endif
