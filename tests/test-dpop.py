#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tokens that are bound to a key (RFC 9449), through authchaind: every check
of a proof, what happens without one, and that nothing makes a bearer token of
a bound one."""
import json
import os
import re
import time

from authchaind import SCRIPTED, Daemon
from e2e import Folder, begin, done, ok, same, secret
from proof import ABSENT, ENVIRONMENT, HMAC_KEY, RESOURCE, Key, \
    configure, digest, proof, token
import cli

FORWARD = "/authz/forward-auth/t"
NGINX = "/authz/auth-request/t"
PLACE = ("X-Forwarded-Method: GET", "X-Forwarded-Uri: /mcp?x=1",
         "X-Forwarded-Proto: https", "X-Forwarded-Host: api.test")
BOUND = "bound = confirm"
CHAIN = "map = dpop\nauthorize = scopes"
DPOP = "max-age = 10m\nalgorithms = ES256, ES384, EdDSA, RS256"
METADATA = ('resource_metadata="https://api.test/.well-known/oauth-protected-'
            'resource/mcp"')
ALGS = 'DPoP algs="ES256 ES384 EdDSA RS256"'


class Nobody(Key):
    """The neutral point: libcrypto finds this signature of any text good."""

    def __init__(self):
        super().__init__("Ed25519")
        self.point = b"\1" + bytes(31)
        self.jwk["x"] = cli.b64(self.point)

    def sign(self, text):
        return self.point + bytes(32)


KEY, OTHER = Key(), Key()
RSA, ED, P384 = Key("RSA"), Key("Ed25519"), Key("P-384")


def ask(daemon, bound, *proofs, scheme="DPoP", place=PLACE, target=FORWARD,
        **more):
    return daemon.ask(target, "Authorization: %s %s" % (scheme, bound),
                      *("DPoP: " + text for text in proofs), *place, **more)


def error(answer):
    """Scheme and error of the one challenge, or None."""
    line = answer.one("WWW-Authenticate") or ""
    bearer, _, dpop = line.partition("DPoP ")
    found = [(name, re.search(' error="([^"]*)"', " " + part))
             for name, part in (("Bearer", bearer), ("DPoP", dpop))]
    return [(name, match.group(1)) for name, match in found if match]


def now(later):
    return int(time.time()) + later


def jwk(**more):
    return {"jwk": dict(KEY.jwk, **more)}


# Name, and what is different about the proof.
BAD = [
    ("typ missing", {"header": {"typ": ABSENT}}),
    ("typ JWT", {"header": {"typ": "JWT"}}),
    ("typ in capitals", {"header": {"typ": "DPOP+JWT"}}),
    ("typ with application/", {"header": {"typ": "application/dpop+jwt"}}),
    ("alg none", {"header": {"alg": "none"}}),
    ("alg none and no signature", {"header": {"alg": "none"}, "cut": 0}),
    ("alg HS256", {"header": {"alg": "HS256"}}),
    ("alg that is not in the list", {"header": {"alg": "PS256"}}),
    ("alg of another key", {"header": {"alg": "ES384"}}),
    ("crit", {"header": {"crit": ["b64"], "b64": True}}),
    ("no jwk", {"header": {"jwk": ABSENT}}),
    ("jwk that is a text", {"header": {"jwk": json.dumps(KEY.jwk)}}),
    ("jwk with its private half", {"header": jwk(**KEY.half)}),
    ("jwk that is symmetric", {"header": {
        "jwk": {"kty": "oct", "k": cli.b64(HMAC_KEY)}}}),
    ("jwk off its curve", {"header": jwk(x=OTHER.jwk["x"])}),
    ("jwk that is for encryption", {"header": jwk(use="enc")}),
    ("jwk of another key, who signs", {"header": {"jwk": OTHER.jwk},
                                       "by": OTHER}),
    ("signature of another key", {"by": OTHER}),
    ("signature cut", {"cut": 84}),
    ("no signature", {"cut": 0}),
    ("htm of another method", {"claims": {"htm": "POST"}}),
    ("htm in small letters", {"claims": {"htm": "get"}}),
    ("htm missing", {"claims": {"htm": ABSENT}}),
    ("htm that is a list", {"claims": {"htm": ["GET"]}}),
    ("htu of another path", {"claims": {"htu": "https://api.test/mc"}}),
    ("htu of a path below", {"claims": {"htu": "https://api.test/mcp/x"}}),
    ("htu with a slash more", {"claims": {"htu": "https://api.test/mcp/"}}),
    ("htu of another host", {"claims": {"htu": "https://evil.test/mcp"}}),
    ("htu of a host that begins so",
     {"claims": {"htu": "https://api.test.evil/mcp"}}),
    ("htu with a user", {"claims": {"htu": "https://api.test@evil/mcp"}}),
    ("htu with another scheme", {"claims": {"htu": "http://api.test/mcp"}}),
    ("htu with another port", {"claims": {"htu": "https://api.test:8443/mcp"}}),
    ("htu that is a path", {"claims": {"htu": "/mcp"}}),
    ("htu missing", {"claims": {"htu": ABSENT}}),
    ("htu that is null", {"claims": {"htu": None}}),
    ("iat missing", {"claims": {"iat": ABSENT}}),
    ("iat that is a text", {"claims": {"iat": lambda: str(now(0))}}),
    ("iat an hour ago", {"claims": {"iat": lambda: now(-3600)}}),
    ("iat in an hour", {"claims": {"iat": lambda: now(3600)}}),
    ("iat before the process began", {"claims": {"iat": lambda: now(-300)}}),
    ("iat negative", {"claims": {"iat": -1}}),
    ("iat beyond all", {"claims": {"iat": 1e300}}),
    ("jti missing", {"claims": {"jti": ABSENT}}),
    ("jti empty", {"claims": {"jti": ""}}),
    ("jti that is a number", {"claims": {"jti": 7}}),
    ("jti of 257 bytes", {"claims": {"jti": "a" * 257}}),
    ("ath missing", {"claims": {"ath": ABSENT}}),
    ("ath of another token", {"claims": {"ath": digest("x")}}),
    ("ath that is empty", {"claims": {"ath": ""}}),
]

# Spellings of one URI (RFC 3986 6.2.2, 6.2.3), and what else is good.
GOOD = [
    ("as it is", {}),
    ("htu with a query and a fragment",
     {"claims": {"htu": "https://api.test/mcp?q=1#f"}}),
    ("htu in capitals where they don't count",
     {"claims": {"htu": "HTTPS://API.test/mcp"}}),
    ("htu with the scheme's port", {"claims": {"htu":
                                               "https://api.test:443/mcp"}}),
    ("htu with escapes that say nothing",
     {"claims": {"htu": "https://api.test/%6dcp"}}),
    ("htu with dots", {"claims": {"htu": "https://api.test/a/.././mcp"}}),
    ("iat some seconds ahead", {"claims": {"iat": lambda: now(5)}}),
    ("iat with a fraction", {"claims": {"iat": lambda: now(0.25)}}),
    ("jti of 256 bytes", {"claims": {"jti": "a" * 256}}),
    ("members that nobody knows", {"claims": {"x": {}}, "header": {"y": 1}}),
]


def test_proofs(daemon):
    bound = token({"jkt": KEY.thumbprint})
    for name, changes in GOOD:
        same(200, ask(daemon, bound, proof(KEY, bound, **changes)).status,
             "taken: " + name)
    for name, changes in BAD:
        answer = ask(daemon, bound, proof(KEY, bound, **changes))
        same((401, [("DPoP", "invalid_dpop_proof")]),
             (answer.status, error(answer)), "refused: " + name)
    for key in (RSA, ED, P384):
        other = token({"jkt": key.thumbprint})
        same(200, ask(daemon, other, proof(key, other)).status,
             "taken: by a key of " + key.kind)
        same(401, ask(daemon, other, proof(key, other, by=Key(key.kind)))
             .status, "refused: the same by another key of " + key.kind)
        same(401, ask(daemon, other,
                      proof(key, other, header=jwk(**key.half))).status,
             "refused: with the private half of " + key.kind)
    nobody = Nobody()
    other = token({"jkt": nobody.thumbprint})
    answer = ask(daemon, other, proof(nobody, other))
    same((401, [("DPoP", "invalid_dpop_proof")]),
         (answer.status, error(answer)),
         "refused: by a key for which anyone can sign")


def test_forms(daemon):
    bound = token({"jkt": KEY.thumbprint})
    good = [proof(KEY, bound) for _ in range(5)]
    for name, proofs in (
            ("no header", ()), ("two headers", good[:2]),
            ("the same twice", (good[0], good[0])),
            ("two in one", (", ".join(good[:2]),)), ("empty", ("",)),
            ("two segments", (good[0].rsplit(".", 1)[0],)),
            ("four segments", (good[0] + ".x",)),
            ("the token itself", (bound,)),
            ("too long", (proof(KEY, bound, claims={"x": "a" * 9000}),)),
            ("JSON", (json.dumps({"payload": "x"}),))):
        answer = ask(daemon, bound, *proofs)
        same((401, [("DPoP", "invalid_dpop_proof")]),
             (answer.status, error(answer)), "refused: " + name)
    same(200, ask(daemon, bound, good[0]).status,
         "what was refused for its form was not used up")
    for name, place in (
            ("no method", PLACE[1:]), ("no URI", PLACE[:1] + PLACE[2:]),
            ("another method", ("X-Forwarded-Method: POST", *PLACE[1:])),
            ("another URI", (PLACE[0], "X-Forwarded-Uri: /other")),
            ("an absolute URI", (PLACE[0],
                                 "X-Forwarded-Uri: https://api.test/mcp")),
            ("a URI with a broken escape", (PLACE[0],
                                            "X-Forwarded-Uri: /mcp%g"))):
        same(401, ask(daemon, bound, good[1], place=place).status,
             "refused: the proxy tells of " + name)
    same(200, ask(daemon, bound, good[1], place=PLACE[:2] + (
        "X-Forwarded-Host: evil.test",)).status,
        "the resource says what the host is, not a header")
    same(401, ask(daemon, bound, proof(KEY, bound, claims={
        "htu": "https://evil.test/mcp"}), place=PLACE[:3] + (
            "X-Forwarded-Host: evil.test",)).status,
        "so a proof for another host is refused behind a lying header")
    answer = ask(daemon, bound, good[2], address=daemon.tcp)
    same((401, [("DPoP", "invalid_dpop_proof")]),
         (answer.status, error(answer)),
         "refused: who is no proxy tells the method and URI")


def test_replay(daemon):
    bound, again = (token({"jkt": KEY.thumbprint}) for _ in range(2))
    once = proof(KEY, bound)
    same(200, ask(daemon, bound, once).status, "a proof is taken")
    for _ in range(3):
        same([("DPoP", "invalid_dpop_proof")],
             error(ask(daemon, bound, once)), "and never again")
    same(401, ask(daemon, again, once).status, "nor with another token")
    other = token({"jkt": OTHER.thumbprint})
    first = proof(KEY, bound, claims={"jti": "one"})
    same([200, 200, 401], [
        ask(daemon, bound, first).status,
        ask(daemon, other, proof(OTHER, other, claims={"jti": "one"})).status,
        ask(daemon, bound, proof(KEY, bound, claims={"jti": "one"})).status],
        "a jti is its key's: another client may have the same")
    ok(daemon.reload(), "the configuration is read anew")
    same(401, ask(daemon, bound, once).status, "a reload forgets no proof")
    same(200, ask(daemon, bound, proof(KEY, bound)).status,
         "and new ones are taken")


def test_schemes(daemon):
    bound, free = token({"jkt": KEY.thumbprint}), token()
    for scheme in ("Bearer", "bearer"):
        for name, proofs in (("a good proof", (proof(KEY, bound),)),
                             ("no proof", ())):
            answer = ask(daemon, bound, *proofs, scheme=scheme)
            same((401, [("Bearer", "invalid_token")]),
                 (answer.status, error(answer)),
                 "refused: a bound token as %s with %s" % (scheme, name))
    for proofs in ((proof(KEY, free),), ()):
        answer = ask(daemon, free, *proofs)
        same((401, [("DPoP", "invalid_token")]),
             (answer.status, error(answer)),
             "refused: a token that is not bound, as DPoP")
    same(200, ask(daemon, free, scheme="Bearer").status,
         "taken: it as Bearer")
    same(200, ask(daemon, bound, proof(KEY, bound), scheme="dpop").status,
         "taken: the scheme in small letters")
    same(400, daemon.ask(FORWARD, "Authorization: DPoP " + bound,
                         "Authorization: Bearer " + bound, *PLACE).status,
         "refused: both schemes at once")
    same(400, daemon.ask(FORWARD, "Authorization: DPoP", *PLACE).status,
         "refused: the scheme alone")
    narrow = token({"jkt": KEY.thumbprint}, scope="none")
    same(401, ask(daemon, narrow, scheme="Bearer").status,
         "no rule is asked before the proof")
    answer = ask(daemon, narrow, proof(KEY, narrow))
    same((403, [("DPoP", "insufficient_scope")]),
         (answer.status, error(answer)), "the rules are asked behind it")


def test_confirmations(daemon):
    for name, cnf in (
            ("empty", {}), ("null", None), ("a text", "x"), ("a list", []),
            ("a jkt that is a number", {"jkt": 1}),
            ("a jkt that is null", {"jkt": None}),
            ("an empty jkt", {"jkt": ""}),
            ("a jkt that begins so", {"jkt": KEY.thumbprint[:42]}),
            ("a jkt and more", {"jkt": KEY.thumbprint + "A"}),
            ("another's jkt", {"jkt": OTHER.thumbprint}),
            ("a certificate", {"x5t#S256": KEY.thumbprint}),
            ("a certificate as well", {"jkt": KEY.thumbprint,
                                       "x5t#S256": KEY.thumbprint}),
            ("a certificate that is null", {"jkt": KEY.thumbprint,
                                            "x5t#S256": None}),
            ("a key by itself", {"jwk": KEY.jwk}),
            ("a kid", {"kid": "a"})):
        bound = token(cnf)
        same([401, 401, 401],
             [ask(daemon, bound, proof(KEY, bound)).status,
              ask(daemon, bound, proof(KEY, bound), scheme="Bearer").status,
              ask(daemon, bound, scheme="Bearer").status],
             "refused: cnf is %s" % name)
    more = token({"jkt": KEY.thumbprint, "kid": "a"})
    same(200, ask(daemon, more, proof(KEY, more)).status,
         "taken: cnf with a member that says nothing here")


def test_challenges(daemon):
    bound = token({"jkt": KEY.thumbprint})
    none = daemon.ask(FORWARD, *PLACE)
    same("Bearer %s, %s" % (METADATA, ALGS), none.one("WWW-Authenticate"),
         "without a credential: both schemes, Bearer first, one line")
    answer = ask(daemon, bound, "x")
    same('Bearer %s, DPoP error="invalid_dpop_proof", error_description='
         '"The DPoP proof is not valid here", %s' % (METADATA, ALGS[5:]),
         answer.one("WWW-Authenticate"), "a bad proof: the error is DPoP's")
    same("invalid_dpop_proof", json.loads(answer.body)["error"],
         "and the body's")
    same([], answer.all("DPoP-Nonce"), "no nonce where none is asked for")
    nginx = ask(daemon, bound, "x", target=NGINX)
    same((401, b"", "invalid_dpop_proof"),
         (nginx.status, nginx.body, nginx.one("X-Authchain-Error")),
         "nginx is told as well")


def test_cached(daemon):
    bound = token({"jkt": KEY.thumbprint})
    for turn in range(3):
        same([200, 401, 401, 401],
             [ask(daemon, bound, proof(KEY, bound)).status,
              ask(daemon, bound, proof(OTHER, bound)).status,
              ask(daemon, bound).status,
              ask(daemon, bound, scheme="Bearer").status],
             "a token that is known, turn %d: the proof counts" % turn)


def refusals(where, name, **options):
    """Is a bound token refused, however it comes?"""
    bound = token({"jkt": KEY.thumbprint})
    with Daemon(configure(where, **options), env=ENVIRONMENT) as daemon:
        same([401, 401, 401],
             [ask(daemon, bound, proof(KEY, bound)).status,
              ask(daemon, bound, proof(KEY, bound), scheme="Bearer").status,
              ask(daemon, bound, scheme="Bearer").status],
             "no bearer token: " + name)


def test_slips(where):
    refusals(where, "nothing is configured")
    refusals(where, "nobody confirms", provider=BOUND)
    refusals(where, "nobody confirms, a rule follows", provider=BOUND,
             chain="authorize = scopes")
    refusals(where, "the provider refuses", chain=CHAIN)
    refusals(where, "the wrong one confirms", provider=BOUND,
             chain="map = mtls")
    refusals(where, "the proof is for another origin, and unavailable is allowed",
             provider=BOUND, chain=CHAIN + "\nanonymous = yes",
             dpop="on-unavailable = allow\norigins = https://other.test")


def test_passed_over(where):
    """A rule that blocks is left behind at the deadline, and the call goes on
    without it."""
    config = configure(
        where, provider=BOUND,
        chain="map = slow\ndeadline = 2s", mtls="\n[plugin slow]\n"
        "type = scripted-blocking\npath = %s\nmap = allow\nblock = 4s\n"
        "on-unavailable = allow" % SCRIPTED)
    with Daemon(config, env=ENVIRONMENT) as daemon:
        same(200, ask(daemon, token(), scheme="Bearer").status,
             "a rule that blocks is passed over")
        same(401, ask(daemon, token({"jkt": KEY.thumbprint}),
                      scheme="Bearer").status,
             "which makes no bearer token of a bound one")


def test_full(where):
    bound = token({"jkt": KEY.thumbprint})
    config = configure(where, provider=BOUND, chain=CHAIN,
                       dpop="max-proofs = 1\non-unavailable = allow")
    with Daemon(config, env=ENVIRONMENT) as daemon:
        first = proof(KEY, bound)
        answers = [ask(daemon, bound, text).status
                   for text in (first, proof(KEY, bound), first)]
        same([200, 401, 401], answers, "a memory of one that is full lets "
             "nobody in, whatever on-unavailable says")
    config = configure(where, provider=BOUND, chain=CHAIN,
                       dpop="max-proofs = 1")
    with Daemon(config, env=ENVIRONMENT) as daemon:
        first = proof(KEY, bound)
        answers = [ask(daemon, bound, text)
                   for text in (first, proof(KEY, bound), first)]
        same([200, 503, 401], [answer.status for answer in answers],
             "and says that it is busy, but not to a copy")
        same(None, answers[1].one("WWW-Authenticate"),
             "which is no challenge")


def test_two_chains(where):
    """One memory for all: a proof is for one request, whoever judges it."""
    chains = os.path.join(where, "two", "chains")
    bound = token({"jkt": KEY.thumbprint})

    def chain(name, options):
        path = configure(chains, provider="audience = %s\n%s" %
                         (RESOURCE, BOUND), chain=CHAIN, dpop=options)
        with open(path, encoding="utf-8") as file:
            text = file.read().replace(RESOURCE, "https://api.test/" + name, 1)
        os.remove(path)
        cli.write(os.path.join(chains, name + ".conf"), text)

    def statuses(text, *names):
        return [ask(daemon, bound, text, target=FORWARD[:-1] + name).status
                for name in names]

    chain("short", "max-age = 60s\nmax-proofs = 1")
    with Daemon(os.path.dirname(chains), env=ENVIRONMENT) as daemon:
        first, second, third, fourth = (proof(KEY, bound) for _ in range(4))
        same([200, 401], statuses(first, "short", "short"),
             "a proof is taken once by a chain")
        same([503], statuses(second, "short"), "which knows one at a time")
        chain("long", "max-age = 10m\nmax-proofs = 3")
        ok(daemon.reload(), "another chain, with another max-age")
        same([401, 401], statuses(first, "long", "short"),
             "a proof used at a chain with another max-age is used")
        same([200, 401], statuses(second, "long", "short"),
             "and the other way round")
        same([200, 401], statuses(third, "short", "long"),
             "the largest max-proofs counts for all chains")
        same([503, 503], statuses(fourth, "short", "long"),
             "and no more are taken by any")
        os.remove(os.path.join(chains, "long.conf"))
        ok(daemon.reload(), "the other chain goes")
        same([401, 401, 401, 503],
             [statuses(text, "short")[0]
              for text in (first, second, third, fourth)],
             "what was used there stays used")


def test_required(where):
    config = configure(where, provider=BOUND, chain=CHAIN,
                       dpop="required = yes")
    with Daemon(config, env=ENVIRONMENT) as daemon:
        bound, free = token({"jkt": KEY.thumbprint}), token()
        same(200, ask(daemon, bound, proof(KEY, bound)).status,
             "required: a bound token with its proof")
        for scheme in ("Bearer", "DPoP"):
            same(401, ask(daemon, free, proof(KEY, free),
                          scheme=scheme).status,
                 "required: no token without a key, as " + scheme)


def test_metadata(where):
    told = ("dpop_signing_alg_values_supported",
            "dpop_bound_access_tokens_required",
            "tls_client_certificate_bound_access_tokens")
    for oauth, wanted in (
            ("", [None, None, None]),
            ("proof-algorithms = ES256, EdDSA", [["ES256", "EdDSA"], None,
                                                 None]),
            ("proof-algorithms = ES256\nproof-required = yes\n"
             "certificate-bound = yes", [["ES256"], True, True])):
        config = configure(where, provider=BOUND, chain=CHAIN, oauth=oauth)
        with Daemon(config, env=ENVIRONMENT) as daemon:
            body = json.loads(daemon.ask(
                "/.well-known/oauth-protected-resource/mcp").body)
            same(wanted, [body.get(name) for name in told],
                 "the metadata says what is taken: %r" % oauth)


def test_nonce(where):
    config = configure(where, provider=BOUND, chain=CHAIN,
                       dpop="nonce = required")
    with Daemon(config, env=ENVIRONMENT) as daemon:
        bound = token({"jkt": KEY.thumbprint})

        def with_nonce(text):
            return ask(daemon, bound, proof(KEY, bound,
                                            claims={"nonce": text}))

        answer = ask(daemon, bound, proof(KEY, bound))
        nonce = answer.one("DPoP-Nonce")
        same((401, [("DPoP", "use_dpop_nonce")], True),
             (answer.status, error(answer), bool(nonce)),
             "without a nonce: use this one")
        same([200, 200], [with_nonce(nonce).status, with_nonce(nonce).status],
             "with it, as long as it lasts")
        once = proof(KEY, bound, claims={"nonce": nonce})
        same([200, [("DPoP", "invalid_dpop_proof")]],
             [ask(daemon, bound, once).status,
              error(ask(daemon, bound, once))],
             "a nonce does not make a proof good twice")
        for name, text in (
                ("one made up", "A" * 32), ("a short one", "A"),
                ("an empty one", ""), ("one turned round", nonce[::-1]),
                ("another time", "B" + nonce[1:]),
                ("another mark", nonce[:-1] +
                 ("A" if nonce[-1] != "A" else "B")),
                ("one and more", nonce + "A"), ("a list", [nonce])):
            answer = with_nonce(text)
            same((401, [("DPoP", "use_dpop_nonce")]),
                 (answer.status, error(answer)), "refused: " + name)
            ok(answer.one("DPoP-Nonce"), "and told another")
        same([("DPoP", "invalid_dpop_proof")],
             error(with_nonce("a" * 129)), "one too long is not read")
        ok(ask(daemon, bound, proof(KEY, bound), target=NGINX)
           .one("DPoP-Nonce"), "nginx is told as well")
        ok(daemon.reload(), "the configuration is read anew")
        same(200, with_nonce(nonce).status, "which leaves nonces good")


def test_nonce_secret(where):
    """Made by one daemon, good at another: while a secret is changed too."""
    file = os.path.join(where, "nonce.key")
    old, new = (secret("%s-secret-of-nonces-%s" % (name, name * 9))
                for name in ("old", "new"))
    options = {"provider": BOUND, "chain": CHAIN,
               "dpop": "nonce = required\nnonce-secret = @n",
               "mtls": "\n[secret n]\nfile = %s" % file}
    bound = token({"jkt": KEY.thumbprint})
    nonces = {}
    for lines, good in (((old,), ()), ((old,), (old,)), ((new, old), (old,)),
                        ((new,), (new,))):
        cli.write(file, "".join(line + "\n" for line in lines), 0o600)
        with Daemon(configure(where, **options), env=ENVIRONMENT) as daemon:
            for name, nonce in nonces.items():
                same(200 if name in good else 401,
                     ask(daemon, bound, proof(KEY, bound, claims={
                         "nonce": nonce})).status,
                     "a nonce of the %s secret, known: %s" %
                     (name[:3], " ".join(line[:3] for line in lines)))
            nonces[lines[0]] = ask(daemon, bound, proof(
                KEY, bound)).one("DPoP-Nonce")
    cli.write(file, secret("fifteen-bytes-x") + "\n", 0o600)
    try:
        with Daemon(configure(where, **options), env=ENVIRONMENT):
            ok(False, "a secret of 15 bytes is refused")
    except RuntimeError as error_:
        ok("at least 16 bytes" in str(error_),
           "a secret of 15 bytes is refused")


def main():
    begin("test-dpop")
    with Folder() as where:
        config = configure(where, provider=BOUND, chain=CHAIN, dpop=DPOP)
        with Daemon(config, env=ENVIRONMENT) as daemon:
            test_proofs(daemon)
            test_forms(daemon)
            test_schemes(daemon)
            test_confirmations(daemon)
            test_challenges(daemon)
            test_cached(daemon)
            test_replay(daemon)
        test_slips(where)
        test_passed_over(where)
        test_full(where)
        test_two_chains(where)
        test_required(where)
        test_metadata(where)
        test_nonce(where)
        test_nonce_secret(where)
    done()


main()
