#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Somebody else's resource server asks our /introspect (RFC 7662): Apache with
mod_oauth2, as its own documentation configures it."""
import os
import sys
import time

import apache
import hosts
from authchaind import PROGRAM, Daemon
from e2e import Folder, begin, done, ok, same, secret, write
from proof import Key

MODULES = ("proxy", "proxy_http", "headers", "oauth2")
CALLER = "apache+2~of/the.test=="
WRONG = "not-the-secret-of-apache"
PARTS = (("/a", CALLER, "valid-user"),
         ("/alice", CALLER, "oauth2_claim sub:alice"),
         ("/wrong", WRONG, "valid-user"))
CALLERS = """[chain]
identity = apache

[plugin apache]
type = static
token = @apache
subject = apache

[secret apache]
file = %s/apache.token
"""
SITE = """RequestHeader unset Authorization
RequestHeader unset OAUTH2_CLAIM_access_token
<Location "/">
	AuthType oauth2
	Require all denied
</Location>
%(parts)s
ProxyPass "/" "http://%(upstream)s/"
"""
PART = """<Location "%s">
	OAuth2TokenVerify introspect %s introspect.auth=client_secret_basic&client_id=apache&client_secret=%s
	Require %s
</Location>
"""


def escaped(text):
    """For the query of the directive; Basic has it escaped once more."""
    return "".join(c if c.isalnum() else "%%%02X" % ord(c) for c in text)


class Apache(hosts.Proxy):
    """Asks the daemon about a token, and nothing else."""
    name = "mod_oauth2"
    program = "apache2"
    url = None

    def command(self):
        parts = "".join(PART % (path, self.to, escaped(by), require)
                        for path, by, require in PARTS)
        return apache.command(self, MODULES, SITE % {
            "parts": parts, "upstream": self.upstream})


def configure(where):
    chains = where + "/etc/chains"
    os.makedirs(chains)
    hosts.configure(chains)
    write(chains + "/apache.token", secret(CALLER), 0o600)
    secret(WRONG)
    write(chains + "/callers.conf", CALLERS % chains)
    return where + "/etc"


def rows():
    """(name, fields, path, status, subject)"""
    old = int(time.time()) - 7200
    bound = hosts.jwt(cnf={"jkt": Key().thumbprint})
    bearer = hosts.bearer
    return (
        ("a static token", (bearer(hosts.TOKEN),), "/a", 200, "robot"),
        ("a JWT", (bearer(hosts.jwt()),), "/a", 200, "alice"),
        ("a token that is judged late", (bearer("late-x"),), "/a", 200,
         "scripted"),
        ("whom Apache wants", (bearer(hosts.jwt()),), "/alice", 200,
         "alice"),
        ("somebody else", (bearer(hosts.TOKEN),), "/alice", 401, None),
        ("no token", (), "/a", 401, None),
        ("an expired JWT", (bearer(hosts.jwt(iat=old, exp=old + 60)),), "/a",
         401, None),
        ("a JWT for another audience",
         (bearer(hosts.jwt(aud=hosts.RESOURCE + "/other")),), "/a", 401,
         None),
        ("a JWT with another signature",
         (bearer(hosts.jwt()[:-20] + "A" * 20),), "/a", 401, None),
        ("a JWT without the scope of the chain",
         (bearer(hosts.jwt(scope="write")),), "/a", 401, None),
        ("a token that is bound to a key", (bearer(bound),), "/a", 401, None),
        ("a token of nobody", (bearer("nobodys"),), "/a", 401, None),
        ("a caller's own token", (bearer(CALLER),), "/a", 401, None),
        ("a provider that is down", (bearer("down-x"),), "/a", 401, None),
        ("a provider that is broken", (bearer("broken-x"),), "/a", 401, None),
    )


def test_tokens(server):
    for name, fields, path, status, subject in rows():
        before = len(hosts.Upstream.asked)
        answer = server.ask(path, *fields)
        same(status, answer.status, "%s: %d" % (name, status))
        same(status == 200, len(hosts.Upstream.asked) > before,
             "%s: the upstream is %sasked" %
             (name, "" if status == 200 else "not "))
        if status == 200 and answer.status == 200:
            same([subject], hosts.seen(answer)[2].get("oauth2_claim_sub"),
                 name + ": the upstream hears who it is")


def test_caller(server, daemon):
    """Who may not ask learns nothing, not even of a good token."""
    away = "a caller was turned away"
    ok(away not in daemon.text(), "so far Apache could ask", daemon.text())
    answer = server.ask("/wrong", hosts.bearer(hosts.jwt(sub="bob")))
    same(401, answer.status, "Apache has a wrong secret: 401")
    ok(away in daemon.text(), "because it was turned away", daemon.text())


def main():
    with Folder() as where, \
            hosts.Server(("127.0.0.1", 0), hosts.Upstream) as upstream:
        os.chmod(where, 0o755)
        with Daemon(configure(where), "-v", "--introspect-callers",
                    "callers") as daemon:
            url = "http://%s:%d/introspect/t" % daemon.tcp
            with Apache(where, url, upstream.port) as server:
                test_tokens(server)
                test_caller(server, daemon)
                daemon.process.kill()
                daemon.process.wait()
                token = hosts.bearer(hosts.jwt(sub="zoe"))
                same(401, server.ask("/a", token).status,
                     "the daemon is dead: nobody new is let in")


if Apache.find() is None or not os.path.exists(
        apache.PATH % "oauth2"):
    print("1..0 # SKIP Apache's mod_oauth2 is not installed")
    sys.exit(0)
if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
begin("test-mod-oauth2")
main()
done()
