/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * application/x-www-form-urlencoded (RFC 6749 appendix B), strictly: no
 * parameter comes twice, each percent sign has two digits behind it.
 */
#ifndef AC_DAEMON_FORM_H
#define AC_DAEMON_FORM_H

#include "base/span.h"

#define AC_FORM_MAX_BYTES      (64u << 10) /* of a whole form */
#define AC_FORM_MAX_PARAMETERS 32

struct ac_form {
	struct authchain_pair at[AC_FORM_MAX_PARAMETERS];
	size_t count;
};

/* Decode one name or value where it stands; false when it is malformed. */
bool ac_form_decode(char *text, size_t *len);

/* Take a form apart and decode it where it stands: views into text.  What is
 * wrong with it, or NULL. */
const char *ac_form_read(struct ac_form *form, char *text, size_t len);

/* data NULL: there is none of that name. */
struct authchain_span ac_form_get(const struct ac_form *form, const char *name);

#endif
