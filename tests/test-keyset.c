/* SPDX-License-Identifier: BSD-2-Clause */
/* Key sets against a network that the test plays. */
#include "fakehost.h"
#include "signer.h"
#include "tap.h"

#include "base/buf.h"
#include "keys/keyset-parts.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ISSUER   "https://a.example"
#define JWKS_URL "https://a.example/jwks"
#define MINUTE   INT64_C(60000)
#define HOUR     (60 * MINUTE)

/* What each test begins with. */
struct bed {
	struct fakehost *host;
	struct authchain_entry *entry;
	struct ac_keyset *set;
	struct ac_keyset_source source;
};

static struct ac_jwk *key1, *key2;
static char *set1, *set2, *both; /* kids k1, k2 */
static int woken;

static void
wake(void *arg)
{
	(void)arg;
	woken++;
}

static struct bed
bed_new(const char *jwks_uri)
{
	struct bed bed = {
		.host = fakehost_new(),
		.source = {
			.issuer = ISSUER,
			.jwks_uri = jwks_uri,
			.cooldown_ms = 30000,
			.max_stale_ms = 24 * HOUR,
		},
	};
	struct authchain_error err = { 0 };

	bed.entry = fakehost_bare_entry(bed.host);
	bed.set =
	    ac_keyset_new(&bed.host->services, bed.entry, &bed.source, &err);
	if (bed.set == NULL)
		abort();
	woken = 0;
	return bed;
}

static struct bed
bed_started(const char *jwks_uri)
{
	struct bed bed = bed_new(jwks_uri);

	ac_keyset_start(bed.set);
	return bed;
}

static struct bed
bed_warm(const char *text)
{
	struct bed bed = bed_started(JWKS_URL);

	(void)fakehost_answer(bed.host, 200, NULL, text);
	return bed;
}

static void
bed_free(struct bed *bed, const char *name)
{
	char text[128];

	ac_keyset_free(&bed->set);
	fakehost_destroy(&bed->entry);
	(void)snprintf(text, sizeof(text), "%s: nothing is left over", name);
	ok(fakehost_free(&bed->host) == 0, text);
}

static bool
has(struct bed *bed, const char *kid)
{
	const struct ac_jwk *keys[AC_JWKS_MAX_TRIES];
	struct ac_keyset_view view;
	size_t count = 0;
	bool found;

	if (!ac_keyset_acquire(bed->set, &view))
		return false;
	found = ac_jwks_find(view.jwks, ac_span_text(kid),
		    ac_alg_find(ac_span_text("ES256")), keys,
		    &count) == AC_JWKS_FOUND;
	ac_keyset_release(&view);
	return found;
}

static size_t
fetches(const struct bed *bed)
{
	return bed->host->fetch_count;
}

static enum ac_keyset_ask
ask(struct bed *bed, const char *kid)
{
	enum ac_keyset_ask answer =
	    ac_keyset_ask(bed->set, ac_span_text(kid), false);

	if (answer == AC_KEYSET_WAIT || answer == AC_KEYSET_JOINED)
		(void)ac_keyset_wait(bed->set, 0, wake, NULL);
	return answer;
}

/* As jwks does for a kid that is not in the set. */
static enum ac_keyset_ask
seek(struct bed *bed, const char *kid)
{
	enum ac_keyset_ask answer =
	    ac_keyset_ask(bed->set, ac_span_text(kid), false);

	if (answer == AC_KEYSET_JOINED)
		(void)ac_keyset_wait_for(bed->set, ac_span_text(kid),
		    ac_alg_find(ac_span_text("ES256")), wake, NULL);
	else if (answer == AC_KEYSET_WAIT)
		(void)ac_keyset_wait(bed->set, 0, wake, NULL);
	return answer;
}

static void
test_first_fetch(void)
{
	struct bed bed = bed_new(JWKS_URL);
	struct ac_keyset_view view;

	ok(fetches(&bed) == 0, "nothing is fetched before start");
	ok(ask(&bed, "k1") == AC_KEYSET_DOWN && ac_keyset_is_down(bed.set),
	    "before start nobody waits for a fetch");
	ok(fetches(&bed) == 0, "and asking does not fetch either");
	ac_keyset_start(bed.set);
	ac_keyset_start(bed.set);
	ok(fetches(&bed) == 1, "start fetches, once");
	ok(strcmp(bed.host->fetches[0].url, JWKS_URL) == 0 &&
		strcmp(bed.host->fetches[0].method, "GET") == 0 &&
		bed.host->fetches[0].flags == 0 &&
		bed.host->fetches[0].max_bytes == AC_JWKS_MAX_BYTES,
	    "it asks for the URL, bounded, with no leave for http");
	ok(!ac_keyset_acquire(bed.set, &view) && view.jwks == NULL,
	    "there are no keys yet");
	ok(ask(&bed, "k1") == AC_KEYSET_JOINED &&
		ask(&bed, NULL) == AC_KEYSET_JOINED,
	    "who asks meanwhile waits for the same fetch");
	ok(fetches(&bed) == 1 && woken == 0, "and causes none");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(woken == 2, "the answer wakes both, once");
	ok(has(&bed, "k1") && !has(&bed, "k2"), "the keys are there");
	ok(ac_keyset_acquire(bed.set, &view) && view.generation == 1,
	    "they are the first generation");
	ac_keyset_release(&view);
	ok(!ac_keyset_is_down(bed.set), "the endpoint is not down");
	ac_keyset_start(bed.set);
	ok(fetches(&bed) == 1, "starting once more does nothing");
	bed_free(&bed, "first fetch");
}

static void
test_cold_and_down(void)
{
	struct bed bed = bed_started(JWKS_URL);
	static const int64_t pauses_s[] = { 5, 10, 20, 40, 60, 60 };

	for (size_t i = 0; i < sizeof(pauses_s) / sizeof(pauses_s[0]); i++) {
		size_t before = fetches(&bed);
		char name[128];

		(void)fakehost_fail(bed.host, "connection refused");
		(void)snprintf(name, sizeof(name),
		    "failure %zu: the next attempt is %d s later", i + 1,
		    (int)pauses_s[i]);
		ok(ac_keyset_retry_s(bed.set) == (uint32_t)pauses_s[i], name);
		fakehost_advance(bed.host, pauses_s[i] * 1000 - 1);
		(void)snprintf(name, sizeof(name),
		    "failure %zu: and not a moment sooner", i + 1);
		ok(fetches(&bed) == before, name);
		fakehost_advance(bed.host, 1);
		(void)snprintf(name, sizeof(name),
		    "failure %zu: then it is made", i + 1);
		ok(fetches(&bed) == before + 1, name);
	}
	ok(ac_keyset_is_down(bed.set), "the endpoint is down");
	(void)fakehost_fail(bed.host, "connection refused");
	ok(strstr(bed.host->logged, "connection refused") != NULL &&
		strstr(bed.host->logged, JWKS_URL) != NULL,
	    "the log says which URL and why");
	ok(ask(&bed, NULL) == AC_KEYSET_WAIT, "who asks starts an attempt");
	(void)fakehost_fail(bed.host, "connection refused");
	ok(woken == 1, "and is woken when that has failed");
	ok(ask(&bed, NULL) == AC_KEYSET_DOWN,
	    "who asks within the cool-down is told that it is down");
	fakehost_advance(bed.host, 61000);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(has(&bed, "k1") && !ac_keyset_is_down(bed.set),
	    "one good answer mends it");
	ok(strstr(bed.host->logged, "answers again") != NULL,
	    "and the log says so");
	bed_free(&bed, "cold and down");
}

