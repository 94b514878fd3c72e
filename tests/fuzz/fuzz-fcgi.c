/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes of a web server that speaks FastCGI: records, the order of records,
 * parameters, and the request that is made of them.
 */
#include "fuzz.h"

#include <string.h>

#include "daemon/fcgi-request.h"
#include "daemon/fcgi-session.h"

#define MAX_OUT (1u << 20)

static bool
is_inside(struct authchain_span part, struct authchain_span whole)
{
	return part.data == NULL ||
	       (part.data >= whole.data && part.len <= whole.len &&
		   (size_t)(part.data - whole.data) <= whole.len - part.len);
}

static void
check_field(const struct authchain_pair *field, struct authchain_span params)
{
	fuzz_promise(is_inside(field->name, params) &&
			 is_inside(field->value, params),
	    "fields are views into the parameters");
	fuzz_promise(field->name.len > 0 &&
			 memchr(field->name.data, '_', field->name.len) == NULL,
	    "a field has a name, without underscores");
	fuzz_promise(memchr(field->value.data, '\n', field->value.len) == NULL,
	    "a value is one line");
}

static void
check_request(struct ac_fcgi_session *session)
{
	static struct ac_fcgi_request request;
	const char *fault = ac_fcgi_request_read(&request, &session->params);
	struct authchain_span params = ac_buf_span(&session->params);

	fuzz_promise(request.fields.count <= AC_FIELDS_MAX &&
			 request.request.authorization_count <= 2,
	    "tables have an end");
	for (size_t i = 0; fault == NULL && i < request.fields.count; i++)
		check_field(&request.fields.at[i], params);
	if (fault != NULL)
		return;
	fuzz_promise(request.chain[0] != '\0', "a request is for a chain");
	fuzz_promise(is_inside(request.request.method, params) &&
			 is_inside(request.request.client_address, params),
	    "method and address are the web server's");
	fuzz_promise(request.request.uri.len == 0 ||
			 memchr(request.request.uri.data, '#',
			     request.request.uri.len) == NULL,
	    "what would be cut off is not judged");
}

static void
answer(struct ac_fcgi_session *session, struct ac_buf *out)
{
	unsigned int id = session->id;
	size_t before = out->len;
	enum ac_fcgi_event event = ac_fcgi_session_answer(session,
	    ac_span_text("Status: 200\r\n\r\n"), out);
	struct authchain_span rest =
	    ac_span(out->data + before, out->len - before);
	struct ac_fcgi_record record;
	unsigned int last = 0;

	while (ac_fcgi_take(&rest, &record) == 1) {
		fuzz_promise(record.id == id, "an answer is of its request");
		last = record.type;
	}
	fuzz_promise(rest.len == 0 && last == AC_FCGI_END_REQUEST,
	    "an answer is whole records, and has an end");
	fuzz_promise(!session->open && session->params.len == 0,
	    "behind an answer nothing is left of the request");
	fuzz_promise(event == (session->keep ? AC_FCGI_MORE : AC_FCGI_CLOSE),
	    "a connection is kept when it was asked for");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authchain_span rest = ac_span((const char *)data, size);
	enum ac_fcgi_event event = AC_FCGI_MORE;
	struct ac_fcgi_session session;
	struct ac_fcgi_record record;
	struct ac_buf out;

	ac_buf_init(&out, MAX_OUT);
	ac_fcgi_session_init(&session);
	while (event == AC_FCGI_MORE && ac_fcgi_take(&rest, &record) == 1) {
		fuzz_promise(is_inside(record.content,
				 ac_span((const char *)data, size)),
		    "a record is inside what came");
		event = ac_fcgi_session_take(&session, &record, &out);
		fuzz_promise(session.params.len <= AC_FCGI_MAX_PARAMS,
		    "parameters have a bound");
		if (event != AC_FCGI_REQUEST)
			continue;
		fuzz_promise(session.open && session.whole,
		    "a request is asked when it is whole");
		check_request(&session);
		answer(&session, &out);
		event = session.keep ? AC_FCGI_MORE : AC_FCGI_CLOSE;
	}
	ac_fcgi_session_clear(&session);
	ac_buf_clear(&out);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const words[] = { "HTTP_AUTHORIZATION", "REQUEST_URI",
	"REQUEST_METHOD", "AUTHCHAIN_CHAIN", "REMOTE_ADDR", "HTTP_HOST",
	"HTTP_", "HTTPS", "UNIQUE_ID", "REQUEST_SCHEME", "Bearer x", "/", "#",
	"http://h", "\r\n", "_", "-", "\x01\x01", "\x01\x04", "\x01\x05",
	"\x01\x02", "\x01\x09", "FCGI_MPXS_CONNS", "\x7f", "\xff\xff", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words list = { words };
	struct fuzz_text text = { (char *)data, size, max_size };
	struct fuzz_random random;
	const char *word;
	size_t at;

	fuzz_random_seed(&random, seed);
	if (fuzz_below(&random, 2) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	word = fuzz_word(&random, &list);
	at = fuzz_below(&random, size + 1);
	fuzz_splice(&text, at,
	    fuzz_below(&random, 2) == 0 ? 0
					: fuzz_below(&random, size - at + 1),
	    word, strlen(word));
	return text.len;
}
