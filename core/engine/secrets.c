/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secrets from where their section says.  Everything read is in secret memory
 * from the first byte on; messages name sources and line numbers, never what
 * stands there.
 */
#include "engine/secrets.h"

#include "base/file.h"
#include "engine/exec.h"
#include "engine/options.h"
#include "engine/secret-values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const encodings[] = { "raw", "hex", "base64", "base64url",
	"pem", NULL };

const struct authchain_option ac_secret_schema[] = {
	{ .name = "file",
	    .help = "file with one value a line, current first",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT | AC_OPTION_HIDDEN },
	{ .name = "env",
	    .help = "name of an environment variable",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AC_OPTION_HIDDEN },
	{ .name = "credential",
	    .help = "name of a systemd credential",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AC_OPTION_HIDDEN },
	{ .name = "exec",
	    .help = "program that prints the values, and its arguments",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AC_OPTION_REPEATS |
		     AC_OPTION_HIDDEN },
	{ .name = "timeout",
	    .help = "how long exec may take",
	    .fallback = "5s",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .min = 100,
	    .max = 60000 },
	{ .name = "encoding",
	    .help = "how each line spells a value; pem: lines from BEGIN to "
		    "END are one",
	    .fallback = "raw",
	    .choices = encodings,
	    .type = AUTHCHAIN_OPTION_ENUM },
	{ .name = "purpose",
	    .help = "what the secret may be used for",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY },
};
const size_t ac_secret_schema_count =
    sizeof(ac_secret_schema) / sizeof(ac_secret_schema[0]);

static const char *const sources[] = { "file", "env", "credential", "exec" };
#define SOURCE_COUNT (sizeof(sources) / sizeof(sources[0]))

struct load {
	const struct ac_section *section;
	const struct ac_options *options;
	const char *source; /* one of sources */
	struct ac_secret_list *list;
	struct ac_diags *diags;
};

static void
report(const struct load *load, const char *option, const char *hint,
    const char *text)
{
	ac_diag(load->diags, AUTHCHAIN_SEVERITY_ERROR,
	    ac_options_at(load->options, option), hint, "%s", text);
}

/* ---- what the section says --------------------------------------------- */

/* Might this key be a mistyped source?  It is reported as unknown. */
static bool
is_near_source(const struct ac_section *section)
{
	for (size_t i = 0; i < section->item_count; i++) {
		struct authchain_span key = ac_span_text(section->items[i].key);

		if (ac_suggest(key, sources, SOURCE_COUNT) != NULL)
			return true;
	}
	return false;
}

/* The one source; NULL with a report. */
static const char *
choose_source(const struct ac_section *section, struct ac_diags *diags)
{
	const struct ac_item *first = NULL;

	for (size_t i = 0; i < section->item_count; i++) {
		const struct ac_item *item = &section->items[i];
		bool is_source = false;

		for (size_t k = 0; k < SOURCE_COUNT; k++)
			is_source =
			    is_source || strcmp(item->key, sources[k]) == 0;
		if (!is_source)
			continue;
		if (first != NULL) {
			ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &item->key_at,
			    "a secret has one source: keep one",
			    "\"%s\" is a second source; \"%s\" stands on line "
			    "%u",
			    item->key, first->key,
			    (unsigned int)first->key_at.line);
			return NULL;
		}
		first = item;
	}
	if (first != NULL)
		return first->key;
	if (!is_near_source(section))
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &section->at,
		    "add one of file, env, credential or exec",
		    "[secret %s] has no source", section->name);
	return NULL;
}

static int
check_purpose(const struct load *load)
{
	struct authchain_span purpose =
	    ac_options_text(load->options, "purpose");
	bool good = purpose.len <= AC_CONF_MAX_NAME;

	for (size_t i = 0; i < purpose.len; i++)
		good = good && purpose.data[i] != '_';
	if (purpose.data == NULL || (good && ac_conf_is_name(purpose)))
		return 0;
	report(load, "purpose", "a purpose is a word of a-z, 0-9 and -",
	    "the purpose is not a word");
	return -1;
}

