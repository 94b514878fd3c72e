#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The audit plugin in a daemon, and authchain audit verify: each decision has
its line, whatever happens to the file, and nobody changes one unseen."""
import base64
import collections
import itertools
import json
import os
import re
import resource
import shutil
import socket
import sys
import threading
import time

from authchaind import PROGRAM, Daemon, request
from e2e import BUILD, PLUGINS, Folder, Run, begin, done, mint, ok, said, \
    same, secret, write

AUDIT = os.path.join(BUILD, "plugins", ".libs", "audit.so")
SCRIPTED = os.path.join(BUILD, "tests", "plugins", ".libs", "scripted.so")
TARGET = "/authz/forward-auth/%s"
MEMBERS = ["seq", "prev", "ts", "chain", "verdict", "reason", "provider",
           "subject", "client", "token_hash", "jti", "address", "method",
           "uri", "status", "us", "cached", "degraded", "request_id",
           "trace_id", "hash"]
CHAIN = """[chain]
deadline = 60s
resource = https://api.test
identity = h, down
audit = audit
anonymous = %(anonymous)s

[plugin h]
type = hs256
issuer = i
secret = @s
%(more)s

[plugin down]
type = scripted
path = %(scripted)s
prefix = down-
verify = unavailable

[secret s]
file = %(folder)s/s.key
purpose = internal

[secret audit]
file = %(folder)s/audit.key
purpose = audit

