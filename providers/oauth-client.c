/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth: who asks, and by what it proves that it is who it says. */
#include "oauth.h"

#include <stdlib.h>

#include "assertion.h"
#include "options.h"

#define KEY_OPTIONS 4

static const char *const key_options[KEY_OPTIONS] = { "client-key",
	"client-key-id", "client-algorithm", "client-audience" };

/* What would be configured and not looked at is a mistake. */
static int
refuse_unused(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	bool by_key = self->client.auth == OAUTH_PRIVATE_KEY_JWT;
	int r = 0;

	for (size_t i = 0; i < KEY_OPTIONS && !by_key; i++) {
		if (!host->option_is_set(self->entry, key_options[i]))
			continue;
		host->fail(self->entry, key_options[i],
		    "it means something with client-auth = private_key_jwt "
		    "only");
		r = -1;
	}
	if (by_key && host->option_is_set(self->entry, "client-secret")) {
		host->fail(self->entry, "client-secret",
		    "client-auth = private_key_jwt proves itself by "
		    "client-key; leave one of them out");
		r = -1;
	}
	return r;
}

static int
read_key(struct oauth *self, size_t at)
{
	const struct authchain_host *host = self->host;
	struct oauth_client *client = &self->client;
	struct authchain_error err = { 0 };

	client->keys[at] =
	    assertion_key(host->secret_value(self->entry, "client-key", at),
		host->option_text(self->entry, "client-algorithm"),
		&client->algs[at], &err);
	if (client->keys[at] != NULL)
		return 0;
	host->fail(self->entry, "client-key", "%s: %s",
	    host->secret_label(self->entry, "client-key", at), err.text);
	return -1;
}

static int
read_keys(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct oauth_client *client = &self->client;
	int r = 0;

	client->key_id = host->option_text(self->entry, "client-key-id");
	client->audience = host->option_text(self->entry, "client-audience");
	client->keys = calloc(client->secret_count + 1, sizeof(*client->keys));
	client->algs = calloc(client->secret_count + 1, sizeof(*client->algs));
	if (client->keys == NULL || client->algs == NULL)
		return options_no_memory(host, self->entry);
	for (size_t i = 0; i < client->secret_count; i++)
		r |= read_key(self, i);
	if (client->key_id.data != NULL && client->secret_count > 1) {
		host->fail(self->entry, "client-key-id",
		    "it can't name each of several keys; write them as JWKs "
		    "with a kid of their own");
		r = -1;
	}
	return r;
}

int
oauth_read_client(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct oauth_client *client = &self->client;
	int r;

	client->id = host->option_text(self->entry, "client-id");
	client->auth =
	    (enum oauth_auth)host->option_number(self->entry, "client-auth");
	client->option = client->auth == OAUTH_PRIVATE_KEY_JWT
			     ? "client-key"
			     : "client-secret";
	client->secret_count = host->secret_count(self->entry, client->option);
	r = refuse_unused(self);
	if (client->id.data == NULL) {
		host->fail(self->entry, "introspection-endpoint",
		    "who asks must say who it is; write client-id");
		r = -1;
	}
	if (client->secret_count == 0) {
		host->fail(self->entry, "introspection-endpoint",
		    "who asks must prove who it is; write %s", client->option);
		return -1;
	}
	if (client->auth == OAUTH_PRIVATE_KEY_JWT)
		r |= read_keys(self);
	return r;
}

void
oauth_client_clear(struct oauth_client *client)
{
	for (size_t i = 0; client->keys != NULL && i < client->secret_count;
	     i++)
		ac_jwk_free(&client->keys[i]);
	free(client->keys);
	free(client->algs);
}
