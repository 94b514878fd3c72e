/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a secret's source: one value a line. */
#ifndef AC_ENGINE_SECRET_VALUES_H
#define AC_ENGINE_SECRET_VALUES_H

#include "engine/secrets.h"

/* In the order of the choices of "encoding". */
enum ac_secret_encoding {
	AC_SECRET_RAW,
	AC_SECRET_HEX,
	AC_SECRET_BASE64,
	AC_SECRET_BASE64URL,
	AC_SECRET_PEM /* a value has several lines */
};

/*
 * Fill list->values from text; list has its name and source.  Faults go to
 * diags at `at', naming the line; 0, or -1 when there was one.
 */
int ac_secret_values_read(struct ac_secret_list *list,
    struct authchain_span text, uint32_t encoding, const struct ac_position *at,
    struct ac_diags *diags);

#endif
