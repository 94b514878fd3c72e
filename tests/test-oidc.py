#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A real authorization server judges us: oidc-provider issues signed and
opaque access tokens, publishes keys and metadata, introspects and revokes."""
import base64
import http.client
import json
import os
import time
import urllib.parse

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from e2e import PLUGINS, Folder, Run, begin, done, judge, ok, same, secret, \
    write
from npm import E2E, Script, install, private_jwk

API = "https://api.example.com"

HEAD = """[chain]
deadline = 60s
resource = %s
identity = %s

"""
DISCOVERED = """[plugin as]
type = jwks
issuer = ISSUER
insecure-http = yes
leeway = 0s
"""
BY_URI = DISCOVERED + "jwks-uri = ISSUER/jwks\n"
ASKED = """[plugin ask]
type = oauth
introspection-endpoint = ISSUER/token/introspection
insecure-http = yes
client-id = %s
client-auth = %s
client-secret = @judge
leeway = 0s

[secret judge]
file = DIR/%s.secret
purpose = external
"""
SIGNED = """[plugin ask]
type = oauth
%s
insecure-http = yes
client-id = judge-jwt
client-auth = private_key_jwt
client-key = @judge
leeway = 0s

[secret judge]
file = DIR/%s.secret
encoding = %s
purpose = external
"""
ENDPOINT = "introspection-endpoint = ISSUER/token/introspection\n"
FOUND = "introspection-discovery = yes\nissuer = ISSUER\n"
BASIC = ASKED % ("judge", "basic", "judge")
POST = ASKED % ("judge-post", "post", "judge-post")
CLIENTS = ("service", "judge", "judge-post", "stranger")


def pem_of(jwk):
    value = {name: int.from_bytes(base64.urlsafe_b64decode(
        jwk[name] + "=="), "big") for name in
        ("n", "e", "d", "p", "q", "dp", "dq", "qi")}
    return rsa.RSAPrivateNumbers(
        value["p"], value["q"], value["d"], value["dp"], value["dq"],
        value["qi"], rsa.RSAPublicNumbers(value["e"], value["n"])
    ).private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode()


class Authority(Script):
    """The server, and its clients' side."""

    def __init__(self):
        keys = write(folder + "/keys.json",
                     json.dumps({"keys": [private_jwk()]}), 0o600)
        self.secrets = {name: secret(os.urandom(24).hex())
                        for name in CLIENTS}
        self.key = private_jwk("judge-1")
        clients = write(folder + "/clients.json", json.dumps(dict(
            self.secrets, **{"judge-jwt": {"keys": [
                {k: self.key[k] for k in ("kty", "n", "e", "kid", "alg")}]}})),
            0o600)
        super().__init__(E2E, folder + "/server.log", "server.mjs", keys,
                         clients)

    def post(self, path, client, **form):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        both = "%s:%s" % (client, self.secrets[client])
        try:
            link.request("POST", path, urllib.parse.urlencode(form), {
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": "Basic " + base64.b64encode(
                    both.encode()).decode()})
            answer = link.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
        finally:
            link.close()

    def token(self, resource, scope="read", client="service"):
        status, answer = self.post(
            "/token", client, grant_type="client_credentials",
            resource=API + resource, scope=scope)
        if status != 200:
            raise RuntimeError("no token: %d %s" % (status, answer))
        return secret(answer["access_token"])

    def revoke(self, token):
        return self.post("/token/revocation", "service", token=token)[0]


def chain(resource, identity, *sections):
    numbers.append(1)
    text = HEAD % (API + resource, identity) + "\n".join(sections)
    text = text.replace("ISSUER", authority.url).replace("DIR", folder)
    return write("%s/%d.conf" % (folder, len(numbers)), text)


def allowed(name, conf, token, scopes=("read",), provider="as"):
    answer = judge(conf, token)
    same(("allow", 200, 0, provider, list(scopes)), tuple(
        answer.get(k) for k in ("verdict", "status", "rc", "provider",
                                "scopes")), name)
    same(("service", "service", authority.url), tuple(answer.get(k) for k in (
        "subject", "client_id", "issuer")), name + ": who it is")
    return answer


def denied(name, conf, token, reason, status=401):
    answer = judge(conf, token)
    same(("deny" if status == 401 else "unavailable", status, reason, None),
         tuple(answer.get(k) for k in ("verdict", "status", "reason",
                                       "subject")), name)
    return answer


def later(name, conf, resource, reasons):
    """Good now, and refused when its two seconds are over; a machine that is
    busy may need more than one token for that."""
    answer = {}
    for _ in range(10):
        token = authority.token(resource)
        answer = judge(conf, token)
        if answer.get("verdict") == "allow":
            break
    same("allow", answer.get("verdict"), name + ", before")
    for _ in range(100):
        answer = judge(conf, token)
        if answer.get("verdict") != "allow":
            break
        time.sleep(0.1)
    ok(answer.get("status") == 401 and answer.get("reason") in reasons,
       name, answer)


