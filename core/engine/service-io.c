/* SPDX-License-Identifier: BSD-2-Clause */
/* Network, timers and state for plugins; and what an entry has under way. */
#include <stdio.h>

#include "base/clock.h"
#include "engine/service.h"
#include "engine/state.h"
#include "engine/ticket.h"
#include "net/io.h"

#define STATE_MAX_NAME 128

static bool
may_begin(const struct authchain_entry *entry)
{
	return entry->ac->started && !entry->ending;
}

int
ac_service_fetch(struct authchain_entry *entry,
    const struct authchain_fetch *request,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg)
{
	struct authchain_error err;

	ac_error_clear(&err);
	if (!may_begin(entry))
		return -1;
	if (ac_io_fetch(entry->ac->io, entry, request, done, arg, &err) == 0)
		return 0;
	ac_log(&entry->ac->log, AUTHCHAIN_LOG_WARNING, entry->name,
	    "no request was sent: %s", err.text);
	return -1;
}

uint64_t
ac_service_timer(struct authchain_entry *entry, uint64_t delay_ms,
    void (*fire)(void *arg), void *arg)
{
	if (!may_begin(entry))
		return 0;
	return ac_io_timer(entry->ac->io, entry, delay_ms, fire, arg);
}

int
ac_service_timer_cancel(struct authchain_entry *entry, uint64_t id)
{
	return ac_io_timer_cancel(entry->ac->io, entry, id);
}

void
ac_entry_quiet(struct authchain_entry *entry)
{
	if (entry == NULL)
		return;
	entry->ending = entry->quiet = true;
	ac_io_drop(entry->ac->io, entry);
	ac_state_drop(entry->ac->state, entry);
	entry->quiet = false; /* what its owner says at its end is news */
}

int
ac_service_state_rate(struct authchain_entry *entry, struct authchain_span key,
    const struct authchain_rate *rate,
    void (*done)(void *arg, const struct authchain_state_answer *), void *arg)
{
	struct authchain_state_answer answer;

	if (ac_state_rate(entry, key, rate, ac_clock_monotonic_ms(), &answer) !=
	    0)
		return -1;
	done(arg, &answer);
	return 0;
}

int
ac_service_state_put(struct authchain_entry *entry, struct authchain_span key,
    struct authchain_span value, uint64_t ttl_ms)
{
	return ac_state_put(entry, key, value, ttl_ms, ac_clock_monotonic_ms());
}

int
ac_service_state_get(struct authchain_entry *entry, struct authchain_span key,
    void (*done)(void *arg, const struct authchain_state_answer *), void *arg)
{
	return ac_state_get(entry, key, ac_clock_monotonic_ms(), done, arg);
}

/* A name in the state folder and nowhere else. */
static bool
is_file_name(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char other[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strlen(name);

	return len > 0 && len <= STATE_MAX_NAME &&
	       strchr(first, name[0]) != NULL && strspn(name, other) == len;
}

int
ac_service_state_path(const struct authchain_entry *entry, const char *name,
    char *path, size_t size)
{
	const char *folder = entry->ac->settings.state_dir;
	int len;

	if (size == 0)
		return -1;
	path[0] = '\0';
	if (folder == NULL || folder[0] == '\0' || !is_file_name(name))
		return -1;
	len = snprintf(path, size, "%s/%s", folder, name);
	if (len > 0 && (size_t)len < size)
		return 0;
	path[0] = '\0';
	return -1;
}

/* The parts of a runtime that are the network's. */
int
ac_runtime_io_new(struct authchain *ac)
{
	ac->io = ac_io_new(&ac->log);
	return ac->io == NULL ? -1 : 0;
}

int
ac_runtime_io_start(struct authchain *ac, struct authchain_error *err)
{
	return ac_io_start(ac->io, err);
}

void
ac_runtime_io_free(struct authchain *ac)
{
	if (ac->io != NULL)
		ac_io_free(&ac->io);
}

static void
expire(void *arg)
{
	struct authchain_ticket *ticket = arg;

	ac_ticket_expire(ticket);
	ac_ticket_unref(ticket);
}

uint64_t
ac_runtime_expire(struct authchain *ac, struct authchain_ticket *ticket,
    uint64_t delay_ms)
{
	uint64_t id;

	ac_ticket_ref(ticket);
	id = ac_io_timer(ac->io, ac, delay_ms, expire, ticket);
	if (id == 0)
		ac_ticket_unref(ticket);
	return id;
}

void
ac_runtime_expire_cancel(struct authchain *ac, struct authchain_ticket *ticket,
    uint64_t id)
{
	if (id != 0 && ac_io_timer_cancel(ac->io, ac, id) == 1)
		ac_ticket_unref(ticket);
}
