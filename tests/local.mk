# SPDX-License-Identifier: BSD-2-Clause
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = /usr/bin/python3
TEST_EXTENSIONS = .sh .py
AM_TESTS_ENVIRONMENT = \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	NM='$(NM)'; export NM; CC='$(CC)'; export CC; \
	LC_ALL=C.UTF-8; export LC_ALL;

EXTRA_DIST += %D%/tap.h