struct refresh_row {
	const char *control;
	int64_t next_s;
};

static const struct refresh_row refresh_rows[] = {
	{ NULL, AC_POLL_FRESH_S },
	{ "cache-control=max-age=300", 300 },
	{ "cache-control=max-age=1", 60 },
	{ "cache-control=no-store", 60 },
	{ "cache-control=max-age=9000000", 86400 },
	{ "cache-control=nonsense", AC_POLL_FRESH_S },
};

static void
test_refresh(void)
{
	for (size_t i = 0; i < sizeof(refresh_rows) / sizeof(refresh_rows[0]);
	     i++) {
		const char *headers[] = { refresh_rows[i].control, NULL };
		struct bed bed = bed_started(JWKS_URL);
		int64_t ms = refresh_rows[i].next_s * 1000;
		char name[128];

		(void)fakehost_answer(bed.host, 200, headers, set1);
		fakehost_advance(bed.host, ms - 1);
		(void)snprintf(name, sizeof(name),
		    "with \"%s\" it is not asked again within %d s",
		    headers[0] == NULL ? "" : headers[0], (int)(ms / 1000));
		ok(fetches(&bed) == 1, name);
		fakehost_advance(bed.host, 1);
		(void)snprintf(name, sizeof(name),
		    "with \"%s\" it is asked again after %d s",
		    headers[0] == NULL ? "" : headers[0], (int)(ms / 1000));
		ok(fetches(&bed) == 2, name);
		bed_free(&bed, name);
	}
}

static void
test_etag(void)
{
	const char *first[] = { "etag=\"v1\"", "cache-control=max-age=60",
		NULL };
	const char *evil[] = { "etag=\"v\nX-Evil: 1\"", NULL };
	struct bed bed = bed_started(JWKS_URL);
	struct ac_keyset_view view;

	ok(strstr(bed.host->fetches[0].headers, "If-None-Match") == NULL,
	    "the first request has no condition");
	(void)fakehost_answer(bed.host, 200, first, set1);
	fakehost_advance(bed.host, MINUTE);
	ok(strcmp(bed.host->fetches[1].headers, "If-None-Match: \"v1\"\n") == 0,
	    "the next asks whether the ETag still holds");
	(void)fakehost_answer(bed.host, 304, NULL, "");
	ok(has(&bed, "k1") && !ac_keyset_is_down(bed.set),
	    "304 is a success and keeps the keys");
	fakehost_advance(bed.host, 23 * HOUR);
	ok(has(&bed, "k1"), "and renews their age");
	(void)fakehost_answer(bed.host, 200, evil, set2);
	ok(has(&bed, "k2") && !has(&bed, "k1"), "200 brings new keys");
	ok(ac_keyset_acquire(bed.set, &view) && view.generation == 2,
	    "which are another generation");
	ac_keyset_release(&view);
	fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
	ok(bed.host->fetches[fetches(&bed) - 1].headers[0] == '\0',
	    "an ETag with a line feed is not sent back");
	(void)fakehost_answer(bed.host, 304, NULL, "");
	ok(ac_keyset_is_down(bed.set),
	    "304 to a request without a condition is a failure");
	ok(has(&bed, "k2"), "which keeps the keys");
	bed_free(&bed, "ETag");
}

static void
test_same_generation(void)
{
	struct bed bed = bed_warm(set1);
	struct ac_keyset_view before, after;

	(void)ac_keyset_acquire(bed.set, &before);
	fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	(void)ac_keyset_acquire(bed.set, &after);
	ok(before.jwks == after.jwks && after.generation == 1,
	    "the same text again keeps the same keys");
	fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
	(void)fakehost_answer(bed.host, 200, NULL, set2);
	ok(ac_jwks_count(before.jwks) == 1,
	    "who holds old keys may go on using them");
	ac_keyset_release(&before);
	ac_keyset_release(&after);
	ok(!has(&bed, "k1") && has(&bed, "k2"),
	    "a key that left the set is gone at the next refresh");
	bed_free(&bed, "same generation");
}

/* A check of a known kid, as another thread sees it: with the set's lock taken
 * it would wait for ever, and a count of its own would be seen. */
static void
test_held(void)
{
	struct bed bed = bed_warm(both);
	struct ac_keyset_view first, second;
	unsigned int refs;
	bool found;

	ok(has(&bed, "k1"), "the first check has a reference counted");
	refs = bed.set->snapshot->refs;
	(void)pthread_mutex_lock(&bed.set->lock);
	(void)alarm(30);
	found = has(&bed, "k1") && has(&bed, "k2");
	(void)ac_keyset_acquire(bed.set, &first);
	ok(found && bed.set->snapshot->refs == refs,
	    "the next ones take no lock and count nothing");
	(void)alarm(0);
	(void)pthread_mutex_unlock(&bed.set->lock);
	(void)ac_keyset_acquire(bed.set, &second);
	ok(first.snapshot == second.snapshot && second.snapshot->refs > refs,
	    "one at the same time has another reference");
	ac_keyset_release(&second);
	fakehost_advance(bed.host, 15 * MINUTE);
	(void)fakehost_answer(bed.host, 200, NULL, set2);
	ok(first.snapshot->refs == 1 && ac_jwks_count(first.jwks) == 2,
	    "the old keys only those have that judge by them still");
	/* as if one of them ended just now, and saw the new ones too late */
	first.snapshot->refs++;
	ac_rack_put(bed.set->held, first.snapshot);
	ok(!has(&bed, "k1") && first.snapshot->refs == 1,
	    "and nobody else gets them");
	ok(has(&bed, "k2"), "but the new ones");
	ac_keyset_release(&first);
	(void)ac_keyset_acquire(bed.set, &first);
	ok(ac_jwks_count(first.jwks) == 1,
	    "and who lets go of them last leaves them to nobody");
	ac_keyset_release(&first);
	bed_free(&bed, "held");
}

