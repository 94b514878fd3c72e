/* SPDX-License-Identifier: BSD-2-Clause */
/* audit: the thread that writes, and those that never wait for it. */
#include "scratch.h"
#include "tap.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/file.h>
#include <time.h>

#include "audit-writer.h"
#include "base/clock.h"
#include "cli/audit-verify.h"

#define SECRET   "0123456789abcdef0123456789abcdef"
#define THREADS  4
#define PER_EACH 2000
#define WAIT_MS  30000

static _Atomic unsigned int errors, notices;
static char last_error[1024]; /* read when its thread has ended */

static void log_line(struct authchain_entry *entry, uint32_t level,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);

static void
log_line(struct authchain_entry *entry, uint32_t level, const char *format, ...)
{
	va_list ap;

	(void)entry;
	if (level != AUTHCHAIN_LOG_ERROR) {
		notices++;
		return;
	}
	va_start(ap, format);
	(void)vsnprintf(last_error, sizeof(last_error), format, ap);
	va_end(ap);
	errors++;
}

static int
no_random(void *buffer, size_t len)
{
	memset(buffer, 0, len);
	return -1;
}

static const struct authchain_host host = {
	.size = sizeof(host),
	.log = log_line,
	.random = no_random,
	.wall_ms = ac_clock_wall_ms,
	.monotonic_ms = ac_clock_monotonic_ms,
};

static struct audit_config
config_of(const char *path, size_t queue_bytes)
{
	return (struct audit_config){
		.host = &host,
		.path = path,
		.mode = 0600,
		.chained = true,
		.chain_secret = ac_span_text(SECRET),
		.name_secret = ac_span_text(SECRET),
		.queue_bytes = queue_bytes,
	};
}

static struct audit_record *
a_record(void)
{
	struct authchain_span texts[AUDIT_TEXTS] = {
		[AUDIT_URI] = ac_span_text("/"),
	};

	return audit_record_new(texts);
}

/* What is wrong with the file; its lines and those that it says are missing. */
static struct ac_audit *
read_back(const char *name)
{
	static struct ac_audit audit;
	FILE *in = fopen(scratch_path(name), "r");

	(void)ac_audit_init(&audit);
	(void)ac_seal_init(&audit.seals[0], ac_span_text(SECRET));
	if (in == NULL)
		return &audit;
	(void)ac_audit_read(&audit, name, in);
	(void)fclose(in);
	return &audit;
}

static bool
wait_until(const struct audit_writer *writer,
    bool (*holds)(const struct audit_counts *counts))
{
	static const struct timespec pause = { 0, 2000000 };
	int64_t until_ms = ac_clock_monotonic_ms() + WAIT_MS;
	struct audit_counts counts;

	do {
		audit_writer_count(writer, &counts);
		if (holds(&counts))
			return true;
		(void)nanosleep(&pause, NULL);
	} while (ac_clock_monotonic_ms() < until_ms);
	return false;
}

static bool
is_all_of_many(const struct audit_counts *counts)
{
	return counts->written + counts->lost >= (uint64_t)THREADS * PER_EACH;
}

static bool
is_failing(const struct audit_counts *counts)
{
	return counts->failing;
}

static bool
is_through(const struct audit_counts *counts)
{
	return counts->waiting == 0 && !counts->failing;
}

/* ---- nobody waits ---- */

/* Somebody else has the file, so that nothing can be written. */
static void
test_stuck(void)
{
	char path[1024];
	struct audit_config config;
	struct audit_writer *writer;
	struct authchain_error err = { 0 };
	struct audit_counts counts;
	uint64_t kept = 0;
	int fd;

	scratch_write("stuck", ac_span_text(""), 0600);
	(void)snprintf(path, sizeof(path), "%s", scratch_path("stuck"));
	fd = open(path, O_RDWR | O_CLOEXEC);
	(void)flock(fd, LOCK_EX);
	config = config_of(path, 64 << 10);
	writer = audit_writer_new(&config, NULL);
	ok(audit_writer_start(writer, &err) == 0,
	    "a file that another one still has is no fault");
	ok(wait_until(writer, is_failing), "but it is known");
	for (int i = 0; i < PER_EACH; i++)
		kept += audit_writer_put(writer, a_record());
	audit_writer_count(writer, &counts);
	ok(kept > 0 && kept < PER_EACH && counts.lost == PER_EACH - kept &&
		counts.waiting <= config.queue_bytes,
	    "who hands over more than there is room for goes on at once");
	(void)close(fd);
	ok(wait_until(writer, is_through),
	    "when the file is free all that waited is written");
	audit_writer_free(&writer);
	ok(errors == 1 && notices == 1, "the log says both once");
	ok(read_back("stuck")->fault == AC_AUDIT_GOOD &&
		read_back("stuck")->dropped == PER_EACH - kept &&
		read_back("stuck")->lines == kept + 2,
	    "and a line says how many are missing");
}

