/* SPDX-License-Identifier: BSD-2-Clause */
/* How the server is: what the breaker is told, and what operators are. */
#include "oauth.h"

#include <inttypes.h>
#include <stdlib.h>

static void
say_open(struct oauth *self, unsigned int failures)
{
	self->host->metric_set(self->entry, "introspection_breaker_open", 1);
	self->host->log(self->entry, AUTHCHAIN_LOG_WARNING,
	    "introspection at %s: %u questions in a row without an answer; it "
	    "is asked once in a while only",
	    oauth_endpoint_name(self), failures);
}

static void
note_failure(struct oauth *self, bool probe)
{
	unsigned char jitter = 0;
	unsigned int failures;
	bool opened, first;

	(void)self->host->random(&jitter, 1);
	(void)pthread_mutex_lock(&self->lock);
	first = self->breaker.pauses == 0;
	opened = breaker_failed(&self->breaker, probe,
	    self->host->monotonic_ms(), jitter);
	failures = self->breaker.failures;
	(void)pthread_mutex_unlock(&self->lock);
	if (opened && first)
		say_open(self, failures);
}

void
oauth_health_note(struct oauth *self, bool probe, bool failed)
{
	bool was_open;

	if (failed) {
		note_failure(self, probe);
		return;
	}
	(void)pthread_mutex_lock(&self->lock);
	was_open = self->breaker.pauses > 0;
	breaker_answered(&self->breaker);
	(void)pthread_mutex_unlock(&self->lock);
	if (was_open)
		self->host->metric_set(self->entry,
		    "introspection_breaker_open", 0);
}

/* "closed", "open for 3 s more", "open, one question tries" */
static void
report_breaker(struct oauth *self, struct authchain_report *report)
{
	const struct authchain_host *host = self->host;
	struct breaker breaker;
	int64_t left_ms;

	(void)pthread_mutex_lock(&self->lock);
	breaker = self->breaker;
	(void)pthread_mutex_unlock(&self->lock);
	left_ms = breaker.until_ms - host->monotonic_ms();
	if (breaker.after == 0)
		host->report(report, "breaker", "off");
	else if (breaker.pauses == 0)
		host->report(report, "breaker",
		    "closed, %u of %u failures in a row", breaker.failures,
		    breaker.after);
	else if (breaker.probing)
		host->report(report, "breaker", "open, one question tries");
	else
		host->report(report, "breaker", "open for %" PRId64 " s more",
		    left_ms > 0 ? (left_ms + 999) / 1000 : 0);
}

void
oauth_health_report(struct oauth *self, struct authchain_report *report)
{
	const struct authchain_host *host = self->host;
	char *endpoint = oauth_metadata_endpoint(self);

	host->report(report, "introspection", "%s, %s",
	    endpoint != NULL ? endpoint : "not discovered",
	    self->trouble != 0 ? "failing" : "no failure");
	free(endpoint);
	host->report(report, "introspected",
	    "%" PRIu64 ", %" PRIu64 " without an answer", (uint64_t)self->asked,
	    (uint64_t)self->failed);
	host->report(report, "not-asked",
	    "%" PRIu64 " joined a question, %" PRIu64 " were turned away",
	    (uint64_t)self->joined, (uint64_t)self->turned_away);
	report_breaker(self, report);
}
