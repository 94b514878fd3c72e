/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scanner: rows of what is taken and refused, the same as jansson has it;
 * then the corpora, and changed copies of all of them.
 */
#include "tap.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/base64url.h"
#include "base/buf.h"
#include "base/file.h"
#include "jose/jws.h"
#include "jose/scan.h"
#include "scan-agree.h"

#define MAX_TEXT    (16u << 10)
#define MAX_SEEDS   2000
#define MUTATIONS   240000
#define MAX_CORPUS  (16u << 20)
#define SHOWN_BYTES 120

#define T           true
#define F           false

static const struct {
	const char *name;
	bool taken;
	const char *text;
} rows[] = {
	{ "an empty object", T, "{}" },
	{ "space of four kinds around it", T, " \t\r\n{ \t\r\n} \t\r\n" },
	{ "no other space", F, "{\v}" },
	{ "no byte order mark", F, "\xef\xbb\xbf{}" },
	{ "nothing", F, "" },
	{ "space alone", F, " " },
	{ "a list", F, "[]" },
	{ "a string", F, "\"a\"" },
	{ "a number", F, "1" },
	{ "an object that does not end", F, "{" },
	{ "two objects", F, "{}{}" },
	{ "something behind it", F, "{} x" },
	{ "a comma behind it", F, "{}," },
	{ "one bracket too many", F, "{}}" },
	{ "brackets that cross", F, "{\"a\":[}]" },
	{ "the wrong bracket", F, "{\"a\":[1}}" },
	{ "a list closed as an object", F, "{\"a\":{]}" },
	{ "a member", T, "{\"a\":1}" },
	{ "two members", T, "{\"a\":1,\"b\":2}" },
	{ "a comma before the first", F, "{,\"a\":1}" },
	{ "a comma behind the last", F, "{\"a\":1,}" },
	{ "a comma alone", F, "{,}" },
	{ "two commas", F, "{\"a\":1,,\"b\":2}" },
	{ "no comma", F, "{\"a\":1 \"b\":2}" },
	{ "no colon", F, "{\"a\" 1}" },
	{ "two colons", F, "{\"a\"::1}" },
	{ "a name without a value", F, "{\"a\":}" },
	{ "a value without a name", F, "{:1}" },
	{ "a name without quotes", F, "{a:1}" },
	{ "a name in single quotes", F, "{'a':1}" },
	{ "a name that is a number", F, "{1:1}" },
	{ "a name that is a list", F, "{[]:1}" },
	{ "an empty name", T, "{\"\":1}" },
	{ "the same name twice", F, "{\"a\":1,\"a\":1}" },
	{ "the empty name twice", F, "{\"\":1,\"\":1}" },
	{ "the same name twice, once escaped", F,
	    "{\"iss\":1,\"\\u0069ss\":1}" },
	{ "the same name twice, both escaped", F, "{\"\\/\":1,\"\\u002f\":1}" },
	{ "the same name twice, far apart", F,
	    "{\"a\":{\"a\":1},\"b\":[{\"a\":1}],\"c\":1,\"a\":2}" },
	{ "the same name twice, deeper", F, "{\"a\":{\"b\":1,\"b\":2}}" },
	{ "the same name twice in a list's object", F,
	    "{\"a\":[{\"b\":1},{\"b\":1,\"c\":0,\"b\":2}]}" },
	{ "the same name at two depths", T, "{\"a\":{\"a\":{\"a\":1}}}" },
	{ "the same name in neighbours", T,
	    "{\"a\":{\"b\":1},\"c\":{\"b\":1}}" },
	{ "names that begin alike", T, "{\"a\":1,\"ab\":1,\"abc\":1}" },
	{ "long names that differ at the end", T,
	    "{\"aaaaaaaaaaaaaaab\":1,\"aaaaaaaaaaaaaaac\":1}" },
	{ "long names that are the same", F,
	    "{\"aaaaaaaaaaaaaaab\":1,\"aaaaaaaaaaaaaaab\":1}" },
	{ "names that differ in case", T, "{\"a\":1,\"A\":1}" },
	{ "true, false, null", T, "{\"a\":true,\"b\":false,\"c\":null}" },
	{ "a word cut short", F, "{\"a\":tru}" },
	{ "a word that goes on", F, "{\"a\":truex}" },
	{ "a word in capitals", F, "{\"a\":True}" },
	{ "NaN", F, "{\"a\":NaN}" },
	{ "Infinity", F, "{\"a\":Infinity}" },
	{ "minus infinity", F, "{\"a\":-Infinity}" },
	{ "a comment", F, "{/**/}" },
	{ "a string", T, "{\"a\":\"b\"}" },
	{ "an empty string", T, "{\"a\":\"\"}" },
	{ "a string that does not end", F, "{\"a\":\"b" },
	{ "a string that ends in a backslash", F, "{\"a\":\"b\\\"}" },
	{ "all short escapes", T, "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}" },
	{ "an escape that is none", F, "{\"a\":\"\\a\"}" },
	{ "an escaped quote of one kind only", F, "{\"a\":\"\\'\"}" },
	{ "an escaped newline", F, "{\"a\":\"\\\n\"}" },
	{ "an escape of two bytes", T, "{\"a\":\"\\u00e9\"}" },
	{ "an escape of three bytes", T, "{\"a\":\"\\u20AC\"}" },
	{ "an escape in capital digits", T, "{\"a\":\"\\uABCD\"}" },
	{ "a pair of surrogates", T, "{\"a\":\"\\ud83d\\ude00\"}" },
	{ "the first and the last pair", T,
	    "{\"a\":\"\\ud800\\udc00\\udbff\\udfff\"}" },
	{ "a high surrogate alone", F, "{\"a\":\"\\ud83d\"}" },
	{ "a high surrogate before a letter", F, "{\"a\":\"\\ud83dx\"}" },
	{ "a high surrogate before another escape", F,
	    "{\"a\":\"\\ud83d\\n\"}" },
	{ "a high surrogate before no surrogate", F,
	    "{\"a\":\"\\ud83d\\u0041\"}" },
	{ "two high surrogates", F, "{\"a\":\"\\ud83d\\ud83d\"}" },
	{ "a low surrogate alone", F, "{\"a\":\"\\ude00\"}" },
	{ "a pair the wrong way round", F, "{\"a\":\"\\ude00\\ud83d\"}" },
	{ "three digits", F, "{\"a\":\"\\u004\"}" },
	{ "digits that are none", F, "{\"a\":\"\\u00g0\"}" },
	{ "digits with a sign", F, "{\"a\":\"\\u-041\"}" },
	{ "a capital U", F, "{\"a\":\"\\U0041\"}" },
	{ "an escaped NUL", F, "{\"a\":\"\\u0000\"}" },
	{ "an escaped NUL in a name", F, "{\"\\u0000\":1}" },
	{ "an escaped NUL deeper", F, "{\"a\":[\"\\u0000\"]}" },
	{ "a control byte", F, "{\"a\":\"\x01\"}" },
	{ "the last control byte", F, "{\"a\":\"\x1f\"}" },
	{ "a tab in a string", F, "{\"a\":\"\t\"}" },
	{ "a newline in a string", F, "{\"a\":\"\n\"}" },
	{ "a newline behind eight bytes", F, "{\"a\":\"abcdefgh\n\"}" },
	{ "DEL", T, "{\"a\":\"\x7f\"}" },
	{ "DEL among eight bytes", T,
	    "{\"a\":\"abc\x7f"
	    "defghijk\"}" },
	{ "two bytes of UTF-8", T, "{\"a\":\"\xc3\xa9\"}" },
	{ "three bytes of UTF-8", T, "{\"a\":\"\xe2\x82\xac\"}" },
	{ "four bytes of UTF-8", T, "{\"a\":\"\xf0\x9f\x98\x80\"}" },
	{ "the last character", T, "{\"a\":\"\xf4\x8f\xbf\xbf\"}" },
	{ "one beyond the last", F, "{\"a\":\"\xf4\x90\x80\x80\"}" },
	{ "far beyond the last", F, "{\"a\":\"\xf5\x80\x80\x80\"}" },
	{ "a byte in the middle alone", F, "{\"a\":\"\x80\"}" },
	{ "a sequence cut short by the quote", F, "{\"a\":\"\xe2\x82\"}" },
	{ "a sequence cut short by the end", F, "{\"a\":\"\xe2\x82" },
	{ "overlong: two bytes", F, "{\"a\":\"\xc0\xaf\"}" },
	{ "overlong: three bytes", F, "{\"a\":\"\xe0\x9f\xbf\"}" },
	{ "overlong: four bytes", F, "{\"a\":\"\xf0\x8f\xbf\xbf\"}" },
	{ "a surrogate as UTF-8", F, "{\"a\":\"\xed\xa0\x80\"}" },
	{ "the character before surrogates", T, "{\"a\":\"\xed\x9f\xbf\"}" },
	{ "UTF-8 in a name", T, "{\"\xc3\xa9\":1}" },
	{ "UTF-8 outside of strings", F, "{\"a\":\xc3\xa9}" },
	{ "0", T, "{\"a\":0}" },
	{ "-0", T, "{\"a\":-0}" },
	{ "a plus", F, "{\"a\":+1}" },
	{ "a minus alone", F, "{\"a\":-}" },
	{ "two minuses", F, "{\"a\":--1}" },
	{ "a leading zero", F, "{\"a\":01}" },
	{ "a leading zero behind a minus", F, "{\"a\":-01}" },
	{ "hexadecimal", F, "{\"a\":0x1}" },
	{ "digits and letters", F, "{\"a\":1a}" },
	{ "the greatest integer", T, "{\"a\":9223372036854775807}" },
	{ "one more", F, "{\"a\":9223372036854775808}" },
	{ "the least integer", T, "{\"a\":-9223372036854775808}" },
	{ "one less", F, "{\"a\":-9223372036854775809}" },
	{ "19 digits of 9", F, "{\"a\":9999999999999999999}" },
	{ "2^64", F, "{\"a\":18446744073709551616}" },
	{ "2^64 and 5", F, "{\"a\":18446744073709551621}" },
	{ "20 digits", F, "{\"a\":10000000000000000000}" },
	{ "too great an integer deeper", F,
	    "{\"a\":[{\"b\":9223372036854775808}]}" },
	{ "a real", T, "{\"a\":1.5}" },
	{ "a real of zero", T, "{\"a\":-0.0}" },
	{ "a real of many digits", T,
	    "{\"a\":3.14159265358979323846264338327950288}" },
	{ "a real that is hard to round", T,
	    "{\"a\":9007199254740993.0,\"b\":2.2250738585072011e-308}" },
	{ "a date with a fraction", T, "{\"a\":1760000000.123456}" },
	{ "a real with leading zeros", T, "{\"a\":0.0000001234}" },
	{ "powers at the edge of what is exact", T,
	    "{\"a\":1e22,\"b\":1e23,\"c\":1e-22,\"d\":1e-23,"
	    "\"e\":123456789012345e22,\"f\":1234567890123456e22}" },
	{ "no digits behind the point", F, "{\"a\":1.}" },
	{ "no digits before it", F, "{\"a\":.5}" },
	{ "two points", F, "{\"a\":1.2.3}" },
	{ "an exponent", T, "{\"a\":1e5,\"b\":1E+5,\"c\":1e-5}" },
	{ "an exponent without digits", F, "{\"a\":1e}" },
	{ "an exponent of a sign", F, "{\"a\":1e+}" },
	{ "an exponent with a point", F, "{\"a\":1e1.5}" },
	{ "an exponent with leading zeros", T, "{\"a\":1e0000000000005}" },
	{ "the greatest real", T, "{\"a\":1.7976931348623157e308}" },
	{ "one beyond it", F, "{\"a\":1.7976931348623159e308}" },
	{ "1e309", F, "{\"a\":1e309}" },
	{ "-1e309", F, "{\"a\":-1e309}" },
	{ "1e309 deeper", F, "{\"a\":[[1e309]]}" },
	{ "an exponent of many digits", F, "{\"a\":1e99999999999999999999}" },
	{ "0 with a great exponent", T, "{\"a\":0e999999999999}" },
	{ "a small number with a great exponent", T,
	    "{\"a\":0.0000000001e310}" },
	{ "a number too small to tell from 0", T, "{\"a\":1e-400}" },
	{ "a subnormal one", T, "{\"a\":4.9e-324}" },
	{ "a list of all kinds", T,
	    "{\"a\":[1,\"b\",[],{},null,true,1.5,\"\\n\",[[\"]\"]],\"c\"]}" },
	{ "a list with a comma behind the last", F, "{\"a\":[1,]}" },
	{ "a list with a comma before the first", F, "{\"a\":[,1]}" },
	{ "a list of commas", F, "{\"a\":[,]}" },
	{ "a list without commas", F, "{\"a\":[1 2]}" },
	{ "a list with a colon", F, "{\"a\":[1:2]}" },
	{ "brackets in strings", T, "{\"a\":\"{[\",\"b\":[\"]}\",\"\\\"]\"]}" },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool
say(const char *differ, struct authchain_span text)
{
	size_t i;

	if (differ == NULL)
		return true;
	printf("# they differ in %s: ", differ);
	for (i = 0; i < text.len && i < SHOWN_BYTES; i++) {
		unsigned char c = (unsigned char)text.data[i];

		printf(c < 0x20 || c >= 0x7f ? "\\x%02x" : "%c", c);
	}
	printf("\n");
	return false;
}

static void
test_rows(void)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		struct authchain_span text = ac_span_text(rows[i].text);
		bool taken;

		ok(say(scan_agree(text, &taken), text) &&
			taken == rows[i].taken,
		    rows[i].name);
	}
}

