#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchaind as a proxy sees it: paths, dialects, header rules, its life."""
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import cli
import fcgi
from authchaind import PROGRAM, SCRIPTED, Daemon, Link, request, \
    until
from e2e import SOURCE, Folder, begin, done, ok, same, secret, write

FORWARD = "/authz/forward-auth/t"
NGINX = "/authz/auth-request/t"
ENVOY = "/authz/ext-authz/t"
IDENTITY = ("User", "Subject", "Issuer", "Scopes", "Groups", "Client",
            "Method", "Expires", "Request-Id")

CONFIG = """[chain]
identity = %s
challenge = oauth
resource = https://api.test/mcp
deadline = 6s

[plugin oauth]
authorization-servers = https://as.test
forward-metadata = no

[plugin internal]
type = static
token = @internal
subject = robot
scopes = read, write

[secret internal]
file = %s/internal.token

%s
"""
STAGED = """[plugin %(name)s]
type = scripted
path = %(path)s
prefix = %(name)s-
%(options)s
"""
# name: what it does, and the status that the client shall get
STAGES = {
    "late": ("verify = pending-accept\ndelay = 50ms", 200),
    "never": ("verify = pending-never", 503),
    "down": ("verify = unavailable\nretry-after = 7s", 503),
    "bad": ("verify = reject\nreason = expired", 401),
    "broken": ("verify = unknown", 500),
    "rich": ("verify = accept\nsubject = \"Zo\\u00eb, \\\"50%\\\"\"\n"
             "scopes = a, b\nattributes = user=zoe, \"groups=x%  y\""
             "\nissuer = https://as.test", 200),
}


def configure(where):
    """A configuration file and its secrets; the path of the file."""
    write(os.path.join(where, "internal.token"),
          secret("sesame-opens-it-all"), 0o600)
    plugins = "".join(
        STAGED % {"name": name, "path": SCRIPTED,
                  "options": options.replace("\\u00eb", "ë")}
        for name, (options, _status) in STAGES.items())
    path = os.path.join(where, "t.conf")
    write(path, CONFIG % (", ".join(["internal", *STAGES]), where, plugins))
    return path


def bearer(token):
    return "Authorization: Bearer " + token


GOOD = bearer("sesame-opens-it-all")


def test_paths(daemon):
    for target, status in (
            (FORWARD, 200), (FORWARD + "?access_token=x", 200), (NGINX, 200),
            (ENVOY + "/", 200), (ENVOY + "/a/b?c=d", 200), (ENVOY, 404),
            (FORWARD + "/", 404), ("/authz/forward-auth/", 404),
            ("/authz/forward-auth", 404), ("/", 404), ("//", 404),
            ("/authz/forward-auth/%74", 404), ("/authz/FORWARD-AUTH/t", 404),
            ("/x/../authz/forward-auth/t", 404), (FORWARD + "%00", 404),
            ("/authz/forward-auth/nobody", 500),
            ("/authz/forward-auth/" + "a" * 64, 500),
            ("/authz/forward-auth/" + "a" * 65, 404),
            ("/livez", 404), ("/metrics", 404), ("/status", 404)):
        answer = daemon.ask(target, GOOD)
        same(status, answer.status, "%s is answered with %d" %
             (target[:60], status))
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH",
                   "PROPFIND"):
        same(200, daemon.ask(FORWARD, GOOD, method=method).status,
             "any method is judged: " + method)
    same(200, daemon.ask(FORWARD, GOOD, version="1.0").status,
         "HTTP/1.0 is served")


def test_forward_auth(daemon):
    for name, (_options, status) in STAGES.items():
        answer = daemon.ask(FORWARD, bearer(name + "-x"))
        same(status, answer.status, "forward-auth, %s: %d" % (name, status))
        same(status == 401, answer.one("WWW-Authenticate") is not None,
             "forward-auth, %s: a challenge only with 401" % name)
        if status != 200:
            body = json.loads(answer.body)
            same({"error", "error_description"}, set(body),
                 "forward-auth, %s: a body that says why" % name)
    answer = daemon.ask(FORWARD)
    same(401, answer.status, "no credential: 401")
    ok("error" not in answer.one("WWW-Authenticate"),
       "no credential: a challenge without error", answer)
    same(400, daemon.ask(FORWARD, GOOD, GOOD).status,
         "two Authorization fields: 400")
    same(400, daemon.ask(FORWARD, GOOD, bearer("x"), GOOD).status,
         "three Authorization fields: 400")
    same("7", daemon.ask(FORWARD, bearer("down-x")).one("Retry-After"),
         "an unavailable provider says when to come again")
    same(401, daemon.ask(FORWARD + "?access_token=sesame-opens-it-all").status,
         "a token in the query is none")


