/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of the daemon: what they are, what they may be. */
#include "daemon/options.h"

#include <unistd.h>

#include "base/log.h"
#include "base/number.h"
#include "daemon/listen.h"

#define CONFIG          "/etc/authchain"
#define MAX_WORKERS     256
#define MAX_CONNECTIONS 65535
#define MAX_TIME_S      3600
#define CONNECTIONS     16384
#define IDLE_S          75 /* longer than a proxy keeps its own */
#define HEADER_S        10 /* what a proxy sends comes at once */

static const struct ac_arg table[] = {
	AC_ARG_CONFIG,
	{ "test", 't', false, NULL, "check the configuration and leave" },
	{ "listen", 'l', true, "ADDRESS",
	    "serve proxies at unix:/PATH, ADDRESS:PORT or [V6]:PORT; may be "
	    "repeated [what the service manager hands over, else "
	    "unix:/run/authchain/authchaind.sock]" },
	{ "fastcgi", 0, true, "ADDRESS",
	    "serve FastCGI there, in the role of an authorizer, for Apache and "
	    "lighttpd; may be repeated" },
	{ "admin", 0, true, "ADDRESS",
	    "serve /livez, /readyz, /metrics and /status there" },
	{ "introspect-callers", 0, false, "CHAIN",
	    "serve /introspect (RFC 7662) to those whom that chain lets in "
	    "[nobody]" },
	{ "trusted-proxy", 0, true, "NETWORK",
	    "believe X-Forwarded fields from there; a unix socket is always "
	    "believed; may be repeated" },
	{ "preflight-origin", 0, true, "ORIGIN",
	    "answer browsers that ask whether pages of that origin may ask, "
	    "where the proxy is Envoy; may be repeated [nobody]" },
	{ "workers", 'w', false, "N", "threads that serve [one a processor]" },
	{ "max-connections", 0, false, "N",
	    "connections at once, of each socket [16384]" },
	{ "idle-timeout", 0, false, "TIME",
	    "close a connection on which nothing comes for so long [75s]" },
	{ "header-timeout", 0, false, "TIME",
	    "close a connection whose header takes longer than that [10s]" },
	{ "log-format", 0, false, "FORMAT",
	    "auto, text, json or journal [auto]" },
	{ "landlock", 0, false, "MODE",
	    "let the kernel refuse writing but to the state folder: auto, "
	    "require or off [auto]" },
	{ "writable", 0, true, "DIR",
	    "leave that folder open to writing as well; may be repeated" },
	{ "verbose", 'v', false, NULL, "log more" },
	AC_ARG_PLUGIN_DIR,
	AC_ARG_STATE_DIR,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

static int
read_number(const struct ac_args *args, const char *name, unsigned int max,
    unsigned int *value, struct authchain_error *err)
{
	const char *text = ac_args_text(args, name, NULL);
	struct ac_quote quote;
	int64_t number;

	if (text == NULL)
		return 0;
	if (!ac_number_parse(ac_span_text(text), &number) || number < 1 ||
	    number > max)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--%s %s: say a number from 1 to %u", name,
		    ac_quote(&quote, ac_span_text(text)), max);
	*value = (unsigned int)number;
	return 0;
}

static int
read_time(const struct ac_args *args, const char *name, unsigned int *time_s,
    struct authchain_error *err)
{
	const char *text = ac_args_text(args, name, NULL);
	struct ac_quote quote;
	int64_t ms;

	if (text == NULL)
		return 0;
	if (!ac_duration_parse(ac_span_text(text), &ms) || ms < 1000 ||
	    ms > MAX_TIME_S * INT64_C(1000) || ms % 1000 != 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--%s %s: say a time from 1s to 1h in whole seconds, like "
		    "75s",
		    name, ac_quote(&quote, ac_span_text(text)));
	*time_s = (unsigned int)(ms / 1000);
	return 0;
}

/* What the daemon would only find out once all was read. */
static int
check_listens(const struct ac_args *args, struct authchain_error *err)
{
	static const char *const names[] = { "listen", "fastcgi", "admin" };
	size_t count = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *address;
		size_t at = 0;

		while ((address = ac_args_next(args, names[i], &at)) != NULL) {
			if (ac_listen_check(address, err) != 0)
				return -1;
			count++;
		}
	}
	if (count > AC_LISTEN_MAX)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%zu sockets to listen on: at most %d are served", count,
		    AC_LISTEN_MAX);
	return 0;
}

static unsigned int
processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	if (count < 1)
		return 1;
	return count > MAX_WORKERS ? MAX_WORKERS : (unsigned int)count;
}

static int
read_values(struct ac_options *options, struct authchain_error *err)
{
	const struct ac_args *args = &options->args;
	const char *network, *origin;
	size_t at = 0, origin_at = 0;

	options->limits = (struct ac_limits){ .workers = processors(),
		.connections = CONNECTIONS,
		.idle_s = IDLE_S,
		.header_s = HEADER_S };
	while ((network = ac_args_next(args, "trusted-proxy", &at)) != NULL)
		if (ac_trusted_add(&options->trusted, network, err) != 0)
			return -1;
	while ((origin = ac_args_next(args, "preflight-origin", &origin_at)) !=
	       NULL)
		if (ac_preflight_add(&options->preflight, origin, err) != 0)
			return -1;
	if (check_listens(args, err) != 0 ||
	    read_number(args, "workers", MAX_WORKERS, &options->limits.workers,
		err) != 0 ||
	    read_number(args, "max-connections", MAX_CONNECTIONS,
		&options->limits.connections, err) != 0 ||
	    read_time(args, "idle-timeout", &options->limits.idle_s, err) !=
		0 ||
	    read_time(args, "header-timeout", &options->limits.header_s, err) !=
		0)
		return -1;
	if (ac_landlock_find(ac_args_text(args, "landlock", "auto"),
		&options->landlock, err) != 0)
		return -1;
	return ac_log_format_find(ac_args_text(args, "log-format", "auto"),
	    &options->log_format, err);
}

int
ac_options_read(struct ac_options *options, size_t count, char *const *words,
    struct authchain_error *err)
{
	struct ac_args *args = &options->args;

	*options = (struct ac_options){ 0 };
	if (ac_args_parse(args, table, count, words, err) != 0)
		return -1;
	if (args->operand_count > 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "there are arguments that belong to no option: see "
		    "authchaind --help");
	options->help = ac_args_has(args, "help");
	options->version = ac_args_has(args, "version");
	options->test = ac_args_has(args, "test");
	options->config = ac_args_text(args, "config", CONFIG);
	options->plugin_dir = ac_args_text(args, "plugin-dir", NULL);
	options->state_dir = ac_args_text(args, "state-dir", NULL);
	options->introspect_callers =
	    ac_args_text(args, "introspect-callers", NULL);
	options->log_level = ac_args_has(args, "verbose")
				 ? AUTHCHAIN_LOG_INFO
				 : AUTHCHAIN_LOG_NOTICE;
	return read_values(options, err);
}

void
ac_options_clear(struct ac_options *options)
{
	ac_args_clear(&options->args);
}

int
ac_options_help(FILE *out)
{
	fputs("usage: authchaind [options]\n\n"
	      "Judge requests for reverse proxies, by chains of plugins.\n\n"
	      "options:\n",
	    out);
	ac_args_print(table, out);
	fputs("\nSIGHUP reads the configuration anew, SIGTERM stops; see "
	      "authchaind(8).\n",
	    out);
	return 0;
}
