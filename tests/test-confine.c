/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process may write to once it is confined, by kernels of each age. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/confine.h"
#include "scratch.h"
#include "tap.h"

#define CREATE_RULESET 444

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

static struct {
	long abi; /* what the kernel says that it has; 0: nothing is played */
	int why;  /* of the call that makes rules */
	size_t size;
	uint64_t words[3];
} kernel;

static struct {
	unsigned int count;
	uint32_t level;
	char text[512];
} logged;

/* All calls of ours have four arguments at most, each as wide as a long. */
long
__wrap_syscall(long number, ...)
{
	long arg[4];
	va_list ap;

	va_start(ap, number);
	for (size_t i = 0; i < 4; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	if (kernel.abi == 0 || number != CREATE_RULESET)
		return __real_syscall(number, arg[0], arg[1], arg[2], arg[3]);
	if (arg[0] == 0) {
		errno = EOPNOTSUPP;
		return kernel.abi;
	}
	kernel.size = (size_t)arg[1];
	/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
	memcpy(kernel.words, (const void *)arg[0], kernel.size);
	errno = kernel.why;
	return -1;
}

static void
take_line(void *arg, uint32_t level, const char *area, const char *text)
{
	(void)arg;
	(void)area;
	logged.count++;
	logged.level = level;
	(void)snprintf(logged.text, sizeof(logged.text), "%s", text);
}

/* Confined as the words of the command line say. */
static int
confine(const char *const *words, size_t count,
    const struct ac_listens *listens, struct authchain_error *err)
{
	struct ac_options options;
	struct ac_log log;
	char *copies[8];
	int r;

	for (size_t i = 0; i < count; i++)
		copies[i] = strdup(words[i]);
	memset(&logged, 0, sizeof(logged));
	ac_log_init(&log, take_line, NULL, AUTHCHAIN_LOG_INFO);
	r = ac_options_read(&options, count, copies, err);
	if (r == 0)
		r = ac_confine_files(&options, listens, &log, err);
	ac_options_clear(&options);
	for (size_t i = 0; i < count; i++)
		free(copies[i]);
	return r;
}

static void
test_kernels(void)
{
	static const struct {
		long abi;
		size_t size;
		uint64_t files, net, scoped;
	} rows[] = {
		{ 1, 8, 0x1ff2, 0, 0 },
		{ 2, 8, 0x3ff2, 0, 0 },
		{ 3, 8, 0x7ff2, 0, 0 },
		{ 4, 16, 0x7ff2, 1, 0 },
		{ 5, 16, 0xfff2, 1, 0 },
		{ 6, 24, 0xfff2, 1, 3 },
		{ 7, 24, 0xfff2, 1, 3 },
		{ 99, 24, 0xfff2, 1, 3 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_error err = { 0 };
		struct ac_landlock landlock;
		char name[80];

		memset(&kernel, 0, sizeof(kernel));
		kernel.abi = rows[i].abi;
		kernel.why = E2BIG;
		(void)snprintf(name, sizeof(name),
		    "ABI %ld is asked for what it knows", rows[i].abi);
		ok(ac_landlock_open(&landlock, &err) == -1 &&
			kernel.size == rows[i].size &&
			kernel.words[0] == rows[i].files &&
			kernel.words[1] == rows[i].net &&
			kernel.words[2] == rows[i].scoped,
		    name);
		ok(strstr(err.text, "makes no rules") != NULL &&
			logged.count == 0,
		    "and when it makes no rules, that is an error");
	}
	setenv("NOTIFY_SOCKET", "@abstract", 1);
	{
		struct ac_landlock landlock;

		(void)ac_landlock_open(&landlock, NULL);
		ok(kernel.words[2] == 2,
		    "a service manager at an abstract socket can be told");
	}
	unsetenv("NOTIFY_SOCKET");
}

static void
test_absent(void)
{
	const char *automatic = "--landlock=auto",
		   *require = "--landlock=require";
	const char *off = "--landlock=off", *wrong = "--landlock=yes";
	const struct ac_listens none = { .count = 0 };
	struct authchain_error err = { 0 };

	memset(&kernel, 0, sizeof(kernel));
	kernel.abi = -1;
	ok(confine(&automatic, 1, &none, &err) == 0 && err.text[0] == '\0',
	    "a kernel without Landlock: the daemon goes on");
	ok(logged.count == 1 && logged.level == AUTHCHAIN_LOG_NOTICE &&
		strstr(logged.text, "has no Landlock") != NULL,
	    "and says so once");
	ok(confine(&require, 1, &none, &err) == -1 &&
		err.code == AUTHCHAIN_ERROR_SYSTEM &&
		strstr(err.text, "--landlock=require") != NULL &&
		logged.count == 0,
	    "unless it is required");
	ok(confine(&off, 1, &none, NULL) == 0 && logged.count == 0,
	    "switched off: nothing is asked, nothing is said");
	memset(&err, 0, sizeof(err));
	ok(confine(&wrong, 1, &none, &err) == -1 &&
		err.code == AUTHCHAIN_ERROR_USAGE,
	    "a mode that is none is refused");
	memset(&kernel, 0, sizeof(kernel));
}

struct place {
	char state[512], extra[512], run[512], other[512];
};

static void
make_folder(char path[512], const char *name)
{
	char old[64];

	(void)snprintf(path, 512, "%s/%s", scratch, name);
	(void)mkdir(path, 0700);
	(void)snprintf(old, sizeof(old), "%s/old", name);
	scratch_write(old, ac_span("", 0), 0600);
}

static bool
writes(const char *folder, const char *name, int flags)
{
	char path[640];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool
removes(const char *folder, const char *name)
{
	char path[640];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return unlink(path) == 0;
}

static bool
makes_folder(const char *folder)
{
	char path[640];

	(void)snprintf(path, sizeof(path), "%s/sub", folder);
	return mkdir(path, 0700) == 0;
}

static bool
binds(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool bound = bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0;

	close(fd);
	return bound;
}

/* In a process of its own, for there is no way back; a bit for each thing that
 * is not as it should be. */
static int
try_all(const struct place *place)
{
	const char *words[] = { "--landlock=require", "--state-dir",
		place->state, "--writable", place->extra };
	struct ac_listens listens = { .count = 1 };
	struct authchain_error err = { 0 };
	char path[640];
	int wrong = 0;

	(void)snprintf(path, sizeof(path), "%s/old", place->run);
	listens.at[0].path = path;
	if (confine(words, 5, &listens, &err) != 0) {
		printf("# %s\n", err.text);
		return 255;
	}
	wrong |= (!writes(place->state, "new", O_CREAT | O_WRONLY)) << 0;
	wrong |=
	    (!writes(place->state, "old", O_WRONLY | O_TRUNC) ||
		!removes(place->state, "old") || !makes_folder(place->state))
	    << 1;
	wrong |= (!writes(place->extra, "new", O_CREAT | O_WRONLY)) << 2;
	wrong |= (writes(place->other, "new", O_CREAT | O_WRONLY) ||
		     writes(place->other, "old", O_WRONLY) ||
		     makes_folder(place->other))
		 << 3;
	wrong |= removes(place->other, "old") << 4;
	wrong |= (!writes(place->other, "old", O_RDONLY)) << 5;
	wrong |= (writes(place->run, "new", O_CREAT | O_WRONLY) ||
		     writes(place->run, "old", O_WRONLY) ||
		     !removes(place->run, "old"))
		 << 6;
	return wrong;
}

static const char *const wanted[] = {
	"files are made in the state folder",
	"files there are emptied and removed, folders are made",
	"a folder named by --writable is open as well",
	"elsewhere nothing is made and nothing is written to",
	"elsewhere nothing is removed",
	"elsewhere may be read",
	"a socket can be removed, and its folder not written to",
};

/* Newer kernels also refuse sockets that listen and signals to others. */
static int
try_new(const struct place *place)
{
	const char *words[] = { "--landlock=require", "--state-dir",
		place->state };
	const struct ac_listens none = { .count = 0 };

	if (confine(words, 3, &none, NULL) != 0)
		return 255;
	return binds() | (kill(getppid(), 0) == 0) << 1;
}

static int
in_child(int (*what)(const struct place *), const struct place *place)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		status = what(place);
		fflush(stdout);
		_exit(status);
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void
test_real(void)
{
	long abi = __real_syscall(CREATE_RULESET, NULL, (size_t)0, 1);
	struct place place;
	int wrong;

	if (abi < 1) {
		ok(true, "confined # SKIP this kernel has no Landlock");
		return;
	}
	scratch_make();
	make_folder(place.state, "state");
	make_folder(place.extra, "extra");
	make_folder(place.run, "run");
	make_folder(place.other, "other");
	wrong = in_child(try_all, &place);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ok((wrong >> i & 1) == 0, wanted[i]);
	wrong = in_child(try_new, &place);
	ok(abi < 4 || (wrong & 1) == 0, "no further port can be listened on");
	ok(abi < 6 || (wrong & 2) == 0, "no other process can be signalled");
	scratch_remove();
}

static void
test_folders(void)
{
	const char *words[] = { "--landlock=require", "--state-dir",
		"/nowhere/state" };
	const struct ac_listens none = { .count = 0 };
	struct authchain_error err = { 0 };

	if (__real_syscall(CREATE_RULESET, NULL, (size_t)0, 1) < 1)
		return;
	ok(confine(words, 3, &none, &err) == -1 &&
		strstr(err.text, "/nowhere/state") != NULL &&
		strstr(err.text, "make that folder") != NULL,
	    "a state folder that is not there: an error that says so");
}

int
main(void)
{
	test_kernels();
	test_absent();
	test_folders();
	test_real();
	return done();
}