def test_auth_request(daemon):
    for name, (_options, status) in STAGES.items():
        answer = daemon.ask(NGINX, bearer(name + "-x"))
        wanted = status if status in (200, 401) else 403
        same(wanted, answer.status, "auth-request, %s: %d" % (name, wanted))
        same(b"", answer.body, "auth-request, %s: no body" % name)
        if status != 200:
            same(str(status), answer.one("X-Authchain-Status"),
                 "auth-request, %s: the real status beside it" % name)
            ok(answer.one("X-Authchain-Error"),
               "auth-request, %s: the error code beside it" % name, answer)
    same("7", daemon.ask(NGINX, bearer("down-x")).one("Retry-After"),
         "auth-request: Retry-After is there")
    answer = daemon.ask(NGINX, GOOD, GOOD)
    same((403, "400"), (answer.status, answer.one("X-Authchain-Status")),
         "auth-request: a malformed request is 403 that says 400")


def test_identity(daemon):
    answer = daemon.ask(FORWARD, GOOD)
    names = [name for name, _ in answer.fields if name.startswith("X-Auth-")]
    same(["X-Auth-" + name for name in IDENTITY], names,
         "the identity set is complete, one of each")
    same(("robot", "robot", "", "read write", "", "", "internal", ""),
         tuple(answer.one("X-Auth-" + name) for name in IDENTITY[:-1]),
         "a static token's identity; what is not known is empty")
    answer = daemon.ask(FORWARD, bearer("rich-x"), "X-Auth-Subject: root",
                        "X-Request-Id: req-1")
    same(("zoe", "Zo%C3%AB%2C%20\"50%25\"", "https://as.test", "a b",
          "x%25 y", "", "rich", "", "req-1"),
         tuple(answer.one("X-Auth-" + name) for name in IDENTITY),
         "names are percent-encoded ASCII, and the client's own are ignored")
    ids = {daemon.ask(FORWARD, GOOD).one("X-Auth-Request-Id")
           for _ in range(3)}
    ok(len(ids) == 3 and all(len(one) == 16 for one in ids),
       "a request without a name gets one", ids)
    with daemon.link() as link:
        seen = []
        for number in range(20):
            link.send(request(FORWARD, bearer("rich-x") if number % 3 == 0
                              else GOOD, "X-Request-Id: req-%d" % number))
            answer = link.answer()
            seen.append((answer.one("X-Auth-User"), answer.one("X-Auth-Issuer"),
                         answer.one("X-Auth-Request-Id")))
    same([("zoe", "https://as.test", "req-%d" % number) if number % 3 == 0
          else ("robot", "", "req-%d" % number) for number in range(20)], seen,
         "one after the other on a connection, each has its own")
    for bad in ("x" * 65, "a b", "\x80"):
        got = daemon.ask(FORWARD, GOOD, "X-Request-Id: " + bad)
        ok(len(got.one("X-Auth-Request-Id")) == 16,
           "a name that is none is replaced: %r" % bad[:5], got)
    same("x" * 64, daemon.ask(FORWARD, GOOD, "X-Request-Id: " + "x" * 64)
         .one("X-Auth-Request-Id"), "a name of 64 bytes is kept")
    got = daemon.ask(FORWARD, GOOD, "X-Request-Id: mine", address=daemon.tcp)
    ok(got.one("X-Auth-Request-Id") != "mine",
       "a stranger does not name requests", got)