static void
test_unknown_kid(void)
{
	struct bed bed = bed_warm(set1);
	char kid[32];
	int waits = 0, finals = 0;

	ok(ask(&bed, "k2") == AC_KEYSET_WAIT && fetches(&bed) == 2,
	    "an unknown kid causes one fetch");
	(void)fakehost_answer(bed.host, 200, NULL, both);
	ok(woken == 1 && has(&bed, "k2") && fetches(&bed) == 2,
	    "and finds the new key");
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(kid, sizeof(kid), "forged-%d", i);
		finals += ask(&bed, kid) == AC_KEYSET_FINAL;
	}
	ok(finals == 1000 && fetches(&bed) == 2,
	    "a thousand more within the cool-down cause none");
	fakehost_advance(bed.host, 30000);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(kid, sizeof(kid), "later-%d", i);
		waits += ask(&bed, kid) ==
			 (i == 0 ? AC_KEYSET_WAIT : AC_KEYSET_JOINED);
	}
	ok(waits == 1000 && fetches(&bed) == 3,
	    "a thousand after it cause one");
	(void)fakehost_answer(bed.host, 200, NULL, both);
	ok(woken == 1001, "which wakes them all");
	bed_free(&bed, "unknown kid");
}

/* Ask for the kid each ten seconds; how many fetches that causes. */
static size_t
nag(struct bed *bed, const char *kid, int64_t seconds)
{
	size_t before = fetches(bed);

	for (int64_t s = 0; s < seconds; s += 10) {
		(void)ask(bed, kid);
		while (fakehost_answer(bed->host, 200, NULL, set1))
			continue;
		fakehost_advance(bed->host, 10000);
		while (fakehost_answer(bed->host, 200, NULL, set1))
			continue;
	}
	return fetches(bed) - before;
}

static void
test_remembered_kid(void)
{
	struct bed bed = bed_warm(set1);
	size_t first = nag(&bed, "gone", 600);
	size_t second = nag(&bed, "gone", 600);
	char kid[AC_JWK_MAX_KID + 2];

	ok(first >= 4 && first <= 6,
	    "a kid asked for in vain again and again is asked for less often");
	ok(second >= 2 && second <= 4, "down to once in five minutes");
	memset(kid, 'k', sizeof(kid));
	kid[AC_JWK_MAX_KID + 1] = '\0';
	fakehost_advance(bed.host, 30000);
	ok(ask(&bed, kid) == AC_KEYSET_FINAL,
	    "a kid longer than any key's is never asked for");
	kid[AC_JWK_MAX_KID] = '\0';
	ok(ask(&bed, kid) == AC_KEYSET_WAIT,
	    "the longest that a key may have is");
	(void)fakehost_answer(bed.host, 200, NULL, set2);
	fakehost_advance(bed.host, 30000);
	ok(ask(&bed, "gone") == AC_KEYSET_WAIT,
	    "new keys end the memory of old questions");
	bed_free(&bed, "remembered kid");
}

static void
test_joined(void)
{
	struct bed bed = bed_started(JWKS_URL);

	ok(seek(&bed, "k2") == AC_KEYSET_JOINED &&
		seek(&bed, NULL) == AC_KEYSET_JOINED && fetches(&bed) == 1,
	    "who asks during a fetch joins it");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(woken == 1 && fetches(&bed) == 2,
	    "it ends without the kid: one more begins");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(woken == 2 && fetches(&bed) == 2, "and is the last");
	fakehost_advance(bed.host, 30000);
	ok(ask(&bed, "other") == AC_KEYSET_WAIT, "a kid is asked for");
	fakehost_advance(bed.host, 5000);
	ok(seek(&bed, "late") == AC_KEYSET_JOINED,
	    "another joins later, within the cool-down");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(woken == 4 && fetches(&bed) == 3,
	    "which holds: no more than one fetch for all");
	fakehost_advance(bed.host, 25000);
	ok(ask(&bed, "late") == AC_KEYSET_WAIT && fetches(&bed) == 4,
	    "but who only joined was not asked for in vain");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	bed_free(&bed, "joined");
}

static void
test_joined_in_vain(void)
{
	struct bed bed = bed_started(JWKS_URL);

	(void)seek(&bed, "k2");
	(void)fakehost_fail(bed.host, "connection refused");
	ok(woken == 1 && fetches(&bed) == 1,
	    "joined: it fails, and nobody asks a server that is down again");
	fakehost_advance(bed.host, 5000);
	(void)seek(&bed, "k2");
	(void)fakehost_answer(bed.host, 200, NULL, both);
	ok(woken == 2 && has(&bed, "k2") && fetches(&bed) == 2,
	    "joined: it has the kid, and that was all");
	fakehost_advance(bed.host, HOUR);
	ok(seek(&bed, "k9") == AC_KEYSET_JOINED, "joined once more");
	ac_keyset_free(&bed.set);
	ok(woken == 3, "a set that is freed wakes who seeks, once");
	bed_free(&bed, "joined in vain");
}

static void
test_memory_is_bounded(void)
{
	struct bed bed = bed_warm(set1);
	char kid[32];
	size_t before = fetches(&bed);

	for (int round = 0; round < 4; round++) {
		fakehost_advance(bed.host, 30000);
		for (int i = 0; i < AC_KEYSET_MAX_UNKNOWN_KIDS; i++) {
			(void)snprintf(kid, sizeof(kid), "%d-%d", round, i);
			(void)ac_keyset_ask(bed.set, ac_span_text(kid), false);
		}
		(void)fakehost_answer(bed.host, 200, NULL, set1);
	}
	ok(fetches(&bed) - before == 4,
	    "four floods of 1024 kids cost four fetches");
	fakehost_advance(bed.host, 30000);
	ok(ask(&bed, "honest") == AC_KEYSET_WAIT,
	    "and leave room for an honest one");
	bed_free(&bed, "bounded memory");
}

/* A key that does not serve under its kid: has it been changed? */
static enum ac_keyset_ask
ask_known(struct bed *bed, const char *kid)
{
	return ac_keyset_ask(bed->set, ac_span_text(kid), true);
}

static void
test_known_kid(void)
{
	struct bed bed = bed_warm(set1);
	int fetched = 0;

	for (int i = 0; i < 20; i++) {
		if (ask_known(&bed, "k1") == AC_KEYSET_WAIT)
			(void)fakehost_answer(bed.host, 200, NULL, set1);
		fetched += ask_known(&bed, "k1") == AC_KEYSET_FINAL;
		fakehost_advance(bed.host, 30000);
	}
	ok(fetched == 20 && fetches(&bed) == 21,
	    "bad signatures under a known kid fetch once a cool-down, however "
	    "often that was in vain");
	(void)ask(&bed, "k9");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(ask_known(&bed, "k1") == AC_KEYSET_FINAL,
	    "they and unknown kids share one cool-down");
	fakehost_advance(bed.host, 30000);
	ok(ask_known(&bed, "k1") == AC_KEYSET_WAIT &&
		ask_known(&bed, "k1") == AC_KEYSET_JOINED &&
		fakehost_open(bed.host) == 1,
	    "and one fetch");
	(void)fakehost_fail(bed.host, "connection refused");
	ok(ask_known(&bed, "k1") == AC_KEYSET_DOWN, "which may fail");
	bed_free(&bed, "known kid");
}

/* Use the first key, now. */
static void
use_first(struct bed *bed)
{
	struct ac_keyset_view view;

	(void)ac_keyset_acquire(bed->set, &view);
	ac_keyset_used(bed->set, &view, ac_jwks_at(view.jwks, 0));
	ac_keyset_release(&view);
}

