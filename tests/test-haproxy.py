#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/haproxy with the real HAProxy: what clients get, and what the
upstream."""
import os

import hosts
from authchaind import Daemon
from e2e import same, write


class Haproxy(hosts.Proxy):
    name = program = "haproxy"

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
    hosts.run(Haproxy, test_tcp)
