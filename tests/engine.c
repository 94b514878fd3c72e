/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration folder of one file, made and removed by a test. */
#include "config.h" /* mkdtemp, asprintf */

#include "engine.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANDOM_BYTES 6 /* mkdtemp's */
#define PATIENT      "deadline = 60s\n"

static void
append(char *into, const char *text)
{
	size_t len = strlen(into);

	snprintf(into + len, ENGINE_TEXT - len, "%s\n", text);
}

static void
diagnose(void *arg, const struct authchain_diagnostic *d)
{
	struct engine *engine = arg;
	const char *file = strrchr(d->file, '/');
	char line[4096];

	snprintf(line, sizeof(line), "%s:%u:%u: %s", file ? file + 1 : d->file,
	    d->line, d->column, d->text);
	append(engine->found, line);
}

static void
keep_log(void *arg, uint32_t level, const char *area, const char *text)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct engine *engine = arg;
	char line[4096];

	snprintf(line, sizeof(line), "%u %s: %s", level, area, text);
	pthread_mutex_lock(&lock);
	append(engine->logged, line);
	pthread_mutex_unlock(&lock);
}

/* text with @TESTS@ and @DIR@ replaced; the caller's.  A chain that names no
 * deadline is given one that no machine is too slow for. */
static char *
fill_in(const struct engine *engine, const char *text)
{
	const char *build = getenv("abs_top_builddir");
	bool hasty = strstr(text, "deadline") == NULL;
	char *out = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&out, &size);

	while (*text != '\0') {
		if (hasty && strncmp(text, "[chain]\n", 8) == 0) {
			fputs("[chain]\n" PATIENT, file);
			text += 8;
		} else if (strncmp(text, "@TESTS@", 7) == 0) {
			fprintf(file, "%s/tests/plugins/.libs",
			    build == NULL ? "." : build);
			text += 7;
		} else if (strncmp(text, "@PLUGINS@", 9) == 0) {
			fprintf(file, "%s/plugins/.libs",
			    build == NULL ? "." : build);
			text += 9;
		} else if (strncmp(text, "@DIR@", 5) == 0) {
			fputs(engine->dir, file);
			text += 5;
		} else {
			fputc(*text++, file);
		}
	}
	fclose(file);
	return out;
}

bool
engine_write(struct engine *engine, const char *name, const char *text)
{
	char path[256];
	char *filled = fill_in(engine, text);
	size_t len = strlen(filled);
	bool written;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", engine->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	written = fd >= 0 && write(fd, filled, len) == (ssize_t)len;
	if (fd >= 0)
		close(fd);
	free(filled);
	return written;
}

bool
engine_open(struct engine *engine, const char *text)
{
	struct authchain_settings settings = { .size = sizeof(settings),
		.diagnose = diagnose,
		.diagnose_arg = engine,
		.log = keep_log,
		.log_arg = engine,
		.pool_threads = 2,
		.pool_queue = 2 };
	char path[256], plugins[512];
	static const char prefix[] = "/tmp/authchain-";

	memset(engine, 0, sizeof(*engine));
	memcpy(engine->dir, prefix, sizeof(prefix));
	memset(engine->dir + sizeof(prefix) - 1, 'X', RANDOM_BYTES);
	snprintf(plugins, sizeof(plugins), "%s/providers/.libs",
	    getenv("abs_top_builddir"));
	settings.plugin_dir = plugins;
	if (mkdtemp(engine->dir) == NULL ||
	    !engine_write(engine, "t.conf", text))
		return false;
	snprintf(path, sizeof(path), "%s/t.conf", engine->dir);
	return authchain_open(&engine->ac, path, &settings, &engine->error) ==
	       0;
}

bool
engine_start(struct engine *engine)
{
	return authchain_start(engine->ac, &engine->error) == 0;
}

void
engine_close(struct engine *engine)
{
	DIR *dir = opendir(engine->dir);
	const struct dirent *file;

	authchain_close(&engine->ac);
	while (dir != NULL && (file = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), file->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	(void)rmdir(engine->dir);
}

struct authchain_decision *
engine_check(struct engine *engine, const char *token)
{
	struct authchain_request request = { .size = sizeof(request) };
	struct authchain_decision *decision = NULL;

	if (token != NULL)
		request.token = (struct authchain_span){ token, strlen(token) };
	(void)authchain_check(engine->ac, "t", &request, &decision);
	return decision;
}
