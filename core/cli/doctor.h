/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `authchain doctor' looks at, one file a step: each asks as a client
 * would, and says of every fault what it is and what to do.
 */
#ifndef AC_CLI_DOCTOR_H
#define AC_CLI_DOCTOR_H

#include "base/error.h"
#include "net/fetch.h"

#include <jansson.h>

enum ac_finding {
	AC_FINDING_GOOD,
	AC_FINDING_WARNING,
	AC_FINDING_FAULT
};

struct ac_doctor {
	const char *ca_file;
	uint32_t flags; /* AUTHCHAIN_FETCH_ */
	uint32_t timeout_ms;
	json_t *findings; /* NULL: they are printed */
	size_t faults, warnings;
	const char *step; /* the one that runs */
};

/* What a step asks and gets; clear in any case. */
struct ac_doctor_answer {
	struct ac_fetch *fetch;
	struct authchain_answer is; /* status 0: error says why */
	struct authchain_error err;
};

/* One finding: a name that stays, what to do ("" for what is good), and what
 * was found. */
void ac_doctor_say(struct ac_doctor *doctor, enum ac_finding finding,
    const char *code, const char *advice, const char *format, ...)
    AUTHCHAIN_PRINTF(5, 6);

/* Ask for URL, headers and body of question; what else it takes is filled in. */
void ac_doctor_ask(const struct ac_doctor *doctor,
    const struct authchain_fetch *question, struct ac_doctor_answer *answer);
void ac_doctor_get(const struct ac_doctor *doctor, const char *url,
    struct ac_doctor_answer *answer);
void ac_doctor_answer_clear(struct ac_doctor_answer *answer);
/* The at-th header of that name (in lower case); data NULL: none. */
struct authchain_span ac_doctor_header(const struct ac_doctor_answer *answer,
    const char *name, size_t at);
/* The JSON document at a URL, the caller's; NULL after a finding whose code
 * begins with the prefix. */
json_t *ac_doctor_document(struct ac_doctor *doctor, const char *url,
    const char *prefix);
/* Is what stands in a document a URL that clients would follow?  Else a fault
 * of that code. */
bool ac_doctor_url(struct ac_doctor *doctor, struct authchain_span url,
    const char *code, const char *what);

/* The challenge that a client without a token gets, and one with a bad one.
 * *link: where its metadata are, the caller's, or NULL. */
void ac_doctor_challenge(struct ac_doctor *doctor, const char *url,
    char **link);
/* The resource's metadata, at link or where clients look without one; the
 * caller's, or NULL. */
json_t *ac_doctor_resource(struct ac_doctor *doctor, const char *url,
    const char *link);
/* An authorization server's metadata and keys. */
void ac_doctor_server(struct ac_doctor *doctor, const char *issuer);
/* Does the server itself refuse headers that its body belies? */
void ac_doctor_upstream(struct ac_doctor *doctor, const char *url);

/* The one challenge of a WWW-Authenticate. */
#define AC_DOCTOR_PARAMETERS 16
struct ac_doctor_bearer {
	struct authchain_span scheme;
	struct authchain_pair at[AC_DOCTOR_PARAMETERS];
	size_t count;
};
/* What is wrong with it (RFC 9110 11.6.1), or NULL. */
const char *ac_doctor_bearer_parse(struct authchain_span text,
    struct ac_doctor_bearer *bearer);
struct authchain_span ac_doctor_bearer_get(const struct ac_doctor_bearer
					       *bearer,
    const char *name);

#endif
