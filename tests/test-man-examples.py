#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The examples of the manual work: programs compile, configurations load,
commands do what is written below them."""
import os
import re
import subprocess

from cli import BUILD, Folder, PLUGINS, Run, SOURCE, done, ok, same, write


def blocks(page):
    """The literal blocks of a page, as a reader sees them."""
    text = open(os.path.join(SOURCE, "doc", "man", page)).read()
    found = re.findall(r"\.Bd -literal -offset indent\n(.*?)\.Ed\n", text,
                       re.S)
    return [block.replace("\\e", "\\") for block in found]


def check_programs(folder):
    flags = ["-std=c11", "-Wall", "-Wextra", "-Werror",
             "-I" + os.path.join(SOURCE, "core")]
    for page in ("libauthchain.3", "authchain_plugin.3"):
        programs = [b for b in blocks(page) if "#include" in b]
        ok(len(programs) == 1, page + " has a whole program")
        for text in programs:
            path = write(os.path.join(folder, "example.c"), text)
            run = subprocess.run(
                [*os.environ.get("CC", "cc").split(), *flags, "-shared",
                 "-fPIC", "-o", os.path.join(folder, "word.so"), path],
                capture_output=True, text=True)
            ok(run.returncode == 0, page + ": it compiles", run.stderr)


def check_plugin(folder):
    """The last program compiled was the plugin."""
    run = Run("plugins", "--plugin-dir", folder, "word")
    ok(run.rc == 0 and "accepts one word" in run.out,
       "authchain_plugin.3: it loads", run)
    conf = write(os.path.join(folder, "w.conf"), "[chain]\ndeadline = 60s\nidentity = word\n"
                 "[plugin word]\nword = swordfish\n")
    run = Run("test", "-f", conf, "--plugin-dir", folder, stdin="swordfish")
    same(0, run.rc, "authchain_plugin.3: it accepts its word")
    run = Run("test", "-f", conf, "--plugin-dir", folder, stdin="goldfish")
    same(1, run.rc, "authchain_plugin.3: and no other")


def check_configurations(folder):
    for page in ("authchain.conf.5", "authchain-plugins.7"):
        whole = [b for b in blocks(page) if "[chain]" in b]
        ok(whole, page + " has a whole configuration")
        for text in whole:
            wanted = set(re.findall(r"^type\s*=\s*(\w+)", text, re.M))
            wanted |= set(re.findall(r"^\[plugin (hs256|oauth)\]", text, re.M))
            missing = [w for w in wanted if not os.path.exists(
                os.path.join(PLUGINS, w + ".so"))]
            if missing:
                ok(True, "%s: it loads # SKIP not built: %s" %
                   (page, ", ".join(missing)))
                continue
            text = re.sub(r"(?m)^(\[plugin (dpop)\])$",
                          r"\1\npath = %s/plugins/.libs/\2.so" % BUILD, text)
            path = write(os.path.join(folder, "atoms.conf"),
                         text.replace("/etc/authchain", folder))
            for at, name in enumerate(("internal.token", "hs256.keys",
                                       "shared.keys")):
                write(os.path.join(folder, name), "%d" % at * 40 + "\n",
                      0o600)
            run = Run("check-config", "-f", path, "--plugin-dir", PLUGINS)
            same((0, ""), (run.rc, run.out), page + ": it loads")


def check_commands(folder):
    """authchain.1: begin with a configuration, and try it."""
    demo = os.path.join(folder, "demo")
    session = next(b for b in blocks("authchain.1") if "init hs256" in b)
    lines = session.replace("\\\n", " ").replace("/tmp/demo", demo)
    lines = lines.replace(" -f ", " --plugin-dir '%s' -f " % PLUGINS)
    lines = lines.replace("mint --plugin-dir '%s'" % PLUGINS, "mint")
    commands = [l[2:] for l in lines.splitlines() if l.startswith("$ ")]
    run = subprocess.run(
        ["sh", "-e", "-c", "\n".join(commands)], capture_output=True,
        text=True, env=dict(os.environ, PATH=BUILD + ":" +
                            os.environ["PATH"]))
    ok(run.returncode == 0 and re.search(
        r"^allow hs256: alice by hs256, until \d{4}-", run.stdout, re.M),
       "authchain.1: init, check-config, mint, test",
       run.stdout + run.stderr)
    session = next(b for b in blocks("authchain.1") if "genpkey" in b)
    if subprocess.run(["sh", "-c", "command -v openssl"],
                      capture_output=True).returncode != 0:
        ok(True, "authchain.1: a key pair # SKIP no openssl")
        return
    commands = [l[2:] for l in session.replace("\\\n", " ").splitlines()
                if l.startswith("$ ")]
    run = subprocess.run(
        ["sh", "-e", "-c", "\n".join(commands)], capture_output=True,
        text=True, cwd=folder, env=dict(os.environ, PATH=BUILD + ":" +
                                        os.environ["PATH"]))
    ok(run.returncode == 0 and run.stdout.count(".") == 2,
       "authchain.1: a key pair", run.stdout + run.stderr)


with Folder() as top:
    check_programs(top)
    check_plugin(top)
    check_configurations(top)
    if os.path.exists(os.path.join(PLUGINS, "hs256.so")):
        check_commands(top)
done(secret_free=False)
