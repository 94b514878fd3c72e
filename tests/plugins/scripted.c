/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin that answers what its options say, at once or later, in every
 * stage: with it any row of the outcome table can be staged.  Whatever it is
 * told to answer, it also says subject, scopes and reasons, so that a refusal
 * with a subject is staged by the way.
 */
#include <authchain/plugin.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scripted-words.h"

#define STAGES (AUTHCHAIN_STAGE_AUDIT + 1)

static const char *const stage_names[STAGES] = { "credential", "guard",
	"verify", "map", "authorize", "challenge", "audit" };

struct scripted {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	atomic_uint calls[STAGES];
	atomic_uint claims, inside, overlaps, cancelled;
	pthread_mutex_t lock; /* guards jobs */
	struct job *jobs;
};

/* One ticket on its way. */
struct job {
	struct scripted *self;
	struct job *next;
	struct authchain_ticket *ticket;
	uint64_t timer; /* 0: never */
	uint32_t stage;
	uint32_t outcome;
};

static struct authchain_span
text_option(const struct scripted *self, const char *name)
{
	return self->host->option_text(self->entry, name);
}

/* "name=value" in two; without "=" the value is empty. */
static void
split(struct authchain_span pair, char name[64], struct authchain_span *value)
{
	const char *equals = memchr(pair.data, '=', pair.len);
	size_t len = equals == NULL ? pair.len : (size_t)(equals - pair.data);

	*value = (struct authchain_span){ pair.data + pair.len, 0 };
	if (equals != NULL)
		*value =
		    (struct authchain_span){ equals + 1, pair.len - len - 1 };
	if (len > 63)
		len = 63;
	memcpy(name, pair.data, len);
	name[len] = '\0';
}

static void
say_identity(const struct scripted *self, struct authchain_call *call)
{
	const struct authchain_host *host = self->host;
	struct authchain_span subject = text_option(self, "subject");
	struct authchain_span issuer = text_option(self, "issuer");
	struct authchain_span json = text_option(self, "claims");
	int64_t left_ms = host->option_number(self->entry, "expires-in");

	if (json.data != NULL)
		(void)host->adopt_json(call, json);
	if (subject.len > 0)
		(void)host->set_subject(call, subject);
	if (host->option_number(self->entry, "anonymous") != 0)
		(void)host->set_anonymous(call);
	if (issuer.len > 0)
		(void)host->set_issuer(call, issuer);
	if (host->option_is_set(self->entry, "expires-in"))
		(void)host->set_expires(call,
		    (host->wall_ms() + left_ms) / 1000);
}

static void
say_list(const struct scripted *self, struct authchain_call *call,
    uint32_t stage)
{
	const struct authchain_host *host = self->host;
	const char *option =
	    stage == AUTHCHAIN_STAGE_AUTHORIZE ? "need-scopes" : "scopes";
	size_t count = host->option_count(self->entry, option);

	for (size_t i = 0; i < count; i++) {
		struct authchain_span scope =
		    host->option_item(self->entry, option, i);

		if (stage == AUTHCHAIN_STAGE_AUTHORIZE)
			(void)host->need_scope(call, scope);
		else
			(void)host->add_scope(call, scope);
	}
}

static void
say_attributes(const struct scripted *self, struct authchain_call *call)
{
	const struct authchain_host *host = self->host;
	size_t count = host->option_count(self->entry, "attributes");

	for (size_t i = 0; i < count; i++) {
		struct authchain_span value;
		char name[64];

		split(host->option_item(self->entry, "attributes", i), name,
		    &value);
		(void)host->set_attribute(call, name, value);
	}
}