/* A NUL that is there as a byte: jansson passes over some of them. */
static void
test_nul(void)
{
	static const struct {
		const char *text;
		size_t len;
	} nuls[] = {
		{ "{\"a\":1\0}", 8 },
		{ "{\"a\":1.5\0}", 10 },
		{ "{\"a\":true\0}", 11 },
		{ "{\"a\":[1\0,2]}", 12 },
		{ "{\"a\"\0:1}", 8 },
		{ "{\"a\":\"\0\"}", 9 },
		{ "{\"\0\":1}", 7 },
		{ "{}\0", 3 },
		{ "\0{}", 3 },
	};
	bool right = true, taken;
	size_t i;

	for (i = 0; i < sizeof(nuls) / sizeof(nuls[0]); i++) {
		struct authchain_span text = ac_span(nuls[i].text, nuls[i].len);

		right = say(scan_agree(text, &taken), text) && !taken && right;
	}
	ok(right, "a NUL is refused wherever it stands");
}

/* PREFIX, then count times ITEM with its number, then SUFFIX. */
static bool
agree_on(const char *prefix, const char *item, size_t count, const char *suffix,
    bool wanted)
{
	struct ac_buf text;
	bool right, taken;
	size_t i;

	ac_buf_init(&text, 1u << 20);
	ac_buf_format(&text, "%s", prefix);
	for (i = 0; i < count; i++) {
		ac_buf_format(&text, "%s", i == 0 ? "" : ",");
		if (strstr(item, "%zu") != NULL)
			ac_buf_format(&text, "\"%zx\":1", i);
		else
			ac_buf_format(&text, "%s", item);
	}
	ac_buf_format(&text, "%s", suffix);
	right =
	    say(scan_agree(ac_buf_span(&text), &taken), ac_buf_span(&text)) &&
	    taken == wanted;
	ac_buf_clear(&text);
	return right;
}