static bool
reports(struct bed *bed, const char *line)
{
	bed->host->reported[0] = '\0';
	ac_keyset_report(bed->set, NULL);
	if (strstr(bed->host->reported, line) != NULL)
		return true;
	printf("# %s\n", bed->host->reported);
	return false;
}

static void
refresh_with(struct bed *bed, const char *text)
{
	fakehost_advance(bed->host, 15 * MINUTE);
	(void)fakehost_answer(bed->host, 200, NULL, text);
}

static void
test_forget(void)
{
	struct ac_jwk *other = signer_key("ES256");
	char *changed = signer_set_of(other, "k1");
	struct bed bed = bed_warm(both);

	ok(bed.entry->forgotten == 0,
	    "the first keys: there is nothing to forget");
	refresh_with(&bed, both);
	ok(bed.entry->forgotten == 0, "the same keys: nothing is forgotten");
	refresh_with(&bed, set1);
	ok(bed.entry->forgotten == 1,
	    "a key has left: what was remembered is forgotten");
	refresh_with(&bed, changed);
	ok(bed.entry->forgotten == 2,
	    "a key has changed under its kid: forgotten as well");
	fakehost_advance(bed.host, 15 * MINUTE);
	(void)fakehost_fail(bed.host, "connection refused");
	fakehost_advance(bed.host, MINUTE);
	(void)fakehost_answer(bed.host, 200, NULL, "{\"keys\":[]}");
	ok(bed.entry->forgotten == 2,
	    "the endpoint is down, or serves nothing: the keys stay, and so "
	    "does what was remembered");
	bed_free(&bed, "forget");
	ac_jwk_free(&other);
	free(changed);
}

static void
test_last_use(void)
{
	struct ac_jwk *other = signer_key("ES256");
	char *changed = signer_set_of(other, "k1");
	struct bed bed = bed_warm(both);

	use_first(&bed);
	refresh_with(&bed, set1);
	ok(reports(&bed, "key.0.last-used-s: 900"),
	    "a key that stays keeps the time of its last use");
	refresh_with(&bed, changed);
	ok(!reports(&bed, "last-used-s"),
	    "a new key under the same kid was never used");
	bed_free(&bed, "last use");
	ac_jwk_free(&other);
	free(changed);
}

static void
test_waiters_are_bounded(void)
{
	struct bed bed = bed_started(JWKS_URL);
	size_t kept = 0;

	for (size_t i = 0; i < AC_POLL_MAX_WAITERS; i++)
		kept += ask(&bed, "k1") == AC_KEYSET_JOINED;
	ok(kept == AC_POLL_MAX_WAITERS, "1024 wait for a fetch");
	ok(ask(&bed, "k1") == AC_KEYSET_BUSY, "the next is turned away");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(woken == AC_POLL_MAX_WAITERS, "all that wait are woken");
	bed_free(&bed, "bounded waiters");
}

static void
test_patience(void)
{
	struct bed bed = bed_warm(set1);

	(void)ac_keyset_ask(bed.set, ac_span_text("k1"), false);
	(void)ac_keyset_wait(bed.set, 1000, wake, NULL);
	(void)ac_keyset_wait(bed.set, 500, wake, NULL);
	(void)ac_keyset_wait(bed.set, 0, wake, NULL);
	fakehost_advance(bed.host, 499);
	ok(woken == 0, "nobody is woken before his time");
	fakehost_advance(bed.host, 1);
	ok(woken == 1, "the shorter limit first, though it came second");
	fakehost_advance(bed.host, 500);
	ok(woken == 2, "then the longer");
	fakehost_advance(bed.host, 8000);
	ok(woken == 2, "who has no limit waits for the end");
	(void)fakehost_fail(bed.host, "timed out");
	ok(woken == 3, "which comes");
	fakehost_advance(bed.host, 1000);
	(void)ac_keyset_wait(bed.set, 0, wake, NULL);
	fakehost_advance(bed.host, 0);
	ok(woken == 4, "who comes after the end is woken soon");
	bed.host->refuse_memory = true;
	ok(ac_keyset_wait(bed.set, 1000, wake, NULL) == -1,
	    "without memory nobody is left waiting");
	bed.host->refuse_memory = false;
	bed_free(&bed, "patience");
	ok(woken == 4, "and nobody twice");
}

struct bad_row {
	const char *name;
	uint32_t status;
	const char *body;
	const char *said;
};

static const struct bad_row bad_rows[] = {
	{ "an empty set", 200, "{\"keys\":[]}", "no usable key" },
	{ "only unusable keys", 200,
	    "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"k1\"}]}",
	    "no usable key" },
	{ "no set", 200, "{}", "" },
	{ "an empty body", 200, "", "" },
	{ "HTML", 200, "<html>Service temporarily unavailable</html>", "" },
	{ "half a set", 200, "{\"keys\":[{\"kty\":\"RSA\",", "" },
	{ "500", 500, "oops", "status 500" },
	{ "404", 404, "", "status 404" },
	{ "a redirect", 302, "", "redirects are not followed" },
	{ "204", 204, "", "status 204" },
};

static void
test_bad_answers(void)
{
	for (size_t i = 0; i < sizeof(bad_rows) / sizeof(bad_rows[0]); i++) {
		const struct bad_row *row = &bad_rows[i];
		struct bed bed = bed_warm(set1);
		struct ac_keyset_words words;
		char name[128];

		fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
		(void)fakehost_answer(bed.host, row->status, NULL, row->body);
		(void)snprintf(name, sizeof(name), "%s keeps the old keys",
		    row->name);
		ok(has(&bed, "k1"), name);
		(void)snprintf(name, sizeof(name), "%s counts as down",
		    row->name);
		ok(ac_keyset_is_down(bed.set), name);
		(void)snprintf(name, sizeof(name), "%s is described: %s",
		    row->name, row->said);
		ok(strstr(ac_keyset_describe(bed.set, &words), row->said) !=
			    NULL &&
			strstr(words.text, "\"k1\"") != NULL &&
			strstr(words.text, "failed 0 s ago") != NULL,
		    name);
		fakehost_advance(bed.host, 5000);
		(void)fakehost_answer(bed.host, 200, NULL, set2);
		(void)snprintf(name, sizeof(name), "%s is mended 5 s later",
		    row->name);
		ok(has(&bed, "k2") && !ac_keyset_is_down(bed.set), name);
		bed_free(&bed, row->name);
	}
}

static enum ac_jwks_find
find(struct bed *bed, const char *kid)
{
	const struct ac_jwk *keys[AC_JWKS_MAX_TRIES];
	struct ac_keyset_view view;
	size_t count = 0;
	enum ac_jwks_find found = AC_JWKS_NONE;

	if (ac_keyset_acquire(bed->set, &view))
		found = ac_jwks_find(view.jwks, ac_span_text(kid),
		    ac_alg_find(ac_span_text("ES256")), keys, &count);
	ac_keyset_release(&view);
	return found;
}

