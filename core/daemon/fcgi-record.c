/* SPDX-License-Identifier: BSD-2-Clause */
/* FastCGI Specification 1.0, sections 3.3, 3.4 and 8. */
#include "daemon/fcgi-record.h"

#define VERSION  1
#define LONG     0x80u /* the first of four bytes of a length */
#define MAX_LONG 4

static unsigned int
byte_at(struct authchain_span bytes, size_t at)
{
	return (unsigned char)bytes.data[at];
}

static unsigned int
word_at(struct authchain_span bytes, size_t at)
{
	return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

int
ac_fcgi_take(struct authchain_span *bytes, struct ac_fcgi_record *record)
{
	size_t content, size;

	if (bytes->len > 0 && byte_at(*bytes, 0) != VERSION)
		return -1;
	if (bytes->len < AC_FCGI_HEADER_BYTES)
		return 0;
	content = word_at(*bytes, 4);
	size = AC_FCGI_HEADER_BYTES + content + byte_at(*bytes, 6);
	if (bytes->len < size)
		return 0;
	*record = (struct ac_fcgi_record){
		.type = byte_at(*bytes, 1),
		.id = word_at(*bytes, 2),
		.content = ac_span_cut(*bytes, AC_FCGI_HEADER_BYTES,
		    AC_FCGI_HEADER_BYTES + content),
	};
	*bytes = ac_span_cut(*bytes, size, bytes->len);
	return 1;
}

/* A length of one byte or four. */
static bool
take_length(struct authchain_span *bytes, size_t *len)
{
	size_t size;

	if (bytes->len == 0)
		return false;
	size = (byte_at(*bytes, 0) & LONG) != 0 ? MAX_LONG : 1;
	if (bytes->len < size)
		return false;
	*len = byte_at(*bytes, 0) & ~LONG;
	for (size_t i = 1; i < size; i++)
		*len = *len << 8 | byte_at(*bytes, i);
	*bytes = ac_span_cut(*bytes, size, bytes->len);
	return true;
}

bool
ac_fcgi_take_pair(struct authchain_span *bytes, struct authchain_pair *pair)
{
	struct authchain_span rest = *bytes;
	size_t name, value;

	if (!take_length(&rest, &name) || !take_length(&rest, &value) ||
	    name > rest.len || value > rest.len - name)
		return false;
	pair->name = ac_span_cut(rest, 0, name);
	pair->value = ac_span_cut(rest, name, name + value);
	*bytes = ac_span_cut(rest, name + value, rest.len);
	return true;
}

void
ac_fcgi_put(struct ac_buf *out, enum ac_fcgi_type type, unsigned int id,
    struct authchain_span content)
{
	const unsigned char header[AC_FCGI_HEADER_BYTES] = { VERSION,
		(unsigned char)type, (unsigned char)(id >> 8),
		(unsigned char)id, (unsigned char)(content.len >> 8),
		(unsigned char)content.len, 0, 0 };

	ac_buf_add(out, ac_span((const char *)header, sizeof(header)));
	ac_buf_add(out, content);
}

void
ac_fcgi_put_end(struct ac_buf *out, unsigned int id, enum ac_fcgi_status status)
{
	const char body[8] = { 0, 0, 0, 0, (char)status, 0, 0, 0 };

	ac_fcgi_put(out, AC_FCGI_END_REQUEST, id, ac_span(body, sizeof(body)));
}

void
ac_fcgi_put_pair(struct ac_buf *out, const char *name, const char *value)
{
	ac_buf_byte(out, (char)(strlen(name) & ~(size_t)LONG));
	ac_buf_byte(out, (char)(strlen(value) & ~(size_t)LONG));
	ac_buf_text(out, name);
	ac_buf_text(out, value);
}
