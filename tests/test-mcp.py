#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The official MCP clients log in through nginx, Caddy, HAProxy, Apache and
lighttpd, told nothing but the URL of a server: its metadata leads them to
oidc-provider."""
import importlib
import json
import os
import signal
import subprocess

import hosts
from authchaind import Daemon, until
from e2e import BUILD, Folder, begin, done, ok, said, same, secret, skip, \
    write
from nginx import Nginx, missing
from npm import E2E, Script, clients_wanted, install, node, \
    private_jwk, skip_all

MCP = os.path.join(E2E, "mcp")
Haproxy = importlib.import_module("test-haproxy").Haproxy
Apache = importlib.import_module("test-apache").Apache
Lighttpd = importlib.import_module("test-lighttpd").Lighttpd
CALLBACK = "http://127.0.0.1:1/callback"
KNOWN = {"redirect_uris": [CALLBACK], "response_types": ["code"],
         "grant_types": ["authorization_code", "refresh_token"],
         "application_type": "native", "token_endpoint_auth_method": "none"}
CHAIN = """[chain]
deadline = 60s
resource = %(origin)s%(path)s
identity = %(identity)s
challenge = oauth
required-scopes = %(required)s
%(more)s
[plugin keys]
type = jwks
issuer = %(issuer)s
insecure-http = yes

[plugin lost]
type = jwks
issuer = %(issuer)s
jwks-uri = http://127.0.0.1:1/jwks
insecure-http = yes

[plugin ask]
type = oauth
introspection-endpoint = %(issuer)s/token/introspection
insecure-http = yes
client-id = judge
client-secret = @judge
cache = 0s

[plugin oauth]
authorization-servers = %(issuer)s
scopes = read
insecure-http = yes

[secret judge]
file = %(folder)s/judge.secret
purpose = external
"""
OLD = "2025-11-25"
# Who may use one tool is another question.
TOOLS = """authorize = tools

