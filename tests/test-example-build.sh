#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# plugins/example builds outside this tree, from what pkg-config says alone,
# and so do the snippets of doc/first-plugin.md.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
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

# The page's configuration and commands, with the command that was built.
authchain=$abs_top_builddir/authchain
page=$abs_top_srcdir/doc/first-plugin.md
judged() { # token, method: the first line of the answer
	printf %s "$1" | "$authchain" test --config try.conf --method "$2" |
		head -n 1
}
if test -x "$authchain"; then
	none "$(build)" "it builds once more"
	chmod 755 "$tmp" "$tmp/my-plugin"
	${MAKE:-make} -s check AUTHCHAIN="$authchain" >"$tmp/offers" 2>&1
	ok $? "make check loads it"
	grep -q '^  stages   identity authorize' "$tmp/offers"
	ok $? "and prints its stages"
	awk '/^```ini$/ { on = 1; next } /^```$/ { on = 0 } on' "$page" |
		sed "s|/home/you/my-plugin|$tmp/my-plugin|" >try.conf
	"$authchain" check-config --config try.conf >/dev/null 2>&1
	ok $? "the page's configuration is good"
	is 'allow try: alice by example, scopes read write' \
		"$(judged open-alice POST)" "alice may write"
	is 'deny try: 403 insufficient_scope by example: needed: write; held: read' \
		"$(judged open-bob POST)" "bob may not"
	is 'allow try: bob by example, scopes read' \
		"$(judged open-bob GET)" "but read"
	is 'deny try: 401 unknown_token by example: nobody of that name in names' \
		"$(judged open-mallory GET)" "mallory is nobody"
	sed -i 's/^writers/writrs/' try.conf
	"$authchain" check-config --config try.conf 2>&1 |
		grep -q 'did you mean "writers"'
	ok $? "a misspelt option is asked about"
else
	skip "the page's commands" "the command is not built"
fi

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