def test_strict(daemon):
    for name, fields in (
            ("two Hosts", ("Host: a", "Host: b")),
            ("two Hosts that agree", ("Host: a", "Host: a")),
            ("two lengths", ("Content-Length: 0", "Content-Length: 1")),
            ("length and chunks", ("Content-Length: 1",
                                   "Transfer-Encoding: chunked")),
            ("a blank before the colon", ("X-A : b",)),
            ("an empty name", (": b",)),
            ("a NUL in a value", ("X-A: b\0c",)),
            ("a control byte in a value", ("X-A: b\x01c",)),
            ("a lone CR in a value", ("X-A: b\rc",)),
            ("a NUL in a credential",
             ("Authorization: Bearer sesame-opens-it-all\0",)),
            ("no blank behind the colon", ("X-A:b",)),
            ("two blanks behind the colon", ("X-A:  b",)),
            ("a folded line", ("X-A: b", " c")),
            ("a folded credential", ("Authorization: Bearer",
                                     " sesame-opens-it-all")),
            ("X-Forwarded-Uri twice, differing",
             ("X-Forwarded-Uri: /a", "X-Forwarded-Uri: /b")),
            ("X-Forwarded-Uri and X-Original-URI differing",
             ("X-Forwarded-Uri: /a", "X-Original-URI: /b")),
            ("methods that differ",
             ("X-Forwarded-Method: GET", "X-Original-Method: POST")),
            ("two X-Forwarded-For", ("X-Forwarded-For: 192.0.2.1",
                                     "X-Forwarded-For: 192.0.2.2"))):
        with daemon.link() as link:
            if not any(field.startswith("Authorization") for field in fields):
                fields = (GOOD, *fields)
            link.send(request(FORWARD, *fields))
            answer = link.answer()
        ok(answer is None or answer.status == 400,
           "%s: refused" % name, answer)
    same(200, daemon.ask(FORWARD, GOOD, "X-Forwarded-Uri: /a",
                         "X-Original-URI: /a").status,
         "fields that agree are taken")
    same(200, daemon.ask(FORWARD, GOOD, "X-Forwarded-Uri: /a",
                         "X-Forwarded-Uri: /b", address=daemon.tcp).status,
         "what a stranger says of the request is not even read")
    fields = ["X-%d: y" % number for number in range(126)]
    same(200, daemon.ask(FORWARD, GOOD, *fields).status,
         "128 header fields are taken")
    same(400, daemon.ask(FORWARD, GOOD, "X-A: b", *fields).status,
         "129 are not")
    answer = daemon.ask(FORWARD, bearer("A" * 65536))
    ok(answer is None or answer.status in (401, 413, 431),
       "64 KiB of credential are refused", answer)
    same(401, daemon.ask(FORWARD, bearer("A" * 16384)).status,
         "16 KiB of credential are judged")


def test_bodies(daemon):
    with daemon.link() as link:
        link.send(request(FORWARD, GOOD, "Content-Length: 1000000",
                          method="POST"))
        same(200, link.answer().status, "a body that is announced is not "
             "waited for")
    with daemon.link() as link:
        link.send(request(FORWARD, GOOD, "Transfer-Encoding: chunked",
                          method="POST"))
        same(200, link.answer().status, "nor are chunks")
    with daemon.link() as link:
        link.send(request(FORWARD, bearer("late-x"), "Content-Length: 9",
                          method="POST"))
        same(200, link.answer().status, "nor while a decision is waited for")
    empty = request(ENVOY + "/", GOOD, "Content-Length: 0", method="POST")
    with daemon.link() as link:
        statuses = []
        for _ in range(3):
            link.send(empty)
            answer = link.answer()
            statuses.append(answer and answer.status)
            if answer is None or answer.one("Connection") == "close":
                break
    same([200] * 3, statuses, "a body of 0 bytes does not cost the connection")
    for name, fields in (("-0", ("Content-Length: -0",)),
                         ("00", ("Content-Length: 00",)),
                         ("0, 0", ("Content-Length: 0, 0",)),
                         ("0 twice", ("Content-Length: 0",) * 2),
                         ("0 and chunks", ("Content-Length: 0",
                                           "Transfer-Encoding: chunked"))):
        with daemon.link() as link:
            link.send(request(ENVOY + "/", GOOD, *fields, method="POST"))
            link.answer()
            ok(link.ended(), "a length of %s does" % name)
    for dialect in (FORWARD, NGINX):
        with daemon.link() as link:
            statuses = []
            for number in range(20):
                link.send(request(dialect, GOOD if number % 2 else
                                  bearer("bad-x")))
                statuses.append(link.answer().status)
        same([401, 200] * 10, statuses,
             "20 requests and 10 denials on one connection: " + dialect)


