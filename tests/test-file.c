/* SPDX-License-Identifier: BSD-2-Clause */
/* Run as root it judges another user's file as well. */
#define _GNU_SOURCE
#include "tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char folder[64];
static char path[128];

static const char *
in_folder(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *
make(const char *name, unsigned int mode, const char *text)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 ||
	    fchmod(fd, (mode_t)mode) != 0)
		abort();
	(void)close(fd);
	return path;
}

/* Opens, or fails with all of these words. */
static bool
opens(const char *name, enum ac_file_policy policy)
{
	int fd = ac_file_open(name, policy, NULL);

	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
}

static bool
refused(const char *name, enum ac_file_policy policy, uint32_t code,
    const char *words)
{
	struct authchain_error err = { 0 };
	int fd = ac_file_open(name, policy, &err);

	if (fd >= 0)
		(void)close(fd);
	if (fd < 0 && err.code == code && strstr(err.text, words) != NULL)
		return true;
	printf("# fd %d, code %u: %s\n", fd, err.code, err.text);
	return false;
}

static void
test_modes(void)
{
	static const struct {
		unsigned int mode;
		bool any, config, secret;
	} rows[] = {
		{ 0600, true, true, true },
		{ 0400, true, true, true },
		{ 0700, true, true, true },
		{ 0640, true, true, false },
		{ 0604, true, true, false },
		{ 0610, true, true, false },
		{ 0644, true, true, false },
		{ 0620, true, false, false },
		{ 0602, true, false, false },
		{ 0666, true, false, false },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[64];

		make("mode", rows[i].mode, "x");
		snprintf(name, sizeof(name), "mode %04o", rows[i].mode);
		ok(opens(path, AC_FILE_ANY) == rows[i].any &&
			opens(path, AC_FILE_CONFIG) == rows[i].config &&
			opens(path, AC_FILE_MODULE) == rows[i].config &&
			opens(path, AC_FILE_SECRET) == rows[i].secret,
		    name);
	}
	make("mode", 0644, "x");
	ok(refused(path, AC_FILE_SECRET, AUTHCHAIN_ERROR_CONFIGURATION,
	       "mode 0644): chmod 600 /"),
	    "a secret that others can read names the command");
	make("mode", 0660, "x");
	ok(refused(path, AC_FILE_CONFIG, AUTHCHAIN_ERROR_CONFIGURATION,
	       "mode 0660): chmod go-w /"),
	    "a configuration that others can write likewise");
}

static void
test_kinds(void)
{
	ok(refused(in_folder("none"), AC_FILE_ANY, AUTHCHAIN_ERROR_NOT_FOUND,
	       "No such file"),
	    "no such file");
	ok(refused(folder, AC_FILE_ANY, AUTHCHAIN_ERROR_CONFIGURATION,
	       "is a folder"),
	    "a folder");
	ok(refused("/dev/null", AC_FILE_ANY, AUTHCHAIN_ERROR_CONFIGURATION,
	       "a device or pipe"),
	    "a device");
	if (mkfifo(in_folder("pipe"), 0600) != 0)
		abort();
	ok(refused(path, AC_FILE_ANY, AUTHCHAIN_ERROR_CONFIGURATION,
	       "a device or pipe"),
	    "a pipe does not hang the open");
	ok(refused(in_folder("a\nb"), AC_FILE_ANY, AUTHCHAIN_ERROR_NOT_FOUND,
	       "/a?b:"),
	    "a line break in a name does not reach the message");
}

static void
test_links(void)
{
	char target[128];

	snprintf(target, sizeof(target), "%s", make("good", 0600, "x"));
	if (symlink(target, in_folder("link")) != 0)
		abort();
	ok(opens(path, AC_FILE_CONFIG) && opens(path, AC_FILE_SECRET),
	    "a link to a good file is followed");
	ok(refused(path, AC_FILE_MODULE, AUTHCHAIN_ERROR_CONFIGURATION,
	       "symbolic link"),
	    "not by a module");
	(void)chmod(target, 0666);
	ok(refused(path, AC_FILE_CONFIG, AUTHCHAIN_ERROR_CONFIGURATION,
	       "chmod go-w"),
	    "what a link leads to is what is judged");
	(void)unlink(path);
}

static void
test_owner(void)
{
	make("theirs", 0600, "x");
	if (geteuid() != 0 || chown(path, 12345, 12345) != 0) {
		ok(true, "# SKIP another user's file needs root");
		return;
	}
	ok(refused(path, AC_FILE_CONFIG, AUTHCHAIN_ERROR_CONFIGURATION,
	       "belongs to user 12345, who could change it: chown root /") &&
		refused(path, AC_FILE_SECRET, AUTHCHAIN_ERROR_CONFIGURATION,
		    "chown root") &&
		refused(path, AC_FILE_MODULE, AUTHCHAIN_ERROR_CONFIGURATION,
		    "chown root"),
	    "another user's file is refused");
	ok(opens(path, AC_FILE_ANY), "unless it may be anybody's");
}

