#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the house style forbids and a machine can see.  Each rule is tried on
# a line that breaks it first.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
cd "$abs_top_srcdir" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

banned='strcpy|strcat|sprintf|vsprintf|gets|strtok|strtok_r|atoi|atol|atoll|atof|alloca|strncpy|strncat'

sources() { find core providers plugins hosts bench tests -name '*.[ch]' 2>/dev/null | sort; }
shipped() { sources | grep -vE '^(bench|tests)/'; }

# code FILE...: file:line:text without comments, strings and characters.
code() {
	awk '
	FNR == 1 { comment = 0 }
	{
		line = $0
		gsub(/\\./, "", line)
		gsub(/"[^"]*"/, "\"\"", line)
		out = ""
		while (line != "") {
			if (comment) {
				at = index(line, "*/")
				if (!at)
					break
				comment = 0
				line = substr(line, at + 2)
				continue
			}
			at = index(line, "/*")
			slashes = index(line, "//")
			if (slashes && (!at || slashes < at)) {
				out = out substr(line, 1, slashes - 1)
				break
			}
			if (!at) {
				out = out line
				break
			}
			out = out substr(line, 1, at - 1)
			comment = 1
			line = substr(line, at + 2)
		}
		print FILENAME ":" FNR ":" out
	}' "$@" /dev/null
}

calls() { # names as a|b, files
	names=$1
	shift
	code "$@" | grep -E "(^|[^A-Za-z0-9_>.])($names)[ 	]*\("
}

rule_banned() { calls "$banned" "$@"; }
rule_time() {
	calls 'time|gettimeofday|clock_gettime|localtime|gmtime' "$@" |
		grep -v '^core/base/clock\.c:'
}
rule_output() { calls 'printf|puts|putchar' "$@"; }
rule_global() { calls 'setenv|putenv|unsetenv|chdir|umask|setlocale|atexit|pthread_atfork|signal|system|popen' "$@"; }
rule_typedef() { code "$@" | grep -E ':[ 	]*typedef[ 	]+(const[ 	]+)?(struct|union|enum)'; }
rule_marks() {
	grep -nE '(TODO|FIXME|HACK)([^A-Z_a-z]|$)|XXX([^#]*)$' "$@" /dev/null |
		grep -v '^tests/test-style\.sh:'
}
# Of two tests with one log, the harness runs one.
rule_log() { printf '%s\n' "$@" | sed 's/\.[a-z]*$//' | sort | uniq -d; }
rule_space() { grep -nE '[ 	]+$' "$@" /dev/null; }

broken() { # rule, line: the rule must find it
	printf '%s\n' "$2" >"$tmp/x.c"
	test -n "$("$1" "$tmp/x.c")"
	ok $? "$1 finds: $2"
}
fine() { # rule, line: the rule must pass it
	printf '%s\n' "$2" >"$tmp/x.c"
	none "$("$1" "$tmp/x.c")" "$1 passes: $2"
}
broken rule_banned '	strcpy(a, b);'
broken rule_banned '	n = atoi(text);'
broken rule_banned '	(void)sprintf (a, "x");'
fine rule_banned '	snprintf(a, sizeof a, "x");'
fine rule_banned '	/* never strcpy(a, b) */'
fine rule_banned '	puts("use strcpy(a, b)");'
broken rule_time '	now = time(NULL);'
fine rule_time '	now = ac_clock_time(x);'
broken rule_output '	printf("%s", token);'
broken rule_global '	setenv("A", "b", 1);'
broken rule_typedef 'typedef struct x x_t;'
broken rule_marks '/* TODO */'
broken rule_space 'int x; '
test -n "$(rule_log tests/test-x.c tests/test-y.c tests/test-x.py)"
ok $? "rule_log finds: two tests of one name"

# shellcheck disable=SC2046
{
	none "$(rule_banned $(sources))" "no banned function"
	none "$(rule_time $(shipped))" "the time comes from core/base/clock.c"
	none "$(rule_output $(shipped | grep -vE '^(core/(cli|daemon)|hosts)/'))" \
		"only programs write to standard output"
	none "$(rule_typedef $(shipped))" "structs have tags, no typedefs"
	none "$(rule_space $(sources))" "no white space at a line's end"
	# Programs may; a library and its plugins are guests in their process.
	none "$(rule_global $(shipped | grep -vE '^(core/(cli|daemon|client)|hosts)/'))" \
		"the library and plugins leave the process alone"
}

none "$(rule_log tests/test-*.* bench/test-*.*)" "each test has a log of its own"

texts() {
	find autogen.sh configure.ac Makefile.am m4/authchain.m4 .ci core \
		providers plugins hosts tests scripts doc bench dist \
		-type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o \
		-name '*.mk' -o -name '*.m4' -o -name '*.ac' -o -name '*.am' \
		-o -name '*.map' -o -path '*scripts/*' -o -path '*.ci/*' \
		-o -name '*.[1-8]' -o -path 'doc/*.md' \) \
		! -name '*.json' 2>/dev/null | sort
}
none "$(texts | while read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: ' || echo "$file"
done)" "an SPDX line within the first three lines of each file"
# shellcheck disable=SC2046
none "$(rule_marks $(texts))" "nothing is marked as unfinished"

sources | xargs wc -l | awk '$2 != "total" && $1 > 400 {
	print "# note: " $2 " has " $1 " lines: is it one room?" }'
tap_done