static void
say(const struct scripted *self, struct authchain_call *call, uint32_t stage)
{
	const struct authchain_host *host = self->host;
	int64_t retry_ms = host->option_number(self->entry, "retry-after");

	if (stage == AUTHCHAIN_STAGE_IDENTITY)
		say_identity(self, call);
	if (stage != AUTHCHAIN_STAGE_GUARD)
		say_list(self, call, stage);
	if (stage == AUTHCHAIN_STAGE_IDENTITY || stage == AUTHCHAIN_STAGE_MAP)
		say_attributes(self, call);
	if (host->option_is_set(self->entry, "reason"))
		host->reason(call,
		    (uint32_t)host->option_number(self->entry, "reason"),
		    "scripted %s", host->entry_name(self->entry));
	if (retry_ms > 0)
		host->retry_after(call, (uint32_t)(retry_ms / 1000));
}

/* Sleep as long as `block' says, and notice who sleeps beside us. */
static void
block(struct scripted *self)
{
	int64_t ms = self->host->option_number(self->entry, "block");
	struct timespec left = { (time_t)(ms / 1000),
		(long)(ms % 1000) * 1000000 };

	if (atomic_fetch_add(&self->inside, 1) > 0)
		atomic_fetch_add(&self->overlaps, 1);
	while (ms > 0 && nanosleep(&left, &left) != 0)
		continue;
	atomic_fetch_sub(&self->inside, 1);
}

/* With the lock held. */
static void
unlink_job(struct scripted *self, const struct job *job)
{
	struct job **at = &self->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
}

static void
job_free(struct job *job)
{
	job->self->host->ticket_unref(job->ticket);
	free(job);
}

static void
fire(void *arg)
{
	struct job *job = arg;
	struct scripted *self = job->self;
	struct authchain_call *call;

	(void)pthread_mutex_lock(&self->lock);
	unlink_job(self, job);
	(void)pthread_mutex_unlock(&self->lock);
	call = self->host->resume(job->ticket);
	if (call != NULL)
		say(self, call, job->stage);
	self->host->complete(job->ticket, job->outcome);
	job_free(job);
}

/* The lock is held over the timer, so that fire finds the job whole. */
static uint32_t
wait_for_timer(struct scripted *self, struct job *job, int64_t delay_ms)
{
	bool waits = true;

	(void)pthread_mutex_lock(&self->lock);
	job->next = self->jobs;
	self->jobs = job;
	if (delay_ms >= 0) {
		job->timer = self->host->timer(self->entry, (uint64_t)delay_ms,
		    fire, job);
		waits = job->timer != 0;
	}
	if (!waits)
		unlink_job(self, job);
	(void)pthread_mutex_unlock(&self->lock);
	if (waits)
		return AUTHCHAIN_PENDING;
	job_free(job);
	return AUTHCHAIN_UNAVAILABLE;
}

static uint32_t
defer(struct scripted *self, struct authchain_call *call, uint32_t stage,
    int64_t word)
{
	const struct authchain_host *host = self->host;
	struct authchain_ticket *ticket = host->defer(call);
	int64_t delay_ms = host->option_number(self->entry, "delay");
	struct job *job;

	if (ticket == NULL)
		return AUTHCHAIN_UNAVAILABLE;
	if (words[word].how == LATER && delay_ms == 0) {
		say(self, call, stage);
		host->complete(ticket, words[word].outcome);
		host->ticket_unref(ticket);
		return AUTHCHAIN_PENDING;
	}
	job = calloc(1, sizeof(*job));
	if (job == NULL) {
		host->ticket_unref(ticket);
		return AUTHCHAIN_UNAVAILABLE;
	}
	*job = (struct job){ .self = self,
		.ticket = ticket,
		.stage = stage,
		.outcome = words[word].outcome };
	return wait_for_timer(self, job,
	    words[word].how == NEVER ? -1 : delay_ms);
}

static struct authchain_span
named(const struct scripted *self, const struct authchain_call *call,
    const char *name)
{
	if (strcmp(name, "token") == 0)
		return self->host->token(call);
	if (strncmp(name, "header.", 7) == 0)
		return self->host->header(call, name + 7, 0);
	return self->host->attribute(call, name);
}

/* Does `only' leave this request to us? */
static bool
is_meant(const struct scripted *self, struct authchain_call *call)
{
	struct authchain_span pair = text_option(self, "only"), wanted, has;
	char name[64];

	if (pair.data == NULL)
		return true;
	split(pair, name, &wanted);
	has = named(self, call, name);
	return has.len >= wanted.len &&
	       memcmp(has.data, wanted.data, wanted.len) == 0;
}

