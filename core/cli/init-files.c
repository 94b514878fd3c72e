/* SPDX-License-Identifier: BSD-2-Clause */
/* All files or none: what is there already is looked for before anything is
 * written, and what was written goes again when a later step fails. */
#include "config.h" /* asprintf */

#include "cli/init.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/base64url.h"
#include "base/file.h"

#define KEY_CHARS 43 /* of AC_INIT_KEY_BYTES bytes in base64url */

static const char *const folders[] = { "", "/chains", "/conf.d" };
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

static int
add_file(struct ac_init_files *files, unsigned int mode, const char *name,
    const char *suffix, struct authchain_error *err)
{
	struct ac_init_file *file = &files->files[files->count];

	if (asprintf(&file->path, "%s/%s%s", files->folder, name, suffix) < 0) {
		file->path = NULL;
		return ac_error_memory(err);
	}
	file->mode = mode;
	files->count++;
	return 0;
}

/* Secrets first: a chain file never names what is not there. */
static int
plan(struct ac_init_files *files, const struct ac_init *init,
    struct authchain_error *err)
{
	char name[sizeof("chains/") + sizeof(init->chain)];

	(void)snprintf(name, sizeof(name), "chains/%s", init->chain);
	if (init->internal && !init->keep_env &&
	    add_file(files, 0600, "internal", ".token", err) != 0)
		return -1;
	if (init->shared && add_file(files, 0600, "hs256", ".keys", err) != 0)
		return -1;
	return add_file(files, 0644, name, ".conf", err);
}

static int
refuse_existing(const struct ac_init_files *files, struct authchain_error *err)
{
	struct stat st;

	for (size_t i = 0; i < files->count; i++) {
		if (lstat(files->files[i].path, &st) == 0)
			return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "%s is there already: nothing was written.  Move "
			    "it away, or choose another folder or --chain",
			    files->files[i].path);
		if (errno != ENOENT)
			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "can't look at %s: %s", files->files[i].path,
			    strerror(errno));
	}
	return 0;
}

static int
make_folder(const char *dir, const char *below, bool *made,
    struct authchain_error *err)
{
	char *path = NULL;
	int r = 0;

	if (asprintf(&path, "%s%s", dir, below) < 0)
		return ac_error_memory(err);
	if (mkdir(path, 0755) == 0)
		*made = true;
	else if (errno != EEXIST)
		r = ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't make the folder %s: %s", path, strerror(errno));
	free(path);
	return r;
}

/* "PREFIX" and 256 random bits in base64url, and a line end. */
static int
fresh_secret(struct ac_buf *out, const char *prefix,
    struct authchain_error *err)
{
	unsigned char bytes[AC_INIT_KEY_BYTES];
	char text[KEY_CHARS + 1];

	if (RAND_bytes(bytes, (int)sizeof(bytes)) != 1)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "no random bytes to be had for a secret");
	ac_base64url_encode(ac_span((const char *)bytes, sizeof(bytes)), text);
	ac_buf_format(out, "%s%s\n", prefix, text);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	OPENSSL_cleanse(text, sizeof(text));
	return 0;
}

static bool
has_suffix(const char *path, const char *suffix)
{
	size_t len = strlen(path);
	size_t n = strlen(suffix);

	return len >= n && strcmp(path + len - n, suffix) == 0;
}

static int
write_file(const struct ac_init *init, const struct ac_init_files *files,
    struct ac_init_file *file, struct authchain_error *err)
{
	struct ac_buf buf;
	int r = 0;

	ac_buf_init(&buf, AC_INIT_MAX_BYTES);
	if (has_suffix(file->path, ".conf"))
		ac_init_text(init, files->folder, &buf);
	else if (has_suffix(file->path, ".keys"))
		r = fresh_secret(&buf, "", err);
	else if (init->token == NULL)
		r = fresh_secret(&buf, AC_INIT_PREFIX, err);
	else
		ac_buf_format(&buf, "%s\n", init->token);
	if (r == 0 && buf.failed)
		r = ac_error_memory(err);
	if (r == 0)
		r = ac_file_write(file->path, ac_buf_span(&buf), file->mode,
		    false, err);
	file->written = r == 0;
	ac_buf_wipe(&buf);
	return r;
}

static void
undo(const struct ac_init_files *files, const char *dir)
{
	for (size_t i = files->count; i-- > 0;)
		if (files->files[i].written)
			(void)unlink(files->files[i].path);
	for (size_t i = FOLDERS; i-- > 0;) {
		char *path = NULL;

		if (files->made[i] &&
		    asprintf(&path, "%s%s", dir, folders[i]) >= 0) {
			(void)rmdir(path);
			free(path);
		}
	}
}

int
ac_init_write(const struct ac_init *init, const char *dir,
    struct ac_init_files *files, struct authchain_error *err)
{
	*files = (struct ac_init_files){ 0 };
	if (make_folder(dir, "", &files->made[0], err) != 0)
		return -1;
	files->folder = realpath(dir, NULL);
	if (files->folder == NULL) {
		ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "can't enter %s: %s", dir,
		    strerror(errno));
		goto fail;
	}
	if (ac_span_has_control(ac_span_text(files->folder)) ||
	    strchr(files->folder, '$') != NULL ||
	    strlen(files->folder) >= AC_INIT_MAX_TEXT) {
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "the folder's name is too long or holds control "
		    "characters or $");
		goto fail;
	}
	if (plan(files, init, err) != 0 || refuse_existing(files, err) != 0)
		goto fail;
	for (size_t i = 1; i < FOLDERS; i++)
		if (make_folder(dir, folders[i], &files->made[i], err) != 0)
			goto fail;
	for (size_t i = 0; i < files->count; i++)
		if (write_file(init, files, &files->files[i], err) != 0)
			goto fail;
	return 0;
fail:
	undo(files, dir);
	return -1;
}

void
ac_init_files_clear(struct ac_init_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->files[i].path);
	free(files->folder);
	*files = (struct ac_init_files){ 0 };
}
