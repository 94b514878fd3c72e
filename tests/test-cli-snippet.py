#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchain snippet: each configuration filled in, as the proxy itself takes
it where it is installed."""
import os
import re
import shutil
import subprocess

from cli import SOURCE, Folder, Run, done, ok, same, write

TEMPLATES = os.path.join(SOURCE, "hosts")
FILES = {
    "apache": ("authchain.conf", "authchain-down.asis"),
    "caddy": ("Caddyfile",), "envoy": ("envoy.yaml",),
    "haproxy": ("haproxy.cfg", "authchain.lua"), "istio": ("istio.yaml",),
    "lighttpd": ("authchain.conf", "authchain.lua", "authchain-answer.lua"),
    "nginx": ("authchain.conf",), "traefik": ("authchain.yaml",)}
GIVEN = ("--address", "127.0.0.1:8099", "--name", "api.example", "--upstream",
         "127.0.0.1:3999", "--origin", "https://app.example")
WORDS = r"\b(ADDRESS|CHAIN|NAME|ORIGIN|UPSTREAM|LISTEN_HOST|LISTEN_PORT|" \
    r"UPSTREAM_HOST|UPSTREAM_PORT)\b"


def snippet(*args):
    return Run("snippet", *args, "--template-dir", TEMPLATES)


def find(program):
    return shutil.which(program, path=os.environ["PATH"] +
                        ":/usr/sbin:/usr/local/sbin")


def test_filled():
    for host, files in FILES.items():
        for number, file in enumerate(files):
            more = ("--part", file) if number else ()
            run = snippet(host, "atoms", *GIVEN, *more)
            same(0, run.rc, "%s, %s is printed" % (host, file))
            same([], re.findall(WORDS, run.out),
                 "nothing is left in capitals")
            folder = "envoy" if host == "istio" else host
            with open(os.path.join(TEMPLATES, folder, file),
                      encoding="utf-8") as template:
                same(template.read().count("\n"), run.out.count("\n"),
                     "each line is there")
            if number == 0:
                ok("atoms" in run.out, "the chain is named", run.out)
                same([part for part in files[1:]],
                     re.findall(r"--part (\S+)", run.err),
                     "the other files are named")


def test_left():
    run = snippet("nginx", "atoms")
    same(0, run.rc, "without options it prints as well")
    same({"ADDRESS", "NAME", "ORIGIN", "UPSTREAM"},
         set(re.findall(WORDS, run.out)), "what was not said stays")
    same(["ADDRESS", "NAME", "ORIGIN", "UPSTREAM"],
         re.findall(r"authchain: (\w+) is left", run.err), "and is named")
    run = snippet("caddy", "a", "--socket", "/srv/gate.sock")
    ok("unix//srv/gate.sock" in run.out and "/run/authchain" not in run.out,
       "another socket", run)
    for host, line in (("nginx", "server 127.0.0.1:9091;"),
                       ("caddy", "forward_auth 127.0.0.1:9091 {"),
                       ("haproxy", "lua.authchain 127.0.0.1:9091 a "),
                       ("haproxy", "server authchaind 127.0.0.1:9091\n")):
        run = snippet(host, "a", "--socket", "127.0.0.1:9091")
        ok(line in run.out and "unix" not in run.out.replace("unix@/PATH", ""),
           "%s asks over TCP: %s" % (host, line.split()[0]), run)
    run = snippet("nginx", "a", "--origin", "app.example")
    ok('"https://app.example"' in run.out, "an origin without a scheme", run)


def test_refused():
    for name, args, words in (
            ("no proxy", (), "which proxy"),
            ("no chain", ("nginx",), "which chain"),
            ("another proxy", ("squid", "a"), "no such proxy"),
            ("a path for a proxy", ("../nginx", "a"), "no such proxy"),
            ("another file", ("nginx", "a", "--part", "README.md"),
             "no such file"),
            ("a chain with a slash", ("nginx", "a/b"), "name of a chain"),
            ("a chain with a capital", ("nginx", "A"), "name of a chain"),
            ("a chain with nothing", ("nginx", ""), "name of a chain"),
            ("a chain of 65", ("nginx", "a" * 65), "name of a chain"),
            ("an address without a port", ("nginx", "a", "--address", "x"),
             "HOST:PORT"),
            ("an address without a host", ("nginx", "a", "-a", ":80"),
             "HOST:PORT"),
            ("an address with port 0", ("nginx", "a", "-a", "x:0"),
             "from 1 to 65535"),
            ("an address with port 65536", ("nginx", "a", "-a", "x:65536"),
             "from 1 to 65535"),
            ("a port by its name", ("nginx", "a", "-u", "x:http"),
             "from 1 to 65535"),
            ("an upstream that is a URL",
             ("nginx", "a", "-u", "http://x:80"), "HOST:PORT"),
            ("a name with a semicolon", ("nginx", "a", "-n", "x;"), "alone"),
            ("a name with a brace", ("caddy", "a", "-n", "x {"), "alone"),
            ("a name with a line break", ("caddy", "a", "-n", "x\ny"),
             "alone"),
            ("a name with a quote", ("caddy", "a", "-n", 'x"'), "alone"),
            ("an empty name", ("caddy", "a", "-n", ""), "alone"),
            ("a socket with a blank", ("nginx", "a", "--socket", "/a b"),
             "alone"),
            ("a socket that is no path", ("nginx", "a", "--socket", "gate"),
             "HOST:PORT"),
            ("a socket without a name", ("nginx", "a", "--socket", ""),
             "alone"),
            ("TCP with a blank", ("nginx", "a", "--socket", "a b:80"),
             "alone"),
            ("TCP where the proxy is not made for it",
             ("lighttpd", "a", "--socket", "127.0.0.1:9091"), "say /PATH"),
            ("an origin over HTTP", ("nginx", "a", "-o", "http://x"),
             "https://HOST"),
            ("an origin with port 0", ("nginx", "a", "-o", "https://x:0"),
             "65535"),
            ("an origin with port 443", ("nginx", "a", "-o", "https://x:443"),
             "no browser"),
            ("an origin with a path", ("nginx", "a", "-o", "https://x/y"),
             "https://HOST")):
        run = snippet(*args)
        ok(run.rc == 2 and words in run.err and not run.out,
           "refused: " + name, run)
    same(0, snippet("nginx", "a" * 64).rc, "a chain of 64")
    run = Run("snippet", "nginx", "a", "--template-dir", "/nowhere")
    ok(run.rc == 3 and "/nowhere/nginx/authchain.conf" in run.err,
       "templates that are not there", run)
    ok("--template-dir" in run.err, "and how to name where they are", run)


def test_json():
    run = snippet("haproxy", "atoms", "-a", "127.0.0.1:80", "--json")
    same(("", 0), (run.err, run.rc), "--json: nothing on standard error")
    shown = run.json()
    same(("haproxy", "atoms", "haproxy.cfg", ["authchain.lua"]),
         tuple(shown[name] for name in ("proxy", "chain", "file",
                                        "other_files")),
         "--json: which file it is, and which belong to it")
    same(snippet("haproxy", "atoms", "-a", "127.0.0.1:80").out, shown["text"],
         "--json: the same text")
    ok({"word": "UPSTREAM", "option": "upstream"} in shown["left"] and
       not any(item["word"] == "ADDRESS" for item in shown["left"]),
       "--json: what is left", shown["left"])


def check(program, where, *args):
    if find(program) is None:
        ok(True, program + "'s own check # SKIP not installed")
        return
    run = subprocess.run([find(program), *args], capture_output=True,
                         timeout=60, cwd=where, text=True, check=False,
                         env=dict(os.environ, HOME=where))
    ok(run.returncode == 0, program + " takes it", run.stdout + run.stderr)


def test_taken(where):
    """By the check of the proxy itself."""
    def put(host, file, *more):
        part = ("--part", file) if file != FILES[host][0] else ()
        text = snippet(host, "atoms", *GIVEN, *part).out
        for found, other in more:
            text = text.replace(found, other)
        return write(os.path.join(where, host, file), text)

    nginx = put("nginx", "authchain.conf")
    check("nginx", where, "-t", "-p", where, "-e", where + "/nginx.errors",
          "-c", write(where + "/nginx.conf", "pid %s/nginx.pid;\nevents {}\n"
                      "http {\ninclude %s;\naccess_log off;\n%s}\n" % (
                          where, nginx, "".join(
                              "%s_temp_path %s/%s;\n" % (kind, where, kind)
                              for kind in ("client_body", "proxy", "fastcgi",
                                           "uwsgi", "scgi")))))
    check("caddy", where, "validate", "--adapter", "caddyfile", "--config",
          put("caddy", "Caddyfile"))
    lua = put("haproxy", "authchain.lua")
    check("haproxy", where, "-c", "-f",
          put("haproxy", "haproxy.cfg", ("/etc/haproxy/authchain.lua", lua)))
    put("lighttpd", "authchain.lua")
    put("lighttpd", "authchain-answer.lua")
    site = put("lighttpd", "authchain.conf",
               ("/etc/lighttpd", where + "/lighttpd"))
    check("lighttpd", where, "-tt", "-f", write(
        where + "/lighttpd.conf", "server.modules = ()\n"
        'server.document-root = "%s"\nserver.port = 8099\n'
        'server.bind = "127.0.0.1"\ninclude "%s"\n' % (where, site)))
    modules = "".join(
        "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" %
        (name, name) for name in (
            "mpm_event", "authn_core", "authz_core", "authz_user", "setenvif",
            "alias", "asis", "authnz_fcgi", "headers", "macro", "proxy",
            "proxy_http", "rewrite"))
    check("apache2", where, "-t", "-f", write(
        where + "/apache.conf", "ServerName localhost\nErrorLog "
        "%s/apache.errors\nDefaultRuntimeDir %s\nListen 8099\n%sInclude %s\n" %
        (where, where, modules, put("apache", "authchain.conf"))))


test_filled()
test_left()
test_refused()
test_json()
with Folder() as folder:
    test_taken(folder)
done()
