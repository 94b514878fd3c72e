/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of NAME.conf files: which names there are, and who may write it. */
#ifndef AC_ENGINE_FOLDER_H
#define AC_ENGINE_FOLDER_H

#include "engine/conf.h"

#include <sys/stat.h>

#define AC_FOLDER_SUFFIX ".conf"
#define AC_FOLDER_NAME_HINT                                                    \
	"names are made of a-z, 0-9, - and _, and begin with a letter or "     \
	"digit"

struct ac_folder {
	char *path;
	char **names; /* NAME of each NAME.conf, in alphabetical order */
	size_t count;
	bool missing;
	bool doubtful; /* reported: there may be more in it */
};

/* Fill names from path.  Left-overs of editors and package managers are lints,
 * a NAME that is none is an error. */
void ac_folder_list(struct ac_folder *folder, struct ac_diags *diags);
void ac_folder_clear(struct ac_folder *folder);

/* Owner and mode as AC_FILE_CONFIG asks of files. */
void ac_folder_judge(const char *path, const struct stat *st,
    struct ac_diags *diags);

/* An error at path as a whole. */
void ac_folder_report(struct ac_diags *diags, const char *path,
    const char *hint, const char *format, ...) AUTHCHAIN_PRINTF(4, 5);
/* The error that path can't be opened, where errno was why. */
void ac_folder_report_lost(struct ac_diags *diags, const char *path, int why);

#endif
