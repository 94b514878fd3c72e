/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything is asked of the descriptor but whether the name still leads to
 * it. */
#ifdef HAVE_CONFIG_H
#include "config.h" /* memrchr */
#endif

#include "audit-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAIL_BYTES ((size_t)2 * (AC_SEAL_MAX_LINE + 1))
#define OPEN_FLAGS (O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)

static int
failed(struct authchain_error *err, const char *what, const char *path)
{
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "can't %s %.400s: %s",
	    what, path, strerror(errno));
}

int
audit_file_init(struct audit_file *file, const char *path, mode_t mode)
{
	*file =
	    (struct audit_file){ .path = strdup(path), .mode = mode, .fd = -1 };
	return file->path == NULL ? -1 : 0;
}

static void
close_file(struct audit_file *file)
{
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = -1;
	file->ours = file->fresh = file->torn = false;
	file->end = 0;
}

void
audit_file_clear(struct audit_file *file)
{
	close_file(file);
	free(file->path);
	file->path = NULL;
}

/* ---- opening ---- */

/* A new one gets its mode whatever the umask is. */
static int
open_path(const struct audit_file *file)
{
	int fd = open(file->path, OPEN_FLAGS);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open(file->path, OPEN_FLAGS | O_CREAT | O_EXCL, 0600);
	if (fd < 0 && errno == EEXIST)
		return open(file->path, OPEN_FLAGS);
	if (fd >= 0)
		(void)fchmod(fd, file->mode);
	return fd;
}

static int
explain(const struct audit_file *file, struct authchain_error *err)
{
	const char *mend = "";

	if (errno == EACCES || errno == EPERM || errno == EROFS)
		mend = "; the service must be allowed to write there: name a "
		       "file in its logs folder (LogsDirectory=), or its "
		       "folder with --writable, and mind ReadWritePaths=";
	else if (errno == ENOENT)
		mend = "; make its folder first";
	else if (errno == ELOOP)
		mend = "; it is a symbolic link: name the file itself";
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "can't open %.400s: %s%s",
	    file->path, strerror(errno), mend);
}

/* ---- how it ends ---- */

struct tail {
	char *bytes;
	size_t len;
	bool whole; /* it is all of the file */
};

static int
read_tail(const struct audit_file *file, off_t size, struct tail *tail,
    struct authchain_error *err)
{
	size_t want = (size_t)size > TAIL_BYTES ? TAIL_BYTES : (size_t)size;
	ssize_t got;

	*tail = (struct tail){ malloc(want + 1), 0, (off_t)want == size };
	if (tail->bytes == NULL)
		return ac_error_memory(err);
	while (tail->len < want) {
		got = pread(file->fd, tail->bytes + tail->len, want - tail->len,
		    size - (off_t)(want - tail->len));
		if (got <= 0)
			return failed(err, "read the end of", file->path);
		tail->len += (size_t)got;
	}
	return 0;
}

/* The last line that is one of a chain; false: there is none. */
static bool
follow(const struct tail *tail, size_t end, struct ac_seal *seal)
{
	struct ac_seal_line line;

	while (end > 0) {
		const char *before = memrchr(tail->bytes, '\n', end - 1);
		size_t from =
		    before == NULL ? 0 : (size_t)(before - tail->bytes) + 1;

		if (ac_seal_read(ac_span(tail->bytes + from, end - 1 - from),
			&line) == NULL) {
			seal->seq = line.seq;
			memcpy(seal->hash, line.hash.data, line.hash.len);
			return true;
		}
		end = from;
	}
	return false;
}

static int
note_piece(struct audit_file *file, struct authchain_span piece)
{
	file->torn = piece.len > 0;
	file->piece.bytes = piece.len;
	return ac_digest_hex(piece, file->piece.sha256);
}

static int
judge_tail(struct audit_file *file, const struct tail *tail,
    struct ac_seal *seal, struct authchain_error *err)
{
	const char *last = memrchr(tail->bytes, '\n', tail->len);
	size_t end = last == NULL ? 0 : (size_t)(last - tail->bytes) + 1;