def test_documents(daemon):
    path = "/.well-known/oauth-protected-resource"
    for target in (path, path + "/mcp", path + "?x=y"):
        answer = daemon.ask(target)
        same((200, "application/json", "*"),
             (answer.status, (answer.one("Content-Type") or "").split(";")[0],
              answer.one("Access-Control-Allow-Origin")),
             target + " is published for all")
        same("https://api.test/mcp", json.loads(answer.body)["resource"],
             target + " names the resource")
    same(b"", daemon.ask(path, method="HEAD").body, "HEAD has no body")
    answer = daemon.ask(path, method="OPTIONS")
    same((204, "*"), (answer.status,
                      answer.one("Access-Control-Allow-Origin")),
         "a browser may ask first")
    for target, method, status in (
            (path + "/other", "GET", 404), (path, "POST", 405),
            (path, "DELETE", 405), ("/.well-known/", "GET", 404),
            ("/.well-known/../etc/passwd", "GET", 404),
            ("/.well-known/%6fauth-protected-resource", "GET", 404)):
        same(status, daemon.ask(target, method=method).status,
             "%s %s: %d" % (method, target, status))


def test_admin(daemon):
    where = daemon.folder + "/admin.sock"
    for target, status, text in (
            ("/livez", 200, b"ok"), ("/readyz", 200, b"ready"),
            ("/readyz?verbose", 200, b"ready"), ("/status", 200, b"chains"),
            ("/metrics", 200, b"authchain_build_info"), ("/", 404, b""),
            ("/livez/", 404, b""), ("/livez?x", 404, b""),
            (FORWARD, 404, b"")):
        answer = daemon.ask(target, GOOD, address=where)
        ok(answer.status == status and text in answer.body,
           "admin: %s: %d" % (target, status), answer)
    same(405, daemon.ask("/livez", method="POST", address=where).status,
         "admin: POST is refused")

    def counted(kind):
        text = daemon.ask("/metrics", address=where).body.decode()
        return sum(float(line.split()[-1]) for line in text.splitlines()
                   if line.startswith(kind))
    allowed = ('authchain_decisions_total{chain="t",provider="internal",'
               'verdict="allow",reason="none"}')
    before, times = counted(allowed), counted(
        "authchain_decision_duration_seconds_count")
    for _ in range(3):
        daemon.ask(FORWARD, GOOD)
    daemon.ask("/authz/forward-auth/made-up-by-somebody", GOOD)
    same(3, counted(allowed) - before, "metrics: decisions are counted")
    same(4, counted("authchain_decision_duration_seconds_count") - times,
         "metrics: their times are")
    text = daemon.ask("/metrics", address=where).body.decode()
    ok("made-up" not in text and 'reason="no_such_chain"' in text,
       "metrics: a chain that is none is no label", text)
    ok('le="+Inf"' in text and "# TYPE authchain_decisions_total counter"
       in text, "metrics: types and buckets are there", text)


def test_waiting(daemon):
    """More checks wait than there are threads, and others go on."""
    links = [daemon.link() for _ in range(40)]
    for link in links:
        link.send(request(FORWARD, bearer("never-x")))
    same(200, daemon.ask(FORWARD, GOOD).status,
         "while 40 checks wait another one is answered")
    same({503}, {link.answer().status for link in links},
         "those that wait end at the deadline")
    for link in links:
        link.close()
    with daemon.link() as link:
        link.send(request(FORWARD, bearer("late-x")))
        link.close()
    same(200, daemon.ask(FORWARD, bearer("late-x")).status,
         "a client that left does no harm")


def test_reload(daemon, config):
    with open(config, encoding="utf-8") as file:
        text = file.read()
    write(config, text.replace("subject = robot", "subject = android"))
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("was read anew")
    same("android", daemon.ask(FORWARD, GOOD).one("X-Auth-Subject"),
         "SIGHUP: the new configuration serves")
    write(config, text.replace("identity", "identify"))
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("was not taken")
    ok(b"last_reload_successful 0" in daemon.ask(
        "/metrics", address=daemon.folder + "/admin.sock").body,
       "SIGHUP with a bad configuration: metrics tell")
    same("android", daemon.ask(FORWARD, GOOD).one("X-Auth-Subject"),
         "SIGHUP with a bad configuration: the one before serves on")
    ok("did you mean" in daemon.text(), "and the log says what is wrong",
       daemon.text())
    write(config, text)
    failed = []
    stop = threading.Event()

    def load():
        with daemon.link() as link:
            while not stop.is_set():
                link.send(request(FORWARD, GOOD))
                answer = link.answer()
                if answer is None or answer.status != 200:
                    failed.append(answer)

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        daemon.signal(signal.SIGHUP)
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    same([], failed[:3], "reloads under load: no request failed")


