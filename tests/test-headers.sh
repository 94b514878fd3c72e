#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each public header compiles alone, without a warning, in every language a
# plugin's author may write in, and needs nothing but stddef.h and stdint.h.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
headers=$abs_top_srcdir/core/authchain

compile() { # compiler, language, standard, header
	case $2 in c) cast= ;; *) cast='static_cast<unsigned>' ;; esac
	{
		echo "#include <authchain/$4>"
		echo "#include <authchain/$4>"
		echo "int main(void) { return $cast(AUTHCHAIN_ABI_MAJOR) == 0; }"
	} >"$tmp/x.$2"
	"$1" -I"$abs_top_srcdir/core" -x "$2" "-std=$3" -Wall -Wextra \
		-pedantic -Wconversion -Wcast-qual -Wundef -Werror \
		-fsyntax-only "$tmp/x.$2" 2>&1
}

module() { # compiler, language, standard: the macro in a plugin's file
	cat >"$tmp/m.$2" <<-'EOF'
		#include <authchain/plugin.h>
		static const struct authchain_plugin empty = {
			sizeof(struct authchain_plugin), "empty", "", 0, 0, 0, 0,
			0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
		};
		AUTHCHAIN_MODULE("empty", "1", "MIT", &empty);
	EOF
	"$1" -I"$abs_top_srcdir/core" -x "$2" "-std=$3" -Wall -Wextra \
		-pedantic -Werror -c -o "$tmp/m.o" "$tmp/m.$2" 2>&1 &&
		"${NM:-nm}" --defined-only "$tmp/m.o" |
		awk '$2 ~ /[A-Z]/ && $3 != "authchain_module_v1"'
}

for compiler in gcc clang; do
	for language in c c++; do
		name="$compiler for $language"
		echo 'int main(void) { return 0; }' >"$tmp/try.$language"
		if ! "$compiler" -x "$language" -fsyntax-only \
			"$tmp/try.$language" >/dev/null 2>&1; then
			skip "$name" "not installed"
			continue
		fi
		case $language in
		c) standards='c99 c11 c17' ;;
		*) standards='c++11 c++14 c++17 c++20' ;;
		esac
		for standard in $standards; do
			for header in plugin.h authchain.h; do
				none "$(compile "$compiler" "$language" \
					"$standard" "$header")" \
					"$header with $compiler as $standard"
			done
			none "$(module "$compiler" "$language" "$standard")" \
				"AUTHCHAIN_MODULE with $compiler as $standard"
		done
	done
done

is '<authchain/plugin.h> <stddef.h> <stdint.h> ' \
	"$(sed -n 's/^#[ 	]*include[ 	]*//p' "$headers"/*.h | sort -u |
		tr '\n' ' ')" \
	"the headers include stddef.h, stdint.h and each other only"
is 'authchain.h plugin.h ' "$(cd "$headers" && echo *.h) " \
	"there are two public headers"
tap_done
