# SPDX-License-Identifier: BSD-2-Clause
"""What every proxy must do with hosts/<proxy>: one matrix, the real proxy, the
real daemon, and an upstream that tells what it saw.

A test says how its proxy is started (a subclass of Proxy) and calls run()."""
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import bound
import cli
from authchaind import PROGRAM, SCRIPTED, Daemon, Link, request
from e2e import Folder, b64, begin, done, ok, said, same, secret, write

TOKEN = "sesame-opens-it-all"
KEY = "0123456789abcdef0123456789abcdef-hosts"
ISSUER = "https://issuer.test"
DOWN = "https://down.test"
RESOURCE = "https://api.test/mcp"
PAGE = "https://app.test"
IDENTITY = ["x-auth-" + name for name in (
    "user", "subject", "issuer", "scopes", "groups", "client", "method",
    "expires", "request-id")]
# By pages, besides what any page may send.
SENT = {"authorization", "dpop", "content-type", "last-event-id",
        "mcp-protocol-version", "mcp-session-id", "mcp-method", "mcp-name"}
CONFIG = """[chain]
identity = internal, shared, away, late, down, broken, poor, busy, foreign
map = dpop
authorize = %(authorize)s
required-scopes = read
challenge = oauth
resource = %(resource)s
deadline = 60s

[plugin oauth]
authorization-servers = https://as.test
forward-metadata = no

[plugin internal]
type = static
token = @internal
subject = robot
scopes = read, write

[secret internal]
file = %(where)s/internal.token

[plugin shared]
type = hs256
issuer = %(issuer)s
secret = @shared
bound = confirm

[secret shared]
file = %(where)s/shared.key

[plugin away]
type = jwks
issuer = %(down)s
jwks-uri = http://%(closed)s/jwks
insecure-http = yes
insecure-private-addresses = yes

""" + bound.CONFIG % cli.BUILD
# The chain reads these, and so may the upstream.
READ = ("MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "DPoP", "Origin")
# Where something is open to all, and all else is not.
OPEN = """[chain]
identity = internal
authorize = scopes
anonymous = yes

[plugin internal]
type = static
token = @internal
subject = robot
scopes = write

[secret internal]
file = %(where)s/internal.token

[plugin scopes]
type = scopes
path = %(build)s/plugins/.libs/scopes.so
rules = * /public/** anyone, * /** write
"""
# What a token with that name and "-" in front is to the chain.
JUDGED = {
    "late": "verify = pending-accept\ndelay = 50ms\nscopes = read",
    "down": "verify = unavailable\nretry-after = 7s",
    "broken": "verify = unknown",
    "poor": "verify = accept",
    "busy": "verify = accept\nscopes = read",
    "foreign": "verify = accept\nscopes = read",
}
# What is refused behind that, and why.
REFUSED = {
    "hurried": "only = token=busy-\nauthorize = deny\n"
               "reason = rate_limited\nretry-after = 9s",
    "elsewhere": "only = token=foreign-\nauthorize = deny\n"
                 "reason = not_found",
    "paths": "only = uri=/hidden\nauthorize = deny\nreason = not_found",
    "methods": "only = method=DELETE\nauthorize = deny\nreason = not_found",
    "addresses": "only = client-address=10.9.9.9\nauthorize = deny\n"
                 "reason = not_found",
    **{"no-" + name.lower(): "only = header.%s=hidden\nauthorize = deny\n"
                             "reason = not_found" % name for name in READ},
}


def configure(where):
    """A chain that has each kind of answer, by what the token is."""
    write(os.path.join(where, "internal.token"), secret(TOKEN), 0o600)
    write(os.path.join(where, "shared.key"), secret(KEY), 0o600)
    text = CONFIG % {"where": where, "resource": RESOURCE, "issuer": ISSUER,
                     "authorize": ", ".join(REFUSED),
                     "down": DOWN, "closed": "%s:%d" % (HERE, free_port())}
    for name, does in JUDGED.items():
        text += "[plugin %s]\ntype = scripted\npath = %s\nprefix = %s-\n%s\n" \
            % (name, SCRIPTED, name, does)
    for name, does in REFUSED.items():
        text += "[plugin %s]\ntype = scripted\npath = %s\nclaim = not-mine\n" \
            "%s\n" % (name, SCRIPTED, does)
    return write(os.path.join(where, "t.conf"), text)


def jwt(**claims):
    now = int(time.time())
    whole = {"iss": ISSUER, "sub": "alice", "aud": RESOURCE, "iat": now,
             "exp": now + 3600, "scope": "read"}
    whole.update(claims)
    return secret(cli.hs256(KEY.encode(), {"alg": "HS256", "typ": "JWT"},
                            whole))


def unknown_key():
    """Signed with a key that only an issuer could tell that is not there."""
    now = int(time.time())
    return ".".join((b64('{"alg":"ES256","kid":"k"}'),
                     b64(json.dumps({"iss": DOWN, "sub": "bob",
                                     "aud": RESOURCE, "iat": now,
                                     "exp": now + 3600})),
                     b64(b"\x01" * 64)))


def bearer(token):
    return "Authorization: Bearer " + token


# Of this process alone: no test beside this one takes a port there in the
# moment between its choice and the proxy's start.
HERE = "127.%d.%d.%d" % (1 + (os.getpid() >> 16), os.getpid() >> 8 & 255,
                         os.getpid() & 255)


def free_port():
    with socket.create_server((HERE, 0)) as listening:
        return listening.getsockname()[1]


class Upstream(http.server.BaseHTTPRequestHandler):
    """Says what it was asked; /events sends one event after another."""
    protocol_version = "HTTP/1.1"
    asked = []
    go_on = threading.Event()

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Upstream.asked.append(self.requestline.split()[1])
        if self.path == "/events":
            self.events()
            return
        # What a proof says looks like what a secret token says: not told.
        fields = [(name, value) for name, value in self.headers.items()
                  if name.lower() != "dpop" or len(value) < 16]
        text = json.dumps({"method": self.command, "path": self.path,
                           "fields": fields,
                           "body": str(len(body)) if self.path == "/length"
                           else body.decode("latin-1")}).encode()
        self.send_response(403 if self.path == "/forbidden" else 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer

    def events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for number in range(3):
            self.wfile.write(b"data: %d\n\n" % number)
            self.wfile.flush()
            Upstream.go_on.wait(30)
            Upstream.go_on.clear()

    def log_message(self, *_unused):  # pylint: disable=arguments-differ
        pass


class Server(http.server.ThreadingHTTPServer):
    """Upstreams on a port of their own, until the end of the block."""
    daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.shutdown()
        self.server_close()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, *_unused):  # pylint: disable=arguments-differ
        pass  # a proxy may close a connection as it likes


class Relay:
    """Stands between a proxy and the daemon's socket, and counts."""

    def __init__(self, path, to):
        self.to = to
        self.connections = 0
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        self.listening.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listening.accept()
            self.connections += 1
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.to)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.copy, args=(one, other),
                                 daemon=True).start()

    @staticmethod
    def copy(one, other):
        try:
            while True:
                data = one.recv(65536)
                if not data:
                    break
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Proxy:
    """The real one with hosts/<name> filled in, until the end of the block.

    A subclass sets these and writes command()."""
    name = program = None
    connections = 3     # to the daemon, for 20 requests one after another
    refuses_two = False # Authorization fields, by itself
    extra = ()          # further tests: functions of a Proxy

    def __init__(self, where, to, upstream):
        self.where = where
        self.to = to
        self.upstream = "127.0.0.1:%d" % upstream
        self.port = free_port()
        self.address = (HERE, self.port)
        self.log = open(os.path.join(where, self.name + ".log"), "w+b")
        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, cwd=where, env=dict(
                os.environ, HOME=where, XDG_CONFIG_HOME=where,
                XDG_DATA_HOME=where))
        self.wait()

    @classmethod
    def options(cls, _where):
        """Of the daemon, besides where it listens for HTTP."""
        return ()

    def command(self):
        """Write what it needs; the words to start it in the foreground."""
        raise NotImplementedError

    @classmethod
    def find(cls):
        return shutil.which(cls.program, path=os.environ.get("PATH", "") +
                            ":/usr/sbin:/usr/local/sbin")

    def fill(self, name, **values):
        """A file of hosts/, with its words in capitals replaced."""
        with open(os.path.join(cli.SOURCE, "hosts", self.name, name),
                  encoding="utf-8") as file:
            text = file.read()
        values = dict({"NAME": "localhost", "CHAIN": "t",
                       "UPSTREAM": self.upstream,
                       "UPSTREAM_HOST": self.upstream.split(":")[0],
                       "UPSTREAM_PORT": self.upstream.split(":")[1],
                       "ORIGIN": "app.test",
                       "ADDRESS": "%s:%d" % self.address}, **values)
        for word, value in values.items():
            text = re.sub(r"\b%s\b" % word, value, text)
        return text.replace("/run/authchain/authchaind.sock",
                            self.to)

    def wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(self.address).close()
                return
            except OSError:
                time.sleep(0.02)
        self.log.seek(0)
        raise RuntimeError("%s does not serve:\n%s" % (
            self.name, self.log.read().decode("utf-8", "replace")))

    def ask(self, target, *fields, **more):
        with Link(self.address) as link:
            link.send(request(target, *fields, **more))
            return link.answer(head=more.get("method") == "HEAD")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.seek(0)
        said(self.log.read())
        self.log.close()


