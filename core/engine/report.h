/* SPDX-License-Identifier: BSD-2-Clause */
/* Where status() writes its lines. */
#ifndef AC_ENGINE_REPORT_H
#define AC_ENGINE_REPORT_H

#include <authchain/plugin.h>

struct authchain_report {
	void (*line)(void *arg, const char *name, const char *text);
	void *arg;
};

#endif