[plugin audit]
path = %(audit)s
secret = @audit
%(options)s
"""


def chain(name, options, anonymous="no", more=""):
    write(os.path.join(folder, "conf", "chains", name + ".conf"),
          CHAIN % {"anonymous": anonymous, "folder": folder, "audit": AUDIT,
                   "scripted": SCRIPTED, "options": options, "more": more},
          0o600)


def to_file(name, chained="hmac", more=""):
    return "file = %s/%s\nchain = %s\n%s" % (logs, name, chained, more)


def daemon(**more):
    return Daemon(os.path.join(folder, "conf"), "--writable", logs, **more)


def token(*claims, key=None):
    return mint(key or folder + "/s.key", "--iss", "i", "--aud",
                "https://api.test", "--ttl", "1h", *claims)


def bearer(text):
    return "Authorization: Bearer " + text


def lines(name):
    try:
        with open(os.path.join(logs, name), "rb") as file:
            return [json.loads(line) for line in file.read().split(b"\n")[:-1]]
    except FileNotFoundError:
        return []


def decisions(*names):
    return [line for name in names for line in lines(name)
            if "event" not in line]


def dropped(*names):
    """So many, the files themselves say, are not in them."""
    return sum(line["lines"] for name in names for line in lines(name)
               if line.get("event") == "dropped")


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def verify(*names, args=(), key="audit.key"):
    return Run("audit", "verify", *(os.path.join(logs, n) for n in names),
               *(("--secret-file", os.path.join(folder, key)) if key else ()),
               *args)


def fresh():
    """What was written is looked through for secrets when all is over."""
    for name in os.listdir(logs):
        with open(os.path.join(logs, name), "rb") as file:
            said(file.read())
    shutil.rmtree(os.path.join(folder, "conf"), ignore_errors=True)
    shutil.rmtree(logs, ignore_errors=True)
    os.mkdir(logs)


# -- what a line says

def test_members():
    fresh()
    chain("t", to_file("t"))
    chain("open", to_file("open", "none", "subject = hash\n"), "yes")
    good = token("--sub", "alice", "--claim", "client_id=app")
    payload = good.split(".")[1]
    jti = json.loads(base64.urlsafe_b64decode(
        payload + "=" * (-len(payload) % 4)))["jti"]
    bad = token("--sub", "alice", key=write(folder + "/other.key",
                                            "x" * 40 + "\n", 0o600))
    trace = "0af7651916cd43dd8448eb211c80319c"
    with daemon() as it:
        it.ask(TARGET % "t", bearer(good), "X-Request-Id: req-7",
               "X-Forwarded-Method: POST",
               "X-Forwarded-Uri: /files/a?token=" + "sesame" * 4 + "#x",
               "X-Forwarded-For: 192.0.2.9",
               "traceparent: 00-%s-b7ad6b7169203331-01" % trace)
        it.ask(TARGET % "t", bearer(good))
        it.ask(TARGET % "t", bearer(bad))
        it.ask(TARGET % "t", bearer("down-token-0123"))
        it.ask(TARGET % "t")
        it.ask(TARGET % "t", "Authorization: Basic eDp5")
        it.ask(TARGET % "open")
        it.ask(TARGET % "open", bearer(good))
        it.stop()
    got = decisions("t")
    same([MEMBERS] * 6, [list(line) for line in got],
         "every member is in every line, in one order")
    same([("allow", None, 200), ("allow", None, 200),
          ("deny", "bad_signature", 401),
          ("unavailable", "dependency_unavailable", 503),
          ("deny", "no_credentials", 401)],
         [(line["verdict"], line["reason"], line["status"])
          for line in got[:5]],
         "verdict, reason and status: allowed, denied, nobody could judge")
    first = got[0]
    same(("t", "h", "alice", "app", jti, "192.0.2.9", "POST", "/files/a",
          "req-7", trace),
         tuple(first[key] for key in (
             "chain", "provider", "subject", "client", "jti", "address",
             "method", "uri", "request_id", "trace_id")),
         "who, what and which: no query")
    ok(re.fullmatch("[0-9a-f]{12}", first["token_hash"]) and
       first["token_hash"] == got[1]["token_hash"] != got[2]["token_hash"],
       "a token has a hash of its own", first["token_hash"])
    same((None,) * 5, tuple(got[4][key] for key in (
        "token_hash", "subject", "provider", "jti", "client")),
         "without a credential nobody is named")
    ok(all(isinstance(line["us"], int) and not line["degraded"]
           for line in got), "times are numbers")
    ok(all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["ts"])
           for line in got), "and so is the date")
    same((None, "allow"), (got[4]["jti"], decisions("open")[0]["verdict"]),
         "an anonymous caller is allowed")
    same((None, "", 32), (decisions("open")[0]["subject_hash"],
                          "".join(line.get("subject", "")
                                  for line in decisions("open")),
                          len(decisions("open")[1]["subject_hash"])),
         "subjects are hashed where the entry says so")
    ok(not any("seq" in line for line in lines("open")),
       "a chain of lines only where it is asked for")
    with open(os.path.join(logs, "t"), "rb") as file:
        ok(b"sesame" not in file.read(), "what a query holds is not there")
    return good


def test_cached():
    fresh()
    chain("t", to_file("t"))
    conf = os.path.join(folder, "conf", "chains", "t.conf")
    with open(conf, encoding="utf-8") as file:
        text = file.read()
    remembers = os.path.join(BUILD, "tests", "plugins", ".libs",
                             "remembers.so")
    write(conf, text.replace("identity = h, down", "identity = keep").replace(
        "[plugin h]", "[plugin keep]\ntype = remembers\npath = %s\n"
        "remember = 1h\n\n[plugin h]" % remembers), 0o600)
    with daemon() as it:
        for _ in range(3):
            it.ask(TARGET % "t", bearer("alice"))
        it.stop()
    same([False, True, True], [line["cached"] for line in decisions("t")],
         "what was remembered is marked")


def test_stable(good):
    fresh()
    chain("t", to_file("t", "none"))
    hashes = []
    for _ in range(2):
        with daemon() as it:
            it.ask(TARGET % "t", bearer(good))
            it.stop()
        hashes = [line["token_hash"] for line in decisions("t")]
    ok(len(hashes) == 2 and hashes[0] == hashes[1],
       "the same token has the same hash after a restart", hashes)


def test_injection():
    fresh()
    chain("t", to_file("t"))
    rows = ["/a\"b", "/a\\", "/\xe9\xff", "/%0a%0d{\"verdict\":\"allow\"}",
            "/" + "a" * 3000]
    with daemon() as it:
        for uri in rows:
            it.ask(TARGET % "t", "X-Forwarded-Uri: " + uri)
            it.ask(TARGET % "t", "X-Request-Id: " + uri[:60])
        it.stop()
    same(len(rows) * 2, len(decisions("t")),
         "one request is one line, whatever it holds")
    same(0, verify("t").rc, "and all of them can be read back")


# -- under load

def ask_many(it, tokens, threads):
    """Requests with names of their own until `enough' is set; the names that
    were answered."""
    answered = [[] for _ in range(threads)]
    enough = threading.Event()

    def work(number):
        try:
            with it.link() as link:
                for i in itertools.count():
                    if enough.is_set():
                        return
                    name = "r-%d-%d-%d" % (it.process.pid, number, i)
                    link.send(request(TARGET % "t", bearer(
                        tokens[i % len(tokens)]), "X-Request-Id: " + name))
                    if link.answer() is None:
                        return
                    answered[number].append(name)
        except OSError:
            pass
    workers = [threading.Thread(target=work, args=(n,))
               for n in range(threads)]
    for worker in workers:
        worker.start()
    return workers, answered, enough


def names(*files):
    return collections.Counter(line["request_id"]
                               for line in decisions(*files))


def test_rotation(good):
    fresh()
    chain("t", to_file("t"))
    with daemon() as it:
        workers, answered, enough = ask_many(it, [good, "x.y.z"], 4)
        for turn in (3, 2, 1):
            ok(wait_for(lambda: len(decisions_whole("t")) > 50),
               "lines come")
            os.rename(logs + "/t", logs + "/t.%d" % turn)
            if turn != 2:
                ok(it.reload(), "a reload while requests come")
            ok(wait_for(lambda: os.path.exists(logs + "/t")),
               "the file is there again")
        enough.set()
        for worker in workers:
            worker.join()
        it.ask(TARGET % "t", bearer(good), "X-Request-Id: last")
        it.stop()
    files = ["t.3", "t.2", "t.1", "t"]
    asked = collections.Counter(sum(answered, ["last"]))
    ok(len(asked) > 150 and names(*files) == asked,
       "every request has exactly one line in one of the files",
       (len(asked), sum(names(*files).values())))
    run = verify(*files)
    same((0, "good"), (run.rc, run.out[:4]),
         "the chain goes through all of them")
    same(1, verify("t.3", "t.1", "t").rc, "a file that was left out shows")


def test_killed(good):
    fresh()
    chain("t", to_file("t"))
    answered = []
    for _ in range(3):
        with daemon() as it:
            workers, some, enough = ask_many(it, [good], 2)
            have = len(decisions_whole("t"))
            wait_for(lambda: len(decisions_whole("t")) > have + 100)
            it.process.kill()
            it.process.wait(60)
            enough.set()
            for worker in workers:
                worker.join()
            answered += some
    with daemon() as it:
        it.ask(TARGET % "t", bearer(good))
        it.stop()
    run = verify("t", args=("--json",)).json()
    ok(run["ok"], "after kill -9 all lines are whole, or said to be torn",
       run)
    found = names_whole("t")
    missing = set(sum(answered, [])) - set(found)
    ok(max(found.values()) == 1, "and none is there twice")
    ok(len(missing) < len(set(sum(answered, []))),
       "what was answered before is there")


def decisions_whole(name):
    try:
        with open(os.path.join(logs, name), "rb") as file:
            text = file.read()
    except FileNotFoundError:
        return []
    return [line for line in text.split(b"\n")[:-1] if b'"status"' in line]


def names_whole(name):
    return collections.Counter(
        re.search(rb'"request_id":"([^"]*)"', line)[1].decode()
        for line in decisions_whole(name))


FULL = 128 << 10


def bound():
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))


def test_full_at_stop(good):
    """No room until the end: the log has the last word."""
    fresh()
    chain("t", to_file("t", "hmac", "queue = 64K\n"))
    with daemon(preexec_fn=bound) as it:
        link = it.link()
        for i in range(1500):
            link.send(request(TARGET % "t", bearer(good)))
            link.answer()
        link.close()
        it.stop()
        told = re.search(r"(\d+) decisions are lost.*/t: .*mend that",
                         it.text())
    ok(told, "at a stop the log says what is lost, and why", it.text())
    same(1500, len(decisions("t")) + dropped("t") +
         int(told.group(1) if told else 0), "and how much")
    same(0, verify("t").rc, "what is written is whole")


def test_full(good):
    """No room: decisions go on, and lines tell what is missing."""
    fresh()
    chain("t", to_file("t", "hmac", "queue = 64K\n"))
    with daemon(preexec_fn=bound) as it:
        link = it.link()
        statuses = set()
        for i in range(1500):
            link.send(request(TARGET % "t", bearer(good)))
            statuses.add(link.answer().status)
        link.close()
        same({200}, statuses, "a full disk changes no decision")
        ok(os.path.getsize(logs + "/t") <= FULL, "the file is full")
        ok(re.search("can't write to .*decisions go on", it.text()),
           "the log says so", it.text())
        os.rename(logs + "/t", logs + "/t.1")
        it.reload()
        ok(wait_for(lambda: dropped("t") > 0),
           "with room again a line says how many are missing")
        it.stop()
    missing = dropped("t.1", "t")
    same(1500, missing + len(decisions("t.1", "t")),
         "what is missing was counted, and nothing else is")
    run = verify("t.1", "t", args=("--json",)).json()
    same((True, missing), (run["ok"], run["dropped"]),
         "the chain tells of it")


def test_two_chains(good):
    fresh()
    chain("t", to_file("t"))
    chain("u", to_file("u", "sha256"))
    with daemon() as it:
        for name in "tutu":
            it.ask(TARGET % name, bearer(good))
        it.stop()
    same((2, 2, {"t"}, {"u"}),
         (len(decisions("t")), len(decisions("u")),
          {line["chain"] for line in decisions("t")},
          {line["chain"] for line in decisions("u")}),
         "two chains have a file each")
    run = verify("u", key=None)
    ok(run.rc == 0 and "anew" in run.err,
       "a bare hash is said to be no more", run.err)
    fresh()
    chain("t", to_file("both"))
    chain("u", to_file("both"))
    with daemon() as it:
        for name in "tutu":
            it.ask(TARGET % name, bearer(good))
        it.stop()
    same(["t", "u", "t", "u"],
         [line["chain"] for line in decisions("both")], "or one for both")
    same(0, verify("both").rc, "with one chain of lines")


def test_changed_settings(good):
    """A reload with other settings: the file goes from hand to hand."""
    fresh()
    chain("t", to_file("t"))
    with daemon() as it:
        it.ask(TARGET % "t", bearer(good))
        chain("t", to_file("t", "hmac", "queue = 1M\n"))
        ok(it.reload(), "a reload with another queue")
        it.ask(TARGET % "t", bearer(good))
        it.stop()
    same((2, 0), (len(decisions("t")), verify("t").rc),
         "no line is lost, and the chain goes on")


# -- other places

def receive(path):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(path)
    server.settimeout(30)
    return server


def test_datagrams(good):
    fresh()
    path = logs + "/log.sock"
    for sink in ("journald", "syslog"):
        server = receive(path)
        chain("t", "sink = %s\nsocket = %s\n" % (sink, path))
        with daemon() as it:
            it.ask(TARGET % "t", bearer(good))
            data = server.recv(1 << 16)
            server.close()
            os.unlink(path)
            same(200, it.ask(TARGET % "t", bearer(good)).status,
                 sink + " that is gone changes no decision")
            server = receive(path)
            it.ask(TARGET % "t", bearer(good))
            later = [server.recv(1 << 16) for _ in range(2)]
            it.stop()
        server.close()
        os.unlink(path)
        if sink == "journald":
            fields = dict(line.split(b"=", 1)
                          for line in data.decode().encode().splitlines())
            same((b"authchain", b"6", b"t", b"allow"),
                 tuple(fields[key] for key in (
                     b"SYSLOG_IDENTIFIER", b"PRIORITY", b"AUTHCHAIN_CHAIN",
                     b"AUTHCHAIN_VERDICT")), "journald gets fields")
            text = fields[b"MESSAGE"]
        else:
            ok(data.startswith(b"<86>authchain: {") and
               not data.endswith(b"\n"), "syslog gets a line", data)
            text = data.split(b": ", 1)[1]
        same("allow", json.loads(text)["verdict"], sink + ": and the decision")
        same(2, len(later), sink + ": lines that waited come later")


def refused(options, wanted, name):
    chain("t", options)
    run = Run("check-config", "-f", os.path.join(folder, "conf"),
              "--plugin-dir", PLUGINS)
    ok(run.rc == 3 and wanted in run.out, name, run.out)


def test_configuration():
    fresh()
    refused("", "write file = ", "a file has to be named")
    refused("sink = syslog\nfile = /x\n", "it goes with sink = file",
            "no file with syslog")
    refused("file = /x\nsocket = /y\n", "it goes with sink = syslog",
            "no socket with a file")
    chain("t", to_file("t"))
    conf = os.path.join(folder, "conf", "chains", "t.conf")
    with open(conf, encoding="utf-8") as file:
        text = file.read()
    for old, new, wanted, name in (
            ("secret = @audit", "", "hmac needs a secret",
             "hmac without a secret"),
            ("secret = @audit", "subject = hash", "hash needs a secret",
             "hashed subjects without one"),
            ("secret = @audit", "secret = @s", "one secret serves one purpose",
             "a secret of another purpose")):
        write(conf, text.replace(old, new), 0o600)
        run = Run("check-config", "-f", os.path.join(folder, "conf"),
                  "--plugin-dir", PLUGINS)
        ok(run.rc == 3 and wanted in run.out, name, run.out)
    chain("t", "file = %s/none/t\n" % logs)
    try:
        with daemon() as it:
            it.stop()
        ok(False, "a file that can't be made is no start")
    except RuntimeError as error:
        ok("make its folder first" in str(error),
           "a file that can't be made is no start, and the log says why",
           error)
    chain("t", to_file("trial"))
    Run("test", "-f", os.path.join(folder, "conf"), "--plugin-dir", PLUGINS,
        "--no-token")
    ok(not os.path.exists(logs + "/trial"),
       "a trial on the command line leaves no file")


# -- tampering

def tamper(original, change, name, wanted, line=None, args=()):
    data = list(original)
    data = change(data) or data
    with open(os.path.join(logs, "bad"), "wb") as file:
        file.write(b"".join(data))
    run = verify("bad", args=("--json", *args))
    got = run.json()["fault"] or {}
    same((1, wanted, line or got.get("line")),
         (run.rc, got.get("what"), got.get("line")), name)


def test_tampering(good):
    fresh()
    chain("t", to_file("t"))
    with daemon() as it:
        for _ in range(8):
            it.ask(TARGET % "t", bearer(good))
        it.stop()
    with open(os.path.join(logs, "t"), "rb") as file:
        data = file.readlines()
    last = json.loads(data[-1])["hash"]

    def edit(at, old, new):
        def change(all_lines):
            all_lines[at] = all_lines[at].replace(old, new, 1)
        return change

    def swap(all_lines):
        all_lines[3], all_lines[4] = all_lines[4], all_lines[3]
    tamper(data, edit(4, b'"status":200', b'"status":201'),
           "one digit is changed", "changed", 5)
    tamper(data, edit(4, b'"verdict":"allow"', b'"verdict":"deny"'),
           "a word is changed", "changed", 5)
    tamper(data, swap, "two lines change places", "missing", 4)
    tamper(data, lambda d: d[1:], "the first line is deleted", "missing", 1)
    tamper(data, lambda d: d[:4] + d[5:], "one in the middle is deleted",
           "missing", 5)
    tamper(data, lambda d: d[:5] + d[4:], "one is there twice", "inserted", 6)
    tamper(data, lambda d: d[:5] + [b'{"verdict":"allow"}\n'] + d[5:],
           "one is put in", "foreign", 6)
    tamper(data, lambda d: d[:-1] + [d[-1][:-20]],
           "the last one is cut within", "torn", 9)
    tamper(data, lambda d: d[:4] + [d[4][:-20] + b"\n"] + d[5:],
           "one in the middle is cut within", "foreign", 5)
    tamper(data, lambda d: d[:-1], "the last one is deleted, and was known",
           "cut", None, ("--last", last))
    run = verify("t", args=("--last", last))
    ok(run.rc == 0 and "cut off" not in run.err,
       "a last hash that is there", run.err)
    with open(os.path.join(logs, "bad"), "wb") as file:
        file.writelines(data[:-1])
    run = verify("bad")
    ok(run.rc == 0 and "cut off at the end do not show" in run.err,
       "without it the end is said not to be known", run.err)
    write(folder + "/wrong.key", secret("w" * 20 + "0123456789abc") + "\n",
          0o600)
    run = verify("t", key="wrong.key")
    ok(run.rc == 1 and ":1: changed: " in run.out and "secret" in run.out,
       "a wrong secret", run.out)
    write(folder + "/both.key", "w" * 20 + "0123456789abc\n" + KEY + "\n",
          0o600)
    same(0, verify("t", key="both.key").rc, "any of several secrets")
    for empty in ("none-1", "none-2"):
        write(logs + "/" + empty, "")
    run = verify("none-1", "none-2")
    same((1, "%s/none-2:0: empty: no line was read, so nothing was verified; "
          "name what the entry's line file = says, and those that it was "
          "renamed to, the oldest first\n" % logs), (run.rc, run.out),
         "no line at all")
    run = verify("none-1", args=("--json",))
    got = run.json()
    same((1, False, 0, "empty"), (run.rc, got["ok"], got["lines"],
                                  got["fault"] and got["fault"]["what"]),
         "no line at all, as JSON")
    run = verify("none-1", args=("--json", "--last", last))
    same((1, "cut"), (run.rc, run.json()["fault"]["what"]),
         "no line, and the last one was known")
    same([0, 0], [verify(*names).rc for names in (
        ("none-1", "t"), ("t", "none-2"))], "an empty file beside others")
    run = Run("audit", "verify", logs + "/none")
    ok(run.rc == 3 and logs + "/none: No such file" in run.err and
       "what the entry's line file = says" in run.err,
       "a file that is not there is told where to look", run.err)
    run = Run("audit", "verify", logs)
    ok(run.rc == 3 and "line file =" not in run.err,
       "a folder is told of without that", run.err)
    if os.geteuid() != 0:
        os.chmod(logs + "/bad", 0)
        run = Run("audit", "verify", logs + "/bad")
        ok(run.rc == 3 and "ask as its owner, or as root" in run.err,
           "a file that is another's is told who may read it", run.err)
    same([2, 2, 2, 3],
         [Run("audit", *args).rc for args in (
             (), ("verify",), ("verify", "x", "--last", "12"),
             ("verify", logs + "/none"))], "mistakes of use")


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
begin("test-audit")
KEY = secret("audit-key-0123456789-abcdefghij!")
with Folder() as folder:
    logs = folder + "/logs"
    os.mkdir(logs)
    write(folder + "/s.key", secret("s3cret-of-the-issuer-0123456789-ab") +
          "\n", 0o600)
    write(folder + "/audit.key", KEY + "\n", 0o600)
    GOOD = test_members()
    test_cached()
    test_stable(GOOD)
    test_injection()
    test_rotation(GOOD)
    test_killed(GOOD)
    test_full(GOOD)
    test_full_at_stop(GOOD)
    test_two_chains(GOOD)
    test_changed_settings(GOOD)
    test_datagrams(GOOD)
    test_configuration()
    test_tampering(GOOD)
    fresh()
done()
