/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a configuration, and what is asked of it. */
#include "config.h" /* mkdtemp, nftw */

#include "site.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANDOM_BYTES 6 /* mkdtemp's */
#define OPEN_FOLDERS 8 /* at a time, while they are removed */

static void
diagnose(void *arg, const struct authchain_diagnostic *d)
{
	(void)arg;
	if (d->severity == AUTHCHAIN_SEVERITY_ERROR)
		fprintf(stderr, "%s:%u:%u: %s %s\n", d->file, d->line,
		    d->column, d->text, d->hint);
}

static void
no_log(void *arg, uint32_t level, const char *area, const char *text)
{
	(void)arg;
	(void)level;
	(void)area;
	(void)text;
}

static void
fail(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

void
bench_site_init(struct bench_site *site)
{
	static const char prefix[] = "/tmp/authchain-bench-";
	char path[128];
	static const char *const folders[] = { "conf", "conf/chains" };

	memset(site, 0, sizeof(*site));
	memcpy(site->dir, prefix, sizeof(prefix));
	memset(site->dir + sizeof(prefix) - 1, 'X', RANDOM_BYTES);
	if (mkdtemp(site->dir) == NULL)
		fail(site->dir);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", site->dir,
		    folders[i]);
		if (mkdir(path, 0700) != 0)
			fail(path);
	}
}

void
bench_site_write(struct bench_site *site, const char *name, const char *format,
    ...)
{
	char path[128];
	FILE *file;
	va_list ap;
	bool written;

	(void)snprintf(path, sizeof(path), "%s/%s", site->dir, name);
	file = fopen(path, "w");
	if (file == NULL || fchmod(fileno(file), 0600) != 0)
		fail(path);
	va_start(ap, format);
	written = vfprintf(file, format, ap) >= 0;
	va_end(ap);
	if (fclose(file) != 0 || !written)
		fail(path);
}

void
bench_site_write_keys(struct bench_site *site, const char *name,
    const struct bench_key *key)
{
	json_t *set =
	    bench_must(json_pack("{s:[o]}", "keys", bench_key_jwk(key)), name);
	char *text = bench_must(json_dumps(set, JSON_COMPACT), name);

	bench_site_write(site, name, "%s", text);
	free(text);
	json_decref(set);
}

void
bench_site_start(struct bench_site *site, const char *plugins)
{
	struct authchain_settings settings = { .size = sizeof(settings),
		.diagnose = diagnose,
		.log = no_log,
		.plugin_dir = plugins };
	struct authchain_error error = { 0 };
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/conf", site->dir);
	if (authchain_open(&site->ac, path, &settings, &error) == 0 &&
	    authchain_start(site->ac, &error) == 0)
		return;
	fprintf(stderr, "bench: %s\n", error.text);
	bench_site_close(site);
	exit(2);
}

static int
discard(const char *path, const struct stat *about, int kind, struct FTW *at)
{
	(void)about;
	(void)kind;
	(void)at;
	return remove(path);
}

void
bench_site_close(struct bench_site *site)
{
	authchain_close(&site->ac);
	if (site->dir[0] != '\0')
		(void)nftw(site->dir, discard, OPEN_FOLDERS,
		    FTW_DEPTH | FTW_PHYS);
	site->dir[0] = '\0';
}

static bool
as_wanted(const struct bench_check *check,
    const struct authchain_decision *decision)
{
	if (decision != NULL && decision->reason == check->reason &&
	    (decision->verdict == AUTHCHAIN_VERDICT_ALLOW) ==
		(check->reason == AUTHCHAIN_REASON_NONE) &&
	    (check->cached == BENCH_EITHER ||
		decision->cached == check->cached))
		return true;
	fprintf(stderr, "bench: %s: token %zu: %s%s, not %s%s: %s\n",
	    check->chain, check->at,
	    decision == NULL ? "no memory"
			     : authchain_reason_name(decision->reason),
	    decision != NULL && decision->cached ? ", cached" : "",
	    authchain_reason_name(check->reason),
	    check->cached == 1 ? ", cached" : "",
	    decision == NULL ? "" : decision->detail);
	return false;
}

bool
bench_check_run(void *self, size_t times)
{
	struct bench_check *check = self;
	bool good = true;

	while (good && times-- > 0) {
		struct authchain_request request = { .size = sizeof(request),
			.token = check->tokens[check->at] };
		struct authchain_decision *decision = NULL;

		(void)authchain_check(check->ac, check->chain, &request,
		    &decision);
		good = as_wanted(check, decision);
		authchain_decision_free(&decision);
		check->at = check->at + 1 == check->count ? 0 : check->at + 1;
	}
	return good;
}
