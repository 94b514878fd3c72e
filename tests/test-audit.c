/* SPDX-License-Identifier: BSD-2-Clause */
/* audit: the queue, lines, chains and files, each by itself. */
#ifdef HAVE_CONFIG_H
#include "config.h" /* memmem */
#endif

#include "scratch.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "audit-batch.h"
#include "audit-file.h"
#include "audit-line.h"
#include "audit-queue.h"
#include "base/json.h"
#include "cli/audit-verify.h"

#define SECRET   "0123456789abcdef0123456789abcdef"
#define NOW_MS   INT64_C(1800000000123)
#define THREADS  4
#define PER_EACH 5000

/* ---- the queue ---- */

static struct audit_record *
record_of(const char *uri)
{
	struct authchain_span texts[AUDIT_TEXTS] = {
		[AUDIT_CHAIN] = ac_span_text("t"),
		[AUDIT_URI] = ac_span_text(uri),
	};

	return audit_record_new(texts);
}

static size_t
let_all_go(struct audit_queue *queue)
{
	struct audit_record *list = audit_queue_take(queue);
	size_t count = 0;

	while (list != NULL) {
		struct audit_record *next = list->next;

		audit_queue_let_go(queue, list);
		list = next;
		count++;
	}
	return count;
}

static void
test_queue(void)
{
	struct audit_queue queue;
	struct audit_record *one = record_of("/1"), *list;
	size_t bytes = one->bytes;

	audit_queue_init(&queue, 3 * bytes);
	ok(audit_queue_take(&queue) == NULL, "nothing is in an empty queue");
	ok(audit_queue_push(&queue, one) &&
		audit_queue_push(&queue, record_of("/2")) &&
		audit_queue_push(&queue, record_of("/3")),
	    "as many bytes as the bound are taken");
	ok(!audit_queue_push(&queue, record_of("/")),
	    "a byte less than another one is not");
	ok(audit_queue_dropped(&queue) == 1 && audit_queue_dropped(&queue) == 0,
	    "that is counted, and told once");
	list = audit_queue_take(&queue);
	ok(list == one && list->next->next->next == NULL,
	    "the oldest comes first");
	ok(!audit_queue_push(&queue, record_of("/4")),
	    "what was taken counts until it is let go");
	audit_queue_let_go(&queue, list->next->next);
	ok(audit_queue_push(&queue, record_of("/4")), "and no longer");
	audit_queue_let_go(&queue, list->next);
	audit_queue_let_go(&queue, list);
	ok(let_all_go(&queue) == 1 && queue.bytes == 0, "nothing is left");
}

static void *
push_many(void *arg)
{
	struct audit_queue *queue = arg;

	for (int i = 0; i < PER_EACH; i++)
		(void)audit_queue_push(queue, record_of("/"));
	return NULL;
}

static void
test_threads(void)
{
	struct audit_queue queue;
	pthread_t threads[THREADS];
	size_t taken = 0, dropped;

	audit_queue_init(&queue, 64 << 10);
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_create(&threads[i], NULL, push_many, &queue);
	for (int i = 0; i < 1000; i++)
		taken += let_all_go(&queue);
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	taken += let_all_go(&queue);
	dropped = audit_queue_dropped(&queue);
	ok(taken + dropped == (size_t)THREADS * PER_EACH,
	    "each record of many threads is taken or counted");
	ok(queue.bytes == 0, "and none is there twice");
}

/* ---- lines ---- */

static const struct {
	const char *name;
	const char *text;
	size_t len;
	const char *wanted;
} bytes_rows[] = {
	{ "a line end", "/a\nb", 4, "\"/a\\nb\"" },
	{ "a carriage return", "/a\r\n{}", 6, "\"/a\\r\\n{}\"" },
	{ "an end of the string and a member of one's own",
	    "/\",\"verdict\":\"allow", 19,
	    "\"/\\\",\\\"verdict\\\":\\\"allow\"" },
	{ "a backslash at the end", "/\\", 2, "\"/\\\\\"" },
	{ "a NUL", "/\0x", 3, "\"/\\u0000x\"" },
	{ "an escape sequence of a terminal", "/\033[2J", 5,
	    "\"/\\u001b[2J\"" },
	{ "the DEL byte", "/\177", 2, "\"/\\u007f\"" },
	{ "a byte that is not UTF-8", "/\xff", 2, "\"/\xef\xbf\xbd\"" },
	{ "half a character", "/\xc3", 2, "\"/\xef\xbf\xbd\"" },
	{ "a slash in too many bytes", "/\xc0\xaf", 3,
	    "\"/\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "a letter with a mark", "/\xc3\xa9", 3, "\"/\xc3\xa9\"" },
	{ "nothing", NULL, 0, "null" },
};

