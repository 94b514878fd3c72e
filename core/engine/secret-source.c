/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The four places where secrets stand.  Everything read is in secret memory
 * from the first byte on; messages name the place, never what stands there.
 */
#include "engine/secret-source.h"

#include "base/file.h"
#include "engine/exec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int
from_file(const struct ac_options *options, struct ac_secret *raw,
    struct authchain_error *err)
{
	return ac_file_read_secret(ac_options_text(options, "file").data,
	    AC_SECRET_MAX_BYTES, raw, err);
}

/* What else stands there may be the secret itself. */
static bool
is_variable(const char *name)
{
	static const char usual[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	return name[strspn(name, usual)] == '\0' && strchr(name, '_') != NULL;
}

static int
from_env(const struct ac_options *options, struct ac_secret *raw,
    struct authchain_error *err)
{
	const char *name = ac_options_text(options, "env").data;
	const char *value = getenv(name);
	struct ac_quote quote;
	size_t len;

	if (value == NULL && !is_variable(name))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "no environment variable has that name (not shown)");
	if (value == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "environment variable %s is not set",
		    ac_quote(&quote, ac_span_text(name)));
	len = strlen(value);
	if (len > AC_SECRET_MAX_BYTES)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "environment variable %s has %zu bytes, at most %u are "
		    "allowed",
		    ac_quote(&quote, ac_span_text(name)), len,
		    AC_SECRET_MAX_BYTES);
	if (ac_secret_init(raw, len) != 0)
		return ac_error_memory(err);
	memcpy(raw->data, value, len);
	return 0;
}

/* systemd opens a credential to the service's user by an access list, which
 * shows as mode 0440 (systemd issue 29435): the group's read bit tells
 * nothing. */
static int
read_credential(int fd, const char *path, struct ac_secret *raw,
    struct authchain_error *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't look at %s: %m", path);
	if ((st.st_mode & S_IRWXO) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s holds a secret and is open to other users (mode "
		    "%04o)",
		    path, (unsigned int)st.st_mode & 07777);
	if (st.st_size < 0 || st.st_size > AC_SECRET_MAX_BYTES)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s has %jd bytes, at most %u are allowed", path,
		    (intmax_t)st.st_size, AC_SECRET_MAX_BYTES);
	if (ac_secret_init(raw, (size_t)st.st_size) != 0)
		return ac_error_memory(err);
	do
		n = read(fd, raw->data, raw->len);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && (size_t)n == raw->len)
		return 0;
	ac_secret_clear(raw);
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "can't read %s", path);
}

static int
from_credential(const struct ac_options *options, struct ac_secret *raw,
    struct authchain_error *err)
{
	const char *name = ac_options_text(options, "credential").data;
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char path[4096];
	int fd, result, len;

	if (strchr(name, '/') != NULL || name[0] == '.')
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the value (not shown) is not the name of a credential");
	if (folder == NULL || folder[0] != '/')
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "there are no credentials: CREDENTIALS_DIRECTORY is not "
		    "set");
	len = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (len < 0 || (size_t)len >= sizeof(path))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the path of the credential is too long");
	fd = ac_file_open(path, AC_FILE_CONFIG, err);
	if (fd < 0)
		return -1;
	result = read_credential(fd, path, raw, err);
	(void)close(fd);
	return result;
}

static int
from_exec(const struct ac_options *options, struct ac_secret *raw,
    struct authchain_error *err)
{
	size_t count = ac_options_count(options, "exec");
	const char **argv = calloc(count + 1, sizeof(*argv));
	int result;

	if (argv == NULL)
		return ac_error_memory(err);
	for (size_t i = 0; i < count; i++)
		argv[i] = ac_options_item(options, "exec", i).data;
	if (argv[0] != NULL && argv[0][0] == '/')
		result =
		    ac_exec_read(argv, ac_options_number(options, "timeout"),
			AC_SECRET_MAX_BYTES, raw, err);
	else
		result = ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the program (not shown) is not an absolute path: "
		    "write exec = /PROGRAM, ARGUMENT, ...");
	free(argv);
	return result;
}

int
ac_secret_fetch(const struct ac_options *options, const char *source,
    struct ac_secret *raw, struct authchain_error *err)
{
	if (strcmp(source, "file") == 0)
		return from_file(options, raw, err);
	if (strcmp(source, "env") == 0)
		return from_env(options, raw, err);
	if (strcmp(source, "credential") == 0)
		return from_credential(options, raw, err);
	return from_exec(options, raw, err);
}

const char *
ac_secret_fetch_hint(const char *source, const struct authchain_error *why)
{
	if (strcmp(source, "credential") == 0)
		return "LoadCredential=NAME:PATH in the service's unit makes "
		       "it";
	if (strcmp(source, "env") == 0)
		return "set it where the program is started";
	if (why->code == AUTHCHAIN_ERROR_CONFIGURATION)
		return NULL;
	if (strcmp(source, "file") == 0)
		return why->code == AUTHCHAIN_ERROR_NOT_FOUND
			   ? "put the secret there, one value a line, and "
			     "chmod 600 it; or mend the path"
			   : "mend the path, or let this user read it";
	return why->code == AUTHCHAIN_ERROR_NOT_FOUND
		   ? "write the program's whole path"
		   : "run it by hand as this user: it has to print the secret "
		     "in time and end with status 0";
}