static void
check_timeout(const struct load *load)
{
	if (ac_options_is_set(load->options, "timeout") &&
	    strcmp(load->source, "exec") != 0)
		ac_diag(load->diags, AUTHCHAIN_SEVERITY_WARNING,
		    ac_options_at(load->options, "timeout"), "delete it",
		    "\"timeout\" has no effect without \"exec\"");
}

/* ---- the sources ------------------------------------------------------- */

static int
from_file(const struct load *load, struct ac_secret *raw,
    struct authchain_error *err)
{
	return ac_file_read_secret(ac_options_text(load->options, "file").data,
	    AC_SECRET_MAX_BYTES, raw, err);
}

/* What else stands there may be the secret itself. */
static bool
is_variable(const char *name)
{
	static const char usual[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	return name[strspn(name, usual)] == '\0' && strchr(name, '_') != NULL;
}

static int
from_env(const struct load *load, struct ac_secret *raw,
    struct authchain_error *err)
{
	const char *name = ac_options_text(load->options, "env").data;
	const char *value = getenv(name);
	struct ac_quote quote;
	size_t len;

	if (value == NULL && !is_variable(name))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "no environment variable has that name (not shown)");
	if (value == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "environment variable %s is not set",
		    ac_quote(&quote, ac_span_text(name)));
	len = strlen(value);
	if (len > AC_SECRET_MAX_BYTES)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "environment variable %s has %zu bytes, at most %u are "
		    "allowed",
		    ac_quote(&quote, ac_span_text(name)), len,
		    AC_SECRET_MAX_BYTES);
	if (ac_secret_init(raw, len) != 0)
		return ac_error_memory(err);
	memcpy(raw->data, value, len);
	return 0;
}

/* systemd opens a credential to the service's user by an access list, which
 * shows as mode 0440 (systemd issue 29435): the group's read bit tells
 * nothing. */
static int
read_credential(int fd, const char *path, struct ac_secret *raw,
    struct authchain_error *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't look at %s: %m", path);
	if ((st.st_mode & S_IRWXO) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s holds a secret and is open to other users (mode "
		    "%04o)",
		    path, (unsigned int)st.st_mode & 07777);
	if (st.st_size < 0 || st.st_size > AC_SECRET_MAX_BYTES)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s has %jd bytes, at most %u are allowed", path,
		    (intmax_t)st.st_size, AC_SECRET_MAX_BYTES);
	if (ac_secret_init(raw, (size_t)st.st_size) != 0)
		return ac_error_memory(err);
	do
		n = read(fd, raw->data, raw->len);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && (size_t)n == raw->len)
		return 0;
	ac_secret_clear(raw);
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "can't read %s", path);
}

static int
from_credential(const struct load *load, struct ac_secret *raw,
    struct authchain_error *err)
{
	const char *name = ac_options_text(load->options, "credential").data;
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char path[4096];
	int fd, result, len;

	if (strchr(name, '/') != NULL || name[0] == '.')
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the value (not shown) is not the name of a credential");
	if (folder == NULL || folder[0] != '/')
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "there are no credentials: CREDENTIALS_DIRECTORY is not "
		    "set");
	len = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (len < 0 || (size_t)len >= sizeof(path))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the path of the credential is too long");
	fd = ac_file_open(path, AC_FILE_CONFIG, err);
	if (fd < 0)
		return -1;
	result = read_credential(fd, path, raw, err);
	(void)close(fd);
	return result;
}

static int
from_exec(const struct load *load, struct ac_secret *raw,
    struct authchain_error *err)
{
	size_t count = ac_options_count(load->options, "exec");
	const char **argv = calloc(count + 1, sizeof(*argv));
	int result;

