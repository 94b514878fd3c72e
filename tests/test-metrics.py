#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""/metrics and /status: what chains remember, keys, secrets, and whatever
plugins count; and that a scraper can read all of it."""
import json
import os
import re
import signal
import sys
import time

from authchaind import PROGRAM, Daemon
from e2e import BUILD, Folder, KeyServer, begin, done, mint, ok, same, \
    secret, write

TESTS = os.path.join(BUILD, "tests", "plugins", ".libs")
CONFIG = """[chain]
deadline = 60s
identity = keys, down, internal, keep
%(cache)s

[plugin keep]
type = remembers
path = %(tests)s/remembers.so
remember = 1h
share = version

[plugin keys]
type = jwks
issuer = https://issuer.test
audience = api
jwks-uri = %(server)s/jwks
insecure-http = yes

[plugin down]
type = jwks
issuer = https://down.test
audience = api
jwks-uri = %(server)s/none
insecure-http = yes

[plugin internal]
type = hs256
issuer = https://own.test
audience = api
secret = @own

[secret own]
file = %(folder)s/own.key
purpose = internal
"""
LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="[^"\\\n]*",?)*)\})? ([0-9.e+-]+)')


class Page:
    """What a scraper makes of it; a fault is a text in faults."""

    def __init__(self, text):
        self.text, self.samples, self.faults = text, {}, []
        types, family = {}, None
        for line in text.splitlines():
            if line.startswith("# HELP "):
                family = line.split()[2]
                if family in types:
                    self.faults.append("twice: " + line)
            elif line.startswith("# TYPE "):
                types[line.split()[2]] = line.split()[3]
            else:
                self.take(line, family, types)

    def take(self, line, family, types):
        match = LINE.fullmatch(line)
        if not match:
            self.faults.append("no sample: " + line)
            return
        name = match[1]
        if types.get(family) == "histogram":
            name = re.sub("_(bucket|sum|count)$", "", name)
        if name != family or name not in types:
            self.faults.append("not with its family: " + line)
        if (types.get(name) == "counter") != name.endswith("_total"):
            self.faults.append("of the wrong type: " + line)
        key = match[1] + "{" + (match[2] or "") + "}"
        if key in self.samples:
            self.faults.append("twice: " + line)
        self.samples[key] = float(match[3])

    def get(self, family, **labels):
        """The sample with just these labels, or None."""
        return self.samples.get("authchain_" + family + "{" + ",".join(
            '%s="%s"' % pair for pair in labels.items()) + "}")


def scrape(daemon):
    where = daemon.folder + "/admin.sock"
    return Page(daemon.ask("/metrics", address=where).body.decode())


def cache_counts(page, chain="t"):
    return tuple(page.get("cache_requests_total", chain=chain, result=result)
                 for result in ("hit", "miss", "expired"))


def check(daemon, token):
    return daemon.ask("/authz/forward-auth/t",
                      "Authorization: Bearer " + token).status


def test_cache(daemon):
    same((0, 0, 0), cache_counts(scrape(daemon)),
         "nothing was looked for yet")
    same([200] * 3, [check(daemon, "keep-a") for _ in range(3)],
         "one token three times")
    page = scrape(daemon)
    same((2, 1, 0), cache_counts(page), "is a miss and two hits")
    same((1, 1, 0), tuple(page.get(name, chain="t") for name in (
        "cache_stored_total", "cache_entries", "cache_evicted_total")),
         "it is remembered once")
    ok(page.get("cache_bytes", chain="t") > 100, "and takes memory", page.text)
    for number in range(5):
        check(daemon, "keep-b%d" % number)
    page = scrape(daemon)
    same((2, 6, 0), cache_counts(page), "five others are five misses")
    same((6, 4, 2), tuple(page.get(name, chain="t") for name in (
        "cache_stored_total", "cache_entries", "cache_evicted_total")),
         "of which four have room")
    same([], page.faults, "a scraper can read it")


def test_status(daemon):
    answer = daemon.ask("/status", address=daemon.folder + "/admin.sock")
    status = json.loads(answer.body)
    cache = status["caches"]["t"]
    same({"hits": 2, "misses": 6, "expired": 0, "stored": 6, "evicted": 2,
          "entries": 4}, {name: cache[name] for name in cache
                          if name != "bytes"}, "/status: the same")
    same("t", "".join(status["chains"]), "/status: entries are there as well")
    same("https://issuer.test", status["chains"]["t"]["keys"]["issuer"],
         "/status: with their lines")


def test_keys(daemon):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        page = scrape(daemon)
        if page.get("keyset_age_seconds", chain="t", entry="keys") is not None:
            break
        time.sleep(0.05)
    daemon.wait_for("answered with status 500")
    page = scrape(daemon)
    ok(0 <= page.get("keyset_age_seconds", chain="t", entry="keys") < 600,
       "keys have an age", page.text)
    ok(page.get("keyset_refresh_total", chain="t", entry="keys",
                result="ok") >= 1, "a fetch of keys is counted", page.text)
    same(1, page.get("keyset_keys", chain="t", entry="keys"),
         "what a plugin counts is there")
    same(None, page.get("keyset_age_seconds", chain="t", entry="down"),
         "keys that never came have no age")
    ok(page.get("keyset_refresh_total", chain="t", entry="down",
                result="failed") >= 1, "failures are told apart", page.text)
    same(None, page.get("keyset_refresh_ok_total", chain="t", entry="keys"),
         "and are no names of their own")


def test_secret(daemon, token):
    def used():
        return [scrape(daemon).get(
            "secret_last_used_timestamp_seconds", chain="t", name="own",
            position=position) for position in ("0", "1", "2")]
    same([0, 0, None], used(), "two values of a secret, not used")
    same(200, check(daemon, token), "one of them is")
    first, second, _ = used()
    ok(first > 1.7e9 and second == 0, "the current value was used",
       (first, second))


def test_forgotten(daemon):
    check(daemon, "keep-z")
    before = cache_counts(scrape(daemon))
    check(daemon, "bump")  # what was remembered counts no more
    check(daemon, "keep-z")
    check(daemon, "keep-z")
    after = cache_counts(scrape(daemon))
    same((1, 1, 1), tuple(b - a for a, b in zip(before, after)),
         "what was there and no longer counted is told from what was not")


def test_reload(daemon, config, text):
    write(config, text % "cache = no")
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("was read anew")
    check(daemon, "keep-a")
    page = scrape(daemon)
    same((None, None, None), cache_counts(page),
         "a chain that remembers nothing has no counts of it")
    status = json.loads(daemon.ask(
        "/status", address=daemon.folder + "/admin.sock").body)
    same({}, status["caches"], "/status: nor there")
    same([], page.faults, "a scraper can still read it")


def everything(where, server):
    write(where + "/own.key", "\n".join(
        secret(text) for text in (
            "first-secret-of-the-two-0123456789",
            "second-secret-of-the-two-0123456789")) + "\n", 0o600)
    write(where + "/one.key", "first-secret-of-the-two-0123456789", 0o600)
    server.rule("/jwks", body={"keys": [JWK]})
    server.rule("/none", "500")
    token = mint(where + "/one.key", "--iss", "https://own.test", "--sub",
                 "robot", "--aud", "api", "--ttl", "10m")
    text = CONFIG % {"cache": "%s", "tests": TESTS, "folder": where,
                     "server": server.url}
    config = where + "/t.conf"
    write(config, text % "cache-entries = 4")
    with Daemon(config, "--admin", "unix:" + where + "/admin.sock") as daemon:
        test_cache(daemon)
        test_status(daemon)
        test_keys(daemon)
        test_secret(daemon, token)
        test_forgotten(daemon)
        test_reload(daemon, config, text)


JWK = {"kty": "EC", "kid": "one", "crv": "P-256", "use": "sig",
       "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
       "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
begin("test-metrics")
with Folder() as folder, KeyServer() as keys:
    everything(folder, keys)
done()
