# SPDX-License-Identifier: BSD-2-Clause
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_DRIVER = $(LOG_DRIVER)
# A test that hangs is a test that fails.
TEST_TIMEOUT = timeout -k 10 600
LOG_COMPILER = $(TEST_TIMEOUT)
SH_LOG_COMPILER = $(TEST_TIMEOUT)
PY_LOG_COMPILER = $(TEST_TIMEOUT) /usr/bin/python3
TEST_EXTENSIONS = .sh .py
AM_TESTS_ENVIRONMENT = \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	NM='$(NM)'; export NM; CC='$(CC)'; export CC; \
	LC_ALL=C.UTF-8; export LC_ALL; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	: "$${AUTHCHAIN_CORPUS:=$(abs_top_srcdir)/../shared/corpus}"; \
	export AUTHCHAIN_CORPUS;
# The harness's last words, in the one form that people and CI look for.
AM_TESTSUITE_SUMMARY_HEADER = ' for $(PACKAGE_STRING)'; \
	trap '$(SHELL) $(top_srcdir)/scripts/test-summary $$results' EXIT; \
	printf '%s' ''

EXTRA_DIST += %D%/mutate %D%/mutants.py %D%/tap.h %D%/tap.sh

# C tests that take minutes under valgrind: each repeats, thousands of times,
# what a quicker one does once.  And test-secrets: under valgrind posix_spawn
# can't say why a program was not executed, which one of its rows asks.
NOT_FOR_VALGRIND = \
	$(FUZZ_TESTS) \
	%D%/test-conf-bounds \
	%D%/test-config-memory \
	%D%/test-jwk \
	%D%/test-jwks \
	%D%/test-key-faults \
	%D%/test-key-stress \
	%D%/test-memory \
	%D%/test-pasted-key \
	%D%/test-pem \
	%D%/test-rfc \
	%D%/test-scan \
	%D%/test-secrets \
	%D%/test-shortage \
	%D%/test-signature \
	%D%/test-verifier \
	%D%/test-wycheproof

# What a stranger can do with what was installed, and with nothing else.
EXTRA_DIST += %D%/installed/Makefile %D%/installed/answers \
	%D%/installed/check.conf.in %D%/installed/host.c
installcheck-local:
	@rm -rf installed.tmp && mkdir installed.tmp
	PKG_CONFIG_PATH='$(DESTDIR)$(pkgconfigdir)' \
	PKG_CONFIG_SYSROOT_DIR='$(DESTDIR)' \
	$(MAKE) $(AM_MAKEFLAGS) -C installed.tmp \
		-f '$(abs_top_srcdir)/%D%/installed/Makefile' \
		SRC='$(abs_top_srcdir)/%D%/installed' \
		EXAMPLE='$(abs_top_srcdir)/plugins/example' \
		BINDIR='$(bindir)' CC='$(CC)' SAN='$(SAN_FLAGS)' DESTDIR='$(DESTDIR)' check
	@rm -rf installed.tmp
	@echo "installcheck: 1 passed, 0 failed"

# The shape of the tree, of what is built from it, and of what is said of it.
STRUCTURE_TESTS = \
	%D%/test-dist.sh \
	%D%/test-docs.sh \
	%D%/test-exports.sh \
	%D%/test-format.sh \
	%D%/test-headers.sh \
	%D%/test-layers.sh \
	%D%/test-man.sh \
	%D%/test-style.sh
dist_check_SCRIPTS += $(STRUCTURE_TESTS)
TESTS += $(STRUCTURE_TESTS)

# net: which URLs may be fetched; and a server that fails on demand.
NET_TESTS = \
	%D%/test-fetch \
	%D%/test-io \
	%D%/test-net-headers \
	%D%/test-net-memory \
	%D%/test-peer \
	%D%/test-request \
	%D%/test-timer \
	%D%/test-url
