/* SPDX-License-Identifier: BSD-2-Clause */
/* Which URLs and which addresses may be fetched. */
#include "net/url.h"

#include "tap.h"

#include <stdlib.h>

#define HTTP    AUTHCHAIN_FETCH_INSECURE_HTTP
#define PRIVATE AUTHCHAIN_FETCH_PRIVATE

struct row {
	const char *name;
	const char *url;
	uint32_t flags;
	const char *why; /* a piece of the error; NULL: accepted */
};

static const struct row rows[] = {
	{ "https with a path", "https://example.com/jwks", 0, NULL },
	{ "https without a path", "https://example.com", 0, NULL },
	{ "scheme in capitals", "HTTPS://example.com/", 0, NULL },
	{ "host in capitals", "https://EXAMPLE.com/", 0, NULL },
	{ "a port", "https://example.com:8443/jwks", 0, NULL },
	{ "the default port", "https://example.com:443/jwks", 0, NULL },
	{ "the last port", "https://example.com:65535/", 0, NULL },
	{ "a query", "https://example.com/a?b=c&d=%2F", 0, NULL },
	{ "a query without a path", "https://example.com?b=c", 0, NULL },
	{ "@ in the path", "https://example.com/@user", 0, NULL },
	{ "a colon in the path", "https://example.com/a:b", 0, NULL },
	{ "a URL in the query", "https://example.com/?u=https://a@b/", 0,
	    NULL },
	{ "dots in the path", "https://example.com/a/../b", 0, NULL },
	{ "hyphen and underscore", "https://a-b_c.example/", 0, NULL },
	{ "a name without dots", "https://keys/", 0, NULL },
	{ "a name that begins with a digit", "https://1password.com/", 0,
	    NULL },
	{ "a punycode name", "https://xn--bcher-kva.example/", 0, NULL },
	{ "a public IPv4 address", "https://8.8.8.8/", 0, NULL },
	{ "a public IPv6 address", "https://[2606:4700::1111]/", 0, NULL },
	{ "a public IPv6 address and port", "https://[2606:4700::1111]:8443/",
	    0, NULL },

	/* form */
	{ "empty", "", 0, "empty" },
	{ "no scheme", "example.com/jwks", 0, "write it as https://" },
	{ "no scheme, two slashes", "//example.com/jwks", 0, "URL refused" },
	{ "no host", "https://", 0, "URL refused" },
	{ "no host but a path", "https:///jwks", 0, "URL refused" },
	{ "no host but a port", "https://:443/", 0, "URL refused" },
	{ "one slash", "https:/example.com/", 0, "URL refused" },
	{ "no slashes", "https:example.com", 0, "URL refused" },
	{ "three slashes", "https:///example.com/", 0, "URL refused" },
	{ "ftp", "ftp://example.com/", 0, "https://" },
	{ "file", "file:///etc/passwd", 0, "URL refused" },
	{ "gopher", "gopher://127.0.0.1:6379/_x", 0, "https://" },
	{ "dict", "dict://127.0.0.1/", 0, "https://" },
	{ "ldap", "ldap://127.0.0.1/", 0, "https://" },
	{ "an unknown scheme", "jwks://example.com/", 0, "https://" },
	{ "javascript", "javascript:alert(1)", 0, "URL refused" },
	{ "data", "data:text/plain,x", 0, "URL refused" },
	{ "a fragment", "https://example.com/#a", 0, "fragment" },
	{ "an empty fragment", "https://example.com/#", 0, "fragment" },
	{ "a fragment before @", "https://example.com#@b/", 0, "fragment" },
	{ "an incomplete escape", "https://example.com/%4", 0, "hex digits" },
	{ "an escape of other letters", "https://example.com/%zz", 0,
	    "hex digits" },
	{ "a bare percent sign at the end", "https://example.com/%", 0,
	    "hex digits" },

	/* bytes */
	{ "a space before", " https://example.com/", 0, "byte 0x20" },
	{ "a space behind", "https://example.com/ ", 0, "byte 0x20" },
	{ "a space in the path", "https://example.com/a b", 0, "byte 0x20" },
	{ "a tab", "https://exam\tple.com/", 0, "byte 0x09" },
	{ "a line feed", "https://example.com/\n", 0, "byte 0x0a" },
	{ "a request smuggled by CR LF",
	    "https://example.com/ HTTP/1.1\r\nX: y", 0, "byte 0x20" },
	{ "CR LF alone", "https://example.com/\r\nX:y", 0, "byte 0x0d" },
	{ "a DEL", "https://example.com/\x7f", 0, "byte 0x7f" },
	{ "a backslash for a slash", "https:\\\\example.com\\", 0,
	    "byte 0x5c" },
	{ "a backslash before @", "https://example.com\\@b/", 0, "byte 0x5c" },
	{ "not ASCII in the host",
	    "https://b\xc3\xbc"
	    "cher.example/",
	    0, "byte 0xc3" },
	{ "not ASCII in the path", "https://example.com/\xff", 0, "byte 0xff" },
	{ "quotes", "https://example.com/\"", 0, "byte 0x22" },
	{ "braces", "https://example.com/{a,b}", 0, "byte 0x7b" },

	/* user */
	{ "a user", "https://user@example.com/", 0, "user name" },
	{ "a user and a password", "https://user:secret@example.com/", 0,
	    "user name" },
	{ "an empty user", "https://@example.com/", 0, "URL refused" },
	{ "a host as user", "https://example.com@127.0.0.1/", PRIVATE,
	    "user name" },
	{ "a host and port as user", "https://example.com:443@b/", 0,
	    "user name" },
	{ "two @", "https://a@b@example.com/", 0, "URL refused" },

	/* port */
	{ "an empty port", "https://example.com:/", 0, "plainly" },
	{ "port 0", "https://example.com:0/", 0, "URL refused" },
	{ "port 65536", "https://example.com:65536/", 0, "URL refused" },
	{ "a negative port", "https://example.com:-1/", 0, "URL refused" },
	{ "a port with a zero before", "https://example.com:0443/", 0,
	    "plainly" },
	{ "a port in letters", "https://example.com:https/", 0, "URL refused" },
	{ "a port that overflows", "https://example.com:4294967739/", 0,
	    "URL refused" },
	{ "two ports", "https://example.com:1:2/", 0, "URL refused" },

	/* host */
	{ "a dot at the end", "https://example.com./", 0, "dot at its end" },
	{ "a dot alone", "https://./", 0, "URL refused" },
	{ "a dot at the start", "https://.example.com/", 0, "URL refused" },
	{ "two dots", "https://example..com/", 0, "URL refused" },
	{ "an escape in the host", "https://ex%61mple.com/", 0, "URL refused" },
	{ "an escaped slash in the host", "https://example.com%2f@b/", 0,
	    "URL refused" },
	{ "a percent-encoded NUL in the host", "https://example.com%00.b/", 0,
	    "URL refused" },
	{ "a comma in the host", "https://a,b/", 0, "URL refused" },
	{ "an asterisk in the host", "https://*.example.com/", 0,
	    "URL refused" },

	/* numbers for addresses */
	{ "127.1", "https://127.1/", PRIVATE, "plainly" },
	{ "127.0.1", "https://127.0.1/", PRIVATE, "plainly" },
	{ "a decimal address", "https://2130706433/", PRIVATE, "plainly" },
	{ "a hexadecimal address", "https://0x7f000001/", PRIVATE, "plainly" },
	{ "an octal address", "https://0177.0.0.1/", PRIVATE, "plainly" },
	{ "a hexadecimal part", "https://0x7f.0.0.1/", PRIVATE, "plainly" },
	{ "a part over 255", "https://1.2.3.256/", PRIVATE, "URL refused" },
	{ "five parts", "https://1.2.3.4.5/", PRIVATE, "URL refused" },
	{ "a name that ends in a number", "https://example.1/", 0,
	    "no server has" },
	{ "a name that ends in 0x1", "https://example.0x1/", 0,
	    "no server has" },

	/* loopback */
	{ "loopback by https", "https://127.0.0.1/", 0, "private" },
	{ "loopback by https with insecure http only", "https://127.0.0.1/",
	    HTTP, "private" },
	{ "loopback by https, private allowed", "https://127.0.0.1/", PRIVATE,
	    NULL },
	{ "localhost by https", "https://localhost/", 0, "private" },
	{ "localhost by https, private allowed", "https://localhost/", PRIVATE,
	    NULL },
	{ "IPv6 loopback by https", "https://[::1]/", 0, "private" },
	{ "IPv6 loopback by https, private allowed", "https://[::1]/", PRIVATE,
	    NULL },
	{ "http to loopback", "http://127.0.0.1:8080/", HTTP, NULL },
	{ "http to another loopback address", "http://127.1.2.3/", HTTP, NULL },
	{ "http to IPv6 loopback", "http://[::1]:8080/", HTTP, NULL },
	{ "http to localhost", "http://localhost:8080/", HTTP, NULL },
	{ "http to LOCALHOST", "http://LOCALHOST/", HTTP, NULL },
	{ "http to a name below localhost", "http://a.localhost/", HTTP, NULL },
	{ "http to loopback, not allowed", "http://127.0.0.1/", 0, "https://" },
	{ "http to loopback, private allowed alone", "http://127.0.0.1/",
	    PRIVATE, "https://" },
	{ "http to localhost with a dot", "http://localhost./", HTTP,
	    "dot at its end" },
	{ "http to localhostx", "http://localhostx/", HTTP,
	    "http is for loopback" },
	{ "http to xlocalhost", "http://xlocalhost/", HTTP,
	    "http is for loopback" },
	{ "http to localhost.example", "http://localhost.example/", HTTP,
	    "http is for loopback" },
	{ "http to a name", "http://example.com/", HTTP,
	    "http is for loopback" },
	{ "http to a public address", "http://8.8.8.8/", HTTP | PRIVATE,
	    "http is for loopback" },
	{ "http to a private address", "http://10.0.0.1/", HTTP | PRIVATE,
	    "http is for loopback" },
	{ "http to 0.0.0.0", "http://0.0.0.0/", HTTP | PRIVATE,
	    "no server has" },
	{ "http to ::", "http://[::]/", HTTP | PRIVATE, "no server has" },
	{ "http to loopback inside IPv6", "http://[::ffff:127.0.0.1]/", HTTP,
	    NULL },
	{ "loopback inside IPv6 by https", "https://[::ffff:127.0.0.1]/", 0,
	    "private" },

	/* private */
	{ "10/8", "https://10.1.2.3/", 0, "private" },
	{ "10/8 allowed", "https://10.1.2.3/", PRIVATE, NULL },
	{ "metadata service", "https://169.254.169.254/", HTTP, "private" },
	{ "unique local IPv6", "https://[fd00::1]/", 0, "private" },
	{ "unique local IPv6 allowed", "https://[fd00::1]/", PRIVATE, NULL },
	{ "link-local IPv6", "https://[fe80::1]/", 0, "private" },
	{ "link-local IPv6 with a zone", "https://[fe80::1%25eth0]/", PRIVATE,
	    "URL refused" },
	{ "multicast", "https://224.0.0.1/", PRIVATE, "no server has" },

	/* brackets */
	{ "an IPv6 address written long", "https://[0:0:0:0:0:0:0:1]/", PRIVATE,
	    "plainly" },
	{ "an IPv6 address with zeros", "https://[2606:4700::0001]/", 0,
	    "plainly" },
	{ "an open bracket", "https://[::1/", PRIVATE, "URL refused" },
	{ "empty brackets", "https://[]/", PRIVATE, "URL refused" },
	{ "a name in brackets", "https://[example.com]/", PRIVATE,
	    "URL refused" },
	{ "an IPv4 address in brackets", "https://[127.0.0.1]/", PRIVATE,
	    "URL refused" },
	{ "text behind the bracket", "https://[::1]x/", PRIVATE,
	    "URL refused" },
	{ "a future address", "https://[v1.x]/", PRIVATE, "URL refused" },
};