def seen(answer):
    """What the upstream saw: (method, path, {field: [values]}, body)."""
    told = json.loads(answer.body)
    fields = {}
    for name, value in told["fields"]:
        fields.setdefault(name.lower(), []).append(value)
    return told["method"], told["path"], fields, told["body"]


def rows():
    """(sentence, fields, status, error, challenges, Retry-After, subject);
    None: whatever it is"""
    old = int(time.time()) - 7200
    return (
        ("no credential", (), 401, "unauthorized", 1, None, None),
        ("a static token", (bearer(TOKEN),), 200, None, 0, None, "robot"),
        ("a static token, bearer in small letters",
         ("authorization: bearer " + TOKEN,), 200, None, 0, None, "robot"),
        ("a JWT", (bearer(jwt()),), 200, None, 0, None, "alice"),
        ("an expired JWT", (bearer(jwt(iat=old, exp=old + 60)),), 401,
         "invalid_token", 1, None, None),
        ("a JWT for another audience",
         (bearer(jwt(aud=RESOURCE + "/other")),), 401, "invalid_token", 1,
         None, None),
        ("a JWT with another signature", (bearer(jwt()[:-20] + "A" * 20),),
         401, "invalid_token", 1, None, None),
        ("a JWT without the scope", (bearer(jwt(scope="write")),), 403,
         "insufficient_scope", 1, None, None),
        ("a key server that is down", (bearer(unknown_key()),), 503,
         "temporarily_unavailable", 0, "any", None),
        ("a wrong token", (bearer("nobodys"),), 401, "invalid_token", 1,
         None, None),
        ("a late provider", (bearer("late-x"),), 200, None, 0, None,
         "scripted"),
        ("an unavailable provider", (bearer("down-x"),), 503,
         "temporarily_unavailable", 0, "7", None),
        ("a broken provider", (bearer("broken-x"),), 500, "server_error", 0,
         None, None),
        ("no scope", (bearer("poor-x"),), 403, "insufficient_scope", 1, None,
         None),
        ("too many requests", (bearer("busy-x"),), 429, None, 0, "9", None),
        ("not for them", (bearer("foreign-x"),), 404, None, 0, None, None),
        ("no token behind Bearer", ("Authorization: Bearer",), 400,
         "invalid_request", None, None, None),
        ("two words behind Bearer", (bearer("a b"),), 400, "invalid_request",
         None, None, None),
        ("two Authorization fields", (bearer(TOKEN), bearer("x")), 400,
         "invalid_request", None, None, None),
        ("the same Authorization twice", (bearer(TOKEN), bearer(TOKEN)), 400,
         "invalid_request", None, None, None),
        ("Basic", ("Authorization: Basic YTpi",), 401, "unauthorized", 1,
         None, None),
        ("16 KiB of token", (bearer("A" * 16000),), 401, "invalid_token", 1,
         None, None),
    )


