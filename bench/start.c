/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts, each with a configuration of its own. */
#include "start.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "conf.h"

#define WAYS 2

struct bench_start {
	struct bench_site sites[WAYS];
	const char *plugins;
	struct bench_token token;
	int closed; /* a port at which nobody listens */
};

static unsigned
take_port(struct bench_start *start)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	start->closed = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)bench_must(start->closed >= 0 &&
				 bind(start->closed, (struct sockaddr *)&at,
				     sizeof(at)) == 0 &&
				 getsockname(start->closed,
				     (struct sockaddr *)&at, &len) == 0
			     ? start
			     : NULL,
	    "port");
	return ntohs(at.sin_port);
}

/* The copy that a host keeps of what it has fetched. */
static void
write_copy(struct bench_site *site, const struct bench_key *key,
    const char *url)
{
	json_t *set = json_pack("{s:[o]}", "keys", bench_key_jwk(key));
	char *keys = bench_must(json_dumps(set, JSON_COMPACT), "keys"), *text;
	json_t *copy = json_pack("{s:s, s:s, s:I, s:s}", "issuer", BENCH_ISSUER,
	    "url", url, "fetched_s", (json_int_t)time(NULL), "jwks", keys);

	text = bench_must(json_dumps(copy, JSON_COMPACT), "copy");
	bench_site_write(site, "good.json", "%s\n", text);
	free(text);
	free(keys);
	json_decref(copy);
	json_decref(set);
}

struct bench_start *
bench_start_new(const struct bench_key *key, const char *plugins)
{
	struct bench_start *start =
	    bench_must(calloc(1, sizeof(*start)), "start");
	struct bench_site *down = &start->sites[1];
	char url[64];

	start->plugins = plugins;
	bench_token_init(&start->token, key, BENCH_ISSUER, 0);
	bench_site_init(&start->sites[0]);
	bench_conf_write_cached(&start->sites[0], key, "t", 0);
	bench_site_init(down);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/jwks",
	    take_port(start));
	write_copy(down, key, url);
	bench_site_write(down, "conf/chains/t.conf",
	    "[chain]\nresource = " BENCH_AUDIENCE "\nidentity = authkit\n"
	    "required-scopes = read\n[plugin authkit]\ntype = jwks\n"
	    "issuer = " BENCH_ISSUER "\njwks-uri = %s\ninsecure-http = yes\n"
	    "last-good = %s/good.json\nalgorithms = %s\n",
	    url, down->dir, key->alg);
	return start;
}

void
bench_start_close(void *self)
{
	struct bench_start *start = self;

	for (size_t i = 0; i < WAYS; i++)
		bench_site_close(&start->sites[i]);
	(void)close(start->closed);
	bench_token_clear(&start->token);
	free(start);
}

bool
bench_start_measure(struct bench_row *row, size_t round)
{
	struct bench_start *start = row->self;
	struct authchain_span text = { start->token.text, start->token.len };
	bool good = true;

	for (size_t i = 0; i < WAYS && good; i++) {
		struct bench_site *site = &start->sites[i];
		struct bench_check first = { .chain = "t",
			.tokens = &text,
			.count = 1 };
		uint64_t began = bench_wall_ns();

		bench_site_start(site, start->plugins);
		first.ac = site->ac;
		good = bench_check_run(&first, 1);
		row->ops[i]->ns[round] = (double)(bench_wall_ns() - began);
		authchain_close(&site->ac);
	}
	return good;
}