struct address {
	const char *text;
	uint32_t flags; /* what it takes */
	bool never;
};

static const struct address addresses[] = {
	{ "0.0.0.0", 0, true },
	{ "0.255.255.255", 0, true },
	{ "1.0.0.0", 0, false },
	{ "9.255.255.255", 0, false },
	{ "10.0.0.0", PRIVATE, false },
	{ "10.255.255.255", PRIVATE, false },
	{ "11.0.0.0", 0, false },
	{ "100.63.255.255", 0, false },
	{ "100.64.0.0", PRIVATE, false },
	{ "100.127.255.255", PRIVATE, false },
	{ "100.128.0.0", 0, false },
	{ "126.255.255.255", 0, false },
	{ "127.0.0.0", HTTP, false },
	{ "127.0.0.1", HTTP, false },
	{ "127.255.255.255", HTTP, false },
	{ "128.0.0.0", 0, false },
	{ "169.253.255.255", 0, false },
	{ "169.254.0.0", PRIVATE, false },
	{ "169.254.169.254", PRIVATE, false },
	{ "169.255.0.0", 0, false },
	{ "172.15.255.255", 0, false },
	{ "172.16.0.0", PRIVATE, false },
	{ "172.31.255.255", PRIVATE, false },
	{ "172.32.0.0", 0, false },
	{ "192.0.0.1", 0, true },
	{ "192.0.1.0", 0, false },
	{ "192.0.2.255", 0, true },
	{ "192.88.99.1", 0, true },
	{ "192.167.255.255", 0, false },
	{ "192.168.0.0", PRIVATE, false },
	{ "192.168.255.255", PRIVATE, false },
	{ "192.169.0.0", 0, false },
	{ "198.17.255.255", 0, false },
	{ "198.18.0.0", PRIVATE, false },
	{ "198.19.255.255", PRIVATE, false },
	{ "198.20.0.0", 0, false },
	{ "198.51.100.1", 0, true },
	{ "203.0.113.1", 0, true },
	{ "223.255.255.255", 0, false },
	{ "224.0.0.0", 0, true },
	{ "239.255.255.255", 0, true },
	{ "240.0.0.0", 0, true },
	{ "255.255.255.255", 0, true },
	{ "::", 0, true },
	{ "::1", HTTP, false },
	{ "::2", 0, true },
	{ "::127.0.0.1", 0, true },
	{ "::ffff:127.0.0.1", HTTP, false },
	{ "::ffff:7f00:1", HTTP, false },
	{ "::ffff:10.0.0.1", PRIVATE, false },
	{ "::ffff:169.254.169.254", PRIVATE, false },
	{ "::ffff:0.0.0.0", 0, true },
	{ "::ffff:8.8.8.8", 0, false },
	{ "::ffff:0:127.0.0.1", 0, true },
	{ "64:ff9b::8.8.8.8", 0, false },
	{ "64:ff9b::10.0.0.1", PRIVATE, false },
	{ "64:ff9b::127.0.0.1", HTTP, false },
	{ "64:ff9b:1::1", PRIVATE, false },
	{ "64:ff9b:2::1", 0, true },
	{ "100::1", 0, true },
	{ "1fff::1", 0, true },
	{ "2000::1", 0, false },
	{ "2001::1", 0, true },
	{ "2001:1ff::1", 0, true },
	{ "2001:200::1", 0, false },
	{ "2001:db7::1", 0, false },
	{ "2001:db8::1", 0, true },
	{ "2001:db9::1", 0, false },
	{ "2002:7f00:1::1", 0, true },
	{ "2606:4700::1111", 0, false },
	{ "3ffe::1", 0, false },
	{ "3fff::1", 0, true },
	{ "3fff:fff::1", 0, true },
	{ "3fff:1000::1", 0, false },
	{ "4000::1", 0, true },
	{ "5f00::1", 0, true },
	{ "fbff::1", 0, true },
	{ "fc00::1", PRIVATE, false },
	{ "fdff::1", PRIVATE, false },
	{ "fe00::1", 0, true },
	{ "fe80::1", PRIVATE, false },
	{ "febf::1", PRIVATE, false },
	{ "fec0::1", PRIVATE, false },
	{ "ff02::1", 0, true },
	{ "", 0, true },
	{ "localhost", 0, true },
	{ "127.1", 0, true },
	{ "2130706433", 0, true },
	{ "fe80::1%eth0", 0, true },
	{ "[::1]", 0, true },
	{ "8.8.8.8 ", 0, true },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct authchain_error err = { 0 };
		int r = ac_url_check(row->url, row->flags, &err);

		if (row->why == NULL)
			ok(r == 0 && err.text[0] == '\0', row->name);
		else
			ok(r == -1 && strstr(err.text, row->why) != NULL,
			    row->name);
		if (tap_failed != 0 && (r == 0) != (row->why == NULL))
			printf("# %d: %s\n", r, err.text);
		if (strstr(err.text, "secret") != NULL)
			ok(false, "an error shows no password");
	}
}

