/* SPDX-License-Identifier: BSD-2-Clause */
/* What could ever be equal to an Origin field. */
#include "base/origin.h"

bool
ac_origin_is(struct authchain_span text)
{
	struct authchain_span scheme =
	    ac_span_cut(text, 0, ac_span_find(text, ':', 0) + 3);
	struct authchain_span rest = ac_span_cut(text, scheme.len, text.len);

	if (!ac_span_is_text(scheme, "https://") &&
	    !ac_span_is_text(scheme, "http://"))
		return false;
	for (size_t i = 0; i < rest.len; i++) {
		char c = rest.data[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
		    (c == '\0' || strchr(".-:[]", c) == NULL))
			return false;
	}
	return rest.len > 0;
}
