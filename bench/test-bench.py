#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench/run gives every row, as a table and as JSON; how fast anything was is
not asked."""
import json
import os
import re
import subprocess
import sys
import tempfile

source = os.environ.get("abs_top_srcdir", ".")
build = os.environ.get("abs_top_builddir", ".")
count = failed = 0

PROMISED = ["rs256", "ps256", "es256", "eddsa", "hs256", "static", "unclaimed",
            "foreign", "issuers-1", "issuers-10", "issuers-100", "cached",
            "cached-bytes", "start"]
if len(os.sched_getaffinity(0)) > 1:
    PROMISED += ["threads-rs256", "threads-hs256", "threads-cached"]
BESIDE = ["cached-1k", "rs256-peers", "ps256-peers", "es256-peers",
          "eddsa-peers", "hs256-peers", "cached-peers", "pam"]


def ok(condition, name):
    global count, failed
    count += 1
    failed += not condition
    print("%sok %d - %s" % ("" if condition else "not ", count, name),
          flush=True)
    return condition


def run(*args):
    return subprocess.run(
        [sys.executable, os.path.join(source, "bench", "run"), *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def positive(op, name):
    return isinstance(op.get(name), float) and op[name] > 0


def test_budget(name, budget):
    if name in PROMISED:
        ok(set(budget) == {"unit", "at", "value", "met"} and
           isinstance(budget["met"], bool), f"{name}: has a budget")
    else:
        ok(not budget, f"{name}: has no budget")


def test_row(row, table):
    name = row["id"]
    ok(row["text"] in table, f"{name}: stands in the table")
    test_budget(name, row.get("budget", {}))
    if name == "cached-bytes":
        return
    ok(len(row["ops"]) >= 2, f"{name}: has something beside it")
    ok(all(positive(op, "ns") and positive(op, "ratio") for op in row["ops"]),
       f"{name}: each operation took some time")
    ok(row["ops"][0]["ratio"] == 1, f"{name}: the first is the reference")
    if os.path.exists(os.path.join(build, "bench", ".libs", "count.so")):
        counts = [op["allocations"] for op in row["ops"]]
        ok(name.startswith("threads") or name == "start" or
           all(one["all"] >= one["outside"] >= 0 for one in counts),
           f"{name}: allocations are counted")


def test_reference(report):
    with open(os.path.join(build, "config.h"), encoding="utf-8") as file:
        ours = re.search('AC_ED25519 "(.*)"', file.read()).group(1)
    rows = {row["id"]: [op["name"] for op in row["ops"]]
            for row in report["rows"]}
    linked = any(name.startswith(ours) for name in rows["eddsa-peers"])
    ok(rows["eddsa"][0].startswith(ours if linked else "EVP"),
       f"eddsa: stands beside {ours if linked else 'EVP'}")


def test_report(folder):
    path = os.path.join(folder, "report.json")
    done = run("--rounds", "1", "--json", path, build)
    ok(done.returncode == 0, "one round passes")
    if done.returncode:
        print("# " + done.stderr.replace("\n", "\n# "))
        return
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    ok(report["rounds"] == 1 and report["openssl"].startswith("OpenSSL"),
       "the report says how often and with what")
    ok(set(report["machine"]) == {"processor", "processors", "system", "load"},
       "the report says on what kind of machine")
    ids = [row["id"] for row in report["rows"]]
    ok(len(ids) == len(set(ids)), "no row stands there twice")
    for name in PROMISED + BESIDE:
        ok(name in ids, f"there is a row {name}")
    for row in report["rows"]:
        test_row(row, done.stdout)
    test_reference(report)


def test_refusals(folder):
    ok(run("--rounds", "-1", build).returncode != 0, "-1 rounds are refused")
    ok(run("--rounds", "1000", build).returncode != 0,
       "more rounds than there is room for are refused")
    ok(run("--rounds", "x", build).returncode != 0, "x rounds are refused")
    ok(run("--tokens", "1000001", build).returncode != 0,
       "more tokens than there may be are refused")
    ok(run("--only", "no-such", build).returncode != 0,
       "a part of no row's name is refused")
    done = run("--rounds", "1", folder)
    ok(done.returncode != 0 and "authchain-bench" in done.stderr and
       "Traceback" not in done.stderr,
       "a folder without the program is told of")


def test_daemon(folder):
    path = os.path.join(folder, "daemon.json")
    if not os.path.exists(os.path.join(build, "bench", "bare")):
        print("# authchaind was not built: its part is left out")
        return
    done = subprocess.run(
        [sys.executable, os.path.join(source, "bench", "daemon"), "--rounds",
         "1", "--json", path, build], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, check=False)
    if not ok(done.returncode == 0, "daemon: one round passes"):
        print("# " + done.stderr.replace("\n", "\n# "))
        return
    with open(path, encoding="utf-8") as file:
        rows = {row["id"]: row for row in json.load(file)["rows"]}
    for name in ("bare", "cached", "cold"):
        ok(rows.get(name, {}).get("us", 0) > 0 and
           rows[name]["text"] in done.stdout,
           f"daemon: {name} took some time, and is in the table")
    ok(rows["cached"].get("budget") == 1.2 and
       isinstance(rows["cached"].get("met"), bool),
       "daemon: its budget is compared")
    # what is left of a time after another was taken off may be below nothing
    for name in ("own", "cold-own", "fetch", "hang", "reload"):
        row = rows.get(name, {})
        ok(isinstance(row.get("ratio"), float) and
           isinstance(row.get("met"), bool) and row["text"] in done.stdout,
           f"daemon: {name} is compared, and is in the table")
    for name, what in (("fields", "us"), ("rest", "p99_us")):
        ok(rows.get(name, {}).get(what, 0) > 0,
           f"daemon: {name} took some time")


with tempfile.TemporaryDirectory() as scratch:
    test_report(scratch)
    test_daemon(scratch)
    test_refusals(scratch)
print("1..%d" % count)
sys.exit(failed != 0)
