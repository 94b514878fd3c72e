#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""/introspect (RFC 7662): who may ask, what is answered of which token, and
what of a body that is none.  Then two daemons: one asks the other."""
import base64
import http.client
import json
import os
import subprocess
import sys
import urllib.parse

import cli
from authchaind import PROGRAM, SCRIPTED, Daemon, request
from e2e import BUILD, Folder, begin, done, mint, ok, same, secret, write

MAX_FORM = 64 << 10
MAX_BASIC = 16 << 10
TARGET = "/introspect/api"
PLUGINS = os.path.join(BUILD, "plugins", ".libs")
FORM = "Content-Type: application/x-www-form-urlencoded"
FIRST = "sesame-of/dovecot+1~=="
SECOND = "sesame-of-backend-77"
STATIC = "sesame-opens-the-api"

SCRIPT = """[plugin %s]
type = scripted
path = %s
prefix = %s-
%s

"""
# name: what it does, status, and whether such a token is active
STAGES = {
    "late": ("verify = pending-accept\ndelay = 50ms\nsubject = late", 200,
             True),
    "never": ("verify = pending-never", 503, None),
    "down": ("verify = unavailable\nretry-after = 7s", 503, None),
    "bad": ("verify = reject\nreason = expired", 200, False),
    "broken": ("verify = unknown", 500, None),
    "rich": ("verify = accept\nsubject = zoe\nscopes = read, write\n"
             "issuer = https://as.test\nexpires-in = 5m\n"
             "attributes = \"user=Zoë \\\"Z\\\"\"\n"
             "claims = \"{\\\"iat\\\":1,\\\"nbf\\\":2.5,\\\"jti\\\":\\\"j\\\","
             "\\\"aud\\\":[\\\"a\\\",\\\"b\\\"],\\\"email\\\":\\\"z@x\\\"}\"",
             200, True),
    "odd": ("verify = accept\nsubject = odd\n"
            "claims = \"{\\\"iat\\\":\\\"1\\\",\\\"nbf\\\":null,"
            "\\\"jti\\\":7,\\\"aud\\\":[\\\"a\\\",1]}\"", 200, True),
}
API = """[chain]
identity = internal, hs, %s
resource = https://api.test
deadline = 6s

[plugin internal]
type = static
token = @internal
subject = robot
scopes = read

[plugin hs]
type = hs256
issuer = https://own.test
secret = @hs

[secret internal]
file = FOLDER/internal.token

[secret hs]
file = FOLDER/hs.key

"""
SMALL = """[chain]
deadline = 60s
identity = internal
%s

[plugin internal]
type = static
token = @internal

[secret internal]
file = FOLDER/internal.token

"""
CALLERS = """[chain]
identity = dovecot, backend, down, late
authorize = paths
anonymous = %s
deadline = 6s

[plugin dovecot]
type = static
token = @dovecot
subject = dovecot

[plugin backend]
type = static
token = @backend
subject = backend server
scopes = ask

