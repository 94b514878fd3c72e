/* SPDX-License-Identifier: BSD-2-Clause */
/* A short list under a lock; plugins count events, not bytes. */
#include "engine/metric.h"

#include <pthread.h>
#include <stdlib.h>

struct metric {
	char name[AC_METRIC_MAX_NAME + 1];
	int64_t value;
};

struct ac_metrics {
	pthread_mutex_t lock; /* everything below */
	struct metric list[AC_METRIC_MAX];
	size_t count;
};

struct ac_metrics *
ac_metrics_new(void)
{
	struct ac_metrics *metrics = calloc(1, sizeof(*metrics));

	if (metrics != NULL)
		pthread_mutex_init(&metrics->lock, NULL);
	return metrics;
}

void
ac_metrics_free(struct ac_metrics **metrics)
{
	if (*metrics == NULL)
		return;
	pthread_mutex_destroy(&(*metrics)->lock);
	free(*metrics);
	*metrics = NULL;
}

static bool
is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= AC_METRIC_MAX_NAME &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static struct metric *
find(struct ac_metrics *metrics, const char *name)
{
	for (size_t i = 0; i < metrics->count; i++)
		if (strcmp(metrics->list[i].name, name) == 0)
			return &metrics->list[i];
	if (metrics->count == AC_METRIC_MAX)
		return NULL;
	memcpy(metrics->list[metrics->count].name, name, strlen(name) + 1);
	return &metrics->list[metrics->count++];
}

static void
change(struct ac_metrics *metrics, const char *name, int64_t value, bool add)
{
	struct metric *metric;

	if (!is_name(name))
		return;
	pthread_mutex_lock(&metrics->lock);
	if ((metric = find(metrics, name)) != NULL)
		metric->value =
		    add ? (int64_t)((uint64_t)metric->value + (uint64_t)value)
			: value;
	pthread_mutex_unlock(&metrics->lock);
}

void
ac_metric_add(struct ac_metrics *metrics, const char *name, uint64_t amount)
{
	change(metrics, name, (int64_t)amount, true);
}

void
ac_metric_set(struct ac_metrics *metrics, const char *name, int64_t value)
{
	change(metrics, name, value, false);
}

bool
ac_metric_at(struct ac_metrics *metrics, size_t at,
    char name[AC_METRIC_MAX_NAME + 1], int64_t *value)
{
	bool there;

	pthread_mutex_lock(&metrics->lock);
	there = at < metrics->count;
	if (there) {
		memcpy(name, metrics->list[at].name, AC_METRIC_MAX_NAME + 1);
		*value = metrics->list[at].value;
	}
	pthread_mutex_unlock(&metrics->lock);
	return there;
}