check_PROGRAMS += $(NET_TESTS)
TESTS += $(NET_TESTS) %D%/test-keyserver.py
EXTRA_DIST += %D%/fetching.h %D%/keyserver.h
dist_check_SCRIPTS += %D%/keyserver.py %D%/make-certs.py %D%/test-keyserver.py
%C%_test_fetch_SOURCES = %D%/test-fetch.c
%C%_test_fetch_LDADD = core/libnet.la core/libbase.la
%C%_test_io_SOURCES = %D%/test-io.c
%C%_test_io_LDADD = core/libnet.la core/libbase.la
%C%_test_net_headers_SOURCES = %D%/test-net-headers.c
%C%_test_net_headers_LDADD = core/libnet.la core/libbase.la
%C%_test_net_memory_SOURCES = %D%/failing.c %D%/failing.h \
	%D%/test-net-memory.c
%C%_test_net_memory_LDADD = core/libnet.la core/libbase.la
%C%_test_net_memory_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc \
	-Wl,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup \
	-Wl,--wrap=curl_easy_init,--wrap=curl_multi_init,--wrap=curl_url \
	-Wl,--wrap=curl_slist_append,--wrap=pthread_create
%C%_test_peer_SOURCES = %D%/test-peer.c
%C%_test_peer_LDADD = core/libnet.la core/libbase.la
%C%_test_request_SOURCES = %D%/test-request.c
%C%_test_request_LDADD = core/libnet.la core/libbase.la
%C%_test_timer_SOURCES = %D%/test-timer.c
%C%_test_timer_LDADD = core/libnet.la core/libbase.la
%C%_test_url_SOURCES = %D%/test-url.c
%C%_test_url_LDADD = core/libnet.la core/libbase.la

# A host of one token, for tests of single providers.
check_PROGRAMS += %D%/test-example %D%/test-hs256 %D%/test-jwt \
	%D%/test-pasted-key %D%/test-static
%C%_test_example_SOURCES = %D%/test-example.c %D%/tokenhost.c \
	%D%/tokenhost.h plugins/example/example.c
%C%_test_example_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_example_LDADD = core/libjose.la
dist_check_SCRIPTS += %D%/test-example-build.sh
%C%_test_pasted_key_SOURCES = %D%/mint.c %D%/mint.h %D%/test-pasted-key.c \
	providers/pasted-key.c
%C%_test_pasted_key_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_pasted_key_LDADD = core/libbase.la
%C%_test_hs256_SOURCES = %D%/mint.c %D%/mint.h %D%/test-hs256.c \
	%D%/tokenhost.c %D%/tokenhost.h providers/hs256.c providers/labels.c \
	providers/pasted-key.c $(providers_jwt)
%C%_test_hs256_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_hs256_LDADD = core/libjose.la
%C%_test_jwt_SOURCES = %D%/mint.c %D%/mint.h %D%/test-jwt.c %D%/tokenhost.c \
	%D%/tokenhost.h $(providers_jwt)
%C%_test_jwt_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_jwt_LDADD = core/libjose.la
%C%_test_static_SOURCES = %D%/test-static.c %D%/tokenhost.c %D%/tokenhost.h \
	providers/date.c providers/labels.c providers/static.c providers/text.c
%C%_test_static_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_static_LDADD = core/libjose.la
TESTS += %D%/test-example %D%/test-example-build.sh %D%/test-hs256 \
	%D%/test-jwt %D%/test-pasted-key %D%/test-static

# oauth: what is judged without a host.
check_PROGRAMS += %D%/test-answer %D%/test-breaker
%C%_test_answer_SOURCES = %D%/test-answer.c $(oauth_answer)
%C%_test_answer_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/providers
%C%_test_answer_LDADD = core/libkeys.la core/libjose.la
%C%_test_breaker_SOURCES = %D%/test-breaker.c providers/breaker.c
%C%_test_breaker_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/providers
TESTS += %D%/test-answer %D%/test-breaker

# keys: metadata, key sets, and a host whose network the test plays.
check_PROGRAMS += %D%/test-metadata
%C%_test_metadata_SOURCES = %D%/test-metadata.c
%C%_test_metadata_LDADD = core/libkeys.la core/libbase.la
TESTS += %D%/test-metadata
fakehost = %D%/bed.h %D%/fakehost-call.c %D%/fakehost-parts.h \
	%D%/fakehost.c %D%/fakehost.h %D%/signer.c %D%/signer.h