def test_matrix(proxy):
    for name, fields, status, error, challenges, retry, subject in rows():
        before = len(Upstream.asked)
        answer = proxy.ask("/a", *fields)
        got = answer and answer.status
        if not ok(got == status, "%s: %d" % (name, status), answer) or \
                answer is None:
            continue
        if challenges is not None:
            same(challenges, len(answer.all("WWW-Authenticate")),
                 "%s: %s challenge" % (name, "one" if challenges else "no"))
        if retry == "any":
            ok((answer.one("Retry-After") or "").isdigit(),
               name + ": Retry-After", answer)
        else:
            same(retry, answer.one("Retry-After"), name + ": Retry-After")
        if error is not None and not (
                proxy.refuses_two and "Authorization" in name):
            ok('"error":"%s"' % error in answer.body.decode(),
               name + ": a JSON body that says " + error, answer)
            same("application/json",
                 (answer.one("Content-Type") or "").split(";")[0],
                 name + ": it is JSON")
        same(status == 200, len(Upstream.asked) > before,
             "%s: the upstream is %sasked" %
             (name, "" if status == 200 else "not "))
        if status == 200:
            check_identity(name, seen(answer)[2], subject)
            ok(not [key for key, _ in answer.fields
                    if key.lower().startswith(("x-auth", "variable-"))],
               name + ": the client does not hear of it", answer)


