/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an entry's options make of the policy for signed tokens.  Where the
 * configuration leaves something open the policy is the stricter one.
 */
#include "jwt.h"

#include <stdlib.h>

static int
read_issuer(struct jwt_policy *policy, struct authchain_entry *entry,
    struct authchain_span issuer)
{
	const struct authchain_host *host = policy->host;

	if (issuer.data == NULL || issuer.len == 0) {
		host->fail(entry, "issuer",
		    "no issuer, so no token could be told to be this entry's; "
		    "write the exact iss, or \"%s\" for tokens without one",
		    JWT_NO_ISSUER);
		return -1;
	}
	policy->claims.issuer =
	    ac_span_is_text(issuer, JWT_NO_ISSUER) ? ac_span(NULL, 0) : issuer;
	return 0;
}

static int
read_audiences(struct jwt_policy *policy, struct authchain_entry *entry)
{
	const struct authchain_host *host = policy->host;
	struct authchain_span resource = ac_span_text(host->resource(entry));
	size_t count = 0;
	int r = 0;

	policy->audiences = options_list(host, entry, "audience", &count);
	if (policy->audiences == NULL)
		return options_no_memory(host, entry);
	if (count == 0 && resource.len > 0)
		policy->audiences[count++] = resource;
	if (count == 0) {
		host->fail(entry, "audience",
		    "no audience, so tokens meant for others would do; write "
		    "it here, or resource in [chain]");
		r = -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (policy->audiences[i].len == 0) {
			host->fail(entry, "audience", "an audience is empty");
			r = -1;
		}
	}
	policy->claims.audiences = policy->audiences;
	policy->claims.audience_count = count;
	return r;
}

static void
refuse_algorithm(const struct authchain_host *host,
    struct authchain_entry *entry, struct authchain_span name)
{
	const struct ac_alg *alg = ac_alg_table();
	struct ac_quote quote;
	struct ac_buf known;

	ac_buf_init(&known, (size_t)AC_ALG_COUNT * 16);
	for (; alg->name != NULL; alg++)
		ac_buf_format(&known, " %s", alg->name);
	host->fail(entry, "algorithms", "unknown algorithm %s; known:%.*s",
	    ac_quote(&quote, name), (int)ac_buf_span(&known).len,
	    ac_buf_span(&known).data);
	ac_buf_clear(&known);
}

static int
read_algorithms(struct jwt_policy *policy, struct authchain_entry *entry)
{
	const struct authchain_host *host = policy->host;
	size_t count = host->option_count(entry, "algorithms");
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		struct authchain_span name =
		    host->option_item(entry, "algorithms", i);
		const struct ac_alg *alg = ac_alg_find(name);

		if (alg != NULL) {
			policy->header.algorithms |= ac_alg_bit(alg);
			continue;
		}
		refuse_algorithm(host, entry, name);
		r = -1;
	}
	if (r == 0 && policy->header.algorithms == 0) {
		host->fail(entry, "algorithms", "no algorithm is allowed");
		r = -1;
	}
	return r;
}

static int
read_types(struct jwt_policy *policy, struct authchain_entry *entry)
{
	const struct authchain_host *host = policy->host;
	size_t count = host->option_count(entry, "typ");

	if (count == 0)
		return 0;
	policy->types = calloc(count + 1, sizeof(*policy->types));
	if (policy->types == NULL)
		return options_no_memory(host, entry);
	for (size_t i = 0; i < count; i++)
		policy->types[i] = host->option_item(entry, "typ", i).data;
	policy->header.types = policy->types;
	/* explicit typing is worth something only when it can't be left out
	 * (RFC 8725 3.11) */
	policy->typ_wanted = true;
	return 0;
}

static bool
is_claim_name(struct authchain_span name)
{
	return name.len > 0 && name.len <= JWT_MAX_CLAIM_NAME &&
	       !ac_span_has_control(name);
}

static int
read_subject_claim(struct jwt_policy *policy, struct authchain_entry *entry)
{
	const struct authchain_host *host = policy->host;
	struct authchain_span name = host->option_text(entry, "subject-claim");

	if (name.data == NULL)
		return 0;
	if (!is_claim_name(name)) {
		host->fail(entry, "subject-claim",
		    "a claim's name has 1 to %d bytes", JWT_MAX_CLAIM_NAME);
		return -1;
	}
	if (!ac_span_is_text(name, "sub"))
		policy->claims.subject_claim = name.data;
	return 0;
}

/* The default list asks for sub only where sub is the subject. */
static void
drop_default_sub(struct jwt_policy *policy, struct authchain_entry *entry,
    size_t *count)
{
	size_t kept = 0;

	if (policy->claims.subject_claim == NULL ||
	    policy->host->option_is_set(entry, "required-claims"))
		return;
	for (size_t i = 0; i < *count; i++) {
		if (!ac_span_is_text(policy->required[i], "sub"))
			policy->required[kept++] = policy->required[i];
	}
	*count = kept;
}

static int
read_required(struct jwt_policy *policy, struct authchain_entry *entry)
{
	const struct authchain_host *host = policy->host;
	size_t count = 0;
	int r = 0;

	policy->required = options_list(host, entry, "required-claims", &count);
	if (policy->required == NULL)
		return options_no_memory(host, entry);
	for (size_t i = 0; i < count; i++) {
		if (is_claim_name(policy->required[i]))
			continue;
		host->fail(entry, "required-claims",
		    "a claim's name has 1 to %d bytes", JWT_MAX_CLAIM_NAME);
		r = -1;
	}
	drop_default_sub(policy, entry, &count);
	policy->claims.required = policy->required;
	policy->claims.required_count = count;
	return r;
}

/* Rounded to the strict side: a part of a second is no leeway, and no age is
 * too short to count. */
static void
read_times(struct jwt_policy *policy, struct authchain_entry *entry)
{
	const struct authchain_host *host = policy->host;
	int64_t leeway_s = host->option_number(entry, "leeway") / 1000;
	int64_t max_age_ms = host->option_number(entry, "max-age");

	if (leeway_s > AC_CLAIMS_MAX_LEEWAY_S)
		leeway_s = AC_CLAIMS_MAX_LEEWAY_S;
	policy->claims.takes_bound = options_takes_bound(host, entry);
	policy->claims.leeway_s = leeway_s < 0 ? 0 : leeway_s;
	policy->claims.max_age_s = max_age_ms <= 0     ? 0
				   : max_age_ms < 1000 ? 1
						       : max_age_ms / 1000;
}

int
jwt_policy_init(struct jwt_policy *policy, const struct authchain_host *host,
    struct authchain_entry *entry, struct authchain_span issuer)
{
	struct authchain_span claimed;
	int r = 0;

	*policy = (struct jwt_policy){ .host = host };
	read_times(policy, entry);
	/* all of them, so that all faults are told at once */
	r |= read_issuer(policy, entry, issuer);
	r |= read_audiences(policy, entry);
	r |= read_algorithms(policy, entry);
	r |= read_types(policy, entry);
	r |= read_subject_claim(policy, entry);
	r |= read_required(policy, entry);
	if (r != 0)
		return -1;
	claimed = policy->claims.issuer;
	host->claims_issuer(entry,
	    claimed.data == NULL ? ac_span_text("") : claimed);
	return 0;
}

void
jwt_policy_clear(struct jwt_policy *policy)
{
	free(policy->types);
	free(policy->audiences);
	free(policy->required);
	*policy = (struct jwt_policy){ 0 };
}