static bool
agree_on_depth(size_t depth, bool wanted)
{
	struct ac_buf text;
	bool right, taken;
	size_t i;

	ac_buf_init(&text, 1u << 16);
	ac_buf_format(&text, "{\"a\":");
	for (i = 1; i < depth; i++)
		ac_buf_format(&text, "%s", i % 2 == 0 ? "{\"a\":" : "[");
	ac_buf_format(&text, "1");
	for (i = depth - 1; i > 0; i--)
		ac_buf_format(&text, "%s", i % 2 == 0 ? "}" : "]");
	ac_buf_format(&text, "}");
	right =
	    say(scan_agree(ac_buf_span(&text), &taken), ac_buf_span(&text)) &&
	    taken == wanted;
	ac_buf_clear(&text);
	return right;
}

static bool
agree_on_length(size_t len, bool wanted)
{
	char *text = malloc(len);
	bool right, taken;

	if (text == NULL)
		abort();
	memset(text, ' ', len);
	memcpy(text, "{}", 2);
	right = say(scan_agree(ac_span(text, len), &taken), ac_span(text, 2)) &&
		taken == wanted;
	free(text);
	return right;
}

static void
test_bounds(void)
{
	ok(agree_on_depth(AC_JSON_MAX_DEPTH, true), "32 levels");
	ok(agree_on_depth(AC_JSON_MAX_DEPTH + 1, false), "33 levels");
	ok(agree_on("{", "%zu", AC_JSON_MAX_MEMBERS, "}", true), "256 members");
	ok(agree_on("{", "%zu", AC_JSON_MAX_MEMBERS + 1, "}", false),
	    "257 members");
	ok(agree_on("{\"a\":[{", "%zu", AC_JSON_MAX_MEMBERS, "}]}", true),
	    "256 members, deeper");
	ok(agree_on("{\"a\":[{", "%zu", AC_JSON_MAX_MEMBERS + 1, "}]}", false),
	    "257 members, deeper");
	ok(agree_on("{\"a\":[", "1", 1024, "]}", true), "1024 items");
	ok(agree_on("{\"a\":[", "1", 1025, "]}", false), "1025 items");
	ok(agree_on("{", "%zu", 256, ",\"0\":1}", false),
	    "256 members and the first once more");
	ok(agree_on("{", "%zu", 255, ",\"fe\":1}", false),
	    "255 members and the last once more");
	ok(agree_on("{\"a\":{", "%zu", 200, ",\"7f\":1}}", false),
	    "200 members and one of them once more, deeper");
	ok(agree_on_length(MAX_TEXT, true), "16384 bytes");
	ok(agree_on_length(MAX_TEXT + 1, false), "16385 bytes");
}

