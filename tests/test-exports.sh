#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The library exports what <authchain/authchain.h> declares and the map lists;
# a module exports its descriptor and asks its host for nothing by name.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
map=$abs_top_srcdir/core/libauthchain.map
header=$abs_top_srcdir/core/authchain/authchain.h
library=$abs_top_builddir/core/.libs/libauthchain.so

exported() { # what the linker adds for itself is not ours
	${NM:-nm} -D --defined-only "$1" | awk '
		$2 == "A" { next }
		{ sub(/@.*/, "", $3) }
		$3 ~ /^(__.*|_fini|_init|_edata|_end|_start)$/ { next }
		{ print $3 }' | sort
}
undefined() {
	${NM:-nm} -D --undefined-only "$1" |
		awk '$NF ~ /^(authchain_|ac_)/ { print $NF }'
}
# AUTHCHAIN_API type name(...), over as many lines as it takes.
declared=$(tr '\n' ' ' <"$header" | sed 's/AUTHCHAIN_API /\n&/g' |
	sed -n 's/^AUTHCHAIN_API [^(]*[ *]\(authchain_[a-z0-9_]*\)(.*/\1/p' |
	sort)
listed=$(sed -n 's/^[ 	]*\(authchain_[a-z0-9_]*\);.*/\1/p' "$map" | sort)

test "$(printf '%s\n' "$declared" | wc -l)" -gt 10
ok $? "the header's functions are found"
is "$declared" "$listed" "the map lists what the header declares"
if test -e "$library"; then
	is "$listed" "$(exported "$library")" "libauthchain exports its map"
else
	skip "libauthchain exports its map" "libauthchain.so is not built"
fi

modules=0
for module in "$abs_top_builddir"/providers/.libs/*.so \
	"$abs_top_builddir"/plugins/.libs/*.so; do
	test -e "$module" || continue
	modules=$((modules + 1))
	name=${module##*/}
	is authchain_module_v1 "$(exported "$module")" \
		"$name exports its descriptor alone"
	none "$(undefined "$module")" "$name needs nothing of ours by name"
done
test $modules -gt 0 || skip "modules" "none is built"
tap_done