static void
test_stuck_at_end(void)
{
	char path[1024];
	struct audit_config config;
	struct audit_writer *writer;
	struct authchain_error err = { 0 };
	int fd;

	scratch_write("end", ac_span_text(""), 0600);
	(void)snprintf(path, sizeof(path), "%s", scratch_path("end"));
	fd = open(path, O_RDWR | O_CLOEXEC);
	(void)flock(fd, LOCK_EX);
	config = config_of(path, 64 << 10);
	writer = audit_writer_new(&config, NULL);
	(void)audit_writer_start(writer, &err);
	ok(audit_writer_put(writer, a_record()) &&
		audit_writer_put(writer, a_record()) &&
		!audit_writer_put(writer, NULL),
	    "two records wait, and for a third there was no memory");
	ok(wait_until(writer, is_failing), "the file is another's");
	errors = 0;
	audit_writer_free(&writer);
	ok(writer == NULL, "an end does not wait for ever");
	ok(errors == 1 &&
		strncmp(last_error, "3 decisions are lost", 20) == 0 &&
		strstr(last_error, path) != NULL &&
		strstr(last_error, "by another process") != NULL,
	    "the log says how many are lost, of which file, and why");
	(void)close(fd);
}

/* ---- many threads ---- */

static void *
put_many(void *arg)
{
	for (int i = 0; i < PER_EACH; i++)
		(void)audit_writer_put(arg, a_record());
	return NULL;
}

static void
test_threads(void)
{
	char path[1024];
	struct audit_config config;
	struct audit_writer *writer;
	struct authchain_error err = { 0 };
	pthread_t threads[THREADS];
	const struct ac_audit *audit;

	(void)snprintf(path, sizeof(path), "%s", scratch_path("many"));
	config = config_of(path, 64 << 20);
	writer = audit_writer_new(&config, NULL);
	ok(audit_writer_start(writer, &err) == 0 &&
		audit_writer_start(writer, &err) == 0,
	    "it may be started again, as a reload does");
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_create(&threads[i], NULL, put_many, writer);
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	/* an end waits for two seconds, which valgrind may need for less */
	(void)wait_until(writer, is_all_of_many);
	audit_writer_free(&writer);
	audit = read_back("many");
	ok(audit->fault == AC_AUDIT_GOOD && audit->dropped == 0 &&
		audit->lines == (uint64_t)THREADS * PER_EACH + 1,
	    "each record of many threads is a line by the end");
}

/* ---- edges ---- */

static void
test_edges(void)
{
	char path[1024];
	struct audit_config config;
	struct audit_writer *writer = NULL;
	struct authchain_error err = { 0 };

	errors = 0;
	audit_writer_free(&writer);
	ok(writer == NULL, "what is not there can be freed");
	(void)snprintf(path, sizeof(path), "%s", scratch_path("edge"));
	config = config_of(path, 64 << 10);
	config.name_secret = ac_span(NULL, 0);
	ok(audit_writer_new(&config, NULL) == NULL,
	    "without a secret and random numbers there is no key");
	config = config_of(path, 64 << 10);
	writer = audit_writer_new(&config, NULL);
	(void)audit_writer_put(writer, NULL);
	(void)audit_writer_put(writer, a_record());
	audit_writer_free(&writer);
	ok(access(path, F_OK) != 0 && errors == 0,
	    "who is not started makes no file and no fuss");
	writer = audit_writer_new(&config, NULL);
	(void)audit_writer_put(writer, NULL);
	(void)audit_writer_start(writer, &err);
	audit_writer_free(&writer);
	ok(read_back("edge")->dropped == 1,
	    "a record that there was no memory for is missing");
	(void)snprintf(path, sizeof(path), "%s", scratch);
	writer = audit_writer_new(&config, NULL);
	ok(audit_writer_start(writer, &err) == -1 && err.text[0] != '\0',
	    "a folder is no file");
	audit_writer_free(&writer);
	config.sink = AUDIT_SYSLOG;
	ac_error_clear(&err);
	writer = audit_writer_new(&config, NULL);
	ok(audit_writer_start(writer, &err) == -1 &&
		strstr(err.text, "log daemon") != NULL,
	    "nor is it a log daemon");
	audit_writer_free(&writer);
}

int
main(void)
{
	scratch_make();
	test_stuck();
	test_stuck_at_end();
	test_threads();
	test_edges();
	scratch_remove();
	return done();
}