static bool
has(const struct ac_buf *buf, const char *text)
{
	return memmem(buf->data, buf->len, text, strlen(text)) != NULL;
}

/* One whole line of JSON. */
static bool
is_line(const struct ac_buf *buf)
{
	struct authchain_span text = ac_buf_span(buf);
	json_t *root;
	bool good;

	if (text.len == 0 || ac_span_find(text, '\n', 0) != text.len - 1)
		return false;
	root = json_loadb(text.data, text.len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	good = json_is_object(root);
	json_decref(root);
	return good;
}

static void
write_uri(struct ac_buf *out, const struct audit_style *style,
    struct authchain_span uri)
{
	struct authchain_span texts[AUDIT_TEXTS] = { [AUDIT_URI] = uri };
	struct audit_record *record = audit_record_new(texts);

	record->ts_ms = NOW_MS;
	record->verdict = AUTHCHAIN_VERDICT_DENY;
	record->reason = AUTHCHAIN_REASON_EXPIRED;
	(void)audit_line_decision(style, out, record);
	free(record);
}

static void
test_bytes(void)
{
	struct audit_style style = { .seal = NULL };
	char wanted[128];

	for (size_t i = 0; i < sizeof(bytes_rows) / sizeof(bytes_rows[0]);
	     i++) {
		struct ac_buf out;

		ac_buf_init(&out, AUDIT_BATCH_BYTES);
		write_uri(&out, &style,
		    ac_span(bytes_rows[i].text, bytes_rows[i].len));
		(void)snprintf(wanted, sizeof(wanted), ",\"uri\":%s,",
		    bytes_rows[i].wanted);
		ok(is_line(&out) && has(&out, wanted), bytes_rows[i].name);
		ac_buf_clear(&out);
	}
}

static void
test_bounds(void)
{
	struct audit_style style = { .seal = NULL };
	static char text[AUDIT_MAX_URI + 2];
	struct ac_buf out;

	ac_buf_init(&out, AUDIT_BATCH_BYTES);
	memset(text, 'a', sizeof(text));
	write_uri(&out, &style, ac_span(text, AUDIT_MAX_URI));
	ok(is_line(&out) && !has(&out, "\xe2\x80\xa6"),
	    "a URI at the bound is written whole");
	out.len = 0;
	write_uri(&out, &style, ac_span(text, AUDIT_MAX_URI + 1));
	ok(is_line(&out) && has(&out, "a\xe2\x80\xa6\""),
	    "one byte more is cut, and shows it");
	memcpy(text + AUDIT_MAX_URI - 1, "\xc3\xa9", 2);
	out.len = 0;
	write_uri(&out, &style, ac_span(text, AUDIT_MAX_URI + 1));
	ok(is_line(&out) && has(&out, "a\xe2\x80\xa6\"") &&
		!has(&out, "\xef\xbf\xbd"),
	    "a character is not cut in two");
	ac_buf_clear(&out);
}

static struct audit_record *
full_record(void)
{
	static char worst[20000];
	struct authchain_span texts[AUDIT_TEXTS];

	memset(worst, 1, sizeof(worst));
	for (size_t i = 0; i < AUDIT_TEXTS; i++)
		texts[i] = ac_span(worst, sizeof(worst));
	texts[AUDIT_CLAIMS] = ac_span_text("{\"sub\":\"a\",\"jti\":\"j1\"}");
	return audit_record_new(texts);
}

static void
test_longest(void)
{
	struct audit_style style = { .seal = NULL };
	struct audit_record *record = full_record();
	struct ac_seal seal;
	struct ac_seal_line line;
	struct ac_buf out;

	(void)ac_seal_init(&seal, ac_span_text(SECRET));
	seal.seq = INT64_MAX - 2;
	style.seal = &seal;
	ac_buf_init(&out, AUDIT_BATCH_BYTES);
	ok(audit_line_decision(&style, &out, record) == 0 && is_line(&out) &&
		out.len <= AC_SEAL_MAX_LINE,
	    "the longest line there can be is within the bound");
	ok(has(&out, ",\"jti\":\"j1\","), "the claims give the jti");
	ok(ac_seal_read(ac_span(out.data, out.len - 1), &line) == NULL &&
		ac_seal_holds(&seal, &line),
	    "and it can be read back");
	ac_buf_clear(&out);
	ac_buf_init(&out, 1000);
	seal.seq = 1;
	ok(audit_line_decision(&style, &out, record) == -1 && out.len == 0 &&
		!out.failed && seal.seq == 1,
	    "a line that does not fit is not there in part");
	ac_buf_clear(&out);
	free(record);
}

static void
test_hashes(void)
{
	struct audit_style style = { .hash_subjects = true };
	struct authchain_span texts[AUDIT_TEXTS] = {
		[AUDIT_SUBJECT] = ac_span_text("alice"),
	};
	struct audit_record *record = audit_record_new(texts);
	struct ac_buf out, again;

	ac_buf_init(&out, 4096);
	ac_buf_init(&again, 4096);
	record->has_token = true;
	memset(record->token, 7, sizeof(record->token));
	(void)audit_line_decision(&style, &out, record);
	ok(is_line(&out) && !has(&out, "alice") && !has(&out, "\"subject\"") &&
		has(&out, ",\"subject_hash\":\""),
	    "a subject that is hashed is not named");
	ok(!has(&out, "070707") && has(&out, ",\"token_hash\":\""),
	    "a token has a hash that is not its digest");
	style.name_key[0] = 1;
	(void)audit_line_decision(&style, &again, record);
	ok(!ac_span_is(ac_buf_span(&out), ac_buf_span(&again)),
	    "another key gives other hashes");
	ac_buf_clear(&out);
	ac_buf_clear(&again);
	free(record);
}

/* ---- chains ---- */

#define CHAIN_LINES 6

struct story {
	char *lines[CHAIN_LINES];
	size_t count;
};

static void
tell(struct story *story, const char *secret)
{
	struct ac_seal seal;
	struct audit_style style = { .seal = &seal };
	struct audit_record *record = record_of("/x");

	(void)ac_seal_init(&seal, ac_span_text(secret));
	for (story->count = 0; story->count < CHAIN_LINES; story->count++) {
		struct ac_buf out;

		ac_buf_init(&out, AUDIT_BATCH_BYTES);
		if (story->count == 0)
			(void)audit_line_begin(&style, &out, NOW_MS);
		else
			(void)audit_line_decision(&style, &out, record);
		out.len--;
		out.data[out.len] = '\0';
		story->lines[story->count] = ac_buf_take(&out);
	}
	free(record);
}

static void
untell(struct story *story)
{
	for (size_t i = 0; i < CHAIN_LINES; i++)
		free(story->lines[i]);
}

/* Lines by their numbers, from 0; what is said of them. */
static const char *
judge(const struct story *story, const char *order, const char *secret)
{
	static struct ac_audit audit;
	static char said[64];

	(void)ac_audit_init(&audit);
	(void)ac_seal_init(&audit.seals[0], ac_span_text(secret));
	for (; *order != '\0'; order++) {
		const char *line = story->lines[*order - '0'];

		if (!ac_audit_line(&audit, ac_span_text(line)))
			break;
	}
	(void)ac_audit_end(&audit);
	(void)snprintf(said, sizeof(said), "%s %llu",
	    ac_audit_fault_name(audit.fault),
	    (unsigned long long)(audit.fault == AC_AUDIT_GOOD
				     ? audit.lines
				     : audit.fault_line));
	return said;
}

static const struct {
	const char *name, *order, *wanted;
} order_rows[] = {
	{ "all lines in their order", "012345", "good 6" },
	{ "no line at all", "", "empty 0" },
	{ "one line alone", "0", "good 1" },
	{ "lines cut off at the end do not show", "0123", "good 4" },
	{ "the first one left out", "12345", "missing 1" },
	{ "one in the middle left out", "01345", "missing 3" },
	{ "two in the middle left out", "0145", "missing 3" },
	{ "two next to each other changed places", "021345", "missing 2" },
	{ "the last two changed places", "012354", "missing 5" },
	{ "one is there twice", "0122345", "inserted 4" },
	{ "the first one is there twice", "0012345", "inserted 2" },
	{ "an older one is put in", "01231", "inserted 5" },
	{ "all of it twice", "012345012345", "inserted 7" },
};

static void
test_order(void)
{
	struct story story, other;

	tell(&story, SECRET);
	for (size_t i = 0; i < sizeof(order_rows) / sizeof(order_rows[0]); i++)
		ok(strcmp(judge(&story, order_rows[i].order, SECRET),
		       order_rows[i].wanted) == 0,
		    order_rows[i].name);
	ok(strcmp(judge(&story, "012345", "another secret, and a long one"),
	       "changed 1") == 0,
	    "another secret");
	ok(strcmp(judge(&story, "012345", NULL), "changed 1") == 0,
	    "no secret");
	untell(&story);
	tell(&story, NULL);
	ok(strcmp(judge(&story, "012345", NULL), "good 6") == 0, "a bare hash");
	ok(strcmp(judge(&story, "012345", SECRET), "changed 1") == 0,
	    "who has a secret takes no bare hash");
	tell(&other, SECRET);
	free(story.lines[3]);
	story.lines[3] = strdup(other.lines[3]);
	ok(strcmp(judge(&story, "012345", NULL), "changed 4") == 0,
	    "a line of another chain");
	untell(&story);
	untell(&other);
}

/* Every byte of a line in turn is made another. */
static void
test_changes(void)
{
	struct story story;
	size_t len, good = 0;

	tell(&story, SECRET);
	len = strlen(story.lines[2]);
	for (size_t i = 0; i < len; i++) {
		story.lines[2][i] ^= 1;
		good +=
		    strncmp(judge(&story, "012345", SECRET), "good", 4) == 0;
		story.lines[2][i] ^= 1;
	}
	ok(len > 100 && good == 0, "no byte of a line can be changed");
	for (size_t i = 0; i < len; i++) {
		char kept = story.lines[2][i];

		story.lines[2][i] = '\0';
		good +=
		    strncmp(judge(&story, "012345", SECRET), "good", 4) == 0;
		story.lines[2][i] = kept;
	}
	ok(good == 0, "nor can a line be cut anywhere");
	untell(&story);
}

static void
test_reading(void)
{
	static const char *const none[] = { "", "{}", "{\"seq\":1}",
		"{\"seq\":0,\"prev\":\"", "{\"seq\":01,\"prev\":\"",
		"{\"seq\":-1,\"prev\":\"",
		"{\"seq\":18446744073709551616,\"prev\":\"" };
	static char text[AC_SEAL_MAX_LINE + 2];
	struct ac_seal_line line;
	size_t taken = 0;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		taken += ac_seal_read(ac_span_text(none[i]), &line) == NULL;
	ok(taken == 0, "what does not begin as a line is none");
	(void)snprintf(text, sizeof(text),
	    "{\"seq\":01,\"prev\":\"%064d\",\"a\":1,\"hash\":\"%064d\"}", 0, 0);
	ok(ac_seal_read(ac_span_text(text), &line) != NULL,
	    "nor is a number with a zero in front");
	(void)snprintf(text, sizeof(text),
	    "{\"seq\":18446744073709551615,\"prev\":\"%064d\",", 0);
	memset(text + strlen(text), 'x', sizeof(text) - strlen(text));
	(void)snprintf(text + AC_SEAL_MAX_LINE - 75, 76, ",\"hash\":\"%064d\"}",
	    0);
	ok(ac_seal_read(ac_span(text, AC_SEAL_MAX_LINE), &line) == NULL &&
		line.seq == UINT64_MAX,
	    "the longest line with the largest number is read");
	memset(text + AC_SEAL_MAX_LINE - 75, 'x', 76);
	(void)snprintf(text + AC_SEAL_MAX_LINE - 74, 76, ",\"hash\":\"%064d\"}",
	    0);
	ok(ac_seal_read(ac_span(text, AC_SEAL_MAX_LINE + 1), &line) != NULL,
	    "one byte more is not");
}

/* ---- files ---- */

struct scene {
	struct audit_file file;
	struct ac_seal seal;
	struct audit_style style;
	struct audit_batch batch;
	struct authchain_error err;
};

static struct scene *
open_scene(const char *name)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	(void)ac_seal_init(&scene->seal, ac_span_text(SECRET));
	scene->style.seal = &scene->seal;
	ac_buf_init(&scene->batch.text, AUDIT_BATCH_BYTES);
	(void)audit_file_init(&scene->file, scratch_path(name), 0640);
	return scene;
}