check_PROGRAMS += %D%/test-introspect %D%/test-jwks %D%/test-key-faults \
	%D%/test-key-rules %D%/test-key-stress %D%/test-keys-memory %D%/test-keyset %D%/test-keyset-live \
	%D%/test-oauth %D%/test-providers-live
%C%_test_introspect_SOURCES = $(fakehost) %D%/test-introspect.c
%C%_test_introspect_LDADD = core/libjose.la
%C%_test_jwks_SOURCES = $(fakehost) %D%/test-jwks.c
%C%_test_jwks_LDADD = core/libjose.la
%C%_test_key_faults_SOURCES = %D%/engine.c %D%/engine.h %D%/signer.c \
	%D%/signer.h %D%/test-key-faults.c
%C%_test_key_faults_LDADD = core/libengine.la
%C%_test_key_rules_SOURCES = %D%/engine.c %D%/engine.h %D%/signer.c \
	%D%/signer.h %D%/test-key-rules.c
%C%_test_key_rules_LDADD = core/libengine.la
%C%_test_key_stress_SOURCES = %D%/engine.c %D%/engine.h %D%/signer.c \
	%D%/signer.h %D%/test-key-stress.c
%C%_test_key_stress_LDADD = core/libengine.la
EXTRA_DIST += %D%/keystate.h
%C%_test_keys_memory_SOURCES = $(fakehost) %D%/test-keys-memory.c
%C%_test_keys_memory_LDADD = core/libjose.la
%C%_test_keyset_SOURCES = $(fakehost) %D%/test-keyset.c
%C%_test_keyset_LDADD = core/libkeys.la core/libjose.la
%C%_test_oauth_SOURCES = $(fakehost) %D%/test-oauth.c
%C%_test_oauth_LDADD = core/libjose.la
%C%_test_keyset_live_SOURCES = %D%/signer.c %D%/signer.h \
	%D%/test-keyset-live.c
%C%_test_keyset_live_LDADD = core/libkeys.la core/libnet.la core/libjose.la
%C%_test_providers_live_SOURCES = %D%/engine.c %D%/engine.h %D%/signer.c \
	%D%/signer.h %D%/test-providers-live.c
%C%_test_providers_live_LDADD = core/libauthchain.la core/libjose.la
TESTS += %D%/test-introspect %D%/test-jwks %D%/test-key-faults \
	%D%/test-key-rules %D%/test-key-stress %D%/test-keys-memory %D%/test-keyset %D%/test-keyset-live \
	%D%/test-oauth %D%/test-providers-live
# The two providers once more, with allocations that fail when they are told.
FAILING_MODULE = -module -avoid-version -shared -no-undefined \
	$(DEFS_LDFLAGS) -rpath /nowhere \
	-export-symbols-regex '^(authchain_module_v1|failing_[a-z]*)$$' \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=strdup,--wrap=strndup $(AM_LDFLAGS)
check_LTLIBRARIES += %D%/failing-jwks.la %D%/failing-oauth.la
%C%_failing_jwks_la_SOURCES = %D%/failing.c %D%/failing.h \
	$(providers_jwks)
%C%_failing_jwks_la_CPPFLAGS = $(AM_CPPFLAGS)
%C%_failing_jwks_la_LDFLAGS = $(FAILING_MODULE)
%C%_failing_jwks_la_LIBADD = core/libkeys.la core/libjose.la
%C%_failing_oauth_la_SOURCES = %D%/failing.c %D%/failing.h \
	$(providers_oauth)
%C%_failing_oauth_la_CPPFLAGS = $(AM_CPPFLAGS)
%C%_failing_oauth_la_LDFLAGS = $(FAILING_MODULE)
%C%_failing_oauth_la_LIBADD = core/libkeys.la core/libjose.la

