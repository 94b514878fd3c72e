/* SPDX-License-Identifier: BSD-2-Clause */
/* Which files a proxy has, the main one first. */
#include "cli/snippet-part.h"

#include "base/buf.h"
#include "base/file.h"
#include "cli/cli.h"

#define MAX_TEMPLATE (64u << 10)

/* The first row of a host is what is printed without --part. */
static const struct ac_snippet_part parts[] = {
	{ "apache", "apache", "authchain.conf", NULL },
	{ "apache", "apache", "authchain-down.asis", NULL },
	{ "caddy", "caddy", "Caddyfile", "unix/" AC_SNIPPET_SOCKET },
	{ "envoy", "envoy", "envoy.yaml", NULL },
	{ "haproxy", "haproxy", "haproxy.cfg", "unix@" AC_SNIPPET_SOCKET },
	{ "haproxy", "haproxy", "authchain.lua", "unix@" AC_SNIPPET_SOCKET },
	{ "istio", "envoy", "istio.yaml", NULL },
	{ "lighttpd", "lighttpd", "authchain.conf", NULL },
	{ "lighttpd", "lighttpd", "authchain.lua", NULL },
	{ "lighttpd", "lighttpd", "authchain-answer.lua", NULL },
	{ "nginx", "nginx", "authchain.conf", "unix:" AC_SNIPPET_SOCKET },
	{ "traefik", "traefik", "authchain.yaml", NULL },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

const struct ac_snippet_part *
ac_snippet_part_find(const struct ac_args *args, struct authchain_error *err)
{
	const char *file = ac_args_text(args, "part", NULL);
	bool known = false;

	for (size_t i = 0; i < PARTS; i++) {
		if (strcmp(parts[i].host, args->operands[0]) != 0)
			continue;
		known = true;
		if (file == NULL || strcmp(parts[i].file, file) == 0)
			return &parts[i];
	}
	if (known)
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--part: there is no such file of that proxy");
	else
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "no such proxy: say apache, caddy, envoy, haproxy, istio, "
		    "lighttpd, nginx or traefik");
	return NULL;
}

int
ac_snippet_part_read(const struct ac_args *args,
    const struct ac_snippet_part *part, char **text, size_t *len,
    struct authchain_error *err)
{
	const char *dir = ac_args_text(args, "template-dir", NULL);
	struct authchain_error why = { 0 };
	struct ac_buf path;
	int r = -1;

	ac_buf_init(&path, 4096);
	ac_buf_format(&path, "%s/%s/%s", dir == NULL ? AC_HOSTSDIR : dir,
	    part->folder, part->file);
	if (path.failed)
		ac_error_memory(err);
	else
		r = ac_file_read(path.data, AC_FILE_ANY, MAX_TEMPLATE, text,
		    len, &why);
	if (why.code != 0)
		(void)ac_error(err, why.code,
		    "%s; install authchain, or name the templates' folder "
		    "with --template-dir",
		    why.text);
	ac_buf_clear(&path);
	return r;
}

void
ac_snippet_part_tell(const struct ac_snippet_part *printed)
{
	for (size_t i = 0; i < PARTS; i++)
		if (strcmp(parts[i].host, printed->host) == 0 &&
		    &parts[i] != printed)
			ac_cli_say("it belongs together with --part %s",
			    parts[i].file);
}

json_t *
ac_snippet_part_list(const struct ac_snippet_part *printed)
{
	json_t *others = json_array();

	for (size_t i = 0; i < PARTS; i++)
		if (strcmp(parts[i].host, printed->host) == 0 &&
		    &parts[i] != printed)
			(void)json_array_append_new(others,
			    json_string(parts[i].file));
	return others;
}
