/* SPDX-License-Identifier: BSD-2-Clause */
/* <authchain/authchain.h>: opening, starting, reloading, closing. */
#include "config.h" /* PACKAGE_VERSION */

#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "engine/call.h"
#include "engine/model.h"
#include "engine/pool.h"
#include "engine/share.h"
#include "engine/state.h"

static int
check_required(const struct authchain *ac,
    const struct ac_generation *generation, struct authchain_error *err)
{
	const char *name = ac->settings.required_chain;
	struct ac_quote quote;

	if (name == NULL || ac_generation_find(generation, name) != NULL)
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_NOT_FOUND,
	    "%s has no chain %s, which must be there: write "
	    "chains/NAME.conf",
	    ac->path, ac_quote(&quote, ac_span_text(name)));
}

static struct ac_generation *
read_configuration(struct authchain *ac, struct authchain_error *err)
{
	struct ac_diags *diags = ac_diags_new(ac->settings.strict != 0);
	struct ac_generation *generation = NULL;
	struct ac_model *model;

	if (diags == NULL) {
		ac_error_memory(err);
		return NULL;
	}
	model = ac_model_load(ac->path, ac->loader, diags);
	if (model != NULL)
		generation = ac_generation_new(ac, &model, diags);
	if (ac->settings.diagnose != NULL)
		ac_diags_deliver(diags, ac->settings.diagnose,
		    ac->settings.diagnose_arg);
	if (generation == NULL) {
		ac_diags_error(diags, err);
		/* nothing but memory fails without a finding */
		(void)ac_error_memory(err);
	} else if (check_required(ac, generation, err) != 0) {
		ac_generation_retire(&generation);
	}
	ac_loader_log_replaced(ac->loader, &ac->log);
	ac_diags_free(&diags);
	return generation;
}

/* A copy in *out; false when there is no memory for it. */
static bool
copy(const char *text, char **out)
{
	*out = text == NULL ? NULL : strdup(text);
	return *out != NULL || text == NULL;
}

/* What may differ between a caller's struct and ours is its length. */
static bool
copy_settings(struct authchain *ac, const struct authchain_settings *settings)
{
	struct authchain_settings mine = { .size = sizeof(mine) };
	bool privileged = getauxval(AT_SECURE) != 0;
	bool copied;

	if (settings != NULL)
		memcpy(&mine, settings,
		    settings->size < sizeof(mine) ? settings->size
						  : sizeof(mine));
	mine.size = sizeof(mine);
	copied = copy(privileged ? NULL : mine.plugin_dir, &ac->plugin_dir) &&
		 copy(mine.state_dir, &ac->state_dir) &&
		 copy(mine.required_chain, &ac->required_chain);
	mine.required_chain = ac->required_chain;
	mine.plugin_dir = ac->plugin_dir;
	mine.state_dir = ac->state_dir;
	ac->settings = mine;
	return copied;
}

static void
free_runtime(struct authchain *ac)
{
	struct ac_generation *last = ac->generation;

	ac_generation_retire(&last);
	ac_pool_free(&ac->pool);
	ac_runtime_io_free(ac);
	ac_shares_free(&ac->shares);
	ac_state_free(&ac->state);
	ac_loader_free(&ac->loader);
	if (ac->wake_fd >= 0)
		close(ac->wake_fd);
	ac_lanes_close(&ac->lanes);
	pthread_mutex_destroy(&ac->lock);
	free(ac->plugin_dir);
	free(ac->state_dir);
	free(ac->required_chain);
	free(ac->path);
	free(ac);
}

static struct authchain *
new_runtime(const char *path, const struct authchain_settings *settings)
{
	struct authchain *ac = calloc(1, sizeof(*ac));
	bool copied;

	if (ac == NULL)
		return NULL;
	pthread_mutex_init(&ac->lock, NULL);
	ac->ready_tail = &ac->ready;
	copied = copy_settings(ac, settings);
	ac_log_init(&ac->log, ac->settings.log, ac->settings.log_arg,
	    ac->settings.log_level);
	ac->path = strdup(path);
	ac->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ac->loader = ac_loader_new(ac->settings.plugin_dir);
	ac->lanes = ac_lanes_new();
	ac->shares = ac_shares_new();
	ac->state = ac_state_new();
	ac->pool =
	    ac_pool_new(ac->settings.pool_threads, ac->settings.pool_queue);
	if (!copied || ac->path == NULL || ac->wake_fd < 0 ||
	    ac->loader == NULL || ac->lanes == NULL || ac->shares == NULL ||
	    ac->state == NULL || ac->pool == NULL ||
	    ac_runtime_io_new(ac) != 0) {
		free_runtime(ac);
		return NULL;
	}
	return ac;
}

int
authchain_open(struct authchain **out, const char *path,
    const struct authchain_settings *settings, struct authchain_error *error)
{
	struct authchain *ac;

	*out = NULL;
	ac_error_clear(error);
	if ((ac = new_runtime(path, settings)) == NULL)
		return ac_error(error, AUTHCHAIN_ERROR_MEMORY,
		    "cannot open %s: out of memory or descriptors", path);
	ac->generation = read_configuration(ac, error);
	if (ac->generation == NULL) {
		free_runtime(ac);
		return -1;
	}
	*out = ac;
	return 0;
}

int
authchain_start(struct authchain *ac, struct authchain_error *error)
{
	ac_error_clear(error);
	if (ac->started)
		return ac_error(error, AUTHCHAIN_ERROR_USAGE,
		    "authchain_start was called before");
	if (ac_runtime_io_start(ac, error) != 0 ||
	    ac_pool_start(ac->pool, error) != 0)
		return -1;
	ac->started = true;
	return ac_generation_start(ac->generation, error);
}

int
authchain_reload(struct authchain *ac, struct authchain_error *error)
{
	struct ac_generation *fresh, *old;

	ac_error_clear(error);
	if ((fresh = read_configuration(ac, error)) == NULL)
		return -1;
	if (ac->started && ac_generation_start(fresh, error) != 0) {
		ac_generation_retire(&fresh);
		return -1;
	}
	old = atomic_exchange(&ac->generation, fresh);
	ac_generation_retire(&old);
	return 0;
}

void
authchain_close(struct authchain **ac)
{
	if (*ac == NULL)
		return;
	ac_runtime_end_waiting(*ac);
	free_runtime(*ac);
	*ac = NULL;
}

const char *
authchain_chain(const struct authchain *ac, size_t at)
{
	const struct ac_generation *generation = ac->generation;

	return at < generation->chain_count ? generation->chains[at].name
					    : NULL;
}

int
authchain_document_get(struct authchain *ac, const char *path,
    struct authchain_document **document)
{
	struct ac_generation *generation = ac_runtime_acquire(ac);

	*document = ac_document_get(generation->documents, path);
	ac_generation_unpin(&generation, NULL);
	return *document == NULL ? -1 : 0;
}

char *
authchain_document_path(struct authchain *ac, size_t at)
{
	struct ac_generation *generation = ac_runtime_acquire(ac);
	char *path = ac_document_path(generation->documents, at);

	ac_generation_unpin(&generation, NULL);
	return path;
}

int
authchain_descriptor(const struct authchain *ac)
{
	return ac->wake_fd;
}

const char *
authchain_version(void)
{
	return PACKAGE_VERSION;
}
