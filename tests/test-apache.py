#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/apache with the real Apache: what clients get, and what the
upstream."""
import os

import hosts
from e2e import write

MODULES = "/usr/lib/apache2/modules/mod_%s.so"
MAIN = """ServerRoot %(where)s
ServerName localhost
PidFile %(where)s/apache.pid
ErrorLog %(where)s/apache.errors
DefaultRuntimeDir %(where)s
Listen %(listen)s
StartServers 1
%(modules)s
%(site)s
"""


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
        modules = "\n".join("LoadModule %s_module %s" % (
            name, MODULES % name) for name in (
                "mpm_event", "authn_core", "authz_core", "authz_user",
                "setenvif", *needed))
        down = write(os.path.join(self.where, "down.asis"),
                     self.fill("authchain-down.asis"))
        site = self.fill("authchain.conf").replace(
            "127.0.0.1:9092", self.fcgi).replace(
                "/etc/apache2/authchain-down.asis", down)
        return [self.find(), "-DFOREGROUND", "-f",
                write(os.path.join(self.where, "apache.conf"), MAIN % {
                    "where": self.where, "modules": modules, "site": site,
                    "listen": "%s:%d" % self.address})]


if __name__ == "__main__":
    hosts.run(Apache)
