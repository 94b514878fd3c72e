#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts/nginx with the real nginx: what clients get, and what the upstream."""
import hosts
from e2e import same
from nginx import NGINX, Nginx


def test_inside(nginx):
    """A location that is internal is nobody's to ask."""
    before = len(hosts.Upstream.asked)
    same(404, nginx.ask("/_authchain").status, "/_authchain is not open")
    nginx.ask("/_authchain", hosts.bearer("nobodys"))
    same(before, len(hosts.Upstream.asked), "nor a way to the upstream")
    answer = nginx.ask("/a/../b%2fc?d=e", hosts.bearer(hosts.TOKEN))
    same("/a/../b%2fc?d=e", hosts.seen(answer)[1],
         "the path reaches the upstream as it was, dots and all")


class Site(Nginx, hosts.Proxy):
    name = "nginx"
    refuses_two = True
    extra = (test_inside,)

    def __init__(self, where, to, upstream):
        super().__init__(where, to, upstream)
        self.where = where

    @classmethod
    def find(cls):
        return NGINX


hosts.run(Site)
