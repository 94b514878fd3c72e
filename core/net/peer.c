/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing is sent to an address before it was judged: not even the first
 * packet of a connection, and no request over a connection kept by others. */
#include "net/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static bool
judge(struct ac_peer *peer, const char *address, unsigned int port)
{
	bool allowed =
	    ac_address_may(ac_address_kind(address), peer->http, peer->flags);
	bool ip6 = strchr(address, ':') != NULL;

	(void)snprintf(allowed ? peer->tried : peer->refused, AC_PEER_TEXT,
	    "%s%.45s%s:%u", ip6 ? "[" : "", address, ip6 ? "]" : "", port);
	return allowed;
}

/* The text of a socket address and its port; false for other families. */
static bool
read_address(const struct curl_sockaddr *from, char text[INET6_ADDRSTRLEN],
    unsigned int *port)
{
	struct sockaddr_in ip4;
	struct sockaddr_in6 ip6;

	if (from->family == AF_INET && from->addrlen >= sizeof(ip4)) {
		memcpy(&ip4, &from->addr, sizeof(ip4));
		*port = ntohs(ip4.sin_port);
		return inet_ntop(AF_INET, &ip4.sin_addr, text,
			   INET6_ADDRSTRLEN) != NULL;
	}
	if (from->family == AF_INET6 && from->addrlen >= sizeof(ip6)) {
		memcpy(&ip6, &from->addr, sizeof(ip6));
		*port = ntohs(ip6.sin6_port);
		return inet_ntop(AF_INET6, &ip6.sin6_addr, text,
			   INET6_ADDRSTRLEN) != NULL;
	}
	return false;
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct ac_peer *peer = arg;
	char text[INET6_ADDRSTRLEN];
	unsigned int port;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    !read_address(address, text, &port) || !judge(peer, text, port))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

static int
before_request(void *arg, char *address, char *local, int port, int local_port)
{
	struct ac_peer *peer = arg;

	(void)local;
	(void)local_port;
	return judge(peer, address, (unsigned int)port) ? CURL_PREREQFUNC_OK
							: CURL_PREREQFUNC_ABORT;
}

CURLcode
ac_peer_attach(struct ac_peer *peer, CURL *easy)
{
	CURLcode code;

	code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, peer);
	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION,
		    before_request);
	if (code == CURLE_OK)
		code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, peer);
	return code;
}
