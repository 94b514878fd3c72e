/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects by name, counted by the entries that share them.  make runs under
 * the lock: create is serialised anyway, and two makers of one name are what
 * must not be.
 */
#include "engine/share.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/entry.h"
#include "engine/grow.h"

struct holder {
	struct authchain_entry *entry;
	struct holder *next;
};

struct shared {
	struct shared *next;
	char *name;
	void *object;
	void (*drop)(void *object);
	struct authchain_entry *own;
	struct holder *holders;
};

struct ac_shares {
	pthread_mutex_t lock; /* everything below */
	struct shared *list;
};

struct ac_shares *
ac_shares_new(void)
{
	struct ac_shares *shares = calloc(1, sizeof(*shares));

	if (shares != NULL)
		pthread_mutex_init(&shares->lock, NULL);
	return shares;
}

static void
free_shared(struct shared *shared)
{
	while (shared->holders != NULL) {
		struct holder *next = shared->holders->next;

		free(shared->holders);
		shared->holders = next;
	}
	ac_entry_quiet(shared->own);
	if (shared->object != NULL)
		shared->drop(shared->object);
	ac_entry_free(&shared->own);
	free(shared->name);
	free(shared);
}

void
ac_shares_free(struct ac_shares **shares)
{
	if (*shares == NULL)
		return;
	while ((*shares)->list != NULL) {
		struct shared *next = (*shares)->list->next;

		free_shared((*shares)->list);
		(*shares)->list = next;
	}
	pthread_mutex_destroy(&(*shares)->lock);
	free(*shares);
	*shares = NULL;
}

/* The first word of its name is what it is called in the log. */
static struct shared *
new_shared(struct authchain *ac, const char *name)
{
	struct shared *shared = calloc(1, sizeof(*shared));
	char *word;

	if (shared == NULL)
		return NULL;
	shared->name = strdup(name);
	word = strndup(name, strcspn(name, " "));
	if (word != NULL)
		shared->own = ac_entry_new(ac, NULL, word, "", "");
	free(word);
	if (shared->name == NULL || shared->own == NULL) {
		free_shared(shared);
		return NULL;
	}
	return shared;
}

static bool
hold(struct shared *shared, struct authchain_entry *entry)
{
	struct authchain_entry **shares;
	struct holder *holder;

	for (holder = shared->holders; holder != NULL; holder = holder->next)
		if (holder->entry == entry)
			return true;
	shares = ac_grow(entry->shares, entry->share_count, sizeof(*shares));
	if (shares == NULL)
		return false;
	entry->shares = shares;
	if ((holder = calloc(1, sizeof(*holder))) == NULL)
		return false;
	shares[entry->share_count++] = shared->own;
	holder->entry = entry;
	holder->next = shared->holders;
	shared->holders = holder;
	return true;
}

void *
ac_share(struct authchain_entry *entry, const char *name,
    void *(*make)(struct authchain_entry *own, void *arg),
    void (*drop)(void *object), void *arg)
{
	struct ac_shares *shares = entry->ac->shares;
	struct shared *shared;
	void *object = NULL;

	if (strlen(name) > AC_SHARE_MAX_NAME)
		return NULL;
	pthread_mutex_lock(&shares->lock);
	for (shared = shares->list; shared != NULL; shared = shared->next)
		if (strcmp(shared->name, name) == 0)
			break;
	if (shared == NULL && (shared = new_shared(entry->ac, name)) != NULL) {
		shared->drop = drop;
		shared->object = make(shared->own, arg);
		if (shared->object == NULL) {
			free_shared(shared);
			shared = NULL;
		} else {
			shared->next = shares->list;
			shares->list = shared;
		}
	}
	if (shared != NULL && hold(shared, entry))
		object = shared->object;
	pthread_mutex_unlock(&shares->lock);
	return object;
}

static void
let_go(struct shared *shared, const struct authchain_entry *entry)
{
	for (struct holder **at = &shared->holders; *at != NULL;) {
		struct holder *holder = *at;

		if (holder->entry != entry) {
			at = &holder->next;
			continue;
		}
		*at = holder->next;
		free(holder);
	}
}

void
ac_share_release(struct authchain_entry *entry)
{
	struct ac_shares *shares = entry->ac->shares;
	struct shared *unused = NULL;

	pthread_mutex_lock(&shares->lock);
	for (struct shared **at = &shares->list; *at != NULL;) {
		struct shared *shared = *at;

		let_go(shared, entry);
		if (shared->holders != NULL) {
			at = &shared->next;
			continue;
		}
		*at = shared->next;
		shared->next = unused;
		unused = shared;
	}
	pthread_mutex_unlock(&shares->lock);
	/* drop may wait for the I/O thread: not under the lock */
	while (unused != NULL) {
		struct shared *next = unused->next;

		free_shared(unused);
		unused = next;
	}
}
