#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The black-box cases of tests/cases, through the command and real parts.

The verdict of a case is binding.  Its class of reason is advice: where ours
is of another class, a comment says so."""
import collections
import json
import os
import resource
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("abs_top_srcdir", "."),
                                "tests", "cases"))
# pylint: disable=wrong-import-position
import ref
from authchaind import PROGRAM, Daemon, Load
from e2e import BUILD, PLUGINS, SOURCE, Checker, Folder, KeyServer, Run, \
    begin, case_keys, done, judge, note, ok, secret, skip, write

CASES = os.path.join(SOURCE, "tests", "cases")
CLASSES = {
    "malformed": "malformed_token malformed_credentials",
    "alg": "algorithm_not_allowed",
    "crit": "critical_header",
    "key": "unknown_kid unusable_key",
    "signature": "bad_signature bad_secret",
    "expired": "expired",
    "not-yet-valid": "not_yet_valid issued_in_future",
    "claims": "wrong_issuer wrong_audience missing_claim bad_claim "
              "bad_subject wrong_type bound_token",
    "scope": "insufficient_scope",
    "inactive": "inactive unknown_token",
    "no-credentials": "no_credentials",
    "ambiguous-credentials": "ambiguous_credentials",
    "dependency": "keys_unavailable dependency_unavailable deadline busy",
    "internal": "plugin_fault out_of_memory",
    "no-decision": "unclaimed",
}
CLASS = {name: which for which, names in CLASSES.items()
         for name in names.split()}

# A machine that is busy answers late; only who is to wait in vain waits for a
# short time.
DEADLINE = "30s"
PJ = """[chain]
identity = pj
deadline = %s

[plugin pj]
type = jwks
issuer = https://issuer.test
audience = authchain-test
algorithms = %s
%s
"""
PH = """[chain]
deadline = 60s
identity = ph

[plugin ph]
type = hs256
issuer = https://issuer.test
audience = authchain-test
secret = @ph

[secret ph]
file = %s
encoding = base64url
purpose = internal
"""
PS = """[chain]
deadline = 60s
identity = ps

[plugin ps]
type = static
token = @ps
prefix = itok_

[secret ps]
file = %s
purpose = internal
"""
PI = """[chain]
deadline = 30s
resource = https://api.test
identity = pi

[plugin pi]
type = oauth
introspection-endpoint = %s/introspect
insecure-http = yes
client-id = judge
client-secret = @pi
audience = none

[secret pi]
file = %s
purpose = external
"""
PC = """[chain]
deadline = 30s
resource = https://api.test
identity = ps, ph, pj
challenge = po
%s
[plugin ps]
type = static
token = @ps
prefix = itok_

[plugin ph]
type = hs256
issuer = internal.test
audience = authchain-test
secret = @ph

[plugin pj]
type = jwks
issuer = https://issuer.test
audience = authchain-test
jwks-uri = %s/jwks
insecure-http = yes

[plugin po]
type = oauth
authorization-servers = https://issuer.test
forward-metadata = no

[secret ps]
file = %s
purpose = internal

[secret ph]
file = %s
encoding = base64url
purpose = internal
"""
STUB = """[chain]
deadline = 60s
identity = one, two

[plugin one]
type = scripted
path = %s
%s

