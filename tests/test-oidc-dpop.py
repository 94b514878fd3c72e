#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A DPoP client that others wrote (oauth4webapi) gets a token from
oidc-provider that is bound to its key, and calls through nginx: what is signed
is judged by its keys, what is opaque by what its issuer says of it."""
import json
import os
import subprocess

import hosts
from authchaind import Daemon
from e2e import BUILD, Folder, begin, done, ok, said, same, secret, write
from nginx import Nginx, missing
from npm import E2E, Script, install, node, private_jwk, skip_all

CHAIN = """[chain]
resource = %(resource)s
identity = %(identity)s
map = dpop
challenge = oauth
required-scopes = read
deadline = 9s

[plugin keys]
type = jwks
issuer = %(issuer)s
insecure-http = yes
bound = confirm

[plugin ask]
type = oauth
introspection-endpoint = %(issuer)s/token/introspection
insecure-http = yes
client-id = judge
client-secret = @judge
timeout = 8s
bound = confirm

[plugin dpop]
path = %(build)s/plugins/.libs/dpop.so
nonce = required
nonce-life = 1h
max-age = 10m

[plugin oauth]
authorization-servers = %(issuer)s
insecure-http = yes
proof-algorithms = ES256, EdDSA

[secret judge]
file = %(folder)s/judge.secret
purpose = external
"""
NONCE = [401, "dpop", "use_dpop_nonce"]


def run_client(resource):
    """{step: what came of it}"""
    run = subprocess.run(
        [node(E2E), "dpop.mjs", authority.url, "service", resource],
        cwd=E2E, input=secrets["service"].encode(), capture_output=True,
        timeout=120)
    said(run.stderr)
    steps = {}
    for line in run.stdout.splitlines():
        told = json.loads(line)
        for token in told.get("secrets", ()):
            secret(token)
        if "step" in told:
            said(line)
            steps[told["step"]] = told
    ok(run.returncode == 0, "the client comes to its end", run.stderr)
    return steps


def check(how, steps):
    def came_to(step):
        return steps.get(step, {}).get("answers")

    def heard(step):
        told = steps.get(step, {})
        fields = {name.lower(): value
                  for name, value in told.get("fields") or ()}
        return (told.get("method"), told.get("path"), told.get("body"),
                fields.get("x-auth-subject"), fields.get("authorization"))

    same(("dpop", [authority.url], ["ES256", "EdDSA"]),
         tuple(steps.get("token", {}).get(name) for name in (
             "type", "issuers", "algorithms")),
         how + ": the metadata leads it to a token that is bound")
    same([NONCE, [200]], came_to("first"),
         how + ": it is told a nonce, and let in with it")
    same(("GET", steps["path"], "", "service", None), heard("first"),
         how + ": the upstream hears who it is, and not the token")
    same([[200]], came_to("next"), how + ": the nonce is good for another")
    same([[200]], came_to("post"), how + ": a POST with a query")
    same(("POST", steps["path"] + "/a?b=c", "hello", "service", None),
         heard("post"), how + ": it reaches the upstream as it was")
    same([[401, "invalid_dpop_proof"]], came_to("again"), how + ": the same request again: 401")
    same([[401, "dpop", "invalid_dpop_proof"]], came_to("others"),
         how + ": the same token from another key: 401")
    same([[401, "bearer", "invalid_token"]], came_to("bearer"),
         how + ": the same token as Bearer: 401")
    same([[200]], came_to("last"), how + ": its own key is still good")


def main():
    with hosts.Server(("127.0.0.1", 0), hosts.Upstream) as upstream, \
            Nginx(folder, folder + "/authchaind.sock",
                  upstream.port) as nginx:
        for how, path, identity in (("signed", "/jwt", "keys"),
                                    ("opaque", "/opaque", "ask")):
            resource = "http://%s:%d%s" % (*nginx.address, path)
            config = write(folder + "/t.conf", CHAIN % {
                "resource": resource, "identity": identity, "folder": folder,
                "issuer": authority.url, "build": BUILD})
            with Daemon(config):
                check(how, dict(run_client(resource), path=path))


if missing():
    skip_all("nginx is not installed, or authchaind not built")
install("oidc", E2E)
begin("test-oidc-dpop")
with Folder() as folder:
    os.chmod(folder, 0o755)
    secrets = {name: secret(os.urandom(24).hex())
               for name in ("service", "judge")}
    write(folder + "/judge.secret", secrets["judge"], 0o600)
    keys = write(folder + "/keys.json",
                 json.dumps({"keys": [private_jwk()]}), 0o600)
    clients = write(folder + "/clients.json", json.dumps(secrets), 0o600)
    with Script(E2E, folder + "/as.log", "server.mjs", keys,
                clients) as authority:
        main()
done()