/* ---- corpora ----------------------------------------------------------- */

struct seeds {
	size_t count, tested, good_count;
	struct authchain_span texts[MAX_SEEDS];
	struct authchain_span good[MAX_SEEDS]; /* those that are taken */
};

static void
add_seed(struct seeds *seeds, struct authchain_span text)
{
	char *copy = malloc(text.len + 1);

	if (copy == NULL || seeds->count == MAX_SEEDS)
		abort();
	if (text.len > 0)
		memcpy(copy, text.data, text.len);
	seeds->texts[seeds->count++] = ac_span(copy, text.len);
}

static void
add_folder(struct seeds *seeds, const char *corpus, const char *name)
{
	const struct dirent *entry;
	char path[1024];
	DIR *all;

	snprintf(path, sizeof(path), "%s/%s", corpus, name);
	all = opendir(path);
	while (all != NULL && (entry = readdir(all)) != NULL) {
		char *data = NULL;
		size_t len;

		snprintf(path, sizeof(path), "%s/%s/%s", corpus, name,
		    entry->d_name);
		if (entry->d_name[0] == '.' ||
		    ac_file_read(path, AC_FILE_ANY, MAX_CORPUS, &data, &len,
			NULL) != 0)
			continue;
		add_seed(seeds, ac_span(data, len));
		/* a suite of lists: once more as a member */
		if (len < MAX_TEXT && len > 0) {
			struct ac_buf text;

			ac_buf_init(&text, 2 * MAX_TEXT);
			ac_buf_format(&text, "{\"aud\":");
			ac_buf_add(&text, ac_span(data, len));
			ac_buf_format(&text, "}");
			add_seed(seeds, ac_buf_span(&text));
			ac_buf_clear(&text);
		}
		free(data);
	}
	if (all != NULL)
		(void)closedir(all);
}