def check_identity(name, fields, subject):
    same([subject], fields.get("x-auth-subject"),
         name + ": the upstream hears who it is, once")
    same([subject], fields.get("x-auth-user"), name + ": and the user")
    ok(all(len(fields.get(key, [""])) == 1 for key in IDENTITY),
       name + ": each field of the identity at most once", fields)
    ok(not [value for key in IDENTITY for value in fields.get(key, [])
            if re.search(r"[{}$%()]", value)],
       name + ": and no placeholder in it", fields)
    ok("authorization" not in fields, name + ": and never the token", fields)


def test_challenge(proxy):
    answer = proxy.ask("/a")
    challenge = answer.one("WWW-Authenticate") or ""
    ok(challenge.startswith("Bearer ") and 'resource_metadata="https://' in
       challenge and "error" not in challenge,
       "the challenge leads to the metadata", challenge)
    challenge = proxy.ask("/a", bearer("poor-x")).one("WWW-Authenticate") or ""
    ok('error="insufficient_scope"' in challenge and 'scope="read"' in
       challenge, "a challenge with the scope that is missing", challenge)


def forged():
    return [("X-Auth-User: root",), ("x-auth-user: root",),
            ("X_Auth_User: root",), ("X-Auth_User: root",),
            ("X.Auth.User: root",), ("X-Auth.User: root",),
            ("X_Auth-User: root",), ("X-Auth-Request_Id: root",),
            ("X-Auth-Request.Id: root",),
            ("X_Auth.User: root", "X.Auth_Request_Id: root"),
            ("X_Auth_User: root", "X_Auth_Other:"),
            ("X_Auth_Other:", "X_Auth_User: root"),
            ("X-Auth-Subject: root", "X-Auth-Subject: root"),
            ("X-Auth-Groups: root", "X-Auth-Expires: root",
             "X-Auth-Client: root", "X-Auth-Issuer: root"),
            ("X-Auth-Assertion: root",), ("X-Auth-Scopes: root",),
            ("X-Auth-Method: root", "X-Auth-Request-Id: root"),
            ("Variable-X_AUTH_USER: root", "Remote-User: root")]


def test_forged(proxy):
    for fields in forged():
        answer = proxy.ask("/a", bearer(TOKEN), *fields)
        if answer.status == 400 and re.match(r"[\w-]*[^\w:-]|.*_", fields[0]):
            ok(True, "a client's own are refused: " + ", ".join(fields))
            continue
        _, _, got, _ = seen(answer)
        text = json.dumps({key: value for key, value in got.items()
                           if plain(key).startswith("x-auth")})
        ok("root" not in text and got.get("x-auth-user") == ["robot"],
           "a client's own do not reach the upstream: " + ", ".join(fields),
           got)
    for target in ("Connection: X-Auth-User", "Connection: close, x-auth-user",
                   "Connection: keep-alive;X-Auth-User",
                   "Connection: X-Auth-User, X-Auth-Subject"):
        answer = proxy.ask("/a", bearer(TOKEN), target)
        if answer.status == 200:
            got = seen(answer)[2]
            same(["robot"], got.get("x-auth-user"),
                 "the identity can't be taken out: " + target)
            same(set(), {word.strip().lower() for value in got.get(
                "connection", []) for word in re.split("[,;]", value)} -
                 {"close", "keep-alive", "upgrade", ""},
                 "nor by who is next: " + target)
        else:
            same(400, answer.status, "it is refused: " + target)


