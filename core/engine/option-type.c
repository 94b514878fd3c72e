/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of options.  A message shows the value as it was written, never
 * what the environment made of it, and never what should have been a secret's
 * name.
 */
#include "engine/option-type.h"

#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>

#define NUMBER_TEXT 32

int
ac_option_complain(const struct ac_option_reading *r,
    const struct ac_position *at, const char *hint, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	ac_diag(r->diags, AUTHCHAIN_SEVERITY_ERROR, at, hint, "%s: %s",
	    r->option->name, text);
	return -1;
}

/* ---- numbers ----------------------------------------------------------- */

static bool
is_digits(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	return text.len > 0;
}

static const char *
size_text(int64_t bytes, char out[NUMBER_TEXT])
{
	static const char units[] = "KMG";
	char unit[2] = "";

	for (size_t i = 0; units[i] != '\0' && bytes != 0; i++) {
		if (bytes % 1024 != 0)
			break;
		bytes /= 1024;
		unit[0] = units[i];
	}
	(void)snprintf(out, NUMBER_TEXT, "%" PRId64 "%s", bytes, unit);
	return out;
}

static const char *
number_text(uint32_t type, int64_t number, char out[NUMBER_TEXT])
{
	_Static_assert(AC_DURATION_TEXT <= NUMBER_TEXT, "one fits the other");
	if (type == AUTHCHAIN_OPTION_DURATION && number >= 0)
		return ac_duration_text(number, out);
	if (type == AUTHCHAIN_OPTION_SIZE && number >= 0)
		return size_text(number, out);
	(void)snprintf(out, NUMBER_TEXT, "%" PRId64, number);
	return out;
}

static int
check_range(struct ac_option_reading *r)
{
	const struct authchain_option *o = r->option;
	bool less = r->value->number < o->min;
	char least[NUMBER_TEXT], most[NUMBER_TEXT], hint[2 * NUMBER_TEXT + 32];

	if (o->min == o->max || (!less && r->value->number <= o->max))
		return 0;
	(void)number_text(o->type, o->min, least);
	(void)number_text(o->type, o->max, most);
	(void)snprintf(hint, sizeof(hint), "write one from %s to %s", least,
	    most);
	return ac_option_complain(r, &r->item->value_at, hint,
	    "%s is %s allowed, %s", r->quote.text,
	    less ? "less than the least" : "more than the most",
	    less ? least : most);
}

static int
read_integer(struct ac_option_reading *r, struct authchain_span text)
{
	const char *hint = NULL;

	if (ac_number_parse(text, &r->value->number))
		return check_range(r);
	if (is_digits(text))
		hint = text.data[0] == '0' ? "write it without leading zeros"
					   : "it does not fit 64 bits";
	return ac_option_complain(r, &r->item->value_at, hint,
	    "%s is not a whole number", r->quote.text);
}

static int
read_duration(struct ac_option_reading *r, struct authchain_span text)
{
	char hint[96] = "durations are written 250ms, 30s, 5m, 24h or 7d";

	if (ac_duration_parse(text, &r->value->number))
		return check_range(r);
	if (is_digits(text) && text.len < 20 && !r->expanded)
		(void)snprintf(hint, sizeof(hint),
		    "a unit is missing: write %.*ss, or %.*sm for minutes",
		    (int)text.len, text.data, (int)text.len, text.data);
	return ac_option_complain(r, &r->item->value_at, hint,
	    "%s is not a duration", r->quote.text);
}

static int
read_size(struct ac_option_reading *r, struct authchain_span text)
{
	if (ac_size_parse(text, &r->value->number))
		return check_range(r);
	return ac_option_complain(r, &r->item->value_at,
	    "sizes are written 512, 64K, 1M or 2G", "%s is not a size",
	    r->quote.text);
}

/* ---- words ------------------------------------------------------------- */

static bool
is_one_of(struct authchain_span word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (ac_span_is_nocase(word, ac_span_text(*words)))
			return true;
	}
	return false;
}

static int
read_bool(struct ac_option_reading *r, struct authchain_span text)
{
	static const char *const positive[] = { "yes", "y", "true", "t", "on",
		"1", "enabled", "enable", NULL };
	static const char *const negative[] = { "no", "n", "false", "f", "off",
		"0", "disabled", "disable", NULL };
	const char *hint = "write yes or no";

	if (ac_span_is_text(text, "yes") || ac_span_is_text(text, "no")) {
		r->value->number = text.len == 3;
		return 0;
	}
	if (is_one_of(text, positive))
		hint = "write yes";
	else if (is_one_of(text, negative))
		hint = "write no";
	return ac_option_complain(r, &r->item->value_at, hint,
	    "%s is neither yes nor no", r->quote.text);
}