static void
test_module_folder(void)
{
	char inner[128], module[160];

	snprintf(inner, sizeof(inner), "%s/plugins", folder);
	snprintf(module, sizeof(module), "%s/x.so", inner);
	if (mkdir(inner, 0755) != 0)
		abort();
	make("plugins/x.so", 0644, "x");
	ok(opens(module, AC_FILE_MODULE), "a module in a good folder");
	(void)chmod(inner, 0777);
	ok(refused(module, AC_FILE_MODULE, AUTHCHAIN_ERROR_CONFIGURATION,
	       "plugins can be changed by other users"),
	    "a folder that others can write");
	ok(opens(module, AC_FILE_CONFIG), "which is a module's matter alone");
	(void)unlink(module);
	(void)rmdir(inner);
	ok(refused(module, AC_FILE_MODULE, AUTHCHAIN_ERROR_NOT_FOUND,
	       "plugins: No such file"),
	    "no such folder");
}

static void
test_read(void)
{
	struct authchain_error err = { 0 };
	struct ac_secret secret;
	char *data = NULL;
	size_t len = 99;

	make("text", 0600, "12345");
	ok(ac_file_read(path, AC_FILE_CONFIG, 5, &data, &len, &err) == 0 &&
		len == 5 && memcmp(data, "12345", 6) == 0,
	    "as many bytes as are allowed, a NUL behind");
	free(data);
	ok(ac_file_read(path, AC_FILE_CONFIG, 4, &data, &len, &err) == -1 &&
		data == NULL && len == 0 &&
		strstr(err.text, "5 bytes, at most 4 are allowed") != NULL,
	    "one more is refused");
	ok(ac_file_read_secret(path, 5, &secret, NULL) == 0 &&
		ac_span_is_text(ac_secret_span(&secret), "12345"),
	    "the same as a secret");
	ac_secret_clear(&secret);
	ok(ac_file_read_secret(path, 4, &secret, NULL) == -1 &&
		secret.data == NULL,
	    "one more is refused there as well");
	(void)chmod(path, 0644);
	ok(ac_file_read_secret(path, 5, &secret, NULL) == -1 &&
		secret.data == NULL,
	    "a secret that others can read");
	make("text", 0600, "");
	ok(ac_file_read(path, AC_FILE_ANY, 0, &data, &len, NULL) == 0 &&
		len == 0 && data[0] == '\0',
	    "an empty file");
	free(data);
	ok(ac_file_read(in_folder("none"), AC_FILE_ANY, 9, &data, &len, NULL) ==
		    -1 &&
		data == NULL,
	    "no file");
	/* says 0 bytes and has some */
	ok(ac_file_read("/proc/self/status", AC_FILE_ANY, 65536, &data, &len,
	       &err) == -1,
	    "a file that is not as long as it says");
}

static bool
is_text(const char *want, unsigned int mode)
{
	struct stat st;
	char *data = NULL;
	size_t len;
	bool same;

	if (stat(path, &st) != 0 ||
	    ac_file_read(path, AC_FILE_ANY, 100, &data, &len, NULL) != 0)
		return false;
	same = strcmp(data, want) == 0 && (st.st_mode & 07777) == mode;
	free(data);
	return same;
}

static size_t
files_left(void)
{
	DIR *all = opendir(folder);
	size_t count = 0;

	while (all != NULL && readdir(all) != NULL)
		count++;
	if (all != NULL)
		(void)closedir(all);
	return count;
}

static void
test_write(void)
{
	struct authchain_error err = { 0 };
	size_t before;

	(void)unlink(in_folder("written"));
	before = files_left();
	ok(ac_file_write(path, ac_span("one", 3), 0640, false, NULL) == 0 &&
		is_text("one", 0640),
	    "a new file with its mode");
	ok(ac_file_write(path, ac_span("two", 3), 0600, false, &err) == -1 &&
		is_text("one", 0640) && strstr(err.text, "exists") != NULL,
	    "an existing one is not replaced unasked");
	ok(ac_file_write(path, ac_span("three", 5), 0600, true, NULL) == 0 &&
		is_text("three", 0600),
	    "it is when asked");
	ok(ac_file_write(path, ac_span("", 0), 0600, true, NULL) == 0 &&
		is_text("", 0600),
	    "with nothing");
	ok(files_left() == before + 1, "no temporary file is left behind");
	ac_error_clear(&err);
	ok(ac_file_write(in_folder("none/x"), ac_span("x", 1), 0600, true,
	       &err) == -1 &&
		err.code == AUTHCHAIN_ERROR_NOT_FOUND,
	    "a folder that is not there");
	ok(ac_file_write(folder, ac_span("x", 1), 0600, true, NULL) == -1,
	    "a folder is not replaced");
}

static void
clean(void)
{
	static const char *const names[] = { "mode", "pipe", "good", "theirs",
		"text", "written" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(in_folder(names[i]));
	if (rmdir(folder) != 0)
		printf("# %s is not empty\n", folder);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%.40s/ac-file-%ld",
	    tmp == NULL ? "/tmp" : tmp, (long)getpid());
	if (mkdir(folder, 0700) != 0)
		return 1;
	test_modes();
	test_kinds();
	test_links();
	test_owner();
	test_module_folder();
	test_read();
	test_write();
	clean();
	return done();
}