[plugin two]
type = scripted
path = %s
%s
"""

LATER = {
    "AC-P-070": "needs revocation",
    "AC-P-072": "needs revocation",
    "AC-P-073": "needs revocation",
    "AC-P-092": "needs the token endpoint",
    "AC-P-093": "needs the token endpoint",
    "AC-P-100": "needs a fault injector",
}

seen = set()
numbers = collections.Counter()


def jwk(item):
    """A key as a case names it: public, and edited."""
    if isinstance(item, str):
        item = {"ref": item}
    if "raw" in item:
        return item["raw"]
    key = dict(keys["keys"][item["ref"]])
    if not item.get("priv"):
        key = ref.pub(key)
    key.update(item.get("set", {}))
    for name in item.get("del", []):
        key.pop(name, None)
    if "xor" in item:
        data = bytearray(ref.unb(key[item["xor"]]))
        data[-1] ^= 1
        key[item["xor"]] = ref.b64u(bytes(data))
    return key


def config(text):
    numbers["config"] += 1
    return write("%s/%d.conf" % (folder, numbers["config"]), text)


def pj_config(case, more, deadline=DEADLINE):
    algorithms = case["setup"].get("algs", ["RS256"])
    return config(PJ % (deadline, ", ".join(algorithms), more))


def verdict(answer):
    """In the words of the cases."""
    if answer.get("verdict") == "allow":
        return "accept"
    if answer.get("reason") == "no_credentials":
        return "challenge"
    return {"deny": "reject", "fault": "reject"}.get(
        answer.get("verdict"), answer.get("verdict"))


STATUS = {"accept": (0, (200,)), "reject": (1, (400, 401, 403, 500)),
          "challenge": (1, (401,)), "unavailable": (4, (503,))}


def check(case, answer, how=""):
    """The verdict, and that everything else in the answer goes with it."""
    seen.add(case["id"])
    wanted = case["expect"]["v"]
    rc, statuses = STATUS[wanted]
    reason = answer.get("reason")
    name = "%s %s%s" % (case["id"], case["title"], how)
    good = verdict(answer) == wanted and answer.get("rc", rc) == rc and \
        answer.get("status") in statuses
    good = good and (answer.get("subject") is not None) == (
        wanted == "accept")
    good = good and bool(answer.get("retry_after")) == (
        wanted == "unavailable")
    ok(good, name.replace("#", "No."), "wanted: %s\ngot:    %s" % (
        wanted, {k: answer.get(k) for k in (
            "rc", "verdict", "status", "reason", "provider", "subject",
            "retry_after", "err")}))
    ours = "ok" if reason is None else CLASS.get(reason, reason)
    if ours != case["expect"]["r"]:
        note("%s: %s (%s), the case says %s" % (
            case["id"], reason, ours, case["expect"]["r"]))


def refused(case, conf, name, *parts, plugins=PLUGINS):
    """A host does not start with that, and says why."""
    seen.add(case["id"])
    for command in ("test", "check-config"):
        more = ("--no-token",) if command == "test" else ()
        run = Run(command, "-f", conf, "--plugin-dir", plugins, *more)
        text = run.out + run.err
        ok(run.rc == 3 and all(part in text for part in parts) and
           '"allow"' not in run.out,
           "%s %s: %s does not start" % (case["id"], name, command), run)


def token_of(case):
    return secret(ref.mint(case["input"]["tok"], keys))


def token_case(case, server):
    """One signed token, judged by a provider of its own."""
    token = token_of(case)
    encoded = token.encode("utf-8", "surrogatepass")
    line_end = token.endswith("\n")

    def ask(conf):
        if line_end:
            return judge_raw(conf, "Bearer " + token)
        return judge(conf, encoded)

    if case["setup"]["p"] == "PH":
        check(case, ask(config(PH % hs32)))
        return
    held = {"keys": [jwk(item) for item in case["setup"]["keys"]]}
    numbers["jwks"] += 1
    path = "/jwks/%d" % numbers["jwks"]
    file = write(folder + path + ".json", json.dumps(held))
    server.rule(path, body=held)
    conf = pj_config(case, "jwks-file = " + file)
    check(case, ask(conf), ", keys in a file")
    check(case, ask(pj_config(case, "jwks-uri = %s%s\ninsecure-http = yes" % (
        server.url, path))), ", keys fetched")


def judge_raw(conf, *values):
    more = []
    for value in values:
        more += ["--authorization", value]
    run = Run("test", "-f", conf, "--plugin-dir", PLUGINS, "--json", *more)
    return dict(run.json(), rc=run.rc)


# -- key servers that fail

def fetched(server, more="insecure-http = yes", deadline=DEADLINE):
    return pj_config(by_id["AC-P-052"], "jwks-uri = %s/jwks\ncooldown = 1s\n"
                     "%s" % (server.url, more), deadline)


def until(ask, wanted, seconds=30):
    """Ask until that is the answer; the last answer."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if wanted(answer) or time.monotonic() > end:
            return answer
        time.sleep(0.1)


