#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchaind under load: what it holds stays what it was, connections that do
nothing cost little, and kill -9 loses what was under way and nothing else.

AUTHCHAIN_LOAD_SECONDS=600 runs the mixed load as long as before a release, and
holds 10,000 connections."""
import os
import resource
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("abs_top_srcdir", "."),
                                "tests", "cases"))
# pylint: disable=wrong-import-position
import ref
from authchaind import PROGRAM, SCRIPTED, Daemon, Load, is_sanitized, \
    request, until
from e2e import Folder, KeyServer, begin, case_keys, done, note, ok, same, \
    secret, write

BY_HAND = os.environ.get("AUTHCHAIN_LOAD_SECONDS")
SECONDS = int(BY_HAND or "2")
CONNECTIONS = 16
IDLE = 10000 if BY_HAND else 256
TARGET = "/authz/forward-auth/t"
GROWTH_KIB = 8192  # arenas and tables that fill up, whatever the load

CONFIG = """[chain]
identity = internal, late, hs256, jwks, down
challenge = oauth
resource = https://api.test/mcp
deadline = 60s

[plugin internal]
type = static
token = @internal
subject = robot

[plugin hs256]
issuer = https://internal.test
audience = authchain-test
secret = @hs256

[plugin jwks]
issuer = https://issuer.test
audience = authchain-test
jwks-uri = %(server)s/oauth2/jwks
insecure-http = yes

[plugin oauth]
authorization-servers = https://issuer.test
forward-metadata = no

[plugin late]
type = scripted
path = %(scripted)s
prefix = late-
verify = pending-accept
subject = latecomer
delay = 20ms

[plugin down]
type = scripted
path = %(scripted)s
prefix = down-
verify = unavailable

[secret internal]
file = %(where)s/internal.token