def signed():
    token = authority.token("/jwt")
    for how, section in (("discovery", DISCOVERED), ("jwks-uri", BY_URI)):
        conf = chain("/jwt", "as", section)
        same(0, Run("check-config", "-f", conf, "--plugin-dir",
                    PLUGINS).rc, how + ": the configuration")
        answer = allowed(how + ": a signed token", conf, token)
        ok(answer.get("expires", 0) > time.time(), how + ": its expiry")
        allowed(how + ": two scopes", conf,
                authority.token("/jwt", "read write"), ("read", "write"))
        denied(how + ": for another resource", conf,
               authority.token("/jwt/other"), "wrong_audience")
        denied(how + ": for a resource that ours begins with", conf,
               authority.token("/jw"), "wrong_audience")
        head, body, signature = token.split(".")
        denied(how + ": another signature", conf, secret(".".join(
            (head, body, signature[::-1][2:] + "AA"))), "bad_signature")
        denied(how + ": an opaque token", conf,
               authority.token("/opaque"), "unclaimed")
        later(how + ": expired", chain("/jwt/short", "as", section),
              "/jwt/short", ("expired",))


def opaque():
    token = authority.token("/opaque")
    for how, section in (("basic", BASIC), ("post", POST)):
        conf = chain("/opaque", "ask", section)
        same(0, Run("check-config", "-f", conf, "--plugin-dir",
                    PLUGINS).rc, how + ": the configuration")
        allowed(how + ": an opaque token", conf, token, provider="ask")
        denied(how + ": for another resource", conf,
               authority.token("/opaque/other"), "wrong_audience")
        denied(how + ": an invented one", conf,
               secret("invented-" + os.urandom(16).hex()), "unknown_token")
        denied(how + ": one byte less", conf, token[:-1], "unknown_token")
        mine = authority.token("/opaque")
        allowed(how + ": one to be revoked", conf, mine, provider="ask")
        same(200, authority.revoke(mine), how + ": it is revoked")
        denied(how + ": revoked", conf, mine, "unknown_token")
        later(how + ": expired", chain("/opaque/short", "ask", section),
              "/opaque/short", ("expired", "unknown_token"))


def signing():
    """private_key_jwt, by each key that may be configured."""
    write(folder + "/jwk.secret", json.dumps(authority.key), 0o600)
    write(folder + "/stranger-jwk.secret", json.dumps(private_jwk("judge-1")),
          0o600)
    write(folder + "/pem.secret", pem_of(authority.key), 0o600)
    token = authority.token("/opaque")
    for how, where, file, encoding in (
            ("a JWK", FOUND, "jwk", "raw"),
            ("PEM", FOUND, "pem", "pem"),
            ("the issuer as audience", ENDPOINT + "issuer = ISSUER\n", "jwk",
             "raw"),
            ("that audience written",
             ENDPOINT + "client-audience = ISSUER\n", "jwk", "raw")):
        conf = chain("/opaque", "ask", SIGNED % (where, file, encoding))
        same(0, Run("check-config", "-f", conf, "--plugin-dir",
                    PLUGINS).rc, how + ": the configuration")
        for _ in range(2): # each assertion has a jti of its own
            allowed(how + ": an opaque token", conf, token, provider="ask")
        denied(how + ": an invented one", conf,
               secret("invented-" + os.urandom(16).hex()), "unknown_token")
    for how, where, file in (
            ("another's key", FOUND, "stranger-jwk"),
            ("an audience of another server", ENDPOINT +
             "client-audience = https://evil.example\n", "jwk")):
        answer = judge(chain("/opaque", "ask", SIGNED % (where, file, "raw")),
                       token)
        ok(answer.get("status") == 503 and "our own credentials" in
           answer.get("detail"), "refused ourselves: " + how, answer)


def both():
    """Keys for what is signed, a question for what is not."""
    conf = chain("/jwt", "as, ask", DISCOVERED, BASIC)
    allowed("both: a signed token", conf, authority.token("/jwt"))
    conf = chain("/opaque", "as, ask", DISCOVERED, BASIC)
    allowed("both: an opaque one", conf, authority.token("/opaque"),
            provider="ask")
    denied("both: an invented one", conf, secret(os.urandom(16).hex()),
           "unknown_token")


def our_own_fault():
    """The server refuses us: that is not the token's fault."""
    token = authority.token("/opaque")
    write(folder + "/wrong.secret", secret(os.urandom(24).hex()), 0o600)
    for name, section in (
            ("a wrong secret", ASKED % ("judge", "basic", "wrong")),
            ("an unknown client", ASKED % ("nobody", "basic", "judge")),
            ("a client that may not ask", ASKED % ("stranger", "basic",
                                                   "stranger"))):
        answer = judge(chain("/opaque", "ask", section), token)
        if name == "a client that may not ask":
            ok(answer.get("verdict") != "allow", "refused ourselves: " + name,
               answer)
            continue
        ok(answer.get("status") == 503 and answer.get("reason") ==
           "dependency_unavailable" and answer.get("retry_after") and
           "our own credentials" in answer.get("detail"),
           "refused ourselves: " + name, answer)


def gone():
    """The server is down: nobody is let in, nobody is blamed."""
    tokens = authority.token("/jwt"), authority.token("/opaque")
    keys = chain("/jwt", "as", DISCOVERED)
    ask = chain("/opaque", "ask", BASIC)
    authority.end()
    denied("down: signed", keys, tokens[0], "keys_unavailable", 503)
    denied("down: opaque", ask, tokens[1], "dependency_unavailable", 503)


install("oidc", E2E)
begin("test-oidc")
numbers = []
with Folder() as folder:
    authority = Authority()
    if ok(authority.port != 0, "the authorization server is up"):
        for who in CLIENTS:
            write("%s/%s.secret" % (folder, who), authority.secrets[who],
                  0o600)
        signed()
        opaque()
        signing()
        both()
        our_own_fault()
        gone()
done()
