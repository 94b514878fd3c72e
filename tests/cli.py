# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the command share: running it, TAP, tokens made by hand.

Everything the command ever printed is kept, and the end of a test looks for
secrets in it."""
import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ.get("abs_top_builddir", ".")
SOURCE = os.environ.get("abs_top_srcdir", ".")
PROGRAM = os.path.join(BUILD, "authchain")
PLUGINS = os.path.join(BUILD, "providers", ".libs")

count = failed = 0
printed = []  # (arguments, bytes)
secrets = []  # bytes that must not be in it


def ok(condition, name, why=""):
    global count, failed
    count += 1
    failed += not condition
    print("%sok %d - %s" % ("" if condition else "not ", count, name))
    if not condition and why != "":
        for line in str(why).splitlines():
            print("# " + line)
    sys.stdout.flush()
    return condition


def same(wanted, got, name):
    return ok(wanted == got, name, "wanted: %r\ngot:    %r" % (wanted, got))


class Run:
    """One run of the command."""

    def __init__(self, *args, stdin=b"", env=None, cwd=None):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        whole = dict(os.environ)
        whole.pop("NO_COLOR", None)
        whole.update(env or {})
        done = subprocess.run([PROGRAM, *args], input=stdin, env=whole,
                              cwd=cwd, capture_output=True, timeout=60)
        self.rc = done.returncode
        self.bytes = done.stdout
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")
        printed.append((args, done.stdout + done.stderr))

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            return {}

    def __repr__(self):
        return "rc %d\nout: %s\nerr: %s" % (self.rc, self.out, self.err)


def b64(data):
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hs256(key, header, claims):
    text = b64(json.dumps(header)) + "." + b64(json.dumps(claims))
    mac = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return text + "." + b64(mac)


def parts(token):
    """Header, claims and signature of a token that should be one."""
    header, claims, signature = token.strip().split(".")
    return json.loads(unb64(header)), json.loads(unb64(claims)), \
        unb64(signature)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode),
              "w") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


class Folder:
    """A temporary folder that is gone at the end."""

    def __enter__(self):
        self.path = os.path.realpath(tempfile.mkdtemp())
        return self.path

    def __exit__(self, *unused):
        shutil.rmtree(self.path, ignore_errors=True)


def keep():
    """For test-leaks.py, which compares all tests with each other."""
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    base = os.path.join(BUILD, "tests", name)
    write(base + ".secrets", "".join(secret.hex() + "\n"
                                     for secret in secrets), 0o600)
    with open(base + ".outputs", "wb") as file:
        for _, text in printed:
            file.write(text + b"\n")


def done(secret_free=True):
    if secret_free:
        keep()
        for secret in secrets:
            where = [args for args, text in printed if secret in text]
            ok(not where, "a secret of %d bytes was never printed" %
               len(secret), where)
    print("1..%d" % count)
    sys.exit(1 if failed else 0)


if not os.access(PROGRAM, os.X_OK):
    print("1..0 # SKIP the command is not built")
    sys.exit(0)
