/* SPDX-License-Identifier: BSD-2-Clause */
/* One thread for signals and late decisions; the servers have their own. */
#include "daemon/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/confine.h"
#include "daemon/notify.h"
#include "daemon/pace.h"

#define ADDRESS      "unix:/run/authchain/authchaind.sock"
#define STOP_LOOK_MS 20
#define STOP_TAKE_MS 2000 /* for answers to be taken */
#define MAIN_AREA    "authchaind"

struct ac_run {
	const struct ac_options *options;
	enum ac_log_format format;
	struct ac_log log;
	struct ac_daemon daemon;
	struct ac_listens listens;
	struct ac_server servers[AC_LISTEN_MAX];
	size_t server_count;
	int signals; /* signalfd */
};

static void
print_finding(void *arg, const struct authchain_diagnostic *finding)
{
	struct ac_run *run = arg;
	char place[32] = "";
	bool error = finding->severity == AUTHCHAIN_SEVERITY_ERROR;

	if (finding->severity == AUTHCHAIN_SEVERITY_LINT)
		return; /* for check-config */
	if (finding->line != 0)
		(void)snprintf(place, sizeof(place), ":%u:%u", finding->line,
		    finding->column);
	ac_log(&run->log, error ? AUTHCHAIN_LOG_ERROR : AUTHCHAIN_LOG_WARNING,
	    "config", "%s%s: %s%s%s", finding->file, place, finding->text,
	    finding->hint[0] != '\0' ? "; " : "", finding->hint);
}

static void
note_read(struct ac_daemon *daemon, bool good)
{
	atomic_store(&daemon->reload_failed, !good);
	if (good)
		atomic_store(&daemon->read_s, ac_clock_wall_ms() / 1000);
}

/* Without them all who ask would see an outage. */
static void
tell_of_callers(const struct ac_daemon *daemon, struct authchain_error *err)
{
	struct ac_quote quote;

	if (err->code != AUTHCHAIN_ERROR_NOT_FOUND)
		return;
	ac_error_clear(err);
	ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
	    "--introspect-callers %s: there is no such chain; write "
	    "chains/NAME.conf with the entries that know who may ask",
	    ac_quote(&quote, ac_span_text(daemon->introspect_callers)));
}

struct ac_run *
ac_run_open(const struct ac_options *options, struct authchain_error *err)
{
	struct ac_run *run = calloc(1, sizeof(*run));
	struct authchain_settings settings = {
		.size = sizeof(settings),
		.diagnose = print_finding,
		.diagnose_arg = run,
		.log = ac_log_line,
		.log_level = options->log_level,
		.plugin_dir = options->plugin_dir,
		.state_dir = options->state_dir,
		.required_chain = options->introspect_callers,
	};

	if (run == NULL) {
		ac_error_memory(err);
		return NULL;
	}
	run->options = options;
	run->signals = -1;
	run->format = ac_log_format_choose(options->log_format);
	settings.log_arg = &run->format;
	ac_log_init(&run->log, ac_log_line, &run->format, options->log_level);
	run->daemon.trusted = options->trusted;
	run->daemon.limits = options->limits;
	run->daemon.log = &run->log;
	run->daemon.pace =
	    ac_pace_new(options->limits.header_s, options->limits.idle_s, err);
	run->daemon.preflight = &options->preflight;
	run->daemon.introspect_callers = options->introspect_callers;
	note_read(&run->daemon, true);
	run->daemon.counts = ac_counts_new();
	if (run->daemon.counts == NULL)
		ac_error_memory(err);
	if (run->daemon.counts == NULL || run->daemon.pace == NULL ||
	    authchain_open(&run->daemon.ac, options->config, &settings, err) !=
		0) {
		tell_of_callers(&run->daemon, err);
		ac_run_close(&run);
	}
	return run;
}

/* Before any thread is made, so that all inherit the mask. */
static int
open_signals(struct ac_run *run, struct authchain_error *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 ||
	    (run->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't wait for signals: %s; allow more open files "
		    "(LimitNOFILE=, ulimit -n)",
		    strerror(errno));
	return 0;
}

static int
add_listens(struct ac_run *run, const char *option, struct authchain_error *err)
{
	const char *address;
	size_t at = 0;

	while (
	    (address = ac_args_next(&run->options->args, option, &at)) != NULL)
		if (ac_listen_add(&run->listens, address, option, err) != 0)
			return -1;
	return 0;
}

static bool
serves_proxies(const struct ac_listens *listens)
{
	for (size_t i = 0; i < listens->count; i++)
		if (!listens->at[i].admin)
			return true;
	return false;
}

static int
open_listens(struct ac_run *run, struct authchain_error *err)
{
	if (ac_listen_inherit(&run->listens, err) != 0 ||
	    add_listens(run, "listen", err) != 0 ||
	    add_listens(run, "admin", err) != 0 ||
	    add_listens(run, "fastcgi", err) != 0)
		return -1;
	if (serves_proxies(&run->listens))
		return 0;
	return ac_listen_add(&run->listens, ADDRESS, "listen", err);
}

