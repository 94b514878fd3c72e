/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake host's calls and tickets. */
#include "fakehost-parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/reason.h"
#include "jose/jws.h"

/* WAITING -> RESUMED -> DONE, or GONE when the host gave up. */
enum state {
	WAITING,
	RESUMED,
	DONE,
	GONE
};

struct authchain_ticket {
	struct fakehost *host;
	struct authchain_call *call;
	size_t refs;
	enum state state;
};

static struct authchain_span
token(const struct authchain_call *call)
{
	return ac_span(call->token, call->token_len);
}

static const struct authchain_peek *
peek(struct authchain_call *call)
{
	uint32_t reason = 0;

	if (call->jws == NULL && call->token != NULL)
		call->jws = ac_jws_parse(token(call), &reason, NULL);
	return call->jws == NULL ? NULL
				 : ac_jws_claims(call->jws, &reason, NULL);
}

static int
look_up(const json_t *tree, const char *pointer, struct authchain_value *value)
{
	const json_t *found =
	    tree == NULL ? NULL : ac_json_pointer(tree, pointer);

	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	if (found == NULL)
		return 0;
	ac_json_value(found, value);
	return 1;
}

static int
peek_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	const json_t *tree = peek(call) == NULL ? NULL : ac_jws_tree(call->jws);

	return look_up(tree, pointer, value);
}

static int
claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	if (call->adopted)
		return peek_claim(call, pointer, value);
	return look_up(call->claims, pointer, value);
}

static struct authchain_span
attribute(const struct authchain_call *call, const char *name)
{
	(void)call;
	(void)name;
	return ac_span(NULL, 0);
}

static struct authchain_span
header(const struct authchain_call *call, const char *name, size_t at)
{
	(void)at;
	return attribute(call, name);
}

static uint32_t
remaining_ms(const struct authchain_call *call)
{
	return call->deadline_ms;
}

static int
keep(struct authchain_call *call, char out[512], struct authchain_span text)
{
	(void)snprintf(out, 512, "%.*s", (int)text.len, text.data);
	return call->entry->host->refuse_memory ? -1 : 0;
}

static int
set_subject(struct authchain_call *call, struct authchain_span subject)
{
	return keep(call, call->subject, subject);
}

static int
set_issuer(struct authchain_call *call, struct authchain_span issuer)
{
	return keep(call, call->issuer, issuer);
}

static int
set_client_id(struct authchain_call *call, struct authchain_span client_id)
{
	return keep(call, call->client_id, client_id);
}

static int
set_expires(struct authchain_call *call, int64_t at_s)
{
	(void)at_s;
	return call->entry->host->refuse_memory ? -1 : 0;
}

static int
adopt(struct authchain_call *call)
{
	if (call->entry->host->refuse_memory)
		return -1;
	call->adopted = true;
	return 0;
}

static int
adopt_json(struct authchain_call *call, struct authchain_span json)
{
	if (call->entry->host->refuse_memory)
		return -1;
	json_decref(call->claims);
	call->claims = ac_json_parse(json, &ac_json_document, NULL);
	return call->claims == NULL ? -1 : 0;
}

static void
remember(struct authchain_call *call, uint32_t max_s)
{
	call->remember_s = max_s;
}

AUTHCHAIN_PRINTF(3, 4)
static void
reason(struct authchain_call *call, uint32_t why, const char *format, ...)
{
	va_list ap;

	call->reason = why;
	va_start(ap, format);
	(void)vsnprintf(call->detail, sizeof(call->detail), format, ap);
	va_end(ap);
}

static void
retry_after(struct authchain_call *call, uint32_t seconds)
{
	call->retry_after_s = seconds;
}

static int
challenge_parameter(struct authchain_call *call, const char *name,
    struct authchain_span value)
{
	char *text = strndup(value.data, value.len);

	fakehost_set(&call->parameters, name, text, 0);
	free(text);
	return 0;
}

static const struct authchain_summary *
summary(const struct authchain_call *call)
{
	return &call->summary;
}

static void
ticket_ref(struct authchain_ticket *ticket)
{
	ticket->refs++;
}

static void
ticket_unref(struct authchain_ticket *ticket)
{
	if (--ticket->refs > 0)
		return;
	ticket->host->tickets--;
	free(ticket);
}

static struct authchain_ticket *
defer(struct authchain_call *call)
{
	struct fakehost *host = call->entry->host;
	struct authchain_ticket *ticket;

	if (host->refuse_memory)
		return NULL;
	if (call->ticket != NULL)
		host->faults++;
	ticket = calloc(1, sizeof(*ticket));
	if (ticket == NULL)
		abort();
	host->tickets++;
	ticket->host = host;
	ticket->call = call;
	ticket->refs = 2;
	call->ticket = ticket;
	return ticket;
}

