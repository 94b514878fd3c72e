/* SPDX-License-Identifier: BSD-2-Clause */
/* The configurations that authchain init writes.  They are meant to be read:
 * each line that somebody may want to change says what it does. */
#include "cli/init.h"

#include "engine/value.h"

static void
line(struct ac_buf *out, const char *key, const char *value)
{
	ac_buf_format(out, "%s = ", key);
	ac_value_write(out, ac_span_text(value));
	ac_buf_byte(out, '\n');
}

static void
head(const struct ac_init *init, const char *folder, struct ac_buf *out)
{
	bool named = strcmp(init->issuer, "none") != 0;

	ac_buf_format(out,
	    "# authchain: the chain \"%s\", written by authchain init.\n"
	    "# Yours to edit: it is never overwritten.  The language is in\n"
	    "# authchain.conf(5), the plugins are in authchain-plugins(7).\n"
	    "#\n"
	    "#   authchain check-config -f %s\n",
	    init->chain, folder);
	if (init->shared)
		ac_buf_format(out,
		    "#   authchain mint -f %s --key @hs256 %s%s \\\n"
		    "#       --sub me --aud %s |\n"
		    "#       authchain test -f %s --chain %s\n",
		    folder, named ? "--iss " : "", named ? init->issuer : "",
		    init->resource, folder, init->chain);
	ac_buf_byte(out, '\n');
}

static void
origins(const struct ac_init *init, struct ac_buf *out)
{
	if (!init->from_env)
		return;
	ac_buf_text(out,
	    "# Derived from the environment:\n"
	    "#   resource         FASTMCP_SERVER_AUTH_AUTHKITPROVIDER_BASE_URL"
	    " and the\n"
	    "#                    path /mcp that FastMCP serves under, unless"
	    " it ends\n"
	    "#                    in /mcp already\n"
	    "#   domain           FASTMCP_SERVER_AUTH_AUTHKITPROVIDER_"
	    "AUTHKIT_DOMAIN\n");
	if (init->required[0] != 0)
		ac_buf_text(out,
		    "#   required-scopes  FASTMCP_SERVER_AUTH_AUTHKITPROVIDER_"
		    "REQUIRED_SCOPES\n");
	if (init->client_id[0] != 0)
		ac_buf_text(out,
		    "#   audience         the resource, and WORKOS_CLIENT_ID:"
		    " AuthKit puts it\n"
		    "#                    into tokens that were asked for"
		    " without a resource\n");
	if (init->internal)
		ac_buf_format(out,
		    "#   [secret internal] ATOMS_INTERNAL_TOKEN%s\n",
		    init->keep_env ? ", which is read anew at each start"
				   : ", copied into a file of mode 0600");
	ac_buf_byte(out, '\n');
}

static void
chain(const struct ac_init *init, struct ac_buf *out)
{
	ac_buf_text(out,
	    "[chain]\n"
	    "# The URL that clients call.  Tokens must be made for it (aud),\n"
	    "# and challenges and metadata tell clients of it.\n");
	line(out, "resource", init->resource);
	ac_buf_text(out,
	    "\n# Who is asked whose token it is.  The first that says "
	    "\"mine\"\n"
	    "# decides; the order is a matter of cost, not of safety.\n");
	ac_buf_format(out, "identity = %s%s%s\n",
	    init->internal ? "internal, " : "",
	    init->shared ? (init->atoms ? "hs256, " : "hs256") : "",
	    init->atoms ? "authkit" : "");
	if (init->atoms)
		ac_buf_text(out,
		    "\n# What a client without a good token is told: where to "
		    "log in.\n"
		    "challenge = oauth\n");
	ac_buf_text(out,
	    "\n# A line for each decision, for auditors; [plugin audit] below\n"
	    "# goes with it.\n"
	    "#audit = audit\n");
	ac_buf_text(out, "\n# No token, no entry.\n"
			 "anonymous = no\n"
			 "\n# Longest wait for one decision.\n"
			 "deadline = 2s\n\n");
}

