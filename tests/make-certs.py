#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Certificates for tests: make-certs.py FOLDER writes

    ca.pem           the authority that tests trust
    other-ca.pem     one that they don't
    NAME.pem         certificate and key of a server:
        good         127.0.0.1, localhost, and names below .test
        expired      the same, until yesterday
        future       the same, from tomorrow
        stranger     the same, by the other authority
        elsewhere    good, but for elsewhere.test
        self         good, signed by itself
        odd          for no name, with control bytes in its subject
"""
import datetime
import ipaddress
import os
import sys

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID
except ImportError:
    sys.exit(77)

NOW = datetime.datetime.utcnow()
DAY = datetime.timedelta(days=1)
NAMES = ["localhost", "loopback.test", "both.test", "rebound.test"]


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def write(path, *parts):
    with open(path, "wb") as file:
        for part in parts:
            file.write(part)


def pem_of_key(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption())


def certificate(subject, key, issuer, issuer_key, **more):
    builder = (x509.CertificateBuilder()
               .subject_name(name(subject)).issuer_name(name(issuer))
               .public_key(key.public_key())
               .serial_number(x509.random_serial_number())
               .not_valid_before(more.get("start", NOW - DAY))
               .not_valid_after(more.get("end", NOW + 30 * DAY))
               .add_extension(x509.BasicConstraints(
                   more.get("ca", False), None), True))
    if more.get("names"):
        builder = builder.add_extension(
            x509.SubjectAlternativeName(more["names"]), False)
    made = builder.sign(issuer_key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def main(folder):
    names = [x509.DNSName(text) for text in NAMES]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    elsewhere = [x509.DNSName("elsewhere.test")]
    keys = {who: ec.generate_private_key(ec.SECP256R1())
            for who in ("test CA", "other CA")}
    for who, path in (("test CA", "ca.pem"), ("other CA", "other-ca.pem")):
        write(os.path.join(folder, path), certificate(
            who, keys[who], who, keys[who], ca=True))
    servers = [
        ("good", "test CA", {"names": names}),
        ("expired", "test CA", {"names": names, "start": NOW - 2 * DAY,
                                "end": NOW - DAY}),
        ("future", "test CA", {"names": names, "start": NOW + DAY}),
        ("stranger", "other CA", {"names": names}),
        ("elsewhere", "test CA", {"names": elsewhere}),
        ("self", None, {"names": names}),
        ("odd", "test CA", {}),
    ]
    for file, issuer, more in servers:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = "odd\x1b[2J" if file == "odd" else "loopback.test"
        made = certificate(subject, key, issuer or subject,
                           keys[issuer] if issuer else key, **more)
        write(os.path.join(folder, file + ".pem"), made, pem_of_key(key))


main(sys.argv[1])