static void
test_addresses(void)
{
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const struct address *row = &addresses[i];
		bool plain = ac_url_address_allowed(row->text, 0);
		bool private = ac_url_address_allowed(row->text, PRIVATE);
		bool http = ac_url_address_allowed(row->text, HTTP);
		char name[128];

		(void)snprintf(name, sizeof(name), "address \"%s\" is %s",
		    row->text,
		    row->never           ? "never allowed"
		    : row->flags == 0    ? "public"
		    : row->flags == HTTP ? "loopback"
					 : "private");
		ok(plain == (!row->never && row->flags == 0) &&
			private == !row->never &&
			http == (!row->never && row->flags != PRIVATE),
		    name);
	}
}

/* A URL of that many bytes. */
static char *
long_url(const char *start, size_t len)
{
	char *url = malloc(len + 1);

	if (url == NULL)
		abort();
	memset(url, 'a', len);
	memcpy(url, start, strlen(start));
	url[len] = '\0';
	return url;
}

static void
test_bounds(void)
{
	char *at = long_url("https://e/", AC_URL_MAX_BYTES);
	char *over = long_url("https://e/", AC_URL_MAX_BYTES + 1);
	char host[300] = "https://";
	struct authchain_error err = { 0 };

	ok(ac_url_check(at, 0, NULL) == 0, "a URL of the longest length");
	ok(ac_url_check(over, 0, &err) == -1, "a URL one byte longer");
	ok(strstr(err.text, "2048") != NULL, "the error names the bound");
	for (size_t i = 0; i < 254; i++)
		host[8 + i] = i % 60 == 59 ? '.' : 'a';
	host[8 + 253] = '\0';
	ok(ac_url_check(host, 0, NULL) == 0, "a host of 253 bytes");
	host[8 + 253] = 'a';
	ok(ac_url_check(host, 0, NULL) == -1, "a host of 254 bytes");
	free(at);
	free(over);
}

int
main(void)
{
	test_rows();
	test_addresses();
	test_bounds();
	return done();
}
