# SPDX-License-Identifier: BSD-2-Clause
"""authchaind in a test: started, asked byte by byte, signalled, stopped."""
import glob
import json
import os
import re
import select
import signal
import socket
import subprocess
import time

import cli
from e2e import said

PROGRAM = os.path.join(cli.BUILD, "authchaind")
# A build that counts what runs writes these counts where it was built.
COUNTED = glob.glob(os.path.join(cli.BUILD, "core", "daemon", "*.gcno"))
SCRIPTED = os.path.join(cli.BUILD, "tests", "plugins", ".libs", "scripted.so")


class Answer:
    """What came back: status, header fields in order, body, and whether the
    connection may be used again."""

    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.fields = [tuple(part.strip() for part in line.split(":", 1))
                       for line in lines[1:] if line]
        self.body = body
        said(head + b"\n" + body)

    def all(self, name):
        return [value for key, value in self.fields
                if key.lower() == name.lower()]

    def one(self, name):
        """The value of a field that is there exactly once, or None."""
        values = self.all(name)
        return values[0] if len(values) == 1 else None

    def __repr__(self):
        return "%d %r %r" % (self.status, self.fields, self.body)


class Link:
    """A connection to one of its sockets."""

    def __init__(self, address):
        if isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX)
        else:
            self.socket = socket.socket(socket.AF_INET)
        self.socket.connect(address)  # waits while many others do
        self.socket.settimeout(30)
        self.read = b""

    def send(self, data):
        self.socket.sendall(data)

    def answer(self, head=False):
        """The next answer, or None when the connection ended."""
        while b"\r\n\r\n" not in self.read:
            more = self.socket.recv(65536)
            if not more:
                return None
            self.read += more
        text, self.read = self.read.split(b"\r\n\r\n", 1)
        if head:
            return Answer(text, b"")
        match = re.search(rb"(?i)\r\ncontent-length: *(\d+)", text)
        if re.search(rb"(?i)\r\ntransfer-encoding: *chunked", text):
            body = self.chunks()
        else:
            body = self.take(int(match.group(1)) if match else 0)
        return None if body is None else Answer(text, body)

    def take(self, size):
        """So many bytes, or None when the connection ended before."""
        while len(self.read) < size:
            more = self.socket.recv(65536)
            if not more:
                return None
            self.read += more
        body, self.read = self.read[:size], self.read[size:]
        return body

    def chunks(self):
        """A body in chunks, up to its end (RFC 9112 7.1)."""
        body = b""
        while True:
            line = b""
            while not line.endswith(b"\r\n"):
                byte = self.take(1)
                if byte is None:
                    return None
                line += byte
            size = int(line.split(b";")[0], 16)
            part = self.take(size + 2)
            if part is None or size == 0:
                return None if part is None else body
            body += part[:-2]

    def ended(self):
        """Has the other side closed it?"""
        if not select.select([self.socket], [], [], 30)[0]:
            return False
        return self.socket.recv(1) == b""

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def request(target, *fields, method="GET", version="1.1", body=b""):
    """fields are "Name: value" lines; Host is added unless one is there."""
    lines = ["%s %s HTTP/%s" % (method, target, version)]
    if not any(field.lower().startswith("host") for field in fields):
        lines.append("Host: localhost")
    lines.extend(fields)
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


class Load:
    """tests/load under way: rows are (status, subject or None, target, token
    or None), asked in turn."""

    def __init__(self, address, rows, rate=2000, connections=16, seconds=600):
        if not isinstance(address, str):
            address = "%s:%d" % address
        else:
            address = "unix:" + address
        self.process = subprocess.Popen(
            [os.path.join(cli.BUILD, "tests", "load"), address,
             str(connections), str(rate), str(seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for row in rows:
            self.process.stdin.write((" ".join(
                "-" if part is None else str(part) for part in row) +
                "\n").encode())
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def end(self):
        """What it saw, as tests/load.c says."""
        self.process.stdin.close()
        return self.wait()

    def wait(self):
        text = self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait(120)
        said(text)
        return json.loads(text)


def until(condition, seconds=60):
    """Wait for it; what it said last."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def is_sanitized():
    with open(PROGRAM, "rb") as file:
        text = file.read()
    return b"__asan_init" in text or b"__tsan_init" in text


class Daemon:
    """The program on a configuration, with a unix socket, a TCP one and
    whatever else args say, until the end of the block."""

    def __init__(self, config, *args, env=None, plugins=cli.PLUGINS,
                 program=PROGRAM, **more):
        self.folder = os.path.dirname(config)
        self.unix = os.path.join(self.folder, "authchaind.sock")
        self.tcp = None
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        whole = dict(os.environ, **(env or {}))
        self.process = subprocess.Popen(
            [program, "-f", config, "--plugin-dir", plugins,
             "--listen", "unix:" + self.unix, "--listen", "127.0.0.1:0",
             "--log-format", "text",
             *(("--writable", cli.BUILD) if COUNTED else ()), *args],
            stderr=self.log, stdin=subprocess.DEVNULL, env=whole, **more)
        self.wait_for("serving proxies on 127.0.0.1:(\\d+)")

    def text(self):
        with open(self.log.name, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def wait_for(self, pattern, seconds=60):
        """Until the log has it; the match."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = re.search(pattern, self.text())
            if found:
                if self.tcp is None and found.groups():
                    self.tcp = ("127.0.0.1", int(found.group(1)))
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError("authchaind never said %r:\n%s" %
                           (pattern, self.text()))

    def reload(self):
        """Have the configuration read anew; was it taken?"""
        def reloads():
            return re.findall("authchaind: .* was (read anew|not taken)",
                              self.text())
        before = len(reloads())
        self.signal(signal.SIGHUP)
        until = time.monotonic() + 60
        while len(reloads()) == before:
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError("no reload:\n" + self.text())
            time.sleep(0.02)
        return reloads()[-1] == "read anew"

    def link(self, address=None):
        return Link(address or self.unix)

    def ask(self, target, *fields, address=None, **more):
        with self.link(address) as link:
            link.send(request(target, *fields, **more))
            return link.answer(head=more.get("method") == "HEAD")

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def resident_kib(self):
        with open("/proc/%d/status" % self.process.pid,
                  encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def used_s(self):
        """The processors' time that it took."""
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as file:
            parts = file.read().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def signal(self, number):
        self.process.send_signal(number)

    def is_paused(self):
        """Do all of its threads stand still?"""
        tasks = "/proc/%d/task" % self.process.pid
        states = set()
        for task in os.listdir(tasks):
            with open("%s/%s/stat" % (tasks, task), encoding="ascii") as file:
                states.add(file.read().rsplit(")", 1)[1].split()[0])
        return states == {"T"}

    def pause(self):
        """It does nothing from then on until it is to go on."""
        self.signal(signal.SIGSTOP)
        until = time.monotonic() + 60
        while not self.is_paused() and time.monotonic() < until:
            time.sleep(0.01)

    def go_on(self):
        self.signal(signal.SIGCONT)

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.process.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.stop()
        with open(self.log.name, "rb") as file:
            said(file.read())
        self.log.close()