def case_060(case, server):
    server.listen(False)
    token = token_of(case)
    check(case, judge(fetched(server), token))
    with Checker(fetched(server), str(numbers["config"])) as host:
        check(case, host.ask(token), ", a host that stays")
        server.listen(True)
        server.keys(jwk("rsaA"), path="/jwks")
        answer = until(lambda: host.ask(token),
                       lambda a: a["verdict"] == "allow")
        ok(answer["verdict"] == "allow", case["id"] + " and it recovers by "
           "itself", answer)


def case_061(case, server):
    server.keys(jwk("rsaA"), path="/jwks")
    token = token_of(case)
    with Checker(fetched(server), str(numbers["config"])) as host:
        check(case, host.ask(token), ", before")
        server.rule("/jwks", "500")
        host.ask(secret(ref.mint({"h": {"kid": "unknown"}}, keys)))
        ok(server.count("/jwks") >= 2, case["id"] + " the server was asked "
           "again, and failed", server.count("/jwks"))
        check(case, host.ask(token), ", after")


def one_shot(mode, **more):
    def run(case, server):
        server.rule("/jwks", mode, **more)
        answer = judge(fetched(server, deadline="2s"), token_of(case))
        check(case, answer, " (%s)" % mode)
        forged = judge(fetched(server), secret(
            ref.mint({"c": {"exp": 1}}, keys)))
        ok(forged.get("status") == 401, "%s and a token that is refused "
           "without keys is refused" % case["id"], forged)
    return run


def case_064(case, server):
    server.rule("/jwks", "redirect", location=server.url + "/plain")
    server.keys(jwk("rsaA"), path="/plain")
    check(case, judge(fetched(server), token_of(case)))
    ok(server.count("/jwks") >= 1 and server.count("/plain") == 0,
       case["id"] + " the redirect is not followed")


def case_065(case, _server):
    os.mkdir(folder + "/certs")
    subprocess.run([sys.executable, os.path.join(SOURCE, "tests",
                   "make-certs.py"), folder + "/certs"], check=True)
    pem = folder + "/certs/self.pem"
    with KeyServer("--cert", pem, "--key", pem) as server:
        server.url = server.url.replace("http://", "https://")
        server.keys(jwk("rsaA"), path="/jwks")
        answer = judge(fetched(server, "insecure-private-addresses = yes"),
                       token_of(case))
        check(case, answer)
        ok("certificate" in (answer.get("detail") or ""), case["id"] +
           " the operator is told of the certificate", answer.get("detail"))
        ok(server.count("/jwks") == 0, case["id"] + " nothing was asked")


def case_066(case, server):
    server.keys(jwk("rsaA"), path="/jwks")
    with Checker(fetched(server), str(numbers["config"])) as host:
        check(dict(case, title="before the rotation"),
              host.ask(secret(ref.mint({"key": "rsaA"}, keys))))
        server.keys(jwk("rsaA"), jwk("rsaB"), path="/jwks")
        # also where the first fetch is still ending: then one more is
        check(case, host.ask(token_of(case)))
        check(case, host.ask(token_of(case)), ", again")
        ok(server.count("/jwks") >= 2, case["id"] + " exactly one more fetch",
           server.count("/jwks"))


