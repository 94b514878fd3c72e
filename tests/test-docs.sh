#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016
# What the documents say of the tree is so: links lead somewhere, files that
# are named exist, tables agree with what they describe.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
cd "$abs_top_srcdir" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# dead FILE: link targets and paths in code marks that do not exist.
dead() {
	folder=$(dirname "$1")
	grep -oE '\]\([^)#:]+[)#]' "$1" | sed 's/^](//; s/[)#]$//' |
		while read -r target; do
			test -e "$folder/$target" || echo "link: $target"
		done
	grep -oE '`(core|providers|plugins|hosts|bench|tests|scripts|doc|m4|\.ci)/[^` ]*`' "$1" |
		tr -d '`' | sort -u | while read -r path; do
			# shellcheck disable=SC2086
			set -- $path # a pattern names a group of files
			test -e "$1" || echo "path: $path"
		done
}
printf 'see [a](no/such.md) and `core/no-such.c`\n' >"$tmp/x.md"
is "link: no/such.md
path: core/no-such.c" "$(dead "$tmp/x.md")" "a dead link and a dead path are found"

planned='^(path|link): (core/client/|plugins/redis)'
for page in README.md CONTRIBUTING.md SECURITY.md doc/*.md; do
	findings=$(dead "$page")
	# Parts that stand in the plan and not yet in the tree.
	findings=$(printf '%s' "$findings" | grep -vE "$planned")
	none "$findings" "$page names what exists"
done

# words FILE: its text with strings that go on in the next line as one.
words() {
	tr '\n' ' ' <"$1" | sed 's/"[ \t]*"//g'
}
# untested PAGE: rows "| rule | `test` | words |" whose words the test lacks.
untested() {
	sed -n 's/^| .* | `\(tests\/[^`]*\)` | \(.*\) |$/\1 \2/p' "$1" |
		while read -r file sentence; do
			words "$file" | grep -qF -- "$sentence" ||
				echo "$file: $sentence"
		done
}
printf '| x | `tests/tap.sh` | no such %s |\n| y | `tests/tap.sh` | %s |\n' \
	words tap_done >"$tmp/x.md"
is "tests/tap.sh: no such words" "$(untested "$tmp/x.md")" \
	"a sentence that its test does not have is found"
for page in doc/keys.md doc/mcp.md; do
	none "$(untested $page)" "each rule of $page has its test"
	test "$(grep -c '^| .* | `tests/' $page)" -gt 20
	ok $? "and there are rules"
done
rows=$(sed -n 's/^| .* | `\([a-z0-9-]*\)` |$/\1/p' doc/keys.md | sort)
is "$rows" "$(sed -n '/rows\[\] = {/,/^};/s/^	{ "\([a-z0-9-]*\)".*/\1/p' \
	tests/test-key-faults.c | sort)" \
	"doc/keys.md has each row of tests/test-key-faults.c"

libraries=$(sed -n 's/.*PKG_CHECK_MODULES(\[[A-Z0-9_]*\], \[\([a-z0-9_]*\).*/\1/p' \
	configure.ac | sort)
is "$libraries" "$(sed -n 's/^| `\([a-z0-9_]*\)` .*/\1/p' \
	doc/dependencies.md | sort)" \
	"doc/dependencies.md has each library of configure.ac"
is "$(sed -n 's/^if begin \([0-9]*\).*/\1/p' .ci/run)" \
	"$(sed -n 's/^| \([0-9]*\) | .*/\1/p' CONTRIBUTING.md)" \
	"CONTRIBUTING.md has each stage of .ci/run"
version=$(sed -n 's/^AC_INIT(\[authchain\], \[\([0-9.]*\)\].*/\1/p' configure.ac)
grep -q "^$version " NEWS
ok $? "NEWS begins with version $version"
tap_done