static void
close_scene(struct scene *scene)
{
	audit_file_clear(&scene->file);
	ac_buf_clear(&scene->batch.text);
	free(scene);
}

static void
note(struct scene *scene)
{
	scene->batch.lines[scene->batch.count].after = scene->seal;
	scene->batch.lines[scene->batch.count++].end = scene->batch.text.len;
}

/* As the writer does it; how many lines of decisions and events got there. */
static int
write_lines(struct scene *scene, size_t count)
{
	struct audit_batch *batch = &scene->batch;
	struct ac_seal before = scene->seal;
	struct audit_record *record = record_of("/x");
	size_t done;

	ac_error_clear(&scene->err);
	if (audit_file_ready(&scene->file, &scene->seal, &scene->err) !=
	    AUDIT_FILE_READY) {
		free(record);
		return -1;
	}
	before = scene->seal;
	batch->text.len = batch->count = 0;
	if (scene->file.torn) {
		ac_buf_byte(&batch->text, '\n');
		(void)audit_line_torn(&scene->style, &batch->text, NOW_MS,
		    &scene->file.piece);
		note(scene);
	}
	if (scene->file.fresh) {
		(void)audit_line_begin(&scene->style, &batch->text, NOW_MS);
		note(scene);
	}
	while (count-- > 0) {
		(void)audit_line_decision(&scene->style, &batch->text, record);
		note(scene);
	}
	free(record);
	done = audit_file_write(&scene->file, batch, &scene->err);
	scene->seal = done == 0 ? before : batch->lines[done - 1].after;
	return (int)done;
}

