/* SPDX-License-Identifier: BSD-2-Clause */
/* A host of a minor version to come: it has a service that no other has. */
#include "plugin-1.9.h"

static int future_service(struct authchain_call *call);
#define DRIVE_MORE .future_service = future_service,

#include "drive.h"

_Static_assert(AUTHCHAIN_ABI_MINOR == 9, "this is not 1.0");

static int
future_service(struct authchain_call *call)
{
	call->out->future_calls++;
	return 0;
}

size_t
future_host_size(void)
{
	return sizeof(struct authchain_host);
}

int
future_has_service(size_t host_size)
{
	struct authchain_host host = { .size = host_size };

	return AUTHCHAIN_HAS(&host, future_service);
}

void
drive_future(const void *module, const char *token, struct driven *out)
{
	drive(module, token, out);
}
