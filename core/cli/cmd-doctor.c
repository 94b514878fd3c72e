/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain doctor: walk the way of an MCP client that was told a URL, and say
 * at which step it would give up, and why. */
#include "cli/cli.h"
#include "cli/doctor.h"
#include "cli/out.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"

#define TIMEOUT_MS  10000
#define MAX_SERVERS 4

static void
visit(struct ac_doctor *doctor, const char *url)
{
	char *link = NULL;
	json_t *resource;
	const json_t *servers;

	ac_doctor_challenge(doctor, url, &link);
	resource = ac_doctor_resource(doctor, url, link);
	servers = json_object_get(resource, "authorization_servers");
	for (size_t i = 0; i < json_array_size(servers) && i < MAX_SERVERS;
	     i++) {
		const char *issuer =
		    json_string_value(json_array_get(servers, i));

		if (issuer != NULL &&
		    ac_url_check(issuer, doctor->flags, NULL) == 0)
			ac_doctor_server(doctor, issuer);
	}
	json_decref(resource);
	free(link);
}

/* Plain http to this machine is for trying things out; else it is refused. */
static int
allow_http(struct ac_doctor *doctor, const char *url,
    struct authchain_error *err)
{
	if (url == NULL)
		return 0;
	if (strncmp(url, "http://", strlen("http://")) == 0)
		doctor->flags |= AUTHCHAIN_FETCH_INSECURE_HTTP;
	return ac_url_check(url, doctor->flags, err);
}

static int
prepare(struct ac_doctor *doctor, const struct ac_args *args,
    struct authchain_error *err)
{
	const char *timeout = ac_args_text(args, "timeout", NULL);
	const char *upstream = ac_args_text(args, "upstream", NULL);
	int64_t ms = TIMEOUT_MS;

	if (args->operand_count == 0 && upstream == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "say what to look at: authchain doctor "
		    "https://mcp.example.com/mcp");
	if (timeout != NULL &&
	    (!ac_duration_parse(ac_span_text(timeout), &ms) || ms < 100 ||
		ms > 60000))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--timeout: say a time from 100ms to 60s, like 5s");
	doctor->timeout_ms = (uint32_t)ms;
	doctor->ca_file = ac_args_text(args, "ca-file", NULL);
	doctor->flags = AUTHCHAIN_FETCH_PRIVATE;
	if (allow_http(doctor, upstream, err) != 0 ||
	    allow_http(doctor,
		args->operand_count > 0 ? args->operands[0] : NULL, err) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE, "%s", "");
	if (!ac_args_has(args, "json"))
		return 0;
	doctor->findings = json_array();
	return doctor->findings == NULL ? ac_error_memory(err) : 0;
}

static int
conclude(struct ac_doctor *doctor)
{
	json_t *findings = doctor->findings;

	doctor->findings = NULL;
	if (findings != NULL)
		return ac_out_json(
		    json_pack("{s:b,s:I,s:I,s:o}", "ok", doctor->faults == 0,
			"faults", (json_int_t)doctor->faults, "warnings",
			(json_int_t)doctor->warnings, "findings", findings));
	printf("%zu faults, %zu warnings\n", doctor->faults, doctor->warnings);
	return 0;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct ac_doctor doctor = { .step = "" };
	struct authchain_error err = { 0 };
	const char *upstream = ac_args_text(args, "upstream", NULL);

	if (prepare(&doctor, args, &err) != 0)
		return ac_cli_fail(&err);
	if (args->operand_count > 0)
		visit(&doctor, args->operands[0]);
	if (upstream != NULL)
		ac_doctor_upstream(&doctor, upstream);
	if (conclude(&doctor) != 0)
		return AC_EXIT_NO;
	return doctor.faults == 0 ? AC_EXIT_OK : AC_EXIT_NO;
}

static const struct ac_arg options[] = {
	{ "upstream", 'u', false, "URL",
	    "look whether the server behind the gate refuses headers that its "
	    "body belies" },
	{ "ca-file", 0, false, "FILE",
	    "trust these certificates instead of the system's" },
	{ "timeout", 't', false, "TIME", "of each request [10s]" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_doctor = {
	.name = "doctor",
	.synopsis = "[options] [URL]",
	.summary = "look at a protected MCP server as its clients do",
	.text = "Asks without a token, follows the challenge to the metadata "
		"and on to the authorization server and its keys, and says at "
		"each step what is wrong and what to do.  It asks for nothing "
		"that changes anything, and sends no token that is one.",
	.args = options,
	.max_operands = 1,
	.run = run,
};
