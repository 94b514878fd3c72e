#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every #include of the tree against the table of doc/architecture.md.  The
# rules are tried on a small made-up tree first, so that a test that sees
# nothing is red.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
page=$abs_top_srcdir/doc/architecture.md

# Libraries that have rows; a system header that is not one is free.
libraries='openssl curl hiredis jansson.h sodium.h microhttpd.h sqlite3.h
crypt.h cjose oauth2 rhonabwy.h scitokens security'

# layers TREE: each include the table does not allow, one a line.
layers() {
	(cd "$1" && find core providers plugins hosts bench -name '*.[ch]' \
		2>/dev/null | sort | xargs -r grep -nH '^[ 	]*#[ 	]*include') |
	awk -v libraries="$libraries" '
	BEGIN { rows = 0 }
	function match_row(file, pattern) { # folder/ or folder/prefix*
		sub(/\*$/, "", pattern)
		return index(file, pattern) == 1
	}
	function depth(path) { return gsub("/", "/", path) }
	# The folder row that is deepest, and every pattern row, count.
	function may(file, what, bare,    i, best, yes) {
		best = -1
		for (i = 0; i < rows; i++) {
			if (!match_row(file, pattern[i]))
				continue
			if (pattern[i] ~ /\*$/) {
				if (index(allow[i], " " what " ") ||
				    index(allow[i], " " bare " "))
					return 1
			} else if (best < 0 || depth(pattern[i]) > \
			    depth(pattern[best]))
				best = i
		}
		if (best < 0)
			return -1
		own = pattern[best]
		sub(/\/$/, "", own)
		sub(/.*\//, "", own)
		return bare == own || what ~ "^" own "/" ||
		    index(allow[best], " " what " ") ||
		    index(allow[best], " " bare " ")
	}
	FILENAME != "-" {
		if ($0 ~ /^\| [0-9-] \| `/) {
			split($0, cell, "|")
			gsub(/[ `]/, "", cell[3])
			gsub(/`/, "", cell[5])
			gsub(/`/, "", cell[6])
			pattern[rows] = cell[3]
			allow[rows++] = " " cell[5] " " cell[6] " "
		}
		next
	}
	FNR == 1 {
		count = split(libraries, name, /[ \n]+/)
		for (i = 1; i <= count; i++)
			library[name[i]] = 1
	}
	{
		file = $0; sub(/:.*/, "", file)
		line = $0; sub(/^[^:]*:/, "", line); sub(/:.*/, "", line)
		what = $0; sub(/^[^<"]*/, "", what)
		quoted = what ~ /^"/
		sub(/^[<"]/, "", what); sub(/[>"].*/, "", what)
		bare = what; sub(/\/.*/, "", bare)
		if (quoted && what == "config.h")
			next
		if (!quoted && !(bare in library) && bare != "authchain")
			next
		if (quoted && (bare == "authchain" || bare in library)) {
			print file ":" line ": \"" what "\" is spelt <" what ">"
			next
		}
		if (quoted && what !~ /\//) {
			if (file !~ /^core\//)
				next # beside it, in its own folder
			print file ":" line ": \"" what "\" without its folder"
			next
		}
		verdict = may(file, what, bare)
		if (verdict < 0)
			print file ":" line ": no row of the table covers it"
		else if (!verdict)
			print file ":" line ": must not include " what
	}' "$page" -
}

# A made-up tree: file, include, and whether it is refused.
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

try() { # wanted (good|bad), file, include line
	rm -rf "$tmp/core" "$tmp/providers" "$tmp/plugins" "$tmp/hosts" \
		"$tmp/bench"
	mkdir -p "$tmp/$(dirname "$2")"
	printf '%s\n' "$3" >"$tmp/$2"
	if test -n "$(layers "$tmp")"; then got=bad; else got=good; fi
	is "$1" "$got" "$2: $3 is $1"
}

try good core/base/a.c '#include "base/b.h"'
try good core/base/a.c '#include <authchain/plugin.h>'
try good core/base/a.c '#include <stdio.h>'
try good core/base/a.c '#include "config.h"'
try good core/keys/a.c '#include "net/io.h"'
try good core/engine/service_fetch.c '#include "net/io.h"'
try good core/engine/service_fetch.c '#include "engine/call.h"'
try good core/engine/service_fetch.c '#include "base/span.h"'
try good core/cli/a.c '#include "issue/mint.h"'
try good providers/a.c '#include "jose/jws.h"'
try good providers/a.c '#include <authchain/plugin.h>'
try good plugins/redis.c '#include <hiredis/hiredis.h>'
try good hosts/pam/a.c '#include <authchain/authchain.h>'
try good bench/a.c '#include <authchain/authchain.h>'
try bad core/base/a.c '#include "jose/jws.h"'
try bad core/base/a.c '#include "engine/conf.h"'
try bad core/base/a.c '#include <curl/curl.h>'
try bad core/base/a.c '	# include "net/io.h"'
try bad core/base/a.c '#include "b.h"'
try bad core/base/a.c '#include "../engine/conf.h"'
try bad core/authchain/plugin.h '#include "base/span.h"'
try bad core/jose/a.c '#include "net/url.h"'
try bad core/jose/a.c '#include <curl/curl.h>'
try bad core/net/a.c '#include "jose/jws.h"'
try bad core/net/a.c '#include <jansson.h>'
try bad core/keys/a.c '#include "engine/conf.h"'
try bad core/engine/chain.c '#include "jose/jws.h"'
try bad core/engine/chain.c '#include "net/io.h"'
try bad core/engine/chain.c '#include "keys/keyset.h"'
try bad core/engine/service_fetch.c '#include "daemon/http.h"'
try bad core/issue/a.c '#include "client/login.h"'
try bad core/client/a.c '#include "cli/cli.h"'
try bad core/cli/a.c '#include "daemon/http.h"'
try bad core/cli/a.c '#include <microhttpd.h>'
try bad core/other/a.c '#include "base/span.h"'
try bad providers/a.c '#include "engine/conf.h"'
try bad providers/a.c '#include "net/io.h"'
try bad providers/a.c '#include <authchain/authchain.h>'
try bad providers/a.c '#include "authchain/plugin.h"'
try good plugins/a.c '#include "base/span.h"'
try bad plugins/a.c '#include "jose/jws.h"'
try bad plugins/a.c '#include <authchain/authchain.h>'
try bad plugins/a.c '#include <hiredis/hiredis.h>'
try bad plugins/example/example.c '#include "base/span.h"'
try bad hosts/pam/a.c '#include "base/span.h"'
try good bench/peer-a.c '#include <cjose/cjose.h>'
try bad bench/a.c '#include <cjose/cjose.h>'
try bad core/jose/a.c '#include <cjose/cjose.h>'
try bad bench/a.c '#include "engine/call.h"'

none "$(layers "$abs_top_srcdir")" "the tree keeps to doc/architecture.md"

# A folder that left the table would be free to include anything of its own.
for folder in core/base core/jose core/net core/keys core/engine providers \
	plugins; do
	grep -q "^| [0-9-] | \`$folder/\`" "$page"
	ok $? "doc/architecture.md has a row for $folder"
done
tap_done