def under_way(daemon, admin):
    return b"\nauthchain_decisions_under_way 1\n" in daemon.ask(
        "/metrics", address=admin).body


def test_stop(daemon):
    """What has begun ends as it should."""
    with daemon.link() as link, daemon.link() as kept:
        kept.send(request(FORWARD, GOOD))
        kept.answer()
        link.send(request(FORWARD, bearer("never-x")))
        until(lambda: under_way(daemon, daemon.folder + "/admin.sock"))
        daemon.signal(signal.SIGTERM)
        same(503, link.answer().status, "SIGTERM: a decision under way ends")
        same(0, daemon.process.wait(30), "SIGTERM: the daemon ends with 0")
        ok(kept.ended(), "SIGTERM: connections are closed")
    ok(not os.path.exists(daemon.unix), "its socket is gone")


PREFLIGHT = ("Origin: https://app.test", "Access-Control-Request-Method: PUT")


def test_preflight(config):
    def ask(daemon, target, *fields, method="OPTIONS", **more):
        answer = daemon.ask(target, *fields, method=method, **more)
        return answer.status, answer.one("Access-Control-Allow-Origin")
    no = (401, None)
    with Daemon(config) as daemon:
        same(no, ask(daemon, ENVOY + "/", *PREFLIGHT),
             "preflight: nobody is answered unless it is asked for")
    with Daemon(config, "--preflight-origin", "https://app.test",
                "--preflight-origin", "http://localhost:3000",
                "--preflight-origin", "http://[::1]:443",
                "--preflight-origin", "https://a:65535") as daemon:
        answer = daemon.ask(ENVOY + "/a?b", *PREFLIGHT, method="OPTIONS")
        same((204, b"", "https://app.test", "PUT", "Origin"),
             (answer.status, answer.body,
              answer.one("Access-Control-Allow-Origin"),
              answer.one("Access-Control-Allow-Methods"),
              answer.one("Vary")), "preflight: is answered for Envoy")
        allowed = answer.one("Access-Control-Allow-Headers") or ""
        ok({"authorization", "dpop"} <= set(allowed.lower().split(", ")),
           "preflight: a token may be sent, and a proof", allowed)
        ok(not any(name.lower().startswith("x-auth-") or
                   name.lower() == "access-control-allow-credentials"
                   for name, _value in answer.fields),
           "preflight: with no identity and no credentials", answer)
        same((204, "http://localhost:3000"), ask(
            daemon, ENVOY + "/", "Origin: http://localhost:3000",
            PREFLIGHT[1]), "preflight: a second origin")
        origin, wanted = PREFLIGHT
        for name, target, fields, more in (
                ("forward-auth", FORWARD, PREFLIGHT, {}),
                ("auth-request", NGINX, PREFLIGHT, {}),
                ("forward-auth, as the proxy says", FORWARD,
                 (*PREFLIGHT, "X-Forwarded-Method: OPTIONS"),
                 {"method": "GET"}),
                ("another method", ENVOY + "/", PREFLIGHT,
                 {"method": "GET"}),
                ("a method that is said to be it", ENVOY + "/",
                 (*PREFLIGHT, "X-Forwarded-Method: OPTIONS"),
                 {"method": "POST"}),
                ("another origin", ENVOY + "/",
                 ("Origin: https://app.test.evil", wanted), {}),
                ("a longer one", ENVOY + "/",
                 ("Origin: https://app.test/", wanted), {}),
                ("in capitals", ENVOY + "/",
                 ("Origin: https://APP.test", wanted), {}),
                ("null", ENVOY + "/", ("Origin: null", wanted), {}),
                ("two origins", ENVOY + "/", (origin, *PREFLIGHT), {}),
                ("no origin", ENVOY + "/", (wanted,), {}),
                ("no method", ENVOY + "/", (origin,), {}),
                ("two methods", ENVOY + "/", (*PREFLIGHT, wanted), {}),
                ("a method that is none", ENVOY + "/",
                 (origin, "Access-Control-Request-Method: A, B"), {}),
                ("a method of 33 bytes", ENVOY + "/",
                 (origin, "Access-Control-Request-Method: " + "A" * 33), {}),
                ("a body", ENVOY + "/", (*PREFLIGHT, "Content-Length: 1"),
                 {"body": b"x"}),
                ("a credential", ENVOY + "/", (*PREFLIGHT, bearer("bad-x")),
                 {})):
            same(no, ask(daemon, target, *fields, **more),
                 "preflight: is judged: " + name)
        same((204, "https://app.test"), ask(
            daemon, ENVOY + "/", origin,
            "Access-Control-Request-Method: " + "A" * 32),
             "preflight: a method of 32 bytes")
        same((200, None), ask(daemon, ENVOY + "/", *PREFLIGHT, GOOD),
             "preflight: a credential is judged, and may be good")


