/* SPDX-License-Identifier: BSD-2-Clause */
/* What could ever be equal to an Origin field. */
#include "base/origin.h"

#include "base/number.h"

#define NO_ORIGIN                                                              \
	"is no origin; write https://app.example.com, in lower case, without " \
	"a path"

static bool
is_spelt(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
		    (c == '\0' || strchr(".-:[]", c) == NULL))
			return false;
	}
	return text.len > 0;
}

const char *
ac_origin_host_fault(struct authchain_span text, int64_t standard)
{
	size_t host = text.len > 0 && text.data[0] == '['
			  ? ac_span_find(text, ']', 0)
			  : 0;
	size_t colon = ac_span_find(text, ':', host);
	struct authchain_span port = ac_span_cut(text, colon + 1, text.len);
	int64_t number;

	if (!is_spelt(text) || colon == 0)
		return NO_ORIGIN;
	if (colon >= text.len)
		return NULL;
	if (port.len == 0 || port.data[0] == '0' ||
	    !ac_port_parse(port, &number))
		return "is no origin; a port is a number from 1 to 65535";
	if (number == standard)
		return "has the port that is meant without one, which no "
		       "browser sends; leave it out";
	return NULL;
}

const char *
ac_origin_fault(struct authchain_span text)
{
	struct authchain_span scheme =
	    ac_span_cut(text, 0, ac_span_find(text, ':', 0) + 3);
	struct authchain_span rest = ac_span_cut(text, scheme.len, text.len);

	if (ac_span_is_text(scheme, "https://"))
		return ac_origin_host_fault(rest, 443);
	if (ac_span_is_text(scheme, "http://"))
		return ac_origin_host_fault(rest, 80);
	return NO_ORIGIN;
}
