/* SPDX-License-Identifier: BSD-2-Clause */
/* Where an authority ends, row by row. */
#include "base/target.h"

#include "tap.h"

static const struct {
	const char *target;
	const char *rest; /* NULL: it is not in absolute form */
} rows[] = {
	{ "http://h/a", "/a" },
	{ "http://h:80/a?b#c", "/a?b#c" },
	{ "HTTPS://H/a", "/a" },
	{ "a+b-c.9://h/a", "/a" },
	{ "http://u@[::1]:80/a", "/a" },
	{ "http://h", "" },
	{ "http://", "" },
	{ "http:///a", "/a" },
	{ "http://h?x=/a", "?x=/a" },
	{ "http://?/a", "?/a" },
	{ "http://h#/a?b", "#/a?b" },
	{ "http://h#?/a", "#?/a" },
	{ "http://h\\/a", "\\/a" },
	{ "http://h?http://h/a", "?http://h/a" },
	{ "", NULL },
	{ "/", NULL },
	{ "*", NULL },
	{ "://h/a", NULL },
	{ "http", NULL },
	{ "http:", NULL },
	{ "http:/", NULL },
	{ "http:/h/a", NULL },
	{ "http//h/a", NULL },
	{ "//h/a", NULL },
	{ "h:80", NULL },
	{ "/a://h/b", NULL },
	{ "/a?http://h/b", NULL },
	{ "a?http://h/b", NULL },
	{ "a@b://h/b", NULL },
	{ " http://h/b", NULL },
	{ "h\xc3\xa4://h/b", NULL },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_span target = ac_span_text(rows[i].target);
		size_t end = ac_target_authority_end(target);

		ok(rows[i].rest == NULL
			? end == 0
			: end > 0 && ac_span_is_text(ac_span_cut(target, end,
							 target.len),
					 rows[i].rest),
		    rows[i].target[0] == '\0' ? "nothing" : rows[i].target);
	}
	ok(ac_target_authority_end(ac_span(NULL, 0)) == 0, "no target at all");
	ok(ac_target_authority_end(ac_span("http://h/a", 8)) == 8,
	    "not a byte behind the end is read");
	ok(ac_target_authority_end(ac_span("http://h", 6)) == 0,
	    "nor behind the end of the scheme");
	return done();
}
