/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters and gauges that an entry keeps, by name; few and bounded. */
#ifndef AC_ENGINE_METRIC_H
#define AC_ENGINE_METRIC_H

#include "base/span.h"

#define AC_METRIC_MAX      64 /* of an entry */
#define AC_METRIC_MAX_NAME 64

struct ac_metrics;

struct ac_metrics *ac_metrics_new(void);
void ac_metrics_free(struct ac_metrics **metrics);
/* A name that is not [a-z0-9_]+, or one too many, has no effect. */
void ac_metric_add(struct ac_metrics *metrics, const char *name,
    uint64_t amount);
void ac_metric_set(struct ac_metrics *metrics, const char *name, int64_t value);
/* The at-th, in order of first use; false behind the last. */
bool ac_metric_at(struct ac_metrics *metrics, size_t at,
    char name[AC_METRIC_MAX_NAME + 1], int64_t *value);

#endif
