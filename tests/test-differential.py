#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Mutated tokens, judged by the strict reference of tests/cases and by the
engine with real parts: they must agree on each of them.

Some thousand in each run; a million with AUTHCHAIN_FULL=1, or as many as
AUTHCHAIN_DIFFERENTIAL says.  AUTHCHAIN_FUZZ_SEED chooses others.  What the two
are meant to judge differently is in MEANT, with its reason."""
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.environ.get("abs_top_srcdir", "."),
                                "tests", "cases"))
# pylint: disable=wrong-import-position
import ref

BUILD = os.environ.get("abs_top_builddir", ".")
CHECKER = os.path.join(BUILD, "tests", "checker")
PLUGINS = os.path.join(BUILD, "providers", ".libs")
COUNT = int(os.environ.get("AUTHCHAIN_DIFFERENTIAL") or
            (1000000 if os.environ.get("AUTHCHAIN_FULL") else 5000))
SEED = int(os.environ.get("AUTHCHAIN_FUZZ_SEED") or 1)
BATCH = 500
LIST = "RS256, PS256, ES256, ES384, EdDSA"
chance = random.Random(SEED)

CONFIG = """[chain]
identity = own, other
deadline = 60s

[plugin own]
type = hs256
issuer = own
audience = authchain-test
secret = @own
algorithms = HS256, HS384
required-claims = sub

[plugin other]
type = jwks
issuer = https://issuer.test
audience = authchain-test
jwks-file = %s
algorithms = %s

