#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchaind for as long as it takes to see what grows: good and bad tokens of
all kinds, HTTP and FastCGI, while keys rotate and the configuration is read
anew.  No answer may be a wrong one, and memory and descriptors stay flat.

Some seconds; AUTHCHAIN_FULL=1: ten minutes, or AUTHCHAIN_LOAD_SECONDS."""
import os
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.environ.get("abs_top_srcdir", "."),
                                "tests", "cases"))
# pylint: disable=wrong-import-position
import fcgi
import ref
from authchaind import PROGRAM, Daemon, Load, is_sanitized, until
from e2e import Folder, KeyServer, begin, case_keys, done, note, ok, same, \
    secret, write

FULL = os.environ.get("AUTHCHAIN_FULL")
SECONDS = int(os.environ.get("AUTHCHAIN_LOAD_SECONDS") or
              (600 if FULL else 4))
RELOAD, ROTATE, SAMPLE = (10, 15, 5) if SECONDS >= 60 else (1, 2, 0.5)
RATE = 1000
LINKS = 2 # kept to the key server, or not, as it happens
# Arenas that fill up; over ten minutes less than two bytes a request.
GROWTH_KIB = 1024 if SECONDS >= 300 else 8192
TARGET = "/authz/forward-auth/t"
CONFIG = """[chain]
identity = internal, jwks, fresh, asked
challenge = asked
resource = https://api.test/mcp
deadline = 60s

[plugin internal]
type = static
token = @internal
subject = robot

[secret internal]
file = %(where)s/internal.token

[plugin jwks]
issuer = https://issuer.test
audience = authchain-test
jwks-uri = %(server)s/oauth2/jwks
insecure-http = yes
cooldown = 1s

[plugin fresh]
type = jwks
issuer = https://fresh.test
audience = authchain-test
jwks-uri = %(server)s/oauth2/jwks
insecure-http = yes
cooldown = 1s
cache = 0

[plugin asked]
type = oauth
authorization-servers = https://as.test
forward-metadata = no
introspection-endpoint = %(server)s/introspect
insecure-http = yes
client-id = judge
client-secret = @judge

[secret judge]
file = %(where)s/judge.secret
purpose = external
"""


def configure(where, server):
    write(where + "/internal.token", secret("sesame-opens-it-all") + "\n",
          0o600)
    write(where + "/judge.secret", secret("judges-own-secret-0123456789") +
          "\n", 0o600)
    server.rule("/introspect", mode="down")
    return write(where + "/t.conf", CONFIG % {"where": where,
                                              "server": server.url})


def token(keys, subject, key="rsaA", **more):
    claims = {"sub": subject, "exp": "@now+7200"}
    claims.update(more.pop("c", {}))
    return secret(ref.mint(dict(more, key=key, c=claims), keys))


def rows_of(keys):
    """Status, subject, target, token; the good ones most."""
    rows = [(200, "robot", TARGET, "sesame-opens-it-all")]
    for number in range(20):
        name = "user-%d" % number
        rows.append((200, name, TARGET, token(keys, name)))
        name = "fresh-%d" % number
        rows.append((200, name, TARGET, token(
            keys, name, c={"iss": "https://fresh.test"})))
    late = token(keys, "late", c={"exp": "@now-3600"})
    flipped = token(keys, "flip", post=["sig.flip"])
    rows += [
        (401, None, TARGET, None),
        (401, None, TARGET, late),
        (401, None, TARGET, flipped),
        (401, None, TARGET, token(keys, "short", post=["sig.trunc"])),
        (401, None, TARGET, late.split(".", 1)[0] + ".e30.AAAA"),
        (401, None, TARGET, token(keys, "who", h={"kid": "nobodys"})),
        (401, None, TARGET, token(keys, "else", c={"aud": "other"})),
        (503, None, TARGET, secret("an-opaque-token-of-somebody")),
        (404, None, "/nowhere", "sesame-opens-it-all"),
        (500, None, TARGET + "-none", "sesame-opens-it-all"),
    ]
    return rows


class Chores(threading.Thread):
    """What goes on beside the requests, every so often, until it is over."""

    def __init__(self, every, chore):
        super().__init__()
        self.every, self.chore = every, chore
        self.over = threading.Event()
        self.wrong, self.times = [], 0

    def run(self):
        while self.times == 0 or not self.over.wait(self.every):
            try:
                problem = self.chore()
            except (OSError, RuntimeError) as error:
                problem = repr(error)
            self.times += 1
            if problem:
                self.wrong.append(problem)

    def end(self):
        self.over.set()
        self.join()


def fastcgi(address, rows):
    """Ask some of it by FastCGI, one connection for each kind of end."""
    with fcgi.Peer(address) as peer:
        for at, (status, subject, _target, asked) in enumerate(rows):
            peer.send(fcgi.whole(1 + at, fcgi.parameters(asked), True))
            answer = peer.answer(1 + at)
            if answer is None or answer[0] != status or (
                    subject and
                    answer[1].get("Variable-X_AUTH_SUBJECT") != subject):
                return "%s: %s" % ((status, subject), answer)
    return None


class Rotation:
    """The second key comes and goes; its token is good while it is there, and
    the first key's are always."""

    def __init__(self, daemon, server, keys):
        self.daemon, self.server, self.keys = daemon, server, keys
        self.there, self.strangers = False, 0
        self.first = ref.pub(keys["keys"]["rsaA"])
        self.second = ref.pub(keys["keys"]["rsaB"])
        self.token = token(keys, "second", "rsaB")
        self.publish()

    def publish(self):
        sets = [self.first, self.second] if self.there else [self.first]
        self.server.keys(*sets)

    def ask(self, asked):
        return self.daemon.ask(TARGET, "Authorization: Bearer " + asked).status

    def is_seen(self):
        """A kid that was never asked for has the set fetched."""
        self.strangers += 1
        kid = "stranger-%d" % self.strangers
        return self.ask(token(self.keys, "who", h={"kid": kid})) == 401 and \
            self.ask(self.token) == (200 if self.there else 401)

    def turn(self):
        self.there = not self.there
        self.publish()
        if until(self.is_seen):
            return None
        return "a key that %s: nobody noticed" % (
            "came" if self.there else "went")


