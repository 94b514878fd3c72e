#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""authchain init: what it writes, and that it never writes over anything."""
import os
import stat

from cli import Folder, PLUGINS, Run, done, ok, same, secrets, write

ENV = "FASTMCP_SERVER_AUTH_AUTHKITPROVIDER_"
TOKEN = "internal-token-of-at-least-sixteen-bytes"
secrets.append(TOKEN.encode())


def files(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            found[os.path.relpath(path, folder)] = (
                stat.S_IMODE(os.stat(path).st_mode), open(path).read())
    return found


def value(text, section, key):
    """The value of a key as it stands in the text; None without."""
    here = False
    for line in text.splitlines():
        if line.startswith("["):
            here = line == "[%s]" % section
        elif here and line.split("=")[0].strip() == key:
            return line.split("=", 1)[1].strip()
    return None


def check_templates(top):
    folder = top + "/atoms"
    run = Run("init", "atoms", folder, "--resource", "https://a.example/mcp/",
              "--domain", "x.authkit.app")
    same(0, run.rc, "init atoms")
    made = files(folder)
    same(["chains/atoms.conf", "hs256.keys", "internal.token"], sorted(made),
         "writes a chain and two secrets")
    ok(os.path.isdir(folder + "/conf.d"), "and an empty conf.d")
    same({"chains/atoms.conf": 0o644, "hs256.keys": 0o600,
          "internal.token": 0o600}, {k: v[0] for k, v in made.items()},
         "secrets are for the owner alone")
    for name in ("hs256.keys", "internal.token"):
        text = made[name][1]
        ok(len(text) >= 44 and text.count("\n") == 1, name + " has one line")
        secrets.append(text.strip().encode())
        ok(folder + "/" + name in made["chains/atoms.conf"][1],
           "the chain names %s by its absolute path" % name)
    text = made["chains/atoms.conf"][1]
    same("https://a.example/mcp", value(text, "chain", "resource"),
         "--resource, without the last slash")
    same("https://x.authkit.app", value(text, "plugin authkit", "domain"),
         "--domain, with https in front")
    same("internal, hs256, authkit", value(text, "chain", "identity"),
         "the Atoms order")
    same("oauth", value(text, "chain", "challenge"), "and its challenge")
    ok(all(len(line) <= 79 for line in text.splitlines()
           if line.startswith("#") and folder not in line),
       "comments fit a terminal")

    run = Run("init", "atoms", folder)
    ok(run.rc == 3 and "there already" in run.err and run.out == "",
       "a second run is refused", run)
    same(made, files(folder), "and changed nothing")
    run = Run("init", "atoms", folder, "--chain", "other")
    ok(run.rc == 3, "another chain would share the secrets: refused", run)
    same(made, files(folder), "and nothing was written")

    os.remove(folder + "/internal.token")
    os.remove(folder + "/chains/atoms.conf")
    left = files(folder)
    run = Run("init", "atoms", folder)
    ok(run.rc == 3 and "hs256.keys" in run.err,
       "one file in the way is enough", run)
    same(left, files(folder), "nothing half-written")

    one, two = top + "/one", top + "/two"
    same([0, 0], [Run("init", "hs256", d).rc for d in (one, two)],
         "init hs256")
    same(["chains/hs256.conf", "hs256.keys"], sorted(files(one)),
         "writes a chain and a secret")
    for d in (one, two):
        secrets.append(files(d)["hs256.keys"][1].strip().encode())
    ok(files(one)["hs256.keys"] != files(two)["hs256.keys"],
       "each secret is another")
    run = Run("init", "hs256", top + "/three", "--json")
    same({"folder": top + "/three", "written": [
        top + "/three/hs256.keys", top + "/three/chains/hs256.conf"]},
        run.json(), "--json says what was written")
    text = files(top + "/three")["chains/hs256.conf"][1]
    same("hs256", value(text, "chain", "identity"), "hs256 alone")
    same(None, value(text, "chain", "challenge"), "no challenge")

    odd = top + "/with space, comma #"
    run = Run("init", "hs256", odd, "--issuer", 'a "b" \\ c')
    same(0, run.rc, "a folder and an issuer with odd characters")
    text = files(odd)["chains/hs256.conf"][1]
    same('"%s/hs256.keys"' % odd, value(text, "secret hs256", "file"),
         "are quoted")
    same('"a \\"b\\" \\\\ c"', value(text, "plugin hs256", "issuer"),
         "and escaped")


# Name, arguments behind "init atoms FOLDER", exit status, standard error.
REFUSED = [
    ("a resource that is no URL", ["--resource", "mcp"], 2, "must be a URL"),
    ("a resource of another scheme", ["--resource", "ftp://x/"], 2,
     "must be a URL"),
    ("a resource with a line end", ["--resource", "https://x/\nidentity=y"],
     2, "control"),
    ("a resource with a space", ["--resource", "https://x/ y"], 2,
     "characters"),
    ("a resource with a variable", ["--resource", "https://x/${HOME}"], 2,
     "characters"),
    ("an empty resource", ["--resource", ""], 2, "empty"),
    ("a domain with plain http", ["--domain", "http://x.example"], 2, ""),
    ("a domain with a user", ["--domain", "https://u@x.example"], 2, ""),
    ("an issuer with a line end", ["--issuer", "x\n[secret y]"], 2,
     "control"),
    ("scopes with a line end", ["--scopes", "a\nb"], 2, "control"),
    ("a chain's name with a slash", ["--chain", "../x"], 2, "a name has"),
    ("a chain's name in capitals", ["--chain", "X"], 2, "a name has"),
    ("a chain's name of 65 bytes", ["--chain", "x" * 65], 2, "a name has"),
    ("an empty chain's name", ["--chain", ""], 2, "a name has"),
]


def check_refusals(top):
    folder = top + "/refused"
    for name, args, rc, text in REFUSED:
        run = Run("init", "atoms", folder, *args)
        ok(run.rc == rc and text in run.err and not os.path.exists(folder),
           "refused, nothing written: " + name, run)
    same(0, Run("init", "hs256", folder, "--chain", "x" * 64).rc,
         "64 bytes are a name")
    run = Run("init", "atoms", top + "/no/such/parent")
    ok(run.rc == 3 and "can't make the folder" in run.err,
       "the parent is not made", run)
    file = write(top + "/file", "")
    same(3, Run("init", "atoms", file).rc, "refused: a file as the folder")
    os.mkdir(top + "/half")
    os.symlink("/nonexistent", top + "/half/chains")
    run = Run("init", "atoms", top + "/half")
    ok(run.rc == 3 and "half/chains" in run.err,
       "refused: what can't be finished", run)
    same(["chains"], os.listdir(top + "/half"),
         "and what was written before is gone again")
    os.mkdir(top + "/link")
    os.symlink("/nonexistent", top + "/link/hs256.keys")
    same(3, Run("init", "hs256", top + "/link").rc,
         "refused: a dangling link in the way")
    same(["hs256.keys"], os.listdir(top + "/link"),
         "and the folders are gone again")


def env(**values):
    names = {"domain": ENV + "AUTHKIT_DOMAIN", "base": ENV + "BASE_URL",
             "scopes": ENV + "REQUIRED_SCOPES", "client": "WORKOS_CLIENT_ID",
             "token": "ATOMS_INTERNAL_TOKEN"}
    whole = {name: "" for name in names.values()}
    whole.update({names[k]: v for k, v in values.items()})
    return whole


# Base URL, the resource that it amounts to.
RESOURCES = [
    ("https://mcp.example.com", "https://mcp.example.com/mcp"),
    ("https://mcp.example.com/", "https://mcp.example.com/mcp"),
    ("https://mcp.example.com/mcp", "https://mcp.example.com/mcp"),
    ("https://mcp.example.com/mcp/", "https://mcp.example.com/mcp"),
    ("https://mcp.example.com/api/mcp", "https://mcp.example.com/api/mcp"),
    ("https://mcp.example.com/api", "https://mcp.example.com/api/mcp"),
    ("http://localhost:8000", "http://localhost:8000/mcp"),
]

# Required scopes as FastMCP takes them, as a list.
SCOPES = [
    ("openid,profile,email", "openid, profile, email"),
    ("openid profile email", "openid, profile, email"),
    ('["openid", "profile"]', "openid, profile"),
    (" openid ,  profile ", "openid, profile"),
    ("mcp:read", "mcp:read"),
]


def check_env(top):
    at = 0

    def init(*args, **values):
        nonlocal at
        at += 1
        folder = "%s/env%d" % (top, at)
        run = Run("init", "--from-env", folder, *args, env=env(**values))
        return run, files(folder) if os.path.isdir(folder) else {}

    domain, base = "https://x.authkit.app", "https://mcp.example.com"
    run, made = init(domain=domain, base=base, token=TOKEN, client="client_1",
                     scopes="openid,email")
    same((0, ["chains/atoms.conf", "internal.token"]), (run.rc, sorted(made)),
         "--from-env writes a chain and the token")
    same((0o600, TOKEN + "\n"), made["internal.token"],
         "the token is copied, for the owner alone")
    text = made["chains/atoms.conf"][1]
    same(("internal, authkit", "oauth"), (value(text, "chain", "identity"),
         value(text, "chain", "challenge")), "static, AuthKit, challenge")
    same(domain, value(text, "plugin authkit", "domain"), "the domain")
    same("https://mcp.example.com/mcp, client_1",
         value(text, "plugin authkit", "audience"),
         "the client is one more audience")
    same("openid, email", value(text, "plugin authkit", "required-scopes"),
         "the scopes are required")
    same("openid, email", value(text, "plugin oauth", "scopes"),
         "and asked for")
    for name in env():
        ok(name in text, "the comment names " + name)
    for url, wanted in RESOURCES:
        run, made = init(domain=domain, base=url)
        same((0, wanted), (run.rc, value(made["chains/atoms.conf"][1],
             "chain", "resource")), "BASE_URL %s" % url)
    for scopes, wanted in SCOPES:
        run, made = init(domain=domain, base=base, scopes=scopes)
        same(wanted, value(made["chains/atoms.conf"][1], "plugin authkit",
             "required-scopes"), "REQUIRED_SCOPES %s" % scopes)
    text = init(domain="x.authkit.app/", base=base)[1]["chains/atoms.conf"][1]
    same(domain, value(text, "plugin authkit", "domain"),
         "a bare domain is completed")
    same(("authkit", None, None), (value(text, "chain", "identity"),
         value(text, "plugin authkit", "audience"),
         value(text, "plugin authkit", "required-scopes")),
         "what is not set is left out")
    text = init("--resource", "https://y.example/api/mcp", domain=domain,
                base=base)[1]["chains/atoms.conf"][1]
    same("https://y.example/api/mcp", value(text, "chain", "resource"),
         "--resource wins")
    text = init(domain="http://127.0.0.1:9/", base=base)[1][
        "chains/atoms.conf"][1]
    same("yes", value(text, "plugin authkit", "insecure-http"),
         "http to this machine is marked as insecure")
    run, made = init("--keep-env", domain=domain, base=base, token=TOKEN)
    same(["chains/atoms.conf"], sorted(made), "--keep-env copies nothing")
    same("ATOMS_INTERNAL_TOKEN", value(made["chains/atoms.conf"][1],
         "secret internal", "env"), "and names the variable")
    for name, values, wanted in [
            ("no domain", dict(base=base), "AUTHKIT_DOMAIN is not set"),
            ("no base URL", dict(domain=domain), "BASE_URL is not set"),
            ("a short token", dict(domain=domain, base=base, token="x" * 15),
             "fewer than 16"),
            ("a token with a line end", dict(domain=domain, base=base,
             token="x" * 16 + "\ny"), "control"),
            ("a client with a line end", dict(domain=domain, base=base,
             client="x\n[plugin y]"), "control"),
            ("a domain with a line end", dict(domain="x\ny", base=base),
             "control"),
            ("hs256 from the environment", None, "atoms chain")]:
        if values is None:
            run = Run("init", "hs256", "--from-env", top + "/x", env=env())
            made = {}
        else:
            run, made = init(**values)
        ok(run.rc == 2 and wanted in run.err and not made,
           "refused: " + name, run)


def check_loads(top):
    """What was written is a good configuration."""
    plugins = os.listdir(PLUGINS) if os.path.isdir(PLUGINS) else []
    for template, needed in (("hs256", ["hs256.so"]),
                             ("atoms", ["hs256.so", "static.so", "jwks.so",
                                        "oauth.so"])):
        if not set(needed) <= set(plugins):
            ok(True, "init %s loads # SKIP not all plugins are built" %
               template)
            continue
        folder = top + "/loads-" + template
        Run("init", template, folder)
        for path in os.listdir(folder):
            if path.endswith((".keys", ".token")):
                secrets.append(open(os.path.join(folder, path),
                                    "rb").read().strip())
        run = Run("check-config", "--strict", "-f", folder, "--plugin-dir",
                  PLUGINS)
        same((0, ""), (run.rc, run.out), "init %s: check-config --strict "
             "finds nothing" % template)
    if {"static.so", "jwks.so", "oauth.so"} <= set(plugins):
        Run("init", "--from-env", top + "/loads-env", env=env(
            domain="https://x.authkit.app", base="https://mcp.example.com",
            token=TOKEN, client="client_1", scopes="openid"))
        run = Run("check-config", "--strict", "-f", top + "/loads-env",
                  "--plugin-dir", PLUGINS)
        same((0, ""), (run.rc, run.out), "init --from-env: check-config "
             "--strict finds nothing")
        run = Run("test", "-f", top + "/loads-env", "--plugin-dir", PLUGINS,
                  "--json", stdin=TOKEN)
        same((0, "internal-service"), (run.rc, run.json().get("subject")),
             "and the internal token is accepted")


with Folder() as top:
    check_templates(top)
    check_refusals(top)
    check_env(top)
    check_loads(top)
done()
