# SPDX-License-Identifier: BSD-2-Clause
"""nginx in a test, with hosts/nginx filled in.

    nginx.py FOLDER SOCKET CHAIN PORT

becomes an nginx that asks the authchaind at that socket and has an upstream
at that port, and says its own port first."""
import os
import shutil
import signal
import socket
import subprocess
import sys

import cli
from authchaind import PROGRAM, Link, request
from e2e import said, write

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def missing():
    """Is something not there that a site behind nginx is made of?"""
    return NGINX is None or not os.path.exists(PROGRAM)


def listening():
    """A socket of a port that the kernel chose, and nobody else can take."""
    return socket.create_server(("127.0.0.1", 0), backlog=256)


def prepare(where, unix, chain, upstream, sockets, more=""):
    """Fill in hosts/nginx: the command, and an environment that hands the
    sockets over."""
    with open(os.path.join(cli.SOURCE, "hosts", "nginx",
                           "authchain.conf"), encoding="utf-8") as file:
        site = file.read()
    for name, value in (
            ("/run/authchain/authchaind.sock", unix),
            ("listen ADDRESS", "listen %s:%d" % sockets[0].getsockname()),
            ("server_name NAME", "server_name localhost"),
            ("https://ORIGIN", "https://app.test"),
            ("auth-request/CHAIN", "auth-request/" + chain),
            ("http://UPSTREAM", "http://127.0.0.1:%d" % upstream)):
        if name not in site:
            raise RuntimeError("no %s in authchain.conf" % name)
        site = site.replace(name, value)
    paths = "".join("%s_temp_path %s/%s;\n" % (kind, where, kind)
                    for kind in ("client_body", "proxy", "fastcgi",
                                 "uwsgi", "scgi"))
    main = write(os.path.join(where, "nginx.conf"), """
daemon off;
pid %s/nginx.pid;
error_log %s/nginx.log;
worker_processes 1;
events { worker_connections 256; }
http {
access_log off;
%s%s%s}
""" % (where, where, paths, site, more))
    command = [NGINX, "-p", where, "-e", where + "/nginx.log", "-c", main]
    if os.geteuid() == 0: # its workers must reach our socket
        command += ["-g", "user root;"]
    for one in sockets:
        one.set_inheritable(True)
    return command, dict(os.environ, NGINX="".join(
        "%d;" % one.fileno() for one in sockets))


class Nginx:
    """The real one, with our configuration filled in; more goes into the
    http block.  The first of sockets is the site's."""
    name = "nginx"

    def __init__(self, where, unix, upstream, *sockets, more=""):
        sockets = sockets or (listening(),)
        self.address = sockets[0].getsockname()
        self.log = os.path.join(where, "nginx.log")
        command, env = prepare(where, unix, "t", upstream, sockets, more)
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=[one.fileno() for one in sockets], env=env)
        for one in sockets:
            one.close()

    def ask(self, target, *fields, **more):
        with Link(self.address) as link:
            link.send(request(target, *fields, **more))
            return link.answer(head=more.get("method") == "HEAD")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        with open(self.log, "rb") as file:
            said(file.read())


if __name__ == "__main__":
    served = listening()
    argv, environment = prepare(*sys.argv[1:4], int(sys.argv[4]), (served,))
    print(served.getsockname()[1], flush=True)
    os.execve(argv[0], argv, environment)
