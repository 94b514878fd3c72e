#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchain keys: what it shows of each key set, and what it leaves alone."""
import json
import os
import re
import stat

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, \
    NoEncryption, PrivateFormat

from e2e import PLUGINS, Folder, KeyServer, Run, begin, done, ok, same, \
    secret, write

SET = ["chain", "entry", "issuer", "url", "file", "last_good", "source",
       "age_s", "expires_s", "fetching", "next_fetch_s", "fetches",
       "failures_in_a_row", "last_error", "last_error_age_s", "keys"]
KEY = ["kid", "kty", "alg", "use", "usable", "why", "last_used_s"]
CHAIN = "[chain]\ndeadline = 60s\nresource = https://mcp.example/mcp\nidentity = %s\n"
FETCHED = """[plugin %s]
type = jwks
issuer = https://%s.example
jwks-uri = %s/jwks
insecure-http = yes
"""


def keys(*args):
    return Run("keys", "-f", conf, "--plugin-dir", PLUGINS, *args)


def sets(*args):
    run = keys("--json", *args)
    return run, run.json().get("key_sets", [{}])


def configure(text):
    write(conf, text, 0o600)


def public_key(kid, **more):
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                            NoEncryption()).decode()
    for line in pem.splitlines()[1:-1]:
        secret(line)
    path = write(folder + "/" + kid + ".pem", pem, 0o600)
    found = json.loads(Run("mint", "--key-file", path, "--jwks").out)
    return dict(found["keys"][0], kid=kid, **more)


def test_none():
    configure(CHAIN % "internal" + "[plugin internal]\ntype = static\n"
              "token = @internal\nsubject = x\n"
              "[secret internal]\nenv = INTERNAL\npurpose = internal\n")
    os.environ["INTERNAL"] = secret("itk_0123456789abcdefghijklmnopqrstuv")
    run = keys()
    same((0, "no key set in this configuration\n", ""),
         (run.rc, run.out, run.err), "a configuration without key sets")
    run, found = sets("--wait")
    same((0, []), (run.rc, found), "the same as JSON, and nothing to wait for")