# base and jose: a program a file, and the corpora.
BASE_TESTS = \
	%D%/test-base64url \
	%D%/test-buf \
	%D%/test-clock \
	%D%/test-digest \
	%D%/test-error \
	%D%/test-file \
	%D%/test-formatting \
	%D%/test-json \
	%D%/test-json-suite \
	%D%/test-log \
	%D%/test-number \
	%D%/test-reason \
	%D%/test-secret \
	%D%/test-span \
	%D%/test-table \
	%D%/test-target
check_PROGRAMS += $(BASE_TESTS)
TESTS += $(BASE_TESTS)
%C%_test_base64url_LDADD = core/libbase.la
%C%_test_buf_LDADD = core/libbase.la
%C%_test_clock_LDADD = core/libbase.la
%C%_test_digest_LDADD = core/libbase.la
%C%_test_error_LDADD = core/libbase.la
%C%_test_file_LDADD = core/libbase.la
%C%_test_formatting_LDADD = core/libbase.la
%C%_test_json_LDADD = core/libbase.la
%C%_test_json_suite_LDADD = core/libbase.la
%C%_test_log_LDADD = core/libbase.la
%C%_test_number_LDADD = core/libbase.la
%C%_test_reason_LDADD = core/libbase.la
%C%_test_secret_LDADD = core/libbase.la
%C%_test_span_LDADD = core/libbase.la
%C%_test_table_LDADD = core/libbase.la
%C%_test_target_LDADD = core/libbase.la
JOSE_TESTS = \
	%D%/test-alg \
	%D%/test-claims \
	%D%/test-ed25519 \
	%D%/test-header-memory \
	%D%/test-jwk \
	%D%/test-jwkset \
	%D%/test-jws \
	%D%/test-memory \
	%D%/test-pem \
	%D%/test-rack \
	%D%/test-roca \
	%D%/test-rfc \
	%D%/test-scan \
	%D%/test-signature \
	%D%/test-verifier \
	%D%/test-wycheproof
check_PROGRAMS += $(JOSE_TESTS)
TESTS += $(JOSE_TESTS)
EXTRA_DIST += %D%/testkeys.h
%C%_test_alg_LDADD = core/libjose.la
%C%_test_claims_LDADD = core/libjose.la
%C%_test_ed25519_LDADD = core/libjose.la
%C%_test_header_memory_LDADD = core/libjose.la
%C%_test_jwk_LDADD = core/libjose.la
%C%_test_jwkset_LDADD = core/libjose.la
%C%_test_jws_LDADD = core/libjose.la
%C%_test_memory_LDADD = core/libjose.la
%C%_test_memory_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=strndup
%C%_test_pem_LDADD = core/libjose.la
%C%_test_rack_LDADD = core/libjose.la
%C%_test_roca_LDADD = core/libjose.la
%C%_test_rfc_LDADD = core/libjose.la
%C%_test_scan_SOURCES = %D%/scan-agree.c %D%/scan-agree.h %D%/test-scan.c
%C%_test_scan_LDADD = core/libjose.la
%C%_test_signature_LDADD = core/libjose.la
%C%_test_verifier_LDADD = core/libjose.la
%C%_test_verifier_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc -Wl,--wrap=calloc \
	-Wl,--wrap=OSSL_PROVIDER_get0_name
%C%_test_wycheproof_LDADD = core/libjose.la
check_PROGRAMS += %D%/jws-verify
%C%_jws_verify_SOURCES = %D%/jws-verify.c
%C%_jws_verify_LDADD = core/libjose.la
dist_check_SCRIPTS += %D%/test-jws-corpus.py
TESTS += %D%/test-jws-corpus.py

# engine: configuration, options, secrets.
ENGINE_PARTS = \
	%D%/test-conf \
	%D%/test-conf-bounds \
	%D%/test-conf-read \
	%D%/test-config-memory \
	%D%/test-diag \
	%D%/test-mistakes \
	%D%/test-options \
	%D%/test-scope-words \
	%D%/test-secret-use \
	%D%/test-secrets