static struct authchain_call *
resume(struct authchain_ticket *ticket)
{
	if (ticket->state == GONE)
		return NULL;
	if (ticket->state != WAITING)
		ticket->host->faults++;
	ticket->state = RESUMED;
	return ticket->call;
}

static void
complete(struct authchain_ticket *ticket, uint32_t outcome)
{
	if (ticket->state == GONE)
		return;
	if (ticket->state == DONE || ac_outcome_name(outcome) == NULL ||
	    outcome == AUTHCHAIN_PENDING)
		ticket->host->faults++;
	ticket->state = DONE;
	ticket->call->outcome = outcome;
}

void
fakehost_call_services(struct authchain_host *services)
{
	services->token = token;
	services->peek = peek;
	services->peek_claim = peek_claim;
	services->claim = claim;
	services->attribute = attribute;
	services->header = header;
	services->remaining_ms = remaining_ms;
	services->set_subject = set_subject;
	services->set_issuer = set_issuer;
	services->set_client_id = set_client_id;
	services->set_expires = set_expires;
	services->adopt = adopt;
	services->adopt_json = adopt_json;
	services->remember = remember;
	services->reason = reason;
	services->retry_after = retry_after;
	services->challenge_parameter = challenge_parameter;
	services->summary = summary;
	services->defer = defer;
	services->resume = resume;
	services->complete = complete;
	services->ticket_ref = ticket_ref;
	services->ticket_unref = ticket_unref;
}

struct authchain_call *
fakehost_call(struct authchain_entry *entry, const char *text)
{
	struct authchain_call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		abort();
	call->entry = entry;
	call->deadline_ms = FAKEHOST_DEADLINE;
	call->summary.size = sizeof(call->summary);
	if (text != NULL) {
		call->token = strdup(text);
		call->token_len = strlen(text);
	}
	return call;
}

void
fakehost_call_free(struct authchain_call **at)
{
	struct authchain_call *call = *at;

	*at = NULL;
	if (call->ticket != NULL) {
		if (call->ticket->state != DONE)
			fakehost_give_up(call);
		ticket_unref(call->ticket);
	}
	ac_jws_free(&call->jws);
	json_decref(call->claims);
	fakehost_clear(&call->parameters);
	free(call->token);
	free(call);
}

uint32_t
fakehost_verify(struct authchain_call *call)
{
	const struct authchain_plugin *plugin = call->entry->plugin;
	void *self = call->entry->self;
	uint32_t outcome;

	call->outcome = plugin->claim(self, call);
	if (call->outcome != AUTHCHAIN_MINE)
		return call->outcome;
	call->outcome = AUTHCHAIN_PENDING;
	outcome = plugin->verify(self, call);
	if (outcome != AUTHCHAIN_PENDING) {
		call->entry->host->faults += ac_outcome_name(outcome) == NULL;
		call->outcome = outcome;
	} else if (call->ticket == NULL) {
		call->entry->host->faults++;
	}
	if (call->outcome == AUTHCHAIN_ACCEPT && call->subject[0] == '\0')
		call->entry->host->faults++;
	return call->outcome;
}

void
fakehost_challenge(struct authchain_call *call, uint32_t why,
    const char *needed)
{
	call->summary.reason = why;
	call->summary.needed = ac_span_text(needed);
	call->entry->plugin->challenge(call->entry->self, call);
}

void
fakehost_give_up(struct authchain_call *call)
{
	const struct authchain_plugin *plugin = call->entry->plugin;

	if (call->ticket == NULL || call->ticket->state != WAITING)
		return;
	call->ticket->state = GONE;
	call->ticket->call = NULL;
	call->outcome = AUTHCHAIN_UNAVAILABLE;
	call->reason = AUTHCHAIN_REASON_DEADLINE;
	if (plugin->cancel != NULL)
		plugin->cancel(call->entry->self, call->ticket);
}

const char *
fakehost_words(const struct authchain_call *call)
{
	static char words[640];
	const char *name = ac_outcome_name(call->outcome);

	if (call->outcome == AUTHCHAIN_ACCEPT)
		(void)snprintf(words, sizeof(words), "%s %s", name,
		    call->subject);
	else if (call->outcome == AUTHCHAIN_PENDING ||
		 call->outcome == AUTHCHAIN_NOT_MINE)
		(void)snprintf(words, sizeof(words), "%s", name);
	else
		(void)snprintf(words, sizeof(words), "%s %s",
		    name == NULL ? "?" : name, ac_reason_name(call->reason));
	return words;
}
