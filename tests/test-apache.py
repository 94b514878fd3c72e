#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/apache with the real Apache: what clients get, and what the
upstream."""
import os

import apache
import hosts
from e2e import write


class Apache(hosts.Proxy):
    name = "apache"
    program = "apache2"
    connections = None # mod_authnz_fcgi makes one for each request
    refuses_two = False
    fcgi = "%s:%d" % (hosts.HERE, hosts.free_port())

    @classmethod
    def options(cls, _where):
        return "--fastcgi", cls.fcgi, "--trusted-proxy", "127.0.0.1"

    def command(self):
        with open(os.path.join(hosts.cli.SOURCE, "hosts", "apache",
                               "README.md"), encoding="utf-8") as file:
            needed = file.read().split("a2enmod ")[1].split("`")[0].split()
        down = write(os.path.join(self.where, "down.asis"),
                     self.fill("authchain-down.asis"))
        site = self.fill("authchain.conf").replace(
            "127.0.0.1:9092", self.fcgi).replace(
                "/etc/apache2/authchain-down.asis", down)
        return apache.command(self, ("setenvif", *needed), site)


if __name__ == "__main__":
    hosts.run(Apache)
