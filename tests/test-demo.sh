#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# scripts/demo on this build: every answer is right, a wrong one would be told,
# and nothing is left behind.  With nginx and an MCP server where npm may
# install.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir/build}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
command -v openssl >/dev/null || skip_all "openssl is not installed"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/tree/scripts" "$tmp/scratch"
ln -s "$abs_top_srcdir/tests" "$tmp/tree/tests"

demo() { # script, option; its output in $tmp/out and $tmp/err
	TMPDIR="$tmp/scratch" sh "$1" ${2+"$2"} -b "$abs_top_builddir" \
		>"$tmp/out" 2>"$tmp/err" </dev/null
}
none_left() { none "$(ls "$tmp/scratch")" "$1 leaves nothing behind"; }

demo "$abs_top_srcdir/scripts/demo" -n
is 0 $? "the demo"
is "48 answers, each as it should be" "$(tail -n 1 "$tmp/out")" "its last line"
is "" "$(cat "$tmp/err")" "no messages"
is 16 "$(grep -cE '(200|401)   (200|401|503)   (200|401|503)   ' "$tmp/out")" \
	"a line for each credential"
none "$(grep -n "$(printf '\033')" "$tmp/out")" "no colour in a pipe"
none "$(grep -nE 'eyJ|itk_' "$tmp/out")" "no token"
none_left "the demo"

sed 's/^AuthKit, expired|expired|401 expired/&_long_ago/' \
	"$abs_top_srcdir/scripts/demo" >"$tmp/tree/scripts/demo"
demo "$tmp/tree/scripts/demo" -n
is 1 $? "with another expectation it fails"
is "AuthKit, expired; key server up: wanted 401 expired_long_ago authkit, \
got 401 expired authkit" "$(sed -n '1s/^demo: //p' "$tmp/err")" "and says which"
is "demo: 3 wrong answers" "$(tail -n 1 "$tmp/err")" "and how many"
none_left "a demo that fails"

sed 's/^column warm$/kill $$/' "$abs_top_srcdir/scripts/demo" \
	>"$tmp/tree/scripts/demo"
demo "$tmp/tree/scripts/demo" -n
is 130 $? "stopped in the middle it fails"
none_left "a demo that was stopped"

site() {
	demo "$abs_top_srcdir/scripts/demo"
	is 0 $? "the demo with nginx"
	why=$(sed -n 's/^nginx and the MCP server are left out: //p' "$tmp/out")
	if test -n "$why"; then
		skip "the site" "$why"
		return
	fi
	is "112 answers, each as it should be" "$(tail -n 1 "$tmp/out")" \
		"its last line"
	is "" "$(cat "$tmp/err")" "no messages"
	is 16 "$(grep -cE '(200|401)   (200|401|503)   (200|401|503)   503   ' \
		"$tmp/out")" "a line for each credential, through nginx"
	is 2 "$(grep -c '^  server demo, tools whoami; whoami: ' "$tmp/out")" \
		"what the MCP client says"
	grep -q '^status page: http://127.0.0.1:[0-9]*/status$' "$tmp/out"
	ok $? "the address of the status page"
	none "$(grep -nE 'eyJ|itk_' "$tmp/out")" "no token"
	none_left "the demo with nginx"
}
test -z "${AUTHCHAIN_E2E-}" || test "${AUTHCHAIN_E2E_CLIENTS-}" = no || site
tap_done
