#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchain test, explain, check-config, plugins and config on built
plugins."""
import os
import re
import socket
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, \
    NoEncryption, PrivateFormat

from cli import Folder, PLUGINS, Run, done, hs256, ok, same, secrets, write

SECRET = "shared-secret-of-32-bytes-or-more-0001"
OLD = "shared-secret-of-32-bytes-or-more-0000"
TOKEN = "static-token-of-16-bytes-or-more"
AUDIENCE = "https://mcp.example.com/mcp"
NOW = int(time.time())
secrets += [s.encode() for s in (SECRET, OLD, TOKEN)]

CHAIN = """[chain]
deadline = 60s
resource = %s
identity = internal, hs256

[plugin internal]
type = static
token = @internal
scopes = read, write

[plugin hs256]
issuer = test
secret = @shared

[secret internal]
file = DIR/internal.token

[secret shared]
file = DIR/hs256.keys
""" % AUDIENCE

KEYS = ["verdict", "status", "reason", "provider", "subject", "scopes",
        "www_authenticate", "retry_after", "trace", "chain", "issuer",
        "client_id", "expires", "anonymous", "cached", "detail", "error",
        "error_description", "claims", "attributes", "us"]
STEP = ["entry", "stage", "outcome", "reason", "detail", "us", "cached"]


def run(command, *args, stdin=b"", config=None):
    extra = [] if command == "plugins" else ["-f", config or folder]
    return Run(command, *extra, "--plugin-dir", PLUGINS, *args, stdin=stdin)


def token(key=SECRET, header=None, **claims):
    whole = {"iss": "test", "sub": "alice", "aud": AUDIENCE, "iat": NOW,
             "exp": NOW + 300, "jti": "1", "scope": "read"}
    whole.update(claims)
    made = hs256(key.encode(), header or {"alg": "HS256", "typ": "JWT"},
                 {k: v for k, v in whole.items() if v is not None})
    secrets.append(made.rsplit(".", 1)[1].encode())
    return made


def check_json():
    judged = run("test", "--json", stdin=token())
    answer = judged.json()
    same((0, ""), (judged.rc, judged.err), "a good token: exit status 0")
    same(1, judged.out.count("\n"), "one line")
    same(KEYS, list(answer), "the members and their order")
    same(("allow", 200, None, "hs256", "alice", ["read"], None, None),
         tuple(answer.get(k) for k in KEYS[:8]), "what they say on allow")
    same(("atoms", "test", NOW + 300, False), tuple(answer.get(k) for k in (
        "chain", "issuer", "expires", "anonymous")), "and further ones")
    same("1", (answer.get("claims") or {}).get("jti"), "the verified claims")
    ok(answer.get("trace") and all(list(s) == STEP for s in answer["trace"]),
       "the members of a step", answer.get("trace"))
    same([("internal", "identity", "not-mine"),
          ("hs256", "identity", "accept")],
         [(s["entry"], s["stage"], s["outcome"]) for s in
          answer.get("trace", []) if s["stage"] == "identity"],
         "the trace tells who was asked")
    judged = run("test", "--json", "--no-token")
    answer = judged.json()
    same((1, "deny", 401, "no_credentials", None, None, []),
         (judged.rc,) + tuple(answer.get(k) for k in (
             "verdict", "status", "reason", "provider", "subject", "scopes")),
         "no token: exit status 1, 401, nobody judged")
    ok((answer.get("www_authenticate") or "").startswith("Bearer"),
       "and a challenge", answer)
    ok("error=" not in (answer.get("www_authenticate") or ""),
       "without an error (RFC 6750 3.1)", answer)


# Name, token, verdict, status, reason.
JUDGED = [
    ("the static token", lambda: TOKEN, "allow", 200, None),
    ("one byte more", lambda: TOKEN + "x", "deny", 401, "unclaimed"),
    ("one byte less", lambda: TOKEN[:-1], "deny", 401, "unclaimed"),
    ("the previous secret", lambda: token(OLD), "allow", 200, None),
    ("another secret", lambda: token("x" * 32), "deny", 401,
     "bad_signature"),
    ("expired", lambda: token(exp=NOW - 61, iat=NOW - 600), "deny", 401,
     "expired"),
    ("within the leeway", lambda: token(exp=NOW - 20, iat=NOW - 600),
     "allow", 200, None),
    ("another audience", lambda: token(aud="https://other.example"), "deny",
     401, "wrong_audience"),
    ("another issuer", lambda: token(iss="else"), "deny", 401, "unclaimed"),
    ("no issuer", lambda: token(iss=None), "deny", 401, "unclaimed"),
    ("no subject", lambda: token(sub=None), "deny", 401, "missing_claim"),
    ("alg none", lambda: token(header={"alg": "none"}), "deny", 401,
     "algorithm_not_allowed"),
    ("a critical header", lambda: token(header={"alg": "HS256",
     "crit": ["x"]}), "deny", 401, "critical_header"),
    ("an opaque word", lambda: "opaque", "deny", 401, "unclaimed"),
]


def check_verdicts():
    for name, make, verdict, status, reason in JUDGED:
        judged = run("test", "--json", stdin=make())
        answer = judged.json()
        same((0 if verdict == "allow" else 1, verdict, status, reason),
             (judged.rc, answer.get("verdict"), answer.get("status"),
              answer.get("reason")), "judged: " + name)
        if verdict != "allow":
            same((None, []), (answer.get("subject"), answer.get("scopes")),
                 "nobody: " + name)


def check_input():
    """One line end belongs to the line, every other byte to the token."""
    good = token().encode()
    for name, text in (("no line end", good), ("LF", good + b"\n"),
                       ("CRLF", good + b"\r\n")):
        same(0, run("test", stdin=text).rc, "input: " + name)
    for name, text in (("two line ends", good + b"\n\n"),
                       ("CR alone", good + b"\r"),
                       ("a space behind", good + b" "),
                       ("a space in front", b" " + good),
                       ("a line end in front", b"\n" + good),
                       ("a tab behind", good + b"\t\n"),
                       ("a NUL behind", good + b"\0"),
                       ("a NUL inside", good[:9] + b"\0" + good[9:]),
                       ("a BOM in front", b"\xef\xbb\xbf" + good),
                       ("the scheme in front", b"Bearer " + good),
                       ("two lines", good + b"\n" + good),
                       ("nothing at all", b""),
                       ("a line end alone", b"\n"),
                       ("bytes that are no UTF-8", b"\xff\xfe\x80"),
                       ("16 KiB and a byte", b"a" * 16385),
                       ("64 KiB", b"a" * 65536),
                       ("64 KiB and a line end", b"a" * 65536 + b"\n"),
                       ("a megabyte", b"a" * (1 << 20))):
        judged = run("test", "--json", stdin=text)
        ok(judged.rc == 1 and judged.json().get("verdict") == "deny" and
           judged.json().get("reason") not in (None, "no_credentials"),
           "input refused, and not as no token: " + name, judged)


def check_request():
    good = token()
    same(0, run("test", "--authorization", "Bearer " + good).rc,
         "--authorization")
    same(0, run("test", "--authorization=bearer " + good).rc,
         "the scheme in small letters")
    judged = run("test", "--json", "--authorization", "Bearer " + good,
                 "--authorization", "Bearer " + good)
    same((1, 400, "ambiguous_credentials"), (judged.rc,
         judged.json().get("status"), judged.json().get("reason")),
         "two credentials are refused, the same one twice too")
    same("no_credentials", run("test", "--json", "--authorization",
         "Basic eDp5").json().get("reason"), "another scheme is no token")
    same("malformed_credentials", run("test", "--json", "--authorization",
         "Bearer ").json().get("reason"), "Bearer without a token")
    same(0, run("test", "--method", "POST", "--uri", "/mcp?a=b", "--host",
         "mcp.example.com", "--scheme", "https", "--client-ip", "192.0.2.1",
         "--header", "X-A: b", "-H", "X-A: c", "--timeout", "1500ms",
         stdin=good).rc, "the rest of a request")
    judged = run("test", "-v", stdin=good)
    lines = judged.out.splitlines()
    ok(judged.rc == 0 and lines[0].startswith("allow atoms: alice by hs256")
       and lines[1].startswith("stage") and len(lines) >= 4,
       "-v: one line and the trace as a table", judged)
    same(1, run("test", stdin=good).out.count("\n"), "one line without -v")
    odd = token(sub="zo\u00eb\u009b31m")
    for command in ("test", "explain"):
        judged = run(command, stdin=odd)
        ok(judged.rc == 0 and "zo\\xc3\\xab\\xc2\\x9b31m by" in judged.out
           and all(byte < 128 for byte in judged.bytes),
           command + ": a subject reaches the terminal as ASCII", judged)
    same("zo\u00eb\u009b31m", run("test", "--json", stdin=odd).json().get(
        "subject"), "and a program as it is")
    ok("\033" not in judged.out, "no colour in a pipe")


def check_chains():
    for path, chain in ((file, "t"), (folder, "atoms")):
        same(chain, run("test", "--json", "--no-token", config=path).json()
             .get("chain"), "the only chain is found: " + chain)
    same(0, run("test", "--chain", "t", stdin=token(), config=file).rc,
         "a file's chain is named after it")
    judged = run("test", "--chain", "other", stdin=token())
    ok(judged.rc == 2 and "it has: atoms" in judged.err,
       "an unknown chain", judged)
    judged = run("test", stdin=token(), config=two)
    ok(judged.rc == 2 and "one of: a, b" in judged.err,
       "which of two?", judged)
    same("b", run("test", "--json", "--chain", "b", "--no-token",
         config=two).json().get("chain"), "that one")
    judged = run("test", "--no-token", config=folder + "/nowhere")
    ok(judged.rc == 3 and "nowhere" in judged.err and judged.out == "",
       "no such configuration: exit status 3", judged)
    judged = run("test", "--no-token", config=broken)
    ok(judged.rc == 3 and "broken.conf:" in judged.err and judged.out == "",
       "a broken one: exit status 3, faults on standard error", judged)


def check_explain():
    judged = run("explain", stdin=token("x" * 32, header={
        "alg": "HS256", "kid": "k\u001b[31m"}))
    ok(judged.rc == 1 and judged.out.startswith("deny atoms: 401 "
       "bad_signature by hs256"), "explain: the same verdict as test", judged)
    for title in ("The request", "What happened", "What the client is told",
                  "What you can do"):
        ok("\n%s\n" % title in judged.out, "explain tells: " + title, judged)
    for part in ("HS256", "alice", "in 5 minutes", "internal (identity)",
                 "HTTP 401", "WWW-Authenticate: Bearer", "sha256:"):
        ok(part in judged.out or part == "in 5 minutes" and "in 4 minutes"
           in judged.out, "explain says " + part, judged)
    ok("\033" not in judged.out, "and nothing raw")
    judged = run("explain", "--no-token")
    ok(judged.rc == 1 and "carries no token" in judged.out,
       "explain no token", judged)
    judged = run("explain", stdin="opaque")
    ok(judged.rc == 1 and "is no JWT" in judged.out, "explain an opaque one",
       judged)
    judged = run("explain", stdin=token())
    ok(judged.rc == 0 and "What you can do" not in judged.out,
       "explain a good one", judged)
    same(KEYS, list(run("explain", "--json", stdin=token()).json()),
         "explain --json is test --json")


def check_check():
    judged = run("check-config")
    same((0, ""), (judged.rc, judged.out), "check-config: good, exit status 0")
    judged = run("check-config", "--json")
    same((0, True, 1, 0, []), (judged.rc,) + tuple(judged.json().get(k) for k
         in ("ok", "chains", "errors", "findings")), "as JSON")
    judged = run("check-config", config=broken)
    found = [line for line in judged.out.splitlines()
             if re.match(re.escape(broken) + r":\d+:\d+: error: .", line)]
    ok(judged.rc == 3 and len(found) >= 3,
       "every fault with its line and column, exit status 3", judged)
    ok(any('did you mean' in line for line in judged.out.splitlines()),
       "and a hint", judged)
    judged = run("check-config", "--json", config=broken)
    findings = judged.json().get("findings", [])
    ok(judged.rc == 3 and judged.json().get("ok") is False and
       len(findings) >= 3 and judged.json()["errors"] >= 3,
       "as JSON: exit status 3", judged)
    same(["severity", "file", "line", "column", "text", "hint"],
         list(findings[0]) if findings else [], "the members of a finding")
    same(3, run("check-config", config="/nonexistent").rc, "nothing there")
    lax = write(top + "/lax.conf", CHAIN.replace("DIR", folder).replace(
        "[plugin internal]", "anonymous = yes\n[plugin internal]", 1) +
        "[plugin unused]\ntype = static\ntoken = @internal\n")
    judged = run("check-config", config=lax)
    ok(judged.rc == 0 and ": lint: " in judged.out and ": warning: " in
       judged.out and "--strict refuses" in judged.err,
       "what is unwise is said and passes", judged)
    judged = run("check-config", "--strict", config=lax)
    ok(judged.rc == 3 and ": lint: " in judged.out and "not good" in
       judged.err, "--strict refuses it", judged)
    same((False, 0, 1, 1), tuple(run("check-config", "--strict", "--json",
         config=lax).json().get(k) for k in ("ok", "errors", "warnings",
                                             "lints")), "as JSON")
    open_file = write(folder + "-open/o.conf", "[chain]\n", 0o666)
    judged = run("check-config", config=open_file)
    ok(judged.rc == 3 and "chmod" in judged.out + judged.err,
       "a file that others may write", judged)
    os.remove(open_file)
    os.rmdir(folder + "-open")


def check_plugins():
    judged = run("plugins")
    same(0, judged.rc, "plugins: exit status 0")
    judged = run("plugins", "--json")
    listed = {p["name"]: p for p in judged.json().get("plugins", [])}
    for name in sorted(p[:-3] for p in os.listdir(PLUGINS)
                       if p.endswith(".so")):
        ok(name in listed, "plugins lists " + name, judged)
        ok(name in run("plugins").out, "for people as well: " + name)
        judged_one = run("plugins", name)
        ok(judged_one.rc == 0 and all(o["name"] in judged_one.out for o in
           listed.get(name, {}).get("options", [])),
           "plugins %s shows every option" % name, judged_one)
        same([listed.get(name)], run("plugins", name, "--json").json()
             .get("plugins"), "plugins %s --json" % name)
    same(["name", "description", "version", "licence", "abi", "path",
          "stages", "options"], list(listed.get("hs256", {})),
         "the members of a plugin")
    same(["name", "type", "required", "default", "choices", "min", "max",
          "purpose", "help"], list(listed["hs256"]["options"][0])
         if "hs256" in listed else [], "the members of an option")
    judged = run("plugins", "hs265")
    ok(judged.rc == 3 and "hs265" in judged.err, "no such plugin", judged)
    bad = os.path.join(folder, "plugins")
    write(bad + "/junk.so", "this is no shared object\n", 0o755)
    judged = Run("plugins", "--plugin-dir", bad)
    ok(judged.rc == 3 and "junk" in judged.err, "a file that is no plugin",
       judged)
    os.remove(bad + "/junk.so")
    same(0, Run("plugins", "--plugin-dir", bad).rc, "an empty folder")


def check_config():
    judged = run("config", "--effective")
    same((0, ""), (judged.rc, judged.err), "config --effective")
    for part in ("[chain", "resource = " + AUDIENCE, "identity = internal, "
                 "hs256", "[plugin internal]", "issuer = test",
                 "# default", "sha256:"):
        ok(part in judged.out, "config shows " + part, judged)
    same(judged.out, run("config").out, "config alone is the same")
    same(judged.out, run("config", "--json").json().get("configuration"),
         "and as JSON")
    judged = run("config", config=broken)
    ok(judged.rc == 3 and judged.out == "" and "broken.conf:" in judged.err,
       "a broken one: exit status 3", judged)


def check_mint():
    minted = Run("mint", "-f", folder, "--key", "@shared", "--iss", "test",
                 "--sub", "bob", "--aud", AUDIENCE, "--scope", "read write")
    same(0, minted.rc, "mint --key @shared")
    judged = run("test", "--json", stdin=minted.out)
    same((0, "bob", ["read", "write"]), (judged.rc, judged.json().get(
        "subject"), judged.json().get("scopes")), "mint, then test")
    same(0, Run("inspect", stdin=minted.out).rc, "mint, then inspect")
    minted = Run("mint", "-f", file, "--key", "@shared", "--iss", "test",
                 "--sub", "bob", "--aud", AUDIENCE, "--iat", "-1h")
    same("expired", run("test", "--json", stdin=minted.out).json().get(
        "reason"), "an hour ago, then test")
    judged = Run("mint", "-f", folder, "--key", "@none")
    ok(judged.rc == 3 and '[secret "none"]' in judged.err,
       "no such secret", judged)
    judged = Run("mint", "-f", two, "--key", "@shared")
    ok(judged.rc == 2 and "--chain" in judged.err,
       "two chains with a secret of that name", judged)
    same(0, Run("mint", "-f", two, "--key", "@shared", "--chain", "b").rc,
         "that one's")
    judged = Run("mint", "-f", broken, "--key", "@internal")
    ok(judged.rc == 0, "faults of plugins do not matter", judged)
    for purpose, rc in (("internal", 0), ("external", 3)):
        path = write(top + "/purpose.conf", CHAIN.replace("DIR", folder) +
                     "purpose = " + purpose + "\n")
        judged = Run("mint", "-f", path, "--key", "@shared")
        same(rc, judged.rc, "a secret for the purpose " + purpose)
    judged = Run("mint", "-f", "/nonexistent", "--key", "@shared")
    ok(judged.rc == 3 and "/nonexistent" in judged.err,
       "no such configuration", judged)


def check_keys():
    """Key pairs: mint, publish, judge; and an issuer that is down."""
    if not os.path.exists(PLUGINS + "/jwks.so"):
        ok(True, "key pairs # SKIP jwks is not built")
        return
    pair = write(top + "/pair.pem", ec.generate_private_key(ec.SECP256R1())
                 .private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                                NoEncryption()).decode(), 0o600)
    keys = write(top + "/keys.json", Run("mint", "--key-file", pair,
                 "--jwks").out)
    chain = ("[chain]\ndeadline = 60s\nresource = %s\nidentity = idp\n[plugin idp]\n"
             "type = jwks\nissuer = https://idp.example\n" % AUDIENCE)
    conf = write(top + "/idp.conf", chain + "jwks-file = %s\n" % keys)

    def mint(*args):
        return Run("mint", "--key-file", pair, "--iss", "https://idp.example",
                   "--sub", "carol", "--aud", AUDIENCE, *args).out

    judged = run("test", "--json", stdin=mint(), config=conf)
    same((0, "carol", "idp"), (judged.rc, judged.json().get("subject"),
         judged.json().get("provider")), "mint --jwks, mint, test")
    judged = run("test", "--json", stdin=mint("--kid", "x"), config=conf)
    same((1, "unknown_kid"), (judged.rc, judged.json().get("reason")),
         "a kid that is not in the set")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        conf = write(top + "/down.conf", chain + "insecure-http = yes\n"
                     "jwks-uri = http://127.0.0.1:%d/keys\n" %
                     closed.getsockname()[1])
        judged = run("test", "--json", stdin=mint(), config=conf)
        answer = judged.json()
        same((4, "unavailable", 503, None), (judged.rc,) + tuple(
            answer.get(k) for k in ("verdict", "status",
                                    "www_authenticate")),
             "an issuer that is down: exit status 4, 503, no challenge")
        ok((answer.get("retry_after") or 0) > 0, "and when to ask again",
           answer)
        same(4, run("explain", stdin=mint(), config=conf).rc,
             "explain: exit status 4")
        judged = run("test", "--json", stdin=mint("--iat", "-1h"),
                     config=conf)
        same((1, 401, "expired"), (judged.rc, judged.json().get("status"),
             judged.json().get("reason")),
             "what is bad anyhow is 401 all the same")


if not {"static.so", "hs256.so"} <= set(
        os.listdir(PLUGINS) if os.path.isdir(PLUGINS) else []):
    print("1..0 # SKIP the plugins are not built")
    raise SystemExit(0)
with Folder() as top:
    folder, two = top + "/etc", top + "/two"
    for place in (folder, two):
        write(place + "/internal.token", TOKEN + "\n", 0o600)
        write(place + "/hs256.keys", SECRET + "\n" + OLD + "\n", 0o600)
    write(folder + "/chains/atoms.conf", CHAIN.replace("DIR", folder))
    for name in "ab":
        write(two + "/chains/%s.conf" % name, CHAIN.replace("DIR", two))
    file = write(top + "/t.conf", CHAIN.replace("DIR", folder))
    broken = write(top + "/broken.conf", CHAIN.replace("DIR", folder)
                   .replace("issuer = test", "isuer = test")
                   .replace("type = static", "type = statik")
                   .replace("@shared", "@sharde"))
    for check in (check_json, check_verdicts, check_input, check_request,
                  check_chains, check_explain, check_check, check_plugins,
                  check_config, check_mint, check_keys):
        check()
done()
