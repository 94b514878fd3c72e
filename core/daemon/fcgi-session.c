/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of records (FastCGI 1.0, sections 4 to 6). */
#include "daemon/fcgi-session.h"

#define ROLE_AUTHORIZER 2
#define KEEP_CONNECTION 1
#define BEGIN_BYTES     8
#define MAX_VALUES      256

void
ac_fcgi_session_init(struct ac_fcgi_session *session)
{
	*session = (struct ac_fcgi_session){ .id = 0 };
	ac_buf_init(&session->params, AC_FCGI_MAX_PARAMS);
}

/* There is a token among them. */
void
ac_fcgi_session_clear(struct ac_fcgi_session *session)
{
	ac_buf_wipe(&session->params);
}

/* How many there may be is not for a peer to know. */
static void
tell_values(struct authchain_span asked, struct ac_buf *out)
{
	struct authchain_pair pair;
	struct ac_buf body;

	ac_buf_init(&body, MAX_VALUES);
	while (ac_fcgi_take_pair(&asked, &pair))
		if (ac_span_is_text(pair.name, "FCGI_MPXS_CONNS") &&
		    body.len == 0)
			ac_fcgi_put_pair(&body, "FCGI_MPXS_CONNS", "0");
	ac_fcgi_put(out, AC_FCGI_GET_VALUES_RESULT, 0, ac_buf_span(&body));
	ac_buf_clear(&body);
}

/* A record of no request (4). */
static enum ac_fcgi_event
manage(const struct ac_fcgi_record *record, struct ac_buf *out)
{
	const char unknown[8] = { (char)record->type };

	if (record->type == AC_FCGI_GET_VALUES)
		tell_values(record->content, out);
	else
		ac_fcgi_put(out, AC_FCGI_UNKNOWN_TYPE, 0,
		    ac_span(unknown, sizeof(unknown)));
	return AC_FCGI_MORE;
}

static enum ac_fcgi_event
begin(struct ac_fcgi_session *session, const struct ac_fcgi_record *record,
    struct ac_buf *out)
{
	const char *body = record->content.data;
	bool keep;

	if (record->content.len != BEGIN_BYTES)
		return AC_FCGI_CLOSE;
	if (session->open && record->id == session->id)
		return AC_FCGI_CLOSE;
	if (session->open) {
		ac_fcgi_put_end(out, record->id, AC_FCGI_CANT_MULTIPLEX);
		return AC_FCGI_MORE;
	}
	keep = (body[2] & KEEP_CONNECTION) != 0;
	if (body[0] != 0 || body[1] != ROLE_AUTHORIZER) {
		ac_fcgi_put_end(out, record->id, AC_FCGI_UNKNOWN_ROLE);
		return keep ? AC_FCGI_MORE : AC_FCGI_CLOSE;
	}
	session->id = record->id;
	session->keep = keep;
	session->open = true;
	session->whole = false;
	return AC_FCGI_MORE;
}

static enum ac_fcgi_event
end(struct ac_fcgi_session *session, struct ac_buf *out)
{
	ac_fcgi_put_end(out, session->id, AC_FCGI_COMPLETE);
	session->open = session->whole = false;
	ac_buf_wipe(&session->params);
	return session->keep && !out->failed ? AC_FCGI_MORE : AC_FCGI_CLOSE;
}

static enum ac_fcgi_event
add_params(struct ac_fcgi_session *session, struct authchain_span content)
{
	if (session->whole)
		return AC_FCGI_CLOSE;
	ac_buf_add(&session->params, content);
	if (session->params.failed)
		return AC_FCGI_CLOSE;
	session->whole = content.len == 0;
	return session->whole ? AC_FCGI_REQUEST : AC_FCGI_MORE;
}

enum ac_fcgi_event
ac_fcgi_session_take(struct ac_fcgi_session *session,
    const struct ac_fcgi_record *record, struct ac_buf *out)
{
	if (record->id == 0)
		return manage(record, out);
	if (record->type == AC_FCGI_BEGIN_REQUEST)
		return begin(session, record, out);
	if (!session->open || record->id != session->id)
		return AC_FCGI_MORE; /* of one that is over (3.3) */
	if (record->type == AC_FCGI_PARAMS)
		return add_params(session, record->content);
	/* one that is being judged has its answer soon */
	if (record->type == AC_FCGI_ABORT_REQUEST && !session->whole)
		return end(session, out);
	return AC_FCGI_MORE; /* a body, which nobody waits for */
}

enum ac_fcgi_event
ac_fcgi_session_answer(struct ac_fcgi_session *session,
    struct authchain_span answer, struct ac_buf *out)
{
	while (answer.len > 0) {
		struct authchain_span part =
		    ac_span_cut(answer, 0, AC_FCGI_MAX_CONTENT);

		ac_fcgi_put(out, AC_FCGI_STDOUT, session->id, part);
		answer = ac_span_cut(answer, part.len, answer.len);
	}
	ac_fcgi_put(out, AC_FCGI_STDOUT, session->id, answer);
	return end(session, out);
}
