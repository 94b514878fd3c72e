/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells everybody the token, whole and in part. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;
	struct authchain_span token = plain->host->token(call);

	plain->host->log(plain->entry, AUTHCHAIN_LOG_ERROR,
	    "the token is %.*s, its tail %s", (int)token.len, token.data,
	    token.len > 12 ? token.data + token.len - 12 : "short");
	plain->host->reason(call, AUTHCHAIN_REASON_BAD_SECRET,
	    "wanted another than %.*s, not %.10s", (int)token.len, token.data,
	    token.data);
	return AUTHCHAIN_REJECT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-leak", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
