/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that prints a secret.  It gets nothing of ours: not the
 * environment, which may hold other secrets, no descriptor, no signal setting.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* pipe2 */
#endif

#include "engine/exec.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXEC_PATH                                                              \
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define EXEC_WAIT_MS 5 /* between looks at a program that closed its output */

struct run {
	const char *program;
	pid_t pid;
	int fd; /* its standard output */
	int64_t deadline_ms;
	size_t max_bytes;
};

/* ---- starting ---------------------------------------------------------- */

static int
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	if (posix_spawnattr_setpgroup(attributes, 0) != 0 ||
	    posix_spawnattr_setsigmask(attributes, &none) != 0 ||
	    posix_spawnattr_setsigdefault(attributes, &all) != 0)
		return -1;
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
							POSIX_SPAWN_SETSIGMASK |
							POSIX_SPAWN_SETSIGDEF);
}

static int
set_descriptors(posix_spawn_file_actions_t *actions, int out)
{
	if (posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY,
		0) != 0 ||
	    posix_spawn_file_actions_adddup2(actions, out, 1) != 0)
		return -1;
	if (posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY,
		0) != 0)
		return -1;
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
	/* Ours are close-on-exec; what the host opened may not be. */
	return posix_spawn_file_actions_addclosefrom_np(actions, 3);
#else
	return 0;
#endif
}

/* errno's word, or 0. */
static int
spawn(const char *const *argv, int out, pid_t *pid)
{
	char path[] = EXEC_PATH;
	char *environment[] = { path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *const *plain;
	int why = ENOMEM;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return ENOMEM;
	}
	/* spawn does not write to them; the type is history (POSIX exec). */
	memcpy(&plain, &argv, sizeof(plain));
	if (set_attributes(&attributes) == 0 &&
	    set_descriptors(&actions, out) == 0)
		why = posix_spawn(pid, argv[0], &actions, &attributes, plain,
		    environment);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return why;
}

static int
start(struct run *run, const char *const *argv, struct authchain_error *err)
{
	int ends[2], why;

	/* Whoever may write the program may read the secret. */
	why = ac_file_open(argv[0], AC_FILE_CONFIG, err);
	if (why < 0)
		return -1;
	(void)close(why);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "pipe: %m");
	why = spawn(argv, ends[1], &run->pid);
	(void)close(ends[1]);
	if (why != 0) {
		(void)close(ends[0]);
		errno = why;
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "can't run %s: %m",
		    argv[0]);
	}
	run->fd = ends[0];
	return 0;
}

/* ---- reading ----------------------------------------------------------- */

static int
fail_late(const struct run *run, struct authchain_error *err)
{
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "%s did not end in time",
	    run->program);
}

/* Wait for output: 0, or -1 at the deadline. */
static int
wait_output(const struct run *run, struct authchain_error *err)
{
	struct pollfd one = { .fd = run->fd, .events = POLLIN };

	for (;;) {
		int64_t left = run->deadline_ms - ac_clock_monotonic_ms();
		int n;

		if (left <= 0)
			return fail_late(run, err);
		n = poll(&one, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "poll: %m");
	}
}

/* Into buffer, which has room for one byte more than is allowed. */
static int
read_output(const struct run *run, struct ac_secret *buffer, size_t *len,
    struct authchain_error *err)
{
	for (*len = 0;;) {
		ssize_t n;

		if (wait_output(run, err) != 0)
			return -1;
		n = read(run->fd, buffer->data + *len, buffer->len - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "can't read from %s: %m", run->program);
		if (n == 0)
			return 0;
		*len += (size_t)n;
		if (*len > run->max_bytes)
			return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "%s writes more than %zu bytes: it has to print "
			    "the "
			    "secret alone",
			    run->program, run->max_bytes);
	}
}

/* ---- ending ------------------------------------------------------------ */

static int
judge_status(const struct run *run, int status, struct authchain_error *err)
{
	if (WIFSIGNALED(status))
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "%s was ended by signal %d", run->program,
		    WTERMSIG(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "%s ended with status %d", run->program,
		    WEXITSTATUS(status));
	return 0;
}

/* Its output is closed: wait for the end, at most to the deadline. */
static int
wait_end(struct run *run, struct authchain_error *err)
{
	static const struct timespec pause = { 0, EXEC_WAIT_MS * 1000000L };
	int status = 0;

	for (;;) {
		pid_t pid = waitpid(run->pid, &status, WNOHANG);

		if (pid == run->pid) {
			run->pid = 0;
			return judge_status(run, status, err);
		}
		if (pid < 0 && errno != EINTR) {
			run->pid = 0;
			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "can't learn how %s ended: %m", run->program);
		}
		if (ac_clock_monotonic_ms() >= run->deadline_ms)
			return fail_late(run, err);
		(void)nanosleep(&pause, NULL);
	}
}

/* The program has not been waited for: its group's number is still its own. */
static void
kill_group(const struct run *run)
{
	int status;

	(void)kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		continue;
}

int
ac_exec_read(const char *const *argv, int64_t timeout_ms, size_t max_bytes,
    struct ac_secret *output, struct authchain_error *err)
{
	struct run run = { .program = argv[0],
		.fd = -1,
		.deadline_ms = ac_clock_monotonic_ms() + timeout_ms,
		.max_bytes = max_bytes };
	struct ac_secret buffer = { NULL, 0, 0 };
	size_t len = 0;
	int result = -1;

	*output = (struct ac_secret){ NULL, 0, 0 };
	if (ac_secret_init(&buffer, max_bytes + 1) != 0) {
		(void)ac_error_memory(err);
		goto out;
	}
	if (start(&run, argv, err) != 0 ||
	    read_output(&run, &buffer, &len, err) != 0 ||
	    wait_end(&run, err) != 0)
		goto out;
	if (ac_secret_init(output, len) != 0) {
		(void)ac_error_memory(err);
		goto out;
	}
	memcpy(output->data, buffer.data, len);
	result = 0;
out:
	if (run.pid > 0)
		kill_group(&run);
	if (run.fd >= 0)
		(void)close(run.fd);
	ac_secret_clear(&buffer);
	return result;
}
