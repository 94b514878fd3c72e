/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/span.h"

struct seen {
	size_t lines;
	uint32_t level;
	char area[32];
	char text[AC_LOG_BYTES + 1];
};

static void
see(void *arg, uint32_t level, const char *area, const char *text)
{
	struct seen *seen = arg;

	seen->lines++;
	seen->level = level;
	snprintf(seen->area, sizeof(seen->area), "%s", area);
	snprintf(seen->text, sizeof(seen->text), "%s", text);
}

static void
test_sink(void)
{
	struct seen seen = { 0 };
	struct ac_log log;

	ac_log_init(&log, see, &seen, 0);
	ac_log(&log, AUTHCHAIN_LOG_NOTICE, "net", "got %d", 7);
	ok(seen.lines == 1 && seen.level == AUTHCHAIN_LOG_NOTICE &&
		strcmp(seen.area, "net") == 0 &&
		strcmp(seen.text, "got 7") == 0,
	    "a line reaches the sink");
	ac_log(&log, AUTHCHAIN_LOG_INFO, "net", "x");
	ok(seen.lines == 1, "level 0 is NOTICE: INFO is not made");
	ac_log_init(&log, see, &seen, AUTHCHAIN_LOG_ERROR);
	ac_log(&log, AUTHCHAIN_LOG_WARNING, "net", "x");
	ok(seen.lines == 1, "nor is a warning where errors are wanted");
	ac_log(&log, AUTHCHAIN_LOG_ERROR, "net", "a\r\nb\tc\x1b[0m\x7f");
	ok(strcmp(seen.text, "a  b c [0m ") == 0,
	    "control bytes come out as spaces");
	ac_log(&log, AUTHCHAIN_LOG_ERROR, "net", "%*d", AC_LOG_BYTES, 1);
	ok(strlen(seen.text) == AC_LOG_BYTES - 1, "a long text is cut");
}

/* What the default sink writes to standard error. */
static void
test_stderr(void)
{
	char text[AC_LOG_BYTES * 2] = "";
	struct ac_log log;
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t len = -1, longer = -1;

	ac_log_init(&log, NULL, NULL, AUTHCHAIN_LOG_DEBUG);
	if (saved >= 0 && pipe(ends) == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		ac_log(&log, AUTHCHAIN_LOG_DEBUG, "area", "text");
		len = read(ends[0], text, sizeof(text) - 1);
		ac_log(&log, AUTHCHAIN_LOG_DEBUG, "area", "%*d",
		    AC_LOG_BYTES * 2, 1);
		if (len > 0)
			longer = read(ends[0], text + len,
			    sizeof(text) - 1 - (size_t)len);
		(void)dup2(saved, STDERR_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
	}
	(void)close(saved);
	ok(len > 0 && strncmp(text, "debug area: text\n", (size_t)len) == 0,
	    "level, area and text on standard error");
	ok(longer > AC_LOG_BYTES && text[len + longer - 1] == '\n',
	    "a line that was cut still ends");
}

static void
test_levels(void)
{
	static const char *const names[] = { "error", "warning", "notice",
		"info", "debug" };
	bool right = true;
	uint32_t i;

	for (i = 0; i < 5; i++)
		right =
		    right && strcmp(ac_log_level_name(i + 3), names[i]) == 0;
	ok(right, "the levels have names");
	ok(strcmp(ac_log_level_name(0), "unknown") == 0 &&
		strcmp(ac_log_level_name(8), "unknown") == 0,
	    "others have none");
}

int
main(void)
{
	test_sink();
	test_stderr();
	test_levels();
	return done();
}