static void
test_nothing_usable(void)
{
	static const char unusable[] =
	    "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"k1\"}]}";
	struct bed bed = bed_warm(unusable);
	struct ac_keyset_words words;

	for (int round = 0; round < 2; round++) {
		ok(find(&bed, "k1") == AC_JWKS_UNUSABLE,
		    "with nothing better, an unusable kid is known as one");
		ok(find(&bed, "k2") == AC_JWKS_NONE, "and no other");
		ok(ac_keyset_is_down(bed.set) &&
			strstr(ac_keyset_describe(bed.set, &words),
			    "no usable keys") != NULL,
		    "the set counts as down all the same");
		fakehost_advance(bed.host, 5000);
		(void)fakehost_answer(bed.host, 200, NULL, unusable);
	}
	fakehost_advance(bed.host, MINUTE);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(has(&bed, "k1") && !ac_keyset_is_down(bed.set),
	    "and is mended by the first good one");
	bed_free(&bed, "nothing usable");
}

/* Let time pass with every answer a failure. */
static void
fail_for(struct bed *bed, int64_t ms)
{
	for (; ms > 0; ms -= MINUTE) {
		while (fakehost_fail(bed->host, "no route to host"))
			continue;
		fakehost_advance(bed->host, ms < MINUTE ? ms : MINUTE);
	}
	while (fakehost_fail(bed->host, "no route to host"))
		continue;
}

static void
test_stale(void)
{
	struct bed bed = bed_warm(set1);
	struct ac_keyset_view view;
	struct ac_keyset_words words;

	fail_for(&bed, HOUR);
	ok(has(&bed, "k1"), "keys serve while fetches fail");
	ok(ask(&bed, "k9") != AC_KEYSET_FINAL,
	    "an unknown kid is not judged by stale keys");
	fail_for(&bed, 23 * HOUR);
	ok(has(&bed, "k1"), "keys of exactly max-stale still serve");
	fakehost_advance(bed.host, 1);
	ok(!has(&bed, "k1") && !ac_keyset_acquire(bed.set, &view),
	    "a moment later they don't");
	ok(strstr(ac_keyset_describe(bed.set, &words), "no keys") != NULL &&
		strstr(words.text, "86400 s ago") != NULL,
	    "and the description says how old they are");
	fakehost_advance(bed.host, MINUTE);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(has(&bed, "k1"), "the same keys, fetched anew, serve again");
	bed_free(&bed, "stale");
}

static void
test_short_max_stale(void)
{
	struct bed bed = bed_new(JWKS_URL);
	struct authchain_error err = { 0 };

	ac_keyset_free(&bed.set);
	bed.source.max_stale_ms = 10000;
	bed.set =
	    ac_keyset_new(&bed.host->services, bed.entry, &bed.source, &err);
	ac_keyset_start(bed.set);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	fakehost_advance(bed.host, 10000);
	ok(fetches(&bed) == 2 && has(&bed, "k1"),
	    "a max-stale below the refresh makes the refresh as short");
	bed_free(&bed, "short max-stale");
}

static void
test_discovery(void)
{
	struct bed bed = bed_started(NULL);
	static const char wrong[] = "{\"issuer\":\"https://b.example\","
				    "\"jwks_uri\":\"" JWKS_URL "\"}";
	static const char right[] = "{\"issuer\":\"" ISSUER "\","
				    "\"jwks_uri\":\"" JWKS_URL "\"}";
	static const char moved[] = "{\"issuer\":\"" ISSUER "\","
				    "\"jwks_uri\":\"https://a.example/new\"}";

	ok(strcmp(fakehost_oldest(bed.host)->url,
	       ISSUER "/.well-known/oauth-authorization-server") == 0,
	    "discovery begins with RFC 8414's form");
	(void)fakehost_answer(bed.host, 200, NULL, wrong);
	ok(strcmp(fakehost_oldest(bed.host)->url,
	       ISSUER "/.well-known/openid-configuration") == 0,
	    "another issuer's metadata is not believed: the next form");
	(void)fakehost_answer(bed.host, 200, NULL, right);
	ok(strcmp(fakehost_oldest(bed.host)->url, JWKS_URL) == 0,
	    "the right one says where the keys are");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(has(&bed, "k1") && fakehost_open(bed.host) == 0, "they are there");
	fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
	ok(strcmp(fakehost_oldest(bed.host)->url, JWKS_URL) == 0,
	    "a refresh goes straight to the keys");
	(void)fakehost_answer(bed.host, 404, NULL, "");
	fakehost_advance(bed.host, 5000);
	ok(strstr(fakehost_oldest(bed.host)->url, "well-known") != NULL,
	    "after a failure they are looked for anew");
	(void)fakehost_answer(bed.host, 200, NULL, moved);
	ok(strcmp(fakehost_oldest(bed.host)->url, "https://a.example/new") == 0,
	    "and found where they moved to");
	(void)fakehost_answer(bed.host, 200, NULL, set2);
	ok(has(&bed, "k2"), "with the new keys");
	fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
	(void)fakehost_answer(bed.host, 500, NULL, "");
	fakehost_advance(bed.host, 5000);
	(void)fakehost_answer(bed.host, 500, NULL, "");
	(void)fakehost_answer(bed.host, 500, NULL, "");
	ok(strcmp(fakehost_oldest(bed.host)->url, "https://a.example/new") == 0,
	    "when the metadata is down the place known is asked all the same");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(has(&bed, "k1"), "and serves");
	bed_free(&bed, "discovery");
}

static void
test_rediscovery(void)
{
	static const char *const tag[] = { "etag=\"v1\"", NULL };
	static const char here[] = "{\"issuer\":\"" ISSUER "\","
				   "\"jwks_uri\":\"" JWKS_URL "\"}";
	static const char there[] = "{\"issuer\":\"" ISSUER "\","
				    "\"jwks_uri\":\"https://a.example/new\"}";
	struct bed bed = bed_started(NULL);
	int64_t began_ms = bed.host->now_ms;

	(void)fakehost_answer(bed.host, 200, NULL, here);
	(void)fakehost_answer(bed.host, 200, tag, set1);
	while (
	    strcmp(bed.host->fetches[fetches(&bed) - 1].url, JWKS_URL) == 0) {
		while (fakehost_answer(bed.host, 200, tag, set1))
			continue;
		fakehost_advance(bed.host, AC_POLL_FRESH_S * 1000);
	}
	ok(bed.host->now_ms - began_ms == 24 * HOUR,
	    "after a day the keys' place is looked for anew");
	(void)fakehost_answer(bed.host, 200, NULL, there);
	ok(strcmp(fakehost_oldest(bed.host)->url, "https://a.example/new") ==
		    0 &&
		fakehost_oldest(bed.host)->headers[0] == '\0',
	    "at another place the ETag of the old one is not sent");
	(void)fakehost_answer(bed.host, 200, NULL, set2);
	ok(has(&bed, "k2"), "and the keys there serve");
	bed_free(&bed, "rediscovery");
}

static char *
endless_url(void *arg, bool first)
{
	(void)arg;
	(void)first;
	return strdup(JWKS_URL);
}

