#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchaind as an authorizer of FastCGI, byte by byte: what web servers send,
and what nobody should."""
import os
import resource
import socket
import sys
import time

import hosts
from authchaind import PROGRAM, Daemon
from e2e import Folder, begin, done, note, ok, same
from fcgi import ABORT, BEGIN, GET_VALUES, PARAMS, RESPONDER, STDIN, \
    UNKNOWN, VALUES, Peer, length, pairs, parameters, record, start, whole

BOUND = 64 << 10 # of all parameters
TURN = 16 * 16384 # read from one connection before it is the next one's turn


def ask(address, values):
    with Peer(address) as peer:
        peer.send(whole(1, values))
        answer = peer.answer(1)
        ok(answer is None or peer.ended(), "it closes what is not to be kept")
        return answer


def test_answers(where):
    status, fields, body = ask(where, parameters())
    same((200, b""), (status, body), "allowed: 200 and no body")
    same({"Variable-X_AUTH_" + name for name in (
        "USER", "SUBJECT", "ISSUER", "SCOPES", "GROUPS", "CLIENT", "METHOD",
        "EXPIRES", "REQUEST_ID")}, set(fields),
         "the whole identity in variables, and nothing for the client")
    same("robot", fields["Variable-X_AUTH_SUBJECT"], "who it is")
    for name, token, status, challenge, retry in (
            ("no credential", None, 401, True, None),
            ("a wrong one", "nobodys", 401, True, None),
            ("a late provider", "late-x", 200, False, None),
            ("an unavailable one", "down-x", 503, False, "7"),
            ("a broken one", "broken-x", 500, False, None),
            ("no scope", "poor-x", 403, True, None),
            ("too many requests", "busy-x", 429, False, "9"),
            ("not for them", "foreign-x", 404, False, None),
            ("two words", "a b", 400, None, None)):
        got, fields, body = ask(where, parameters(token))
        same(status, got, "%s: %d" % (name, status))
        if challenge is not None:
            same(challenge, "WWW-Authenticate" in fields,
                 name + (": a challenge" if challenge else ": no challenge"))
        same(retry, fields.get("Retry-After"), name + ": Retry-After")
        same(status == 200, body == b"", name + ": a body to read")


def test_requests(where):
    rows = (
        ("a path that is refused", {"REQUEST_URI": "/hidden"}, 404),
        ("the same behind a host", {"REQUEST_URI": "http://h/hidden"}, 404),
        ("a host without a path", {"REQUEST_URI": "http://h"}, 200),
        ("a host without a path, and a slash in the query",
         {"REQUEST_URI": "http://h?x=/hidden"}, 200),
        ("the same without a host", {"REQUEST_URI": "http://?/hidden"}, 200),
        ("a path with a URL in its query",
         {"REQUEST_URI": "/hidden?x=http://h/seen"}, 404),
        ("a fragment", {"REQUEST_URI": "/seen#/hidden"}, 400),
        ("a fragment behind a query", {"REQUEST_URI": "/seen?#"}, 400),
        ("a fragment behind a host", {"REQUEST_URI": "http://h#/hidden"}, 400),
        ("the same behind a path", {"REQUEST_URI": "http://h/a#b"}, 400),
        ("the same before a path that is seen",
         {"REQUEST_URI": "http://h#/seen"}, 400),
        ("a method that is refused", {"REQUEST_METHOD": "DELETE"}, 404),
        ("an address that is refused", {"REMOTE_ADDR": "10.9.9.9"}, 404),
        ("a client's X-Forwarded-Uri",
         {"REQUEST_URI": "/hidden", "HTTP_X_FORWARDED_URI": "/seen"}, 404),
        ("a client's X-Forwarded-Method",
         {"REQUEST_METHOD": "DELETE", "HTTP_X_FORWARDED_METHOD": "GET"}, 404),
        ("a client's X-Forwarded-For",
         {"HTTP_X_FORWARDED_FOR": "10.9.9.9"}, 200),
        ("a client's Authchain-Chain",
         {"HTTP_AUTHCHAIN_CHAIN": "other"}, 200),
        ("no chain", {"AUTHCHAIN_CHAIN": None}, 400),
        ("a chain without a name", {"AUTHCHAIN_CHAIN": ""}, 400),
        ("a name of 64 bytes", {"AUTHCHAIN_CHAIN": "a" * 64}, 500),
        ("a name of 65", {"AUTHCHAIN_CHAIN": "a" * 65}, 400),
        ("a name with a NUL", {"AUTHCHAIN_CHAIN": "t\0x"}, 400),
        ("another chain", {"AUTHCHAIN_CHAIN": "other"}, 500),
        ("a field without a name", {"HTTP_": "x"}, 400),
        ("a line break in a value", {"HTTP_X": "a\r\nb"}, 400),
        ("a NUL in a value", {"HTTP_X": "a\0b"}, 400),
        ("a control byte in the token",
         {"HTTP_AUTHORIZATION": "Bearer a\x01b"}, 400),
        ("a name of long length", {"HTTP_" + "X" * 200: "x"}, 200))
    for name, more, status in rows:
        got = ask(where, parameters(**more))
        same(status, got and got[0], "%s: %d" % (name, status))
    for name in ("REQUEST_URI", "REQUEST_METHOD", "REMOTE_ADDR",
                 "AUTHCHAIN_CHAIN", "HTTP_AUTHORIZATION", "HTTP_HOST"):
        values = parameters()
        values.append((name.encode(), dict(values)[name.encode()]))
        same(400, ask(where, values)[0], name + " twice: 400")


def test_bounds(where):
    values = parameters()
    room = BOUND - len(pairs(values)) - len(pairs([(b"PAD", b"x" * 200)])) + \
        200
    same(200, ask(where, values + [(b"PAD", b"x" * room)])[0],
         "64 KiB of parameters")
    same(None, ask(where, values + [(b"PAD", b"x" * (room + 1))]),
         "one byte more: the connection ends")
    same(200, ask(where, values + [(b"HTTP_F%d" % at, b"x")
                                   for at in range(126)])[0], "128 fields")
    same(400, ask(where, values + [(b"HTTP_F%d" % at, b"x")
                                   for at in range(127)])[0], "129: 400")
    data = pairs(values)
    for name, broken in (("a pair cut off", data[:-1]),
                         ("a length cut off", data + b"\x80"),
                         ("a name longer than all", data + b"\x7f\x00x"),
                         ("4 GiB of value", data + b"\x01\xff\xff\xff\xffx")):
        with Peer(where) as peer:
            peer.send(start(1) + record(PARAMS, 1, broken) +
                      record(PARAMS, 1))
            same(400, peer.answer(1)[0], name + ": 400")


def test_connections(where):
    data = whole(1, parameters())
    with Peer(where) as peer:
        for at in range(len(data)):
            peer.send(data[at:at + 1])
        same(200, peer.answer(1)[0], "a request byte by byte")
    with Peer(where) as peer:
        peer.send(b"".join(whole(number, parameters(token), keep=True)
                           for number, token in ((1, hosts.TOKEN), (2, None),
                                                 (300, "late-x"), (4, "x"))))
        same([200, 401, 200, 401],
             [peer.answer(number)[0] for number in (1, 2, 300, 4)],
             "four at once, one after another")
        bad = parameters(HTTP_X="a\0b")
        peer.send(b"".join(whole(number, bad, keep=True)
                           for number in range(1, 41)))
        same([400] * 40, [(peer.answer(number) or [None])[0]
                          for number in range(1, 41)],
             "forty at once that are refused, each")
        peer.send(whole(1, parameters(None)))
        same(401, peer.answer(1)[0], "nothing is left of who came before")
        ok(peer.ended(), "the last one is not kept")
    with Peer(where) as peer:
        peer.send(start(1, True) + start(2, True))
        same(1, peer.answer(2), "requests beside each other are refused")
        peer.send(record(PARAMS, 2, b"x") + record(PARAMS, 1, pairs(
            parameters())) + record(PARAMS, 1))
        same(200, peer.answer(1)[0], "and do not mix")
        peer.send(start(1, True) + record(PARAMS, 1, b"x") +
                  record(ABORT, 1))
        same(0, peer.answer(1), "one that is given up has its end")
        peer.send(start(1, True, RESPONDER))
        same(3, peer.answer(1), "another role is refused")
        peer.send(record(GET_VALUES, 0, pairs(
            [(b"FCGI_MPXS_CONNS", b""), (b"OTHER", b"")])))
        same((VALUES, 0, pairs([(b"FCGI_MPXS_CONNS", b"0")])), peer.record(),
             "it says that it takes one at a time")
        peer.send(record(77, 0, b"abc"))
        same((UNKNOWN, 0, b"\x4d" + b"\0" * 7), peer.record(),
             "it says what it does not know")
        peer.send(whole(9, parameters()))
        same(200, peer.answer(9)[0], "and goes on")
    for name, bad in (("another version", b"\x02" + start(1)[1:]),
                      ("HTTP", b"GET / HTTP/1.1\r\n\r\n"),
                      ("a short beginning", record(BEGIN, 1, b"\0\2")),
                      ("the same number twice", start(1) + start(1)),
                      ("zeros", b"\0" * 100)):
        with Peer(where) as peer:
            peer.send(bad)
            ok(peer.ended(), "the connection ends: " + name)
    for _ in range(20):
        with Peer(where) as peer:
            peer.send(whole(1, parameters("late-x")))
    same(200, ask(where, parameters())[0],
         "who hangs up before the answer does no harm")


def padding(size):
    """Records of a request that is none, so many bytes of them."""
    parts = []
    while size > 0:
        part = min(size, 60000)
        if 0 < size - part < 8:
            part -= 8
        parts.append(record(STDIN, 99, b"x" * (part - 8)))
        size -= part
    return b"".join(parts)


def test_turns(daemon, where):
    """However much is read in one turn, no request is left lying."""
    good = whole(1, parameters(), keep=True)
    for size in (TURN - 1, TURN, TURN + 1):
        with Peer(where) as peer:
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF,
                                   1 << 20)
            peer.send(good)
            peer.answer(1)
            daemon.pause()
            peer.socket.setblocking(False)
            data = padding(size - len(good)) + good
            held = peer.socket.send(data)
            daemon.go_on()
            peer.socket.settimeout(30)
            if held < len(data):
                note("SKIP: a socket here holds %d bytes of %d" %
                     (held, size))
                continue
            try:
                answer = peer.answer(1)
            except TimeoutError:
                answer = None
            ok(answer and answer[0] == 200,
               "a request that ends %d bytes from the start is answered" %
               size, answer)


def test_idle(config):
    where = "unix:" + os.path.dirname(config) + "/idle"
    with Daemon(config, "--fastcgi", where, "--idle-timeout", "1s"):
        with Peer(where[5:]) as peer:
            peer.send(start(1))
            ok(peer.ended(), "a connection on which nothing comes is closed")


def test_room(config):
    """Who can't be taken waits until there is room, and costs no time."""
    where = os.path.dirname(config) + "/room"
    with Daemon(config, "--fastcgi", "unix:" + where, "--workers", "1",
                "--idle-timeout", "1h", preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_NOFILE, (64, 64))) as daemon:
        peers = [Peer(where) for _ in range(80)]
        peers[0].send(whole(1, parameters(), keep=True))
        peers[0].answer(1)
        before = daemon.used_s()
        time.sleep(2)
        ok(daemon.used_s() - before < 1, "whom it can't take it leaves alone")
        peers[-1].send(whole(1, parameters()))
        for peer in peers[:-1]:
            peer.socket.close()
        same(200, peers[-1].answer(1)[0], "until there is room")
        peers[-1].socket.close()


def test_peers(config):
    address = (hosts.HERE, hosts.free_port())
    name = "%s:%d" % address
    with Daemon(config, "--fastcgi", name):
        with Peer(address) as peer:
            peer.send(whole(1, parameters()))
            ok(peer.ended(), "over TCP only a proxy is heard")
    with Daemon(config, "--fastcgi", name, "--trusted-proxy", "127.0.0.0/8"):
        same(200, ask(address, parameters())[0], "which this one is now")


def test_stop(daemon, where):
    with Peer(where) as idle:
        idle.send(start(1))
        same(200, ask(where, parameters("late-x"))[0], "it serves")
        same(0, daemon.stop(), "it stops with a connection open")
        ok(idle.ended(), "and closes it")


def main():
    begin("test-fcgi")
    with Folder() as folder:
        config = hosts.configure(folder)
        where = folder + "/fcgi"
        with Daemon(config, "--fastcgi", "unix:" + where) as daemon:
            for test in (test_answers, test_requests, test_bounds,
                         test_connections):
                test(where)
            test_turns(daemon, where)
            test_stop(daemon, where)
        test_idle(config)
        test_room(config)
        test_peers(config)
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
