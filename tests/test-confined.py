#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchaind gives away what it does not need, and still reads its
configuration anew.  Who tries to write is a program that prints a secret: it
runs at each reload, with the daemon's rights."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from authchaind import PROGRAM, Daemon
from e2e import PLUGINS, begin, done, ok, same, secret, skip, write

FORWARD = "/authz/forward-auth/t"
CONFIG = """[chain]
deadline = 60s
identity = internal

[plugin internal]
type = static
token = @internal
subject = %(subject)s

[secret internal]
%(source)s
"""
TRIES = """#!/bin/sh
# What of this succeeds shows afterwards.
n=$(cat %(where)s/number)
echo x >%(where)s/state/made-$n
echo x >%(where)s/made-$n
echo x >%(where)s/extra/made-$n
mkdir %(where)s/folder-$n
rm -f %(where)s/../removed-$n
echo changed >>%(where)s/t.conf
echo nothing >/dev/null && echo x >%(where)s/state/null-$n
echo sesame-opens-it-all
"""


def bearer(token):
    return "Authorization: Bearer " + token


def has_landlock():
    got = subprocess.run(
        [PROGRAM, "-f", "/nowhere", "--landlock=off"], capture_output=True,
        timeout=60)
    same(3, got.returncode, "without a configuration nothing is served")
    try:
        with open("/sys/kernel/security/lsm", encoding="ascii") as file:
            return "landlock" in file.read()
    except OSError:
        return None  # not told: the daemon is asked


def prepare(where, number):
    write(where + "/number", "%d\n" % number)
    write(where + "/../removed-%d" % number, "")


def made(where, number):
    """What the program could do."""
    return {name for name, done_ in (
        ("state", os.path.exists("%s/state/made-%d" % (where, number))),
        ("null", os.path.exists("%s/state/null-%d" % (where, number))),
        ("elsewhere", os.path.exists("%s/made-%d" % (where, number))),
        ("extra", os.path.exists("%s/extra/made-%d" % (where, number))),
        ("folder", os.path.exists("%s/folder-%d" % (where, number))),
        ("removed", not os.path.exists("%s/../removed-%d" % (where, number))),
    ) if done_}


def config(where, subject, source):
    return write(where + "/t.conf", CONFIG % {"subject": subject,
                                             "source": source})


def layout(where):
    for name in ("state", "extra", "later"):
        os.mkdir(os.path.join(where, name), 0o700)
    tries = write(where + "/tries", TRIES % {"where": where}, 0o700)
    write(where + "/later/secret", secret("another-word-opens-it") + "\n",
          0o600)
    secret("sesame-opens-it-all")
    return config(where, "robot", "exec = " + tries)


def test_reload(where, path, *mode):
    """Once it serves, it writes to its state folder alone."""
    program = "exec = %s/tries" % where
    prepare(where, 1)
    with Daemon(path, "--state-dir", where + "/state", "--writable",
                where + "/extra", *mode, "-v") as daemon:
        everything = {"state", "null", "elsewhere", "extra", "folder",
                      "removed"}
        same(everything, made(where, 1),
             "before it serves the program may do all of it")
        confined = "Landlock" in daemon.text() and \
            "has no Landlock" not in daemon.text()
        prepare(where, 2)
        config(where, "android", program)
        ok(daemon.reload(), "a reload is taken")
        answer = daemon.ask(FORWARD, bearer("sesame-opens-it-all"))
        same("android", answer.one("X-Auth-Subject"),
             "the configuration is read anew, and its program run")
        if mode or not confined:
            same(everything, made(where, 2), "unconfined, all goes on")
            return confined
        same({"state", "null", "extra"}, made(where, 2),
             "when it serves, the state folder and --writable are left")
        config(where, "android", "file = %s/later/secret" % where)
        ok(daemon.reload(), "a reload is taken once more")
        same(200, daemon.ask(FORWARD, bearer("another-word-opens-it")).status,
             "a secret in a folder that was not named before is read")
        config(where, "android", "file = %s/later/none" % where)
        ok(not daemon.reload(), "a bad configuration is not taken")
        same(200, daemon.ask(FORWARD, bearer("another-word-opens-it")).status,
             "a reload that fails leaves what was")
        same(0, daemon.stop(), "it ends with 0")
        ok(not os.path.exists(daemon.unix), "and its socket is removed")
    return confined


def status_of(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return dict(re.findall(r"(?m)^(\w+):\s+(.*)$", file.read()))


def test_process(where):
    """What every process of ours gives away, whoever runs it."""
    path = config(where, "robot", "file = %s/later/secret" % where)
    with Daemon(path) as daemon:
        pid = daemon.process.pid
        status = status_of(pid)
        same("1", status["NoNewPrivs"], "no more rights can be had")
        with open("/proc/%d/limits" % pid, encoding="ascii") as file:
            limits = file.read()
        ok(re.search(r"Max core file size\s+0\s+0", limits),
           "there will be no core file", limits)
        files = re.search(r"Max open files\s+(\d+)\s+(\d+)", limits)
        same(files.group(2), files.group(1),
             "it may open as many files as it is allowed to")


def test_user(where, plugins):
    """Root's children only: as somebody without rights, as the unit has it."""
    if os.getuid() != 0:
        skip("as an unprivileged user", "this test does not run as root")
        return
    nobody = 65534
    program = shutil.copy(PROGRAM, where + "/authchaind")
    for folder, _folders, files in os.walk(where):
        for name in (folder, *(os.path.join(folder, one) for one in files)):
            os.chown(name, nobody, nobody)
    path = config(where, "robot", "file = %s/later/secret" % where)
    with Daemon(path, "--state-dir", where + "/state", plugins=plugins,
                program=program, user=nobody, group=nobody, extra_groups=()) as daemon:
        pid = daemon.process.pid
        same(str(nobody), status_of(pid)["Uid"].split()[0],
             "an unprivileged user runs it")
        same("0" * 16, status_of(pid)["CapEff"], "without capabilities")
        same(0, os.stat("/proc/%d/mem" % pid).st_uid,
             "its memory is nobody's to look at, not even that user's")
        same(200, daemon.ask(FORWARD, bearer("another-word-opens-it")).status,
             "it serves")
        ok(daemon.reload(), "it reloads")
        same(200, daemon.ask(FORWARD, bearer("another-word-opens-it")).status,
             "and serves on")


def main():
    begin("test-confined")
    # below /tmp, where everybody gets through
    with tempfile.TemporaryDirectory(dir="/tmp") as top:
        where = top + "/daemon"
        os.mkdir(where)
        os.chmod(top, 0o755)
        os.chmod(where, 0o755)
        path = layout(where)
        confined = test_reload(where, path)
        known = has_landlock()
        if not confined:
            skip("confined by Landlock", "this kernel has none")
        ok(known is None or known == confined,
           "it is confined where the kernel can")
        path = config(where, "robot", "exec = %s/tries" % where)
        test_reload(where, path, "--landlock=off")
        test_process(where)
        plugins = where + "/plugins"
        shutil.copytree(PLUGINS, plugins, ignore=lambda folder, names: [
            name for name in names if not name.endswith(".so")])
        test_user(where, plugins)
    done()


if not os.path.exists(PROGRAM):
    print("1..0 # SKIP authchaind was not built")
    sys.exit(0)
main()
