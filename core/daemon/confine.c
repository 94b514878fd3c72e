/* SPDX-License-Identifier: BSD-2-Clause */
/* The process gives away what it will not need. */
#include "daemon/confine.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define CONFINE_AREA "authchaind"

void
ac_confine_begin(void)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;

	(void)setrlimit(RLIMIT_CORE, &none);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
}

/* The folder of a socket that is removed at the end. */
static int
allow_socket(struct ac_landlock *landlock, const struct ac_listen *listen,
    struct authchain_error *err)
{
	const char *slash;
	char *folder;
	int r;

	if (listen->path == NULL)
		return 0;
	slash = strrchr(listen->path, '/');
	folder = slash == listen->path
		     ? strdup("/")
		     : strndup(listen->path, (size_t)(slash - listen->path));
	if (folder == NULL)
		return ac_error_memory(err);
	r = ac_landlock_allow(landlock, folder, AC_LANDLOCK_REMOVE, err);
	free(folder);
	return r;
}

static int
allow(struct ac_landlock *landlock, const struct ac_options *options,
    const struct ac_listens *listens, struct authchain_error *err)
{
	const char *folder, *logs = getenv("LOGS_DIRECTORY");
	size_t at = 0;

	/* what a program that prints a secret is given to write to */
	if (ac_landlock_allow(landlock, "/dev/null", AC_LANDLOCK_FILE, err) !=
	    0)
		return -1;
	if (options->state_dir != NULL &&
	    ac_landlock_allow(landlock, options->state_dir, AC_LANDLOCK_FOLDER,
		err) != 0)
		return -1;
	if (logs != NULL && logs[0] == '/' &&
	    ac_landlock_allow(landlock, logs, AC_LANDLOCK_FOLDER, err) != 0)
		return -1;
	while ((folder = ac_args_next(&options->args, "writable", &at)) != NULL)
		if (ac_landlock_allow(landlock, folder, AC_LANDLOCK_FOLDER,
			err) != 0)
			return -1;
	for (size_t i = 0; i < listens->count; i++)
		if (allow_socket(landlock, &listens->at[i], err) != 0)
			return -1;
	return 0;
}

int
ac_confine_files(const struct ac_options *options,
    const struct ac_listens *listens, const struct ac_log *log,
    struct authchain_error *err)
{
	struct ac_landlock landlock;
	int r;

	if (options->landlock == AC_LANDLOCK_OFF)
		return 0;
	if (ac_landlock_open(&landlock, err) != 0)
		return -1;
	if (landlock.fd < 0) {
		if (options->landlock == AC_LANDLOCK_REQUIRE)
			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "this kernel has no Landlock, which "
			    "--landlock=require asks for: add landlock to lsm= "
			    "of its command line, or say --landlock=auto");
		ac_log(log, AUTHCHAIN_LOG_NOTICE, CONFINE_AREA,
		    "this kernel has no Landlock: files are guarded by their "
		    "modes alone");
		return 0;
	}
	r = allow(&landlock, options, listens, err);
	if (r == 0)
		r = ac_landlock_enter(&landlock, err);
	ac_landlock_close(&landlock);
	if (r == 0)
		ac_log(log, AUTHCHAIN_LOG_INFO, CONFINE_AREA,
		    "files can be written in the state folder alone (Landlock "
		    "ABI %u)",
		    landlock.abi);
	return r;
}
