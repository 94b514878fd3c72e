/* SPDX-License-Identifier: BSD-2-Clause */
/* A compact JWS from inside: jws.c reads it, jws-claims.c tells its claims. */
#ifndef AC_JOSE_JWS_PARTS_H
#define AC_JOSE_JWS_PARTS_H

#include "jose/jws.h"
#include "jose/scan.h"

#define FEW_AUDIENCES 4

struct ac_jws {
	struct authchain_peek peek;
	bool sound;            /* the payload was scanned and is good */
	struct ac_scan claims; /* of the payload */
	char *copy;            /* of the payload, for the scan */
	json_t *tree;          /* of the payload; NULL: not made yet */
	struct authchain_span few_audiences[FEW_AUDIENCES];
	struct authchain_span *audiences; /* longer lists; owned */
	/* header NUL payload NUL signature NUL, copies of the first two */
	unsigned char bytes[];
};

#endif
