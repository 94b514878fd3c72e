/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading, binding and loading when the k-th allocation fails, for every k:
 * either all is as it should be, or at least one error says that it is not.
 * The linker puts failing.c and the function below in the system's place.
 */
#include "engine/options.h"

#include "failing.h"
#include "findings.h"
#include "scratch.h"

#include <sys/mman.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void *__real_mmap(void *at, size_t len, int prot, int flags, int fd,
    off_t offset);
void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd,
    off_t offset);

void *
__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	return failing_now() ? MAP_FAILED
			     : __real_mmap(at, len, prot, flags, fd, offset);
}

/* ---- the work ---------------------------------------------------------- */

static const char *const algs[] = { "RS256", "ES256", NULL };
static const struct authchain_option schema[] = {
	{ .name = "issuer",
	    .type = AUTHCHAIN_OPTION_URL,
	    .flags = AUTHCHAIN_OPTION_REQUIRED },
	{ .name = "secret", .type = AUTHCHAIN_OPTION_SECRET },
	{ .name = "scopes",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT },
	{ .name = "algs",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .choices = algs,
	    .fallback = "RS256" },
	{ .name = "leeway",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "60s" },
};

static struct ac_secret_list *
find_secret(void *arg, const char *name)
{
	struct ac_secret_list *list = arg;

	return list != NULL && strcmp(list->name, name) == 0 ? list : NULL;
}

static void
add_values(struct ac_buf *out, const struct ac_secret_list *list)
{
	for (size_t i = 0; list != NULL && i < list->value_count; i++)
		ac_buf_format(out, "%s %s\n", list->values[i].label,
		    list->source);
}

/* All that a configuration comes to, as text; what went wrong in diags. */
static void
work(struct ac_buf *out, struct ac_diags *diags)
{
	static const char *const names[] = { "s" };
	struct ac_conf *conf = ac_conf_read(scratch, diags);
	struct ac_secret_lookup lookup = { .find = find_secret,
		.names = names,
		.name_count = 1 };
	const struct ac_section *section = NULL;
	struct ac_secret_list *list = NULL;
	struct ac_options *options = NULL;

	if (conf != NULL && conf->drop_in_count > 0)
		section = ac_conf_find(&conf->drop_ins[0], "secret",
		    ac_span_text("s"));
	if (section != NULL)
		list = ac_secret_load(section, diags);
	lookup.arg = list;
	section = NULL;
	if (conf != NULL && conf->chain_count > 0)
		section =
		    ac_conf_find(&conf->chains[0], "plugin", ac_span_text("x"));
	if (section != NULL)
		options = ac_options_bind(schema, COUNT(schema), section,
		    &lookup, diags);
	add_values(out, list);
	if (options != NULL)
		ac_options_print(options, out);
	ac_options_free(&options);
	ac_secret_list_free(&list);
	ac_conf_free(&conf);
}

/* Returns whether an allocation was made to fail. */
static bool
run(long fails_at, const char *expected, bool faulty, bool *good)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct authchain_error err = { 0 };
	struct ac_buf out;
	bool failed;

	ac_buf_init(&out, (size_t)1 << 20);
	failing_after(fails_at);
	work(&out, diags);
	failed = failing_left() < 0;
	failing_after(-1);
	ac_diags_error(diags, &err);
	*good = true;
	if (ac_diags_errors(diags) == 0)
		*good = !faulty &&
			(out.failed ||
			    ac_span_is_text(ac_buf_span(&out), expected));
	else
		*good = err.code != AUTHCHAIN_ERROR_NONE && (faulty || failed);
	ac_buf_clear(&out);
	ac_diags_free(&diags);
	return failed;
}

static void
test_all(bool faulty, const char *name)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_buf expected;
	bool good = true;
	long at;

	ac_buf_init(&expected, (size_t)1 << 20);
	work(&expected, diags);
	ok((ac_diags_errors(diags) > 0) == faulty, name);
	for (at = 0;
	     good && run(at, ac_buf_span(&expected).data, faulty, &good); at++)
		continue;
	ok(good, "and at no allocation's failure is that forgotten");
	if (!good)
		printf("# at allocation %ld\n", at);
	ok(at > 50, "of many allocations each was made to fail");
	ac_buf_clear(&expected);
	ac_diags_free(&diags);
}

static void
write_tree(const char *chain)
{
	(void)mkdir(scratch_path("chains"), 0755);
	(void)mkdir(scratch_path("conf.d"), 0755);
	scratch_write("chains/a.conf", ac_span_text(chain), 0600);
	scratch_write("conf.d/b.conf",
	    ac_span_text("[secret s]\nenv = AC_TEST_SECRET\n"
			 "encoding = hex\npurpose = test\n"),
	    0600);
}

int
main(void)
{
	scratch_make();
	(void)setenv("AC_TEST_SECRET", "00ff\n0102", 1);
	(void)setenv("AC_TEST_WORD", "word", 1);
	write_tree("[chain]\nidentity = x\n[plugin x]\n"
		   "issuer = https://a.example\nsecret = @s\n"
		   "scopes = a, \"b c\",\n  ${AC_TEST_WORD}\n");
	test_all(false, "a configuration without a mistake");
	write_tree("[chain]\nidentity = x\n[plugin x]\n"
		   "isuer = https://a.example\nsecret = @t\nleeway = \"1s\n"
		   "algs = none\n");
	test_all(true, "a configuration with mistakes");
	scratch_remove();
	return done();
}