/* Header and payload of a token. */
static void
add_token(struct seeds *seeds, struct authchain_span token)
{
	size_t from = 0, i;

	for (i = 0; i < 2; i++) {
		size_t to = ac_span_find(token, '.', from);
		struct authchain_span part = ac_span_cut(token, from, to);
		unsigned char *bytes =
		    malloc(ac_base64url_decoded(part.len) + 1);

		if (bytes == NULL)
			abort();
		if (part.len > 0 && ac_base64url_decode(part, bytes))
			add_seed(seeds, ac_span((const char *)bytes,
					    ac_base64url_decoded(part.len)));
		free(bytes);
		from = to + 1;
	}
}

static void
add_tokens(struct seeds *seeds, const char *path)
{
	struct authchain_span all, line;
	char *data = NULL;
	size_t len = 0, at = 0;

	if (ac_file_read(path, AC_FILE_ANY, MAX_CORPUS, &data, &len, NULL) != 0)
		return;
	all = ac_span(data, len);
	while (at < len && seeds->count + 2 < MAX_SEEDS) {
		size_t end = ac_span_find(all, '\n', at);
		const char *from;

		line = ac_span_cut(all, at, end);
		at = end + 1;
		if (end < len)
			data[end] = '\0';
		from = strstr(line.data, "\"token\": \"");
		if (from == NULL)
			continue;
		line = ac_span_cut(line, (size_t)(from - line.data) + 10,
		    line.len);
		add_token(seeds,
		    ac_span_cut(line, 0, ac_span_find(line, '"', 0)));
	}
	free(data);
}

