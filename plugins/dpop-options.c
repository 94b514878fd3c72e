/* SPDX-License-Identifier: BSD-2-Clause */
/* dpop: from options to an instance, and what outlives it. */
#include <stdlib.h>

#include "dpop-uri.h"
#include "dpop.h"

#define MAX_LIST_BYTES   256
#define MIN_SECRET_BYTES 16
#define MAX_LEEWAY_MS    60000
#define MAX_AGE_MS       600000
#define MAX_NONCE_MS     3600000
#define CLOCK_ROUNDED_MS 2000 /* iat and since are whole seconds */

static const char *const nonce_words[] = { "no", "required", NULL };

const struct authchain_option dpop_options[DPOP_OPTION_COUNT] = {
	{ .name = "algorithms",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .fallback = "ES256, EdDSA",
	    .help = "of proofs" },
	{ .name = "origins",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "what clients write before the path in htu, like "
		    "https://api.example.com; default: the resource's" },
	{ .name = "max-age",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "60s",
	    .min = 1000,
	    .max = MAX_AGE_MS,
	    .help = "how old a proof may be" },
	{ .name = "leeway",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "10s",
	    .min = 0,
	    .max = MAX_LEEWAY_MS,
	    .help = "how far clients' clocks may be off" },
	{ .name = "max-proofs",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .fallback = "100000",
	    .min = 1,
	    .max = 10000000,
	    .help = "how many are known at a time, so that none is used "
		    "twice; when they are more the answer is 503; the "
		    "largest counts for all chains" },
	{ .name = "nonce",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .choices = nonce_words,
	    .fallback = "no",
	    .help = "required: a proof has to hold a nonce of ours" },
	{ .name = "nonce-life",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "5m",
	    .min = 1000,
	    .max = MAX_NONCE_MS,
	    .help = "how long a nonce is good" },
	{ .name = "nonce-secret",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .purpose = "dpop-nonce",
	    .help = "what nonces are made with, the same on all machines; "
		    "default: a random one" },
	{ .name = "required",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no",
	    .help = "refuse tokens that are bound to no key" },
};

static int
fail_memory(const struct dpop *self)
{
	self->host->fail(self->entry, NULL, "out of memory");
	return -1;
}

static int
read_algorithm(struct dpop *self, struct authchain_span name,
    struct ac_buf *names)
{
	const struct ac_alg *alg = ac_alg_find(name);
	struct ac_quote quote;

	if (alg == NULL || alg->scheme == AC_SCHEME_HMAC) {
		self->host->fail(self->entry, "algorithms",
		    "%s is no algorithm with a public key; write ES256, EdDSA "
		    "and so on",
		    ac_quote(&quote, name));
		return -1;
	}
	self->algorithms |= ac_alg_bit(alg);
	ac_buf_text(names, names->len == 0 ? "" : " ");
	ac_buf_text(names, alg->name);
	return 0;
}

static int
read_algorithms(struct dpop *self)
{
	const struct authchain_host *host = self->host;
	size_t count = host->option_count(self->entry, "algorithms");
	struct ac_buf names;
	int r = 0;

	ac_buf_init(&names, MAX_LIST_BYTES);
	for (size_t i = 0; i < count; i++)
		r |= read_algorithm(self,
		    host->option_item(self->entry, "algorithms", i), &names);
	if (r == 0 && (!AUTHCHAIN_HAS(host, proof_nonce) ||
			  host->takes_proof(self->entry,
			      ac_buf_span(&names).data) != 0)) {
		host->fail(self->entry, "algorithms",
		    "this host can't challenge for proofs");
		r = -1;
	}
	ac_buf_clear(&names);
	return r;
}

