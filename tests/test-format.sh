#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# clang-format 14 decides; other versions break lines elsewhere.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
cd "$abs_top_srcdir" || exit 1

for format in clang-format-14 clang-format ''; do
	case $("$format" --version 2>/dev/null) in
	*'version 14.'*) break ;;
	esac
done
test -n "$format" || skip_all "clang-format 14 is not installed"
test -f .clang-format || skip_all "not a checkout: no .clang-format here"

printf 'int x(void){return 0;}\n' |
	"$format" --assume-filename=core/x.c --dry-run -Werror 2>/dev/null
ok $((! $?)) "a badly formatted line is seen"
files=$(find core providers plugins hosts bench tests -name '*.[ch]' \
	2>/dev/null | sort)
# shellcheck disable=SC2086
found=$("$format" --dry-run -Werror $files 2>&1)
for file in $files; do
	none "$(printf '%s\n' "$found" | grep -A 2 "^$file:" | head -n 5)" \
		"$file"
done
tap_done