[secret own]
file = %s
encoding = base64url
purpose = internal
"""


class AnyText:
    """Equal to each text: hs256 does not look at kid."""

    def __eq__(self, other):
        return isinstance(other, str)

    def __hash__(self):
        return 0


# -- what both get

with open(ref.KEYS, encoding="utf-8") as keys_file:
    KEYS = json.load(keys_file)["keys"]
PUBLIC = [ref.pub(KEYS[name]) for name in ("rsaA", "ecA", "ec384", "edA")]
OWN = dict(KEYS["hs64"], kid=AnyText())
SIGNERS = [("RS256", "rsaA"), ("PS256", "rsaA"), ("ES256", "ecA"),
           ("ES384", "ec384"), ("EdDSA", "edA"), ("RS256", "rsaB"),
           ("ES256", "ecB"), ("RS256", "atkRSA")]
NOW = int(time.time())
LATER, EARLIER = NOW + 864000, NOW - 864000 # farther than a run is long

VALUES = [
    None, True, False, 0, 1, -1, "", "a", "alice", "own", "authchain-test",
    "https://issuer.test", "https://issuer.test/", ["authchain-test"],
    ["a", "authchain-test"], ["authchain-test", 1], [], {}, {"a": 1}, [[]],
    LATER, EARLIER, LATER + 0.5, EARLIER - 0.5, 1e300, 2**53, 2**63 - 1,
    -2**63, str(LATER), 253402300799, 253402300800, "a" * 255, "a" * 256,
    "\n", "\x7f", "\u00e9", "\U0001f600", "x\u0000y"]
NAMES = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "x", "",
         "Exp", "\u00e9xp"]
HEADERS = {
    "alg": ["HS256", "HS384", "HS512", "RS256", "none", "None", "hs256", "",
            None, 1, ["HS256"], "ES256", "EdDSA", "HS256 "],
    "typ": ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "JOSE",
            "", None, 1, "application/JWT", "JWT "],
    "kid": ["a", "", None, 1, "rsa-a", "ec-a", "x" * 256, "x" * 257, "../a",
            "' OR 1=1 --"],
    "crit": [["exp"], [], None, "exp"], "b64": [False, True], "zip": ["DEF"],
    "enc": ["A128GCM"], "jku": ["https://evil.test/"], "jwk": [{}],
    "x": [1], "cty": ["JWT"]}
PIECES = ['"', "\\", "{", "}", "[", "]", ",", ":", " ", "\t", "\n", "0", "-",
          "1e400", "1e-400", "NaN", "Infinity", "\\u0000", "\\ud800",
          "\\ud83d\\ude00", "\\x", "null", "tru", '"exp":1,', '"sub":"b",',
          "\ufeff", "\u00e9", "01", "1.", ".5", "+1", "/**/", "'"]


# -- the mutator

def changed(text):
    """A text after one accident."""
    at = chance.randrange(len(text) + 1)
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1:]
    if kind == 1:
        return text[:at] + chance.choice(PIECES) + text[at:]
    if kind == 2:
        end = min(len(text), at + chance.randrange(1, 20))
        return text[:at] + text[at:end] * 2 + text[end:]
    return text[:at] + chr(chance.randrange(32, 127)) + text[at + 1:]


def objects(header, claims):
    for _ in range(chance.choice((0, 0, 1, 1, 1, 2))):
        if chance.randrange(3) == 0:
            name = chance.choice(list(HEADERS))
            header[name] = chance.choice(HEADERS[name])
        elif chance.randrange(6) == 0 and claims:
            del claims[chance.choice(list(claims))]
        else:
            claims[chance.choice(NAMES)] = chance.choice(VALUES)


def texts(header, claims):
    objects(header, claims)
    out = []
    for part in (header, claims):
        text = json.dumps(part, separators=(",", ":"),
                          ensure_ascii=chance.randrange(2) == 0)
        out.append(text)
    if chance.randrange(4) == 0:
        at = chance.randrange(2)
        out[at] = changed(out[at])
    return [text.encode("utf-8", "surrogatepass") for text in out]


def payload(issuer):
    claims = {"iss": issuer, "sub": "alice", "aud": "authchain-test",
              "exp": LATER, "iat": NOW - 10}
    if chance.randrange(4) == 0:
        claims["nbf"] = NOW - 5
    return claims


def own_token():
    """Signed after the change: past the signature."""
    alg = chance.choice(("HS256", "HS256", "HS256", "HS384"))
    header = {"alg": alg, "typ": "JWT"}
    parts = texts(header, payload("own"))
    message = ".".join(ref.b64u(part) for part in parts)
    key = KEYS["hs_other"] if chance.randrange(40) == 0 else OWN
    if header.get("alg") in ("HS256", "HS384", "HS512"):
        alg = header["alg"]
    return message + "." + ref.b64u(ref.sign(alg, key, message.encode(),
                                             KEYS))


def signed():
    """Tokens with public keys, made once: signing is slow."""
    made = []
    for alg, name in SIGNERS:
        for kid in (KEYS[name]["kid"], None, "unknown"):
            header = {"alg": alg, "typ": "JWT"}
            if kid is not None:
                header["kid"] = kid
            for claims in (payload("https://issuer.test"),
                           dict(payload("https://issuer.test"), sub=1)):
                message = ".".join(
                    ref.b64u(json.dumps(part).encode())
                    for part in (header, claims))
                made.append(message + "." + ref.b64u(ref.sign(
                    alg, KEYS[name], message.encode(), KEYS)))
    return made


ALPHABET = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            "0123456789-_")


def accident(token):
    """A signed token, changed after the fact."""
    kind = chance.randrange(8)
    at = chance.randrange(len(token))
    parts = token.split(".")
    if kind == 0:
        return token
    if kind == 1:
        return token[:at] + chance.choice(ALPHABET) + token[at + 1:]
    if kind == 2:
        return token[:at] + token[at + 1:]
    if kind == 3:
        return token[:at] + chance.choice(ALPHABET + "=.+/ %") + token[at:]
    if kind == 4 and len(parts) == 3: # unused bits of a last character
        which = chance.randrange(3)
        if parts[which]:
            parts[which] = parts[which][:-1] + chance.choice(ALPHABET)
        return ".".join(parts)
    if kind == 5 and len(parts) == 3:
        raw = bytearray(ref.unb(parts[2]))
        edit = chance.randrange(5)
        if edit == 0 and raw:
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        elif edit == 1:
            raw = b"\0" + raw
        elif edit == 2:
            raw = raw + b"\0"
        elif edit == 3:
            raw = bytes(len(raw))
        else:
            raw = raw[:-1]
        return ".".join(parts[:2] + [ref.b64u(bytes(raw))])
    if kind == 6:
        other = chance.choice(ready).split(".")
        which = chance.randrange(3)
        if len(parts) == 3:
            parts[which] = other[which]
        return ".".join(parts)
    return changed(token).replace("\n", "")


# -- the two judges

def part(token, which):
    try:
        return ref.jload(ref.sb(token.split(".")[which]))
    except (ref.Bad, IndexError, ValueError):
        return {}


# Refused by us and not by the reference; never the other way round.
MEANT = [
    ("a subject is bounded in bytes, the reference counts characters",
     lambda header, claims: isinstance(claims.get("sub"), str) and
     len(claims["sub"].encode("utf-8", "surrogatepass")) > 255),
    ("cnf: a token that is bound to a key is no bearer token (RFC 7800)",
     lambda header, claims: "cnf" in claims),
    ("an \"application/\" before typ is left out once (RFC 7515 4.1.9)",
     lambda header, claims: str(header.get("typ")).lower().count(
         "application/") > 1),
    ("typ and kid are texts (RFC 7515 4.1.4, 4.1.9); to the reference null "
     "is absent",
     lambda header, claims: any(name in header and header[name] is None
                                for name in ("typ", "kid"))),
]


def is_meant(token):
    header, claims = part(token, 0), part(token, 1)
    return any(is_it(header, claims) for _, is_it in MEANT)


def reference(token):
    for keys, algs, issuer in (([OWN], ("HS256", "HS384"), "own"),
                               (PUBLIC, LIST.split(", "),
                                "https://issuer.test")):
        try:
            ref.verify(token, keys, algs, iss=issuer)
            return True
        except (ref.Bad, ref.InvalidSignature):
            continue
    return False


def engine(process, tokens):
    """All at once; written by a thread, lest both wait for each other."""
    text = "".join(token + "\n" for token in tokens).encode()

    def write():
        process.stdin.write(text)
        process.stdin.flush()

    writer = threading.Thread(target=write)
    writer.start()
    answers = [json.loads(process.stdout.readline()) for _ in tokens]
    writer.join()
    return answers


def tokens_of(count):
    out = []
    while len(out) < count:
        token = own_token()
        if chance.randrange(8) == 0:
            token = accident(token)
        elif chance.randrange(6) == 0:
            token = accident(chance.choice(ready))
        if token and "\n" not in token and not token.startswith("!"):
            out.append(token)
    return out


def compare(token, answer, counts):
    theirs = reference(token)
    ours = answer["verdict"] == "allow"
    if ours == theirs:
        counts["accepted" if ours else "refused"] += 1
    elif not ours and is_meant(token):
        counts["meant"] += 1
    else:
        counts["differ"] += 1
        if counts["differ"] <= 5:
            print("# reference: %s; engine: %s, %s, %s\n# %s" % (
                "accept" if theirs else "reject", answer["verdict"],
                answer["reason"], answer["detail"], token))


def run(folder):
    paths = {}
    for name, text in (("keys", json.dumps({"keys": PUBLIC})),
                       ("own", KEYS["hs64"]["k"])):
        paths[name] = os.path.join(folder, name)
        with open(paths[name], "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(paths[name], 0o600)
    config = os.path.join(folder, "t.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG % (paths["keys"], LIST, paths["own"]))
    counts = {"accepted": 0, "refused": 0, "meant": 0, "differ": 0}
    with subprocess.Popen([CHECKER, config, "t", PLUGINS],
                          stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        if process.stdout.readline() != b"ready\n":
            print("Bail out! the checker does not start")
            sys.exit(99)
        done = 0
        while done < COUNT:
            tokens = tokens_of(min(BATCH, COUNT - done))
            for token, answer in zip(tokens, engine(process, tokens)):
                compare(token, answer, counts)
            done += len(tokens)
        process.stdin.close()
    return counts


ready = signed()
with tempfile.TemporaryDirectory() as work:
    found = run(work)
print("%sok 1 - the engine and the reference agree" % (
    "not " if found["differ"] else ""))
print("%sok 2 - on acceptances and on refusals, many of each" % (
    "" if min(found["accepted"], found["refused"]) > COUNT // 20 else "not "))
print("# %d tokens: %d accepted, %d refused, %d judged differently as meant, "
      "%d as not" % (COUNT, found["accepted"], found["refused"],
                     found["meant"], found["differ"]))
print("1..2")
