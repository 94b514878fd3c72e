#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each mistake of tests/mistakes.txt is told where it is, as what it is, with
what to do, and nothing of a secret is ever shown."""
import os
import re
import subprocess
import sys

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, \
    NoEncryption, PrivateFormat, PublicFormat

from e2e import PLUGINS, SOURCE, Folder, Run, begin, done, ok, same, secret, \
    skip, write

MARK = "\u00a4"
GOOD = """\
# The good configuration.
[chain]
resource = https://api.example.com/mcp
identity = internal, shared, keys
challenge = oauth
deadline = 2s

[plugin internal]
type = static
token = @internal

[plugin shared]
type = hs256
issuer = ours
secret = @shared

[plugin keys]
type = jwks
issuer = https://issuer.example.com
jwks-file = DIR/jwks.json

[plugin oauth]
authorization-servers = https://issuer.example.com
scopes = read, write

[secret internal]
file = DIR/internal.token
purpose = internal

[secret shared]
file = DIR/shared.keys
purpose = internal
"""
MISPLACED = "s3cr3t-value-in-the-wrong-place"
# What a text file can't hold, and what takes root.
MORE = [
    ("a control character", "issuer = ours", "issuer = ou\x01rs",
     "issuer = ou" + MARK + "\x01rs", "control character U+0001",
     "delete it"),
    ("a NUL", "issuer = ours", "issuer = ou\0rs", "issuer = ou" + MARK +
     "\0rs", "a NUL byte", "plain UTF-8"),
    ("a byte that is not UTF-8", "issuer = ours", "issuer = ou\udcffrs",
     "issuer = ou" + MARK + "\udcffrs", "not UTF-8 (0xff)", "as UTF-8"),
    ("a byte order mark", "# The good", "\ufeff# The good", MARK +
     "\ufeff# The good configuration.", "byte order mark", "without a byte"),
    ("UTF-16", "# The good", "\udcff\udcfe# The good", MARK +
     "\udcff\udcfe# The good configuration.", "UTF-16", "as UTF-8"),
]
FINDING = re.compile(r"(.*?):(\d+):(\d+): (error|warning|lint): (.*)")


def read_rows():
    """(name, old, new, place, text, hint) of each block."""
    rows, row = [], None
    with open(os.path.join(SOURCE, "tests", "mistakes.txt"),
              encoding="utf-8") as file:
        for line in file.read().splitlines():
            kind, value = line[:1], line[2:]
            if kind == "=":
                row = {k: [] for k in "=-+@!?"}
                rows.append(row)
            if kind in ("#", ""):
                continue
            row[kind].append(value)
    for row in rows:
        yield (row["="][0],) + tuple("\n".join(row[k]) for k in "-+@!?")


def write_files():
    """What the rows speak of."""
    long = os.urandom(18).hex()
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                                NoEncryption()).decode()
    public = key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    secrets = {
        "internal.token": "itok_" + os.urandom(20).hex(),
        "shared.keys": os.urandom(24).hex(), "other.keys": os.urandom(18).hex(),
        "short.keys": "short", "empty.keys": None,
        "blank.keys": long + "\n\n" + long, "space.keys": " " + long,
        "twice.keys": long + "\n" + long, "bom.keys": "\ufeff" + long,
        "huge.keys": (long * 2000)[:70000],
        "many.keys": "\n".join("%s%d" % (long, at) for at in range(100)),
        "nothex.keys": "zz" * 20, "open.keys": long, "group.keys": long,
        "user.keys": long, "k.pem": private.rstrip(),
        "pub.pem": public.rstrip(),
    }
    for name, text in secrets.items():
        write(folder + "/" + name, "" if text is None else text + "\n", 0o600)
        for line in (text or "").splitlines():
            if name != "pub.pem" and not line.startswith("-----"):
                secret(line)
    secret(MISPLACED)
    os.chmod(folder + "/open.keys", 0o644)
    os.chmod(folder + "/group.keys", 0o660)
    os.mkfifo(folder + "/fifo.keys", 0o600)
    os.mkdir(folder + "/folder.keys")
    os.symlink("loop.keys", folder + "/loop.keys")
    os.symlink("nowhere", folder + "/dangling.keys")
    run = subprocess.run([os.path.join(os.path.dirname(os.path.dirname(
        PLUGINS)), "authchain"), "mint", "--key-file", folder + "/k.pem",
        "--jwks"], capture_output=True, check=True)
    write(folder + "/jwks.json", run.stdout.decode())
    write(folder + "/html.json", "<html>")
    write(folder + "/bad.json", '{"keys": 1}')
    write(folder + "/empty.json", '{"keys":[]}')
    write(folder + "/open.json", '{"keys":[]}', 0o666)
    write(folder + "/private.json", private)


def findings(run):
    """[(file, line, column, severity, text, hint)] as people see them."""
    found = []
    for line in run.out.splitlines():
        match = FINDING.match(line)
        if match:
            found.append(list(match.groups()) + [""])
        elif found and line.startswith("    "):
            found[-1][5] += line.strip()
    return found


def check(path, *args):
    return Run("check-config", "-f", path, "--plugin-dir", PLUGINS, *args)


def told(name, text, place, wanted, hint):
    """That configuration has that finding, exactly there."""
    severity, _, words = wanted.partition(": ")
    if severity not in ("lint", "warning"):
        severity, words = "error", wanted
    path = folder + "/t.conf"
    lines = text.split("\n")
    whole = place.replace(MARK, "").replace("DIR/", folder + "/")
    at = [number for number, line in enumerate(lines, 1) if line == whole]
    before = place.split(MARK)[0].replace("DIR/", folder + "/")
    column = len(before.encode("utf-8", "surrogateescape")) + 1
    with open(path, "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
    run = check(path)
    words = words.replace("DIR/", folder + "/").replace("PLUGINS", PLUGINS)
    found = [f for f in findings(run) if f[3] == severity and words in f[4]]
    same(3 if severity == "error" else 0, run.rc, name + ": exit status")
    if not ok(found and len({str(f) for f in found}) == len(found),
              name + ": what it is, once", run):
        return
    ok(found[0][0] == path and int(found[0][1]) in at and
       int(found[0][2]) == column, name + ": where it is",
       "%s in lines %s, column %d" % (found[0][:3], at, column))
    todo = (found[0][4].replace(words, "") + " " + found[0][5])
    ok(hint and hint.replace("DIR/", folder + "/") in todo,
       name + ": what to do", found[0])
    if severity == "lint":
        same(3, check(path, "--strict").rc, name + ": refused by --strict")


def rows():
    count = 0
    for name, old, new, place, text, hint in list(read_rows()) + MORE:
        count += 1
        if GOOD.count(old) < 1:
            ok(False, name + ": the good configuration has it", old)
            continue
        # a line that is taken out goes with its end
        edited = GOOD.replace(old if new else old + "\n", new, 1)
        told(name, edited.replace("DIR/", folder + "/"), place, text, hint)
    ok(count >= 100, "a hundred rows, and %d" % (count - 100), count)


def owner():
    if os.geteuid() != 0:
        skip("a secret of another user", "takes root")
        return
    os.chown(folder + "/user.keys", 1234, 1234)
    told("a secret of another user", GOOD.replace(
        "shared.keys", "user.keys").replace("DIR/", folder + "/"),
        "file = " + MARK + "DIR/user.keys", "DIR/user.keys belongs to user "
        "1234, who could change it", "chown root")


# One file, many mistakes: (place, text).
MANY = [
    ("identity = internal, " + MARK + "sharde", "sharde"),
    (MARK + "dedline = 2s", "unknown option"),
    ("token = " + MARK + "@intern", "no [secret intern]"),
    ("type = " + MARK + "hs265", "hs265"),
    ("issuer = " + MARK + '""', "empty"),
    (MARK + "jwks_uri = https://a.example", "jwks_uri"),
    ("leeway = " + MARK + "1h", "more than"),
    ("file = " + MARK + MISPLACED, "not an absolute path"),
    (MARK + "color = blue", "unknown option"),
    ("file = " + MARK + "DIR/open.keys", "open to other users"),
]
MANY_TEXT = """[chain]
resource = https://api.example.com/mcp
identity = internal, sharde
dedline = 2s