static enum ac_poll_step
endless_take(void *arg, const char *url, const struct authchain_answer *answer,
    struct authchain_error *err)
{
	(void)arg;
	(void)url;
	(void)answer;
	(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "%0300d", 0);
	return AC_POLL_NEXT;
}

static void
test_endless_round(void)
{
	struct fakehost *host = fakehost_new();
	struct authchain_entry *entry = fakehost_bare_entry(host);
	const struct ac_poll_client client = {
		.what = "endless",
		.counter = "endless",
		.url = endless_url,
		.take = endless_take,
	};
	const struct ac_poll_rules rules = { .max_fresh_ms = HOUR };
	struct ac_poll *poll =
	    ac_poll_new(&host->services, entry, &client, &rules, NULL);
	struct ac_poll_state state;

	ac_poll_start(poll);
	while (fakehost_answer(host, 200, NULL, ""))
		continue;
	ac_poll_read(poll, &state);
	ok(host->fetch_count == AC_POLL_MAX_STEPS && !state.running &&
		state.failures == 1,
	    "a round of endless steps ends after eight");
	ok(strlen(state.error) < AC_POLL_ERROR_BYTES &&
		strstr(state.error, JWKS_URL ": 0000") != NULL,
	    "and its error is as long as an error may be");
	ac_poll_free(&poll);
	fakehost_destroy(&entry);
	ok(fakehost_free(&host) == 0, "endless: nothing is left over");
}

static void
test_discovery_fails(void)
{
	struct bed bed = bed_started(NULL);
	struct ac_keyset_words words;

	(void)ask(&bed, "k1");
	(void)fakehost_answer(bed.host, 404, NULL, "");
	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"issuer\":\"" ISSUER "\"}");
	ok(fakehost_open(bed.host) == 0 && woken == 1,
	    "no form left: the round is over");
	ok(strstr(ac_keyset_describe(bed.set, &words), "status 404") != NULL &&
		strstr(words.text, "no jwks_uri") != NULL,
	    "and the description says what was wrong with each");
	fakehost_advance(bed.host, 5000);
	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"issuer\":\"" ISSUER "\","
	    "\"jwks_uri\":\"http://a.example/jwks\"}");
	(void)fakehost_answer(bed.host, 200, NULL,
	    "{\"issuer\":\"" ISSUER "\","
	    "\"jwks_uri\":\"file:///etc/passwd\"}");
	ok(fakehost_open(bed.host) == 0,
	    "a jwks_uri that is not https is never fetched");
	bed_free(&bed, "discovery fails");
}

/* ---- the last-good copy ---- */

static char copy_path[1024];

static struct bed
bed_with_copy(const char *jwks_uri)
{
	struct bed bed = bed_new(jwks_uri);

	ac_keyset_free(&bed.set);
	bed.source.last_good = copy_path;
	bed.host->logged[0] = '\0';
	bed.set =
	    ac_keyset_new(&bed.host->services, bed.entry, &bed.source, NULL);
	if (bed.set == NULL)
		abort();
	return bed;
}

static void
write_copy(const char *issuer, const char *url, const char *fetched,
    const char *keys)
{
	FILE *file = fopen(copy_path, "w");
	struct ac_buf buf;

	ac_buf_init(&buf, 65536);
	ac_buf_json(&buf, ac_span_text(keys));
	(void)fprintf(file,
	    "{\"issuer\":\"%s\",%s\"fetched_s\":%s,"
	    "\"jwks\":\"%s\"}\n",
	    issuer, url, fetched, ac_buf_span(&buf).data);
	(void)fclose(file);
	ac_buf_clear(&buf);
}

#define AT_URL "\"url\":\"" JWKS_URL "\","

struct copy_row {
	const char *name;
	const char *issuer, *fetched;
	const char *url; /* NULL: the right one */
	bool usable_keys;
	const char *warned; /* NULL: it serves */
};

static const struct copy_row copy_rows[] = {
	{ "made just now", ISSUER, "1800000000", NULL, true, NULL },
	{ "exactly max-stale old", ISSUER, "1799913600", NULL, true, NULL },
	{ "a second older", ISSUER, "1799913599", NULL, true,
	    "older than max-stale" },
	{ "from the future", ISSUER, "1800000001", NULL, true,
	    "a time to come" },
	{ "without a time", ISSUER, "null", NULL, true, "does not say when" },
	{ "with a time as text", ISSUER, "\"1800000000\"", NULL, true,
	    "does not say when" },
	{ "with a time before 1970", ISSUER, "-1", NULL, true,
	    "does not say when" },
	{ "of another issuer", "https://b.example", "1800000000", NULL, true,
	    "is of \"https://b.example\"" },
	{ "of another URL", ISSUER, "1800000000",
	    "\"url\":\"https://a.example/other\",", true,
	    "is of the URL \"https://a.example/other\"" },
	{ "of a URL that was found by discovery", ISSUER, "1800000000",
	    "\"url\":\"\",", true, "is of the URL \"\"" },
	{ "of no URL", ISSUER, "1800000000", "", true, "is of the URL" },
	{ "of unusable keys", ISSUER, "1800000000", NULL, false,
	    "no usable key" },
};

static void
test_copy_rows(void)
{
	for (size_t i = 0; i < sizeof(copy_rows) / sizeof(copy_rows[0]); i++) {
		const struct copy_row *row = &copy_rows[i];
		struct bed bed;
		char name[128];

		write_copy(row->issuer, row->url == NULL ? AT_URL : row->url,
		    row->fetched, row->usable_keys ? set1 : "{\"keys\":[]}");
		bed = bed_with_copy(JWKS_URL);
		(void)snprintf(name, sizeof(name), "a last-good copy %s %s",
		    row->name, row->warned == NULL ? "serves" : "does not");
		ok(has(&bed, "k1") == (row->warned == NULL), name);
		(void)snprintf(name, sizeof(name),
		    "a last-good copy %s: the log says %s", row->name,
		    row->warned == NULL ? "no warning" : row->warned);
		ok(row->warned == NULL
			? strstr(bed.host->logged, "last-good") == NULL
			: strstr(bed.host->logged, row->warned) != NULL,
		    name);
		bed_free(&bed, row->name);
	}
}

