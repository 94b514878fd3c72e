/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts of three versions of the plugin header, for modules of the others. */
#ifndef TESTS_ABI_PAIRS_H
#define TESTS_ABI_PAIRS_H

#include <stddef.h>
#include <stdint.h>

/* What a module did with a token. */
struct driven {
	uint32_t claim, verify, authorize, reason;
	char subject[64];
	char scopes[64];
	int future_calls; /* of a service that only a later host has */
};

/* Judge token with the module, which may be of any version. */
void drive_frozen(const void *module, const char *token, struct driven *out);
void drive_future(const void *module, const char *token, struct driven *out);

/* As the header of that version has them. */
size_t frozen_host_size(void);
size_t frozen_plugin_size(void);
size_t future_host_size(void);
/* Does a plugin of a later version see its service in a host so large? */
int future_has_service(size_t host_size);
/* Does a plugin of 1.0 see the first, and the last service of 1.0? */
int frozen_has_first(size_t host_size);
int frozen_has_last(size_t host_size);

#endif
