/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each allocation of jwks and of oauth fails in turn: they may refuse, be
 * unavailable, publish nothing; they may not crash, let a forgery in, lose a
 * ticket or leave anything behind.
 */
#include "fakehost.h"
#include "signer.h"
#include "tap.h"

#include <dlfcn.h>
#include <stdlib.h>

#define ISSUER   "https://as.example"
#define RESOURCE "https://mcp.example/mcp"
#define MAX_RUNS 5000

struct module {
	const struct authchain_plugin *plugin;
	void (*fail_after)(long calls);
	long (*left)(void);
};

/* What one run came to. */
struct result {
	bool created, good, forged;
	size_t left_over;
	long failed_at;
};

static char *good, *forged, *keys;

static struct module
load(const char *path, const char *name)
{
	const char *folder = getenv("abs_top_builddir");
	struct module module = { .plugin = fakehost_load(path, name) };
	char file[4096];
	void *handle;

	(void)snprintf(file, sizeof(file), "%s/%s",
	    folder == NULL ? "." : folder, path);
	handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	*(void **)&module.fail_after = dlsym(handle, "failing_after");
	*(void **)&module.left = dlsym(handle, "failing_left");
	if (module.fail_after == NULL || module.left == NULL)
		exit(99);
	return module;
}

/* An answer for whatever is asked. */
static void
play(struct fakehost *host)
{
	static const char *const tag[] = { "etag=\"v1\"", NULL };
	static const char metadata[] = "{\"issuer\":\"" ISSUER "\","
				       "\"jwks_uri\":\"" ISSUER "/jwks\"}";
	static const char active[] =
	    "{\"active\":true,\"sub\":\"alice\",\"aud\":[\"" RESOURCE "\"]}";

	while (fakehost_open(host) > 0) {
		const struct fakehost_fetch *fetch = fakehost_oldest(host);

		if (strstr(fetch->url, "/jwks") != NULL)
			(void)fakehost_answer(host, 200, tag, keys);
		else if (fetch->body == NULL)
			(void)fakehost_answer(host, 200, tag, metadata);
		else if (strncmp(fetch->body, "token=good", 10) == 0)
			(void)fakehost_answer(host, 200, NULL, active);
		else
			(void)fakehost_answer(host, 200, NULL,
			    "{\"active\":false}");
	}
}

static bool
is_accepted(struct authchain_entry *entry, const char *token)
{
	struct authchain_call *call = fakehost_call(entry, token);
	bool accepted;

	(void)fakehost_verify(call);
	play(entry->host);
	fakehost_advance(entry->host, 2000);
	accepted = call->outcome == AUTHCHAIN_ACCEPT;
	entry->host->faults += call->outcome == AUTHCHAIN_PENDING;
	fakehost_call_free(&call);
	return accepted;
}

static struct result
run(const struct module *module, const char *const *options,
    const char *good_one, const char *bad_one, long at)
{
	struct fakehost *host = fakehost_new();
	struct result result = { 0 };
	struct authchain_entry *entry;
	struct authchain_call *call;

	module->fail_after(at);
	entry = fakehost_entry(host, module->plugin, RESOURCE, options);
	result.created = entry != NULL && fakehost_start(entry) == 0;
	if (result.created) {
		play(host);
		fakehost_advance(host, 900000);
		play(host);
		host->wall_ms = FAKEHOST_WALL_S * 1000;
		result.forged = is_accepted(entry, bad_one);
		result.good = is_accepted(entry, good_one);
		(void)fakehost_status(entry);
		if (module->plugin->challenge != NULL) {
			call = fakehost_call(entry, NULL);
			fakehost_challenge(call,
			    AUTHCHAIN_REASON_INSUFFICIENT_SCOPE, "mcp:read");
			fakehost_call_free(&call);
		}
	}
	fakehost_destroy(&entry);
	result.failed_at = module->left();
	module->fail_after(-1);
	result.left_over = fakehost_free(&host);
	return result;
}

static void
test_module(const char *path, const char *name, const char *const *options,
    const char *good_one, const char *bad_one)
{
	struct module module = load(path, name);
	size_t forged_in = 0, left_over = 0, refused = 0, mended = 0;
	struct result result;
	char text[128];
	long at = 0;

	do {
		result = run(&module, options, good_one, bad_one, at++);
		forged_in += result.forged;
		left_over += result.left_over;
		refused += !result.created;
		mended += result.good;
	} while (result.failed_at < 0 && at < MAX_RUNS);
	printf("# %s: %ld allocations, %zu configurations refused, %zu good "
	       "tokens accepted all the same\n",
	    name, at - 1, refused, mended);
	(void)snprintf(text, sizeof(text),
	    "%s: the last run had memory for all, and works", name);
	ok(result.good && at > 20 && at < MAX_RUNS, text);
	(void)snprintf(text, sizeof(text), "%s: no forgery ever gets in", name);
	ok(forged_in == 0, text);
	(void)snprintf(text, sizeof(text),
	    "%s: nothing hangs, nothing is left over", name);
	ok(left_over == 0, text);
}

int
main(void)
{
	static const char *const jwks[] = { "issuer=" ISSUER, NULL };
	static const char *const authkit[] = { "preset=authkit",
		"domain=as.example", "algorithms=ES256", NULL };
	static const char *const oauth[] = { "authorization-servers=" ISSUER,
		"scopes=openid, mcp:read", "resource-name=MCP",
		"introspection-endpoint=" ISSUER "/introspect", "client-id=rs",
		"client-secret=s3cret", NULL };
	struct ac_jwk *key = signer_key("ES256"), *other = signer_key("ES256");
	static const char claims[] =
	    "{\"iss\":\"" ISSUER "\",\"sub\":\"alice\",\"aud\":\"" RESOURCE
	    "\",\"exp\":1893456000}";

	keys = signer_set_of(key, "k1");
	good = signer_token(key, "ES256", "k1", claims);
	forged = signer_token(other, "ES256", "k1", claims);
	test_module("tests/.libs/failing-jwks.so", "jwks", jwks, good, forged);
	test_module("tests/.libs/failing-jwks.so", "jwks", authkit, good,
	    forged);
	test_module("tests/.libs/failing-oauth.so", "oauth", oauth, "good",
	    "bad");
	ac_jwk_free(&key);
	ac_jwk_free(&other);
	free(keys);
	free(good);
	free(forged);
	return done();
}
