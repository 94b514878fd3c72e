/* SPDX-License-Identifier: BSD-2-Clause */
/* Offers what the host must refuse, and accepts when all was refused. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;
	const struct authchain_host *host = plain->host;

	if (host->set_attribute(call, "a\r\nX-Admin", plain_text("1")) == 0 ||
	    host->set_attribute(call, "", plain_text("1")) == 0 ||
	    host->set_attribute(call, "a b", plain_text("1")) == 0 ||
	    host->set_attribute(call, "a", plain_text("1\r\nX-Admin: 1")) ==
		0 ||
	    host->add_scope(call, plain_text("a b")) == 0 ||
	    host->add_scope(call, plain_text("a\"b")) == 0 ||
	    host->add_scope(call, plain_text("")) == 0 ||
	    host->set_issuer(call, plain_text("a\nb")) == 0 ||
	    host->set_client_id(call, plain_text("a\nb")) == 0)
		return AUTHCHAIN_REJECT; /* the host took one of them */
	return plain_verify(self, call);
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-attribute", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
