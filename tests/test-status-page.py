#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The status page of authchaind, as a browser shows it and as tools read it."""
import html.parser
import json
import os
import shutil
import subprocess
import sys
import tempfile

from authchaind import PROGRAM, SCRIPTED, Daemon
from e2e import Folder, KeyServer, begin, done, ok, said, same, secret, \
    skip, write

TARGET = "/authz/forward-auth/t"
CONFIG = """[chain]
deadline = 60s
identity = internal, hostile, idp
challenge = oauth
resource = https://api.test/mcp

[plugin internal]
type = static
token = @internal

[plugin hostile]
type = scripted
path = %(scripted)s
prefix = hostile-
verify = reject

[plugin idp]
type = jwks
issuer = https://issuer.test
jwks-uri = %(server)s/oauth2/jwks
insecure-http = yes

[plugin oauth]
authorization-servers = https://issuer.test
forward-metadata = no

[secret internal]
file = %(where)s/internal.token
"""
BROWSER = {"Accept: text/html,application/xhtml+xml,*/*;q=0.8"}


class Page(html.parser.HTMLParser):
    """Its tags, its attributes and the text of each cell."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.cells, self.open = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open = tag in ("td", "th", "caption")
        if self.open:
            self.cells.append("")

    def handle_data(self, data):
        if self.open:
            self.cells[-1] += data.strip()

    def has(self, *cells):
        """Do these stand one behind the other?"""
        wanted = list(cells)
        return any(self.cells[at:at + len(wanted)] == wanted
                   for at in range(len(self.cells)))


def test_tools(daemon, admin):
    for name, fields in (("no Accept", ()), ("curl", ("Accept: */*",)),
                         ("JSON", ("Accept: application/json",))):
        answer = daemon.ask("/status", *fields, address=admin)
        same("application/json", answer.one("Content-Type"),
             "%s: JSON" % name)
    status = json.loads(answer.body)
    ok({"chain": "t", "provider": "internal", "verdict": "allow",
        "reason": "none", "number": 3} in status["decisions"],
       "JSON: decisions by reason", status["decisions"])


def secrets(daemon, admin):
    return json.loads(daemon.ask("/status", address=admin).body)["secrets"]


def test_secrets(daemon, admin):
    rows = secrets(daemon, admin)
    same([("t", "internal", 0, "current"), ("t", "internal", 1, "watch")],
         [tuple(row[name] for name in ("chain", "secret", "position", "state"))
          for row in rows], "a secret of two values: which is which")
    ok(rows[0]["last_used_s"] > 1e9 and rows[1]["last_used_s"] == 0 and
       rows[1]["last_used"] == "never", "and when each was used", rows)
    daemon.ask(TARGET, "Authorization: Bearer sesame-of-the-day-before")
    rows = secrets(daemon, admin)
    ok(rows[1]["state"] == "used" and rows[1]["last_used"].endswith("Z"),
       "the older one is still used", rows)
    page = Page(daemon.ask("/status", *BROWSER, address=admin).body.decode())
    ok(page.has("t", "internal", "1", rows[1]["last_used"], "used"),
       "a browser shows it", page.cells)


def test_page(daemon, admin):
    answer = daemon.ask("/status", *BROWSER, address=admin)
    same("text/html; charset=utf-8", answer.one("Content-Type"),
         "a browser gets HTML")
    ok("default-src 'none'" in (answer.one("Content-Security-Policy") or ""),
       "which may run and load nothing", answer)
    same("Accept", answer.one("Vary"), "and depends on who asks")
    page = Page(answer.body.decode())
    tags = {tag for tag, _attributes in page.tags}
    ok(not tags & {"script", "link", "img", "iframe", "form", "a", "object"},
       "no script, nothing from elsewhere", tags)
    ok(not any(name.startswith("on") or name in ("src", "href", "style")
               for _tag, attributes in page.tags for name in attributes),
       "and no attribute that would", page.tags)
    ok(page.has("Chain t") and page.has("Decisions") and
       page.has("Remembered verdicts"), "it has all its tables", page.cells)
    ok(page.has("t", "internal", "allow", "none", "3"),
       "decisions are counted by reason", page.cells)
    ok(page.has("t", "internal", "deny", "bad_secret") or
       page.has("t", "", "deny", "unclaimed"), "refusals too", page.cells)
    ok("idp" in page.cells and "source" in page.cells,
       "the key set is there", page.cells)
    same(200, daemon.ask("/status", *BROWSER, address=admin,
                         method="HEAD").status, "HEAD has it as well")
    return page


def chromium(url, *more):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [shutil.which("chromium"), "--headless=new", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-sync",
             "--disable-component-update", "--disable-default-apps",
             "--user-data-dir=" + profile, *more, url],
            env=dict(os.environ, HOME=profile), capture_output=True,
            timeout=120, stdin=subprocess.DEVNULL)


def test_browser(address, page):
    name = "in Chromium"
    if not os.environ.get("AUTHCHAIN_E2E"):
        skip(name, "AUTHCHAIN_E2E is not set")
        return
    if shutil.which("chromium") is None:
        skip(name, "chromium is not installed")
        return
    url = "http://%s:%d/status" % address
    run = chromium(url, "--dump-dom")
    said(run.stdout)
    shown = Page(run.stdout.decode("utf-8", "replace"))
    at = page.cells.index("Decisions")
    ok(shown.has(*page.cells[at:at + 21]),
       name + ": the counts that were sent are shown", shown.cells)
    ok(shown.has("Chain t", "entry", "what", "state", "internal") and
       "last-error" in shown.cells, name + ": and the entries", shown.cells)
    picture = os.environ.get("AUTHCHAIN_SCREENSHOT")
    if picture:
        chromium(url, "--screenshot=" + picture, "--window-size=1000,1200")


def main():
    begin("test-status-page")
    with Folder() as where, KeyServer() as server:
        write(where + "/internal.token", secret("sesame-opens-it-all") +
              "\n" + secret("sesame-of-the-day-before") + "\n", 0o600)
        server.rule("/oauth2/jwks", "500")
        config = write(where + "/t.conf", CONFIG % {
            "where": where, "scripted": SCRIPTED, "server": server.url})
        with Daemon(config, "--admin", "127.0.0.1:0") as daemon:
            port = daemon.wait_for(
                "serving operators on 127.0.0.1:(\\d+)").group(1)
            admin = ("127.0.0.1", int(port))
            for token in ("sesame-opens-it-all",) * 3 + (
                    "nobody-knows-it", "hostile-x"):
                daemon.ask(TARGET, "Authorization: Bearer " + token)
            test_tools(daemon, admin)
            page = test_page(daemon, admin)
            test_browser(admin, page)
            test_secrets(daemon, admin)
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
