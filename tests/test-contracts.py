#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Traefik and Envoy by the contract of their documentation: requests as they
send them, to the paths that our configurations of them name."""
import os
import re
import sys

import bound
import cli
import hosts
from authchaind import PROGRAM, Daemon
from e2e import Folder, begin, done, note, ok, same

DENIED = {"www-authenticate", "retry-after", "content-type", "cache-control",
          "dpop-nonce"}


def read(*names):
    with open(os.path.join(cli.SOURCE, "hosts", *names),
              encoding="utf-8") as file:
        return file.read()


# What Envoy tells of a client's fields.
PASSED = {
    "envoy.yaml": {"authorization"} | set(re.findall(
        r"exact: (\S+)", read("envoy", "envoy.yaml").split(
            "allowed_headers:")[1].split("http_service:")[0])),
    "istio.yaml": set(re.findall(r"[a-z-]+", read("envoy", "istio.yaml").split(
        "includeRequestHeadersInCheck:")[1].split("headersTo")[0]))}


def traefik(daemon, target, *fields, method="GET"):
    """forwardAuth: GET, the client's fields, X-Forwarded of its own."""
    path = re.search(r"127\.0\.0\.1:9091(/\S+)\"", read(
        "traefik", "authchain.yaml")).group(1).replace("CHAIN", "t")
    mine = ["X-Forwarded-Method: " + method, "X-Forwarded-Proto: https",
            "X-Forwarded-Host: api.test", "X-Forwarded-Uri: " + target,
            "X-Forwarded-For: 192.0.2.1", "User-Agent: Go-http-client/1.1",
            "Accept-Encoding: gzip"]
    theirs = [field for field in fields
              if not field.lower().startswith("x-forwarded-")]
    return daemon.ask(path, *theirs, *mine, address=daemon.tcp)


def envoy(daemon, target, *fields, method="GET", name="envoy.yaml",
          word="path_prefix"):
    """ext_authz: the method, the path behind a prefix, and what is allowed."""
    prefix = re.search(word + r": (\S+)", read("envoy", name)).group(1)
    theirs = [field for field in fields
              if field.split(":")[0].lower() in PASSED[name]]
    return daemon.ask(prefix.replace("CHAIN", "t") + target, *theirs,
                      "Host: api.test", "Content-Length: 0",
                      "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https",
                      "X-Request-Id: 7d0f", method=method)


def istio(daemon, target, *fields, **more):
    return envoy(daemon, target, *fields, name="istio.yaml",
                 word="pathPrefix", **more)


def test_decisions(name, ask, daemon):
    for what, fields, status, error, challenges, retry, subject in \
            hosts.rows():
        answer = ask(daemon, "/a?b=c", *fields)
        same(status, answer and answer.status, "%s: %s: %d" %
             (name, what, status))
        if challenges is not None:
            same(challenges, len(answer.all("WWW-Authenticate")),
                 "%s: %s: challenge" % (name, what))
        if retry != "any":
            same(retry, answer.one("Retry-After"),
                 "%s: %s: Retry-After" % (name, what))
        if error:
            ok('"error":"%s"' % error in answer.body.decode(),
               "%s: %s: a body" % (name, what))
        if status == 200:
            fields = {key.lower() for key, _ in answer.fields}
            same(set(), set(hosts.IDENTITY) - fields,
                 "%s: %s: the whole identity" % (name, what))
            same(subject, answer.one("X-Auth-Subject"),
                 "%s: %s: who it is" % (name, what))


class Client:
    """Asks as a proxy would, for tests of real ones."""
    address = ("proxy.test", 80)

    def __init__(self, ask, daemon):
        self.how = ask
        self.daemon = daemon

    def ask(self, target, *fields, method="GET", body=b""):
        """No proxy passes a body on, nor its length."""
        if body:
            fields = [field for field in fields
                      if not field.startswith("Content-Length")]
        return self.how(self.daemon, target, *fields, method=method)


def test_bound(ask, daemon):
    bound.check(Client(ask, daemon), hosts.jwt,
                lambda answer: (None, None, {
                    key.lower(): [value] for key, value in answer.fields}),
                ())


def test_original(name, ask, daemon):
    token = hosts.bearer(hosts.TOKEN)
    for target, method, fields, status in (
            ("/hidden", "GET", (), 404), ("/seen", "DELETE", (), 404),
            ("/seen", "POST", (), 200), ("/seen", "OPTIONS", (), 200),
            ("/hidden?/seen", "GET", (), 404),
            ("/seen?/hidden", "GET", (), 200),
            ("/hidden", "GET", ("X-Forwarded-Uri: /seen",), 404),
            ("/seen", "DELETE", ("X-Forwarded-Method: GET",), 404)):
        same(status, ask(daemon, target, token, *fields,
                         method=method).status,
             "%s: %s %s %s: %d" % (name, method, target, " ".join(fields),
                                   status))


def names(text, word, until):
    """The fields that stand in a configuration between two words."""
    part = text.split(word)[1].split(until)[0]
    return {found.lower() for found in re.findall(r"[A-Za-z][\w-]*", part)
            if "-" in found}


def listed(text, word):
    """The fields behind a word, in brackets or quotes."""
    found = re.search(word + r"""\s*[\["]([^]"]*)""", text).group(1)
    return {name.strip().lower() for name in found.split(",")}


def test_lists():
    text = read("traefik", "authchain.yaml")
    same(set(hosts.IDENTITY), names(text, "authResponseHeaders:",
                                    "# The upstream"),
         "traefik: every field of the identity is taken")
    text = read("envoy", "envoy.yaml")
    same(set(hosts.IDENTITY), names(text, "allowed_upstream_headers:",
                                    "allowed_client_headers"),
         "envoy: every field of the identity is taken")
    same(DENIED, names(text, "allowed_client_headers:", "- name"),
         "envoy: what a client needs is passed on")
    text = read("envoy", "istio.yaml")
    same(set(hosts.IDENTITY), names(text, "headersToUpstreamOnAllow:",
                                    "headersToDownstreamOnDeny"),
         "istio: every field of the identity is taken")
    same(DENIED, names(text, "headersToDownstreamOnDeny:", "---"),
         "istio: what a client needs is passed on")
    for path, sent, got in (
            (("traefik", "authchain.yaml"), "accessControlAllowHeaders:",
             "accessControlExposeHeaders:"),
            (("envoy", "envoy.yaml"), "allow_headers:", "expose_headers:")):
        text = read(*path)
        same(set(), hosts.SENT - listed(text, sent),
             path[0] + ": pages may send all that a client needs")
        same({"www-authenticate", "dpop-nonce", "mcp-session-id"},
             listed(text, got), path[0] + ": and read what it needs")
    for path in (("traefik", "authchain.yaml"), ("envoy", "envoy.yaml"),
                 ("envoy", "istio.yaml")):
        text = read(*path)
        ok("\t" not in text and "authorization" in text.lower(),
           "/".join(path) + ": no tabs, and the token is dropped")
    text = read("envoy", "envoy.yaml")
    ok("failure_mode_allow: false" in text and
       "status_on_error: { code: ServiceUnavailable }" in text,
       "envoy: a failure is a no, and 503")


def main():
    begin("test-contracts")
    with Folder() as where:
        with Daemon(hosts.configure(where), "--trusted-proxy",
                    "127.0.0.1") as daemon:
            for name, ask in (("traefik", traefik), ("envoy", envoy),
                              ("istio", istio)):
                test_decisions(name, ask, daemon)
                test_original(name, ask, daemon)
                note("bound: behind " + name)
                test_bound(ask, daemon)
        test_lists()
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