/* The origin of the text; NULL after fail. */
static char *
read_origin(struct dpop *self, const char *option, struct authchain_span text)
{
	struct ac_quote quote;
	struct ac_buf origin;

	ac_buf_init(&origin, DPOP_URI_MAX_BYTES);
	if (dpop_uri_origin(&origin, text))
		return ac_buf_take(&origin);
	ac_buf_clear(&origin);
	self->host->fail(self->entry, option,
	    "%s has no origin: write https://host or https://host:port, as "
	    "clients know it%s",
	    ac_quote(&quote, text),
	    option == NULL ? ", in origins, or resource in [chain]" : "");
	return NULL;
}

static int
read_origins(struct dpop *self)
{
	const struct authchain_host *host = self->host;
	size_t count = host->option_count(self->entry, "origins");
	struct authchain_span resource =
	    ac_span_text(host->resource(self->entry));

	self->origins = calloc(count + 1, sizeof(*self->origins));
	if (self->origins == NULL)
		return fail_memory(self);
	if (count == 0)
		self->origins[self->origin_count++] =
		    read_origin(self, NULL, resource);
	for (size_t i = 0; i < count; i++)
		self->origins[self->origin_count++] = read_origin(self,
		    "origins", host->option_item(self->entry, "origins", i));
	for (size_t i = 0; i < self->origin_count; i++)
		if (self->origins[i] == NULL)
			return -1;
	return 0;
}

static int
check_secret(struct dpop *self)
{
	const struct authchain_host *host = self->host;
	size_t count = host->secret_count(self->entry, "nonce-secret");
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		if (host->secret_value(self->entry, "nonce-secret", i).len >=
		    MIN_SECRET_BYTES)
			continue;
		host->fail(self->entry, "nonce-secret",
		    "%s is too short: it has at least %d bytes",
		    host->secret_label(self->entry, "nonce-secret", i),
		    MIN_SECRET_BYTES);
		r = -1;
	}
	return r;
}

static void
drop_memory(void *object)
{
	struct dpop_memory *memory = object;

	dpop_replay_free(&memory->replay);
	free(memory);
}

static int64_t
life_ms(const struct dpop *self)
{
	return self->max_age_ms + 2 * self->leeway_ms + CLOCK_ROUNDED_MS;
}

static void *
make_memory(struct authchain_entry *own, void *arg)
{
	const struct dpop *self = arg;
	const struct authchain_host *host = self->host;
	struct dpop_memory *memory = calloc(1, sizeof(*memory));

	(void)own;
	if (memory == NULL)
		return NULL;
	memory->replay = dpop_replay_new(host->wall_ms() / 1000 - 1);
	if (memory->replay != NULL &&
	    host->random(memory->key, sizeof(memory->key)) == 0)
		return memory;
	drop_memory(memory);
	return NULL;
}

/* All chains have one memory: a proof is good for one request, whichever chain
 * judges it.  So it is known until the one that waits longest would not take it
 * any more. */
static int
open_memory(struct dpop *self)
{
	const struct authchain_host *host = self->host;

	self->memory =
	    host->share(self->entry, "dpop", make_memory, drop_memory, self);
	if (self->memory == NULL)
		return fail_memory(self);
	dpop_replay_widen(self->memory->replay,
	    (size_t)host->option_number(self->entry, "max-proofs"),
	    life_ms(self));
	return 0;
}

void
dpop_destroy(void *arg)
{
	struct dpop *self = arg;

	for (size_t i = 0; i < self->origin_count; i++)
		free(self->origins[i]);
	free(self->origins);
	free(self);
}

int
dpop_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct dpop *self = calloc(1, sizeof(*self));
	int r;

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	self->max_age_ms = host->option_number(entry, "max-age");
	self->leeway_ms = host->option_number(entry, "leeway");
	self->nonce_life_s = host->option_number(entry, "nonce-life") / 1000;
	self->required = host->option_number(entry, "required") == 1;
	self->nonce =
	    ac_span_is_text(host->option_text(entry, "nonce"), "required");
	/* all of them, so that all faults are told at once */
	r = read_origins(self);
	r |= read_algorithms(self);
	r |= check_secret(self);
	if (r == 0)
		r = open_memory(self);
	if (r != 0) {
		dpop_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}