static int
start_servers(struct ac_run *run, struct authchain_error *err)
{
	for (size_t i = 0; i < run->listens.count; i++) {
		struct ac_listen *listen = &run->listens.at[i];

		if (ac_server_start(&run->servers[i], &run->daemon, listen,
			err) != 0)
			return -1;
		run->server_count++;
		ac_log(&run->log, AUTHCHAIN_LOG_NOTICE, MAIN_AREA,
		    "serving %s on %s",
		    listen->admin     ? "operators"
		    : listen->fastcgi ? "FastCGI"
				      : "proxies",
		    listen->name);
	}
	return 0;
}

static void
reload(struct ac_run *run)
{
	struct authchain_error err = { 0 };
	bool good;

	ac_notify_reloading();
	good = authchain_reload(run->daemon.ac, &err) == 0;
	tell_of_callers(&run->daemon, &err);
	note_read(&run->daemon, good);
	if (good)
		ac_log(&run->log, AUTHCHAIN_LOG_NOTICE, MAIN_AREA,
		    "%s was read anew and serves", run->options->config);
	else
		ac_log(&run->log, AUTHCHAIN_LOG_ERROR, MAIN_AREA,
		    "%s was not taken, the configuration before it serves on: "
		    "%s",
		    run->options->config, err.text);
	ac_notify("READY=1");
}

/* false when it is time to stop. */
static bool
take_signals(struct ac_run *run)
{
	struct signalfd_siginfo info;
	bool again = false;

	while (
	    read(run->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			return false;
		again = true;
	}
	if (again)
		reload(run);
	return true;
}

static void
loop(struct ac_run *run)
{
	struct pollfd polled[] = {
		{ .fd = run->signals, .events = POLLIN },
		{ .fd = authchain_descriptor(run->daemon.ac),
		    .events = POLLIN },
		{ .fd = ac_pace_descriptor(run->daemon.pace),
		    .events = POLLIN },
	};

	for (;;) {
		if (poll(polled, sizeof(polled) / sizeof(polled[0]), -1) < 0 &&
		    errno != EINTR)
			return;
		if (polled[2].revents != 0)
			ac_pace_look(run->daemon.pace);
		if (polled[1].revents != 0)
			authchain_dispatch(run->daemon.ac);
		if (polled[0].revents != 0 && !take_signals(run))
			return;
	}
}

/*
 * Take no more and end what was begun.  Each decision has its chain's deadline;
 * a peer that does not take its answer is given a moment.
 */
static void
stop(struct ac_run *run)
{
	struct ac_daemon *daemon = &run->daemon;
	struct pollfd polled = { .fd = authchain_descriptor(daemon->ac),
		.events = POLLIN };
	int64_t until;

	ac_notify("STOPPING=1");
	atomic_store(&daemon->stopping, true);
	ac_listen_withdraw(&run->listens);
	for (size_t i = 0; i < run->server_count; i++)
		ac_server_quiesce(&run->servers[i]);
	until = ac_clock_monotonic_ms() + STOP_TAKE_MS;
	while (atomic_load(&daemon->asked) > 0 ||
	       (atomic_load(&daemon->open) > 0 &&
		   ac_clock_monotonic_ms() < until)) {
		if (atomic_load(&daemon->asked) > 0)
			until = ac_clock_monotonic_ms() + STOP_TAKE_MS;
		(void)poll(&polled, 1, STOP_LOOK_MS);
		authchain_dispatch(daemon->ac);
	}
	for (size_t i = 0; i < run->server_count; i++)
		ac_server_stop(&run->servers[i]);
	run->server_count = 0;
	ac_log(&run->log, AUTHCHAIN_LOG_NOTICE, MAIN_AREA, "stopped");
}

int
ac_run_serve(struct ac_run *run, struct authchain_error *err)
{
	int r;

	if (open_listens(run, err) != 0 || open_signals(run, err) != 0 ||
	    ac_confine_files(run->options, &run->listens, &run->log, err) !=
		0 ||
	    authchain_start(run->daemon.ac, err) != 0)
		return -1;
	r = start_servers(run, err);
	if (r == 0) {
		ac_notify("READY=1");
		loop(run);
	}
	stop(run);
	return r;
}

void
ac_run_close(struct ac_run **run)
{
	struct ac_run *it = *run;

	if (it == NULL)
		return;
	authchain_close(&it->daemon.ac);
	ac_counts_free(&it->daemon.counts);
	ac_keep_clear(&it->daemon.keep);
	ac_pace_free(&it->daemon.pace);
	ac_listen_close(&it->listens);
	if (it->signals >= 0)
		close(it->signals);
	free(it);
	*run = NULL;
}
