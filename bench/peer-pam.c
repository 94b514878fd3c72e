/* SPDX-License-Identifier: BSD-2-Clause */
/* A transaction of Linux-PAM with pam_permit alone: what people are used to. */
#include "peer.h"

#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "authchain-bench"

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **answers, void *arg)
{
	(void)count;
	(void)messages;
	(void)answers;
	(void)arg;
	return PAM_CONV_ERR;
}

static void
write_service(const char *dir, const char *name)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = bench_must(fopen(path, "w"), path);
	fputs("auth required pam_permit.so\naccount required pam_permit.so\n",
	    file);
	(void)fclose(file);
}

static void *
open_peer(const struct bench_peer_input *input)
{
	write_service(input->dir, SERVICE);
	write_service(input->dir, "other"); /* else it tells the log */
	return bench_must(strdup(input->dir), "PAM");
}

/* There is no token to ask about. */
static bool
check(void *dir, const struct bench_token *token)
{
	static const struct pam_conv conversation = { converse, NULL };
	pam_handle_t *pam = NULL;
	int status;

	(void)token;
	status = pam_start_confdir(SERVICE, "nobody", &conversation, dir, &pam);

	if (status == PAM_SUCCESS)
		status = pam_authenticate(pam, 0);
	if (status == PAM_SUCCESS)
		status = pam_acct_mgmt(pam, 0);
	return pam_end(pam, status) == PAM_SUCCESS && status == PAM_SUCCESS;
}

extern const struct bench_peer bench_peer_pam;
const struct bench_peer bench_peer_pam = {
	.name = "pam_permit, one transaction",
	.does = " pam ",
	.open = open_peer,
	.check = check,
	.close = free,
};