def case_067(case, server):
    server.keys(jwk("rsaA"), path="/jwks")
    conf = pj_config(case, "jwks-uri = %s/jwks\ninsecure-http = yes\n"
                     "cooldown = 1h" % server.url)
    good = secret(ref.mint({"key": "rsaA"}, keys))
    bad = collections.Counter()
    with Checker(conf, str(numbers["config"])) as host:
        for at in range(1000):
            if at % 100 == 50 and host.ask(good)["verdict"] != "allow":
                bad["good"] += 1
            answer = host.ask(ref.b64u(json.dumps(
                {"alg": "RS256", "kid": os.urandom(8).hex()}).encode()) +
                "." + good.split(".", 1)[1])
            if answer["reason"] != "unknown_kid":
                bad[answer["reason"]] += 1
        check(case, dict(answer, rc=1), ", the last of a thousand")
    ok(not bad, case["id"] + " each one, and good tokens meanwhile", bad)
    ok(server.count("/jwks") <= 2, case["id"] + " one fetch in a cool-down",
       server.count("/jwks"))


def case_068(case, server):
    server.keys(jwk("rsaA"), jwk("rsaB"), path="/jwks")
    token = token_of(case)
    with Checker(fetched(server), str(numbers["config"])) as host:
        ok(host.ask(token)["verdict"] == "allow", case["id"] + " before")
        server.keys(jwk("rsaB"), path="/jwks")
        host.ask(secret(ref.mint({"h": {"kid": "unknown"}}, keys)))
        check(case, host.ask(token))


def case_069(case, server):
    server.keys(jwk("rsaA"), path="/jwks")
    conf = pj_config(case, "jwks-uri = %s/jwks\ninsecure-http = yes\n"
                     "leeway = 0s" % server.url)
    with Checker(conf, str(numbers["config"])) as host:
        # a machine that is busy may take as long as a short token lives
        for life in (3, 9, 20):
            token = secret(ref.mint({"c": {"exp": "@now+%d" % life}}, keys))
            answer = host.ask(token)
            if answer["verdict"] == "allow":
                break
        ok(answer["verdict"] == "allow", case["id"] + " before", answer)
        check(case, until(lambda: host.ask(token),
                          lambda a: a["verdict"] != "allow"))


def case_071(case, server):
    server.keys(jwk("rsaA"), path="/jwks")
    pad = {"iss": keys["issuer"], "aud": keys["audience"], "exp": "@now+300",
           "iat": "@now"}
    tokens = []
    with Checker(fetched(server), str(numbers["config"])) as host:
        for who in ("alice", "bob"):
            claims = json.dumps({"pad": "x" * 5000, "iss": pad["iss"],
                                 "aud": pad["aud"], "sub": who})[:-1]
            tokens.append(secret(ref.mint(
                {"craw": claims + ', "exp": ${now+300}}'}, keys)))
            answer = host.ask(tokens[-1])
            check(case, answer, ", " + who)
            ok(answer["subject"] == who, "%s %s is %s" % (
                case["id"], who, who), answer["subject"])
    ok(tokens[0][:4096] == tokens[1][:4096], case["id"] + " they begin alike")


# -- credentials

def authorization(*values):
    def run(case, server):
        server.keys(jwk("rsaA"), path="/jwks")
        good = secret(ref.mint({"key": "rsaA"}, keys))
        bad = secret(ref.mint({"key": "rsaA", "post": ["sig.flip"]}, keys))
        conf = chain(server)
        filled = [value.format(good=good, bad=bad) for value in values]
        if filled:
            answer = judge_raw(conf, *filled)
        else:
            query = case["input"]["http"].get("q", "").format(good=good)
            answer = judge(conf, None, "--uri", "/mcp?" + query)
        check(case, answer)
        challenge = answer.get("www_authenticate") or ""
        if case["expect"]["v"] == "challenge":
            ok(challenge.startswith("Bearer ") and "error=" not in challenge
               and "resource_metadata=" in challenge,
               case["id"] + " a challenge without error", challenge)
    return run


