# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
# TAP for shell tests: . "$abs_top_srcdir/tests/tap.sh", then ok, is, skip,
# and tap_done as the last line.
# shellcheck disable=SC2034
tap_count=0
tap_failed=0

# ok STATUS NAME: 0 passes.
ok() {
	tap_count=$((tap_count + 1))
	if test "$1" -eq 0; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=1
	fi
}

# is WANTED GOT NAME
is() {
	if test "$1" = "$2"; then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf 'wanted: %s\ngot: %s\n' "$1" "$2" | sed 's/^/# /'
	fi
}

# none TEXT NAME: passes when TEXT, a list of findings, is empty.
none() {
	if test -z "$1"; then
		ok 0 "$2"
	else
		ok 1 "$2"
		printf '%s\n' "$1" | sed 's/^/# /'
	fi
}

# skip NAME REASON
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# skip_all REASON: the whole program.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

tap_done() {
	echo "1..$tap_count"
	exit "$tap_failed"
}