def plain(name):
    """As CGI programs and some servers read it."""
    return re.sub("[._]", "-", name)


def heard(proxy, name, *fields):
    """Does the chain hear of a field whose value is *?  Does the upstream?
    And one that dots and underscores are hyphens to?  [bool, bool, bool]"""
    hidden, shown = (proxy.ask("/a", bearer(TOKEN), *(
        field.replace("*", value) for field in fields))
                     for value in ("hidden", "shown"))
    if 400 in (hidden.status, shown.status):
        return [hidden.status == 400] + [shown.status == 400] * 2
    got = seen(shown)[2] if shown.status == 200 else {}
    got = {key for key, values in got.items() if "shown" in values}
    return [hidden.status == 404, name.lower() in got,
            name.lower() in map(plain, got)]


def test_same(proxy):
    """What is judged is what the upstream gets: no field is taken out in
    between, or read from another name."""
    for name in READ:
        field = name + ": *"
        same([True] * 3, heard(proxy, name, field),
             name + ": the chain and the upstream hear it")
        for connection in (name, "close, " + name, "keep-alive;" + name,
                           name.lower() + ",upgrade", '"%s"' % name):
            answers = heard(proxy, name, field, "Connection: " + connection)
            same(answers[:1] * 3, answers, "all hear %s alike, with "
                 "Connection: %s" % (name, connection))
        answers = heard(proxy, name, field, "Connection: keep-alive",
                        "Connection: " + name)
        same(answers[:1] * 3, answers,
             "all hear %s alike, with two Connection fields" % name)
    for name in READ[:3]:
        for sign in "_.~!":
            spelled = name.replace("-", sign, 1)
            answers = heard(proxy, name, spelled + ": *")
            same(answers[:1] * 3, answers, "all hear %s alike" % spelled)


def test_original(proxy):
    """What the client says of its request is not believed."""
    rows_ = [("/hidden", "GET", (), 404, "a path that is refused"),
             ("/seen", "DELETE", (), 404, "a method that is refused")]
    for field in ("X-Forwarded-Uri", "X-Original-URI", "X-Original-URL"):
        rows_.append(("/hidden/x", "GET", (field + ": /seen",), 404,
                      "a path hidden behind " + field))
        rows_.append(("/seen", "GET", (field + ": /hidden",), 200,
                      "a path that only " + field + " refuses"))
    for field in ("X-Forwarded-Method", "X-Original-Method",
                  "X-HTTP-Method-Override"):
        rows_.append(("/seen", "DELETE", (field + ": GET",), 404,
                      "a method hidden behind " + field))
        rows_.append(("/seen", "GET", (field + ": DELETE",), 200,
                      "a method that only " + field + " refuses"))
    rows_ += [("/seen", "GET", ("X-Forwarded-For: 10.9.9.9",), 200,
               "an address that only X-Forwarded-For refuses"),
              ("/seen", "GET", ("X-Forwarded-For: 10.9.9.9",
                                "X-Forwarded-For: 10.9.9.9"), 200,
               "the same twice"),
              ("/seen", "GET", ("X-Forwarded-Host: other.test",
                                "X-Forwarded-Proto: gopher"), 200,
               "a host and a scheme of its own"),
              ("/seen?access_token=" + TOKEN, "GET", (), 401,
               "a token in the query", False),
              ("/seen?uri=/hidden&/authz/forward-auth/other", "GET", (), 200,
               "a query string"),
              ("/hidden?/seen", "GET", (), 404, "a path before a query"),
              ("http://localhost/hidden", "GET", (), 404,
               "a path behind a host")]
    for target, method, fields, status, name, *signed in rows_:
        token = () if signed == [False] else (bearer(TOKEN),)
        answer = proxy.ask(target, *token, *fields, method=method)
        same(status, answer and answer.status, "%s: %d" % (name, status))


