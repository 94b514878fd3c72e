/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key set says of itself in the engine: read, and waited for.  Needs
 * what libauthchain hides: link libengine. */
#ifndef TESTS_KEYSTATE_H
#define TESTS_KEYSTATE_H

#include "engine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "engine/status.h"

#define KEYSTATE_PATIENCE_MS 30000 /* longer than a request may take */
#define KEYSTATE_LOOK_US     10000

struct keystate {
	const char *entry;
	char error[1024], source[32];
	int64_t fetches, failures;
	bool fetching;
};

static inline void
keystate_line(void *arg, const struct authchain_entry *entry, const char *name,
    const char *text)
{
	struct keystate *state = arg;

	if (strcmp(entry->name, state->entry) != 0)
		return;
	if (strcmp(name, "last-error") == 0)
		(void)snprintf(state->error, sizeof(state->error), "%s", text);
	else if (strcmp(name, "source") == 0)
		(void)snprintf(state->source, sizeof(state->source), "%s",
		    text);
	else if (strcmp(name, "fetches") == 0)
		(void)ac_number_parse(ac_span_text(text), &state->fetches);
	else if (strcmp(name, "failures-in-a-row") == 0)
		(void)ac_number_parse(ac_span_text(text), &state->failures);
	else if (strcmp(name, "fetching") == 0)
		state->fetching = strcmp(text, "yes") == 0;
}

static inline struct keystate
keystate_of(struct engine *engine, const char *entry)
{
	struct keystate state = { .entry = entry };
	struct ac_status_reader reader = {
		.line = keystate_line,
		.arg = &state,
	};

	ac_status_read(engine->ac, &reader);
	return state;
}

/* When so many fetches have ended, or after a long time. */
static inline struct keystate
keystate_after(struct engine *engine, const char *entry, int64_t fetches)
{
	struct keystate state = keystate_of(engine, entry);
	int looks = KEYSTATE_PATIENCE_MS * 1000 / KEYSTATE_LOOK_US;

	while (looks-- > 0 && state.fetches < fetches) {
		(void)usleep(KEYSTATE_LOOK_US);
		state = keystate_of(engine, entry);
	}
	return state;
}

#endif
