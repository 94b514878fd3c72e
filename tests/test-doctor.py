#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchain doctor: a server that is protected as it should be, and each fault
that one may have, staged one by one."""
import http.server
import json
import threading

from cryptography.hazmat.primitives.asymmetric import ec

from e2e import KeyServer, Run, b64, begin, done, ok, same

RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"
CORS = {"Access-Control-Allow-Origin": "*"}


def jwk():
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key() \
        .public_numbers()
    return {"kty": "EC", "crv": "P-256", "kid": "k", "alg": "ES256",
            "x": b64(numbers.x.to_bytes(32, "big")),
            "y": b64(numbers.y.to_bytes(32, "big"))}


KEY = jwk()


def healthy(url):
    """What a good site answers, by path; "first" is for the first request to
    /mcp, "second" for the next, which comes with a bad token."""
    link = 'resource_metadata="%s%s/mcp"' % (url, RESOURCE)
    return {
        "first": {"mode": "401", "headers": {
            "WWW-Authenticate": 'Bearer scope="mcp:read", ' + link}},
        "second": {"mode": "401", "headers": {
            "WWW-Authenticate": 'Bearer error="invalid_token", ' + link}},
        RESOURCE + "/mcp": {"headers": CORS, "body": {
            "resource": url + "/mcp", "authorization_servers": [url],
            "scopes_supported": ["mcp:read"],
            "bearer_methods_supported": ["header"]}},
        SERVER: {"body": {
            "issuer": url, "authorization_endpoint": url + "/authorize",
            "token_endpoint": url + "/token", "jwks_uri": url + "/jwks",
            "registration_endpoint": url + "/register",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["plain", "S256"]}},
        "/jwks": {"body": {"keys": [KEY]}},
    }


def stage(server, site):
    server.ask("POST", "/_reset")
    server.rule("*", "404")
    for path, rule in site.items():
        if path not in ("first", "second"):
            server.ask("POST", "/_control",
                       json.dumps(dict({"mode": "ok"}, path=path, **rule)))
    for name, times in (("second", None), ("first", 1)):
        if name in site:
            rule = dict(site[name], path="/mcp")
            if times:
                rule["times"] = times
            server.ask("POST", "/_control", json.dumps(rule))


def doctor(*args):
    run = Run("doctor", "--json", *args)
    answer = run.json()
    answer["rc"] = run.rc
    return answer


def codes(answer, result):
    return [finding["code"] for finding in answer["findings"]
            if finding["result"] == result]


def challenge(text):
    return {"first": {"mode": "401", "headers": {"WWW-Authenticate": text}}}


def member(path, **members):
    """That document with members changed, or without those that are None."""
    def change(site):
        body = dict(site[path]["body"])
        for name, value in members.items():
            if value is None:
                body.pop(name)
            else:
                body[name] = value
        return {path: dict(site[path], body=body)}
    return change


def in_first(old, new):
    def change(site):
        text = site["first"]["headers"]["WWW-Authenticate"]
        assert old in text
        return challenge(text.replace(old, new))
    return change


def lead_to(url):
    return in_first('resource_metadata="', 'resource_metadata="' + url)


META = RESOURCE + "/mcp"
# name, what is changed in a good site (None: taken away), fault
FAULTS = [
    ("nothing is protected", {"first": {"mode": "ok", "body": {}}}, "open"),
    ("a page to log in", {"first": {"mode": "redirect", "location": "/login"}},
     "redirect"),
    ("no such path", {"first": {"mode": "404"}}, "not_found"),
    ("the gate is down", {"first": {"mode": "503"}}, "unavailable"),
    ("a proxy that fails", {"first": {"mode": "500"}}, "wrong_status"),
    ("403 without a token", {"first": {"mode": "403"}}, "wrong_status"),
    ("no answer at all", {"first": {"mode": "down"}}, "unreachable"),
    ("no answer in time", {"first": {"mode": "stall"}}, "unreachable"),
    ("what is no HTTP", {"first": {"mode": "junk"}}, "unreachable"),
    ("401 without a challenge", {"first": {"mode": "401"}}, "no_challenge"),
    ("another scheme", challenge('Basic realm="x"'), "not_bearer"),
    ("a quote that does not end", challenge('Bearer scope="a'),
     "bad_challenge"),
    ("a backslash", challenge('Bearer scope="a\\"b"'), "bad_challenge"),
    ("a parameter without a value", challenge("Bearer scope="),
     "bad_challenge"),
    ("a parameter twice", challenge('Bearer scope="a", scope="b"'),
     "bad_challenge"),
    ("more parameters than anybody reads", challenge(
        "Bearer " + ", ".join("p%d=x" % i for i in range(17))),
     "bad_challenge"),
    ("two challenges", lambda site: {"first": {"mode": "401", "headers": [
        ["WWW-Authenticate", site["first"]["headers"]["WWW-Authenticate"]],
        ["WWW-Authenticate", "Basic"]]}}, "many_challenges"),
    ("an error where no token was", in_first(
        "Bearer ", 'Bearer error="invalid_token", '),
     "error_without_credential"),
    ("offline_access in the challenge", in_first(
        "mcp:read", "mcp:read offline_access"), "offline_access"),
    ("a link that is no URL", challenge('Bearer resource_metadata="/x"'),
     "bad_metadata_link"),
    ("a link over plain http", challenge(
        'Bearer resource_metadata="http://mcp.example.com/x"'),
     "bad_metadata_link"),
    ("a bad token is let in", {"second": {"mode": "ok", "body": {}}},
     "accepts_anything"),
    ("a bad token is an error of the server", {"second": {"mode": "500"}},
     "bad_token_status"),
    ("a bad token is 403", {"second": {"mode": "403"}}, "bad_token_status"),
    ("a bad token gets no challenge", {"second": {"mode": "401"}},
     "no_challenge"),
    ("a bad token gets the same challenge", lambda site: {
        "second": site["first"]}, "no_invalid_token"),
    ("no metadata", {META: None}, "resource_status"),
    ("metadata behind a login", {META: {"mode": "401"}}, "resource_status"),
    ("metadata that are moved", {META: {"mode": "redirect",
                                        "location": "/x"}},
     "resource_status"),
    ("no answer for the metadata", {META: {"mode": "down"}},
     "resource_unreachable"),
    ("a page for the metadata", {META: {"mode": "html"}}, "resource_json"),
    ("half of the metadata", {META: {"mode": "truncated", "body": "{"}},
     "resource_unreachable"),
    ("no resource", member(META, resource=None), "resource_missing"),
    ("another resource", member(META, resource="https://other.example"),
     "resource_mismatch"),
    ("a resource below", lambda site: member(META, resource=site[META][
        "body"]["resource"] + "/x")(site), "resource_mismatch"),
    ("a resource that begins so", lambda site: member(META, resource=site[
        META]["body"]["resource"][:-1])(site), "resource_mismatch"),
    ("no server", member(META, authorization_servers=None), "no_servers"),
    ("an empty list of servers", member(META, authorization_servers=[]),
     "no_servers"),
    ("a server that is no URL", member(META, authorization_servers=["as"]),
     "bad_server_url"),
    ("offline_access in the metadata", member(META, scopes_supported=[
        "a", "offline_access"]), "offline_access_metadata"),
    ("no token in the header", member(META, bearer_methods_supported=[
        "body"]), "no_bearer_header"),
    ("no server metadata", {SERVER: None}, "server_not_found"),
    ("server metadata that fail", {SERVER: {"mode": "500"}},
     "server_status"),
    ("no answer of the server", {SERVER: {"mode": "down"}},
     "server_unreachable"),
    ("a page for server metadata", {SERVER: {"mode": "html"}},
     "server_json"),
    ("another issuer", member(SERVER, issuer="https://other.example"),
     "issuer_mismatch"),
    ("an issuer with a slash more", lambda site: member(SERVER, issuer=site[
        SERVER]["body"]["issuer"] + "/")(site), "issuer_mismatch"),
    ("no issuer", member(SERVER, issuer=None), "issuer_mismatch"),
    ("nowhere to log in", member(SERVER, authorization_endpoint=None),
     "no_authorization_endpoint"),
    ("nowhere to get tokens", member(SERVER, token_endpoint=None),
     "no_token_endpoint"),
    ("a login over plain http", member(
        SERVER, authorization_endpoint="http://as.example/x"),
     "bad_endpoint"),
    ("no codes", member(SERVER, response_types_supported=["token"]),
     "no_code"),
    ("no PKCE", member(SERVER, code_challenge_methods_supported=None),
     "no_pkce"),
    ("plain PKCE alone", member(SERVER, code_challenge_methods_supported=[
        "plain"]), "no_pkce"),
    ("keys at no URL", member(SERVER, jwks_uri="jwks"), "bad_jwks_uri"),
    ("no keys at that URL", {"/jwks": None}, "keys_status"),
    ("no answer for the keys", {"/jwks": {"mode": "reset"}},
     "keys_unreachable"),
    ("keys that are no JSON", {"/jwks": {"mode": "html"}}, "keys_json"),
    ("keys that are no set", {"/jwks": {"body": {"key": []}}}, "keys_set"),
    ("an empty set", {"/jwks": {"body": {"keys": []}}}, "keys_none"),
    ("a set of secrets", {"/jwks": {"body": {"keys": [
        {"kty": "oct", "k": "c2VjcmV0"}]}}}, "keys_none"),
]

WARNINGS = [
    ("no link to the metadata", challenge('Bearer scope="mcp:read"'),
     "no_metadata_link"),
    ("metadata that no page may read", lambda site: {
        META: dict(site[META], headers={})}, "no_cors"),
    ("metadata of another type", lambda site: {
        META: dict(site[META], type="text/plain")}, "resource_type"),
    ("no way to register", member(SERVER, registration_endpoint=None),
     "no_registration"),
    ("no keys named", member(SERVER, jwks_uri=None), "no_jwks"),
    ("a key that can't be used", {"/jwks": {"body": {"keys": [
        KEY, {"kty": "oct", "kid": "o", "k": "c2VjcmV0"}]}}},
     "keys_left_out"),
]


def changed(site, change):
    site = dict(site)
    for path, rule in (change(site) if callable(change)
                       else change).items():
        if rule is None:
            del site[path]
        else:
            site[path] = rule
    return site


def test_sites(server):
    site = healthy(server.url)
    url = server.url + "/mcp"
    stage(server, site)
    answer = doctor(url)
    same(([], [], 0, True), (codes(answer, "fault"), codes(
        answer, "warning"), answer["rc"], answer["ok"]),
         "a good site has no fault")
    same(["challenge", "bad_token", "resource", "server", "keys"],
         codes(answer, "ok"), "and every step is told")
    for name, change, fault in FAULTS:
        stage(server, changed(site, change))
        answer = doctor("--timeout", "500ms" if "in time" in name else "30s",
                        url)
        ok(fault in codes(answer, "fault") and answer["rc"] == 1 and
           not answer["ok"] and answer["faults"] > 0 and
           all(finding["advice"] for finding in answer["findings"]
               if finding["result"] != "ok"),
           "%s: %s" % (fault, name), answer)
    for name, change, warning in WARNINGS:
        stage(server, changed(site, change))
        answer = doctor(url)
        ok(codes(answer, "warning") == [warning] and answer["rc"] == 0 and
           answer["faults"] == 0, "warning %s: %s" % (warning, name), answer)


def test_places(server):
    """Where clients look when they are not told."""
    site = healthy(server.url)
    url = server.url + "/mcp"
    bare = changed(site, challenge("Bearer"))
    moved = dict(bare)
    moved[RESOURCE] = moved.pop(META)
    stage(server, moved)
    answer = doctor(url)
    ok(answer["faults"] == 0 and server.count(META) > 0,
       "without a link the metadata at the root are found", answer)
    moved = dict(site)
    moved[OPENID] = moved.pop(SERVER)
    stage(server, moved)
    answer = doctor(url)
    ok(answer["faults"] == 0, "metadata of OpenID will do", answer)
    stage(server, changed(site, member(META, resource=server.url)))
    answer = doctor(url)
    ok(answer["faults"] == 0, "the resource may be the whole server", answer)
    stage(server, site)
    doctor(url)
    asked = json.loads(server.ask("GET", "/_requests"))
    tokens = [request["headers"].get("Authorization") or
              request["headers"].get("authorization") for request in asked]
    same(["Bearer authchain-doctor-is-no-token"],
         [token for token in tokens if token],
         "no token is sent but the one that is none")


class Upstream(http.server.BaseHTTPRequestHandler):
    """An MCP server that checks what `checks' says, and no more."""
    checks = set()
    status = 200

    def send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def mismatch(self, body):
        if isinstance(body, list):
            return "batch" in self.checks
        method = self.headers.get("Mcp-Method")
        name = self.headers.get("Mcp-Name")
        if name and name.startswith("=?base64?"):
            return "encoded" in self.checks
        said = body["params"].get("name")
        version = body["params"]["_meta"][
            "io.modelcontextprotocol/protocolVersion"]
        return ("method" in self.checks and method is not None and
                method != body["method"]) or \
            ("method_missing" in self.checks and method is None) or \
            ("name" in self.checks and name is not None and name != said) or \
            ("name_missing" in self.checks and name is None and said) or \
            ("version" in self.checks and
             version != self.headers["MCP-Protocol-Version"])

    def do_POST(self):  # pylint: disable=invalid-name
        body = json.loads(self.rfile.read(int(
            self.headers["Content-Length"])))
        if self.status != 200:
            self.send(self.status, {})
        elif self.mismatch(body):
            self.send(200 if "quiet" in self.checks else 400, {
                "jsonrpc": "2.0", "id": 1, "error": {
                    "code": -32020, "message": "mismatch"}})
        else:
            self.send(200, {"jsonrpc": "2.0", "id": 1, "result": {}})

    def log_message(self, *unused):
        pass


ALL = {"method", "method_missing", "name", "name_missing", "encoded",
       "version", "batch"}
LIES = {"method": "method_mismatch", "method_missing": "method_missing",
        "name": "name_mismatch", "name_missing": "name_missing",
        "encoded": "encoded_mismatch", "version": "version_mismatch",
        "batch": "batch"}


def test_upstream():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d/mcp" % server.server_port
    Upstream.checks = ALL
    answer = doctor("--upstream", url)
    same((sorted(LIES.values()), 0), (sorted(codes(answer, "ok")),
                                      answer["rc"]),
         "an upstream that refuses every lie")
    Upstream.checks = ALL | {"quiet"}
    answer = doctor("-u", url)
    same(0, answer["faults"], "one that refuses them with 200 and an error")
    for check, code in LIES.items():
        Upstream.checks = ALL - {check}
        answer = doctor("--upstream", url)
        same(([code], 1), (codes(answer, "fault"), answer["rc"]),
             "one that takes the lie %s" % code)
    Upstream.checks = set()
    answer = doctor("--upstream", url)
    same(len(LIES), answer["faults"], "one that takes every lie")
    for status, code in ((401, "upstream_protected"),
                         (403, "upstream_protected"),
                         (400, "upstream_old"), (404, "upstream_old")):
        Upstream.status = status
        answer = doctor("--upstream", url)
        same([code], codes(answer, "fault"), "%s: %d" % (code, status))
    server.shutdown()
    server.server_close()
    answer = doctor("--upstream", url)
    same(["upstream_unreachable"], codes(answer, "fault"),
         "one that is not there")


def test_command(server):
    for args, text in (((), "say what to look at"),
                       (("ftp://a.example",), "https://"),
                       (("http://mcp.example.com",), "refused"),
                       (("--timeout", "1ms", "https://a.example"), "100ms"),
                       (("https://a@b.example",), "user name"),
                       (("a", "b"), "")):
        run = Run("doctor", *args)
        ok(run.rc == 2 and text in run.err,
           "usage: doctor %s" % " ".join(args), run)
    stage(server, changed(healthy(server.url), {"first": {"mode": "404"}}))
    run = Run("doctor", server.url + "/mcp")
    ok(run.rc == 1 and "fault" in run.out and "look at the path" in run.out
       and "0 warnings" in run.out, "and for people in words", run)
    stage(server, changed(healthy(server.url), {META: {"mode": "down"}}))
    run = Run("doctor", server.url + "/mcp")
    ok(run.rc == 1 and META in run.out
       and not [line for line in run.out.splitlines() if line.endswith(" 0")],
       "without an answer there is no status to name", run)
    stage(server, changed(healthy(server.url), challenge(
        "Bearer \x1b[31m=x")))
    run = Run("doctor", server.url + "/mcp")
    ok(run.rc == 1 and "\x1b[31m" not in run.out,
       "what a server says does not reach the terminal as it is", run)


begin("test-doctor")
with KeyServer() as keys:
    test_sites(keys)
    test_places(keys)
    test_command(keys)
test_upstream()
done()
