#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/lighttpd with the real lighttpd: what clients get, and what the
upstream."""
import os

import hosts
from e2e import write

MAIN = """server.modules = ()
server.document-root = "%s/empty"
server.bind = "%s"
server.port = %d
server.max-request-field-size = 32768
%s
"""


class Lighttpd(hosts.Proxy):
    name = program = "lighttpd"
    connections = None # mod_fastcgi makes one for each request

    @classmethod
    def options(cls, where):
        return "--fastcgi", "unix:%s/fcgi" % where

    def command(self):
        os.makedirs(self.where + "/empty", exist_ok=True)
        for name in ("authchain.lua", "authchain-answer.lua"):
            write(os.path.join(self.where, name), self.fill(name))
        site = self.fill("authchain.conf").replace(
            "/etc/lighttpd/", self.where + "/").replace(
                "/run/authchain/authchaind.fcgi", self.where + "/fcgi")
        return [self.find(), "-D", "-f",
                write(os.path.join(self.where, "lighttpd.conf"), MAIN % (
                    self.where, *self.address, site))]


if __name__ == "__main__":
    hosts.run(Lighttpd)
