/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authchain init in three parts: the values (from options or from the
 * environment), the text that they make, and the files, of which either all
 * are new or none is written.
 */
#ifndef AC_CLI_INIT_H
#define AC_CLI_INIT_H

#include "base/buf.h"
#include "cli/args.h"

#define AC_INIT_MAX_FILES 4
#define AC_INIT_MAX_BYTES (64u << 10) /* of one file */
#define AC_INIT_KEY_BYTES 32          /* random, of a generated secret */
#define AC_INIT_MIN_TOKEN 16          /* as the static provider demands */
#define AC_INIT_PREFIX    "itk_"
#define AC_INIT_MAX_TEXT  2048

/* Values for the templates; "" is not set. */
struct ac_init {
	bool atoms;    /* else hs256 alone */
	bool from_env; /* say where values come from */
	bool keep_env; /* ATOMS_INTERNAL_TOKEN stays where it is */
	bool internal; /* with the static provider */
	bool shared;   /* with the hs256 provider */
	bool insecure; /* the domain is http on a loopback address */
	char chain[65];
	char resource[AC_INIT_MAX_TEXT];
	char domain[AC_INIT_MAX_TEXT];
	char issuer[AC_INIT_MAX_TEXT];
	char scopes[AC_INIT_MAX_TEXT];   /* as a list value */
	char required[AC_INIT_MAX_TEXT]; /* as a list value */
	char client_id[AC_INIT_MAX_TEXT];
	const char *token; /* to be written; NULL: a fresh one */
};

/* -1 with what is missing or malformed. */
int ac_init_from_args(struct ac_init *init, const struct ac_args *args,
    struct authchain_error *err);
/* --chain and --resource have the last word there too. */
int ac_init_from_env(struct ac_init *init, const struct ac_args *args,
    struct authchain_error *err);

/* The chain file's text; folder is absolute, where the secrets are. */
void ac_init_text(const struct ac_init *init, const char *folder,
    struct ac_buf *out);

struct ac_init_files {
	char *folder; /* absolute */
	struct ac_init_file {
		char *path;
		unsigned int mode;
		bool written;
	} files[AC_INIT_MAX_FILES];
	size_t count;
	bool made[3]; /* the folder, chains, conf.d */
};

/*
 * Write everything into dir, which is made if need be (its parent is not).
 * -1 with why, and then nothing is left of it.  files says what was written;
 * clear it in either case.
 */
int ac_init_write(const struct ac_init *init, const char *dir,
    struct ac_init_files *files, struct authchain_error *err);
void ac_init_files_clear(struct ac_init_files *files);

#endif