def test_file():
    path = write(folder + "/keys.json", json.dumps({"keys": [
        good, dict(good, kid="enc", use="enc"),
        {"kty": "EC", "kid": "half", "crv": "P-256"},
        dict(good, kid="two"), dict(good, kid="two"),
        {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"}]}))
    configure(CHAIN % "a" + "[plugin a]\ntype = jwks\n"
              "issuer = https://a.example\njwks-file = %s\n" % path)
    run, found = sets()
    same(0, run.rc, "a file: exit status 0")
    same(SET, list(found[0]), "the members of a key set, in their order")
    same([KEY] * 6, [list(key) for key in found[0]["keys"]],
         "the members of a key, in their order")
    same(("t", "a", "https://a.example", path, "file", None, None, None),
         tuple(found[0][name] for name in (
             "chain", "entry", "issuer", "file", "source", "url", "fetches",
             "last_error")), "a file has no URL, no fetches and no error")
    rows = {key["kid"]: key for key in found[0]["keys"]}
    same(("EC", True, None, None), tuple(rows["good"][name] for name in (
        "kty", "usable", "why", "last_used_s")), "a usable key")
    for kid, why in (("enc", "its use, key_ops, alg"), ("half", "\"x\""),
                     ("two", "stands for more than one key"),
                     ("shared", "symmetric")):
        ok(rows[kid]["usable"] is False and why in (rows[kid]["why"] or ""),
           "a key that is not usable, and why: " + kid, rows[kid])
    text = keys().out
    ok("t/a: https://a.example\n" in text and "key         good EC" in text and
       "key         half, not usable: " in text, "the same for people", text)
    write(path, '{"keys": []}')
    ok(keys().rc == 3, "a file without keys is a bad configuration")


def test_fetched():
    configure(CHAIN % "a, b" + FETCHED % ("a", "a", server.url) +
              FETCHED % ("b", "b", server.url))
    server.rule("/jwks", body={"keys": [good]})
    run, found = sets()
    same((0, ["none", "none"], [0, 0], 0),
         (run.rc, [one["source"] for one in found],
          [one["fetches"] for one in found], server.count("/jwks")),
         "without --wait nothing is sent")
    run, found = sets("--wait")
    same((0, ["fetched", "fetched"], [1, 1], 2),
         (run.rc, [one["source"] for one in found],
          [one["fetches"] for one in found], server.count("/jwks")),
         "with --wait each issuer's set is fetched once")
    same((server.url + "/jwks", ["good"], None),
         (found[0]["url"], [key["kid"] for key in found[0]["keys"]],
          found[0]["last_error"]), "from where, and what came")
    ok(0 <= found[0]["age_s"] < 60 and 600 < found[0]["next_fetch_s"] <= 900
       and 86340 < found[0]["expires_s"] <= 86400,
       "when it is due and when it is too old", found[0])
    configure((CHAIN % "a, b" + FETCHED % ("a", "a", server.url) +
               FETCHED % ("b", "b", server.url)).replace(
                   "https://b.example", "https://b.example/x"))
    text = keys("--wait").out
    ok(re.search(r"keys        fetched, (now|\d+ seconds? ago)", text),
       "the same for people", text)
    same(1, text.count("t/b: https://b.example/x\n"), "each by its entry")


def test_shared():
    one = FETCHED % ("a", "a", server.url)
    os.remove(conf)
    for chain in ("x", "y"):
        write("%s/whole/chains/%s.conf" % (folder, chain), CHAIN % "a")
    write(folder + "/whole/conf.d/a.conf", one)
    before = server.count("/jwks")
    run = Run("keys", "-f", folder + "/whole", "--plugin-dir", PLUGINS,
              "--json", "--wait")
    same(["x", "y"], [one["chain"] for one in run.json()["key_sets"]],
         "two chains with the same issuer and URL")
    same(before + 1, server.count("/jwks"), "share one set and one fetch")


def test_unreachable():
    configure(CHAIN % "a" + FETCHED % ("a", "a", server.url))
    server.rule("/jwks", "503")
    run, found = sets("--wait")
    same((4, "none", [], 1), (run.rc, found[0]["source"], found[0]["keys"],
                              found[0]["failures_in_a_row"]),
         "a server that fails: exit status 4")
    ok("answered with status 503" in found[0]["last_error"] and
       server.url in found[0]["last_error"] and
       found[0]["last_error_age_s"] <= 2, "what went wrong, and when",
       found[0])
    server.listen(False)
    run = keys("--wait")
    ok(run.rc == 4 and "last error" in run.out and "refused" in
       run.out.lower() + run.err.lower(), "a server that is gone", run)
    server.listen(True)
    server.rule("/jwks", body={"keys": [dict(good, kid="bad", use="enc")]})
    run, found = sets("--wait")
    same((4, [("bad", False)]),
         (run.rc, [(key["kid"], key["usable"]) for key in found[0]["keys"]]),
         "a set without a usable key: exit status 4")


def test_state():
    state = folder + "/state"
    os.mkdir(state, 0o700)
    configure(CHAIN % "a" + FETCHED % ("a", "a", server.url))
    server.rule("/jwks", body={"keys": [good]})
    run, found = sets("--wait", "--state-dir", state)
    names = os.listdir(state)
    same((0, 1), (run.rc, len(names)), "the state folder gets one file")
    path = state + "/" + names[0]
    same((path, 0o600), (found[0]["last_good"],
                         stat.S_IMODE(os.stat(path).st_mode)),
         "which is named, and for its owner alone")
    server.listen(False)
    _, found = sets("--state-dir", state)
    same(("last-good", ["good"], 0),
         (found[0]["source"], [key["kid"] for key in found[0]["keys"]],
          found[0]["fetches"]), "it is what a host begins with")
    run, found = sets("--wait", "--state-dir", state)
    same((0, "last-good", 1), (run.rc, found[0]["source"],
                               found[0]["failures_in_a_row"]),
         "and keeps while the server is down")
    _, found = sets()
    same((None, "none"), (found[0]["last_good"], found[0]["source"]),
         "without --state-dir nothing is kept and nothing read")
    write(path, "{", 0o600)
    run, found = sets("--state-dir", state)
    ok(found[0]["source"] == "none" and "is not used" in run.err,
       "a damaged file is reported and ignored", run)
    server.listen(True)
    sets("--wait", "--state-dir", state)
    run, found = sets("--state-dir", state)
    same(("last-good", ""), (found[0]["source"], run.err),
         "and mended by the next fetch")
    same([names[0]], os.listdir(state), "no other file is left behind")
    run = keys("--wait", "--state-dir", folder + "/nowhere")
    ok(run.rc == 0 and "can't be written" in run.err,
       "a state folder that is not there is a warning", run)


begin("test-cli-keys")
with Folder() as folder, KeyServer() as server:
    conf = folder + "/t.conf"
    good = public_key("good")
    test_none()
    test_file()
    test_fetched()
    test_shared()
    test_unreachable()
    test_state()
    run = Run("keys", "-f", folder + "/none.conf")
    same(3, run.rc, "no configuration: exit status 3")
done()