/* What verify says of the files, oldest first. */
static const char *
verify(const char *first, const char *second)
{
	static struct ac_audit audit;
	static char said[256];
	const char *const names[] = { first, second };

	(void)ac_audit_init(&audit);
	(void)ac_seal_init(&audit.seals[0], ac_span_text(SECRET));
	for (size_t i = 0; i < 2 && names[i] != NULL; i++) {
		FILE *in = fopen(scratch_path(names[i]), "r");

		if (in == NULL)
			return "no file";
		(void)ac_audit_read(&audit, names[i], in);
		(void)fclose(in);
	}
	(void)ac_audit_end(&audit);
	(void)snprintf(said, sizeof(said), "%s %llu torn %llu",
	    ac_audit_fault_name(audit.fault),
	    (unsigned long long)(audit.fault == AC_AUDIT_GOOD
				     ? audit.lines
				     : audit.fault_line),
	    (unsigned long long)audit.torn);
	return said;
}

static bool
is(const char *a, const char *b)
{
	if (strcmp(a, b) != 0)
		printf("# %s\n", a);
	return strcmp(a, b) == 0;
}

static void
append(const char *name, const char *text)
{
	int fd = open(scratch_path(name), O_WRONLY | O_APPEND);

	(void)!write(fd, text, strlen(text));
	(void)close(fd);
}