def test_at_once(config):
    """libmicrohttpd takes 128 events at a time: see core/daemon/epoll.c."""
    asked = request(FORWARD, GOOD)
    with Daemon(config, "--workers", "1", "--idle-timeout", "1h") as daemon:
        links = [daemon.link() for _ in range(256)]
        for link in links:
            link.send(asked)
            link.answer()
        for number in (127, 128, 129, 256):
            daemon.pause()
            for link in links[:number]:
                link.send(asked)
            daemon.go_on()
            try:
                statuses = {link.answer().status for link in links[:number]}
            except TimeoutError:
                statuses = "none for half a minute"
            same({200}, statuses, "%d connections ask at the same time: each "
                 "is answered" % number)
        for link in links:
            link.close()


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL)


def test_options(config):
    plugins = ("--plugin-dir", os.path.join(os.environ.get(
        "abs_top_builddir", "."), "providers", ".libs"))
    for args, code, text in (
            (("-t", "-f", config, *plugins), 0, b"can be served"),
            (("--help",), 0, b"--trusted-proxy"),
            (("--version",), 0, b"authchaind "),
            (("--lisen", "x"), 2, b"did you mean --listen"),
            (("x",), 2, b"--help"),
            (("--workers", "0"), 2, b"from 1 to 256"),
            (("--workers", "257"), 2, b"from 1 to 256"),
            (("--workers", "2x"), 2, b"from 1 to 256"),
            (("--idle-timeout", "0"), 2, b"from 1s to 1h"),
            (("--idle-timeout", "3601s"), 2, b"from 1s to 1h"),
            (("--idle-timeout", "1999ms"), 2, b"whole seconds"),
            (("--header-timeout", "1001ms"), 2, b"whole seconds"),
            (("--preflight-origin", "https://a/"), 2, b"is no origin"),
            (("--preflight-origin", "*"), 2, b"is no origin"),
            (("--preflight-origin", "https://a:"), 2, b"is no origin"),
            (("--preflight-origin", "https://a:0"), 2, b"is no origin"),
            (("--preflight-origin", "https://a:65536"), 2, b"is no origin"),
            (("--preflight-origin", "https://a:443"), 2, b"no browser"),
            (("--preflight-origin", "http://a:80"), 2, b"no browser"),
            (("--preflight-origin", "https://a") * 65, 2, b"at most 64"),
            (("--header-timeout", "0.5s"), 2, b"from 1s to 1h"),
            (("--header-timeout", "3601s"), 2, b"from 1s to 1h"),
            (("--max-connections", "65536"), 2, b"65535"),
            (("--log-format", "xml"), 2, b"journal"),
            (("--trusted-proxy", "10.0.0.0/33"), 2, b"no network"),
            (("--trusted-proxy", "10.0.0.1/8"), 2, b"behind its prefix"),
            (("--trusted-proxy", "localhost"), 2, b"no network"),
            (("-f", config, *plugins, "--listen", "localhost:1"), 2,
             b"no address"),
            (("-f", config, *plugins, "--listen", "127.0.0.1"), 2,
             b"no address"),
            (("-f", config, *plugins, "--listen", "127.0.0.1:65536"), 2,
             b"up to 65535"),
            (("-f", config, *plugins, "--admin", "127.0.0.1:-1"), 2,
             b"up to 65535"),
            (("-f", config, *plugins, "--listen", "192.0.2.1:65535"), 1,
             b"can't listen"),
            (("-f", config, *plugins, "--listen", "unix:x"), 2, b"absolute"),
            (("-f", config, *plugins, "--listen", "unix:/" + "x" * 107), 2,
             b"shorter"),
            (("-f", config, *plugins, "--listen", "unix:/no/such/x"), 1,
             b"No such file"),
            (("-f", config, *plugins, "--listen", "192.0.2.1:1"), 1,
             b"can't listen"),
            *((("-t", "-f", config, *plugins, option, address), 2, text)
              for option in ("--listen", "--admin", "--fastcgi")
              for address, text in (
                  ("127.0.0.1:65536", b"up to 65535"),
                  ("127.0.0.1:+80", b"up to 65535"),
                  ("127.0.0.1: 80", b"up to 65535"),
                  ("127.0.0.1:080", b"up to 65535"),
                  ("127.0.0.1:", b"no address"),
                  ("127.0.0.1", b"no address"),
                  (":+80", b"no address"),
                  (":80", b"no address"),
                  ("::1:80", b"no address"),
                  ("[::1]:70000", b"up to 65535"),
                  ("[::1", b"no address"),
                  ("[127.0.0.1]x:80", b"no address"),
                  ("localhost:80", b"no address"),
                  ("0:80", b"no address"),
                  ("127.1:80", b"no address"),
                  ("0177.0.0.1:80", b"no address"),
                  ("0x7f.0.0.1:80", b"no address"),
                  ("2130706433:80", b"no address"),
                  ("", b"no address"),
                  ("unix:relative", b"absolute"),
                  ("unix:", b"absolute"),
                  ("unix:/" + "x" * 107, b"shorter"))),
            (("-t", "-f", config, *plugins, "--listen", "192.0.2.1:65535",
              "--admin", "[2001:db8::1]:0", "--fastcgi",
              "unix:/" + "x" * 106), 0, b"can be served"),
            (("-t", "-f", config, *plugins,
              *("--listen", "127.0.0.1:0") * 8,
              *("--admin", "127.0.0.1:0") * 8), 0, b"can be served"),
            (("-t", "-f", config, *plugins,
              *("--listen", "127.0.0.1:0") * 8,
              *("--admin", "127.0.0.1:0") * 8, "--fastcgi", "127.0.0.1:0"),
             2, b"at most 16"),
            (("-f", "/no/such", *plugins), 3, b"/no/such")):
        got = run(*args)
        ok(got.returncode == code and text in got.stdout + got.stderr,
           "%s: %d" % (" ".join(args)[-50:], code), got)


