#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A key server for tests: serves what it is told to, and fails as it is told.

    keyserver.py [--root DIR] [--bind ADDRESS]
                 [--cert PEM --key PEM [--tls-max 1.1|1.2]]

Its first line of output is its port, the second "control PORT".  It ends when
its standard input closes.  With --root it serves the files below DIR; with
--cert and --key it speaks TLS on the first port.  The control port is plain
HTTP always; without TLS the control paths work on both ports.

Control, all but the counts as JSON:
    POST /_control   one rule, or a list of rules (below); answers "ok"
    POST /_listen    {"on": false}: the first port refuses connections and
                     open ones are cut; {"on": true}: it is back
    POST /_reset     forget rules, counts and requests; listen
    GET /_count?path=/jwks    how often that path was requested: "3"
    GET /_count      {"total": 4, "connections": 2, "paths": {"/jwks": 3, ..}}
    GET /_requests   the last 1000 requests: [{"method": "GET", "path":
                     "/jwks", "query": "a=1", "headers": {..}, "body": ".."}]
    GET /_ready      "ok"

A rule: {"path": "/jwks", "mode": "ok", ...}.  A new rule replaces the one of
the same path and match.  Path "*" is for paths without a rule.
    mode         what happens (below); "ok" when left out
    body         text of the answer, or a JSON value to be sent as JSON
    body_base64  bytes of the answer
    status       of "ok" and "empty"; 200
    type         Content-Type; application/json
    headers      {"name": "value", ..} or [["name", "value"], ..] to add
    match        only for requests whose body or query has this text in it
    methods      only for these methods: ["POST"]
    delay_ms     wait before the answer
    hold         true: wait until there is another rule for that path
    times        after so many requests the rule is gone, and the one it
                 replaced, or the file, is back
    bytes, ms, count, location: see the modes
Modes:
    ok           the body, or the file of that path, or 404; an ETag among
                 headers is answered 304 when If-None-Match has it
    chunked      ok, with chunked coding
    down         the connection is closed without an answer
    reset        the connection is reset (RST)
    stall        no answer as long as the client waits
    stall-body   status and headers, half of the body, then nothing
    drip         one byte of the body every ms (100)
    500          that status (any of 400 .. 599), with an HTML page
    truncated    Content-Length is more than what is sent, then close
    html         200 and an HTML page
    huge         bytes (100 MiB) of body, announced
    huge-chunked the same, not announced
    redirect     302 to location (/redirected)
    empty        no body
    gzip         bytes (100 MiB) of zeros, as Content-Encoding: gzip
    flood        count (1000) headers of bytes (100) each
    interim      count (1000) answers 103 before the answer
    junk         bytes that are no HTTP
    many         count (1000) keys of bytes (200) each

From a shell:
    mkfifo in; keyserver.py < in > out & exec 3> in
    until [ "$(wc -l < out)" -eq 2 ]; do sleep 0.1; done; read -r port < out
    curl -sd '{"path": "/jwks", "mode": "500"}' "http://127.0.0.1:$port/_control"
    ...; exec 3>&-    # it ends