[plugin internal]
type = static
token = @intern

[plugin shared]
type = hs265
issuer = ours

[plugin keys]
type = jwks
issuer = ""
jwks_uri = https://a.example
leeway = 1h

[secret internal]
file = %s
color = blue

[secret shared]
file = DIR/open.keys
""" % MISPLACED


def many():
    path = folder + "/many.conf"
    text = MANY_TEXT.replace("DIR/", folder + "/")
    write(path, text)
    run = check(path)
    found = findings(run)
    for place, words in MANY:
        place = place.replace("DIR/", folder + "/")
        line = text.split("\n").index(place.replace(MARK, "")) + 1
        column = place.index(MARK) + 1
        ok(any(int(f[1]) == line and int(f[2]) == column and words in f[4]
               for f in found), "all at once: " + words, run)
    same(sorted(found, key=lambda f: int(f[1])), found,
         "in the order of lines")
    same(3, run.rc, "one exit status")
    errors = check(path, "--json").json()
    same([f[:3] for f in found], [
        [f["file"], str(f["line"]), str(f["column"])]
        for f in errors.get("findings", [])], "the same as JSON")
    same(len([f for f in found if f[3] == "error"]), errors.get("errors"),
         "and their count")


def filled(text):
    return text.replace("DIR/", folder + "/")


def tree(name, files):
    """A configuration folder; files: {path: text or (text, mode)}."""
    for path, text in files.items():
        text, mode = text if isinstance(text, tuple) else (text, 0o644)
        write(os.path.join(folder, name, path), filled(text), mode)
    return os.path.join(folder, name)


def folders():
    chain, rest = filled(GOOD).split("[plugin internal]", 1)
    rest = "[plugin internal]" + rest
    good = {"chains/a.conf": chain, "conf.d/b.conf": rest}
    same(0, check(tree("good", good)).rc, "a folder with a drop-in is good")
    for name, files, part, hint in (
            ("no chains", {"conf.d/b.conf": rest}, "the folder chains is "
             "missing", "chains/NAME.conf"),
            ("a chain in a drop-in", dict(good, **{"conf.d/c.conf": chain}),
             "[chain] in a drop-in", "chains/NAME.conf"),
            ("no chain in a chain", dict(good, **{"chains/b.conf": "\n"}),
             "no [chain] section", "begin it with [chain]"),
            ("an entry twice", dict(good, **{"conf.d/c.conf":
             "[plugin oauth]\nscopes = a\n"}), "[plugin oauth] is defined",
             "another name"),
            ("a chain's name", dict(good, **{"chains/A.conf": chain}),
             "A.conf", ""),
            ("one that others may write", dict(good, **{"conf.d/c.conf": (
                   "\n", 0o666)}), "c.conf: error: can be changed by other users",
             "chmod go-w"),
            ("a mistake in a drop-in", dict(good, **{"conf.d/b.conf":
             rest.replace("issuer = ours", "isuer = ours")}),
             'unknown option "isuer"', 'did you mean "issuer"?')):
        run = check(tree(name, files))
        found = [f for f in run.out.splitlines() if part in f]
        ok(run.rc == 3 and found and hint in run.out, "folder: " + name, run)
    for name, target in (("a circle", "c.conf"), ("nothing", "nowhere")):
        path = tree("link to " + name, good)
        os.symlink(target, path + "/conf.d/c.conf")
        run = check(path)
        ok(run.rc == 3 and "conf.d/c.conf" in run.out,
           "folder: a link to " + name, run)
    os.chmod(tree("open", good) + "/conf.d", 0o777)
    run = check(folder + "/open")
    ok(run.rc == 3 and "chmod go-w" in run.out,
       "folder: others may add files", run)
    run = Run("check-config", "-f", tree("no plugins", good), "--plugin-dir",
              "/nowhere")
    ok(run.rc == 3 and "can't open /nowhere" in run.out
       and "install the plugins there" in run.out,
       "a folder of plugins that is not there", run)
    for name, path in (("nowhere", folder + "/nowhere"),
                       ("a device", "/dev/null"),
                       ("an empty name", "")):
        run = check(path)
        ok(run.rc in (2, 3) and run.err + run.out != "", "not there: " + name,
           run)


os.environ.pop("AUTHCHAIN_TEST_UNSET", None)
os.environ.pop("CREDENTIALS_DIRECTORY", None)
begin("test-cli-mistakes")
with Folder() as folder:
    write_files()
    write(folder + "/t.conf", GOOD.replace("DIR/", folder + "/"))
    judged = check(folder + "/t.conf", "--strict")
    if not ok(judged.rc == 0 and not judged.out, "the good one is good",
              judged):
        sys.exit(1)
    rows()
    owner()
    many()
    folders()
done()
