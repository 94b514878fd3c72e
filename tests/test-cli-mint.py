#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchain mint and inspect: what is signed verifies elsewhere, what is shown
is what was signed, and faults have names."""
import hashlib
import hmac
import json
import os
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, \
    rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, \
    NoEncryption, PrivateFormat

from cli import Folder, Run, b64, done, hs256, ok, parts, same, secrets, \
    unb64, write

SECRET = "0123456789abcdefghijklmnopqrstuv-and-more"
secrets.append(SECRET.encode())
NOW = int(time.time())


def mint(*args):
    return Run("mint", "--key-file", key, *args)


def claims_of(*args):
    run = mint(*args)
    return parts(run.out)[1] if run.rc == 0 else {"failed": run.err}


def pem(private):
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                                 NoEncryption()).decode()


def check_hmac():
    run = mint("--sub", "alice", "--iss", "me", "--aud", "there")
    same((0, ""), (run.rc, run.err), "mint succeeds and says nothing")
    same(1, run.out.count("\n"), "it prints one line")
    same({"alg": "HS256", "typ": "JWT"}, parts(run.out)[0],
         "the header is plain")
    for alg, hash in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384),
                      ("HS512", hashlib.sha512)):
        path = write(os.path.join(folder, "long"), SECRET * 2, 0o600)
        token = Run("mint", "--key-file", path, "--alg", alg).out.strip()
        text, signature = token.rsplit(".", 1)
        same(b64(hmac.new(SECRET.encode() * 2, text.encode(), hash).digest()),
             signature, alg + " verifies elsewhere")
    same("at+jwt", parts(mint("--typ", "at+jwt").out)[0]["typ"], "--typ")
    same("k1", parts(mint("--kid", "k1").out)[0]["kid"], "--kid")
    run = mint("--json")
    same(["token", "alg", "kid", "issued", "expires"], list(run.json()),
         "the members of the JSON")
    same(None, run.json()["kid"], "an HMAC secret has no kid")


def check_claims():
    claims = claims_of("--sub", "alice", "--iss", "me", "--aud", "there")
    same({"iss", "sub", "aud", "iat", "exp", "jti"}, set(claims),
         "a token has iat, exp and jti without being told")
    ok(abs(claims["iat"] - NOW) < 60, "iat is now", claims)
    same(900, claims["exp"] - claims["iat"], "it lives for 15 minutes")
    same("there", claims["aud"], "one audience is a string")
    same(16, len(unb64(claims["jti"])), "the jti has 128 bits")
    ok(claims["jti"] != claims_of()["jti"], "and is another one each time")
    same(["a", "b"], claims_of("--aud", "a", "--aud", "b")["aud"],
         "two audiences are a list")
    same(5, (lambda c: c["exp"] - c["iat"])(claims_of("--ttl", "5s")),
         "--ttl")
    same("x", claims_of("--jti", "x")["jti"], "--jti")
    ok("jti" not in claims_of("--no-jti"), "--no-jti")
    ok("sub" not in claims_of(), "nothing else is made up")
    same("a b", claims_of("--scope", "a b")["scope"], "--scope")
    early = claims_of("--iat", "-10m")
    ok(abs(early["iat"] - (NOW - 600)) < 60 and
       early["exp"] - early["iat"] == 900, "--iat -10m moves exp along")
    ok(abs(claims_of("--iat", "+10m")["iat"] - (NOW + 600)) < 60, "--iat +10m")
    ok(abs(claims_of("--not-before", "1h")["nbf"] - (NOW + 3600)) < 60,
       "--not-before")
    for text, wanted in (("hello", "hello"), ("1", 1), ("1.5", 1.5),
                         ("true", True), ("null", None), ("", ""),
                         ('"1"', "1"), ('["a",1]', ["a", 1]),
                         ('{"a":{"b":[]}}', {"a": {"b": []}}),
                         ("007", "007"), ("1,2", "1,2"), ("a=b", "a=b"),
                         ('1,"x":2', '1,"x":2'), ('{"a":1,"a":2}',
                                                  '{"a":1,"a":2}'),
                         ("gr\u00fc\u00df", "gr\u00fc\u00df")):
        same(wanted, claims_of("--claim", "v=" + text).get("v", "absent"),
             "--claim v=" + text)


# Name, arguments, exit status, what standard error says.
REFUSED = [
    ("no lifetime", ["--ttl", "0"], 2, "no lifetime"),
    ("less than a second", ["--ttl", "500ms"], 2, "no lifetime"),
    ("a bare number", ["--ttl", "15"], 2, "no lifetime"),
    ("beyond the year 9999", ["--ttl", "99999999d"], 2, ""),
    ("before 1970", ["--iat", "-40000d"], 2, "outside the years"),
    ("an offset that is none", ["--iat", "then"], 2, "no offset"),
    ("--jti with --no-jti", ["--jti", "x", "--no-jti"], 2, "contradict"),
    ("a claim without a value", ["--claim", "x"], 2, "NAME=VALUE"),
    ("a claim without a name", ["--claim", "=x"], 2, "NAME=VALUE"),
    ("a claim given twice", ["--claim", "a=1", "--claim", "a=2"], 2, "twice"),
    ("sub given in two ways", ["--sub", "a", "--claim", "sub=b"], 2, "twice"),
    ("exp as a claim", ["--claim", "exp=1"], 2, "twice"),
    ("none", ["--alg", "none"], 2, "unknown algorithm"),
    ("hs256 in small letters", ["--alg", "hs256"], 2, "unknown algorithm"),
    ("an algorithm of another key", ["--alg", "RS256"], 3, "may not sign"),
    ("a secret too short for HS512", ["--alg", "HS512"], 3, "may not sign"),
    ("the public half of a secret", ["--jwks"], 3, "no public half"),
    ("a token longer than any verifier takes",
     ["--claim", "x=" + "y" * 13000], 2, "longer than"),
]


def check_refusals():
    for name, args, rc, text in REFUSED:
        run = mint(*args)
        ok(run.rc == rc and text in run.err and run.out == "",
           "refused: " + name, run)
    for name, text, mode, wanted in [
            ("a key file that others may read", SECRET, 0o644, "chmod 600"),
            ("an empty key file", "", 0o600, "empty"),
            ("a line end alone", "\n", 0o600, "empty"),
            ("two lines", SECRET + "\n" + SECRET + "\n", 0o600,
             "several lines"),
            ("bytes that are no text", SECRET + "\1", 0o600, "no text"),
            ("a short secret", "short", 0o600, "32 bytes"),
            ("31 bytes", "x" * 31, 0o600, "32 bytes"),
            ("a JWK that is none", '{"kty":"oct"}', 0o600, ""),
            ("PEM that is none", "-----BEGIN PRIVATE KEY-----\nAAAA\n"
             "-----END PRIVATE KEY-----\n", 0o600, "")]:
        path = write(os.path.join(folder, "bad"), text, mode)
        run = Run("mint", "--key-file", path)
        ok(run.rc in (2, 3) and wanted in run.err and run.out == "",
           "refused: " + name, run)
    ok(Run("mint", "--key-file", folder + "/none").rc == 3,
       "refused: no such file")
    same(0, Run("mint", "--key-file", write(os.path.join(folder, "k32"),
         "x" * 32, 0o600)).rc, "32 bytes are enough")
    for end in ("\n", "\r\n", ""):
        path = write(os.path.join(folder, "end"), SECRET + end, 0o600)
        token = Run("mint", "--key-file", path, "--no-jti").out
        header, claims, signature = parts(token)
        same(hmac.new(SECRET.encode(), token.rsplit(".", 1)[0].encode(),
                      hashlib.sha256).digest(), signature,
             "a line end %r is not part of the secret" % end)


def check_pairs():
    rsa_key = rsa.generate_private_key(65537, 2048)
    p256 = ec.generate_private_key(ec.SECP256R1())
    p384 = ec.generate_private_key(ec.SECP384R1())
    ed = ed25519.Ed25519PrivateKey.generate()
    for private, alg, kty in ((rsa_key, "RS256", "RSA"), (p256, "ES256", "EC"),
                              (p384, "ES384", "EC"), (ed, "EdDSA", "OKP")):
        path = write(os.path.join(folder, "pair"), pem(private), 0o600)
        run = Run("mint", "--key-file", path, "--sub", "alice", "--json")
        token = run.json().get("token", "..")
        header, _, signature = parts(token)
        same((alg, alg), (header["alg"], run.json()["alg"]),
             alg + " is what the key serves")
        text = token.rsplit(".", 1)[0].encode()
        public = private.public_key()
        try:
            if kty == "RSA":
                public.verify(signature, text, padding.PKCS1v15(),
                              hashes.SHA256())
            elif kty == "EC":
                half = len(signature) // 2
                public.verify(utils.encode_dss_signature(
                    int.from_bytes(signature[:half], "big"),
                    int.from_bytes(signature[half:], "big")), text,
                    ec.ECDSA(hashes.SHA256() if alg == "ES256"
                             else hashes.SHA384()))
            else:
                public.verify(signature, text)
            fine = True
        except Exception as problem:
            fine = repr(problem)
        same(True, fine, alg + " verifies elsewhere")
        keys = Run("mint", "--key-file", path, "--jwks").json()["keys"]
        same(1, len(keys), alg + ": --jwks has one key")
        same((kty, header["kid"]), (keys[0]["kty"], keys[0]["kid"]),
             alg + ": with the kid of the tokens")
        ok(not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(keys[0]),
           alg + ": and nothing private")
        same(keys[0], Run("mint", "--key-file", path, "--public-jwk").json(),
             alg + ": --public-jwk is that key")
        same("mine", parts(Run("mint", "--key-file", path, "--kid",
             "mine").out)[0]["kid"], alg + ": --kid wins")
        required = {k: v for k, v in keys[0].items()
                    if k in ("crv", "e", "kty", "n", "x", "y")}
        same(b64(hashlib.sha256(json.dumps(
            required, sort_keys=True, separators=(",", ":")).encode()
        ).digest()), header["kid"], alg + ": the kid is the thumbprint")
    path = write(os.path.join(folder, "pair"), pem(rsa_key), 0o600)
    same("PS256", parts(Run("mint", "--key-file", path, "--alg",
         "PS256").out)[0]["alg"], "an RSA key serves PS256 as well")
    jwk = {"kty": "oct", "k": b64(SECRET), "kid": "of-the-jwk"}
    path = write(os.path.join(folder, "jwk"), json.dumps(jwk), 0o600)
    same("of-the-jwk", parts(Run("mint", "--key-file",
         path).out)[0].get("kid"), "a JWK brings its kid along")
    write(path, json.dumps(dict(jwk, alg="HS384")), 0o600)
    same(3, Run("mint", "--key-file", path, "--alg", "HS256").rc,
         "and its alg is obeyed")
    public = Run("mint", "--key-file", write(os.path.join(folder, "pair"),
                 pem(p256), 0o600), "--public-jwk").out
    write(path, public, 0o600)
    run = Run("mint", "--key-file", path)
    ok(run.rc == 3 and "private" in run.err, "refused: a public key", run)


# Name, text, what standard error says.
MALFORMED = [
    ("nothing", "", "three segments"),
    ("a word", "opaque", "three segments"),
    ("two segments", "eyJhbGciOiJIUzI1NiJ9.e30", "three segments"),
    ("four segments", "a.b.c.d", "three segments"),
    ("an encrypted token", "a.b.c.d.e", "encrypted"),
    ("padding", b64('{"alg":"HS256"}') + "=.e30.AAAA", "base64url"),
    ("a header that is no JSON", b64("{alg}") + ".e30.AAAA", ""),
    ("a header that is a list", b64("[]") + ".e30.AAAA", "object"),
    ("members twice", b64('{"alg":"HS256","alg":"none"}') + ".e30.AAAA", ""),
    ("claims that are a list", b64('{"alg":"HS256"}') + "." + b64("[]") +
     ".AAAA", "payload"),
    ("claims with a member twice", b64('{"alg":"HS256"}') + "." +
     b64('{"sub":"a","sub":"b"}') + ".AAAA", "payload"),
    ("a token with a space in front", " " + b64('{"alg":"HS256"}') +
     ".e30.AAAA", "base64url"),
    ("a token with two line ends", b64('{"alg":"HS256"}') + ".e30.AAAA\n\n",
     "base64url"),
    ("the scheme in front", "Bearer " + b64('{"alg":"HS256"}') + ".e30.AAAA",
     "base64url"),
    ("16 KiB and a byte", b64('{"alg":"HS256"}') + "." + "A" * 16384 + ".AAAA",
     ""),
]


def check_inspect():
    token = hs256(b"k" * 32, {"alg": "HS256", "kid": "k\u001b[31m1"},
                  {"sub": "a\u001b[2Jb\u202e", "exp": NOW + 3600, "iat": NOW,
                   "n": 12345678901234567, "deep": {"a": [1, None]}})
    signature = token.rsplit(".", 1)[1]
    secrets.append(signature.encode())
    run = Run("inspect", stdin=token)
    ok(run.rc == 0 and run.out.startswith("unverified"),
       "says at once that nothing is verified", run)
    ok("\033" not in run.out and "\u202e" not in run.out,
       "nothing of a token reaches the terminal raw", run)
    ok("HS256" in run.out and "12345678901234567" in run.out and
       time.strftime("%Y-%m-%dT", time.gmtime(NOW + 3600)) in run.out,
       "shows header, claims and dates", run)
    for end in ("\n", "\r\n"):
        same(0, Run("inspect", stdin=token + end).rc,
             "a line end %r belongs to the line" % end)
    same(0, Run("inspect", "--unverified", stdin=token).rc, "--unverified")
    run = Run("inspect", "--json", stdin=token)
    same(["verified", "header", "claims", "dates", "signature_bytes",
          "fault"], list(run.json()), "the members of the JSON")
    same(1, run.out.count("\n"), "one line")
    same((False, 32, None), tuple(run.json()[k] for k in (
        "verified", "signature_bytes", "fault")), "and their values")
    same({"a": [1, None]}, run.json()["claims"]["deep"], "claims as they are")
    same(sorted(["exp", "iat"]), sorted(run.json()["dates"]), "dates")
    for name, text, wanted in MALFORMED:
        run = Run("inspect", stdin=text)
        ok(run.rc == 1 and "malformed_token" in run.err and wanted in run.err,
           "malformed: " + name, run)
        run = Run("inspect", "--json", stdin=text)
        ok(run.rc == 1 and run.json().get("fault", {}).get("reason") ==
           "malformed_token" and run.json().get("verified") is False and
           len(run.json()) == 6, "malformed as JSON: " + name, run)
    for exp in ("soon", -5, 1e300, True, [1], 253402300800):
        run = Run("inspect", stdin=hs256(b"k" * 32, {"alg": "HS256"},
                                         {"exp": exp}))
        same(0, run.rc, "an exp of %r is shown" % (exp,))


with Folder() as folder:
    key = write(os.path.join(folder, "key"), SECRET + "\n", 0o600)
    check_hmac()
    check_claims()
    check_refusals()
    check_pairs()
    check_inspect()
done()
