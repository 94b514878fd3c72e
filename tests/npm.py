# SPDX-License-Identifier: BSD-2-Clause
"""Real parts from npm in a test: what a package-lock.json names, installed
into AUTHCHAIN_E2E, and the scripts beside it."""
import fcntl
import glob
import os
import shutil
import subprocess
import sys

from cryptography.hazmat.primitives.asymmetric import rsa

from cli import SOURCE
from e2e import b64, secret

E2E = os.environ.get("AUTHCHAIN_E2E", "")  # where npm may install


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.exit(0)


def clients_wanted():
    """Real MCP clients take a while: once they may be left out."""
    if os.environ.get("AUTHCHAIN_E2E_CLIENTS") == "no":
        skip_all("AUTHCHAIN_E2E_CLIENTS says no")


def install(name, into):
    """tests/NAME, packages and scripts, into a folder; the whole test is
    skipped when that can't be."""
    if not E2E:
        skip_all("AUTHCHAIN_E2E names no folder for npm to install into")
    if not shutil.which("node") or not shutil.which("npm"):
        skip_all("node and npm are not installed")
    here = os.path.join(SOURCE, "tests", name)
    os.makedirs(into, exist_ok=True)
    with open(os.path.join(E2E, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run at the same time
        for path in glob.glob(here + "/*"):
            target = os.path.join(into, os.path.basename(path))
            shutil.copyfile(path, target + ".new")
            os.replace(target + ".new", target) # another test may read it
        fetch(name, into, os.path.join(here, "package-lock.json"))


def fetch(name, into, lock_file):
    """npm ci, unless that very lock file was installed before."""
    stamp = os.path.join(into, "installed")
    with open(lock_file, "rb") as file:
        wanted = file.read()
    if os.path.exists(stamp):
        with open(stamp, "rb") as file:
            if file.read() == wanted:
                return
    try:
        run = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
             "--no-update-notifier", "--fetch-retries=0",
             "--cache", os.path.join(E2E, "cache")],
            cwd=into, capture_output=True, timeout=240)
    except subprocess.TimeoutExpired:
        skip_all("npm ci does not end")
    if run.returncode != 0:
        skip_all("npm ci can't install the packages of tests/%s here" % name)
    with open(stamp, "wb") as file:
        file.write(wanted)


def node(folder):
    """The node that came with the packages, else the one that is here."""
    for path in glob.glob(folder + "/node_modules/node-linux-*/bin/node"):
        return path
    return "node"


def private_jwk(kid="as-1"):
    numbers = rsa.generate_private_key(65537, 2048).private_numbers()
    public = numbers.public_numbers
    members = {"n": public.n, "e": public.e, "d": numbers.d, "p": numbers.p,
               "q": numbers.q, "dp": numbers.dmp1, "dq": numbers.dmq1,
               "qi": numbers.iqmp}
    jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid}
    for name, value in members.items():
        jwk[name] = b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        if name not in ("n", "e"):
            secret(jwk[name])
    return jwk


class Script:
    """A server that says its port in a line of its own, and ends when its
    input does."""

    def __init__(self, folder, log, *args):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            [node(folder), *args], cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log)
        self.port = 0
        for line in self.process.stdout:
            if line.strip().isdigit():
                self.port = int(line)
                break
        self.url = "http://127.0.0.1:%d" % self.port

    def end(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(30)
            self.process.stdout.close()
            self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()
