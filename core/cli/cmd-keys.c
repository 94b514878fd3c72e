/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain keys: the key sets of a configuration, as their plugins see them. */
#include "cli/cli.h"
#include "cli/keysets.h"
#include "cli/open.h"
#include "cli/out.h"

#include <time.h>

#include "base/clock.h"
#include "base/number.h"

#define WAIT_MS INT64_C(15000) /* more than a request may take */
#define LOOK_MS 20             /* between looks */

static const char *
text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text == NULL ? "" : text;
}

static int64_t
number_of(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

static bool
has(const json_t *object, const char *member)
{
	return !json_is_null(json_object_get(object, member));
}

static void
print_safe(const char *text)
{
	ac_out_safe(ac_span_text(text), stdout);
}

static void
print_row(const char *name, const char *text)
{
	printf("    %-12s", name);
	print_safe(text);
	putchar('\n');
}

/* sign: 1 for what is to come, -1 for what has been. */
static void
print_time(const json_t *set, const char *member, const char *name, int sign)
{
	char relative[AC_OUT_RELATIVE];

	if (has(set, member))
		print_row(name,
		    ac_out_relative(sign * number_of(set, member), relative));
}

static void
print_source(const json_t *set)
{
	const char *source = text_of(set, "source");
	char relative[AC_OUT_RELATIVE], line[128];

	if (strcmp(source, "none") == 0)
		print_row("keys", json_is_true(json_object_get(set, "fetching"))
				      ? "none yet, being fetched"
				      : "none");
	else if (has(set, "age_s")) {
		(void)snprintf(line, sizeof(line), "%s, %s", source,
		    ac_out_relative(-number_of(set, "age_s"), relative));
		print_row("keys", line);
	} else
		print_row("keys", source);
}

static void
print_error(const json_t *set)
{
	char relative[AC_OUT_RELATIVE];

	if (!has(set, "last_error"))
		return;
	printf("    %-12s%s%s%s: ", "last error",
	    ac_out_on(stdout, AC_PAINT_WARN),
	    ac_out_relative(-number_of(set, "last_error_age_s"), relative),
	    ac_out_off(stdout));
	print_safe(text_of(set, "last_error"));
	putchar('\n');
}

static void
print_key(const json_t *key)
{
	static const char *const members[] = { "kty", "alg", "use" };
	bool usable = json_is_true(json_object_get(key, "usable"));
	char relative[AC_OUT_RELATIVE];

	printf("    %-12s", "key");
	print_safe(has(key, "kid") ? text_of(key, "kid") : "(no kid)");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (!has(key, members[i]))
			continue;
		putchar(' ');
		print_safe(text_of(key, members[i]));
	}
	if (usable && has(key, "last_used_s"))
		printf(", last used %s",
		    ac_out_relative(-number_of(key, "last_used_s"), relative));
	if (!usable) {
		printf(", %snot usable%s: ", ac_out_on(stdout, AC_PAINT_BAD),
		    ac_out_off(stdout));
		print_safe(text_of(key, "why"));
	}
	putchar('\n');
}

static void
print_set(const json_t *set)
{
	const json_t *keys = json_object_get(set, "keys");
	char line[64];

	printf("%s%s/%s%s: ", ac_out_on(stdout, AC_PAINT_STRONG),
	    text_of(set, "chain"), text_of(set, "entry"), ac_out_off(stdout));
	print_safe(text_of(set, "issuer"));
	putchar('\n');
	if (has(set, "url"))
		print_row("url", text_of(set, "url"));
	if (has(set, "file"))
		print_row("file", text_of(set, "file"));
	print_source(set);
	print_time(set, "expires_s", "good until", 1);
	if (has(set, "fetches")) {
		(void)snprintf(line, sizeof(line), "%lld, the last %lld failed",
		    (long long)number_of(set, "fetches"),
		    (long long)number_of(set, "failures_in_a_row"));
		print_row("fetches", line);
	}
	print_time(set, "next_fetch_s", "next fetch", 1);
	print_error(set);
	for (size_t i = 0; i < json_array_size(keys); i++)
		print_key(json_array_get(keys, i));
}

static enum ac_exit
print(const struct ac_args *args, json_t *sets)
{
	bool usable = ac_keysets_are_usable(sets);

	if (ac_args_has(args, "json")) {
		if (ac_out_json(json_pack("{s:O}", "key_sets", sets)) != 0)
			return AC_EXIT_NO;
	} else {
		for (size_t i = 0; i < json_array_size(sets); i++)
			print_set(json_array_get(sets, i));
		if (json_array_size(sets) == 0)
			puts("no key set in this configuration");
	}
	return usable || !ac_args_has(args, "wait") ? AC_EXIT_OK
						    : AC_EXIT_UNAVAILABLE;
}

/* Until each set was asked for, or the time is up; NULL: out of memory. */
static json_t *
await(struct authchain *ac)
{
	static const struct timespec pause = { 0, LOOK_MS * 1000000L };
	int64_t until_ms = ac_clock_monotonic_ms() + WAIT_MS;
	json_t *sets = ac_keysets_read(ac);

	while (sets != NULL && !ac_keysets_are_settled(sets) &&
	       ac_clock_monotonic_ms() < until_ms) {
		(void)nanosleep(&pause, NULL);
		json_decref(sets);
		sets = ac_keysets_read(ac);
	}
	return sets;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct authchain_error err = { 0 };
	struct authchain *ac = ac_open(args);
	json_t *sets = NULL;
	enum ac_exit rc = AC_EXIT_CONFIG;

	if (ac == NULL)
		return rc;
	if (ac_args_has(args, "wait") && authchain_start(ac, &err) != 0) {
		rc = ac_cli_fail(&err);
		goto out;
	}
	sets = ac_args_has(args, "wait") ? await(ac) : ac_keysets_read(ac);
	if (sets == NULL) {
		(void)ac_error_memory(&err);
		rc = ac_cli_fail(&err);
		goto out;
	}
	rc = print(args, sets);
out:
	json_decref(sets);
	authchain_close(&ac);
	return rc;
}

static const struct ac_arg options[] = {
	AC_ARG_CONFIG,
	{ "wait", 'w', false, NULL,
	    "fetch each key set and wait for the answer" },
	{ "verbose", 'v', false, NULL, "print the log" },
	AC_ARG_PLUGIN_DIR,
	AC_ARG_STATE_DIR,
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_keys = {
	.name = "keys",
	.synopsis = "[options]",
	.summary = "show the key sets of a configuration",
	.text = "For each: where it comes from, how old it is, when it will be "
		"fetched again, what went wrong the last time, and its keys. "
		"Without --wait nothing is sent: what a host would begin with "
		"is shown, which is a key file or the last-good copy in "
		"--state-dir.  Exit status: 0, or 4 when --wait was given and "
		"a key set has no usable key.",
	.args = options,
	.max_operands = 0,
	.run = run,
};