def test_sockets(config):
    where = os.path.dirname(config)
    path = os.path.join(where, "authchaind.sock")
    with Daemon(config) as daemon:
        same(0o660, stat.S_IMODE(os.stat(path).st_mode),
             "the socket is its user's and its group's")
        got = run("-f", config, "--plugin-dir", os.path.join(os.environ.get(
            "abs_top_builddir", "."), "providers", ".libs"), "--listen",
            "unix:" + path)
        ok(got.returncode == 1 and b"in use" in got.stderr,
           "a second daemon does not take the socket of the first", got)
        same(200, daemon.ask(FORWARD, GOOD).status, "which serves on")
        daemon.process.kill()
        daemon.process.wait()
    ok(os.path.exists(path), "kill -9 leaves the socket file")
    with Daemon(config) as daemon:
        same(200, daemon.ask(FORWARD, GOOD).status,
             "the next daemon replaces it")


def test_full(config):
    """Whether somebody serves is seen without standing in a queue."""
    path = os.path.join(os.path.dirname(config), "full.sock")
    clients = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(0)
        try:
            while len(clients) < 100:
                clients.append(socket.socket(socket.AF_UNIX))
                clients[-1].setblocking(False)
                clients[-1].connect(path)
        except BlockingIOError:
            pass
        try:
            got = run("-f", config, "--plugin-dir", cli.PLUGINS, "--listen",
                      "unix:" + path)
        except subprocess.TimeoutExpired:
            got = None
        ok(got and got.returncode == 1 and b"in use" in got.stderr,
           "one whose queue is full is there, and is not waited for", got)
    for client in clients:
        client.close()


def is_refused(path):
    try:
        Link(path).close()
    except (ConnectionRefusedError, FileNotFoundError):
        return True
    return False


