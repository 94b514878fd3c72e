/* SPDX-License-Identifier: BSD-2-Clause */
/* JSONTestSuite: each file that a parser must refuse is refused as claims. */
#include "tap.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"

#define MUST_REFUSE 188

static bool
is_refused(const char *folder, const char *name)
{
	char path[1024];
	char *data = NULL;
	json_t *root = NULL;
	size_t len;
	bool read;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	read =
	    ac_file_read(path, AC_FILE_ANY, 1u << 20, &data, &len, NULL) == 0;
	if (read)
		root =
		    ac_json_parse(ac_span(data, len), &ac_json_document, NULL);
	json_decref(root);
	free(data);
	return read && root == NULL;
}

int
main(void)
{
	const char *corpus = getenv("AUTHCHAIN_CORPUS");
	const struct dirent *entry;
	char folder[512];
	size_t count = 0;
	DIR *all;

	snprintf(folder, sizeof(folder), "%s/jsontestsuite/test_parsing",
	    corpus == NULL ? "." : corpus);
	all = opendir(folder);
	if (all == NULL) {
		printf("1..0 # SKIP no corpus at AUTHCHAIN_CORPUS\n");
		return 0;
	}
	while ((entry = readdir(all)) != NULL) {
		char name[300];

		if (strncmp(entry->d_name, "n_", 2) != 0)
			continue;
		count++;
		snprintf(name, sizeof(name), "%s", entry->d_name);
		name[strcspn(name, "#")] = '\0';
		ok(is_refused(folder, entry->d_name), name);
	}
	(void)closedir(all);
	ok(count == MUST_REFUSE, "all files were there");
	return done();
}