"""
import argparse
import base64
import collections
import gzip
import http.server
import io
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse
import warnings

HUGE = 100 << 20
BLOCK = b"\0" * 65536
PAGE = b"<!DOCTYPE html><html><title>Oops</title><p>Something went wrong\n"


class State:
    """Rules and counts, shared by all connections."""

    def __init__(self):
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        with self.lock:
            self.rules = []
            self.counts = collections.Counter()
            self.connections = 0
            self.requests = collections.deque(maxlen=1000)

    def add(self, rule):
        if not isinstance(rule, dict) or not isinstance(rule.get("path"), str):
            raise ValueError("a rule is an object with a path")
        if "run_" + mode_function(rule) not in dir(Handler):
            raise ValueError("unknown mode " + repr(rule.get("mode")))
        same = (rule["path"], rule.get("match"), rule.get("methods"))
        with self.lock:
            if "times" not in rule:
                self.rules = [r for r in self.rules if same != (
                    r["path"], r.get("match"), r.get("methods"))]
            self.rules.insert(0, dict(rule))

    def find(self, method, path, text):
        """The rule for a request; particular ones before "*"."""
        with self.lock:
            for wanted in (path, "*"):
                for narrow in (True, False):
                    for rule in self.rules:
                        if rule["path"] != wanted:
                            continue
                        if narrow != bool(rule.get("match")):
                            continue
                        if rule.get("match", "") not in text:
                            continue
                        if method not in rule.get("methods", [method]):
                            continue
                        if "times" in rule:
                            rule["times"] -= 1
                            if rule["times"] <= 0:
                                self.rules.remove(rule)
                        return rule
        return {}

    def has(self, rule):
        with self.lock:
            return any(rule is other for other in self.rules)

    def note(self, request):
        with self.lock:
            self.counts[request["path"]] += 1
            self.requests.append(request)


def mode_function(rule):
    mode = str(rule.get("mode", "ok"))
    if mode.isdigit() and 400 <= int(mode) <= 599:
        return "error"
    return mode.replace("-", "_")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "keyserver"
    timeout = 120

    def log_message(self, *args):
        pass

    def setup(self):
        self.server.track(self.request)
        if self.server.tls is not None:
            self.server.untrack(self.request)
            self.request = self.server.tls.wrap_socket(
                self.request, server_side=True)
            self.server.track(self.request, again=True)
        super().setup()

    def finish(self):
        self.server.untrack(self.request)
        super().finish()
        if self.server.tls is not None:
            self.request.close()

    def any_method(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        url = urllib.parse.urlsplit(self.path)
        if url.path.startswith("/_") and self.server.tls is None:
            self.control(url, body)
            return
        if self.server.control_only:
            self.answer(404)
            return
        text = body.decode("utf-8", "replace")
        self.server.state.note({
            "method": self.command, "path": url.path, "query": url.query,
            "headers": dict(self.headers.items()), "body": text})
        self.rule = self.server.state.find(
            self.command, url.path, text + "\n" + url.query)
        time.sleep(self.rule.get("delay_ms", 0) / 1000)
        while self.rule.get("hold") and self.server.state.has(self.rule):
            time.sleep(0.01)
        getattr(self, "run_" + mode_function(self.rule))(url.path)

    do_GET = do_POST = do_HEAD = any_method
    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = any_method

    # -- control

    def control(self, url, body):
        state = self.server.state
        call = (self.command, url.path)
        out = "ok\n"
        try:
            if call == ("POST", "/_control"):
                rules = json.loads(body)
                for rule in rules if isinstance(rules, list) else [rules]:
                    state.add(rule)
            elif call == ("POST", "/_listen"):
                self.server.keyserver.listen(json.loads(body)["on"])
            elif call == ("POST", "/_reset"):
                state.clear()
                self.server.keyserver.listen(True)
            elif call == ("GET", "/_count"):
                out = self.count(urllib.parse.parse_qs(url.query))
            elif call == ("GET", "/_requests"):
                with state.lock:
                    out = json.dumps(list(state.requests))
            elif call != ("GET", "/_ready"):
                self.answer(404)
                return
        except (ValueError, KeyError, TypeError) as problem:
            self.answer(400, str(problem).encode() + b"\n", "text/plain")
            return
        self.answer(200, out.encode(), "text/plain")

    def count(self, query):
        state = self.server.state
        with state.lock:
            if "path" in query:
                return "%d\n" % state.counts[query["path"][0]]
            return json.dumps({
                "total": sum(state.counts.values()),
                "connections": state.connections,
                "paths": dict(state.counts)})

    # -- what an answer is made of

    def content(self, path):
        """Bytes and type by rule or file; None: there are none."""
        rule = self.rule
        kind = rule.get("type", "application/json")
        if "body_base64" in rule:
            return base64.b64decode(rule["body_base64"]), kind
        if isinstance(rule.get("body"), str):
            return rule["body"].encode(), kind
        if "body" in rule:
            return json.dumps(rule["body"]).encode(), kind
        if self.server.root is None:
            return None, kind
        name = os.path.realpath(self.server.root + "/" + path.lstrip("/"))
        if not name.startswith(os.path.realpath(self.server.root) + os.sep):
            return None, kind
        try:
            with open(name, "rb") as file:
                return file.read(), kind
        except OSError:
            return None, kind

    def extra(self):
        headers = self.rule.get("headers", {})
        return list(headers.items() if isinstance(headers, dict) else headers)

    def head(self, status, length=None, kind=None, headers=()):
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def answer(self, status, body=b"", kind="text/html", headers=()):
        self.head(status, len(body), kind, headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def found(self, path):
        """Content for modes that must have some."""
        body, kind = self.content(path)
        return (b'{"keys": []}', kind) if body is None else (body, kind)

    def wait(self):
        """Until the client goes away."""
        self.close_connection = True
        try:
            while self.connection.recv(4096):
                pass
        except OSError:
            pass

    def cut(self):
        self.close_connection = True
        self.wfile.flush()
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    # -- modes

    def run_ok(self, path):
        body, kind = self.content(path)
        if body is None and "status" not in self.rule:
            self.answer(404, PAGE)
            return
        headers = self.extra()
        tag = {name.lower(): value for name, value in headers}.get("etag")
        if tag is not None and self.headers.get("If-None-Match") == tag:
            self.head(304, headers=headers)
            return
        self.answer(self.rule.get("status", 200), body or b"", kind, headers)

    def run_chunked(self, path):
        body, kind = self.found(path)
        self.head(200, None, kind,
                  self.extra() + [("Transfer-Encoding", "chunked")])
        for at in range(0, len(body), 1000):
            self.chunk(body[at:at + 1000])
        self.wfile.write(b"0\r\n\r\n")

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def run_down(self, _path):
        self.cut()

    def run_reset(self, _path):
        self.close_connection = True
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.untrack(self.connection)
        os.close(self.connection.detach())

    def run_stall(self, _path):
        self.wait()

    def run_stall_body(self, path):
        body, kind = self.found(path)
        self.head(200, len(body), kind, self.extra())
        self.wfile.write(body[:len(body) // 2])
        self.wait()

    def run_drip(self, path):
        body, kind = self.found(path)
        self.close_connection = True
        self.head(200, len(body), kind, self.extra())
        for at in range(len(body)):
            self.wfile.write(body[at:at + 1])
            time.sleep(self.rule.get("ms", 100) / 1000)

    def run_error(self, _path):
        body, kind = PAGE, "text/html"
        if "body" in self.rule or "body_base64" in self.rule:
            body, kind = self.content("")
        self.answer(int(self.rule["mode"]), body, kind, self.extra())

    def run_truncated(self, path):
        body, kind = self.found(path)
        self.head(200, len(body) + 100, kind, self.extra())
        self.wfile.write(body)
        self.cut()

    def run_html(self, _path):
        self.answer(200, PAGE, "text/html", self.extra())

    def run_huge(self, _path):
        left = self.rule.get("bytes", HUGE)
        self.head(200, left, "application/json", self.extra())
        while left > 0:
            self.wfile.write(BLOCK[:left])
            left -= len(BLOCK)

    def run_huge_chunked(self, _path):
        left = self.rule.get("bytes", HUGE)
        self.head(200, None, "application/json",
                  self.extra() + [("Transfer-Encoding", "chunked")])
        while left > 0:
            self.chunk(BLOCK[:left])
            left -= len(BLOCK)
        self.wfile.write(b"0\r\n\r\n")

    def run_redirect(self, _path):
        where = self.rule.get("location", "/redirected")
        self.answer(self.rule.get("status", 302), PAGE, "text/html",
                    self.extra() + [("Location", where)])

    def run_empty(self, _path):
        self.answer(self.rule.get("status", 200), b"", "application/json",
                    self.extra())

    def run_gzip(self, _path):
        packed, left = io.BytesIO(), self.rule.get("bytes", HUGE)
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as out:
            while left > 0:
                out.write(BLOCK[:left])
                left -= len(BLOCK)
        self.answer(200, packed.getvalue(), "application/json",
                    self.extra() + [("Content-Encoding", "gzip")])

    def run_flood(self, path):
        body, kind = self.found(path)
        value = "x" * self.rule.get("bytes", 100)
        count = self.rule.get("count", 1000)
        self.answer(200, body, kind, self.extra() + [
            ("X-Flood-%d" % at, value) for at in range(count)])

    def run_interim(self, path):
        for _ in range(self.rule.get("count", 1000)):
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")
        self.run_ok(path)

    def run_many(self, _path):
        key = '{"kty": "EC", "kid": "%06d", "x": "'
        fill = "A" * (self.rule.get("bytes", 200) - len(key % 0) - 2)
        keys = ",".join((key % at) + fill + '"}'
                        for at in range(self.rule.get("count", 1000)))
        self.answer(200, ('{"keys": [%s]}' % keys).encode(),
                    "application/json", self.extra())

    def run_junk(self, _path):
        self.wfile.write(b"\0\1\2 this is not HTTP\r\n\r\n" * 10)
        self.cut()


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512
    allow_reuse_address = True

    def __init__(self, keyserver, port, tls, control_only):
        self.keyserver = keyserver
        self.state = keyserver.state
        self.root = keyserver.root
        self.tls = tls
        self.control_only = control_only
        self.open = set()
        self.open_lock = threading.Lock()
        if ":" in keyserver.address:
            self.address_family = socket.AF_INET6
        super().__init__((keyserver.address, port), Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,),
                         daemon=True).start()

    def server_bind(self):
        # not HTTPServer's, which asks the resolver for a name
        http.server.socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def track(self, connection, again=False):
        with self.open_lock:
            self.open.add(connection)
        if not self.control_only and not again:
            with self.state.lock:
                self.state.connections += 1

    def untrack(self, connection):
        with self.open_lock:
            self.open.discard(connection)

    def shutdown_request(self, request):
        self.untrack(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        problem = sys.exc_info()[1]
        if not isinstance(problem, (OSError, ValueError)):
            super().handle_error(request, client_address)

    def stop(self):
        self.shutdown()
        self.server_close()
        with self.open_lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


class KeyServer:
    def __init__(self, root, address, tls):
        self.state = State()
        self.root = root
        self.address = address
        self.tls = tls
        self.lock = threading.Lock()
        self.data = Server(self, 0, tls, False)
        self.port = self.data.server_port
        self.control = Server(self, 0, None, True)

    def listen(self, wanted):
        with self.lock:
            if wanted and self.data is None:
                self.data = Server(self, self.port, self.tls, False)
            elif not wanted and self.data is not None:
                self.data.block_on_close = False
                self.data.stop()
                self.data = None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--root")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--tls-max", choices=["1.1", "1.2"])
    parser.add_argument("--bind", default="127.0.0.1")
    args = parser.parse_args()
    tls = None
    if args.cert is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(args.cert, args.key)
        if args.tls_max == "1.2":
            tls.maximum_version = ssl.TLSVersion.TLSv1_2
        elif args.tls_max == "1.1":
            warnings.simplefilter("ignore")  # it is deprecated, and to be so
            tls.minimum_version = ssl.TLSVersion.TLSv1
            tls.maximum_version = ssl.TLSVersion.TLSv1_1
            tls.set_ciphers("ALL:@SECLEVEL=0")
    server = KeyServer(args.root, args.bind, tls)
    print(server.port)
    print("control %d" % server.control.server_port, flush=True)
    try:
        sys.stdin.buffer.read()
    except KeyboardInterrupt:
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
