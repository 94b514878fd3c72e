#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# plugins/example builds outside this tree, from what pkg-config says alone,
# and so do the snippets of doc/first-plugin.md.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
command -v pkg-config >/dev/null || skip_all "pkg-config is not installed"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/my-plugin" "$tmp/pc" "$tmp/include"
cp "$abs_top_srcdir"/plugins/example/example.c \
	"$abs_top_srcdir"/plugins/example/Makefile "$tmp/my-plugin"
chmod u+w "$tmp"/my-plugin/*
mkdir "$tmp/include/authchain"
cp "$abs_top_srcdir/core/authchain/plugin.h" "$tmp/include/authchain"
cat >"$tmp/pc/authchain.pc" <<PC
plugindir=/usr/lib/authchain
Name: authchain
Description: as if it were installed
Version: 0
Cflags: -I$tmp/include
PC
PKG_CONFIG_PATH=$tmp/pc
export PKG_CONFIG_PATH
unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS CPPFLAGS LDFLAGS
cd "$tmp/my-plugin" || exit 1

build() { ${MAKE:-make} -s CC="${CC:-cc}" CFLAGS='-O2 -Wall -Wextra -Werror' 2>&1; }
symbols() { ${NM:-nm} -D "--$1-only" example.so | awk '{ print $NF }'; }

none "$(build)" "it builds without a word"
is authchain_module_v1 "$(symbols defined | grep -v '^_')" "it exports one symbol"
none "$(symbols undefined | grep authchain)" "it asks for nothing by name"
${MAKE:-make} -s install DESTDIR="$tmp/root" >/dev/null 2>&1
test -f "$tmp/root/usr/lib/authchain/example.so"
ok $? "make install puts it where pkg-config says"
is '-rw-r--r--' "$(find "$tmp/root" -name example.so -printf '%M')" \
	"only its owner may write to it"
${MAKE:-make} -s clean
test ! -e example.so
ok $? "make clean leaves the source"

# The weekend guard of the page, put in the way the page says.
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' \
	"$abs_top_srcdir/doc/first-plugin.md" >"$tmp/guard.c"
test -s "$tmp/guard.c"
ok $? "the page has a snippet"
awk -v file="$tmp/guard.c" '
	/^\/\* What may stand in the \[plugin\] section/ {
		while ((getline line <file) > 0) print line
		print ""
	}
	{ print }
	/\.claim = example_claim,/ { print "\t.guard = example_guard," }' \
	"$abs_top_srcdir/plugins/example/example.c" >example.c
none "$(build)" "the example with the page's guard builds without a word"
tap_done
