#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Clients that send their request a byte now and then: cut when it takes too
long, wherever in it they are; and those that are merely slow are not."""
import os
import select
import socket
import sys
import threading
import time

from authchaind import PROGRAM, Daemon, request
from e2e import Folder, begin, done, ok, same, secret, write

TARGET = "/authz/forward-auth/t"
FORM = "Content-Type: application/x-www-form-urlencoded"
TOKEN = "sesame-opens-it-all"
GOOD = "Authorization: Bearer " + TOKEN
CONFIG = """[chain]
deadline = 60s
identity = internal

[plugin internal]
type = static
token = @internal

[secret internal]
file = %s/internal.token
"""
PATIENCE_S = 30  # of the test: what is never cut is told of by then


def drip(link, found, name, byte=b"x"):
    """A byte every now and then until the other side ends it."""
    until = time.monotonic() + PATIENCE_S
    link.socket.settimeout(0.2)
    found[name] = "never cut"
    while time.monotonic() < until:
        try:
            link.send(byte)
            if link.socket.recv(4096) == b"":
                break
        except socket.timeout:
            continue
        except OSError:
            break
    else:
        return
    found[name] = "cut"


def openings(daemon):
    """What is sent at once, before the rest drips."""
    whole = request(TARGET, GOOD)
    form = request("/introspect", GOOD, FORM, "Content-Length: 60000",
                   method="POST")
    for place, address in (("TCP", daemon.tcp), ("unix", daemon.unix)):
        yield place, address, "a header", whole[:40], 0
        yield place, address, "a second header", whole + whole[:40], 1
        yield place, address, "a body", form + b"token=", 0
    yield "TCP", daemon.tcp, "a first line", b"GET /", 0
    yield "TCP", daemon.tcp, "a second first line", whole + b"GET /", 1


def test_drips(daemon):
    found, threads, wanted = {}, [], {}
    for place, address, what, opening, answers in openings(daemon):
        name = "%s that drips over %s" % (what, place)
        link = daemon.link(address)
        link.send(opening)
        for _ in range(answers):
            link.answer()
        wanted[name] = "cut"
        threads.append(threading.Thread(target=drip,
                                        args=(link, found, name)))
        threads[-1].start()
    same(200, daemon.ask(TARGET, GOOD).status,
         "others are served all the while")
    for thread in threads:
        thread.join()
    for name in wanted:
        same("cut", found.get(name), name + " is cut")
    return len(wanted)


def test_slow(daemon):
    """Inside the limit, and a connection on which nothing comes."""
    waiting = [daemon.link(address) for address in (daemon.tcp, daemon.unix)]
    for link in waiting:
        link.send(request(TARGET, GOOD))
        same(200, link.answer().status, "a connection is made and used")
    for address in (daemon.tcp, daemon.unix):
        with daemon.link(address) as link:
            whole = request(TARGET, GOOD)
            for at in range(0, len(whole), 9):
                link.send(whole[at:at + 9])
                time.sleep(0.05)
            same(200, link.answer().status,
                 "a header in pieces that ends in time is answered")
    return waiting


def test_waiting(waiting):
    for link in waiting:
        link.send(request(TARGET, GOOD))
        same(200, link.answer().status, "a connection on which nothing came "
             "for longer than a header may take serves on")
        link.close()


def test_idle(idle):
    for link in idle:
        ok(not select.select([link.socket], [], [], 0)[0], "a connection on "
           "which nothing ever came for longer than that is not cut")
        link.close()


def counted(daemon):
    text = daemon.ask("/metrics", address=daemon.folder +
                      "/admin.sock").body.decode()
    return int(text.split("\nauthchain_slow_clients_total ")[1].split()[0])


def main():
    begin("test-slow-clients")
    with Folder() as where:
        write(where + "/internal.token", secret(TOKEN) + "\n", 0o600)
        config = write(where + "/t.conf", CONFIG % where)
        admin = "unix:" + where + "/admin.sock"
        # the first for those that are slow and in time, however slow the
        # machine; the second for those that are not
        with Daemon(config, "--header-timeout", "1h", "--admin",
                    admin) as daemon:
            waiting = test_slow(daemon)
            same(0, counted(daemon), "nobody was cut")
            test_waiting(waiting)
        with Daemon(config, "--header-timeout", "1s", "--introspect-callers",
                    "t", "--admin", admin) as daemon:
            idle = [daemon.link(), daemon.link(daemon.tcp)]
            number = test_drips(daemon)
            ok(counted(daemon) >= number, "each is counted", counted(daemon))
            test_idle(idle)
            same(0, daemon.stop(), "and it stops as ever")
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
