#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tokens that are bound to a client's certificate (RFC 8705), through
authchaind: the header of each proxy, and from whom it is believed."""
import base64
import datetime
import re

from authchaind import Daemon
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from e2e import Folder, begin, done, ok, same
from proof import ENVIRONMENT, Key, certificate_forms, configure, digest, \
    proof, token

FORWARD = "/authz/forward-auth/t"
BOUND = "bound = confirm"
CHAIN = "map = mtls\nauthorize = scopes"
PLACE = ("X-Forwarded-Method: GET", "X-Forwarded-Uri: /mcp")


def certificate(name):
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2026, 1, 1)
    return x509.CertificateBuilder().subject_name(whose).issuer_name(
        whose).public_key(key.public_key()).serial_number(7).not_valid_before(
            start).not_valid_after(start + datetime.timedelta(days=9)).sign(
                key, hashes.SHA256()).public_bytes(Encoding.DER)


OURS, OTHERS = certificate("ours"), certificate("others")
FORMS = certificate_forms(OURS)
PLAIN = FORMS["base64"]


def ask(daemon, bound, *values, header="Client-Cert", scheme="Bearer",
        **more):
    return daemon.ask(FORWARD, "Authorization: %s %s" % (scheme, bound),
                      *("%s: %s" % (header, value) for value in values),
                      *PLACE, **more)


def bond(der=OURS):
    return {"x5t#S256": digest(der)}


def test_forms(daemon):
    bound = token(bond())
    for name, value in FORMS.items():
        same(200, ask(daemon, bound, value).status, "taken: " + name)
    for name, value in certificate_forms(OTHERS).items():
        answer = ask(daemon, bound, value)
        same((401, True), (answer.status, 'error="invalid_token"' in
                           answer.one("WWW-Authenticate")),
             "refused: another certificate as " + name)
    escaped = FORMS["escaped PEM"]
    chain = certificate_forms(OTHERS)["escaped PEM"]
    for name, values in (
            ("no header", ()), ("an empty one", ("",)), ("two", (PLAIN,) * 2),
            ("two in one", (PLAIN + ", " + PLAIN,)),
            ("two in one PEM", (escaped + chain,)),
            ("ours behind another", (chain + escaped,)),
            ("a colon missing", (":" + PLAIN,)),
            ("the other colon missing", (PLAIN + ":",)),
            ("colons alone", ("::",)), ("a colon too many",
                                        ("::" + PLAIN + ":",)),
            ("a certificate cut", (PLAIN[:-8],)),
            ("a certificate and more", (base64.b64encode(
                OURS + b"x").decode(),)),
            ("no padding", (PLAIN.rstrip("=") + "A",)),
            ("its thumbprint", (digest(OURS),)),
            ("a literal of a proxy", ("{http.request.tls.client}",)),
            ("a PEM that is not ended", (escaped[:-8],)),
            ("a broken escape", (escaped[:-3] + "%",)),
            ("another kind of PEM", (escaped.replace("CERTIFICATE",
                                                     "PUBLIC%20KEY"),)),
            ("something too long", ("A" * 16388,))):
        same(401, ask(daemon, bound, *values).status, "refused: " + name)
    same(401, ask(daemon, bound, PLAIN, header="X-Client-Cert").status,
         "refused: another header")


def test_peers(daemon):
    bound = token(bond())
    same(401, ask(daemon, bound, PLAIN, address=daemon.tcp).status,
         "refused: the header of who is no proxy")
    same(200, ask(daemon, token(), "nonsense").status,
         "nonsense in it does no harm to other tokens")
    same(401, daemon.ask(FORWARD, "Authorization: Bearer " + bound,
                         "X-Forwarded-Method: GET", "Client-Cert_: " + PLAIN,
                         "Client_Cert: " + PLAIN, *PLACE[1:]).status,
         "refused: names that some servers take for it")


def test_bonds(daemon):
    key = Key()
    for name, cnf in (
            ("a number", {"x5t#S256": 1}), ("null", {"x5t#S256": None}),
            ("empty", {"x5t#S256": ""}),
            ("a part of it", {"x5t#S256": digest(OURS)[:42]}),
            ("it and more", {"x5t#S256": digest(OURS) + "A"}),
            ("in hexadecimal", {"x5t#S256": "ab" * 32}),
            ("of another name", {"x5t": digest(OURS)}),
            ("of another spelling", {"x5t#s256": digest(OURS)}),
            ("a key as well", {**bond(), "jkt": key.thumbprint}),
            ("a key", {"jkt": digest(OURS)}),
            ("nothing", {})):
        same(401, ask(daemon, token(cnf), PLAIN).status,
             "refused: the bond is " + name)
    same(401, ask(daemon, token(bond()), PLAIN, scheme="DPoP").status,
         "refused: the scheme DPoP, of which nobody knows")
    bound = token(bond())
    for turn in range(3):
        same([200, 401, 401],
             [ask(daemon, bound, PLAIN).status, ask(daemon, bound).status,
              ask(daemon, bound, base64.b64encode(OTHERS).decode()).status],
             "a token that is known, turn %d: the certificate counts" % turn)
    challenge = ask(daemon, bound).one("WWW-Authenticate")
    ok(challenge.startswith("Bearer error") and "DPoP" not in challenge,
       "the challenge is for Bearer alone")


def test_options(where):
    config = configure(where, provider=BOUND, chain=CHAIN,
                       mtls="header = X-Cert\nrequired = yes")
    with Daemon(config, "--trusted-proxy", "127.0.0.1",
                env=ENVIRONMENT) as daemon:
        bound = token(bond())
        same([200, 401], [ask(daemon, bound, PLAIN, header=name).status
                          for name in ("X-Cert", "Client-Cert")],
             "a header of another name")
        same(200, ask(daemon, bound, PLAIN, header="x-cert",
                      address=daemon.tcp).status,
             "from a proxy that is trusted")
        same(401, ask(daemon, token(), PLAIN, header="X-Cert").status,
             "required: no token without a certificate")


def test_both(where):
    """A token that is bound to both needs both."""
    key = Key()
    config = configure(where, provider=BOUND,
                       chain="map = mtls, dpop\nauthorize = scopes")
    with Daemon(config, env=ENVIRONMENT) as daemon:
        both = token({**bond(), "jkt": key.thumbprint})
        place = PLACE + ("DPoP: " + proof(key, both),)
        answers = [daemon.ask(FORWARD, "Authorization: %s %s" % (scheme,
                                                                 both),
                              *place, *more).status
                   for scheme in ("Bearer", "DPoP")
                   for more in ((), ("Client-Cert: " + PLAIN,))]
        same([401, 401, 401, 200], answers,
             "a token that is bound to both needs both, and the scheme DPoP")
        bound = token(bond())
        same([200, 401], [ask(daemon, bound, PLAIN, scheme=scheme).status
                          for scheme in ("Bearer", "DPoP")],
             "a certificate alone, beside dpop, is for Bearer")
        line = ask(daemon, bound).one("WWW-Authenticate")
        ok(re.match('Bearer error="invalid_token".*, DPoP algs="ES256 EdDSA"$',
                    line), "the error is where the scheme was", line)


def main():
    begin("test-mtls")
    with Folder() as where:
        config = configure(where, provider=BOUND, chain=CHAIN)
        with Daemon(config, env=ENVIRONMENT) as daemon:
            test_forms(daemon)
            test_peers(daemon)
            test_bonds(daemon)
        test_options(where)
        test_both(where)
    done()


main()
