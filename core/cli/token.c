/* SPDX-License-Identifier: BSD-2-Clause */
/* Read a token into secret memory, and nowhere else: no stdio in between. */
#include "cli/token.h"

#include <errno.h>
#include <unistd.h>

static size_t
without_line_end(const char *data, size_t len)
{
	if (len == 0 || data[len - 1] != '\n')
		return len;
	len--;
	return len > 0 && data[len - 1] == '\r' ? len - 1 : len;
}

int
ac_token_read(struct ac_secret *token, int fd, struct authchain_error *err)
{
	size_t len = 0;

	if (ac_secret_init(token, AC_TOKEN_MAX_BYTES) != 0)
		return ac_error_memory(err);
	while (len < AC_TOKEN_MAX_BYTES) {
		ssize_t n =
		    read(fd, token->data + len, AC_TOKEN_MAX_BYTES - len);

		if (n == 0)
			break;
		if (n > 0) {
			len += (size_t)n;
		} else if (errno != EINTR) {
			ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "can't read standard input: %s", strerror(errno));
			ac_secret_clear(token);
			return -1;
		}
	}
	if (len < AC_TOKEN_MAX_BYTES)
		len = without_line_end(token->data, len);
	token->data[len] = 0;
	token->len = len;
	return 0;
}