check_PROGRAMS += $(ENGINE_PARTS)
TESTS += $(ENGINE_PARTS)
EXTRA_DIST += %D%/findings.h %D%/scratch.h
%C%_test_conf_SOURCES = %D%/test-conf.c
%C%_test_conf_LDADD = core/libengine.la
%C%_test_conf_bounds_SOURCES = %D%/test-conf-bounds.c
%C%_test_conf_bounds_LDADD = core/libengine.la
%C%_test_conf_read_SOURCES = %D%/test-conf-read.c
%C%_test_conf_read_LDADD = core/libengine.la
%C%_test_config_memory_LDADD = core/libengine.la
%C%_test_diag_SOURCES = %D%/test-diag.c
%C%_test_diag_LDADD = core/libengine.la
%C%_test_mistakes_SOURCES = %D%/test-mistakes.c
%C%_test_mistakes_LDADD = core/libauthchain.la core/libbase.la
%C%_test_options_SOURCES = %D%/test-options.c
%C%_test_options_LDADD = core/libengine.la
%C%_test_scope_words_SOURCES = %D%/test-scope-words.c
%C%_test_scope_words_LDADD = core/libengine.la
%C%_test_secret_use_SOURCES = %D%/engine.c %D%/engine.h \
	%D%/test-secret-use.c
%C%_test_secret_use_LDADD = core/libengine.la
%C%_test_secrets_SOURCES = %D%/test-secrets.c
%C%_test_secrets_LDADD = core/libengine.la
%C%_test_config_memory_SOURCES = %D%/failing.c %D%/failing.h \
	%D%/test-config-memory.c
%C%_test_config_memory_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc \
	-Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=strdup \
	-Wl,--wrap=strndup -Wl,--wrap=mmap

include %D%/abi/local.mk
include %D%/fuzz/local.mk
include %D%/plugins/local.mk

# engine: chains of scripted plugins, through the public interface.
ENGINE_TESTS = %D%/test-heir %D%/test-issuers %D%/test-outcomes \
	%D%/test-plugins-abi %D%/test-token-bytes %D%/test-waiting
check_PROGRAMS += $(ENGINE_TESTS)
TESTS += $(ENGINE_TESTS)
engine_host = %D%/engine.c %D%/engine.h
%C%_test_heir_SOURCES = %D%/test-heir.c $(engine_host)
%C%_test_heir_LDADD = core/libauthchain.la
%C%_test_issuers_SOURCES = %D%/test-issuers.c $(engine_host)
%C%_test_issuers_LDADD = core/libauthchain.la core/libbase.la
%C%_test_outcomes_SOURCES = %D%/test-outcomes.c $(engine_host)
%C%_test_outcomes_LDADD = core/libauthchain.la
%C%_test_plugins_abi_SOURCES = %D%/test-plugins-abi.c $(engine_host)
%C%_test_plugins_abi_LDADD = core/libauthchain.la
%C%_test_token_bytes_SOURCES = %D%/test-token-bytes.c $(engine_host)
%C%_test_token_bytes_LDADD = core/libauthchain.la core/libbase.la
%C%_test_waiting_SOURCES = %D%/test-waiting.c $(engine_host)
%C%_test_waiting_LDADD = core/libauthchain.la

# Plugins that judge requests, through the engine and without it.
rules_host = %D%/mint.c %D%/mint.h %D%/rules.c %D%/rules.h $(engine_host)
RULES_TESTS = %D%/test-mcp-rules %D%/test-path %D%/test-proof \
	%D%/test-scopes %D%/test-session
check_PROGRAMS += $(RULES_TESTS)
TESTS += $(RULES_TESTS)
%C%_test_mcp_rules_SOURCES = %D%/test-mcp-rules.c $(plugins_mcp_name) plugins/utf8.c \
	$(rules_host)
%C%_test_mcp_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_test_mcp_rules_LDADD = core/libauthchain.la core/libbase.la
%C%_test_session_SOURCES = %D%/test-session.c plugins/session-table.c \
	plugins/session-table.h $(rules_host)