static uint32_t
run(struct scripted *self, struct authchain_call *call, uint32_t stage)
{
	const struct authchain_host *host = self->host;
	int64_t word = host->option_number(self->entry, stage_names[stage]);

	if (stage != AUTHCHAIN_STAGE_IDENTITY && !is_meant(self, call))
		return AUTHCHAIN_ALLOW;
	atomic_fetch_add(&self->calls[stage], 1);
	host->metric_add(self->entry, stage_names[stage], 1);
	block(self);
	if (words[word].how == LATER || words[word].how == NEVER)
		return defer(self, call, stage, word);
	say(self, call, stage);
	return words[word].how == AT_ONCE ? words[word].outcome
					  : (uint32_t)AUTHCHAIN_PENDING;
}

static uint32_t
scripted_guard(void *self, struct authchain_call *call)
{
	return run(self, call, AUTHCHAIN_STAGE_GUARD);
}

static bool
is_claimed(const struct scripted *self, struct authchain_call *call)
{
	struct authchain_span token = self->host->token(call);
	struct authchain_span prefix = text_option(self, "prefix");
	struct authchain_span issuer = text_option(self, "issuer");
	const struct authchain_peek *peek = self->host->peek(call);

	if (prefix.len > 0)
		return token.len >= prefix.len &&
		       memcmp(token.data, prefix.data, prefix.len) == 0;
	if (issuer.len > 0)
		return peek != NULL && peek->iss.text.len == issuer.len &&
		       memcmp(peek->iss.text.data, issuer.data, issuer.len) ==
			   0;
	return true;
}

static uint32_t
scripted_claim(void *arg, struct authchain_call *call)
{
	struct scripted *self = arg;
	const struct authchain_host *host = self->host;

	atomic_fetch_add(&self->claims, 1);
	if (host->option_is_set(self->entry, "claim"))
		return words[host->option_number(self->entry, "claim")].outcome;
	return is_claimed(self, call) ? AUTHCHAIN_MINE : AUTHCHAIN_NOT_MINE;
}

static uint32_t
scripted_verify(void *self, struct authchain_call *call)
{
	return run(self, call, AUTHCHAIN_STAGE_IDENTITY);
}

static uint32_t
scripted_map(void *self, struct authchain_call *call)
{
	return run(self, call, AUTHCHAIN_STAGE_MAP);
}

static uint32_t
scripted_authorize(void *self, struct authchain_call *call)
{
	return run(self, call, AUTHCHAIN_STAGE_AUTHORIZE);
}

static void
scripted_challenge(void *arg, struct authchain_call *call)
{
	struct scripted *self = arg;
	struct authchain_span pair = text_option(self, "challenge");
	struct authchain_span value;
	char name[64];

	atomic_fetch_add(&self->calls[AUTHCHAIN_STAGE_CHALLENGE], 1);
	if (pair.data == NULL)
		return;
	split(pair, name, &value);
	(void)self->host->challenge_parameter(call, name, value);
}

static void
scripted_audit(void *arg, struct authchain_call *call)
{
	struct scripted *self = arg;
	const struct authchain_summary *summary = self->host->summary(call);

	atomic_fetch_add(&self->calls[AUTHCHAIN_STAGE_AUDIT], 1);
	if (summary == NULL)
		return;
	self->host->log(self->entry, AUTHCHAIN_LOG_NOTICE,
	    "audit chain=%s status=%u reason=%s provider=%s subject=%.*s "
	    "steps=%zu",
	    summary->chain, summary->status,
	    summary->reason <= AUTHCHAIN_REASON_NO_SUCH_CHAIN
		? reasons[summary->reason]
		: "?",
	    summary->provider, (int)summary->subject.len,
	    summary->subject.data == NULL ? "" : summary->subject.data,
	    summary->trace_count);
}

