#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/nginx with the real nginx: what clients get, and what the upstream."""
import http.server
import json
import os
import signal
import sys
import threading

from authchaind import SCRIPTED, Daemon, Link, request
from e2e import Folder, begin, done, ok, said, same, secret, write
from nginx import Nginx, missing

TOKEN = "sesame-opens-it-all"
STAGES = {
    "down": "verify = unavailable\nretry-after = 7s",
    "expired": "verify = reject\nreason = expired",
    "broken": "verify = unknown",
    "poor": "need-scopes = a, b",
    "busy": "authorize = deny\nreason = rate_limited\nretry-after = 9s",
    "foreign": "authorize = deny\nreason = not_found",
    "late": "verify = pending-accept\ndelay = 50ms",
}
CONFIG = """[chain]
identity = internal, %(names)s
authorize = %(names)s
challenge = oauth
resource = https://api.test/mcp

[plugin oauth]
authorization-servers = https://as.test
forward-metadata = no

[plugin internal]
type = static
token = @internal
subject = robot

[secret internal]
file = %(where)s/internal.token

"""


def configure(where):
    """A chain that has each kind of answer, by the token's beginning."""
    write(os.path.join(where, "internal.token"), secret(TOKEN), 0o600)
    text = CONFIG % {"where": where, "names": "expired, down, broken, late"}
    text = text.replace("authorize = expired, down, broken, late\n", "")
    for name in ("expired", "down", "broken", "late"):
        text += ("[plugin %s]\ntype = scripted\npath = %s\nprefix = %s-\n%s\n"
                 % (name, SCRIPTED, name, STAGES[name]))
    return write(os.path.join(where, "t.conf"), text)


def configure_denying(where, name):
    """A chain whose authorize stage says no."""
    write(os.path.join(where, "internal.token"), secret(TOKEN), 0o600)
    text = CONFIG % {"where": where, "names": name}
    text = text.replace("identity = internal, " + name, "identity = internal")
    text += ("[plugin %s]\ntype = scripted\npath = %s\nprefix = x-\n%s\n" %
             (name, SCRIPTED, STAGES[name]))
    return write(os.path.join(where, "t.conf"), text)


