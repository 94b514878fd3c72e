/* SPDX-License-Identifier: BSD-2-Clause */
/* A value is let go when others are in use and it has been quiet for a day. */
#include "daemon/retire.h"

#include "base/clock.h"

static int64_t
last_used(const struct ac_secret_list *list, size_t at)
{
	return atomic_load(&list->values[at].last_used_s);
}

/* Was one that comes before it used since? */
static bool
is_replaced(const struct ac_secret_list *list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (last_used(list, i) > last_used(list, at))
			return true;
	return false;
}

const char *
ac_retire_state(const struct ac_secret_list *list, size_t at,
    const struct ac_retire_times *times)
{
	int64_t used_s = last_used(list, at);

	if (at == 0)
		return "current";
	if (used_s != 0 && times->now_s - used_s < AC_RETIRE_QUIET_S)
		return "used";
	if (times->now_s - times->read_s < AC_RETIRE_QUIET_S)
		return "watch";
	return is_replaced(list, at) ? "retire" : "idle";
}

int
ac_retire_list(json_t *rows, const char *chain,
    const struct ac_secret_list *list, const struct ac_retire_times *times)
{
	for (size_t at = 0; list->value_count > 1 && at < list->value_count;
	     at++) {
		int64_t used_s = last_used(list, at);
		char when[AC_CLOCK_TEXT];

		if (json_array_append_new(rows,
			json_pack("{s:s, s:s, s:I, s:I, s:s, s:s}", "chain",
			    chain, "secret", list->name, "position",
			    (json_int_t)at, "last_used_s", (json_int_t)used_s,
			    "last_used",
			    used_s == 0 ? "never" : ac_clock_text(used_s, when),
			    "state", ac_retire_state(list, at, times))) != 0)
			return -1;
	}
	return 0;
}