[plugin paths]
type = scopes
path = PLUGINS/scopes.so
rules = POST /introspect/guarded ask, POST /introspect/* anyone

[secret dovecot]
file = FOLDER/dovecot.token

[secret backend]
file = FOLDER/backend.token

"""


def install(folder, name, text):
    """A file of the configuration; FOLDER is where it is."""
    return write("%s/%s" % (folder, name), text.replace(
        "FOLDER", folder).replace("PLUGINS", PLUGINS))


def scripted(*names):
    return "".join(SCRIPT % (name, SCRIPTED, name, STAGES[name][0])
                   for name in names)


def configure(where, anonymous="no"):
    """A folder with four chains; its path."""
    etc = where + "/etc"
    chains = etc + "/chains"
    for name, text in (("internal.token", STATIC), ("dovecot.token", FIRST),
                       ("backend.token", SECOND)):
        write("%s/chains/%s" % (etc, name), secret(text) + "\n", 0o600)
    write(etc + "/chains/hs.key", secret("k" * 16 + "0123456789abcdef") + "\n",
          0o600)
    install(chains, "api.conf", API % ", ".join(STAGES) +
          scripted(*STAGES))
    install(chains, "guarded.conf", SMALL % "")
    install(chains, "limited.conf", SMALL % "authorize = limit" +
          SCRIPT % ("limit", SCRIPTED, "x",
                    "authorize = deny\nreason = rate_limited\n"
                    "retry-after = 9s"))
    install(chains, "callers.conf", CALLERS % anonymous +
          scripted("down", "late"))
    return etc


def basic(name, password):
    pair = "%s:%s" % (urllib.parse.quote_plus(name),
                      urllib.parse.quote_plus(password))
    return "Authorization: Basic " + base64.b64encode(pair.encode()).decode()


CALLER = "Authorization: Bearer " + SECOND


def post(daemon, body, *fields, target=TARGET, method="POST", **more):
    if isinstance(body, str):
        body = body.encode()
    if not any(field.startswith("Content-Length") for field in fields):
        fields += ("Content-Length: %d" % len(body),)
    return daemon.ask(target, *fields, method=method, body=body, **more)


def form(token, **more):
    return urllib.parse.urlencode(dict(more, token=token))


def introspect(daemon, token, *fields, **more):
    return post(daemon, form(token), FORM, *(fields or (CALLER,)), **more)


def test_tokens(daemon):
    for name, (_options, status, active) in STAGES.items():
        answer = introspect(daemon, name + "-x")
        body = json.loads(answer.body)
        same((status, active), (answer.status, body.get("active")),
             "%s: %d, active: %s" % (name, status, active))
        same("no-store", answer.one("Cache-Control"),
             "%s: nobody keeps it" % name)
        same("application/json", answer.one("Content-Type"),
             "%s: is JSON" % name)
        if active is False:
            same(b'{"active":false}', answer.body,
                 "%s: and not a word why" % name)
    same("7", introspect(daemon, "down-x").one("Retry-After"),
         "an outage says when to come again, and is no refusal")
    same((429, "9"), (lambda it: (it.status, it.one("Retry-After")))(
        introspect(daemon, STATIC, target="/introspect/limited")),
         "nor is who asked too often refused a token")
    for token in ("nobody-knows-it", "a b", "\0", "\u2603", "x" * 16385,
                  "x" * 20000):
        same(b'{"active":false}', introspect(daemon, token).body,
             "not active: %.9r..." % token)


def test_members(daemon):
    known = json.loads(introspect(daemon, "rich-x").body)
    left = known.pop("exp")
    ok(isinstance(left, int) and left > 1e9, "exp is a time", left)
    same({"active": True, "token_type": "Bearer", "iss": "https://as.test",
          "sub": "zoe", "username": 'Zoë "Z"', "scope": "read write",
          "iat": 1, "nbf": 2.5, "jti": "j", "aud": ["a", "b"]}, known,
         "what the chain knows is told, and no claim besides")
    same({"active": True, "token_type": "Bearer", "sub": "odd"},
         json.loads(introspect(daemon, "odd-x").body),
         "claims of the wrong type are left out")
    same({"active": True, "token_type": "Bearer", "sub": "robot",
          "scope": "read"}, json.loads(introspect(daemon, STATIC).body),
         "a static token has no claims")


def test_callers(daemon):
    right = form(STATIC)
    for name, fields, status in (
            ("a bearer token", (CALLER,), 200),
            ("Basic", (basic("dovecot", FIRST),), 200),
            ("Basic in small letters",
             (basic("dovecot", FIRST).replace("Basic", "bASIC"),), 200),
            ("Basic, a name with a blank",
             (basic("backend server", SECOND),), 200),
            ("nothing", (), 401),
            ("another scheme", ("Authorization: Digest x",), 401),
            ("a wrong token", ("Authorization: Bearer x",), 401),
            ("a token of the chain that is asked",
             ("Authorization: Bearer " + STATIC,), 401),
            ("Basic with a wrong secret", (basic("dovecot", "x"),), 401),
            ("Basic with another's secret", (basic("dovecot", SECOND),), 401),
            ("Basic with an unknown name", (basic("x", FIRST),), 401),
            ("Basic without a name", (basic("", FIRST),), 401),
            ("Basic without a secret", (basic("dovecot", ""),), 401),
            ("Basic with a secret that no token can be",
             (basic("dovecot", "a\0\"b"),), 401),
            ("Basic that is not encoded", ("Authorization: Basic " +
             base64.b64encode(("dovecot:" + FIRST).encode()).decode(),), 401),
            ("Basic without a colon", ("Authorization: Basic ZG92ZWNvdA==",),
             401),
            ("Basic that is no base64", ("Authorization: Basic ,,,,",), 401),
            ("Basic and nothing behind", ("Authorization: Basic",), 401),
            ("Bearer and nothing behind", ("Authorization: Bearer",), 400),
            ("two credentials", (CALLER, basic("dovecot", FIRST)), 400),
            ("two times the same", (CALLER, CALLER), 400),
            ("an outage where callers are known",
             ("Authorization: Bearer down-x",), 503),
            ("Basic, and an outage", (basic("x", "down-x"),), 503),
            ("a decision that takes its time",
             ("Authorization: Bearer late-x",), 200)):
        answer = post(daemon, right, FORM, *fields)
        same(status, answer.status, "callers: %s: %d" % (name, status))
        ok(b"active" not in answer.body or status == 200,
           "callers: %s: the token is judged for who may ask" % name, answer)
        same(status == 401, answer.one("WWW-Authenticate") is not None,
             "callers: %s: a challenge with 401 alone" % name)
        if status == 503:
            same("7", answer.one("Retry-After"),
                 "callers: %s: when to come again" % name)
    answer = post(daemon, right, FORM)
    ok(answer.one("WWW-Authenticate").startswith("Bearer") and
       'Basic realm="authchain"' in answer.one("WWW-Authenticate"),
       "both ways are offered", answer)
    answer = post(daemon, right, FORM, basic("dovecot", "x"))
    ok(answer.one("WWW-Authenticate").startswith("Basic ") and
       json.loads(answer.body)["error"] == "invalid_client",
       "who tried Basic is told of Basic", answer)
    same(403, introspect(daemon, STATIC, basic("dovecot", FIRST),
                         target="/introspect/guarded").status,
         "a rule of the callers' chain says who may ask about which: no")
    same(200, introspect(daemon, STATIC, target="/introspect/guarded").status,
         "and yes")
    long = "a" * (MAX_BASIC * 3 // 4 - len("dovecot:"))
    for size, word in ((0, "not too long"), (3, "too long")):
        field = basic("dovecot", long + "a" * size)
        same(401, post(daemon, right, FORM, field).status,
             "%d bytes of Basic are %s, and 401" %
             (len(field.split()[2]), word))


def test_requests(daemon):
    right = form(STATIC)
    for target, status in (
            ("/introspect/api", 200), ("/introspect/api?token=x", 200),
            ("/introspect", 404), ("/introspect?chain=api", 404),
            ("/introspect/", 404), ("/introspect/api/", 404),
            ("/introspect/API", 404), ("/introspect/nobody", 500),
            ("/introspection", 404), ("/introspect/callers", 200)):
        same(status, post(daemon, right, FORM, CALLER, target=target).status,
             "%s: %d" % (target, status))
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        answer = daemon.ask(TARGET + "?" + right, CALLER, method=method)
        same((405, "POST"), (answer.status, answer.one("Allow")),
             method + " is refused")
    for name, body, status in (
            ("a hint", right + "&token_type_hint=access_token", 200),
            ("an unknown hint", "token_type_hint=x&" + right, 200),
            ("more parameters", "a=b&&c&" + right + "&", 200),
            ("percent signs", "token=%73" + right[len("token=s"):], 200),
            ("a percent-encoded name", right.replace("tok", "%74ok"), 200),
            ("another parameter's name in capitals", "Token=x&" + right, 200),
            ("a secret in the body", right + "&client_id=a&client_secret=b",
             200),
            ("no body", "", 400), ("no token", "a=b", 400),
            ("an empty token", "token=", 400), ("no value", "token", 400),
            ("two tokens", right + "&" + right, 400),
            ("two tokens, one empty", right + "&token=", 400),
            ("two tokens, one spelt otherwise", right + "&%74oken=x", 400),
            ("two hints", right + "&token_type_hint=a&token_type_hint=a", 400),
            ("half a percent sign", "token=a%4", 400),
            ("a percent sign of no digits", "token=a%zz", 400),
            ("a semicolon is no end", "a=b;" + right, 400),
            ("JSON", json.dumps({"token": STATIC}), 400),
            ("32 parameters", right + "&" + "&".join(
                "p%d" % n for n in range(31)), 200),
            ("33 parameters", right + "&" + "&".join(
                "p%d" % n for n in range(32)), 400)):
        answer = post(daemon, body, FORM, CALLER)
        same(status, answer.status, "%s: %d" % (name, status))
        if status == 400:
            same("invalid_request", json.loads(answer.body)["error"],
                 name + ": invalid_request")
    for name, fields, status in (
            ("with a charset", (FORM + ";charset=UTF-8",), 200),
            ("in capitals", (FORM.upper(),), 200),
            ("JSON", ("Content-Type: application/json",), 415),
            ("multipart", ("Content-Type: multipart/form-data",), 415),
            ("a longer name", (FORM + "x",), 415), ("none", (), 415),
            ("two", (FORM, FORM), 415)):
        same(status, post(daemon, right, CALLER, *fields).status,
             "content type %s: %d" % (name, status))


def chunks(body, size):
    parts = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part)
                    for part in parts) + b"0\r\n\r\n"


def test_sizes(daemon):
    """At the bound, and one byte behind it, in every way to send it."""
    for size, status in ((MAX_FORM, 200), (MAX_FORM + 1, 413)):
        body = (form(STATIC) + "&pad=").encode()
        body += b"x" * (size - len(body))
        same(status, post(daemon, body, FORM, CALLER).status,
             "%d bytes: %d" % (size, status))
        for piece in (1000, size):
            with daemon.link() as link:
                link.send(request(TARGET, FORM, CALLER,
                                  "Transfer-Encoding: chunked",
                                  method="POST") + chunks(body, piece))
                answer = link.answer()
            same(status, answer.status, "%d bytes in chunks of %d: %d" %
                 (size, piece, status))
    with daemon.link() as link:
        link.send(request(TARGET, FORM, "Transfer-Encoding: chunked",
                          method="POST") + chunks(b"x" * 300000, 5000))
        same(401, link.answer().status,
             "who may not ask has sent it for nothing")
    for value in ("-1", "1x", "99999999999999999999", ""):
        with daemon.link() as link:
            link.send(request(TARGET, FORM, CALLER,
                              "Content-Length: " + value, method="POST"))
            answer = link.answer()
        ok(answer is None or answer.status in (400, 413),
           "a length of %r is none" % value, answer)
    with daemon.link() as link:
        link.send(request(TARGET, FORM, CALLER, "Content-Length: 9",
                          "Transfer-Encoding: chunked", method="POST") +
                  chunks(b"token=abc", 9))
        same(400, link.answer().status, "two lengths are refused")


def test_pieces(daemon):
    body = form(STATIC).encode()
    whole = request(TARGET, FORM, CALLER, "Content-Length: %d" % len(body),
                    method="POST", body=body)
    with daemon.link() as link:
        for at in range(len(whole)):
            link.send(whole[at:at + 1])
        same(200, link.answer().status, "byte by byte")
        link.send(whole + whole)
        same([200, 200], [link.answer().status for _ in range(2)],
             "two at once, on the same connection")
        for _ in range(3):
            link.send(request(TARGET, FORM, "Content-Length: %d" % len(body),
                              method="POST"))
            link.send(body)
            same(401, link.answer().status, "a refusal, and it goes on")
        link.send(request(TARGET, FORM, CALLER, "Expect: 100-continue",
                          "Content-Length: %d" % len(body), method="POST"))
        same(100, link.answer().status, "who asks whether to go on may")
        link.send(body)
        same(200, link.answer().status, "and is answered")
    client = http.client.HTTPConnection(*daemon.tcp, timeout=30)
    for token, active in ((STATIC, True), ("x", False), ("late-x", True)):
        client.request("POST", TARGET, form(token), dict(
            line.split(": ") for line in (FORM, CALLER)))
        answer = client.getresponse()
        same((200, active), (answer.status,
                             json.loads(answer.read())["active"]),
             "http.client: active: %s" % active)
    client.close()
    with daemon.link() as link:
        link.send(whole[:-5])
    same(200, introspect(daemon, STATIC).status,
         "a caller that left halfway does no harm")


def test_at_once(daemon):
    links = [daemon.link() for _ in range(30)]
    body = form("never-x").encode()
    for link in links:
        link.send(request(TARGET, FORM, "Authorization: Bearer late-x",
                          "Content-Length: %d" % len(body), method="POST",
                          body=body))
    same(200, introspect(daemon, STATIC).status,
         "while 30 are waited for another one is answered")
    same({503}, {link.answer().status for link in links},
         "those that wait end at the deadline, and are not refused")
    for link in links:
        link.close()


def test_log(daemon):
    daemon.wait_for('introspect: "backend server" asked chain api: '
                    "not active, expired")
    daemon.wait_for("introspect: a caller was turned away: unclaimed")
    text = daemon.ask("/metrics", address=daemon.folder +
                      "/admin.sock").body.decode()
    ok('{chain="api",provider="bad",verdict="deny",reason="expired"}' in text
       and 'chain="callers",provider="dovecot",verdict="allow"' in text,
       "reasons and callers are counted", text)


ASKER = """[chain]
deadline = 60s
identity = remote, own
resource = https://api.test

[plugin own]
type = static
token = @internal

[plugin remote]
type = oauth
introspection-endpoint = http://127.0.0.1:%d/introspect/api
insecure-http = yes
client-id = %s
client-secret = @client
audience = %s
cache = 0
negative-cache = 0

[secret internal]
file = FOLDER/internal.token

[secret client]
file = FOLDER/client.secret
purpose = external
"""


def test_chained(daemon, where):
    """The oauth entry of a second daemon asks the first."""
    key = where + "/etc/chains/hs.key"
    good = mint(key, "--sub", "alice", "--iss", "https://own.test", "--aud",
                "https://api.test", "--scope", "read", "--ttl", "10m")
    known = json.loads(introspect(daemon, good).body)
    ok(known["aud"] in ("https://api.test", ["https://api.test"]) and
       known["sub"] == "alice" and known["scope"] == "read" and
       known["iat"] <= known["exp"], "a JWT's claims are told", known)
    opaque = "late-" + secret("opaque-to-the-second")
    for name, client, password, audience, rows in (
            ("a", "dovecot", FIRST, "none", (
                (opaque, 200), ("bad-x", 401), ("down-x", 503),
                ("never-x", 503), ("broken-x", 503), ("nobody", 401))),
            ("b", "dovecot", SECOND, "none", ((opaque, 503),)),
            ("c", "dovecot", FIRST, "a", (("rich-x", 200), (opaque, 401)))):
        folder = "%s/%s" % (where, name)
        write(folder + "/internal.token", "not-this-one-but-another\n", 0o600)
        write(folder + "/client.secret", password + "\n", 0o600)
        config = install(folder, "t.conf", ASKER % (daemon.tcp[1], client,
                                                    audience))
        with Daemon(config) as asker:
            for token, status in rows:
                same(status, asker.ask(
                    "/authz/forward-auth/t", "Authorization: Bearer " + token
                ).status, "chained %s: %.8s: %d" % (name, token, status))
            if name == "a":
                same("late", asker.ask(
                    "/authz/forward-auth/t", "Authorization: Bearer " + opaque
                ).one("X-Auth-Subject"), "chained: the subject arrives")


def test_off(where):
    config = where + "/etc"
    with Daemon(config) as daemon:
        for method in ("POST", "GET"):
            same(404, daemon.ask(TARGET, CALLER, method=method).status,
                 "without a chain of callers there is no such path: " + method)
    with Daemon(configure(where, "yes"), "--introspect-callers",
                "callers") as daemon:
        same(401, post(daemon, form(STATIC), FORM).status,
             "nobody is no caller, though the chain takes nobody")
        same(200, introspect(daemon, STATIC).status, "and others may ask")


def test_single(where):
    """Without a name the only chain is meant, or the only one besides."""
    etc = where + "/single"
    write(etc + "/chains/internal.token", STATIC + "\n", 0o600)
    install(etc + "/chains", "api.conf", SMALL % "")
    with Daemon(etc, "--introspect-callers", "api") as daemon:
        for target in ("/introspect", "/introspect?x", "/introspect/api"):
            same(200, introspect(daemon, STATIC, "Authorization: Bearer " +
                                 STATIC, target=target).status,
                 "one chain: " + target)
        install(etc + "/chains", "other.conf", SMALL % "")
        ok(daemon.reload(), "a second chain comes")
        same(b'{"active":false}', introspect(
            daemon, "x", "Authorization: Bearer " + STATIC,
            target="/introspect").body, "two: the other one is meant")
        install(etc + "/chains", "third.conf", SMALL % "")
        ok(daemon.reload(), "and a third")
        same(404, introspect(daemon, STATIC, "Authorization: Bearer " + STATIC,
                             target="/introspect").status,
             "three: it has to be said which")
        os.unlink(etc + "/chains/api.conf")
        ok(not daemon.reload(), "the callers' own chain may not go")
        same(b'{"active":false}', introspect(
            daemon, "x", "Authorization: Bearer " + STATIC,
            target="/introspect/other").body, "and who asks is judged by it")
        said = daemon.text().splitlines()[-1]
        ok("was not taken" in said and 'callers "api"' in said,
           "and the log says which it is", said)
        install(etc + "/chains", "api.conf", SMALL % "")
        ok(daemon.reload(), "when it is back the configuration is taken")
    os.unlink(etc + "/chains/api.conf")
    got = subprocess.run([PROGRAM, "-t", "-f", etc, "--plugin-dir",
                          cli.PLUGINS, "--introspect-callers", "api"],
                         capture_output=True, timeout=60)
    ok(got.returncode == 3 and b'callers "api"' in got.stderr,
       "nor is there a start without it", got)


def main():
    begin("test-introspection")
    with Folder() as where:
        etc = configure(where)
        with Daemon(etc, "--introspect-callers", "callers", "--workers", "2",
                    "--verbose", "--admin",
                    "unix:" + where + "/admin.sock") as daemon:
            for test in (test_tokens, test_members, test_callers,
                         test_requests, test_sizes, test_pieces, test_at_once,
                         test_log):
                test(daemon)
            test_chained(daemon, where)
        test_off(where)
        test_single(where)
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