static void
test_file(void)
{
	struct scene *scene = open_scene("a"), *second;
	struct stat st;

	(void)umask(0077);
	ok(write_lines(scene, 3) == 4 && is(verify("a", NULL), "good 4 torn 0"),
	    "a file begins with a line that says so");
	ok(stat(scratch_path("a"), &st) == 0 && (st.st_mode & 0777) == 0640,
	    "its mode is what was asked for, whatever the umask");
	second = open_scene("a");
	ok(write_lines(second, 1) == -1 &&
		strstr(second->err.text, "another process") != NULL,
	    "nobody else may write it");
	close_scene(scene);
	ok(write_lines(second, 2) == 2 &&
		is(verify("a", NULL), "good 6 torn 0"),
	    "until it is closed; then its chain goes on");
	(void)rename(scratch_path("a"), scratch_path("a.1"));
	ok(write_lines(second, 1) == 2 &&
		is(verify("a.1", "a"), "good 8 torn 0"),
	    "after a rename the next file names the last line of the first");
	ok(is(verify("a", NULL), "good 2 torn 0"),
	    "which alone begins at its number");
	ok(is(verify("a", "a.1"), "inserted 1 torn 0"),
	    "files in the wrong order");
	(void)truncate(scratch_path("a"), 0);
	ok(write_lines(second, 1) == 2 &&
		is(verify("a", NULL), "good 2 torn 0"),
	    "a file that was emptied begins anew");
	close_scene(second);
}