def test_paths(proxy):
    """What is judged is what the upstream gets: nobody in between makes
    another path of it."""
    for target in ("/seen/../hidden", "/seen/%2e%2e/hidden", "/%68idden",
                   "//hidden", "http://localhost//hidden", "/seen//hidden",
                   "/./hidden", "/seen/..%2fhidden", "/%2fhidden",
                   "/seen/..;/hidden", "/seen%00/hidden", "/hidden%2f..",
                   "/seen?/../hidden", "/seen%3f/hidden", "/seen\\..\\hidden",
                   "/seen#/hidden"):
        before = len(Upstream.asked)
        sent, answer = target, proxy.ask(target, bearer(TOKEN))
        got = Upstream.asked[before:]
        target = target.replace("http://localhost", "")
        encoded = target.replace("\\", "%5C").replace("#", "%23")
        ok(got in ([sent], [target], [encoded], []) and answer and
           (answer.status == 200) == bool(got),
           "the path is the one that was judged: " + sent,
           "upstream: %r\nclient: %r" % (got, answer))


def test_passing(proxy):
    answer = proxy.ask("/a/b%2fc?d=e&f", bearer(TOKEN), "Content-Length: 5",
                       method="POST", body=b"hello")
    method, path, fields, body = seen(answer)
    same(("POST", "hello"), (method, body), "a body reaches the upstream")
    same("/a/b%2fc?d=e&f", path, "the path reaches it as it was")
    large = b"abcdefgh" * 16384
    answer = proxy.ask("/a", bearer("late-x"), "Content-Length: %d" %
                       len(large), method="POST", body=large)
    same((200, len(large)), (answer.status, len(seen(answer)[3])),
         "128 KiB of body behind a late decision")
    large *= 7
    answer = proxy.ask("/length", bearer(TOKEN), "Content-Length: %d" %
                       len(large), method="PUT", body=large)
    same((200, len(large)), (answer.status, int(seen(answer)[3])),
         "896 KiB of body")
    for method in ("PUT", "OPTIONS"):
        answer = proxy.ask("/a", bearer(TOKEN), "Content-Length: 2",
                           method=method, body=b"hi")
        same((200, method), (answer.status, seen(answer)[0]),
             "any method is judged and passed on: " + method)
    same(200, proxy.ask("/a", bearer(TOKEN), method="HEAD").status,
         "HEAD is passed on")
    same(401, proxy.ask("/a", method="HEAD").status, "HEAD is judged")
    same(403, proxy.ask("/forbidden", bearer(TOKEN)).status,
         "the upstream's own 403 is its own")
    answer = proxy.ask("/forbidden", bearer(TOKEN))
    same(0, len(answer.all("WWW-Authenticate")), "and has no challenge")
    ok("10.9.9.9" not in json.dumps(seen(proxy.ask(
        "/a", bearer(TOKEN), "X-Forwarded-For: 10.9.9.9"))[2].get(
            "x-forwarded-for", [])),
       "the upstream hears the client's real address")


def test_cookies(proxy):
    """Nobody judges them, so their size is no reason to refuse."""
    cookie = "Cookie: a=" + "b" * 16000
    answer = proxy.ask("/a", bearer(TOKEN), cookie)
    same(200, answer and answer.status, "16,000 bytes of cookie: 200")
    same([cookie[8:]], answer and answer.status == 200 and
         seen(answer)[2].get("cookie"), "and they reach the upstream")


def test_denied_body(proxy):
    """The next request on the connection is not the body of this one."""
    with Link(proxy.address) as link:
        link.send(request("/a", "Content-Length: 30", method="POST",
                          body=b"GET /smuggled HTTP/1.1\r\n\r\n    "))
        same(401, link.answer().status, "a POST is denied with its body")
        try:
            link.send(request("/b", bearer(TOKEN)))
            answer = link.answer()
        except OSError:
            answer = None
        ok(answer is None or answer.status == 200,
           "the connection is in order, or at its end", answer)
        ok("/smuggled" not in Upstream.asked, "nothing is smuggled in a body")


def test_forgetting(proxy):
    """Each request of a connection is judged for itself."""
    with Link(proxy.address) as link:
        got = []
        for fields in ((bearer(TOKEN),), (), (bearer(jwt()),),
                       (bearer("x"),)):
            link.send(request("/a", *fields))
            got.append(link.answer())
    same([200, 401, 200, 401], [answer and answer.status for answer in got],
         "who came before on the connection is forgotten")
    same("alice", seen(got[2])[2]["x-auth-subject"][0],
         "and who comes next is another")


