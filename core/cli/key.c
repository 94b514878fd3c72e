/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a signing key comes from.  No guess is made between two readings of
 * the same bytes: what is ambiguous is refused. */
#include "cli/key.h"

#include "base/file.h"
#include "cli/open.h"
#include "engine/secrets.h"

#define PEM_BEGIN "-----BEGIN "
#define PURPOSE   "internal" /* of what the hs256 provider verifies with */

static const struct ac_section *
find_in_file(const struct ac_conf_file *file, const char *name)
{
	for (size_t i = 0; i < file->section_count; i++) {
		const struct ac_section *section = &file->sections[i];

		if (strcmp(section->kind, "secret") == 0 &&
		    strcmp(section->name, name) == 0)
			return section;
	}
	return NULL;
}

/* A chain's own secret, or else one for all chains.  Chains may give the same
 * name to different secrets: then chain has to say which. */
static const struct ac_section *
find_secret(const struct ac_conf *conf, const char *name, const char *chain,
    struct authchain_error *err)
{
	const struct ac_section *found = NULL;
	struct ac_quote quote;

	ac_quote(&quote, ac_span_text(name));
	for (size_t i = 0; i < conf->chain_count; i++) {
		const struct ac_section *here =
		    find_in_file(&conf->chains[i], name);

		if (here == NULL ||
		    (chain != NULL && strcmp(chain, conf->chain_names[i]) != 0))
			continue;
		if (found != NULL) {
			ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "several chains have a [secret %s]: say which "
			    "with --chain",
			    quote.text);
			return NULL;
		}
		found = here;
	}
	for (size_t i = 0; found == NULL && i < conf->drop_in_count; i++)
		found = find_in_file(&conf->drop_ins[i], name);
	if (found == NULL)
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "there is no [secret %s] in the configuration: add one, "
		    "or use --key-file",
		    quote.text);
	return found;
}

static struct ac_jwk *
from_list(const struct ac_secret_list *list, struct authchain_error *err)
{
	struct ac_quote quote;

	if (list->purpose[0] != 0 && strcmp(list->purpose, PURPOSE) != 0) {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "secret %s has the purpose %s: tokens are signed with one "
		    "for the purpose " PURPOSE,
		    list->name, ac_quote(&quote, ac_span_text(list->purpose)));
		return NULL;
	}
	return ac_jwk_from_secret(ac_secret_span(&list->values[0].bytes), err);
}

static struct ac_jwk *
load_named(const struct ac_args *args, const char *name,
    struct authchain_error *err)
{
	const char *path = ac_args_text(args, "config", AC_OPEN_CONFIG);
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_conf *conf = NULL;
	struct ac_secret_list *list = NULL;
	const struct ac_section *section = NULL;
	struct ac_jwk *key = NULL;

	if (diags == NULL) {
		ac_error_memory(err);
		return NULL;
	}
	conf = ac_conf_read(path, diags);
	if (conf != NULL && ac_diags_errors(diags) == 0)
		section = find_secret(conf, name,
		    ac_args_text(args, "chain", NULL), err);
	if (section != NULL)
		list = ac_secret_load(section, diags);
	if (list != NULL && list->value_count > 0)
		key = from_list(list, err);
	if (ac_diags_errors(diags) > 0)
		ac_diags_error(diags, err);
	ac_secret_list_free(&list);
	ac_conf_free(&conf);
	ac_diags_free(&diags);
	return key;
}

/* A key in JWK form; a key set is not one. */
static struct ac_jwk *
from_jwk(struct authchain_span text, struct authchain_error *err)
{
	json_t *object = ac_json_parse(text, &ac_json_document, err);
	struct ac_jwk *key = NULL;

	if (object == NULL)
		return NULL;
	key = ac_jwk_parse(object, AC_JWK_LOCAL, err);
	json_decref(object);
	return key;
}

static struct ac_jwk *
from_text(const char *path, struct authchain_span text,
    struct authchain_error *err)
{
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	if (text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	if (text.len == 0) {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "key file %s is empty", path);
		return NULL;
	}
	if (ac_span_find(text, '\n', 0) < text.len) {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "key file %s has several lines: make it a [secret NAME] "
		    "and sign with --key @NAME, which takes the first",
		    path);
		return NULL;
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < 0x20 || text.data[i] == 0x7f) {
			ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "key file %s holds bytes that are no text: make "
			    "it a [secret NAME] with encoding = base64 and "
			    "sign with --key @NAME",
			    path);
			return NULL;
		}
	return ac_jwk_from_secret(text, err);
}

static struct ac_jwk *
load_file(const char *path, struct authchain_error *err)
{
	struct ac_secret secret = { 0 };
	struct authchain_span text;
	struct authchain_span start;
	struct ac_jwk *key = NULL;

	if (ac_file_read_secret(path, AC_SECRET_MAX_BYTES, &secret, err) != 0)
		return NULL;
	text = ac_secret_span(&secret);
	start = ac_span_trim(text);
	if (ac_span_starts(start, ac_span_text(PEM_BEGIN)))
		key = ac_jwk_from_pem(text, err);
	else if (start.len > 0 && start.data[0] == '{')
		key = from_jwk(text, err);
	else
		key = from_text(path, text, err);
	ac_secret_clear(&secret);
	return key;
}

struct ac_jwk *
ac_key_load(const struct ac_args *args, struct authchain_error *err)
{
	const char *named = ac_args_text(args, "key", NULL);
	const char *file = ac_args_text(args, "key-file", NULL);

	if ((named == NULL) == (file == NULL)) {
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "one key is needed: --key @NAME, or --key-file FILE");
		return NULL;
	}
	if (file != NULL)
		return load_file(file, err);
	if (named[0] != '@' || named[1] == 0) {
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--key takes @NAME, of a [secret NAME] in the "
		    "configuration; a key itself never stands on a command "
		    "line");
		return NULL;
	}
	return load_named(args, named + 1, err);
}
