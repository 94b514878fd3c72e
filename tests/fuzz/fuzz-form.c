/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an introspection is asked with: a form, or, where the input begins with
 * "Basic", a caller's credential.
 */
#include "fuzz.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/caller.h"
#include "daemon/form.h"

/* ---- a second opinion -------------------------------------------------- */

struct word {
	char bytes[256]; /* longer ones are not compared */
	size_t len;
	bool good;
};

static struct word
decode(const char *text, size_t len)
{
	struct word word = { .good = true };

	for (size_t i = 0; i < len; i++) {
		char hex[3] = { 0 }, c = text[i];

		if (c == '%') {
			if (len - i < 3 ||
			    !isxdigit((unsigned char)text[i + 1]) ||
			    !isxdigit((unsigned char)text[i + 2])) {
				word.good = false;
				return word;
			}
			memcpy(hex, text + i + 1, 2);
			c = (char)strtoul(hex, NULL, 16);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		if (word.len < sizeof(word.bytes))
			word.bytes[word.len] = c;
		word.len++;
	}
	return word;
}

static bool
is(const struct word *word, struct authchain_span text)
{
	size_t len =
	    word->len < sizeof(word->bytes) ? word->len : sizeof(word->bytes);

	return word->len == text.len &&
	       (len == 0 || memcmp(word->bytes, text.data, len) == 0);
}

/* Each piece, in order, is what the form has, until one is malformed. */
static void
compare(const char *text, size_t size, const struct ac_form *form,
    const char *fault)
{
	size_t at = 0, count = 0;
	bool good = true;

	while (at < size && good && (fault == NULL || count < form->count)) {
		const char *end = memchr(text + at, '&', size - at);
		size_t len =
		    end == NULL ? size - at : (size_t)(end - text) - at;
		const char *equals =
		    len == 0 ? NULL : memchr(text + at, '=', len);
		size_t name =
		    equals == NULL ? len : (size_t)(equals - text) - at;
		size_t value = equals == NULL ? len : name + 1;
		struct word words[2] = { decode(text + at, name),
			decode(text + at + value, len - value) };

		at += len + 1;
		if (len == 0)
			continue;
		good = words[0].good && words[1].good;
		fuzz_promise(good && is(&words[0], form->at[count].name) &&
				 is(&words[1], form->at[count].value),
		    "parameters are what was sent, in order");
		count++;
	}
	fuzz_promise(count == form->count, "and no others");
}

static void
check_form(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct ac_form form;
	const char *fault;

	fuzz_promise(text != NULL, "there is memory");
	memcpy(text, data, size);
	fault = ac_form_read(&form, text, size);
	fuzz_promise(fault != NULL || size <= AC_FORM_MAX_BYTES,
	    "a form has a bound");
	fuzz_promise(form.count <= AC_FORM_MAX_PARAMETERS, "a table has one");
	for (size_t i = 0; i < form.count; i++)
		for (size_t j = 0; j < i; j++)
			fuzz_promise(!ac_span_is(form.at[i].name,
					 form.at[j].name),
			    "no parameter is there twice");
	compare((const char *)data, size, &form, fault);
	free(text);
}

static void
check_caller(const uint8_t *data, size_t size)
{
	struct ac_caller caller;
	struct authchain_request request = { .authorization_count = 1 };
	struct authchain_decision decision = { .verdict =
						   AUTHCHAIN_VERDICT_ALLOW };

	ac_caller_read(&caller, ac_span((const char *)data, size));
	ac_caller_show(&caller, &request);
	fuzz_promise(caller.basic || request.token.data == NULL,
	    "a token that is not Basic is left to the chain");
	decision.subject = caller.id;
	fuzz_promise(ac_caller_is(&caller, &decision) == !caller.malformed,
	    "who is what it says is let in");
	decision.subject = decision.client_id = ac_span_text("another");
	if (caller.basic && !caller.malformed)
		fuzz_promise(ac_caller_is(&caller, &decision) ==
				 ac_span_is_text(caller.id, "another"),
		    "who is another is not");
	fuzz_promise(caller.malformed || !caller.basic ||
			 (caller.id.len > 0 && caller.secret.len > 0 &&
			     request.token.data == caller.secret.data &&
			     request.authorization_count == 0),
	    "Basic has a name and a secret, and no other credential");
	ac_caller_clear(&caller);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= 5 && memcmp(data, "Basic", 5) == 0)
		check_caller(data, size);
	else
		check_form(data, size);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const words[] = { "token", "token_type_hint", "=", "&", "+",
	"%", "%2", "%20", "%00", "%74oken", "&&", "==", ";", "Basic ", "Basic",
	":", "Og==", "YTpi", "YTol", "YSUzYWI6Yw==", "a=b&", "&token=x",
	"access_token", "\xff", "%ff", "%zz", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words list = { words };
	struct fuzz_text text = { (char *)data, size, max_size };

	return fuzz_change(&text, seed, &list);
}
