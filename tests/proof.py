# SPDX-License-Identifier: BSD-2-Clause
"""Keys, tokens that are bound to them, and proofs, good and bad ones."""
import base64
import hashlib
import json
import os
import time
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, \
    rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, \
    NoEncryption, PrivateFormat, PublicFormat

import cli
from cli import b64
from e2e import secret

RESOURCE = "https://api.test/mcp"
HMAC_KEY = b"0123456789abcdef0123456789abcdef"
CONFIG = """[chain]
resource = %s
identity = h
challenge = oauth
%%s

[plugin h]
type = hs256
issuer = i
secret = @s
%%s

[plugin oauth]
authorization-servers = https://as.test
forward-metadata = no
%%s

[plugin dpop]
path = %s/plugins/.libs/dpop.so
%%s

[plugin mtls]
path = %s/plugins/.libs/mtls.so
%%s

[plugin scopes]
path = %s/plugins/.libs/scopes.so
rules = "GET /** read"

[secret s]
env = PROOF_SECRET
""" % (RESOURCE, cli.BUILD, cli.BUILD, cli.BUILD)
ENVIRONMENT = {"PROOF_SECRET": HMAC_KEY.decode()}


ABSENT = object()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class Key:
    """A pair; jwk and alg as the client would write them."""

    def __init__(self, kind="P-256"):
        self.kind = kind
        if kind == "RSA":
            self.own = rsa.generate_private_key(65537, 2048)
            numbers = self.own.public_key().public_numbers()
            self.alg = "RS256"
            self.jwk = {"kty": "RSA", "n": number(numbers.n),
                        "e": number(numbers.e)}
            self.half = {"d": number(self.own.private_numbers().d)}
        elif kind == "Ed25519":
            self.own = ed25519.Ed25519PrivateKey.generate()
            self.alg = "EdDSA"
            self.jwk = {"kty": "OKP", "crv": "Ed25519",
                        "x": b64(self.own.public_key().public_bytes(
                            Encoding.Raw, PublicFormat.Raw))}
            self.half = {"d": b64(self.own.private_bytes(
                Encoding.Raw, PrivateFormat.Raw, NoEncryption()))}
        else:
            self.own = ec.generate_private_key(
                ec.SECP256R1() if kind == "P-256" else ec.SECP384R1())
            self.alg = "ES256" if kind == "P-256" else "ES384"
            numbers = self.own.private_numbers()
            size = self.own.key_size // 8
            self.jwk = {"kty": "EC", "crv": kind,
                        "x": number(numbers.public_numbers.x, size),
                        "y": number(numbers.public_numbers.y, size)}
            self.half = {"d": number(numbers.private_value, size)}

    @property
    def thumbprint(self):
        text = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        return digest(text)

    def sign(self, text):
        data = text.encode()
        if self.kind == "RSA":
            return self.own.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if self.kind == "Ed25519":
            return self.own.sign(data)
        r, s = utils.decode_dss_signature(self.own.sign(data, ec.ECDSA(
            hashes.SHA256() if self.kind == "P-256" else hashes.SHA384())))
        size = self.own.key_size // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def digest(data):
    if isinstance(data, str):
        data = data.encode()
    return b64(hashlib.sha256(data).digest())


def token(cnf=ABSENT, **claims):
    """One that the chain's provider takes."""
    now = int(time.time())
    whole = {"iss": "i", "sub": "zoe", "aud": RESOURCE, "iat": now,
             "exp": now + 3000, "jti": str(uuid.uuid4()), "scope": "read"}
    if cnf is not ABSENT:
        whole["cnf"] = cnf
    whole.update(claims)
    return secret(cli.hs256(HMAC_KEY, {"alg": "HS256", "typ": "JWT"}, whole))


def proof(key, bound, header=None, claims=None, by=None, cut=None):
    """A proof for GET https://api.test/mcp; header and claims say what is
    different, ABSENT takes a member away; by is who signs it."""
    head = {"typ": "dpop+jwt", "alg": key.alg, "jwk": key.jwk}
    body = {"jti": str(uuid.uuid4()), "htm": "GET", "htu": RESOURCE,
            "iat": int(time.time()), "ath": digest(bound)}
    for whole, changes in ((head, header), (body, claims)):
        for name, value in (changes or {}).items():
            if value is ABSENT:
                del whole[name]
            else:
                whole[name] = value() if callable(value) else value
    text = b64(json.dumps(head)) + "." + b64(json.dumps(body))
    signature = b64((by or key).sign(text))
    return text + "." + (signature if cut is None else signature[:cut])


def certificate_forms(der):
    """What proxies make of a certificate: RFC 9440 2.1, HAProxy and Caddy,
    nginx."""
    plain = base64.b64encode(der).decode()
    lines = [plain[at:at + 64] for at in range(0, len(plain), 64)]
    pem = "\n".join(["-----BEGIN CERTIFICATE-----", *lines,
                     "-----END CERTIFICATE-----", ""])
    escaped = "".join(
        c if c.isalnum() or c in "-._~" else "%%%02X" % ord(c) for c in pem)
    return {"RFC 9440": ":" + plain + ":", "base64": plain,
            "escaped PEM": escaped}


def configure(where, chain="", provider="", oauth="", dpop="", mtls=""):
    path = os.path.join(where, "t.conf")
    if "deadline" not in chain:
        chain += "\ndeadline = 60s"
    return cli.write(path, CONFIG % (chain, provider, oauth, dpop, mtls))
