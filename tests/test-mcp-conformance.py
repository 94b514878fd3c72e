#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The MCP conformance suite says of a server behind nginx and authchaind what
it says of the server alone."""
import glob
import json
import os
import re
import subprocess
import tempfile

from authchaind import Daemon
from e2e import Folder, begin, done, note, ok, said, same, secret, write
from nginx import Nginx, listening, missing
from npm import E2E, Script, clients_wanted, install, node, skip_all

MCP = os.path.join(E2E, "mcp")
SUITE = "node_modules/@modelcontextprotocol/conformance/dist/index.js"
# At least so many scenarios pass: else there is little to compare.
REVISIONS = {"2025-11-25": 26, "2026-07-28": 24}
CHAIN = """[chain]
deadline = 60s
resource = http://127.0.0.1:%d/mcp
identity = internal

[plugin internal]
type = static
token = @internal

[secret internal]
file = %s/internal.token
purpose = internal
"""
# The suite has no token; this server in front of the gate gives it one.
GIVE = """server {
	listen 127.0.0.1:%d;
	location / {
		proxy_pass http://127.0.0.1:%d;
		proxy_http_version 1.1;
		proxy_set_header Connection "";
		proxy_set_header Host $http_host;
		proxy_set_header Authorization "Bearer %s";
		proxy_buffering off;
	}
}
"""


class Suite:
    """A run of it: its summary, and [(scenario, check, status)]."""

    def __init__(self, revision, url):
        self.results = tempfile.mkdtemp(dir=folder)
        self.process = subprocess.Popen(
            [node(MCP), os.path.join(MCP, SUITE), "server", "--url", url,
             "--requirements", revision, "-o", self.results],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder)

    def wait(self):
        output = self.process.communicate(timeout=240)[0]
        said(output)
        text = output.decode("utf-8", "replace")
        self.summary = text[text.find("=== SUMMARY ==="):].splitlines()
        self.passed = [line for line in self.summary if "\u2713" in line]
        self.checks = sorted(self.read())

    def read(self):
        for path in glob.glob(self.results + "/**/checks.json",
                              recursive=True):
            name = os.path.basename(os.path.dirname(path))
            with open(path, encoding="utf-8") as file:
                for check in json.load(file):
                    yield (re.sub(r"-\d{4}-\d\d-\d\dT.*", "", name),
                           check["id"], check["status"])


def compare(revision, least, alone, behind):
    ok(len(alone.passed) >= least, "%s: %d scenarios pass" % (
        revision, least), "\n".join(alone.summary))
    same(alone.summary, behind.summary,
         revision + ": the same lines behind the gate")
    ok(len(alone.checks) > least, revision + ": each check was read",
       alone.checks)
    same(alone.checks, behind.checks,
         revision + ": the same checks pass and fail")


def run(revisions, direct, behind):
    """All at the same time, for they spend it waiting."""
    runs = {revision: (Suite(revision, direct), Suite(revision, behind))
            for revision in revisions}
    for pair in runs.values():
        for suite in pair:
            suite.wait()
    return runs


def compare_all(direct, behind):
    """Some scenarios wait for so many milliseconds, and a busy machine may
    make one fail; what the gate does to one it does each time."""
    runs = {}
    different = list(REVISIONS)
    for _ in range(4):
        runs.update(run(different, direct, behind))
        different = [revision for revision, (alone, gated) in runs.items()
                     if alone.checks != gated.checks]
        if not different:
            break
        note("once more: " + ", ".join(different))
    for revision, least in REVISIONS.items():
        compare(revision, least, *runs[revision])


def everything():
    site, giving = listening(), listening()
    gate, port = site.getsockname()[1], giving.getsockname()[1]
    behind = "http://127.0.0.1:%d/mcp" % port
    token = secret(os.urandom(24).hex())
    write(folder + "/internal.token", token, 0o600)
    config = write(folder + "/t.conf", CHAIN % (gate, folder))
    with Script(MCP, folder + "/upstream.log", "server.mjs") as upstream, \
            Daemon(config) as daemon:
        more = GIVE % (port, gate, token)
        with Nginx(folder, daemon.unix, upstream.port, site, giving,
                   more=more) as nginx:
            same(401, nginx.ask("/mcp").status, "without a token: 401")
            compare_all(upstream.url + "/mcp", behind)


clients_wanted()
if missing():
    skip_all("nginx is not installed, or authchaind not built")
install("mcp", MCP)
begin("test-mcp-conformance")
with Folder() as folder:
    os.chmod(folder, 0o755)
    everything()
done()