def chain(server, more="", plugins=None):
    text = PC % (more, server.url, static, hs32)
    return config(text if plugins is None else text.replace(
        "type = jwks", "type = jwks\npath = " + plugins))


def case_084(case, server):
    server.keys(jwk("rsaA"), path="/jwks")
    answer = judge(chain(server, "required-scopes = admin"), token_of(case))
    check(case, answer)
    ok(answer.get("status") == 403 and answer.get("error") ==
       "insufficient_scope" and 'scope="admin"' in answer.get(
           "www_authenticate"), case["id"] + " 403 and the scope it takes",
       answer)


# -- the daemon

AUTHORIZERS = os.path.join(BUILD, "plugins", ".libs")
PUBLIC = """anonymous = yes
authorize = scopes

[plugin scopes]
path = %s/scopes.so
rules = * /public/** anyone, * /** login
"""


def forwarded(*fields, trusted=True):
    """The daemon as it answers a proxy that sends these fields."""
    def run(case, server):
        if not os.path.exists(PROGRAM):
            seen.add(case["id"])
            skip(case["id"], "authchaind was not built")
            return
        server.keys(jwk("rsaA"), path="/jwks")
        good = secret(ref.mint({"key": "rsaA"}, keys))
        where = "%s/%s" % (folder, case["id"])
        os.mkdir(where)
        conf = write(where + "/fa.conf", PC % (
            PUBLIC % AUTHORIZERS, server.url, static, hs32))
        with Daemon(conf) as daemon:
            answer = daemon.ask(
                "/authz/forward-auth/fa", "X-Forwarded-Method: GET",
                *[field.format(good=good) for field in fields],
                address=None if trusted else daemon.tcp)
        challenge = answer.one("WWW-Authenticate") or ""
        subject = (answer.one("X-Auth-Subject") or "").strip()
        got = {"status": answer.status, "subject": subject or None}
        if answer.status == 200:
            got["verdict"] = "allow"
            ok(subject == "alice" and all(
                len(answer.all("X-Auth-" + name)) == 1 for name in (
                    "User", "Subject", "Issuer", "Scopes", "Groups",
                    "Client", "Method", "Expires", "Request-Id")),
               case["id"] + " each identity header once", answer)
        else:
            got["verdict"] = "deny"
            got["reason"] = "no_credentials" if \
                challenge.startswith("Bearer ") and \
                "error=" not in challenge else "?"
        check(case, got)
    return run


# -- introspection

def introspected(case, server):
    wanted = case["input"]["introspect"]
    token = secret(os.urandom(24).hex())
    if wanted == "500":
        server.rule("/introspect", "500")
    else:
        server.rule("/introspect", body=ref.val(wanted, int(time.time())))
    conf = config(PI % (server.url, client_secret))
    check(case, judge(conf, token))
    ok(server.count("/introspect") == 1, case["id"] + " it was asked once")
    if wanted == "500":
        server.rule("/introspect", "stall")
        check(case, judge(conf, token, "--timeout", "500ms"), ", no answer")


# -- what does not start

def case_089(case, _server):
    whole = keys["static_token"]
    check(case, judge(config(PS % static), whole[:20]))
    ok(judge(config(PS % static), whole).get("status") == 200,
       case["id"] + " the whole token is good")


def case_090(case, _server):
    for name, text in (("empty", ""), ("a line end", "\n"),
                       ("three line ends", "\n\n\n")):
        file = write(folder + "/empty.token", text, 0o600)
        refused(case, config(PS % file), name, "empty.token")


def case_091(case, _server):
    with open(hs32, encoding="ascii") as file:
        text = file.read()
    for mode in (0o644, 0o660, 0o620, 0o604):
        file = write(folder + "/open.keys", text, mode)
        refused(case, config(PH % file), "mode %04o" % mode, "open.keys")
    file = write(folder + "/open.keys", text, 0o600)
    ok(Run("check-config", "-f", config(PH % file), "--plugin-dir",
           PLUGINS).rc == 0, case["id"] + " mode 0600 starts")


