#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command line of authchain(1): what it takes, what it refuses, where it
says so."""
import os
import re
import subprocess

from cli import PROGRAM, Run, done, ok, same

COMMANDS = ["audit", "check-config", "config", "explain", "init", "inspect",
            "keys", "mint", "plugins", "snippet", "test"]
TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0LXNpZ25hdHVyZQ"

# Name, arguments, what standard error must say.  All of them exit with 2.
REFUSED = [
    ("no command", [], "usage: authchain COMMAND"),
    ("an unknown command", ["frobnicate"], "unknown command"),
    ("a mistyped command", ["isnpect"], 'did you mean "inspect"?'),
    ("help of an unknown command", ["help", "tset"], 'did you mean "test"?'),
    ("an option in front of the command", ["--config", "x", "test"],
     "the command comes first"),
    ("an unknown option", ["test", "--frob"], 'unknown option "--frob"'),
    ("a mistyped option", ["test", "--chian", "x"], "did you mean --chain?"),
    ("an unknown letter", ["test", "-Z"], 'unknown option "-Z"'),
    ("an unknown letter behind a known one", ["test", "-vZ"],
     'unknown option "-Z"'),
    ("an abbreviated option", ["test", "--conf", "x"], "unknown option"),
    ("an option without its value", ["test", "--chain"], "needs a value"),
    ("a letter without its value", ["test", "-c"], "needs a value"),
    ("a value for a switch", ["test", "--json=yes"], "takes no value"),
    ("an option given twice", ["test", "-c", "a", "--chain=b"],
     "was given twice"),
    ("an argument too many", ["test", "x"], "too many arguments"),
    ("two plugins", ["plugins", "static", "hs256"], "too many arguments"),
    ("a token and no credential", ["test", "--no-token", "--authorization",
     "Bearer x"], "contradict"),
    ("a header without a colon", ["test", "--header", "x"], "NAME: VALUE"),
    ("a header without a name", ["test", "-H", ": x"], "NAME: VALUE"),
    ("Authorization as a plain header", ["test", "-H",
     "authorization: Bearer x"], "--header takes no Authorization"),
    ("a header with a line end", ["test", "-H", "a: b\nc"], "control"),
    ("a timeout that is no time", ["test", "--timeout", "soon"],
     "no time to wait"),
    ("a timeout of nothing", ["test", "--timeout", "0"], "no time to wait"),
    ("a timeout that is too long", ["test", "--timeout", "60001ms"],
     '--timeout "60001ms" is no time to wait: write 500ms or 2s, at most 60s'),
    ("one that is far too long", ["explain", "--timeout", "5000000s"],
     "at most 60s"),
    ("mint without a key", ["mint", "--sub", "x"], "one key is needed"),
    ("mint with two keys", ["mint", "--key", "@a", "--key-file", "b"],
     "one key is needed"),
    ("a key on the command line", ["mint", "--key", "secret"],
     "never stands on a command line"),
    ("a key without a name", ["mint", "--key", "@"], "--key takes @NAME"),
    ("init of nothing", ["init"], "atoms, hs256 or --from-env"),
    ("init of something else", ["init", "saml"], "atoms, hs256"),
    ("init of two folders", ["init", "atoms", "a", "b"],
     "too many arguments"),
    ("--keep-env alone", ["init", "atoms", "/nonexistent", "--keep-env"],
     "--from-env"),
]

for name, args, wanted in REFUSED:
    run = Run(*args)
    ok(run.rc == 2 and wanted in run.err and run.out == "",
       "refused: " + name, run)

ok(Run("test", "--no-token", "--timeout", "60s", "-c", "/nonexistent").rc == 3,
   "the longest timeout")

run = Run("test", TOKEN)
ok(run.rc == 2 and TOKEN[:8] not in run.err,
   "a token in the wrong place is not repeated", run)

overview = Run("--help")
ok(overview.rc == 0 and overview.err == "", "--help goes to standard output")
for command in COMMANDS:
    ok("\n  %s " % command in overview.out, "--help lists " + command)
    run = Run(command, "--help")
    ok(run.rc == 0 and run.err == "" and
       run.out.startswith("usage: authchain %s " % command) and
       "--help" in run.out, command + " --help", run)
    ok(all(len(line) < 80 for line in run.out.splitlines()),
       command + " --help fits a terminal")
    same(run.out, Run("help", command).out, "help " + command + " is the same")
    json = [] if command == "snippet" else ["--json"]
    same(run.out, Run(command, *json, "-h", "x").out if command != "test"
         else run.out, command + ": help wins over arguments")
same(overview.out, Run("help").out, "help")
same(overview.out, Run("-h").out, "-h")

version = Run("--version")
ok(version.rc == 0 and version.out.startswith("authchain "), "--version")
ok(re.search("^Ed25519 by lib(crypto|sodium)$", version.out, re.M),
   "--version says who checks Ed25519", version)
same(version.out, Run("-V").out, "-V")
same(version.out, Run("test", "--version").out, "test --version")

ok("\033[" not in overview.out, "no colour in a pipe")

# A reader that goes away is neither a crash nor a success.
read, write = os.pipe()
os.close(read)
process = subprocess.run([PROGRAM, "--help"], stdout=write,
                         stderr=subprocess.PIPE)
os.close(write)
ok(process.returncode == 1 and process.stderr == b"",
   "a closed pipe: exit status 1, no message, no signal", process)
with open("/dev/full", "wb") as full:
    process = subprocess.run([PROGRAM, "--help"], stdout=full,
                             stderr=subprocess.PIPE)
ok(process.returncode == 1 and b"standard output" in process.stderr,
   "a full disk: exit status 1 and a message", process)
done()
