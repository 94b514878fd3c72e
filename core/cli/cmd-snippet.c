/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain snippet: the configuration of a proxy, filled in.  The files of
 * hosts/ are the templates; words in capitals are replaced. */
#include "cli/cli.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/origin.h"
#include "cli/out.h"
#include "cli/snippet-part.h"

#define MAX_FILLED (256u << 10)
#define MAX_CHAIN  64
#define SOCKET     AC_SNIPPET_SOCKET

enum {
	WORD_ADDRESS,
	WORD_LISTEN_HOST,
	WORD_LISTEN_PORT,
	WORD_CHAIN,
	WORD_NAME,
	WORD_ORIGIN,
	WORD_UPSTREAM,
	WORD_UPSTREAM_HOST,
	WORD_UPSTREAM_PORT,
	WORDS
};

struct word {
	const char *name, *option;
	struct authchain_span value; /* data NULL: it stays */
	bool left;
};

struct words {
	struct word at[WORDS];
	/* authchaind, as the file names it and as it is to be named. */
	struct authchain_span usual, gate;
};

static const struct word no_words[WORDS] = {
	{ .name = "ADDRESS", .option = "address" },
	{ .name = "LISTEN_HOST", .option = "address" },
	{ .name = "LISTEN_PORT", .option = "address" },
	{ .name = "CHAIN" },
	{ .name = "NAME", .option = "name" },
	{ .name = "ORIGIN", .option = "origin" },
	{ .name = "UPSTREAM", .option = "upstream" },
	{ .name = "UPSTREAM_HOST", .option = "upstream" },
	{ .name = "UPSTREAM_PORT", .option = "upstream" },
};

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* What is put in must not end a word or a string in any of these languages. */
static bool
is_plain(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_word_byte(text.data[i]) &&
		    (text.data[i] == '\0' ||
			strchr(".:/[]*-", text.data[i]) == NULL))
			return false;
	return text.len > 0;
}

static int
take_text(const struct ac_args *args, const char *option,
    struct authchain_span *value, struct authchain_error *err)
{
	const char *text = ac_args_text(args, option, NULL);

	if (text == NULL)
		return 0;
	*value = ac_span_text(text);
	if (is_plain(*value))
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_USAGE,
	    "--%s: say it with letters, digits and . : / [ ] * - _ alone",
	    option);
}

/* "host:port" as a whole and in two. */
static int
take_address(const struct ac_args *args, const char *option, struct word *whole,
    struct authchain_error *err)
{
	struct authchain_span text;
	int64_t port = 0;
	size_t colon;

	if (take_text(args, option, &whole->value, err) != 0)
		return -1;
	text = whole->value;
	if (text.data == NULL)
		return 0;
	for (colon = text.len; colon > 0 && text.data[colon - 1] != ':';)
		colon--;
	if (colon < 2 || memchr(text.data, '/', text.len) != NULL ||
	    !ac_port_parse(ac_span_cut(text, colon, text.len), &port) ||
	    port == 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--%s: say HOST:PORT, like 127.0.0.1:8080, with a port "
		    "from 1 to 65535",
		    option);
	whole[1].value = ac_span_cut(text, 0, colon - 1);
	whole[2].value = ac_span_cut(text, colon, text.len);
	return 0;
}

static int
take_chain(const char *name, struct word *chain, struct authchain_error *err)
{
	chain->value = ac_span_text(name);
	for (size_t i = 0; i < chain->value.len; i++) {
		char c = name[i];

		if ((!is_word_byte(c) || (c >= 'A' && c <= 'Z')) && c != '-' &&
		    c != '.')
			chain->value.len = 0;
	}
	if (chain->value.len > 0 && chain->value.len <= MAX_CHAIN)
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_USAGE,
	    "the name of a chain is 1 to %d of a-z, 0-9, - _ and .", MAX_CHAIN);
}

static int
take_gate(const struct ac_args *args, const struct ac_snippet_part *part,
    struct words *words, struct authchain_error *err)
{
	struct word address[3] = { { .name = NULL } };
	const char *text = ac_args_text(args, "socket", SOCKET);

	words->usual = ac_span_text(SOCKET);
	if (text[0] == '/')
		return take_text(args, "socket", &words->gate, err);
	if (part->gate == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--socket: say /PATH: %s is not made for another way to "
		    "authchaind",
		    part->host);
	words->usual = ac_span_text(part->gate);
	if (take_address(args, "socket", address, err) != 0)
		return -1;
	words->gate = address[0].value;
	return 0;
}

static int
take_words(const struct ac_args *args, struct words *words,
    struct authchain_error *err)
{
	struct authchain_span *origin = &words->at[WORD_ORIGIN].value;
	struct authchain_span https = ac_span_text("https://");
	const char *fault;
	struct ac_quote quote;