def reload_of(daemon):
    def reload():
        return None if daemon.reload() else "the configuration was not taken"
    return reload


def test_flat(samples):
    """Each sample is (KiB resident, descriptors)."""
    half = samples[len(samples) // 2:]
    early, late = half[:len(half) // 2], half[len(half) // 2:]
    memory = [statistics.median(kib for kib, _ in part)
              for part in (early, late)]
    note("resident KiB: %s" % [kib for kib, _ in samples])
    note("descriptors: %s" % [count for _, count in samples])
    if not is_sanitized():
        ok(memory[1] - memory[0] < GROWTH_KIB,
           "soak: memory does not grow any more",
           "from %d to %d KiB" % tuple(memory))


def soak(daemon, server, keys):
    address = os.path.join(daemon.folder, "fcgi")
    rows = rows_of(keys)
    asked = [row for row in rows if row[2] == TARGET]
    rotation = Rotation(daemon, server, keys)
    ok(until(lambda: fastcgi(address, asked[:3]) is None),
       "soak: the keys are there")
    before = daemon.descriptors()
    chores = {"reloads": Chores(RELOAD, reload_of(daemon)),
              "rotations": Chores(ROTATE, rotation.turn),
              "FastCGI": Chores(0.1, lambda: fastcgi(address, asked))}
    load = Load(daemon.unix, rows, RATE, 16, SECONDS + 60)
    for chore in chores.values():
        chore.start()
    samples = []
    over = time.monotonic() + SECONDS
    while time.monotonic() < over:
        time.sleep(SAMPLE)
        samples.append((daemon.resident_kib(), daemon.descriptors()))
    for chore in chores.values():
        chore.end()
    answer = load.end()
    note("soak for %d s: %s, %s" % (SECONDS, answer, {
        name: chore.times for name, chore in chores.items()}))
    same((0, 0), (answer["failed"], answer["wrong"]),
         "soak: every answer is the right one: " + answer["first_wrong"])
    ok(answer["right"] >= len(rows), "soak: each was asked for", answer)
    for name, chore in chores.items():
        ok(chore.times > 0 and not chore.wrong, "soak: %s, each as it should "
           "be" % name, chore.wrong[:3])
    test_flat(samples)
    ok(until(lambda: daemon.descriptors() <= before + LINKS),
       "soak: descriptors are what they were before",
       "%d, before %d" % (daemon.descriptors(), before))


def main():
    begin("test-soak")
    keys = case_keys()
    with Folder() as where, KeyServer() as server:
        config = configure(where, server)
        server.keys(ref.pub(keys["keys"]["rsaA"]))
        with Daemon(config, "--fastcgi", "unix:" + where + "/fcgi",
                    "--idle-timeout", "1h", "--workers", "2") as daemon:
            soak(daemon, server, keys)
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