/* What tokens look like, with a bit of everything. */
static void
add_own(struct seeds *seeds)
{
	static const char *const own[] = {
		"{\"iss\":\"https://id.example\",\"sub\":\"user_01\","
		"\"aud\":[\"https://mcp.example\",\"b\\/"
		"c\"],\"exp\":1760000000,"
		"\"nbf\":1.5e9,\"iat\":1759999940.25,\"jti\":\"\\u00e9\","
		"\"scope\":\"read write\",\"client_id\":\"c\",\"azp\":\"c\","
		"\"cnf\":{\"jkt\":\"x\"},\"realm_access\":{\"roles\":[\"a\","
		"\"b\"],\"deep\":[[{\"x\":[]}]]},\"email_verified\":true}",
		"{\"alg\":\"RS256\",\"kid\":\"a\\tb\",\"typ\":\"at+jwt\","
		"\"crit\":[\"b64\"],\"b64\":false}",
		"{\"exp\":-0.0,\"nbf\":123456789012345.6789,\"iat\":1e400}",
		"{\"\\u0061\":1,\"b\":\"\\ud83d\\ude00\\\\\",\"c\":"
		"\"\xc3\xa9\"}",
	};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		add_seed(seeds, ac_span_text(own[i]));
	for (i = 0; i < ROWS; i++)
		add_seed(seeds, ac_span_text(rows[i].text));
}

static void
test_seeds(struct seeds *seeds, const char *name)
{
	size_t from = seeds->tested, before = seeds->good_count, i;
	bool right = true, taken;

	for (i = from; i < seeds->count; i++) {
		right =
		    say(scan_agree(seeds->texts[i], &taken), seeds->texts[i]) &&
		    right;
		if (taken)
			seeds->good[seeds->good_count++] = seeds->texts[i];
	}
	seeds->tested = seeds->count;
	printf("# %zu texts, %zu of them taken\n", seeds->count - from,
	    seeds->good_count - before);
	ok(right, name);
}

/* ---- changed copies ---------------------------------------------------- */

/* xorshift64: the same changes each time */
static uint64_t state = UINT64_C(0x2545f4914f6cdd1d);

static size_t
below(size_t bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)(state % bound);
}

static const char *const pieces[] = { "\"", "\\", "{", "}", "[", "]", ",", ":",
	"\\u", "\\ud800", "\\udc00", "\\u0000", "0", "-", ".", "e", "E+", "1",
	"9223372036854775807", "9223372036854775808", "1e308", "1e309",
	"\"iss\":", "\"iss\":\"x\",", "\"\\u0069ss\":1,", "\"aud\":[", "null",
	"true", "false", " ", "\n", "\t", "\xc3\xa9", "\xe2\x82",
	"\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xff", "\x7f", "\x1f", "\\\"",
	"\\\\", "\\/", "{\"a\":1}", "[[[[[[[[", "\"a\":1,\"a\":1",
	"1.0000000000000002", "{}", "[]", "\"\"", ",\"exp\":1", "00",
	"e99999" };

