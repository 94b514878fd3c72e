/* SPDX-License-Identifier: BSD-2-Clause */
/* Labels are the host's words for secrets: position, length, fingerprint. */
#include "labels.h"

#include "base/buf.h"

#define LABELS_MAX_BYTES 4096

char *
labels_of(const struct authchain_host *host,
    const struct authchain_entry *entry, const char *option)
{
	size_t count = host->secret_count(entry, option);
	struct ac_buf buf;
	char *text;

	ac_buf_init(&buf, LABELS_MAX_BYTES);
	for (size_t i = 0; i < count; i++) {
		ac_buf_text(&buf, i == 0 ? "" : "; ");
		ac_buf_text(&buf, host->secret_label(entry, option, i));
	}
	text = ac_buf_take(&buf);
	ac_buf_clear(&buf);
	return text;
}