def copied(name):
    to = os.path.join(folder, name)
    os.mkdir(to)
    for file in os.listdir(PLUGINS):
        if file.endswith(".so"):
            shutil.copy(os.path.join(PLUGINS, file), to)
            os.chmod(os.path.join(to, file), 0o755)
    return to


def case_094(case, server):
    plugins = copied("missing")
    ok(Run("check-config", "-f", chain(server), "--plugin-dir",
           plugins).rc == 0, case["id"] + " all plugins are there")
    os.remove(plugins + "/jwks.so")
    refused(case, chain(server), "no jwks.so", "jwks", plugins=plugins)
    refused(case, chain(server, plugins=plugins + "/jwks.so"),
            "no such path", "jwks.so")


def stub(one, two):
    path = os.path.join(BUILD, "tests", "plugins", ".libs", "scripted.so")
    return config(STUB % (path, one, path, two))


def case_095(case, _server):
    check(case, judge(stub("claim = not-mine", "claim = not-mine"), "x"))


def case_096(case, server):
    plugins = copied("writable")
    for name, what, mode in (("written by all", plugins + "/jwks.so", 0o666),
                             ("written by a group", plugins + "/jwks.so",
                              0o775), ("in an open folder", plugins, 0o777)):
        before = os.stat(what).st_mode & 0o7777
        os.chmod(what, mode)
        refused(case, chain(server), name, "jwks", plugins=plugins)
        os.chmod(what, before)
    ok(Run("check-config", "-f", chain(server), "--plugin-dir",
           plugins).rc == 0, case["id"] + " with its own modes it starts")


def case_097(case, _server):
    for word in ("unknown", "zero", "one", "pending-unknown"):
        check(case, judge(stub("claim = mine\nverify = " + word,
                               "claim = mine"), "x"), ", " + word)


def case_098(case, _server):
    """In the host's own process a crash ends the host: never an answer."""
    seen.add(case["id"])
    path = os.path.join(BUILD, "tests", "plugins", ".libs", "fault-crash.so")
    conf = config("[chain]\nidentity = one\n\n[plugin one]\n"
                  "type = fault-crash\npath = %s\n" % path)
    run = Run("test", "-f", conf, "--plugin-dir", PLUGINS, "--json",
              stdin="x")
    ok(run.rc not in (0, 2, 3) and run.out == "",
       case["id"] + " " + case["title"] + ": no answer at all", run)
    skip(case["id"] + " and the next one is served",
         "plugins run in the host's process")


def case_099(case, server):
    for line in ("file", "[plugin", "type = static", "purpose = \"internal",
                 "\0"):
        text = open(chain(server), encoding="utf-8").read() + line + "\n"
        file = config(text)
        refused(case, file, "last line %r" % line,
                "%s:%d:" % (file, text.count("\n")))


def resting_descriptors(pid):
    """How many a process has open while no fetch of its own is under way."""
    counts = []
    for _ in range(20):
        counts.append(len(os.listdir("/proc/%d/fd" % pid)))
        time.sleep(0.02)
    return min(counts)


def case_101(case, server):
    """No descriptor is left for the fetch."""
    token = token_of(case)
    server.listen(False)
    with Checker(fetched(server), str(numbers["config"])) as host:
        pid = host.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        used = resting_descriptors(pid)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, before[1]))
        server.listen(True)
        server.keys(jwk("rsaA"), path="/jwks")
        for _ in range(15):
            check(case, host.ask(token))
            time.sleep(0.1)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        answer = until(lambda: host.ask(token),
                       lambda a: a["verdict"] == "allow")
        ok(answer["verdict"] == "allow", case["id"] + " and it recovers",
           answer)


def valid(key, subject):
    """A good token of the issuer of that key."""
    token = {"key": key, "c": {"sub": subject}}
    if key == "hs32":
        token["alg"] = "HS256"
        token["c"]["iss"] = "internal.test"
    return secret(ref.mint(token, keys))