#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

/* Put len bytes in the place of count at at. */
static size_t
splice(char *text, size_t text_len, size_t at, size_t count,
    struct authchain_span piece)
{
	if (count > text_len - at)
		count = text_len - at;
	if (text_len - count + piece.len > MAX_TEXT)
		return text_len;
	memmove(text + at + piece.len, text + at + count,
	    text_len - at - count);
	if (piece.len > 0)
		memcpy(text + at, piece.data, piece.len);
	return text_len - count + piece.len;
}

static size_t
mutate(char *text, size_t len, const struct seeds *seeds)
{
	struct authchain_span other;
	size_t at = below(len + 1);
	char again[40];

	switch (below(7)) {
	case 0: /* one byte, any other */
		if (at < len)
			text[at] = (char)below(256);
		return len;
	case 1: /* one bit */
		if (at < len)
			text[at] = (char)(text[at] ^ 1 << below(8));
		return len;
	case 2: /* a piece more */
		return splice(text, len, at, 0,
		    ac_span_text(pieces[below(PIECES)]));
	case 3: /* a piece for others */
		return splice(text, len, at, below(6),
		    ac_span_text(pieces[below(PIECES)]));
	case 4: /* something less */
		return splice(text, len, at, 1 + below(12), ac_span("", 0));
	case 5: /* something twice */
		other = ac_span_cut(ac_span(text, len), at,
		    at + below(sizeof(again)));
		memcpy(again, other.data, other.len);
		other.data = again;
		return splice(text, len, below(len + 1), 0, other);
	default: /* something of another */
		other = seeds->texts[below(seeds->count)];
		at = below(other.len + 1);
		other = ac_span_cut(other, at, at + below(60));
		return splice(text, len, below(len + 1), below(8), other);
	}
}

static void
test_mutations(const struct seeds *seeds)
{
	char *text = malloc(2 * MAX_TEXT);
	size_t turn = 0, taken_count = 0, changes;
	bool right = true, taken;

	if (text == NULL)
		abort();
	while (right && turn < MUTATIONS) {
		struct authchain_span seed =
		    below(4) == 0 ? seeds->texts[below(seeds->count)]
				  : seeds->good[below(seeds->good_count)];
		size_t len = seed.len > MAX_TEXT ? MAX_TEXT : seed.len;

		/* seldom the long ones: they take long */
		if (len > 2000 && below(50) != 0)
			continue;
		turn++;
		memcpy(text, seed.data, len);
		for (changes = 1 + below(3); changes > 0; changes--)
			len = mutate(text, len, seeds);
		right = say(scan_agree(ac_span(text, len), &taken),
		    ac_span(text, len));
		taken_count += taken;
	}
	printf("# %zu changed texts, %zu of them taken\n", turn, taken_count);
	ok(right && taken_count > MUTATIONS / 50,
	    "the two agree on changed texts");
	free(text);
}

int
main(void)
{
	const char *corpus = getenv("AUTHCHAIN_CORPUS");
	static struct seeds seeds;
	char path[1024];
	size_t i;

	test_rows();
	test_nul();
	test_bounds();
	add_own(&seeds);
	test_seeds(&seeds, "the two agree on our own texts");
	if (corpus != NULL) {
		add_folder(&seeds, corpus, "jsontestsuite/test_parsing");
		add_folder(&seeds, corpus, "jsontestsuite/test_transform");
		snprintf(path, sizeof(path), "%s/derived/jws-cases.jsonl",
		    corpus);
		add_tokens(&seeds, path);
	}
	test_seeds(&seeds, "the two agree on the corpora");
	test_mutations(&seeds);
	for (i = 0; i < seeds.count; i++)
		free((void *)(uintptr_t)seeds.texts[i].data);
	return done();
}
