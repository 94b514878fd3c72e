# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets.  As tests they replay their seeds and changes of them; with
# LIB_FUZZING_ENGINE they are fuzzers, without a main of ours (scripts/fuzz).
FUZZ_TESTS = \
	%D%/fuzz-answer \
	%D%/fuzz-audit \
	%D%/fuzz-claims \
	%D%/fuzz-conf \
	%D%/fuzz-header \
	%D%/fuzz-jwks \
	%D%/fuzz-metadata \
	%D%/fuzz-proof \
	%D%/fuzz-rules \
	%D%/fuzz-token
if DAEMON
FUZZ_TESTS += %D%/fuzz-fcgi %D%/fuzz-form
%C%_fuzz_fcgi_SOURCES = $(fuzz_common) %D%/fuzz-fcgi.c
%C%_fuzz_fcgi_LDADD = core/libdaemon.la
%C%_fuzz_form_SOURCES = $(fuzz_common) %D%/fuzz-form.c
%C%_fuzz_form_LDADD = core/libdaemon.la
endif
check_PROGRAMS += $(FUZZ_TESTS)
EXTRA_DIST += %D%/seeds
fuzz_common = %D%/fuzz.c %D%/fuzz.h
if FUZZING
AM_LDFLAGS += $(LIB_FUZZING_ENGINE)
EXTRA_DIST += %D%/replay.c
else
TESTS += $(FUZZ_TESTS)
fuzz_common += %D%/replay.c
endif
fuzz_strict = $(fuzz_common) %D%/signing.c %D%/signing.h %D%/strict.c \
	%D%/strict.h

%C%_fuzz_answer_SOURCES = $(fuzz_strict) %D%/fuzz-answer.c \
	$(oauth_answer)
%C%_fuzz_answer_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/providers
%C%_fuzz_answer_LDADD = core/libkeys.la core/libjose.la
%C%_fuzz_audit_SOURCES = $(fuzz_common) %D%/fuzz-audit.c $(plugins_audit) \
	core/cli/audit-verify.c core/cli/audit-verify.h
%C%_fuzz_audit_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_fuzz_audit_LDADD = core/libbase.la
%C%_fuzz_claims_SOURCES = $(fuzz_strict) %D%/fuzz-claims.c
%C%_fuzz_claims_LDADD = core/libjose.la
%C%_fuzz_conf_SOURCES = $(fuzz_common) %D%/fuzz-conf.c
%C%_fuzz_conf_LDADD = core/libengine.la
%C%_fuzz_header_SOURCES = $(fuzz_common) %D%/fuzz-header.c
%C%_fuzz_header_LDADD = core/libengine.la
%C%_fuzz_jwks_SOURCES = $(fuzz_strict) %D%/fuzz-jwks.c
%C%_fuzz_jwks_LDADD = core/libjose.la
%C%_fuzz_metadata_SOURCES = $(fuzz_strict) %D%/fuzz-metadata.c
%C%_fuzz_metadata_LDADD = core/libkeys.la core/libjose.la $(CURL_LIBS)
%C%_fuzz_proof_SOURCES = $(fuzz_common) %D%/fuzz-proof.c \
	$(plugins_certificate) $(plugins_dpop)
%C%_fuzz_proof_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_fuzz_proof_LDADD = core/libjose.la
%C%_fuzz_rules_SOURCES = $(fuzz_common) %D%/fuzz-rules.c $(plugins_path) \
	$(plugins_mcp_name)
%C%_fuzz_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_fuzz_rules_LDADD = core/libbase.la
%C%_fuzz_token_SOURCES = $(fuzz_strict) %D%/fuzz-token.c
%C%_fuzz_token_LDADD = core/libjose.la