class Upstream(http.server.BaseHTTPRequestHandler):
    """Says what it was asked; /events sends one event after another."""
    protocol_version = "HTTP/1.1"
    asked = []

    def answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size).decode()
        Upstream.asked.append(self.path)
        if self.path == "/events":
            self.events()
            return
        text = json.dumps({"method": self.command, "path": self.path,
                           "fields": self.headers.items(),
                           "body": body}).encode()
        self.send_response(403 if self.path == "/forbidden" else 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer

    def events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for number in range(3):
            self.wfile.write(b"data: %d\n\n" % number)
            self.wfile.flush()
            go_on.wait(30)
            go_on.clear()

    def log_message(self, *_unused):  # pylint: disable=arguments-differ
        pass


go_on = threading.Event()


def bearer(token):
    return "Authorization: Bearer " + token


def seen(answer):
    """What the upstream saw: (method, path, {field: [values]}, body)."""
    told = json.loads(answer.body)
    fields = {}
    for name, value in told["fields"]:
        fields.setdefault(name.lower(), []).append(value)
    return told["method"], told["path"], fields, told["body"]


def test_answers(nginx):
    rows = (
        ("no credential", (), 401, True, None, "unauthorized"),
        ("a static token", (bearer(TOKEN),), 200, False, None, None),
        ("a late provider", (bearer("late-x"),), 200, False, None, None),
        ("a wrong token", (bearer("nobodys"),), 401, True, None,
         "invalid_token"),
        ("an expired one", (bearer("expired-x"),), 401, True, None,
         "invalid_token"),
        ("an unavailable provider", (bearer("down-x"),), 503, False, "7",
         "temporarily_unavailable"),
        ("a broken provider", (bearer("broken-x"),), 500, False, None,
         "server_error"),
        ("no token behind Bearer", ("Authorization: Bearer",), 400, None,
         None, "invalid_request"),
        ("64 KiB of token", (bearer("A" * 65536),), 400, None, None, None),
        ("Basic", ("Authorization: Basic YTpi",), 401, True, None,
         "unauthorized"))
    for name, fields, status, challenge, retry, error in rows:
        answer = nginx.ask("/a", *fields)
        ok(answer and answer.status == status, "%s: %d" % (name, status),
           answer)
        if challenge is not None:
            same(int(challenge), len(answer.all("WWW-Authenticate")),
                 "%s: %s challenge" % (name, "one" if challenge else "no"))
        same(retry, answer.one("Retry-After"), "%s: Retry-After" % name)
        if error:
            same(error, json.loads(answer.body)["error"],
                 "%s: a JSON body" % name)
    answer = nginx.ask("/a", bearer(TOKEN), bearer("x"))
    same(400, answer.status, "two Authorization fields: 400")
    ok("resource_metadata=" in nginx.ask("/a").one("WWW-Authenticate"),
       "the challenge leads to the metadata")


def test_upstream(nginx):
    forged = ["X-Auth-%s: root" % name for name in
              ("User", "Subject", "Issuer", "Scopes", "Groups", "Client",
               "Method", "Expires", "Request-Id")]
    answer = nginx.ask("/a/../b%2fc?d=e&f", bearer(TOKEN), *forged,
                       "X-Forwarded-Uri: /public", "X-Original-URI: /public",
                       "X-Forwarded-For: 10.9.9.9", "Content-Length: 5",
                       method="POST", body=b"hello")
    same(200, answer.status, "spoofed fields do not matter")
    method, path, fields, body = seen(answer)
    same(("POST", "hello"), (method, body), "a body reaches the upstream")
    same("/a/../b%2fc?d=e&f", path, "the path reaches it as it was")
    same(["robot"], fields.get("x-auth-subject"),
         "the upstream hears who it is, once")
    ok("root" not in json.dumps(fields), "and nothing that was forged", fields)
    ok("authorization" not in fields, "and never the token", fields)
    same(["127.0.0.1"], fields.get("x-forwarded-for"),
         "and the client's real address")
    _, _, fields, _ = seen(nginx.ask("/", bearer(TOKEN),
                                     "X_Auth_User: root",
                                     "Connection: X-Auth-User, close"))
    ok("root" not in json.dumps(fields) and
       fields.get("x-auth-user") == ["robot"],
       "underscores and Connection do not change it", fields)
    before = len(Upstream.asked)
    nginx.ask("/secret")
    nginx.ask("/secret", bearer("expired-x"))
    nginx.ask("/_authchain", bearer(TOKEN))
    same(before, len([path for path in Upstream.asked
                      if path != "/_authchain"]),
         "what is denied never reaches the upstream")
    same(403, nginx.ask("/forbidden", bearer(TOKEN)).status,
         "the upstream's own 403 is its own")


def test_browser(nginx):
    answer = nginx.ask("/a", "Origin: https://app.test",
                       "Access-Control-Request-Method: POST",
                       method="OPTIONS")
    same((204, "https://app.test"),
         (answer.status, answer.one("Access-Control-Allow-Origin")),
         "a preflight needs no token")
    answer = nginx.ask("/a", "Origin: https://evil.test",
                       "Access-Control-Request-Method: POST",
                       method="OPTIONS")
    same((204, None), (answer.status,
                       answer.one("Access-Control-Allow-Origin")),
         "a preflight of another origin is allowed nothing")
    same(401, nginx.ask("/a", method="OPTIONS").status,
         "OPTIONS that is no preflight is judged")
    answer = nginx.ask("/a", "Origin: https://app.test")
    same((401, "https://app.test"),
         (answer.status, answer.one("Access-Control-Allow-Origin")),
         "a page can read its 401")
    answer = nginx.ask("/.well-known/oauth-protected-resource/mcp")
    same((200, "*"), (answer.status,
                      answer.one("Access-Control-Allow-Origin")),
         "metadata is open to all")


def test_events(nginx):
    """Each event is here before the next one is sent."""
    go_on.clear()
    got = []
    with Link(nginx.address) as link:
        link.send(request("/events", bearer(TOKEN)))
        link.answer(head=True)
        text = link.read
        for number in range(3):
            while b"data: %d" % number not in text:
                more = link.socket.recv(4096)
                if not more:
                    break
                text += more
            got.append(number)
            go_on.set()
    same([0, 1, 2], got, "events arrive when they happen")


def test_outage(nginx, daemon, config):
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("was read anew")
    same(200, nginx.ask("/a", bearer(TOKEN)).status, "after a reload: 200")
    daemon.process.kill()
    daemon.process.wait()
    for fields in ((), (bearer(TOKEN),), (bearer("x"),)):
        answer = nginx.ask("/a", *fields)
        same((503, 0, "5"),
             (answer.status, len(answer.all("WWW-Authenticate")),
              answer.one("Retry-After")),
             "the daemon is dead: 503 and no challenge")
    with Daemon(config):
        same(200, nginx.ask("/a", bearer(TOKEN)).status,
             "it is there again: 200")


def test_denials(where, upstream):
    """What only an authorize stage says."""
    for name, status, error, retry in (
            ("poor", 403, "insufficient_scope", None),
            ("busy", 429, None, "9"), ("foreign", 404, None, None)):
        with Daemon(configure_denying(where, name)) as daemon, \
                Nginx(where, daemon, upstream) as nginx:
            answer = nginx.ask("/a", bearer(TOKEN))
        same((status, retry), (answer.status, answer.one("Retry-After")),
             "%s: %d" % (name, status))
        if error:
            same(error, json.loads(answer.body)["error"],
                 name + ": a JSON body")
            ok('scope="a b"' in (answer.one("WWW-Authenticate") or ""),
               name + ": one challenge with every scope", answer)


def everything(where):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    upstream = server.server_address[1]
    config = configure(where)
    with Daemon(config) as daemon, Nginx(where, daemon, upstream) as nginx:
        for test in (test_answers, test_upstream, test_browser, test_events):
            test(nginx)
        test_outage(nginx, daemon, config)
    with open(os.path.join(where, "nginx.log"), "rb") as file:
        said(file.read())
    test_denials(where, upstream)
    server.shutdown()


def main():
    begin("test-nginx")
    with Folder() as where:
        os.chmod(where, 0o755)
        everything(where)
    done()


if missing():
    print("1..0 # SKIP nginx is not installed, or authchaind not built")
    sys.exit(0)
main()