%C%_test_session_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_test_session_LDADD = core/libauthchain.la core/libbase.la
%C%_test_path_SOURCES = %D%/test-path.c $(plugins_path)
%C%_test_path_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_test_path_LDADD = core/libbase.la
%C%_test_proof_SOURCES = %D%/test-proof.c $(plugins_certificate) \
	$(plugins_dpop)
%C%_test_proof_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_test_proof_LDADD = core/libjose.la
%C%_test_scopes_SOURCES = %D%/test-scopes.c $(rules_host)
%C%_test_scopes_LDADD = core/libauthchain.la core/libbase.la

# audit: its parts by themselves, in a daemon, and what the command says.
check_PROGRAMS += %D%/test-audit %D%/test-audit-writer
TESTS += %D%/test-audit %D%/test-audit-writer
%C%_test_audit_writer_SOURCES = %D%/scratch.h %D%/test-audit-writer.c \
	$(plugins_audit) core/cli/audit-verify.c core/cli/audit-verify.h
%C%_test_audit_writer_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_test_audit_writer_LDADD = core/libbase.la
%C%_test_audit_SOURCES = %D%/scratch.h %D%/test-audit.c $(plugins_audit) \
	core/cli/audit-verify.c core/cli/audit-verify.h
%C%_test_audit_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
%C%_test_audit_LDADD = core/libbase.la

# engine: all of it, when allocations of the whole process fail.
check_PROGRAMS += %D%/test-shortage
TESTS += %D%/test-shortage
%C%_test_shortage_SOURCES = %D%/shortage.c %D%/shortage.h \
	%D%/signer.c %D%/signer.h %D%/test-shortage.c $(engine_host)
%C%_test_shortage_LDADD = core/libauthchain.la core/libjose.la

# The command.
CLI_TESTS = \
	%D%/test-cli-init.py \
	%D%/test-cli-judge.py \
	%D%/test-cli-mint.py \
	%D%/test-cli-snippet.py \
	%D%/test-cli-usage.py \
	%D%/test-man-examples.py
EXTRA_DIST += %D%/cli.py
dist_check_SCRIPTS += $(CLI_TESTS)
TESTS += $(CLI_TESTS)

# engine: its parts one by one.
PART_TESTS = %D%/test-arena %D%/test-at-once %D%/test-blank \
	%D%/test-cache %D%/test-decide %D%/test-document \
	%D%/test-remember %D%/test-remember-threads %D%/test-state
check_PROGRAMS += $(PART_TESTS)
TESTS += $(PART_TESTS)
%C%_test_arena_SOURCES = %D%/test-arena.c
%C%_test_arena_LDADD = core/libengine.la
%C%_test_at_once_SOURCES = %D%/test-at-once.c $(engine_host)
%C%_test_at_once_LDADD = core/libengine.la
%C%_test_blank_SOURCES = %D%/test-blank.c
%C%_test_blank_LDADD = core/libengine.la
%C%_test_cache_SOURCES = %D%/test-cache.c
%C%_test_cache_LDADD = core/libengine.la
%C%_test_decide_SOURCES = %D%/test-decide.c
%C%_test_decide_LDADD = core/libengine.la
%C%_test_remember_SOURCES = %D%/test-remember.c $(engine_host)
%C%_test_remember_LDADD = core/libengine.la
%C%_test_remember_threads_SOURCES = %D%/test-remember-threads.c $(engine_host)
%C%_test_remember_threads_LDADD = core/libengine.la
%C%_test_document_SOURCES = %D%/test-document.c
%C%_test_document_LDADD = core/libengine.la
%C%_test_state_SOURCES = %D%/test-state.c
%C%_test_state_LDADD = core/libengine.la