static void
scripted_cancel(void *arg, struct authchain_ticket *ticket)
{
	struct scripted *self = arg;
	struct job *job;

	atomic_fetch_add(&self->cancelled, 1);
	(void)pthread_mutex_lock(&self->lock);
	for (job = self->jobs; job != NULL; job = job->next) {
		if (job->ticket == ticket)
			break;
	}
	/* one that is about to fire ends there */
	if (job != NULL && job->timer != 0 &&
	    self->host->timer_cancel(self->entry, job->timer) == 0)
		job = NULL;
	if (job != NULL)
		unlink_job(self, job);
	(void)pthread_mutex_unlock(&self->lock);
	if (job != NULL)
		job_free(job);
}

static void
scripted_status(void *arg, struct authchain_report *report)
{
	struct scripted *self = arg;
	const struct authchain_host *host = self->host;

	host->report(report, "claim", "%u", atomic_load(&self->claims));
	for (uint32_t i = AUTHCHAIN_STAGE_GUARD; i < STAGES; i++)
		host->report(report, stage_names[i], "%u",
		    atomic_load(&self->calls[i]));
	host->report(report, "overlaps", "%u", atomic_load(&self->overlaps));
	host->report(report, "cancelled", "%u", atomic_load(&self->cancelled));
}

static void
destroy(void *arg)
{
	struct scripted *self = arg;

	while (self->jobs != NULL) {
		struct job *job = self->jobs;

		self->jobs = job->next;
		job_free(job);
	}
	(void)pthread_mutex_destroy(&self->lock);
	free(self);
}

static int
create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct scripted *self = calloc(1, sizeof(*self));
	struct authchain_span body = { "{}", 2 };

	*out = self;
	if (self == NULL)
		return -1;
	self->host = host;
	self->entry = entry;
	(void)pthread_mutex_init(&self->lock, NULL);
	if (!host->option_is_set(entry, "claim")) {
		if (text_option(self, "prefix").len > 0)
			host->claims_prefix(entry, text_option(self, "prefix"));
		else if (text_option(self, "issuer").len > 0)
			host->claims_issuer(entry, text_option(self, "issuer"));
	}
	if (text_option(self, "publish").data != NULL &&
	    host->publish(entry, text_option(self, "publish").data,
		"application/json", body) != 0) {
		host->fail(entry, "publish", "the host refused the path");
		destroy(self);
		*out = NULL;
		return -1;
	}
	return 0;
}

#define SCRIPTED(name_, flags_)                                                \
	{                                                                      \
		.size = sizeof(struct authchain_plugin), .name = name_,        \
		.description = "answers what its options say",                 \
		.flags = flags_,                                               \
		.option_count = sizeof(options) / sizeof(options[0]),          \
		.options = options, .option_size = sizeof(options[0]),         \
		.create = create, .destroy = destroy, .guard = scripted_guard, \
		.claim = scripted_claim, .verify = scripted_verify,            \
		.map = scripted_map, .authorize = scripted_authorize,          \
		.challenge = scripted_challenge, .audit = scripted_audit,      \
		.cancel = scripted_cancel, .status = scripted_status           \
	}

static const struct authchain_plugin plugin = SCRIPTED("scripted", 0);
static const struct authchain_plugin blocking =
    SCRIPTED("scripted-blocking", AUTHCHAIN_PLUGIN_BLOCKS);
static const struct authchain_plugin serial =
    SCRIPTED("scripted-serial", AUTHCHAIN_PLUGIN_SERIAL);

static const struct authchain_plugin *const plugins[] = { &plugin, &blocking,
	&serial, NULL };

extern AUTHCHAIN_EXPORT const struct authchain_module authchain_module_v1;
const struct authchain_module authchain_module_v1 = {
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = sizeof(struct authchain_module),
	.abi_major = AUTHCHAIN_ABI_MAJOR,
	.abi_minor = AUTHCHAIN_ABI_MINOR,
	.name = "scripted",
	.version = "1.0",
	.licence = "BSD-2-Clause",
	.plugins = plugins,
};
