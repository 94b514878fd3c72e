#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/caddy with the real Caddy: what clients get, and what the upstream."""
import os

import hosts
from e2e import write


class Caddy(hosts.Proxy):
    name = program = "caddy"

    def command(self):
        site = self.fill("Caddyfile", NAME="http://localhost:%d" % self.port)
        return [self.find(), "run", "--adapter", "caddyfile", "--config",
                write(os.path.join(self.where, "Caddyfile"),
                      "{\n\tadmin off\n\tdefault_bind %s\n}\n%s" %
                      (self.address[0], site))]


if __name__ == "__main__":
    hosts.run(Caddy)
