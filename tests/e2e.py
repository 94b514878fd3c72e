# SPDX-License-Identifier: BSD-2-Clause
"""What the end-to-end tests share: the command and a long-lived host run on
configurations that tests write, a key server, and a record of every secret
and every output, which test-leaks.py reads when all have run.

A test calls begin() first and done() last."""
import atexit
import http.client
import json
import os
import re
import resource
import subprocess
import sys

import cli
from cli import BUILD, PLUGINS, SOURCE, Folder, b64, ok, same, write

__all__ = ["BUILD", "PLUGINS", "SOURCE", "Checker", "Folder", "KeyServer",
           "Run", "b64", "begin", "case_keys", "done", "end", "index",
           "judge", "leaks", "mint", "note", "ok", "same", "secret", "skip",
           "write"]

CHECKER = os.path.join(BUILD, "tests", "checker")
PIECE = 16  # so many bytes of a secret in a row are a leak

known = []
record = {}  # "secrets" and "outputs": open files


def begin(name):
    """Start the record of this test."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (
        0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    for kind in ("secrets", "outputs"):
        path = os.path.join(BUILD, "tests", name + "." + kind)
        record[kind] = open(path, "wb")
        atexit.register(record[kind].close)


def secret(text):
    """Remember what must never be in any output; returns it."""
    data = text if isinstance(text, bytes) else text.encode()
    known.append(data)
    record["secrets"].write(data.hex().encode() + b"\n")
    return text


def case_keys():
    """tests/cases/cases-keys.json; no private half may be said."""
    path = os.path.join(SOURCE, "tests", "cases", "cases-keys.json")
    with open(path, encoding="utf-8") as file:
        keys = json.load(file)
    for value in keys["keys"].values():
        for member in ("d", "k"):
            if member in value:
                secret(value[member])
    return keys


def said(data):
    """Remember what a program said."""
    record["outputs"].write(data + b"\n")


def pieces(data):
    """The pieces of a secret by which it is known again.  What a token says
    is no secret, so of a token, in whatever form, its objects don't count."""
    for part in re.split(rb"eyJ[A-Za-z0-9_-]*", data):
        for at in range(len(part) - PIECE + 1):
            piece = part[at:at + PIECE]
            if len(set(piece)) > 5:
                yield piece


def index(secrets):
    """{piece: number of its secret}"""
    found = {}
    for number, data in enumerate(secrets):
        for piece in pieces(data):
            found.setdefault(piece, number)
    return found


def leaks(known_pieces, outputs):
    """Where outputs have one of them: [(number of its secret, offset)]."""
    found = []
    for at in range(len(outputs) - PIECE + 1):
        number = known_pieces.get(outputs[at:at + PIECE])
        if number is not None:
            found.append((number, at))
    return found


def note(text):
    print("# " + text)


def skip(name, reason):
    cli.count += 1
    print("ok %d - %s # SKIP %s" % (cli.count, name, reason))


def done():
    for file in record.values():
        file.flush()
    with open(record["outputs"].name, "rb") as file:
        found = leaks(index(known), file.read())
    ok(not found, "no secret and no token of %d was said" % len(known),
       found[:9])
    end()


def end():
    cli.done(secret_free=False)


class Run(cli.Run):
    """One run of the command, on record."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        said(self.bytes + self.err.encode())


def judge(config, token, *args, plugins=PLUGINS):
    """One decision by `authchain test`: what it printed, and rc."""
    if token is None:
        args += ("--no-token",)
    run = Run("test", "-f", config, "--plugin-dir", plugins, "--json", *args,
              stdin=token or b"")
    answer = run.json()
    answer["rc"] = run.rc
    answer["err"] = run.err
    return answer


def mint(key, *args):
    """A token by `authchain mint`; key is a file, or "@name" with -f."""
    how = "--key" if key.startswith("@") else "--key-file"
    done_ = subprocess.run([cli.PROGRAM, "mint", how, key, *args],
                           capture_output=True, timeout=60)
    said(done_.stderr)
    if done_.returncode != 0:
        raise RuntimeError("mint: " + done_.stderr.decode())
    return secret(done_.stdout.decode().strip())


class Checker:
    """tests/checker: a host that lives until the end of the block."""

    def __init__(self, config, chain, state=None):
        args = [CHECKER, config, chain, PLUGINS] + ([state] if state else [])
        self.process = subprocess.Popen(
            args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=record["outputs"])
        if self.process.stdout.readline() != b"ready\n":
            raise RuntimeError("the checker does not start")

    def ask(self, line):
        if isinstance(line, str):
            line = line.encode()
        self.process.stdin.write((line or b"") + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        said(answer)
        return json.loads(answer)

    def reload(self):
        return self.ask("!reload")["reloaded"]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait(60) != 0 and unused[0] is None:
            raise RuntimeError("the checker ended with status %d" %
                               self.process.returncode)


class KeyServer:
    """tests/keyserver.py: see its head for rules."""

    def __init__(self, *args):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(SOURCE, "tests", "keyserver.py"),
             *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.control = int(self.process.stdout.readline().split()[1])
        self.url = "http://127.0.0.1:%d" % self.port

    def ask(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.control,
                                          timeout=30)
        try:
            link.request(method, path, body)
            answer = link.getresponse()
            text = answer.read().decode()
            if answer.status != 200:
                raise RuntimeError("keyserver %s: %s" % (path, text))
            return text
        finally:
            link.close()

    def rule(self, path, mode="ok", **more):
        self.ask("POST", "/_control",
                 json.dumps(dict(more, path=path, mode=mode)))

    def keys(self, *jwks, path="/oauth2/jwks", **more):
        self.rule(path, body={"keys": list(jwks)}, **more)

    def listen(self, wanted):
        self.ask("POST", "/_listen", json.dumps({"on": wanted}))

    def count(self, path="/oauth2/jwks"):
        return int(self.ask("GET", "/_count?path=" + path))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