# End to end: the command and real parts, and a host that stays.  What the
# tests make and what programs say is kept for the last of them to compare.
check_PROGRAMS += %D%/checker
%C%_checker_SOURCES = %D%/checker.c
%C%_checker_LDADD = core/libauthchain.la $(JANSSON_LIBS)
if DAEMON
check_PROGRAMS += %D%/load
%C%_load_SOURCES = %D%/load.c
%C%_load_LDADD = core/libbase.la
check_PROGRAMS += %D%/test-confine %D%/test-daemon-parts
TESTS += %D%/test-confine %D%/test-daemon-parts
%C%_test_confine_SOURCES = core/cli/args.c %D%/test-confine.c
%C%_test_confine_LDADD = core/libdaemon.la
%C%_test_confine_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=syscall
%C%_test_daemon_parts_SOURCES = %D%/test-daemon-parts.c
%C%_test_daemon_parts_LDADD = core/libdaemon.la $(JANSSON_LIBS)
endif

E2E_TESTS = \
	%D%/test-atoms.py \
	%D%/test-audit-daemon.py \
	%D%/test-cases.py \
	%D%/test-cli-keys.py \
	%D%/test-cli-mistakes.py \
	%D%/test-confined.py \
	%D%/test-daemon.py \
	%D%/test-demo.sh \
	%D%/test-differential.py \
	%D%/test-doctor.py \
	%D%/test-dpop.py \
	%D%/test-introspection.py \
	%D%/test-leaks.py \
	%D%/test-load.py \
	%D%/test-mcp-conformance.py \
	%D%/test-mcp.py \
	%D%/test-metrics.py \
	%D%/test-mtls.py \
	%D%/test-nginx.py \
	%D%/test-oidc.py \
	%D%/test-oidc-dpop.py \
	%D%/test-readme.py \
	%D%/test-slow-clients.py \
	%D%/test-soak.py \
	%D%/test-status-page.py
EXTRA_DIST += %D%/cases/cases-keys.json %D%/cases/cases-public.jsonl \
	%D%/apache.py %D%/authchaind.py %D%/e2e.py %D%/mcp/agent.mjs \
	%D%/mcp/client.mjs %D%/mcp/conform.mjs \
	%D%/mcp/package-lock.json %D%/mcp/package.json %D%/mcp/server.mjs \
	%D%/mistakes.txt %D%/nginx.py %D%/npm.py %D%/proof.py \
	%D%/oidc/dpop.mjs %D%/oidc/package-lock.json %D%/oidc/package.json \
	%D%/oidc/server.mjs
dist_check_SCRIPTS += %D%/cases/ref.py $(E2E_TESTS)
TESTS += $(E2E_TESTS)

# Each proxy with its configuration in hosts/: the same matrix.
HOST_TESTS = \
	%D%/test-apache.py \
	%D%/test-caddy.py \
	%D%/test-contracts.py \
	%D%/test-fcgi.py \
	%D%/test-haproxy.py \
	%D%/test-lighttpd.py \
	%D%/test-mod-oauth2.py
EXTRA_DIST += %D%/bound.py %D%/fcgi.py %D%/hosts.py
dist_check_SCRIPTS += $(HOST_TESTS)
TESTS += $(HOST_TESTS)
%D%/test-leaks.log: $(HOST_TESTS:.py=.log)

CLEANFILES += %D%/*.outputs %D%/*.secrets
# It looks at what the others said.
%D%/test-leaks.log: %D%/test-atoms.log %D%/test-audit.log %D%/test-cases.log \
	%D%/test-cli-init.log %D%/test-cli-judge.log \
	%D%/test-cli-keys.log %D%/test-cli-mint.log %D%/test-cli-mistakes.log \
	%D%/test-confined.log %D%/test-daemon.log %D%/test-demo.log \
	%D%/test-doctor.log %D%/test-dpop.log %D%/test-introspection.log \
	%D%/test-load.log %D%/test-mcp-conformance.log %D%/test-mcp.log \
	%D%/test-metrics.log %D%/test-mtls.log %D%/test-nginx.log \
	%D%/test-oidc.log %D%/test-oidc-dpop.log \
	%D%/test-readme.log %D%/test-slow-clients.log %D%/test-soak.log \
	%D%/test-status-page.log
clean-local:
	rm -rf %D%/oidc-work