def listed(answer, what):
    """The fields that a page may send (Allow), or read (Expose)."""
    text = answer.one("Access-Control-%s-Headers" % what) or ""
    return {name.strip().lower() for name in text.split(",")}


def test_browser(proxy):
    asks = ("Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: authorization, dpop")
    before = len(Upstream.asked)
    answer = proxy.ask("/a", "Origin: " + PAGE, *asks, method="OPTIONS")
    same((204, PAGE),
         (answer.status, answer.one("Access-Control-Allow-Origin")),
         "a preflight needs no token")
    ok("POST" in (answer.one("Access-Control-Allow-Methods") or ""),
       "it may POST", answer)
    same(set(), SENT - listed(answer, "Allow"),
         "it may send a token, a proof, and what MCP asks for")
    answer = proxy.ask("/a", "Origin: https://evil.test", *asks,
                       method="OPTIONS")
    same((204, None), (answer.status,
                       answer.one("Access-Control-Allow-Origin")),
         "a preflight of another origin is allowed nothing")
    same(before, len(Upstream.asked), "the upstream hears of neither")
    same(401, proxy.ask("/a", method="OPTIONS").status,
         "OPTIONS that is no preflight is judged")
    answer = proxy.ask("/a", "Origin: " + PAGE)
    same((401, PAGE),
         (answer.status, answer.one("Access-Control-Allow-Origin")),
         "a page can read its 401")
    same(set(), {"www-authenticate", "dpop-nonce"} - listed(answer, "Expose"),
         "and the challenge, and a nonce")
    answer = proxy.ask("/a", "Origin: " + PAGE, bearer(TOKEN))
    same((200, PAGE),
         (answer.status, answer.one("Access-Control-Allow-Origin")),
         "a page can read its answer")
    same(set(), {"dpop-nonce", "mcp-session-id"} - listed(answer, "Expose"),
         "and its session, and a nonce")
    answer = proxy.ask("/a", "Origin: https://evil.test", bearer(TOKEN))
    same(None, answer.one("Access-Control-Allow-Origin"),
         "another page can't")
    for path in ("/.well-known/oauth-protected-resource/mcp",
                 "/.well-known/oauth-protected-resource"):
        answer = proxy.ask(path, "Origin: https://evil.test")
        same((200, "*"), (answer.status,
                          answer.one("Access-Control-Allow-Origin")),
             "metadata is open to all: " + path)
        same(RESOURCE, json.loads(answer.body)["resource"],
             "it is of this resource")
    same(401, proxy.ask("/.well-known/other").status,
         "what else is well known is judged")


def test_bound(proxy):
    bound.check(proxy, jwt, seen, Upstream.asked)


def test_events(proxy):
    """Each event is here before the next one is sent."""
    Upstream.go_on.clear()
    got = []
    with Link(proxy.address) as link:
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
            Upstream.go_on.set()
    same([0, 1, 2], got, "events arrive when they happen")


def test_connections(proxy, relay):
    with Link(proxy.address) as link:
        for _ in range(20):
            link.send(request("/a"))
            answer = link.answer()
            if answer is None or answer.status != 401:
                break
    same(401, answer and answer.status, "20 denials on one connection")
    if proxy.connections is not None:
        ok(relay.connections <= proxy.connections,
           "they cost at most %d connections to the daemon" %
           proxy.connections, relay.connections)


def test_reload(proxy, daemon):
    """Requests on their way while the configuration is read anew."""
    answers = []

    def ask():
        for _ in range(6):
            answers.append(proxy.ask("/a", bearer("late-x")))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        ok(daemon.reload(), "a reload")
    for thread in threads:
        thread.join()
    same([200] * 24, [answer and answer.status for answer in answers],
         "24 requests over 3 reloads: all are answered")


