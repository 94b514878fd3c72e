/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of 1.0 against its own list (the copy is what was published), and
 * a host of that time.
 */
#include "plugin-1.0.h"

#include "drive.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): types and members */
#define AT(type, member, offset)                                               \
	_Static_assert(sizeof(void *) != 8 ||                                  \
			   offsetof(type, member) == (offset),                 \
	    #type "." #member)
#define SIZE(type, bytes)                                                      \
	_Static_assert(sizeof(void *) != 8 || sizeof(type) == (bytes), #type)
#define FIXED(type, bytes) SIZE(type, bytes)
#define IS(name, value)    _Static_assert((name) == (value), #name)
/* NOLINTEND(bugprone-macro-parentheses) */

#include "pins-1.0.h"

_Static_assert(AUTHCHAIN_ABI_MINOR == 0, "this is 1.0");

size_t
frozen_host_size(void)
{
	return sizeof(struct authchain_host);
}

size_t
frozen_plugin_size(void)
{
	return sizeof(struct authchain_plugin);
}

int
frozen_has_first(size_t size)
{
	struct authchain_host host = { .size = size };

	return AUTHCHAIN_HAS(&host, entry_name);
}

int
frozen_has_last(size_t size)
{
	struct authchain_host host = { .size = size };

	return AUTHCHAIN_HAS(&host, proof_nonce);
}

void
drive_frozen(const void *module, const char *token, struct driven *out)
{
	drive(module, token, out);
}
