# SPDX-License-Identifier: BSD-2-Clause
# The plugin ABI: what was published, and what may come.
check_PROGRAMS += tests/test-abi
tests_test_abi_SOURCES = tests/test-abi.c %D%/drive.h %D%/frozen.c \
	%D%/future.c %D%/pairs.h %D%/pins-1.0.h %D%/plugin-1.0.h
tests_test_abi_CPPFLAGS = $(AM_CPPFLAGS) -I%D% -I$(srcdir)/tests
TESTS += tests/test-abi

# By way of a variable: a rule that names the object would replace its own.
abi_future_object = %D%/test_abi-future.$(OBJEXT)
$(abi_future_object): %D%/plugin-1.9.h
%D%/plugin-1.9.h: %D%/plugin-1.0.h %D%/future.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	$(AWK) -f $(srcdir)/%D%/future.awk $(srcdir)/%D%/plugin-1.0.h >$@.tmp && \
	mv $@.tmp $@
CLEANFILES += %D%/plugin-1.9.h
EXTRA_DIST += %D%/future.awk
