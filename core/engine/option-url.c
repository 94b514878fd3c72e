/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is it a URL by its looks?  What may be fetched is net's to judge; this is
 * for the person who wrote the line.
 */
#include "engine/option-value.h"

#include "base/number.h"
#include "base/target.h"

#define URL_MAX_BYTES 2048

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static bool
all(struct authchain_span text, bool (*is)(char))
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is(text.data[i]))
			return false;
	}
	return true;
}

static bool
is_host_byte(char c)
{
	return is_alnum(c) || c == '-' || c == '.' || c == '_';
}

static bool
is_address_byte(char c)
{
	return is_hex(c) || c == ':' || c == '.';
}

static bool
is_port(struct authchain_span text)
{
	int64_t port;

	return ac_port_parse(text, &port) && port > 0;
}

static const char *
authority_fault(struct authchain_span text)
{
	bool address = text.len > 0 && text.data[0] == '[';
	size_t end = ac_span_find(text, address ? ']' : ':', 0);
	struct authchain_span host = ac_span_cut(text, address ? 1 : 0, end);
	struct authchain_span rest =
	    ac_span_cut(text, address ? end + 1 : end, text.len);

	if (ac_span_find(text, '@', 0) < text.len)
		return "it names a user";
	if (address && end == text.len)
		return "the [ of the address is not closed";
	if (host.len == 0)
		return "it has no host";
	if (!all(host, address ? is_address_byte : is_host_byte))
		return "the host has a character that hosts don't have";
	if (rest.len > 0 &&
	    (rest.data[0] != ':' || !is_port(ac_span_cut(rest, 1, rest.len))))
		return "the port is not a number from 1 to 65535";
	return NULL;
}

static const char *
byte_fault(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == '#')
			return "it has a fragment";
		if (c == ' ' || c == '\t')
			return "it has white space";
		if (c > 0x7e)
			return "other characters than ASCII are written as "
			       "%XX";
		if (c < 0x21 || strchr("\"<>\\^`{|}", c) != NULL)
			return "it has a character that URLs don't have";
		if (c == '%' &&
		    (i + 2 >= text.len || !is_hex(text.data[i + 1]) ||
			!is_hex(text.data[i + 2])))
			return "% stands before two hexadecimal digits only";
	}
	return NULL;
}

const char *
ac_option_url_fault(struct authchain_span text)
{
	size_t from = ac_span_starts(text, ac_span_text("https://"))  ? 8
		      : ac_span_starts(text, ac_span_text("http://")) ? 7
								      : 0;
	const char *fault;

	if (from == 0)
		return "it does not begin with https:// or http://";
	if (text.len > URL_MAX_BYTES)
		return "it is longer than 2048 bytes";
	fault = byte_fault(text);
	if (fault != NULL)
		return fault;
	return authority_fault(
	    ac_span_cut(text, from, ac_target_authority_end(text)));
}
