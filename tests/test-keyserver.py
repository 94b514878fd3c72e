#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tests/keyserver.py does what its head comment says, as other tests rely on
it."""
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

here = os.path.join(os.environ.get("abs_top_srcdir", "."), "tests")
count = failed = 0


def ok(condition, name):
    global count, failed
    count += 1
    failed += not condition
    print("%sok %d - %s" % ("" if condition else "not ", count, name),
          flush=True)


class Server:
    def __init__(self, *args):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(here, "keyserver.py"), *args],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.control = int(self.process.stdout.readline().split()[1])

    def ask(self, method, path, body=None, port=None, headers=None,
            seconds=30):
        """Status, headers, body; or the name of what went wrong."""
        link = http.client.HTTPConnection(
            "127.0.0.1", port or self.port, timeout=seconds)
        try:
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as problem:
            return 0, {}, type(problem).__name__.encode()
        finally:
            link.close()

    def rule(self, **rule):
        return self.ask("POST", "/_control", json.dumps(rule))[0]

    def end(self):
        self.process.stdin.close()
        return self.process.wait(60)


MODES = [
    ("ok", {"body": {"keys": []}}, 200, b'{"keys": []}'),
    ("ok", {"body": "text", "status": 203}, 203, b"text"),
    ("ok", {"body_base64": "AAEC"}, 200, b"\0\1\2"),
    ("chunked", {"body": "x" * 2500}, 200, b"x" * 2500),
    ("500", {}, 500, None),
    ("503", {"headers": {"Retry-After": "7"}}, 503, None),
    ("html", {}, 200, None),
    ("empty", {}, 200, b""),
    ("huge", {"bytes": 70000}, 200, b"\0" * 70000),
    ("huge-chunked", {"bytes": 70000}, 200, b"\0" * 70000),
    ("drip", {"body": "drip", "ms": 1}, 200, b"drip"),
    ("redirect", {}, 302, None),
    ("gzip", {"bytes": 70000}, 200, None),
    ("flood", {"count": 10, "body": "f"}, 200, b"f"),
    ("down", {}, 0, b"RemoteDisconnected"),
    ("reset", {}, 0, b"ConnectionResetError"),
    ("truncated", {"body": "short"}, 0, b"IncompleteRead"),
    ("stall", {}, 0, b"TimeoutError"),
    ("stall-body", {"body": "abcd"}, 0, b"TimeoutError"),
    ("junk", {}, 0, b"BadStatusLine"),
]


def test_modes(server):
    for mode, more, status, body in MODES:
        added = server.rule(path="/m", mode=mode, **more)
        got = server.ask("GET", "/m",
                         seconds=1 if mode.startswith("stall") else 30)
        ok(added == 200 and got[0] == status and body in (None, got[2]),
           "mode %s answers %d %r" % (mode, status, (body or b"")[:20]))


def test_rules(server):
    ok(server.ask("GET", "/a.json")[2] == b"file", "a file of the root")
    ok(server.ask("GET", "/../a.json")[0] in (200, 404) and
       server.ask("GET", "/../../etc/passwd")[0] == 404,
       "nothing above the root")
    ok(server.ask("GET", "/none")[0] == 404, "404 without a rule")
    server.rule(path="/a.json", mode="500", times=2)
    got = [server.ask("GET", "/a.json")[0] for _ in range(3)]
    ok(got == [500, 500, 200], "a rule with times ends")
    server.rule(path="/i", body="no")
    server.rule(path="/i", body="yes", match="token=abc")
    ok(server.ask("POST", "/i", "token=abc")[2] == b"yes" and
       server.ask("POST", "/i", "token=x")[2] == b"no", "match")
    server.rule(path="/e", body="v1", headers={"ETag": '"1"'})
    ok(server.ask("GET", "/e", headers={"If-None-Match": '"1"'})[0] == 304 and
       server.ask("GET", "/e", headers={"If-None-Match": '"2"'})[0] == 200,
       "ETag is answered 304")
    server.rule(path="*", body="star")
    ok(server.ask("GET", "/whatever")[2] == b"star", "path * is for the rest")
    server.rule(path="/h", body="held", hold=True)
    held = []
    asker = threading.Thread(
        target=lambda: held.append(server.ask("GET", "/h")[2]))
    asker.start()
    while server.ask("GET", "/_count?path=/h")[2] != b"1\n":
        time.sleep(0.01)
    ok(not held, "an answer is held")
    server.rule(path="/h", body="other")
    asker.join()
    ok(held == [b"held"] and server.ask("GET", "/h")[2] == b"other",
       "until there is another rule")
    ok(server.rule(path="/x", mode="nonsense") == 400, "unknown mode refused")
    ok(server.rule(mode="ok") == 400, "rule without path refused")


def test_counts(server):
    ok(server.ask("POST", "/_reset", "")[0] == 200, "reset")
    for _ in range(3):
        server.ask("GET", "/c?q=1")
    ok(server.ask("GET", "/_count?path=/c")[2] == b"3\n", "count of a path")
    counts = json.loads(server.ask("GET", "/_count", port=server.control)[2])
    ok(counts["total"] == 3 and counts["paths"] == {"/c": 3}, "all counts")
    last = json.loads(server.ask("GET", "/_requests")[2])[-1]
    ok(last["path"] == "/c" and last["query"] == "q=1", "requests")
    ok(server.ask("GET", "/c", port=server.control)[0] == 404,
       "the control port serves nothing else")


def test_listen(server):
    server.ask("POST", "/_listen", '{"on": false}', server.control)
    ok(server.ask("GET", "/c")[2] == b"ConnectionRefusedError",
       "connections are refused")
    server.ask("POST", "/_listen", '{"on": true}', server.control)
    ok(server.ask("GET", "/_ready")[2] == b"ok\n", "and accepted again")


with tempfile.TemporaryDirectory() as root:
    with open(os.path.join(root, "a.json"), "w") as file:
        file.write("file")
    keyserver = Server("--root", root)
    test_modes(keyserver)
    test_rules(keyserver)
    test_counts(keyserver)
    test_listen(keyserver)
    ok(keyserver.end() == 0, "ends when its standard input closes")
print("1..%d" % count)
sys.exit(failed != 0)