static void
test_copy(void)
{
	struct bed bed;
	const char *const tag[] = { "etag=\"v1\"", NULL };
	struct ac_keyset_view view;

	(void)remove(copy_path);
	bed = bed_with_copy(JWKS_URL);
	ok(!has(&bed, "k1") && bed.host->logged[0] == '\0',
	    "the first start has no copy, and that is no news");
	ac_keyset_start(bed.set);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	bed_free(&bed, "copy, first start");

	bed = bed_with_copy(JWKS_URL);
	bed.host->wall_ms += HOUR;
	ac_keyset_free(&bed.set);
	bed.set =
	    ac_keyset_new(&bed.host->services, bed.entry, &bed.source, NULL);
	ok(has(&bed, "k1"), "an hour later they are there before any fetch");
	ac_keyset_start(bed.set);
	ok(ask(&bed, "k2") == AC_KEYSET_JOINED,
	    "an unknown kid waits for the fetch that has begun");
	(void)fakehost_fail(bed.host, "no route to host");
	ok(has(&bed, "k1"), "the server is down: the copy serves");
	fail_for(&bed, 23 * HOUR);
	ok(has(&bed, "k1"), "until it is as old as max-stale");
	fakehost_advance(bed.host, 1);
	ok(!has(&bed, "k1"), "and not longer");
	fakehost_advance(bed.host, MINUTE);
	(void)fakehost_answer(bed.host, 200, tag, set1);
	ok(ac_keyset_acquire(bed.set, &view) && view.generation == 1,
	    "the same keys from the server are no new generation");
	ac_keyset_release(&view);
	bed_free(&bed, "copy, second start");

	bed = bed_with_copy(JWKS_URL);
	bed.host->wall_ms = 0;
	ac_keyset_free(&bed.set);
	bed.set =
	    ac_keyset_new(&bed.host->services, bed.entry, &bed.source, NULL);
	ok(!has(&bed, "k1"), "a clock set back makes the copy useless");
	bed_free(&bed, "copy, clock set back");
}

static void
test_copy_time(void)
{
	const char *const tag[] = { "etag=\"v1\"", NULL };
	struct bed bed;
	int64_t late_ms;

	(void)remove(copy_path);
	bed = bed_with_copy(JWKS_URL);
	ac_keyset_start(bed.set);
	(void)fakehost_answer(bed.host, 200, tag, set1);
	for (int i = 0; i < 40; i++) {
		fakehost_advance(bed.host, HOUR);
		(void)fakehost_answer(bed.host, 304, NULL, "");
	}
	late_ms = bed.host->wall_ms;
	bed_free(&bed, "copy, 40 hours of 304");
	bed = bed_with_copy(JWKS_URL);
	ok(!has(&bed, "k1"), "a copy for a clock that is behind it: not used");
	bed.host->wall_ms = late_ms;
	ac_keyset_free(&bed.set);
	bed.set =
	    ac_keyset_new(&bed.host->services, bed.entry, &bed.source, NULL);
	ok(has(&bed, "k1"), "304 keeps the copy's time up to date");
	bed_free(&bed, "copy, time");
}

static void
write_text(const char *text)
{
	FILE *file = fopen(copy_path, "w");

	(void)fputs(text, file);
	(void)fclose(file);
}

static void
test_copy_damaged(void)
{
	static const char *const texts[] = { "", "{", "[]", "null",
		"{\"issuer\":\"" ISSUER "\"," AT_URL "\"fetched_s\":1",
		"{\"issuer\":\"" ISSUER "\"," AT_URL
		"\"fetched_s\":1800000000}",
		"{\"issuer\":\"" ISSUER "\"," AT_URL
		"\"fetched_s\":1800000000,\"jwks\":{\"keys\":[]}}" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct bed bed;
		char name[256];

		write_text(texts[i]);
		bed = bed_with_copy(JWKS_URL);
		(void)snprintf(name, sizeof(name),
		    "a damaged copy (%s) is reported, and ignored", texts[i]);
		ok(!has(&bed, "k1") &&
			strstr(bed.host->logged, "not used") != NULL,
		    name);
		ac_keyset_start(bed.set);
		(void)fakehost_answer(bed.host, 200, NULL, set1);
		bed_free(&bed, "damaged copy");
		bed = bed_with_copy(JWKS_URL);
		ok(has(&bed, "k1"), "and replaced by the next that is good");
		bed_free(&bed, "mended copy");
	}
}

static void
test_copy_file(void)
{
	static char big[AC_JWKS_MAX_BYTES + 2];
	struct stat st = { 0 };
	struct bed bed;

	(void)remove(copy_path);
	bed = bed_with_copy(JWKS_URL);
	ac_keyset_start(bed.set);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(stat(copy_path, &st) == 0 && (st.st_mode & 07777) == 0600,
	    "the copy is for its owner alone");
	bed_free(&bed, "copy's mode");
	memset(big, ' ', sizeof(big) - 1);
	write_text(big);
	bed = bed_with_copy(JWKS_URL);
	ok(strstr(bed.host->logged, "at most 1048576 are allowed") != NULL,
	    "a copy of more than 1 MiB is not read");
	bed_free(&bed, "large copy");
	(void)remove(copy_path);
	(void)symlink("/dev/zero", copy_path);
	bed = bed_with_copy(JWKS_URL);
	ok(strstr(bed.host->logged, "not a regular file") != NULL,
	    "nor what is no file");
	bed_free(&bed, "copy that is a device");
	(void)remove(copy_path);
}

static void
test_copy_name(void)
{
	static const struct ac_keyset_source sources[] = {
		{ .issuer = ISSUER, .jwks_uri = JWKS_URL },
		{ .issuer = ISSUER "/", .jwks_uri = JWKS_URL },
		{ .issuer = ISSUER, .jwks_uri = JWKS_URL "2" },
		{ .issuer = ISSUER },
	};
	char names[4][AC_KEYSET_COPY_NAME];
	bool differ = true;

	for (size_t i = 0; i < 4; i++) {
		(void)ac_keyset_copy_name(&sources[i], names[i]);
		for (size_t j = 0; j < i; j++)
			differ = differ && strcmp(names[i], names[j]) != 0;
	}
	ok(differ, "each issuer and URL has its own copy");
	ok(strncmp(names[0], "jwks-", 5) == 0 && strlen(names[0]) == 42 &&
		strspn(names[0] + 5, "0123456789abcdefjson.") == 37,
	    "whose name shows neither");
}

static void
test_copy_untrusted(void)
{
	struct bed bed;

	write_copy(ISSUER, AT_URL, "1800000000", set1);
	(void)chmod(copy_path, 0666);
	bed = bed_with_copy(JWKS_URL);
	ok(!has(&bed, "k1") && strstr(bed.host->logged, "not used") != NULL,
	    "a copy that others may write is not believed");
	bed_free(&bed, "untrusted copy");
	(void)remove(copy_path);
	(void)snprintf(copy_path, sizeof(copy_path), "/nonexistent/copy");
	bed = bed_with_copy(JWKS_URL);
	ac_keyset_start(bed.set);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(has(&bed, "k1") &&
		strstr(bed.host->logged, "can't be written") != NULL,
	    "a copy that can't be written is a warning, no more");
	bed_free(&bed, "copy nowhere");
}

static void
test_copies(void)
{
	const char *folder = getenv("abs_top_builddir");

	(void)snprintf(copy_path, sizeof(copy_path), "%s/test-keyset-%d.copy",
	    folder == NULL ? "." : folder, (int)getpid());
	test_copy_rows();
	test_copy();
	test_copy_time();
	test_copy_damaged();
	test_copy_file();
	test_copy_name();
	test_copy_untrusted();
}

