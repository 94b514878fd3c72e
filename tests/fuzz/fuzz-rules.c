/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What clients send and rules are compared with: after "p" a request's URI,
 * after anything else a value of Mcp-Name.
 */
#include "fuzz.h"

#include <string.h>

#include "mcp-name.h"
#include "path.h"

/* ---- a second opinion -------------------------------------------------- */

/* As a server that is generous would do it, as often as it likes. */
static size_t
decode(char *text, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t out = 0;

	for (size_t at = 0; at < len; at++, out++) {
		const char *high, *low;

		text[out] = text[at];
		if (text[at] != '%' || len - at < 3 || text[at + 1] == '\0' ||
		    text[at + 2] == '\0')
			continue;
		high = strchr(digits, text[at + 1] | 0x20);
		low = strchr(digits, text[at + 2] | 0x20);
		if (high == NULL || low == NULL || *high == '\0' ||
		    *low == '\0')
			continue;
		text[out] = (char)((high - digits) * 16 + (low - digits));
		at += 2;
	}
	return out;
}

static bool
has(struct authchain_span text, const char *part)
{
	size_t len = strlen(part);

	for (size_t at = 0; at + len <= text.len; at++)
		if (memcmp(text.data + at, part, len) == 0)
			return true;
	return false;
}

static void
check_path(struct authchain_span uri)
{
	static char again[PATH_MAX_BYTES];
	struct path path;
	struct authchain_span text;
	bool taken = path_read(uri, &path) == NULL;

	if (!taken)
		return;
	text = ac_span(path.text, path.len);
	fuzz_promise(path.len > 0 && path.text[0] == '/',
	    "a path begins with a slash");
	fuzz_promise(path.len == 1 || path.text[path.len - 1] != '/',
	    "and does not end with one");
	fuzz_promise(!has(text, "//") && !has(text, "/./") &&
			 !has(text, "/../") && !has(text, "\\") &&
			 !has(text, ";") && !has(text, "%"),
	    "nobody reads it in another way");
	fuzz_promise(!ac_span_has_control(text), "it has no control bytes");
	memcpy(again, path.text, path.len);
	fuzz_promise(decode(again, path.len) == path.len,
	    "to decode it once more changes nothing");
	fuzz_promise(path_matches(ac_span_text("/**"), text),
	    "there is a pattern for it");
	fuzz_promise(path_pattern_fault(text) != NULL || has(text, "*") ||
			 path_matches(text, text),
	    "and it is its own");
}

static void
check_name(struct authchain_span value)
{
	struct mcp_name name;
	bool taken = mcp_name_read(value, &name) == NULL;
	struct authchain_span plain = ac_span_trim(value);

	fuzz_promise(!taken || (name.len > 0 && name.len <= MCP_NAME_MAX),
	    "a name has its bounds");
	fuzz_promise(!taken ||
			 !ac_span_has_control(ac_span(name.text, name.len)),
	    "and no control bytes");
	if (taken && !ac_span_starts(plain, ac_span_text("=?")))
		fuzz_promise(ac_span_is(ac_span(name.text, name.len), plain),
		    "what is not encoded is itself");
	if (taken && ac_span_starts(plain, ac_span_text("=?")))
		fuzz_promise(plain.len >= 11 + (name.len + 2) / 3 * 4 &&
				 plain.len == 11 + (name.len + 2) / 3 * 4,
		    "what is encoded has one length");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authchain_span text = ac_span((const char *)data, size);

	if (size == 0)
		return 0;
	if (text.data[0] == 'p')
		check_path(ac_span_cut(text, 1, size));
	else
		check_name(ac_span_cut(text, 1, size));
	(void)mcp_method_is_valid(text);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const words[] = { "p/", "n", "/", "//", "/../", "/./", "..",
	".", "%2e", "%2E", "%2f", "%5c", "\\", ";", "%3b", "%25", "%252e",
	"%00", "%c0%ae", "%C3%A9", "\xc3\xa9", "?", "#", "*", "**", "=?base64?",
	"?=", "YQ==", "=", "http://h", "https://h/", " ", "\t", "\n", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words list = { words };
	struct fuzz_text text = { (char *)data, size, max_size };

	return fuzz_change(&text, seed, &list);
}
