# SPDX-License-Identifier: BSD-2-Clause
# Measures checks beside what they can't do without: doc/performance.md.
bench_programs = %D%/authchain-bench
check_PROGRAMS += $(bench_programs)
%C%_authchain_bench_SOURCES = \
	%D%/conf.c \
	%D%/conf.h \
	%D%/count.h \
	%D%/crowd.c \
	%D%/crowd.h \
	%D%/least.c \
	%D%/least.h \
	%D%/main.c \
	%D%/many.c \
	%D%/many.h \
	%D%/measure.c \
	%D%/measure.h \
	%D%/peer.c \
	%D%/peer.h \
	%D%/raw.c \
	%D%/raw.h \
	%D%/row.c \
	%D%/row.h \
	%D%/rows.c \
	%D%/rows.h \
	%D%/site.c \
	%D%/site.h \
	%D%/start.c \
	%D%/start.h \
	%D%/token.c \
	%D%/token.h
EXTRA_%C%_authchain_bench_SOURCES = \
	%D%/peer-cjose.c \
	%D%/peer-libjwt.c \
	%D%/peer-oauth2.c \
	%D%/peer-pam.c \
	%D%/peer-rhonabwy.c \
	%D%/peer-scitokens.c \
	%D%/peer-sodium.c
%C%_authchain_bench_LDFLAGS = $(AM_LDFLAGS) -no-install
%C%_authchain_bench_LDADD = $(BENCH_PEERS) core/libauthchain.la \
	core/libbase.la $(BENCH_LIBS)
EXTRA_%C%_authchain_bench_DEPENDENCIES = $(BENCH_PEERS)

# Allocations are counted in a run of their own, where glibc lets us.
if GLIBC_MALLOC
bench_modules = %D%/count.la
check_LTLIBRARIES += $(bench_modules)
%C%_count_la_SOURCES = %D%/count.c %D%/count.h
%C%_count_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere \
	$(AM_LDFLAGS)
endif

if DAEMON
bench_servers = %D%/bare tests/load
check_PROGRAMS += %D%/bare
%C%_bare_SOURCES = %D%/bare.c
%C%_bare_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS)
%C%_bare_LDADD = $(MICROHTTPD_LIBS)
BENCH_DAEMON = /usr/bin/python3 '$(srcdir)/%D%/daemon' \
	--json bench-daemon.json '$(abs_top_builddir)'
else
BENCH_DAEMON = :
endif

BENCH_ROUNDS = 21
BENCH_TOKENS = 100000
BENCH_JSON = bench.json
bench: all $(bench_programs) $(bench_modules) $(bench_servers)
	/usr/bin/python3 '$(srcdir)/%D%/run' --rounds '$(BENCH_ROUNDS)' \
		--tokens '$(BENCH_TOKENS)' --json '$(BENCH_JSON)' '$(abs_top_builddir)'
	$(BENCH_DAEMON)
.PHONY: bench
CLEANFILES += bench.json bench-daemon.json

EXTRA_DIST += %D%/daemon %D%/run
dist_check_SCRIPTS += %D%/test-bench.py
TESTS += %D%/test-bench.py