	if (tail->len - end > AC_SEAL_MAX_LINE || (end == 0 && !tail->whole))
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "%.400s ends with a line longer than any that is written: "
		    "it is no audit file; move it away",
		    file->path);
	if (note_piece(file, ac_span_cut(ac_span(tail->bytes, tail->len), end,
				 tail->len)) != 0)
		return ac_error_memory(err);
	if (seal == NULL)
		return 0;
	if (seal->seq > 0 || end == 0) {
		file->fresh = true;
		return 0;
	}
	if (follow(tail, end, seal))
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "%.400s holds lines without a chain: move it away, or write "
	    "chain = none",
	    file->path);
}

static int
read_end(struct audit_file *file, struct ac_seal *seal,
    struct authchain_error *err)
{
	struct tail tail = { NULL, 0, false };
	int r = -1;

	if (file->end == 0) {
		file->fresh = seal != NULL;
		return 0;
	}
	if (read_tail(file, file->end, &tail, err) == 0)
		r = judge_tail(file, &tail, seal, err);
	free(tail.bytes);
	return r;
}

/* Only who has the lock may look how it ends. */
static enum audit_file_state
take(struct audit_file *file, struct ac_seal *seal, struct authchain_error *err)
{
	struct stat st;

	if (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "%.400s is being written by another process or entry; "
		    "each needs a file of its own",
		    file->path);
		return AUDIT_FILE_BUSY;
	}
	if (fstat(file->fd, &st) != 0) {
		(void)failed(err, "look at", file->path);
		return AUDIT_FILE_FAILED;
	}
	file->end = st.st_size;
	if (read_end(file, seal, err) != 0)
		return AUDIT_FILE_FAILED;
	file->ours = true;
	return AUDIT_FILE_READY;
}

static int
open_file(struct audit_file *file, struct authchain_error *err)
{
	struct stat st;

	file->fd = open_path(file);
	if (file->fd < 0)
		return explain(file, err);
	if (fstat(file->fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	close_file(file);
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "%.400s is no regular file", file->path);
}

static bool
is_current(const struct audit_file *file, struct stat *st)
{
	struct stat named;

	return fstat(file->fd, st) == 0 && lstat(file->path, &named) == 0 &&
	       st->st_dev == named.st_dev && st->st_ino == named.st_ino;
}

enum audit_file_state
audit_file_ready(struct audit_file *file, struct ac_seal *seal,
    struct authchain_error *err)
{
	enum audit_file_state state = AUDIT_FILE_READY;
	struct stat st = { 0 };

	if (file->fd >= 0 && !is_current(file, &st))
		close_file(file);
	if (file->fd < 0 && open_file(file, err) != 0)
		return AUDIT_FILE_FAILED;
	if (!file->ours)
		state = take(file, seal, err);
	else if (st.st_size < file->end) {
		file->end = st.st_size;
		file->torn = false;
		file->fresh = seal != NULL;
	}
	if (state != AUDIT_FILE_READY)
		close_file(file);
	return state;
}

/* ---- writing ---- */

/* Take back what is no whole line; where that is forbidden, remember it. */
static void
mend(struct audit_file *file, struct authchain_span piece)
{
	if (piece.len == 0 || ftruncate(file->fd, file->end) == 0)
		return;
	(void)note_piece(file, piece);
	file->end += (off_t)piece.len;
}

size_t
audit_file_write(struct audit_file *file, const struct audit_batch *batch,
    struct authchain_error *err)
{
	struct authchain_span text = ac_buf_span(&batch->text);
	ssize_t got = write(file->fd, text.data, text.len);
	size_t len = got < 0 ? 0 : (size_t)got, count = 0, whole = 0;
	size_t events = (size_t)file->torn + file->fresh;

	if (len < text.len)
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't write to %.400s: %s", file->path,
		    got < 0 ? strerror(errno) : "there is no room for more");
	while (count < batch->count && batch->lines[count].end <= len)
		whole = batch->lines[count++].end;
	file->torn = file->torn && count == 0;
	file->fresh = file->fresh && count < events;
	file->end += (off_t)whole;
	mend(file, ac_span_cut(text, whole, len));
	return count;
}
