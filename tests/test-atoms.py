#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The Atoms chain as `authchain init` writes it: every credential, with the
key server up, down with warm keys and down from the start, under every order
of the identity line.  The answers must not depend on the order."""
import itertools
import re
import subprocess
import time

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, \
    NoEncryption, PrivateFormat, PublicFormat

import cli
from e2e import Checker, Folder, KeyServer, Run, b64, begin, done, mint, ok, \
    same, secret, write

RESOURCE = "https://mcp.example.com/mcp"
ENTRIES = ("internal", "hs256", "authkit")
COLUMNS = ("up", "down, warm", "down, cold")
JWKS = "/oauth2/jwks"
NO_ERROR = 'Bearer scope="openid profile email", resource_metadata="https://' \
    'mcp.example.com/.well-known/oauth-protected-resource/mcp"'
CHALLENGE = NO_ERROR.replace(
    "Bearer ", 'Bearer error="invalid_token", error_description="%s", ')

ALLOW = (200, None)
# What the client is told of a reason, for those that have words of their own.
KEYS = (503, "keys_unavailable")


def no(reason):
    return (401, reason)


# Credential, provider, answer when up, when down and warm, down and cold.
TABLE = [
    ("none", None) + (no("no_credentials"),) * 3,
    ("static, right", "internal") + (ALLOW,) * 3,
    ("static, wrong", "internal") + (no("bad_secret"),) * 3,
    ("static, its beginning", "internal") + (no("bad_secret"),) * 3,
    ("static, without its prefix", None) + (no("unclaimed"),) * 3,
    ("HS256, good", "hs256") + (ALLOW,) * 3,
    ("HS256, bad signature", "hs256") + (no("bad_signature"),) * 3,
    ("HS256, expired", "hs256") + (no("expired"),) * 3,
    ("HS256, wrong audience", "hs256") + (no("wrong_audience"),) * 3,
    ("HS256, alg none", "hs256") + (no("algorithm_not_allowed"),) * 3,
    ("HS256 by the shared secret, AuthKit's issuer", "authkit") +
    (no("algorithm_not_allowed"),) * 3,
    ("HS256 by AuthKit's key as PEM", "authkit") +
    (no("algorithm_not_allowed"),) * 3,
    ("HS256 by AuthKit's key as DER", "authkit") +
    (no("algorithm_not_allowed"),) * 3,
    ("HS256 by AuthKit's modulus", "authkit") +
    (no("algorithm_not_allowed"),) * 3,
    ("HS256 by AuthKit's key as PEM, our issuer", "hs256") +
    (no("bad_signature"),) * 3,
    ("RS256 by AuthKit's key, our issuer", "hs256") +
    (no("algorithm_not_allowed"),) * 3,
    ("AuthKit, good", "authkit", ALLOW, ALLOW, KEYS),
    ("AuthKit, bad signature", "authkit", no("bad_signature"),
     no("bad_signature"), KEYS),
    ("AuthKit, another's signature", "authkit", no("bad_signature"),
     no("bad_signature"), KEYS),
    ("AuthKit, expired", "authkit") + (no("expired"),) * 3,
    ("AuthKit, alg none", "authkit") + (no("algorithm_not_allowed"),) * 3,
    ("AuthKit, wrong audience", "authkit") + (no("wrong_audience"),) * 3,
    ("AuthKit, unknown kid", "authkit", no("unknown_kid"), KEYS, KEYS),
    ("AuthKit, another unknown kid", "authkit", no("unknown_kid"), KEYS,
     KEYS),
    ("AuthKit, unknown kid and expired", "authkit") + (no("expired"),) * 3,
    ("other issuer", None) + (no("unclaimed"),) * 3,
    ("AuthKit's issuer and more", None) + (no("unclaimed"),) * 3,
    ("no issuer", None) + (no("unclaimed"),) * 3,
    ("garbage", None) + (no("unclaimed"),) * 3,
    ("three words", None) + (no("unclaimed"),) * 3,
]


def broken(token):
    """With another signature of the same length."""
    head, signature = token.rsplit(".", 1)
    return secret(head + "." + signature[:30][::-1] + signature[30:])


def by_hand(key, header, issuer, **claims):
    whole = {"iss": issuer, "sub": "mallory", "aud": RESOURCE, "iat": now,
             "exp": now + 300}
    whole.update(claims)
    return secret(cli.hs256(key, header, whole))


def make_key(name):
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                            NoEncryption()).decode()
    for line in pem.splitlines()[1:-1]:
        secret(line)
    return key, write(folder + "/" + name, pem, 0o600)


def jwks_of(path):
    return subprocess.run([cli.PROGRAM, "mint", "--key-file", path, "--jwks"],
                          capture_output=True, check=True).stdout.decode()


def authkit(*more, iss=None, aud=RESOURCE, key=None):
    return mint(key or key_file, "--iss", iss or domain, "--aud", aud,
                "--sub", "user_1", *more)


def internal(*more):
    return mint("@hs256", "-f", conf, "--iss", "atoms-internal", "--sub",
                "job", *more)


def make_tokens():
    public = key.public_key()
    forms = {
        "PEM": public.public_bytes(Encoding.PEM,
                                   PublicFormat.SubjectPublicKeyInfo),
        "DER": public.public_bytes(Encoding.DER,
                                   PublicFormat.SubjectPublicKeyInfo),
        "modulus": public.public_numbers().n.to_bytes(256, "big"),
    }
    kid = cli.parts(authkit())[0]["kid"]
    old = ("--iat", "-1h", "--ttl", "10m")
    good, shared = authkit(), internal("--aud", RESOURCE)
    hs256 = {"alg": "HS256", "typ": "JWT", "kid": kid}
    return {
        "none": "",
        "static, right": static,
        "static, wrong": secret("itk_" + "x" * 22 + static[26:]),
        "static, its beginning": static[:-1],
        "static, without its prefix": static[4:],
        "HS256, good": shared,
        "HS256, bad signature": broken(shared),
        "HS256, expired": internal("--aud", RESOURCE, *old),
        "HS256, wrong audience": internal("--aud", RESOURCE + "/x"),
        "HS256, alg none": b64('{"alg":"none"}') + "." +
        shared.split(".")[1] + ".",
        "HS256 by the shared secret, AuthKit's issuer":
        mint("@hs256", "-f", conf, "--iss", domain, "--aud", RESOURCE,
             "--sub", "admin"),
        "HS256 by AuthKit's key as PEM": by_hand(forms["PEM"], hs256, domain),
        "HS256 by AuthKit's key as DER": by_hand(forms["DER"], hs256, domain),
        "HS256 by AuthKit's modulus": by_hand(forms["modulus"], hs256,
                                              domain),
        "HS256 by AuthKit's key as PEM, our issuer":
        by_hand(forms["PEM"], hs256, "atoms-internal"),
        "RS256 by AuthKit's key, our issuer": authkit(iss="atoms-internal"),
        "AuthKit, good": good,
        "AuthKit, bad signature": broken(good),
        "AuthKit, another's signature": authkit("--kid", kid, key=other_file),
        "AuthKit, expired": authkit(*old),
        "AuthKit, alg none": b64('{"alg":"none","kid":"%s"}' % kid) + "." +
        good.split(".")[1] + ".",
        "AuthKit, wrong audience": authkit(aud=RESOURCE + "/other"),
        "AuthKit, unknown kid": authkit(key=other_file),
        "AuthKit, another unknown kid": authkit("--kid", "k" * 40),
        "AuthKit, unknown kid and expired": authkit(*old, key=other_file),
        "other issuer": authkit(iss="https://other.example.com"),
        "AuthKit's issuer and more": authkit(iss=domain + ".evil.example"),
        "no issuer": mint(key_file, "--aud", RESOURCE, "--sub", "user_1"),
        "garbage": "garbage",
        "three words": "these.are.words",
    }


said = {}  # what a client was told for a reason: the same everywhere


def headers(name, answer):
    """What goes with the status, and nothing else."""
    status, challenge = answer["status"], answer["www_authenticate"]
    if status == 503:
        ok(challenge is None and answer["retry_after"] >= 1,
           name + ": Retry-After and no challenge", answer)
        return
    same(0, answer["retry_after"], name + ": no Retry-After")
    if status == 200:
        same(None, challenge, name + ": no challenge")
    elif answer["reason"] == "no_credentials":
        same(NO_ERROR, challenge, name + ": the challenge without error")
    else:
        found = re.search('error_description="([^"\\\\]+)"', challenge or "")
        words = found.group(1) if found else None
        same(CHALLENGE % words, challenge, name + ": the challenge")
        same(said.setdefault(answer["reason"], words), words,
             name + ": the words for " + answer["reason"])


def check_column(host, order, at):
    for row in TABLE:
        name, provider = row[:2]
        status, reason = row[2 + at]
        full = "%s; %s; %s" % (", ".join(order), COLUMNS[at], name)
        before = server.count(JWKS)
        answer = host.ask(tokens[name])
        fetched = server.count(JWKS) - before
        same((status, reason, provider),
             (answer["status"], answer["reason"], answer["provider"]), full)
        same((status == 200, status == 200),
             (answer["verdict"] == "allow", answer["subject"] is not None),
             full + ": an identity goes with allow")
        headers(full, answer)
        causes = 1 if row[2] in (no("unknown_kid"), no("bad_signature")) \
            and provider == "authkit" else 0
        ok(fetched <= causes, full + ": fetches %d" % fetched, fetched)
    if at == 0:
        ok(server.count(JWKS) <= 1, ", ".join(order) +
           "; up: one fetch at most, all in all", server.count(JWKS))


def check_order(order):
    text = re.sub("(?m)^identity = .*$", "identity = " + ", ".join(order),
                  written)
    # A machine that is busy answers late.
    text = text.replace("\ndeadline = 2s\n", "\ndeadline = 30s\n")
    write(conf + "/chains/atoms.conf", text)
    server.ask("POST", "/_reset")
    server.rule(JWKS, body=jwks)
    with Checker(conf, "atoms") as up, Checker(conf, "atoms") as warm:
        for host in (up, warm):
            same("allow", host.ask(tokens["AuthKit, good"])["verdict"],
                 "it is warm")
        server.ask("POST", "/_reset")
        server.rule(JWKS, body=jwks)
        check_column(up, order, 0)
        server.listen(False)
        check_column(warm, order, 1)
        ok(warm.reload(), "a reload while the key server is down")
        same("allow", warm.ask(tokens["AuthKit, good"])["verdict"],
             "and the keys are still warm")
    with Checker(conf, "atoms") as cold:
        check_column(cold, order, 2)


begin("test-atoms")
now = int(time.time())
with Folder() as folder, KeyServer() as server:
    conf, domain = folder + "/conf", server.url
    init = Run("init", "atoms", conf, "--domain", domain, "--resource",
               RESOURCE)
    same(0, init.rc, "authchain init atoms")
    same(0, Run("check-config", "-f", conf, "--plugin-dir", cli.PLUGINS).rc,
         "what it writes is good")
    with open(conf + "/internal.token", encoding="ascii") as source:
        static = secret(source.read().strip())
    with open(conf + "/hs256.keys", encoding="ascii") as source:
        secret(source.read().strip())
    with open(conf + "/chains/atoms.conf", encoding="utf-8") as source:
        written = source.read()
    key, key_file = make_key("authkit.pem")
    other, other_file = make_key("other.pem")
    jwks = jwks_of(key_file)
    tokens = make_tokens()
    same(set(tokens), {row[0] for row in TABLE}, "every row has a token")
    for line in itertools.permutations(ENTRIES):
        check_order(line)
done()