static void
test_refused_fetch(void)
{
	struct bed bed = bed_new(JWKS_URL);

	bed.host->refuse_fetch = true;
	ac_keyset_start(bed.set);
	ok(ac_keyset_is_down(bed.set) && ask(&bed, "k1") == AC_KEYSET_DOWN,
	    "a fetch that the host refuses counts as down, at once");
	ok(strstr(bed.host->logged, "refused before it was sent") != NULL,
	    "and is logged as that");
	bed.host->refuse_fetch = false;
	fakehost_advance(bed.host, 10000);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(has(&bed, "k1"), "the next attempt serves");
	bed_free(&bed, "refused fetch");
}

static void
test_end_under_way(void)
{
	struct bed bed = bed_started(JWKS_URL);

	(void)ask(&bed, "k1");
	ac_keyset_free(&bed.set);
	ok(woken == 1, "freeing wakes who waits");
	ok(fakehost_open(bed.host) == 1, "while the request is under way");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(woken == 1, "whose answer then does nothing");
	fakehost_advance(bed.host, HOUR);
	ok(fetches(&bed) == 1, "and nothing comes after");
	fakehost_destroy(&bed.entry);
	ok(fakehost_free(&bed.host) == 0, "end under way: nothing is left");
}

static const char *const report_lines[] = {
	"key-set: key set of \"" ISSUER "\"\n",
	"issuer: " ISSUER "\n",
	"url: " JWKS_URL "\n",
	"source: fetched\n",
	"age-s: 7\n",
	"expires-s: 86393\n",
	"fetching: no\n",
	"next-fetch-s: 893\n",
	"fetches: 1\n",
	"failures-in-a-row: 0\n",
	"keys: 2\n",
	"keys-left-out: 2\n",
	"key.0.kid: k1\n",
	"key.0.kty: EC\n",
	"key.0.usable: yes\n",
	"key.0.last-used-s: 7\n",
	"key.1.kid: enc\n",
	"key.1.use: enc\n",
	"key.1.alg: ES256\n",
	"key.1.usable: no\n",
	"key.1.why: its use, key_ops, alg, type or size allows",
	"key.2.kid: \"a\\x0ab\"\n",
	"key.2.usable: no\n",
	"key.2.why: ",
	"key.3.kid: odd\n",
};

static void
test_report(void)
{
	json_t *root = json_loads(set1, 0, NULL), *keys, *key;
	struct bed bed;
	char *text;

	keys = json_object_get(root, "keys");
	key = json_deep_copy(json_array_get(keys, 0));
	(void)json_object_set_new(key, "kid", json_string("enc"));
	(void)json_object_set_new(key, "use", json_string("enc"));
	(void)json_object_set_new(key, "alg", json_string("ES256"));
	(void)json_array_append_new(keys, key);
	(void)json_array_append_new(keys,
	    json_pack("{s:s,s:s}", "kty", "EC", "kid", "odd"));
	(void)json_array_append_new(keys,
	    json_pack("{s:s,s:s}", "kty", "EC", "kid", "a\nb"));
	text = json_dumps(root, JSON_COMPACT);
	bed = bed_warm(text);
	use_first(&bed);
	fakehost_advance(bed.host, 7000);
	for (size_t i = 0; i < sizeof(report_lines) / sizeof(report_lines[0]);
	     i++) {
		char name[256];

		(void)snprintf(name, sizeof(name), "the report says %.*s",
		    (int)strcspn(report_lines[i], "\n"), report_lines[i]);
		ok(reports(&bed, report_lines[i]), name);
	}
	ok(!reports(&bed, "last-error"), "and of no error");
	fakehost_advance(bed.host, 15 * MINUTE);
	(void)fakehost_fail(bed.host, "connection refused");
	fakehost_advance(bed.host, 2000);
	ok(reports(&bed, "last-error: " JWKS_URL
			 ": no answer: connection refused\nlast-error-age-s: "
			 "2\n") &&
		reports(&bed, "failures-in-a-row: 1\n") &&
		reports(&bed, "fetches: 2\n"),
	    "after a failure: what, and when");
	ok(fakehost_number(&bed.host->metrics, "keyset_keys") == 2 &&
		fakehost_number(&bed.host->metrics,
		    "keyset_refresh_ok_total") == 1 &&
		fakehost_number(&bed.host->metrics,
		    "keyset_refresh_success_timestamp_seconds") ==
		    FAKEHOST_WALL_S,
	    "the metrics count");
	bed_free(&bed, "report");
	free(text);
	json_decref(root);
}

static void
test_report_source(void)
{
	struct bed bed = bed_started(NULL);
	static const char metadata[] = "{\"issuer\":\"" ISSUER "\","
				       "\"jwks_uri\":\"" JWKS_URL "\"}";

	ok(reports(&bed, "source: none\nfetching: yes\nfetches: 0\n") &&
		reports(&bed, "keys: 0\n") && !reports(&bed, "url:") &&
		!reports(&bed, "age-s"),
	    "before the first answer the report has no keys and no URL");
	(void)fakehost_answer(bed.host, 200, NULL, metadata);
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(reports(&bed, "url: " JWKS_URL "\nsource: fetched\n"),
	    "a place that was found by discovery is in it");
	bed_free(&bed, "report of discovery");
	(void)snprintf(copy_path, sizeof(copy_path), "%s/test-keyset-%d.copy",
	    getenv("abs_top_builddir"), (int)getpid());
	write_copy(ISSUER, AT_URL, "1799999990", set1);
	bed = bed_with_copy(JWKS_URL);
	ac_keyset_start(bed.set);
	ok(reports(&bed, "source: last-good\nage-s: 10\n"),
	    "keys of a last-good copy are called that");
	(void)fakehost_answer(bed.host, 200, NULL, set1);
	ok(reports(&bed, "source: fetched\nage-s: 0\n"),
	    "until they have come from the endpoint");
	bed_free(&bed, "report of a copy");
	(void)remove(copy_path);
}

int
main(void)
{
	const char *const kids[] = { "k1", "k2" };
	struct ac_jwk *keys[2];

	keys[0] = key1 = signer_key("ES256");
	keys[1] = key2 = signer_key("ES256");
	set1 = signer_set_of(key1, "k1");
	set2 = signer_set_of(key2, "k2");
	both = signer_set(keys, kids, 2);
	test_first_fetch();
	test_cold_and_down();
	test_refresh();
	test_etag();
	test_same_generation();
	test_held();
	test_unknown_kid();
	test_remembered_kid();
	test_joined();
	test_joined_in_vain();
	test_memory_is_bounded();
	test_known_kid();
	test_forget();
	test_last_use();
	test_waiters_are_bounded();
	test_patience();
	test_bad_answers();
	test_nothing_usable();
	test_stale();
	test_short_max_stale();
	test_discovery();
	test_rediscovery();
	test_endless_round();
	test_discovery_fails();
	test_copies();
	test_refused_fetch();
	test_end_under_way();
	test_report();
	test_report_source();
	ac_jwk_free(&key1);
	ac_jwk_free(&key2);
	free(set1);
	free(set2);
	free(both);
	return done();
}
