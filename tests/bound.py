# SPDX-License-Identifier: BSD-2-Clause
"""Tokens that are bound to a key (RFC 9449), through a real proxy: what it
tells of a request is what a proof has to be for, and what a client needs to
go on reaches it."""
import re

from e2e import ok, same
from proof import RESOURCE, Key, proof

CONFIG = """[plugin dpop]
path = %s/plugins/.libs/dpop.so
nonce = required
nonce-life = 1h
max-age = 10m
"""
OTHERS = "https://other.test/mcp"


class Client:
    """Has a key, a token that is bound to it, and the newest nonce."""

    def __init__(self, proxy, jwt):
        self.proxy = proxy
        self.jwt = jwt
        self.key = Key()
        self.token = self.bound()
        self.nonce = None

    def bound(self, **claims):
        return self.jwt(cnf={"jkt": self.key.thumbprint}, **claims)

    def proof(self, token=None, claims=None, **changes):
        claims = dict({"nonce": self.nonce} if self.nonce else {},
                      **(claims or {}))
        return proof(self.key, token or self.token, claims=claims, **changes)

    def ask(self, *proofs, fields=(), target="/mcp?x=1", scheme="DPoP",
            token=None, **more):
        if more.get("method") == "POST":
            fields, more["body"] = (*fields, "Content-Length: 2"), b"hi"
        return self.proxy.ask(
            target, "Authorization: %s %s" % (scheme, token or self.token),
            *("DPoP: " + text for text in proofs), *fields, **more)


def error(answer):
    """(scheme, error) of the one challenge; ("", "") without."""
    line = answer.one("WWW-Authenticate") or ""
    found = re.search(r'\berror="(\w+)"', line)
    if not found:
        return "", ""
    return ("DPoP" if "DPoP " in line[:found.start()] else "Bearer",
            found.group(1))


def test_nonce(client):
    """From nothing to a nonce, which a client needs both fields for."""
    answer = client.ask()
    same((401, "DPoP", "invalid_dpop_proof"), (answer.status, *error(answer)),
         "bound: without a proof the challenge is DPoP's")
    answer = client.ask(client.proof())
    client.nonce = answer.one("DPoP-Nonce")
    same((401, "DPoP", "use_dpop_nonce"), (answer.status, *error(answer)),
         "bound: without a nonce the challenge asks for one")
    ok(client.nonce, "bound: and the nonce reaches the client", answer)
    same(401, client.ask(client.proof(claims={"nonce": "A" * 32})).status,
         "bound: a nonce that nobody gave is refused")


def test_taken(client, seen):
    for name, htm, target in (("a proof with the nonce", "GET", "/mcp"),
                              ("and a query beside it", "GET", "/mcp?a=b&c"),
                              ("for a POST", "POST", "/mcp")):
        answer = client.ask(client.proof(claims={"htm": htm}), method=htm,
                            target=target)
        if same(200, answer.status, "bound: taken: " + name):
            fields = seen(answer)[2]
            same((["alice"], None), (fields.get("x-auth-subject"),
                                     fields.get("authorization")),
                 "bound: the upstream hears who it is, and not the token")
    answer = client.ask(client.proof(claims={"htu": RESOURCE + "/a%2fb"}),
                        target="/mcp/a%2fb")
    same(200, answer.status, "bound: taken: for a path with an escape")
    same(200, client.ask(client.proof(), scheme="dpop").status,
         "bound: taken: the scheme in small letters")


def refusals(client):
    """(name, proofs, what is different about the request)"""
    def claims(**more):
        return (client.proof(claims=more),)

    here = "http://%s:%d/mcp" % client.proxy.address
    used = client.proof()
    same(200, client.ask(used).status, "bound: a proof is taken once")
    return (
        ("the same again", (used,), {}),
        ("it again with a POST", (used,), {"method": "POST"}),
        ("no proof", (), {}),
        ("one for another method", claims(htm="POST"), {}),
        ("a POST with one for GET", claims(), {"method": "POST"}),
        ("one for another path", claims(htu=RESOURCE + "/x"), {}),
        ("one for another host", claims(htu=OTHERS), {}),
        ("one for the proxy's address", claims(htu=here), {}),
        ("one for what the daemon is asked",
         claims(htu="https://api.test/authz/forward-auth/t"), {}),
        ("another path by a field of the client's",
         claims(htu=RESOURCE + "/x"),
         {"fields": ("X-Forwarded-Uri: /mcp/x",)}),
        ("another method by a field of the client's", claims(htm="POST"),
         {"fields": ("X-Forwarded-Method: POST",)}),
        ("another host by a field of the client's", claims(htu=OTHERS),
         {"fields": ("X-Forwarded-Host: other.test",)}),
        ("one of another key", (proof(Key(), client.token,
                                      claims={"nonce": client.nonce}),), {}),
        ("one for another token", (client.proof(token="x"),), {}),
        ("two", claims() + claims(), {}),
    )


def test_refused(client, asked):
    for name, proofs, more in refusals(client):
        before = len(asked)
        answer = client.ask(*proofs, **more)
        same((401, "DPoP", "invalid_dpop_proof", before),
             (answer.status, *error(answer), len(asked)),
             "bound: refused: " + name)


def test_schemes(client):
    for name, proofs in (("a proof", (client.proof(),)), ("none", ())):
        answer = client.ask(*proofs, scheme="Bearer")
        same((401, "Bearer", "invalid_token"),
             (answer.status, *error(answer)),
             "bound: refused: as Bearer with " + name)
    free = client.jwt()
    answer = client.ask(client.proof(free), token=free)
    same((401, "DPoP", "invalid_token"), (answer.status, *error(answer)),
         "bound: refused: a token that is not, as DPoP")
    poor = client.bound(scope="write")
    answer = client.ask(client.proof(poor), token=poor)
    same((403, "DPoP", "insufficient_scope"),
         (answer.status, *error(answer)),
         "bound: a scope is missing: 403, and the challenge is DPoP's")


def check(proxy, jwt, seen, asked):
    """jwt makes a token, seen reads what the upstream saw, asked is what it
    was asked for."""
    client = Client(proxy, jwt)
    test_nonce(client)
    test_taken(client, seen)
    test_refused(client, asked)
    test_schemes(client)
