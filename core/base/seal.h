/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines that hold on to each other: each is a JSON object that begins with its
 * number and the hash of the line before, and ends with its own hash, so that
 * a line that was changed, taken out or put in shows.
 *
 *	{"seq":7,"prev":"64 digits",...,"hash":"64 digits"}
 *
 * The hash is of all bytes before its own member: SHA-256, or HMAC-SHA256 of a
 * key, without which nobody can make it anew.
 */
#ifndef AC_BASE_SEAL_H
#define AC_BASE_SEAL_H

#include "base/buf.h"
#include "base/digest.h"

#define AC_SEAL_MAX_LINE 32768 /* bytes, without the line end */

/* The state behind a line; all zeros but for hash before the first. */
struct ac_seal {
	bool keyed;
	unsigned char key[AC_DIGEST_BYTES];
	uint64_t seq;             /* of that line; 0: there is none */
	char hash[AC_DIGEST_HEX]; /* of that line; zeros */
};

/* Views into the line. */
struct ac_seal_line {
	uint64_t seq;
	struct authchain_span prev, hash;
	struct authchain_span body;    /* what is hashed */
	struct authchain_span members; /* behind prev, to the hash */
};

/* A key of one use, label, from a secret; -1 and zeros when libcrypto can't. */
int ac_seal_derive(struct authchain_span secret, const char *label,
    unsigned char key[AC_DIGEST_BYTES]);
/* HMAC-SHA256 in hexadecimal digits; -1 and "". */
int ac_seal_hmac(const unsigned char key[AC_DIGEST_BYTES],
    struct authchain_span bytes, char out[AC_DIGEST_HEX]);

/* Before the first line; by a key derived from secret, unless its data is
 * NULL.  -1 when libcrypto can't. */
int ac_seal_init(struct ac_seal *seal, struct authchain_span secret);

/* Open and end the line that begins at line->data[from]; members go between,
 * the first without a comma in front.  end moves seal on; -1: it did not. */
void ac_seal_begin(const struct ac_seal *seal, struct ac_buf *line);
int ac_seal_end(struct ac_seal *seal, struct ac_buf *line, size_t from);

/* Read the form of a line (no line end): NULL, or what is wrong with it. */
const char *ac_seal_read(struct authchain_span text, struct ac_seal_line *line);
/* Is its hash that of its body, under seal's key? */
bool ac_seal_holds(const struct ac_seal *seal, const struct ac_seal_line *line);

#endif
