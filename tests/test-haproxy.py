#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/haproxy with the real HAProxy: what clients get, and what the
upstream."""
import os

import hosts
from authchaind import Daemon
from e2e import same, write


def test_upgrade(proxy):
    """A way to WebSocket, which the upstream here does not go."""
    for words in ("upgrade", "Upgrade, X-Auth-User", "keep-alive, Upgrade"):
        answer = proxy.ask("/a", hosts.bearer(hosts.TOKEN),
                           "Connection: " + words, "Upgrade: websocket",
                           "Sec-WebSocket-Version: 13",
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
        got = hosts.seen(answer)[2]
        same((["websocket"], ["upgrade"]),
             (got.get("upgrade"), [value.lower() for value in
                                   got.get("connection", ())]),
             "an upgrade is asked for, and nothing else: " + words)
    got = hosts.seen(proxy.ask("/a", hosts.bearer(hosts.TOKEN),
                               "Upgrade: websocket"))[2]
    same(None, got.get("connection"), "but not when nobody asks for it")


class Haproxy(hosts.Proxy):
    name = program = "haproxy"
    extra = (test_upgrade,)

    def command(self):
        lua = write(os.path.join(self.where, "authchain.lua"),
                    self.fill("authchain.lua"))
        site = self.fill("haproxy.cfg").replace(
            "/etc/haproxy/authchain.lua", lua)
        return [self.find(), "-db", "-f",
                write(os.path.join(self.where, "haproxy.cfg"), site)]


class OverTcp(Haproxy):
    def fill(self, name, **values):
        return super().fill(name, **values).replace("unix@", "ipv4@")


class Failing(Haproxy):
    def fill(self, name, **values):
        return super().fill(name, **values).replace(
            "core.httpclient()", "core.nothing_of_that_name()")


def test_script(where):
    """haproxy goes on behind a script that fails; the site must not."""
    with hosts.Server(("127.0.0.1", 0), hosts.Upstream) as upstream, \
            Failing(where, "/nowhere", upstream.port) as proxy:
        before = len(hosts.Upstream.asked)
        for name, fields in (("no token", ()),
                             ("a token", (hosts.bearer(hosts.TOKEN),))):
            answer = proxy.ask("/a", *fields)
            same((503, "5"), (answer.status, answer.one("Retry-After")),
                 "the script fails on %s: 503" % name)
        same(before, len(hosts.Upstream.asked),
             "the script fails: the upstream is not asked")


def test_tcp(where):
    """The daemon at an address; then it has to be told who is a proxy."""
    config = hosts.configure(where)
    with Daemon(config, "--trusted-proxy", "127.0.0.1") as daemon, \
            hosts.Server(("127.0.0.1", 0), hosts.Upstream) as upstream, \
            OverTcp(where, "%s:%d" % daemon.tcp, upstream.port) as proxy:
        hosts.test_matrix(proxy)
        hosts.test_original(proxy)
        daemon.process.kill()
        daemon.process.wait()
        answer = proxy.ask("/a", hosts.bearer(hosts.TOKEN))
        same((503, "5"), (answer.status, answer.one("Retry-After")),
             "nobody is at the address: 503")


if __name__ == "__main__":
    hosts.run(Haproxy, test_tcp, test_script)
