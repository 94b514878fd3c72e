# SPDX-License-Identifier: BSD-2-Clause
"""A web server's end of FastCGI, record by record."""
import socket
import struct

import hosts
from e2e import said

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT = 1, 2, 3, 4, 5, 6
GET_VALUES, VALUES, UNKNOWN = 9, 10, 11
AUTHORIZER, RESPONDER = 2, 1


def record(kind, number, content=b"", padding=0):
    return struct.pack(">BBHHBB", 1, kind, number, len(content), padding,
                       0) + content + b"\0" * padding


def length(size):
    return bytes([size]) if size < 128 else struct.pack(
        ">I", size | 0x80000000)


def pairs(values):
    return b"".join(length(len(name)) + length(len(value)) + name + value
                    for name, value in values)


def start(number, keep=False, role=AUTHORIZER):
    return record(BEGIN, number, struct.pack(">HB5x", role, keep))


def parameters(token=hosts.TOKEN, **more):
    values = {"AUTHCHAIN_CHAIN": "t", "REQUEST_METHOD": "GET",
              "REQUEST_URI": "/a", "REMOTE_ADDR": "192.0.2.1",
              "HTTP_HOST": "localhost"}
    if token is not None:
        values["HTTP_AUTHORIZATION"] = "Bearer " + token
    values.update(more)
    return [(name.encode(), value.encode()) for name, value in values.items()
            if value is not None]


def whole(number, values, keep=False):
    data = pairs(values)
    parts = [data[at:at + 60000] for at in range(0, len(data), 60000)]
    return start(number, keep) + b"".join(
        record(PARAMS, number, part) for part in parts) + \
        record(PARAMS, number) + record(STDIN, number)


class Peer:
    """A web server's end of a connection."""

    def __init__(self, address):
        self.socket = socket.socket(
            socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        self.socket.settimeout(30)
        self.socket.connect(address)
        self.read = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass # it was closed at the other end: reading shows it

    def record(self):
        """(type, id, content), or None at the end."""
        while True:
            if len(self.read) >= 8:
                _, kind, number, size, padding, _ = struct.unpack(
                    ">BBHHBB", self.read[:8])
                if len(self.read) >= 8 + size + padding:
                    content = self.read[8:8 + size]
                    self.read = self.read[8 + size + padding:]
                    return kind, number, content
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not more:
                return None
            said(more)
            self.read += more

    def answer(self, number):
        """(status, fields, body) of a request; a number when it was refused,
        None when the connection ended."""
        text = b""
        while True:
            got = self.record()
            if got is None:
                return None
            if got[0] == STDOUT and got[1] == number:
                text += got[2]
            elif got[0] == END and got[1] == number:
                break
        if not text:
            return got[2][4]
        head, body = text.split(b"\r\n\r\n", 1)
        fields = dict(line.split(": ", 1)
                      for line in head.decode().split("\r\n"))
        return int(fields.pop("Status")), fields, body

    def ended(self):
        return self.record() is None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()