def case_102(case, server):
    """Every token stays good, whichever configuration judges it."""
    if not os.path.exists(PROGRAM):
        seen.add(case["id"])
        skip(case["id"] + " " + case["title"], "authchaind was not built")
        return
    server.keys(jwk("rsaA"), path="/jwks")
    target = "/authz/forward-auth/fa"
    rows = [(200, "ps", target, keys["static_token"])]
    for number in range(50):
        for key in ("rsaA", "hs32"):
            name = "user-%d" % number
            rows.append((200, name, target, valid(key, name)))
    with open(chain(server), encoding="utf-8") as file:
        conf = write(folder + "/daemon102/fa.conf", file.read())
    with Daemon(conf) as daemon:
        load = Load(daemon.unix, rows)
        taken = sum(daemon.reload() for _ in range(100))
        said = load.end()
        note("%s: %s" % (case["id"], said))
        ok(taken == 100, case["id"] + " 100 reloads are taken", taken)
        ok(said["failed"] == 0 and said["links_lost"] == 0,
           case["id"] + " no request fails", said)
        ok(said["wrong"] == 0 and said["right"] >= len(rows),
           case["id"] + " none is answered wrong", said)
        answer = daemon.ask(target, "Authorization: Bearer " + rows[1][3])
        check(case, {"status": answer.status, "verdict": "allow",
                     "subject": answer.one("X-Auth-Subject")})


RUN = {
    "060": case_060, "061": case_061,
    "062": one_shot("huge"), "063": one_shot("drip", ms=1000, body={
        "keys": ["x" * 100]}),
    "064": case_064, "065": case_065, "066": case_066, "067": case_067,
    "068": case_068, "069": case_069, "071": case_071,
    "074": authorization(), "075": authorization("Basic YTpi"),
    "076": authorization("bearer {good}"), "077": authorization("Bearer "),
    "078": authorization("Bearer {good}", "Bearer {bad}"),
    "079": authorization(),
    "080": forwarded("X-Forwarded-Uri: /public/x", trusted=False),
    "081": forwarded("X-Forwarded-Uri: /public/../admin"),
    "082": forwarded("X-Forwarded-Uri: /admin", "Authorization: Bearer {good}",
                     "X-Auth-Subject: root"),
    "083": authorization("Bearer " + "A" * 65536), "102": case_102,
    "084": case_084, "085": introspected, "086": introspected,
    "087": introspected, "088": introspected, "089": case_089,
    "090": case_090, "091": case_091, "094": case_094, "095": case_095,
    "096": case_096, "097": case_097, "098": case_098, "099": case_099,
    "101": case_101,
}


def run_case(case):
    if case["id"] in LATER:
        seen.add(case["id"])
        skip("%s %s" % (case["id"], case["title"]), LATER[case["id"]])
        return
    if case["lvl"] == "token" or case["id"] == "AC-P-059":
        token_case(case, shared)
    elif case["id"][-3:] in RUN:
        with KeyServer() as server:
            RUN[case["id"][-3:]](case, server)


begin("test-cases")
keys = case_keys()
with open(CASES + "/cases-public.jsonl", encoding="utf-8") as source:
    cases = [json.loads(line) for line in source]
by_id = {case["id"]: case for case in cases}
with Folder() as folder, KeyServer() as shared:
    static = write(folder + "/static.token", secret(keys["static_token"]) +
                   "\n", 0o600)
    hs32 = write(folder + "/hs32.keys", keys["keys"]["hs32"]["k"] + "\n",
                 0o600)
    client_secret = write(folder + "/client.secret", secret(
        os.urandom(24).hex()) + "\n", 0o600)
    for each in cases:
        run_case(each)
ok(seen == set(by_id), "every case was run or skipped by name",
   sorted(set(by_id) - seen))
done()