def test_next(config):
    """A daemon takes the place of one that still has a decision under way."""
    where = os.path.dirname(config)
    other = configure(os.path.join(where, "next"))
    path, admin = where + "/authchaind.sock", where + "/admin.sock"
    with Daemon(config, "--admin", "unix:" + admin) as daemon, \
            daemon.link() as link:
        link.send(request(FORWARD, bearer("never-x")))
        until(lambda: under_way(daemon, admin))
        daemon.signal(signal.SIGTERM)
        ok(until(lambda: is_refused(path)), "who stops takes nobody more")
        with Daemon(other, "--listen", "unix:" + path) as second:
            same(200, second.ask(FORWARD, GOOD, address=path).status,
                 "the next daemon serves there")
            same(503, link.answer().status, "the first ends what it had begun")
            same(0, daemon.process.wait(60), "and is gone")
            same(200, os.path.exists(path) and
                 second.ask(FORWARD, GOOD, address=path).status,
                 "the socket of the next is still there")
        ok(not os.path.exists(path), "until that one stops")


def called(unit):
    """What a socket's unit calls its descriptor."""
    with open(os.path.join(SOURCE, "dist", unit + ".socket"),
              encoding="utf-8") as file:
        return file.read().split("FileDescriptorName=")[1].split()[0]


def test_inherited(config):
    """Sockets and a notify socket of a service manager."""
    where = os.path.dirname(config)
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(os.path.join(where, "notify.sock"))
    notify.settimeout(30)
    listening = socket.create_server(("127.0.0.1", 0))
    given = listening.getsockname()
    fastcgi = socket.socket(socket.AF_UNIX)
    fastcgi.bind(os.path.join(where, "inherited.fcgi"))
    fastcgi.listen()
    # the shell becomes the daemon: same process, descriptors 3 and 4
    command = ('exec 3<&%d 4<&%d; LISTEN_FDS=2 LISTEN_FDNAMES=%s:%s '
               'LISTEN_PID=$$ exec "$@"' % (
                   listening.fileno(), fastcgi.fileno(),
                   called("authchaind"), called("authchaind-fastcgi")))
    process = subprocess.Popen(
        ["/bin/sh", "-c", command, "sh", PROGRAM, "-f", config, "--plugin-dir",
         os.path.join(os.environ.get("abs_top_builddir", "."), "providers",
                      ".libs")],
        env=dict(os.environ, NOTIFY_SOCKET=os.path.join(where, "notify.sock")),
        pass_fds=(listening.fileno(), fastcgi.fileno()), stderr=subprocess.PIPE)
    same(b"READY=1", notify.recv(100), "it says when it is ready")
    listening.close()
    with Link(given) as link:
        link.send(request(FORWARD, GOOD))
        same(200, link.answer().status, "it serves a socket handed over")
    with fcgi.Peer(fastcgi.getsockname()) as peer:
        peer.send(fcgi.whole(1, fcgi.parameters()))
        answer = peer.answer(1)
        same((200, "robot"), (answer[0], answer[1].get(
            "Variable-X_AUTH_SUBJECT")),
             "and on the one that its unit calls fastcgi it speaks that")
    process.send_signal(signal.SIGHUP)
    ok(notify.recv(100).startswith(b"RELOADING=1\nMONOTONIC_USEC="),
       "it says when it reloads")
    same(b"READY=1", notify.recv(100), "and when it has")
    process.send_signal(signal.SIGTERM)
    same(b"STOPPING=1", notify.recv(100), "and when it stops")
    log = process.communicate()[1]
    ok(b"serving FastCGI on unix:" + fastcgi.getsockname().encode() in log,
       "one that is called fastcgi serves that", log)
    fastcgi.close()
    same(0, process.returncode, "it ends with 0")


def everything(config):
    admin = "unix:" + os.path.dirname(config) + "/admin.sock"
    with Daemon(config, "--workers", "2", "--admin", admin) as daemon:
        for test in (test_paths, test_forward_auth, test_auth_request,
                     test_identity, test_strict, test_bodies, test_documents,
                     test_admin, test_waiting):
            test(daemon)
        test_reload(daemon, config)
        test_stop(daemon)
    test_at_once(config)
    test_preflight(config)
    test_options(config)
    test_sockets(config)
    test_full(config)
    test_next(config)
    test_inherited(config)


def main():
    begin("test-daemon")
    with Folder() as where:
        everything(configure(where))
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