int64_t
ac_option_choose(const struct ac_option_reading *r, struct authchain_span text,
    const struct ac_position *at)
{
	const char *const *choices = r->option->choices;
	char hint[AC_HINT_BYTES];
	size_t count = 0;

	for (; choices != NULL && choices[count] != NULL; count++) {
		if (ac_span_is_text(text, choices[count]))
			return (int64_t)count;
	}
	return ac_option_complain(r, at,
	    ac_suggest_hint(hint, text, choices, count), "unknown value %s",
	    r->quote.text);
}

static int
read_url(struct ac_option_reading *r, struct authchain_span text)
{
	const char *fault = ac_option_url_fault(text);
	bool may_hold_secrets = ac_span_find(text, '@', 0) < text.len ||
				ac_span_find(text, '?', 0) < text.len;

	if (fault == NULL)
		return 0;
	return ac_option_complain(r, &r->item->value_at,
	    "write it in full: https://HOST/PATH", "%s is not a URL: %s",
	    may_hold_secrets ? "the value (not shown)" : r->quote.text, fault);
}

static int
read_path(struct ac_option_reading *r, struct authchain_span text)
{
	if (text.len > 0 && text.data[0] == '/')
		return 0;
	return ac_option_complain(r, &r->item->value_at,
	    text.len > 0 && text.data[0] == '~'
		? "~ is not expanded; begin with /"
		: "begin with /",
	    "%s is not an absolute path", r->quote.text);
}

/* ---- secrets ----------------------------------------------------------- */

static bool
knows(const struct ac_secret_lookup *lookup, const char *name)
{
	for (size_t i = 0; i < lookup->name_count; i++) {
		if (strcmp(lookup->names[i], name) == 0)
			return true;
	}
	return false;
}

/* It is not @NAME; what it is may be the secret itself. */
static int
refuse_inline(struct ac_option_reading *r, const char *text)
{
	char hint[AC_CONF_MAX_NAME + 16];

	if (r->lookup != NULL && knows(r->lookup, text) &&
	    strlen(text) <= AC_CONF_MAX_NAME) {
		(void)snprintf(hint, sizeof(hint), "write @%s", text);
		return ac_option_complain(r, &r->item->value_at, hint,
		    "the name of a secret begins with @");
	}
	return ac_option_complain(r, &r->item->value_at,
	    "secrets are never inline: write @NAME and a [secret NAME] "
	    "section",
	    "the value is not @NAME (and is not shown here)");
}

static int
read_secret(struct ac_option_reading *r, const char *text)
{
	const struct ac_secret_lookup *lookup = r->lookup;
	const char *wanted = r->option->purpose;
	struct ac_secret_list *secret = NULL;
	const char *name = text + 1;
	char hint[AC_HINT_BYTES];

	if (text[0] != '@' || !ac_conf_is_name(ac_span_text(name)))
		return refuse_inline(r, text);
	if (lookup != NULL && lookup->find != NULL)
		secret = lookup->find(lookup->arg, name);
	if (secret == NULL && lookup != NULL &&
	    (lookup->incomplete || knows(lookup, name)))
		return -1; /* why was reported */
	if (secret == NULL)
		return ac_option_complain(r, &r->item->value_at,
		    lookup == NULL || lookup->name_count == 0
			? "write a section of that name"
			: ac_suggest_hint(hint, ac_span_text(name),
			      lookup->names, lookup->name_count),
		    "there is no [secret %s]", name);
	if (wanted != NULL && secret->purpose[0] != '\0' &&
	    strcmp(wanted, secret->purpose) != 0)
		return ac_option_complain(r, &r->item->value_at,
		    "one secret serves one purpose: make another",
		    "secret \"%s\" is for \"%s\"; this option takes \"%s\"",
		    name, secret->purpose, wanted);
	r->value->secret = secret;
	return 0;
}

/* ---- all of them ------------------------------------------------------- */

int
ac_option_type_read(struct ac_option_reading *r, struct authchain_span text)
{
	switch (r->option->type) {
	case AUTHCHAIN_OPTION_STRING:
		return 0;
	case AUTHCHAIN_OPTION_INTEGER:
		return read_integer(r, text);
	case AUTHCHAIN_OPTION_BOOL:
		return read_bool(r, text);
	case AUTHCHAIN_OPTION_DURATION:
		return read_duration(r, text);
	case AUTHCHAIN_OPTION_SIZE:
		return read_size(r, text);
	case AUTHCHAIN_OPTION_ENUM:
		r->value->number =
		    ac_option_choose(r, text, &r->item->value_at);
		return r->value->number < 0 ? -1 : 0;
	case AUTHCHAIN_OPTION_URL:
		return read_url(r, text);
	case AUTHCHAIN_OPTION_PATH:
		return read_path(r, text);
	case AUTHCHAIN_OPTION_SECRET:
		return read_secret(r, text.data);
	default:
		return ac_option_complain(r, &r->item->value_at,
		    "the plugin is newer than this version of authchain",
		    "options of type %u are not known",
		    (unsigned int)r->option->type);
	}
}