[plugin tools]
type = mcp
path = %s
rules = tools/call delete_* write
""" % os.path.join(BUILD, "plugins", ".libs", "mcp.so")
WIRES = {"1": OLD, "2-legacy": OLD, "2": "2026-07-28"}
# Client 2.x wants a refresh token, too.
SCOPES = {"1": "%s", "2-legacy": "%s offline_access", "2": "%s offline_access"}


class Caddy(importlib.import_module("test-caddy").Caddy):
    """Its site has the name that the client knows."""

    def fill(self, name, **values):
        return super().fill(name, **dict(
            values, NAME="http://%s:%d" % self.address))


class Client:
    """client.mjs, asked one thing after another."""

    def __init__(self, kind, url, *registered):
        self.log = open(folder + "/client.log", "ab")
        self.process = subprocess.Popen(
            [node(MCP), "client.mjs", kind, url, *registered], cwd=MCP,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line or b"{}")
        for token in answer.pop("secrets", ()):
            secret(token)
        said(json.dumps(answer).encode())
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.ask(do="secrets")
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()


class Site:
    """A proxy, authchaind and an MCP server, whose resource is at a path."""

    def __init__(self, path, proxy=Nginx, identity="keys"):
        self.path = path
        self.upstream = Script(MCP, folder + "/upstream.log", "server.mjs",
                               hosts.HERE)
        self.go = self.upstream.url + "/go"
        # It asks at that socket when it is asked itself, and not before.
        self.proxy = proxy(folder, folder + "/authchaind.sock",
                           self.upstream.port)
        self.origin = "http://%s:%d" % tuple(self.proxy.address)
        self.url = self.origin + path
        self.options = getattr(proxy, "options", lambda _where: ())(folder)
        self.configure(identity)
        self.daemon = self.start()

    def start(self):
        return Daemon(folder + "/t.conf", *self.options)

    def configure(self, identity="keys", required="read", more=""):
        write(folder + "/t.conf", CHAIN % {
            "origin": self.origin, "path": self.path, "required": required,
            "more": more,
            "identity": identity, "issuer": authority.url, "folder": folder})

    def title(self, kind):
        return "%s, %s" % (self.proxy.name, kind)

    def reload(self, **changes):
        self.configure(**changes)
        before = self.daemon.text().count("was read anew")
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for("(?s)" + ".*was read anew" * (before + 1))

    def restart(self):
        """kill -9, what then happens, and a new one, when the proxy has found
        it: lighttpd does not look for a while."""
        self.daemon.process.kill()
        self.daemon.process.wait()
        yield
        self.daemon.__exit__()
        self.daemon = self.start()
        host = "Host: " + self.origin.split("//")[1]
        ok(until(lambda: self.proxy.ask(self.path, host).status == 401),
           self.title("authchaind is there again"))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.proxy.__exit__()
        self.daemon.__exit__()
        self.upstream.end()


def mine(answer, path):
    """The requests that a command took.  When SDK 1.x opens the stream that
    it may GET, and so which command that counts for, is a matter of luck."""
    return [line for line in answer["trace"]
            if not line.startswith("GET %s " % path)]


def log_in(client, kind, site, registered):
    """From nothing but a URL to a session."""
    who = site.title(kind)
    answer = client.ask(do="connect")
    wanted = ["POST %s 401" % site.path,
              "GET /.well-known/oauth-protected-resource%s 200" % site.path,
              "GET as:/.well-known/oauth-authorization-server 200"]
    if not registered:
        wanted.append("POST as:/reg 201")
    wanted += ["login " + SCOPES[kind] % "read", "POST as:/token 200",
               "POST %s 200" % site.path]
    if WIRES[kind] == OLD:
        wanted.append("POST %s 202" % site.path)
    same(wanted, mine(answer, site.path),
         who + ": the 401 leads it to a login, and back")
    same((WIRES[kind], "authchain-test", WIRES[kind] == OLD),
         tuple(answer.get(k) for k in ("wire", "server", "session")),
         who + ": it speaks with the server")
    same((site.url, SCOPES[kind] % "read"),
         tuple(answer.get("asked", {}).get(k) for k in ("resource", "scope")),
         who + ": it asked for this resource, and for the scope we named")
    same("read", client.ask(do="tokens")["scope"], who + ": that it has")


def add(client, name, path, trace=("POST %s 200",)):
    """A call that works, and what it took."""
    answer = client.ask(do="call", name="add", args={"a": 2, "b": 3})
    same(("5", [line.replace("%s", path) for line in trace]),
         (answer.get("text"), mine(answer, path)), name)


def use(client, kind, site):
    """List and call; the upstream hears who it is, and never the token."""
    who = site.title(kind)
    answer = client.ask(do="list")
    ok("add" in answer["tools"] and "steps" in answer["tools"],
       who + ": it lists the tools", answer)
    add(client, who + ": it calls one", site.path)
    fields = json.loads(client.ask(do="call", name="whoami")["text"])
    same(("alice", "read", authority.url, None),
         tuple(fields.get(k) for k in (
             "x-auth-subject", "x-auth-scopes", "x-auth-issuer",
             "authorization")),
         who + ": the server hears who calls, and not the token")
    same(WIRES[kind], fields.get("mcp-protocol-version"),
         who + ": and which protocol")
    answer = client.ask(do="steps", control=site.go)
    same(([1, 2, 3], "done"), (answer.get("heard"), answer.get("text")),
         who + ": each step is heard of before the next")


def step_up(client, kind, site):
    """The chain asks for one scope more."""
    who = site.title(kind)
    before = client.ask(do="tokens")
    site.reload(required="read, write")
    add(client, who + ": 403, a login for both scopes, 200", site.path,
        ("POST %s 403", "login " + SCOPES[kind] % "read write",
         "POST as:/token 200", "POST %s 200"))
    after = client.ask(do="tokens")
    ok(before["token"] != after["token"] and after["scope"] == "read write",
       who + ": with a token that has them", after)
    add(client, who + ": which is used from then on", site.path)


def unavailable(client, name, site):
    """503: it says so, throws nothing away and asks nobody to log in."""
    before = client.ask(do="tokens")
    answer = client.ask(do="call", name="add", args={"a": 1, "b": 1})
    ok("error" in answer and "temporarily_unavailable" in answer["error"],
       name + ": the call fails", answer)
    same(["POST %s 503" % site.path], mine(answer, site.path),
         name + ": nobody is sent to a login")
    after = client.ask(do="tokens")
    same(before["token"], after["token"], name + ": the token is kept")


def outage(client, kind, site):
    who = site.title(kind)
    for _ in site.restart():
        unavailable(client, who + ", authchaind is dead", site)
    add(client, who + ": it works again", site.path)
    site.reload(identity="lost", required="read, write")
    unavailable(client, who + ", no keys", site)
    site.reload(required="read, write")
    add(client, who + ": with keys it works again", site.path)


def tools(site):
    """A tool of which the chain knows that it needs more."""
    who = site.title("tools")
    site.reload(more=TOOLS)
    with Client("2", site.url, "known") as client:
        same("2026-07-28", client.ask(do="connect").get("wire"),
             who + ": a client of the newest wire")
        add(client, who + ": a tool for all", site.path)
        answer = client.ask(do="call", name="delete_all")
        same(["POST %s 403" % site.path,
              "login " + SCOPES["2"] % "read write", "POST as:/token 200",
              "POST %s 200" % site.path], mine(answer, site.path),
             who + ": one for few, 403, a login, 200")
        same("deleted", answer.get("text"), who + ": and it is done")
        add(client, who + ": the other still is for it", site.path)
    with Client("2-legacy", site.url, "known") as client:
        answer = client.ask(do="connect")
        same(["POST %s 401" % site.path, "POST %s 400" % site.path],
             [line for line in mine(answer, site.path) if "POST /" in line],
             who + ": the older wire, which hides the tool, is refused")
    site.reload()


def replaced(kind, site):
    """Tokens that are good no longer: a bad one, and one taken back."""
    who = site.title(kind)
    refused = "POST %s 401"
    signed_in = ("login " + SCOPES[kind] % "read", "POST as:/token 200",
                 "POST %s 200")
    refreshed = signed_in if kind == "1" else signed_in[1:]
    # With a token its issuer takes back the refresh token.
    tried = () if kind == "1" else ("POST as:/token 400", "forget tokens")
    with Client(kind, site.url) as client:
        log_in(client, kind, site, False)
        add(client, who + ": an opaque token", site.path)
        client.ask(do="spoil")
        add(client, who + ": a bad one is replaced", site.path,
            (refused,) + refreshed)
        same(200, client.ask(do="revoke", at=authority.url +
                             "/token/revocation")["status"],
             who + ": it is revoked")
        add(client, who + ": and replaced", site.path,
            (refused,) + tried + signed_in)


def whole(site, kinds):
    for kind in kinds:
        with Client(kind, site.url, "known") as client:
            site.reload()
            log_in(client, kind, site, True)
            use(client, kind, site)
            step_up(client, kind, site)
            outage(client, kind, site)
    tools(site)


def main():
    with Site("/mcp") as site:
        whole(site, WIRES)
    with Site("/opaque/mcp", identity="ask") as site:
        for kind in WIRES:
            replaced(kind, site)
    for proxy in (Caddy, Haproxy, Apache, Lighttpd):
        if proxy.find() is None:
            skip(proxy.name, "it is not installed")
            continue
        with Site("/mcp", proxy) as site:
            whole(site, ("1", "2"))


clients_wanted()
if missing():
    skip_all("nginx is not installed, or authchaind not built")
install("oidc", E2E)
install("mcp", MCP)
begin("test-mcp")
with Folder() as folder:
    os.chmod(folder, 0o755)
    judge = secret(os.urandom(24).hex())
    write(folder + "/judge.secret", judge, 0o600)
    keys = write(folder + "/keys.json",
                 json.dumps({"keys": [private_jwk()]}), 0o600)
    clients = write(folder + "/clients.json", json.dumps({
        "judge": judge, "known": KNOWN}), 0o600)
    with Script(E2E, folder + "/as.log", "server.mjs", keys,
                clients) as authority:
        main()
done()
