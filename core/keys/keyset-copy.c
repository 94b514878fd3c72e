/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last-good copy of a key set: a file that lets a host start while the key
 * server is down.  It is believed no longer than the keys in it would have
 * been, only for the issuer and the URL it was made for, and only when nobody
 * but root and us can have written it.
 */
#include "keys/keyset-parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/file.h"

#define COPY_MODE      0600
#define COPY_AGAIN_MS  INT64_C(3600000) /* for the time alone */
#define COPY_MAX_BYTES AC_JWKS_MAX_BYTES

/* What a copy of keys that are looked for by discovery says of their URL. */
static const char *
url_of(const char *jwks_uri)
{
	return jwks_uri == NULL ? "" : jwks_uri;
}

int
ac_keyset_copy_name(const struct ac_keyset_source *source,
    char name[AC_KEYSET_COPY_NAME])
{
	char digest[AC_DIGEST_HEX];
	struct ac_buf buf;
	int r;

	name[0] = '\0';
	ac_buf_init(&buf, COPY_MAX_BYTES);
	ac_buf_format(&buf, "%s\n%s", source->issuer, url_of(source->jwks_uri));
	r = buf.failed ? -1 : ac_digest_hex(ac_buf_span(&buf), digest);
	ac_buf_clear(&buf);
	if (r == 0)
		(void)snprintf(name, AC_KEYSET_COPY_NAME, "jwks-%.32s.json",
		    digest);
	return r;
}

static void
warn(const struct ac_keyset *set, const char *what,
    const struct authchain_error *err)
{
	set->host->log(set->entry, AUTHCHAIN_LOG_WARNING,
	    "%s: the last-good copy %s: %s", set->what, what, err->text);
}

static int
check_binding(const struct ac_keyset *set, const json_t *tree,
    struct authchain_error *err)
{
	struct authchain_span issuer = ac_json_string(tree, "issuer");
	struct authchain_span url = ac_json_string(tree, "url");
	struct ac_quote quote;

	if (!ac_span_is_text(issuer, set->issuer))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%.200s is of %s", set->last_good,
		    issuer.data == NULL ? "nobody" : ac_quote(&quote, issuer));
	if (!ac_span_is_text(url, url_of(set->jwks_uri)))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%.200s is of the URL %s", set->last_good,
		    ac_quote(&quote, url));
	return 0;
}

/* How old the keys in the copy are, or -1 with why they can't be used. */
static int64_t
age_of(const struct ac_keyset *set, const json_t *tree,
    struct authchain_error *err)
{
	const json_t *fetched = json_object_get(tree, "fetched_s");
	int64_t now_s = set->host->wall_ms() / 1000, fetched_s;

	if (check_binding(set, tree, err) != 0)
		return -1;
	fetched_s = json_is_integer(fetched) ? json_integer_value(fetched) : -1;
	if (fetched_s < 0 || fetched_s > now_s) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%.200s does not say when it was made, or a time to come",
		    set->last_good);
		return -1;
	}
	if (now_s - fetched_s > set->max_stale_ms / 1000) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%.200s is %" PRId64 " s old, older than max-stale",
		    set->last_good, now_s - fetched_s);
		return -1;
	}
	return now_s - fetched_s;
}

static int
take(struct ac_keyset *set, const json_t *tree, struct authchain_error *err)
{
	int64_t age_s = age_of(set, tree, err);

	if (age_s < 0 ||
	    ac_keyset_put(set, ac_json_string(tree, "jwks"), err) != 0)
		return -1;
	set->from_copy = true; /* nobody else has it yet */
	ac_poll_set_ok_ms(set->poll, set->host->monotonic_ms() - age_s * 1000);
	return 0;
}

void
ac_keyset_copy_load(struct ac_keyset *set)
{
	struct authchain_error err = { 0 };
	json_t *tree = NULL;
	char *data = NULL;
	size_t len = 0;

	if (ac_file_read(set->last_good, AC_FILE_CONFIG, COPY_MAX_BYTES, &data,
		&len, &err) == 0)
		tree =
		    ac_json_parse(ac_span(data, len), &ac_json_document, &err);
	/* at the first start there is none yet */
	if (err.code != AUTHCHAIN_ERROR_NOT_FOUND &&
	    (tree == NULL || take(set, tree, &err) != 0))
		warn(set, "is not used", &err);
	json_decref(tree);
	free(data);
}

void
ac_keyset_copy_save(struct ac_keyset *set)
{
	/* only this thread, the round's, ever replaces it */
	const struct ac_keyset_snapshot *held = set->snapshot;
	int64_t now_ms = set->host->monotonic_ms();
	struct authchain_error err = { 0 };
	struct ac_buf buf;

	if (set->last_good == NULL ||
	    (set->saved_generation == held->generation &&
		now_ms - set->saved_ms < COPY_AGAIN_MS))
		return;
	ac_buf_init(&buf, COPY_MAX_BYTES);
	ac_buf_text(&buf, "{\"issuer\":\"");
	ac_buf_json(&buf, ac_span_text(set->issuer));
	ac_buf_text(&buf, "\",\"url\":\"");
	ac_buf_json(&buf, ac_span_text(url_of(set->jwks_uri)));
	ac_buf_format(&buf, "\",\"fetched_s\":%" PRId64 ",\"jwks\":\"",
	    set->host->wall_ms() / 1000);
	ac_buf_json(&buf, ac_span(held->text, held->len));
	ac_buf_text(&buf, "\"}\n");
	if (buf.failed)
		(void)ac_error(&err, AUTHCHAIN_ERROR_SYSTEM,
		    "out of memory, or longer than %u bytes", COPY_MAX_BYTES);
	else
		(void)ac_file_write(set->last_good, ac_buf_span(&buf),
		    COPY_MODE, true, &err);
	if (err.text[0] != '\0')
		warn(set, "can't be written", &err);
	ac_buf_clear(&buf);
	/* once an hour is often enough for the warning too */
	set->saved_generation = held->generation;
	set->saved_ms = now_ms;
}