def test_outage(proxy, daemon, config):
    daemon.process.kill()
    daemon.process.wait()
    for name, fields in (("nothing", ()), ("a good token", (bearer(TOKEN),)),
                         ("a JWT", (bearer(jwt()),)),
                         ("a bad one", (bearer("x"),)),
                         ("a body", ("Content-Length: 2",))):
        before = len(Upstream.asked)
        answer = proxy.ask("/a", *fields, **(
            {"method": "POST", "body": b"hi"} if name == "a body" else {}))
        same((503, 0, "5"),
             (answer.status, len(answer.all("WWW-Authenticate")),
              answer.one("Retry-After")),
             "the daemon is dead, with %s: 503 and no challenge" % name)
        same({"error": "temporarily_unavailable"}, json.loads(answer.body),
             "and a body that says so, and ends")
        same(before, len(Upstream.asked), "and the upstream is not asked")
    answer = proxy.ask("/a", "Origin: " + PAGE, bearer(TOKEN))
    same(PAGE, answer.one("Access-Control-Allow-Origin"),
         "a page can read that 503")
    with Daemon(config, *proxy.options(proxy.where)):
        until = time.monotonic() + 30
        answer = proxy.ask("/a", bearer(TOKEN))
        while answer.status != 200 and time.monotonic() < until:
            time.sleep(0.1)
            answer = proxy.ask("/a", bearer(TOKEN))
        same(200, answer.status, "it is there again: 200")


def everything(kind, where):
    """The daemon's socket is a link, to the relay first."""
    config = configure(where)
    gate = os.path.join(where, "gate")
    with Daemon(config, *kind.options(where)) as daemon, \
            Server(("127.0.0.1", 0), Upstream) as upstream:
        relay = Relay(os.path.join(where, "relay"), daemon.unix)
        os.symlink(relay.listening.getsockname(), gate)
        with kind(where, gate, upstream.port) as proxy:
            test_connections(proxy, relay)
            os.unlink(gate)
            os.symlink(daemon.unix, gate)
            for test in (test_matrix, test_challenge, test_forged,
                         test_same, test_original, test_paths,
                         test_passing, test_cookies, test_denied_body,
                         test_forgetting, test_bound, test_browser,
                         test_events, *kind.extra):
                test(proxy)
            test_reload(proxy, daemon)
            test_outage(proxy, daemon, config)


def test_open(proxy):
    """What is judged is the path that is served, however a target is written:
    only what is below /public is anyone's."""
    for target, status in (
            ("/public/x", 200), ("/public/x?y=/z", 200), ("/x", 401),
            ("http://localhost/x", 401), ("/?x=/public/x", 401)):
        same(status, proxy.ask(target).status, "open to all, or not: " + target)
    for host in ("http://localhost", "HTTP://localhost:80", "http://"):
        for rest in ("?x=/public/x", "?/public/x", "?x#/public/x",
                     "#/public/x", "#?/public/x", "#x?y=/public/x",
                     "\\/public/x", "\\x/public/x"):
            refused(proxy, host + rest)
            refused(proxy, host + rest, "Host: " + (host + rest).split("/")[2])
    before = len(Upstream.asked)
    answer = proxy.ask("http://localhost?x=/y", bearer(TOKEN))
    same(answer.status == 200, len(Upstream.asked) > before,
         "with a token, %s" % ("it is passed on" if answer.status == 200
                               else "it is refused"))


def refused(proxy, target, *fields):
    before = len(Upstream.asked)
    answer = proxy.ask(target, *fields)
    same([], Upstream.asked[before:], "without a token nobody gets to " +
         ", ".join((target, *fields)))
    ok(answer is None or answer.status in (400, 401), "nor hears of it",
       answer)


def anyones(kind, where):
    write(os.path.join(where, "internal.token"), secret(TOKEN), 0o600)
    config = write(os.path.join(where, "t.conf"), OPEN % {
        "where": where, "build": cli.BUILD})
    with Daemon(config, *kind.options(where)) as daemon, \
            Server(("127.0.0.1", 0), Upstream) as upstream, \
            kind(where, daemon.unix, upstream.port) as proxy:
        test_open(proxy)


def run(kind, *more):
    """The whole test of one proxy, and more: functions of a folder."""
    if kind.find() is None or not os.path.exists(PROGRAM):
        print("1..0 # SKIP %s is not installed, or authchaind not built" %
              kind.name)
        sys.exit(0)
    begin("test-" + kind.name)
    with Folder() as where:
        os.chmod(where, 0o755)
        everything(kind, where)
    for test in (lambda where: anyones(kind, where), *more):
        with Folder() as where:
            os.chmod(where, 0o755)
            test(where)
    done()
