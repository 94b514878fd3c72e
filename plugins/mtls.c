/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mtls: tokens that are bound to the client's certificate (RFC 8705 3), which
 * the proxy that ended TLS names in a header.  Nobody else's word counts.
 */
#include <authchain/plugin.h>

#include <stdlib.h>

#include "base/base64url.h"
#include "certificate.h"

#define THUMBPRINT_BYTES 43

struct mtls {
	const struct authchain_host *host;
	const char *header;
	bool required;
};

static int
mtls_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct mtls *self = calloc(1, sizeof(*self));

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->header = host->option_text(entry, "header").data;
	self->required = host->option_number(entry, "required") == 1;
	*out = self;
	return 0;
}

static void
mtls_destroy(void *arg)
{
	free(arg);
}

static uint32_t
deny(const struct mtls *self, struct authchain_call *call, const char *why)
{
	self->host->reason(call, AUTHCHAIN_REASON_BOUND_TOKEN, "%s: %s",
	    self->header, why);
	return AUTHCHAIN_DENY;
}

static uint32_t
confirm(const struct mtls *self, struct authchain_call *call)
{
	const struct authchain_host *host = self->host;
	struct authchain_span value = host->header(call, self->header, 0);
	unsigned char digest[AC_DIGEST_BYTES];
	char text[THUMBPRINT_BYTES + 1];
	const char *fault;

	if (!ac_span_is_text(host->attribute(call, "sent-by"), "proxy"))
		return deny(self, call,
		    "the request does not come from a trusted proxy");
	if (value.data == NULL)
		return deny(self, call, "the proxy tells of no certificate");
	if (host->header(call, self->header, 1).data != NULL)
		return deny(self, call, "there is more than one");
	fault = certificate_digest(value, digest);
	if (fault != NULL)
		return deny(self, call, fault);
	ac_base64url_encode(ac_span((const char *)digest, sizeof(digest)),
	    text);
	if (host->confirm(call, "x5t#S256", ac_span_text(text)) != 1)
		return deny(self, call,
		    "the token is bound to another certificate");
	return AUTHCHAIN_ALLOW;
}

static uint32_t
mtls_map(void *arg, struct authchain_call *call)
{
	const struct mtls *self = arg;
	const struct authchain_host *host = self->host;
	struct authchain_value bond;

	if (host->token(call).data == NULL)
		return AUTHCHAIN_ALLOW;
	if (host->claim(call, "/cnf/x5t#S256", &bond) == 1)
		return confirm(self, call);
	return self->required
		   ? deny(self, call,
			 "the token is bound to no certificate, and required "
			 "says that it has to be")
		   : AUTHCHAIN_ALLOW;
}

static const struct authchain_option options[] = {
	{ .name = "header",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .fallback = "Client-Cert",
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "where the proxy writes the client's certificate, and "
		    "takes away what the client wrote there" },
	{ .name = "required",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no",
	    .help = "refuse tokens that are bound to no certificate" },
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "mtls",
	.description = "confirms tokens bound to a client certificate",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = mtls_create,
	.destroy = mtls_destroy,
	.map = mtls_map,
};

AUTHCHAIN_MODULE("mtls", "1.0", "BSD-2-Clause", &plugin);