static void
test_torn(void)
{
	struct scene *scene = open_scene("torn");

	(void)write_lines(scene, 2);
	close_scene(scene);
	append("torn", "{\"seq\":4,\"prev\":\"00");
	ok(is(verify("torn", NULL), "torn 4 torn 0"),
	    "a piece at the end is at fault");
	scene = open_scene("torn");
	ok(write_lines(scene, 1) == 2 &&
		is(verify("torn", NULL), "good 5 torn 1"),
	    "the next writer ends it, and says so");
	close_scene(scene);
	append("torn", "{\"seq\":7}\n");
	ok(is(verify("torn", NULL), "foreign 7 torn 1"),
	    "nobody else may put a piece there");
	scene = open_scene("torn");
	ok(write_lines(scene, 1) == 1 &&
		is(verify("torn", NULL), "foreign 7 torn 1"),
	    "a good line behind it does not make it one");
	close_scene(scene);
}

static void
test_foreign(void)
{
	struct scene *scene = open_scene("plain");

	scratch_write("plain", ac_span_text("{\"ts\":1}\n"), 0600);
	ok(write_lines(scene, 1) == -1 &&
		strstr(scene->err.text, "without a chain") != NULL,
	    "a chain does not go on behind lines without one");
	close_scene(scene);
	scene = open_scene("link");
	(void)symlink("plain", scratch_path("link"));
	ok(write_lines(scene, 1) == -1 &&
		strstr(scene->err.text, "symbolic link") != NULL,
	    "a link is not followed");
	close_scene(scene);
	scene = open_scene("fifo");
	(void)mkfifo(scratch_path("fifo"), 0600);
	ok(write_lines(scene, 1) == -1 &&
		strstr(scene->err.text, "no regular file") != NULL,
	    "a pipe is no file");
	close_scene(scene);
	scene = open_scene("none/a");
	ok(write_lines(scene, 1) == -1 &&
		strstr(scene->err.text, "make its folder") != NULL,
	    "without its folder there is no file");
	close_scene(scene);
}

/* The disk is full within a line. */
static void
test_full(void)
{
	struct scene *scene = open_scene("full");
	struct rlimit limit, before;
	struct stat st;
	int done;

	(void)signal(SIGXFSZ, SIG_IGN);
	(void)getrlimit(RLIMIT_FSIZE, &before);
	(void)write_lines(scene, 2);
	(void)stat(scratch_path("full"), &st);
	limit = before;
	limit.rlim_cur = (rlim_t)st.st_size + (rlim_t)st.st_size;
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	done = write_lines(scene, 20);
	ok(done > 0 && done < 20 && scene->err.text[0] != '\0',
	    "what fits is written, and the rest is said not to be");
	ok(strncmp(verify("full", NULL), "good ", 5) == 0 && !scene->file.torn,
	    "no half of a line stays");
	limit.rlim_cur = (rlim_t)scene->file.end;
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	ok(write_lines(scene, 1) == 0 && scene->err.text[0] != '\0',
	    "nothing fits");
	(void)setrlimit(RLIMIT_FSIZE, &before);
	ok(write_lines(scene, 5) == 5 &&
		strncmp(verify("full", NULL), "good ", 5) == 0,
	    "with room again the chain goes on");
	close_scene(scene);
}

int
main(void)
{
	scratch_make();
	test_queue();
	test_threads();
	test_bytes();
	test_bounds();
	test_longest();
	test_hashes();
	test_order();
	test_changes();
	test_reading();
	test_file();
	test_torn();
	test_foreign();
	test_full();
	scratch_remove();
	return done();
}
