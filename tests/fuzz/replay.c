/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fuzz target as a test: each of its seeds as it is, then each of them
 * changed some thousand times, in every run the same.
 *
 *	fuzz-TARGET [FILE|FOLDER]...	replay these and nothing else
 *
 * AUTHCHAIN_FUZZ_RUNS sets how many changes; AUTHCHAIN_FUZZ_SEED which ones.
 * "-" reads one input from standard input, as afl-fuzz likes it.
 */
#include "config.h" /* program_invocation_short_name */

#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../tap.h"

#define RUNS      1500 /* of each target */
#define MAX_BYTES (64u << 10)
#define MAX_FILES 100000

struct seeds {
	char **paths;
	size_t count;
};

static struct fuzz_random chance;

/* A byte or some, changed, lost, doubled or moved. */
size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	struct fuzz_text text = { (char *)data, size, max_size };
	size_t at = fuzz_below(&chance, size + 1);
	size_t len = fuzz_below(&chance, size - at < 16 ? size - at : 16) + 1;
	char bytes[16];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)fuzz_below(&chance, 256);
	if (at + len > size)
		len = size - at;
	switch (fuzz_below(&chance, 5)) {
	case 0:
		if (at < size)
			data[at] ^= (uint8_t)(1u << fuzz_below(&chance, 8));
		break;
	case 1:
		fuzz_splice(&text, at, at < size ? 1 : 0, bytes, 1);
		break;
	case 2:
		fuzz_splice(&text, at, len, "", 0);
		break;
	case 3:
		fuzz_splice(&text, at, 0, bytes, len);
		break;
	default:
		memcpy(bytes, data + at, len);
		fuzz_splice(&text, fuzz_below(&chance, size + 1), 0, bytes,
		    len);
		break;
	}
	return text.len;
}

static void
add_path(struct seeds *seeds, const char *folder, const char *name)
{
	size_t room = strlen(folder) + strlen(name) + 2;
	char *path = malloc(room);
	char **paths =
	    realloc(seeds->paths, (seeds->count + 1) * sizeof(*seeds->paths));

	if (path == NULL || paths == NULL || seeds->count == MAX_FILES)
		exit(99);
	(void)snprintf(path, room, "%s%s%s", folder,
	    folder[0] == '\0' ? "" : "/", name);
	seeds->paths = paths;
	seeds->paths[seeds->count++] = path;
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void
find(struct seeds *seeds, const char *path)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, is_file, alphasort);

	if (count < 0)
		add_path(seeds, "", path);
	for (int i = 0; i < count; i++) {
		add_path(seeds, path, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static size_t
read_file(FILE *file, uint8_t **out)
{
	uint8_t *data = malloc(MAX_BYTES);
	size_t len;

	if (data == NULL || file == NULL)
		exit(99);
	len = fread(data, 1, MAX_BYTES, file);
	(void)fclose(file);
	*out = data;
	return len;
}

/* In memory of its very length, so that a sanitizer sees a byte too many. */
static void
run(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size + (size == 0));

	if (exact == NULL)
		exit(99);
	memcpy(exact, data, size);
	(void)LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static void
replay(const struct seeds *seeds)
{
	for (size_t i = 0; i < seeds->count; i++) {
		uint8_t *data = NULL;
		size_t size = read_file(fopen(seeds->paths[i], "rb"), &data);

		run(data, size);
		free(data);
	}
}

static void
change(const struct seeds *seeds, long runs, unsigned int seed)
{
	uint8_t *data = NULL, *input = malloc(MAX_BYTES);

	fuzz_random_seed(&chance, seed);
	for (long i = 0; i < runs && input != NULL; i++) {
		size_t which = (size_t)i % seeds->count;
		size_t size =
		    read_file(fopen(seeds->paths[which], "rb"), &data);

		memcpy(input, data, size);
		free(data);
		for (size_t k = fuzz_below(&chance, 6) + 1; k > 0; k--)
			size = LLVMFuzzerCustomMutator(input, size, MAX_BYTES,
			    (unsigned int)fuzz_below(&chance, UINT32_MAX));
		run(input, size);
	}
	free(input);
}

static void
forget(struct seeds *seeds)
{
	while (seeds->count > 0)
		free(seeds->paths[--seeds->count]);
	free(seeds->paths);
}

static long
number(const char *variable, long otherwise)
{
	const char *text = getenv(variable);

	return text == NULL ? otherwise : strtol(text, NULL, 10);
}

int
main(int argc, char **argv)
{
	const char *source = getenv("abs_top_srcdir");
	const char *target = strstr(program_invocation_short_name, "fuzz-");
	struct seeds seeds = { NULL, 0 };
	char folder[1024];

	if (argc == 2 && strcmp(argv[1], "-") == 0) {
		uint8_t *data = NULL;
		size_t size = read_file(stdin, &data);

		run(data, size);
		free(data);
		return 0;
	}
	(void)snprintf(folder, sizeof(folder), "%s/tests/fuzz/seeds/%s",
	    source == NULL ? "." : source, target == NULL ? "" : target + 5);
	for (int i = 1; i < argc; i++)
		find(&seeds, argv[i]);
	if (argc == 1)
		find(&seeds, folder);
	replay(&seeds);
	ok(seeds.count > 0, "the seeds keep their promises");
	if (argc == 1 && seeds.count > 0) {
		long runs = number("AUTHCHAIN_FUZZ_RUNS", RUNS);

		change(&seeds, runs,
		    (unsigned int)number("AUTHCHAIN_FUZZ_SEED", 1));
		ok(true, "and so do changes of them");
		printf("# %zu seeds, %ld changes\n", seeds.count, runs);
	}
	forget(&seeds);
	return done();
}
