/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens configurations that tests write as text, with the built plugins. */
#ifndef TESTS_ENGINE_H
#define TESTS_ENGINE_H

#include <authchain/authchain.h>

#include <stdbool.h>

#define ENGINE_TEXT 65536

struct engine {
	struct authchain *ac;
	char dir[64];             /* scratch, removed by engine_close */
	char found[ENGINE_TEXT];  /* diagnostics, a line each */
	char logged[ENGINE_TEXT]; /* log lines */
	struct authchain_error error;
};

/*
 * Write text as DIR/t.conf and open it; "@TESTS@" in it becomes the folder of
 * the test plugins, "@PLUGINS@" that of those under plugins, "@DIR@" the
 * scratch folder; a chain without a deadline gets one of a minute, as its
 * second line.  Not started.  False when it could not be opened: found and
 * error say why.
 */
bool engine_open(struct engine *engine, const char *text);
bool engine_start(struct engine *engine);
/* Replace t.conf; for a reload. */
bool engine_write(struct engine *engine, const char *name, const char *text);
void engine_close(struct engine *engine);

/* One check of chain t with a bare token, NULL for none. */
struct authchain_decision *engine_check(struct engine *engine,
    const char *token);

#endif
