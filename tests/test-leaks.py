#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""After the other tests: no secret and no token that any of them made is in
anything that any program said, nor in any test's log, not even a piece of 16
bytes.  test-leaks.py FOLDER looks into another folder."""
import glob
import os
import subprocess
import sys

import e2e
from e2e import BUILD, Folder, ok, same, write

SAID = ("*.outputs", "*.log", "*.trs", "core*")


def files(folder, *patterns):
    return sorted(path for pattern in patterns
                  for path in glob.glob(os.path.join(folder, pattern))
                  if os.path.isfile(path))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def known(folder):
    """[(where it was made, bytes)]"""
    return [(os.path.basename(path), bytes.fromhex(line.decode()))
            for path in files(folder, "*.secrets")
            for line in read(path).split()]


def search(folder):
    """Every output in the folder, against every secret in it."""
    secrets = known(folder)
    index = e2e.index(data for _, data in secrets)
    for path in files(folder, *SAID):
        found = e2e.leaks(index, read(path))
        ok(not found, "nothing leaked into " + os.path.basename(path),
           "\n".join("at byte %d: %d bytes, made by %s" % (
               at, len(secrets[number][1]), secrets[number][0])
               for number, at in found[:5]))


def planted(folder, name, secret, output, leaks):
    """This very program, on a folder with that in it."""
    place = os.path.join(folder, name)
    write(place + "/one.secrets", "00\n" + secret.hex() + "\n")
    write(place + "/two.outputs", "before " + output + " behind\n")
    run = subprocess.run([sys.executable, __file__, place],
                         capture_output=True)
    same(1 if leaks else 0, run.returncode, "planted: " + name)
    ok(secret not in run.stdout, "and not told any further: " + name)


def self_test(folder):
    secret = os.urandom(24).hex()
    token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0In0." \
        + secret
    said = token.split(".")[1]
    for name, what, output, leaks in (
            ("a secret", secret, secret, True),
            ("its first 16 bytes", secret, secret[:16], True),
            ("its last 16 bytes", secret, secret[-16:], True),
            ("16 bytes from its middle", secret, secret[9:25], True),
            ("15 bytes are no piece", secret, secret[9:24], False),
            ("another one", secret, os.urandom(24).hex(), False),
            ("a token", token, token, True),
            ("a token's signature", token, secret, True),
            ("what a token says is no secret", token, token[:-48], False),
            ("nor what one without a signature says", token[:-49],
             token[:-49], False),
            ("nor what one in JSON says", '{"payload": "' + said + '"}',
             said, False),
            ("a row of one letter is no piece", "a" * 40, "a" * 40, False)):
        planted(folder, name.replace(" ", "-"), what.encode(), output, leaks)


if len(sys.argv) > 1:
    search(sys.argv[1])
    e2e.end()
with Folder() as scratch:
    self_test(scratch)
tests = os.path.join(BUILD, "tests")
made = {where for where, _ in known(tests)}
ok(len(made) >= 5 and len(known(tests)) >= 300,
   "there is something to look for", (sorted(made), len(known(tests))))
ok(len(files(tests, "*.outputs")) >= 4 and
   sum(os.path.getsize(path) for path in files(tests, "*.outputs")) > 100000,
   "and something to look into", files(tests, "*.outputs"))
search(tests)
e2e.end()