	if (argv == NULL)
		return ac_error_memory(err);
	for (size_t i = 0; i < count; i++)
		argv[i] = ac_options_item(load->options, "exec", i).data;
	if (argv[0] != NULL && argv[0][0] == '/')
		result = ac_exec_read(argv,
		    ac_options_number(load->options, "timeout"),
		    AC_SECRET_MAX_BYTES, raw, err);
	else
		result = ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the program (not shown) is not an absolute path: "
		    "write exec = /PROGRAM, ARGUMENT, ...");
	free(argv);
	return result;
}

static int
fetch(const struct load *load, struct ac_secret *raw,
    struct authchain_error *err)
{
	if (strcmp(load->source, "file") == 0)
		return from_file(load, raw, err);
	if (strcmp(load->source, "env") == 0)
		return from_env(load, raw, err);
	if (strcmp(load->source, "credential") == 0)
		return from_credential(load, raw, err);
	return from_exec(load, raw, err);
}

static const char *
fetch_hint(const char *source)
{
	if (strcmp(source, "credential") == 0)
		return "LoadCredential=NAME:PATH in the service's unit makes "
		       "it";
	if (strcmp(source, "env") == 0)
		return "set it where the program is started";
	return NULL;
}

/* ---- the list ---------------------------------------------------------- */

static char *
describe(const struct load *load)
{
	struct authchain_span what =
	    strcmp(load->source, "exec") == 0
		? ac_options_item(load->options, "exec", 0)
		: ac_options_text(load->options, load->source);
	struct ac_buf text;

	ac_buf_init(&text, AC_CONF_MAX_VALUE + 64);
	if (strcmp(load->source, "env") == 0)
		ac_buf_text(&text, "environment variable");
	else if (strcmp(load->source, "exec") == 0)
		ac_buf_text(&text, "the output of");
	else
		ac_buf_text(&text, load->source);
	ac_buf_byte(&text, ' ');
	ac_buf_add(&text, what);
	return ac_buf_take(&text);
}

static int
fill(struct load *load)
{
	struct authchain_span purpose =
	    ac_options_text(load->options, "purpose");
	struct ac_secret_list *list = load->list;
	const struct ac_position *at =
	    ac_options_at(load->options, load->source);
	struct ac_secret raw = { NULL, 0, 0 };
	struct authchain_error err = { 0 };
	int result = -1;

	list->at = load->section->at;
	list->name = strdup(load->section->name);
	list->purpose = strdup(purpose.data == NULL ? "" : purpose.data);
	list->source = describe(load);
	if (list->name == NULL || list->purpose == NULL ||
	    list->source == NULL) {
		report(load, load->source, NULL, "out of memory");
		return -1;
	}
	if (fetch(load, &raw, &err) != 0)
		report(load, load->source, fetch_hint(load->source), err.text);
	else
		result = ac_secret_values_read(list, ac_secret_span(&raw),
		    (uint32_t)ac_options_number(load->options, "encoding"), at,
		    load->diags);
	ac_secret_clear(&raw);
	return result;
}

struct ac_secret_list *
ac_secret_load(const struct ac_section *section, struct ac_diags *diags)
{
	struct load load = { .section = section, .diags = diags };
	struct ac_options *options;

	load.source = choose_source(section, diags);
	options = ac_options_bind(ac_secret_schema, ac_secret_schema_count,
	    section, NULL, diags);
	load.options = options;
	if (options == NULL || load.source == NULL)
		goto out;
	check_timeout(&load);
	load.list = calloc(1, sizeof(*load.list));
	if (load.list == NULL)
		report(&load, load.source, NULL, "out of memory");
	else if (check_purpose(&load) + fill(&load) != 0)
		ac_secret_list_free(&load.list);
out:
	ac_options_free(&options);
	return load.list;
}

void
ac_secret_list_free(struct ac_secret_list **list)
{
	struct ac_secret_list *l = *list;

	if (l == NULL)
		return;
	for (size_t i = 0; i < l->value_count; i++) {
		ac_secret_clear(&l->values[i].bytes);
		free(l->values[i].label);
	}
	free(l->values);
	free(l->name);
	free(l->purpose);
	free(l->source);
	free(l);
	*list = NULL;
}
