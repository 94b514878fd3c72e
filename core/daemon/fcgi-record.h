/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of FastCGI 1.0 and the pairs inside them, as bytes. */
#ifndef AC_DAEMON_FCGI_RECORD_H
#define AC_DAEMON_FCGI_RECORD_H

#include "base/buf.h"

#define AC_FCGI_HEADER_BYTES 8
#define AC_FCGI_MAX_CONTENT  65535
#define AC_FCGI_MAX_RECORD                                                     \
	(AC_FCGI_HEADER_BYTES + AC_FCGI_MAX_CONTENT + 255) /* and padding */

enum ac_fcgi_type {
	AC_FCGI_BEGIN_REQUEST = 1,
	AC_FCGI_ABORT_REQUEST = 2,
	AC_FCGI_END_REQUEST = 3,
	AC_FCGI_PARAMS = 4,
	AC_FCGI_STDIN = 5,
	AC_FCGI_STDOUT = 6,
	AC_FCGI_STDERR = 7,
	AC_FCGI_DATA = 8,
	AC_FCGI_GET_VALUES = 9,
	AC_FCGI_GET_VALUES_RESULT = 10,
	AC_FCGI_UNKNOWN_TYPE = 11
};

/* How a request ended (5.5). */
enum ac_fcgi_status {
	AC_FCGI_COMPLETE = 0,
	AC_FCGI_CANT_MULTIPLEX = 1,
	AC_FCGI_UNKNOWN_ROLE = 3
};

struct ac_fcgi_record {
	unsigned int type, id;
	struct authchain_span content; /* a view */
};

/* Take one off *bytes: 1; it is not whole yet: 0; it is no FastCGI: -1. */
int ac_fcgi_take(struct authchain_span *bytes, struct ac_fcgi_record *record);

/* Take a pair off *bytes.  false: there is none; what is left then, if any, is
 * malformed. */
bool ac_fcgi_take_pair(struct authchain_span *bytes,
    struct authchain_pair *pair);

/* Add a record; content is at most AC_FCGI_MAX_CONTENT. */
void ac_fcgi_put(struct ac_buf *out, enum ac_fcgi_type type, unsigned int id,
    struct authchain_span content);
void ac_fcgi_put_end(struct ac_buf *out, unsigned int id,
    enum ac_fcgi_status status);
void ac_fcgi_put_pair(struct ac_buf *out, const char *name, const char *value);

#endif
