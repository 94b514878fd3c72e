#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manual: well-formed, and it names each function, command, option and
# configuration key that exists.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
authchain=$abs_top_builddir/authchain
pages=$(find "$abs_top_srcdir/doc" -name '*.[1-8]' | sort)

command -v mandoc >/dev/null || skip_all "mandoc is not installed"
test -n "$pages" || skip_all "no manual page yet"

for page in $pages; do
	none "$(mandoc -T lint -W warning "$page" 2>&1)" \
		"${page##*/} is well-formed"
	head -n 5 "$page" | grep -q 'SPDX-License-Identifier: '
	ok $? "${page##*/} has its licence"
done

# text SECTION: the pages of a section as a reader sees them.
text() {
	for page in $pages; do
		case $page in
		*."$1") mandoc -T ascii "$page" | sed "s/.$(printf '\b')//g" ;;
		esac
	done
}
# missing WORDS TEXT: those of WORDS that TEXT does not have as a word.
missing() {
	for word in $1; do
		printf '%s\n' "$2" | grep -qE -- \
			"(^|[^A-Za-z0-9_-])$word([^A-Za-z0-9_-]|\$)" ||
			echo "$word"
	done
}
is 'no-such-key' "$(missing 'a-key no-such-key' 'the a-key is here')" \
	"a missing word is found"
is '--also' "$(missing '--al --also' 'use --al for it')" \
	"a longer option does not pass for a shorter one"

functions=$(sed -n 's/^[ 	]*\(authchain_[a-z0-9_]*\);.*/\1/p' \
	"$abs_top_srcdir/core/libauthchain.map")
section3=$(text 3)
if test -n "$section3"; then
	none "$(missing "$functions" "$section3")" \
		"each exported function is in section 3"
else
	skip "functions" "no page in section 3 yet"
fi

if ! test -x "$authchain"; then
	skip "commands, options and keys" "the command is not built"
	tap_done
fi
section1=$(text 1)
commands=$("$authchain" --help | awk '
	/^  [a-z][a-z-]+( |$)/ { print $1 }')
test -n "$commands"
ok $? "authchain --help lists commands"
none "$(missing "$commands" "$section1")" "each command is in authchain(1)"
for command in '' $commands; do
	# shellcheck disable=SC2086
	options=$("$authchain" $command --help 2>&1 |
		grep -oE -- '--[a-z][a-z-]+' | sort -u)
	none "$(missing "$options" "$section1")" \
		"each option of \"authchain $command\" is in authchain(1)"
done
if test -x "$abs_top_builddir/authchaind"; then
	options=$("$abs_top_builddir/authchaind" --help |
		grep -oE -- '--[a-z][a-z-]+' | sort -u)
	none "$(missing "$options" "$(text 8)")" \
		"each option of authchaind is in authchaind(8)"
else
	skip "options of authchaind" "it is not built"
fi
# described: the plugins of this build, one line of JSON a folder.
described() {
	for folder in providers plugins; do
		"$authchain" plugins --json --plugin-dir \
			"$abs_top_builddir/$folder/.libs" 2>/dev/null
	done
}
keys=$(described | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    for plugin in json.loads(line)["plugins"]:
        print(plugin["name"])
        for option in plugin["options"]:
            print(option["name"])
' | sort -u)
if test -n "$keys"; then
	none "$(missing "$keys" "$(text 5; text 7)")" \
		"each plugin and each of its keys is in the manual"
else
	skip "configuration keys" "no plugin is built"
fi
keys=$(sed -n 's/.*\.name = "\([a-z-]*\)".*/\1/p' \
	"$abs_top_srcdir"/core/engine/*.c | sort -u)
test -n "$keys"
ok $? "the engine's own keys are found"
none "$(missing "$keys" "$(text 5)")" \
	"each of the engine's keys is in authchain.conf(5)"
tap_done