[secret hs256]
file = %(where)s/hs256.keys
encoding = base64url
"""



def configure(where, server, keys):
    server.keys(ref.pub(keys["keys"]["rsaA"]))
    write(where + "/hs256.keys", secret(keys["keys"]["hs32"]["k"]) + "\n",
          0o600)
    write(where + "/internal.token", secret("sesame-opens-it-all") + "\n",
          0o600)
    os.mkdir(where + "/state", 0o700)
    return write(where + "/t.conf", CONFIG % {
        "where": where, "server": server.url, "scripted": SCRIPTED})


def token(keys, subject, key="rsaA", exp="@now+7200", **more):
    claims = {"sub": subject, "exp": exp}
    how = dict(more, key=key, c=claims)
    if key == "hs32":
        how["alg"] = "HS256"
        claims["iss"] = "https://internal.test"
    return secret(ref.mint(how, keys))


def good_rows(keys):
    rows = [(200, "robot", TARGET, "sesame-opens-it-all")]
    for number in range(20):
        name = "user-%d" % number
        rows.append((200, name, TARGET, token(keys, name)))
        rows.append((200, name, TARGET, token(keys, name, "hs32")))
    return rows


def mixed_rows(keys):
    """Everything that a proxy may be asked, the good ones most."""
    bad = [(401, None, TARGET, None),
           (401, None, TARGET, "nobody-knows-this-token"),
           (401, None, TARGET, secret("sesame-opens-it-not")),
           (503, None, TARGET, "down-x"), (200, "latecomer", TARGET, "late-x"),
           (404, None, "/nowhere", "sesame-opens-it-all"),
           (500, None, TARGET + "-none", "sesame-opens-it-all")]
    for key in ("rsaA", "hs32"):
        bad.append((401, None, TARGET, token(
            keys, "late", key, "@now-3600")))
        bad.append((401, None, TARGET, token(
            keys, "flip", key, post=["sig.flip"])))
    return good_rows(keys) + bad


def test_mixed(daemon, keys):
    rows = mixed_rows(keys)
    until(lambda: daemon.ask(TARGET, "Authorization: Bearer " +
                             rows[1][3]).status == 200)
    before = daemon.descriptors()
    load = Load(daemon.unix, rows, 2000, CONNECTIONS)
    time.sleep(SECONDS / 4)
    memory = daemon.resident_kib()
    time.sleep(SECONDS * 3 / 4)
    grown = daemon.resident_kib() - memory
    answer = load.end()
    for seconds in (8, 32):  # for a machine that is busy
        if answer["right"] < len(rows) and not answer["failed"] and \
                not answer["wrong"]:
            answer = Load(daemon.unix, rows, 2000, CONNECTIONS,
                          seconds).wait()
    note("mixed load for %d s: %s; resident %d KiB, %+d KiB since the first "
         "quarter" % (SECONDS, answer, memory, grown))
    same((0, 0), (answer["failed"], answer["wrong"]),
         "mixed load: every answer is the right one: " + answer["first_wrong"])
    ok(answer["right"] >= len(rows), "mixed load: each was asked for", answer)
    if not is_sanitized():
        ok(grown < GROWTH_KIB, "mixed load: memory stays what it was",
           "%d KiB more" % grown)
    ok(until(lambda: daemon.descriptors() <= before),
       "mixed load: descriptors are what they were before",
       "%d, before %d" % (daemon.descriptors(), before))


def test_idle(daemon):
    """As many connections as may be, and nothing comes on them."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    number = min(IDLE, hard - 300)
    before, memory = daemon.descriptors(), daemon.resident_kib()
    good = request(TARGET, "Authorization: Bearer sesame-opens-it-all")
    links = [daemon.link() for _ in range(number)]
    for link in links[:number // 2]:  # the others never say a word
        link.send(good)
    same(number // 2, sum(link.answer().status == 200
                          for link in links[:number // 2]),
         "idle: half of the connections were used once")
    ok(until(lambda: daemon.descriptors() >= before + number),
       "idle: all connections are held", daemon.descriptors() - before)
    note("idle: %d connections, %d KiB before, %d KiB with them" %
         (number, memory, daemon.resident_kib()))
    with daemon.link() as link:
        link.send(good)
        same(200, link.answer().status, "idle: one more is served")
    answers = []
    for link in links[::100]:
        link.send(good)
        answers.append(link.answer())
    ok(all(answer and answer.status == 200 for answer in answers),
       "idle: each that asks at last is served", answers)
    for link in links:
        link.close()
    ok(until(lambda: daemon.descriptors() <= before + 1),
       "idle: descriptors are what they were before",
       "%d, before %d" % (daemon.descriptors(), before))


def start(config, where):
    return Daemon(config, "--state-dir", where + "/state", "--idle-timeout",
                  "1h", "--workers", "2")


def test_kill(config, where, server, keys):
    """The next one serves as the one before, though the key server is down."""
    rows = good_rows(keys)
    with start(config, where) as daemon:
        ok(until(lambda: os.listdir(where + "/state")),
           "kill: the keys are on disk")
        load = Load(daemon.unix, rows, 2000, CONNECTIONS)
        time.sleep(0.3)
        daemon.process.kill()
        daemon.process.wait()
        server.listen(False)
        with start(config, where) as after:
            same({200}, {after.ask(TARGET, "Authorization: Bearer " +
                                   row[3]).status for row in rows},
                 "kill: the next one knows all tokens, with no key server")
            answer = load.end()
            again = Load(after.unix, rows, 2000, CONNECTIONS).end()
    server.listen(True)
    note("kill -9 under load: %s" % answer)
    same(0, answer["wrong"],
         "kill: no answer is a wrong one: " + answer["first_wrong"])
    same((0, 0), (again["failed"], again["wrong"]),
         "kill: what was under way is lost, and nothing else")


def main():
    begin("test-load")
    keys = case_keys()
    with Folder() as where, KeyServer() as server:
        config = configure(where, server, keys)
        with start(config, where) as daemon:
            test_mixed(daemon, keys)
            test_idle(daemon)
        test_kill(config, where, server, keys)
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