static void
internal(const struct ac_init *init, struct ac_buf *out)
{
	if (!init->internal)
		return;
	ac_buf_text(out, "# One fixed token for our own services.\n"
			 "[plugin internal]\n"
			 "type = static\n"
			 "token = @internal\n");
	if (init->token == NULL && !init->keep_env)
		ac_buf_text(out,
		    "# Claims every token that begins so; the rest is secret.\n"
		    "prefix = " AC_INIT_PREFIX "\n");
	ac_buf_text(out, "# The identity it stands for.\n"
			 "subject = internal-service\n\n");
}

static void
shared(const struct ac_init *init, struct ac_buf *out)
{
	if (!init->shared)
		return;
	ac_buf_text(out,
	    "# Tokens that our services sign with a secret they share.\n"
	    "[plugin hs256]\n"
	    "type = hs256\n"
	    "# iss, exactly; \"none\" takes tokens without iss.\n");
	line(out, "issuer", init->issuer);
	ac_buf_text(out,
	    "secret = @hs256\n"
	    "# The audience is the chain's resource unless it is set here.\n"
	    "#audience = another-name\n"
	    "# Refuse tokens issued longer ago, whatever their exp.\n"
	    "#max-age = 24h\n\n");
}

static void
authkit(const struct ac_init *init, struct ac_buf *out)
{
	if (!init->atoms)
		return;
	ac_buf_text(out,
	    "# Users who logged in at AuthKit.  The preset derives issuer,\n"
	    "# key set (DOMAIN/oauth2/jwks) and algorithm (RS256) from the\n"
	    "# domain; the audience is the chain's resource.\n"
	    "[plugin authkit]\n"
	    "type = jwks\n"
	    "preset = authkit\n");
	line(out, "domain", init->domain);
	if (init->insecure)
		ac_buf_text(out,
		    "# Development only: plain http to this machine.\n"
		    "insecure-http = yes\n");
	if (init->client_id[0] != 0) {
		ac_buf_text(out, "audience = ");
		ac_value_write(out, ac_span_text(init->resource));
		ac_buf_text(out, ", ");
		ac_value_write(out, ac_span_text(init->client_id));
		ac_buf_byte(out, '\n');
	}
	if (init->required[0] != 0)
		ac_buf_format(out, "required-scopes = %s\n", init->required);
	ac_buf_text(out,
	    "\n# The way to a login, for clients that have no token (RFC "
	    "9728).\n"
	    "[plugin oauth]\n"
	    "type = oauth\n");
	line(out, "authorization-servers", init->domain);
	if (init->insecure)
		ac_buf_text(out, "insecure-http = yes\n");
	ac_buf_format(out, "scopes = %s\n\n", init->scopes);
}

static void
audit(const struct ac_init *init, struct ac_buf *out)
{
	ac_buf_format(out,
	    "# chain = hmac holds the lines together (authchain audit "
	    "verify).\n"
	    "#[plugin audit]\n"
	    "#file = /var/log/authchain/%s.jsonl\n\n",
	    init->chain);
}

static void
secrets(const struct ac_init *init, const char *folder, struct ac_buf *out)
{
	char path[AC_INIT_MAX_TEXT + 32];

	if (init->internal) {
		ac_buf_text(out, "[secret internal]\n");
		if (init->keep_env)
			ac_buf_text(out, "env = ATOMS_INTERNAL_TOKEN\n");
		(void)snprintf(path, sizeof(path), "%s/internal.token", folder);
		if (!init->keep_env)
			line(out, "file", path);
		ac_buf_text(out, "purpose = internal\n");
	}
	if (!init->shared)
		return;
	(void)snprintf(path, sizeof(path), "%s/hs256.keys", folder);
	ac_buf_format(out,
	    "%s# One value a line, the current one first.  All verify, the\n"
	    "# first signs: put a new one in front, drop the old one later.\n"
	    "[secret hs256]\n",
	    init->internal ? "\n" : "");
	line(out, "file", path);
	ac_buf_text(out, "purpose = internal\n");
}

void
ac_init_text(const struct ac_init *init, const char *folder, struct ac_buf *out)
{
	head(init, folder, out);
	origins(init, out);
	chain(init, out);
	internal(init, out);
	shared(init, out);
	authkit(init, out);
	audit(init, out);
	secrets(init, folder, out);
}