	memcpy(words->at, no_words, sizeof(no_words));
	if (take_chain(args->operands[1], &words->at[WORD_CHAIN], err) != 0 ||
	    take_address(args, "address", &words->at[WORD_ADDRESS], err) != 0 ||
	    take_address(args, "upstream", &words->at[WORD_UPSTREAM], err) !=
		0 ||
	    take_text(args, "name", &words->at[WORD_NAME].value, err) != 0 ||
	    take_text(args, "origin", origin, err) != 0)
		return -1;
	if (ac_span_starts(*origin, https))
		*origin = ac_span_cut(*origin, https.len, origin->len);
	if (!ac_args_has(args, "origin"))
		return 0;
	if (memchr(origin->data, '/', origin->len) != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--origin: say https://HOST, without a path");
	fault = ac_origin_host_fault(*origin, 443);
	if (fault != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE, "--origin %s %s",
		    ac_quote(&quote, *origin), fault);
	return 0;
}

static struct word *
find_word(struct words *words, struct authchain_span text)
{
	for (size_t i = 0; i < WORDS; i++)
		if (ac_span_is_text(text, words->at[i].name))
			return &words->at[i];
	return NULL;
}

/* A whole word, or one byte that is in none; how many bytes it took. */
static size_t
fill_one(struct authchain_span text, struct words *words, struct ac_buf *out)
{
	struct word *word;
	size_t len = 0;

	while (len < text.len && is_word_byte(text.data[len]))
		len++;
	if (len == 0) {
		ac_buf_byte(out, text.data[0]);
		return 1;
	}
	text = ac_span_cut(text, 0, len);
	word = find_word(words, text);
	if (word != NULL && word->value.data == NULL)
		word->left = true;
	ac_buf_add(out,
	    word != NULL && word->value.data != NULL ? word->value : text);
	return len;
}

static void
fill(struct authchain_span text, struct words *words, struct ac_buf *out)
{
	while (text.len > 0 && !out->failed) {
		size_t took;

		if (words->gate.data != NULL &&
		    ac_span_starts(text, words->usual)) {
			ac_buf_add(out, words->gate);
			took = words->usual.len;
		} else {
			took = fill_one(text, words, out);
		}
		text = ac_span_cut(text, took, text.len);
	}
}

static void
tell_left(const struct words *words)
{
	for (size_t i = 0; i < WORDS; i++)
		if (words->at[i].left)
			ac_cli_say("%s is left for you to fill in, or for "
				   "--%s",
			    words->at[i].name, words->at[i].option);
}

/* Words that are left, and other files: for programs. */
static json_t *
list_left(const struct words *words)
{
	json_t *left = json_array();

	for (size_t i = 0; i < WORDS; i++)
		if (words->at[i].left)
			(void)json_array_append_new(left,
			    json_pack("{s:s, s:s}", "word", words->at[i].name,
				"option", words->at[i].option));
	return left;
}

static enum ac_exit
print_json(const struct ac_args *args, const struct ac_snippet_part *part,
    const struct words *words, struct ac_buf *filled)
{
	json_t *root = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "proxy",
	    part->host, "chain", args->operands[1], "file", part->file, "text",
	    filled->failed ? NULL : ac_out_span(ac_buf_span(filled)), "left",
	    list_left(words), "other_files", ac_snippet_part_list(part));

	return ac_out_json(root) == 0 ? AC_EXIT_OK : AC_EXIT_UNAVAILABLE;
}

static void
tell(const struct ac_args *args, const struct ac_snippet_part *part,
    const struct words *words)
{
	tell_left(words);
	if (!ac_args_has(args, "part"))
		ac_snippet_part_tell(part);
}

static enum ac_exit
print(struct ac_buf *filled)
{
	bool good =
	    !filled->failed &&
	    fwrite(filled->data, 1, filled->len, stdout) == filled->len &&
	    fflush(stdout) == 0;

	return good ? AC_EXIT_OK : AC_EXIT_UNAVAILABLE;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct authchain_error err = { 0 };
	const struct ac_snippet_part *part;
	struct words words = { .at = { { .name = NULL } } };
	struct ac_buf filled;
	char *text = NULL;
	enum ac_exit rc;
	size_t len;

	if (args->operand_count != 2) {
		ac_error(&err, AUTHCHAIN_ERROR_USAGE,
		    "say which proxy and which chain: authchain snippet nginx "
		    "atoms");
		return ac_cli_fail(&err);
	}
	part = ac_snippet_part_find(args, &err);
	if (part == NULL || take_words(args, &words, &err) != 0 ||
	    take_gate(args, part, &words, &err) != 0 ||
	    ac_snippet_part_read(args, part, &text, &len, &err) != 0)
		return ac_cli_fail(&err);
	ac_buf_init(&filled, MAX_FILLED);
	fill(ac_span(text, len), &words, &filled);
	if (ac_args_has(args, "json")) {
		rc = print_json(args, part, &words, &filled);
	} else {
		rc = print(&filled);
		tell(args, part, &words);
	}
	ac_buf_clear(&filled);
	free(text);
	return rc;
}

static const struct ac_arg options[] = {
	{ "address", 'a', false, "HOST:PORT", "where the proxy listens" },
	{ "name", 'n', false, "NAME", "the site's name" },
	{ "upstream", 'u', false, "HOST:PORT", "the server behind the proxy" },
	{ "origin", 'o', false, "https://HOST",
	    "whose pages may call the site from a browser" },
	{ "socket", 0, false, "PATH|HOST:PORT",
	    "where authchaind listens [" SOCKET "]" },
	{ "part", 0, false, "FILE", "another file of that proxy" },
	{ "template-dir", 0, false, "DIR",
	    "take the templates from there (tests and development)" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_snippet = {
	.name = "snippet",
	.synopsis = "PROXY CHAIN [options]",
	.summary = "print the configuration of a proxy, filled in",
	.text = "PROXY is apache, caddy, envoy, haproxy, istio, lighttpd, "
		"nginx or traefik.  What is not said stays in capitals, and "
		"standard error names it.  A proxy with more than one file "
		"has the others behind --part.",
	.args = options,
	.max_operands = 2,
	.run = run,
};
