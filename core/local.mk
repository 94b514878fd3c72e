# SPDX-License-Identifier: BSD-2-Clause
# One convenience library a layer; see doc/architecture.md.  libnet, libkeys
# and libjose are linked by what needs them, and by nothing else.  libjose
# brings libbase along; libnet and libkeys do not, or what is made of them and
# libjose would hold libbase twice.
noinst_LTLIBRARIES += %D%/libbase.la %D%/libjose.la %D%/libnet.la \
	%D%/libkeys.la %D%/libengine.la %D%/libissue.la

%C%_libbase_la_SOURCES = \
	%D%/base/base64url-avx2.c \
	%D%/base/base64url-parts.h \
	%D%/base/base64url.c \
	%D%/base/base64url.h \
	%D%/base/buf.c \
	%D%/base/buf.h \
	%D%/base/clock.c \
	%D%/base/clock.h \
	%D%/base/digest.c \
	%D%/base/digest.h \
	%D%/base/error.c \
	%D%/base/error.h \
	%D%/base/file.c \
	%D%/base/file.h \
	%D%/base/format.c \
	%D%/base/format.h \
	%D%/base/json.c \
	%D%/base/json.h \
	%D%/base/lanes.h \
	%D%/base/log.c \
	%D%/base/log.h \
	%D%/base/memory.h \
	%D%/base/number.c \
	%D%/base/number.h \
	%D%/base/origin.c \
	%D%/base/origin.h \
	%D%/base/reason.c \
	%D%/base/reason.h \
	%D%/base/secret.c \
	%D%/base/secret.h \
	%D%/base/seal.c \
	%D%/base/seal.h \
	%D%/base/span.c \
	%D%/base/span.h \
	%D%/base/table.c \
	%D%/base/table.h \
	%D%/base/target.c \
	%D%/base/target.h
%C%_libbase_la_LIBADD = $(CRYPTO_LIBS) $(JANSSON_LIBS)

%C%_libjose_la_SOURCES = \
	%D%/jose/alg.c \
	%D%/jose/alg.h \
	%D%/jose/claims-rule.h \
	%D%/jose/claims-time.c \
	%D%/jose/claims.c \
	%D%/jose/claims.h \
	%D%/jose/ecdsa.c \
	%D%/jose/ecdsa.h \
	%D%/jose/ed25519.c \
	%D%/jose/ed25519.h \
	%D%/jose/header-memory.c \
	%D%/jose/header-memory.h \
	%D%/jose/hash.c \
	%D%/jose/hash.h \
	%D%/jose/hmac.c \
	%D%/jose/hmac.h \
	%D%/jose/jwk.c \
	%D%/jose/jwk.h \
	%D%/jose/jwks.c \
	%D%/jose/jwks.h \
	%D%/jose/jws-claims.c \
	%D%/jose/jws-key.c \
	%D%/jose/jws-parts.h \
	%D%/jose/jws.c \
	%D%/jose/jws.h \
	%D%/jose/material-jwk.c \
	%D%/jose/material.c \
	%D%/jose/material.h \
	%D%/jose/rack.c \
	%D%/jose/rack.h \
	%D%/jose/roca.c \
	%D%/jose/roca.h \
	%D%/jose/scan-find.c \
	%D%/jose/scan-number.c \
	%D%/jose/scan-parts.h \
	%D%/jose/scan-plain.h \
	%D%/jose/scan-string.c \
	%D%/jose/scan.c \
	%D%/jose/scan.h \
	%D%/jose/signature.c \
	%D%/jose/signature.h \
	%D%/jose/thumbprint.c \
	%D%/jose/thumbprint.h \
	%D%/jose/verifier.c \
	%D%/jose/verifier.h
# Who checks Ed25519; --with-libsodium says which one it is.
if LIBSODIUM
%C%_libjose_la_SOURCES += %D%/jose/ed25519-libsodium.c
else
%C%_libjose_la_SOURCES += %D%/jose/ed25519-libcrypto.c
endif
%C%_libjose_la_LIBADD = %D%/libbase.la $(CRYPTO_LIBS) $(JANSSON_LIBS) \
	$(LIBSODIUM_LIBS)

%C%_libnet_la_SOURCES = \
	%D%/net/address.c \
	%D%/net/address.h \
	%D%/net/failure.c \
	%D%/net/failure.h \
	%D%/net/fetch.c \
	%D%/net/fetch.h \
	%D%/net/headers.c \
	%D%/net/headers.h \
	%D%/net/io-parts.h \
	%D%/net/io-thread.c \
	%D%/net/io.c \
	%D%/net/io.h \
	%D%/net/peer.c \
	%D%/net/peer.h \
	%D%/net/request.c \
	%D%/net/request.h \
	%D%/net/timer.c \
	%D%/net/timer.h \
	%D%/net/url.c \
	%D%/net/url.h
%C%_libnet_la_LIBADD = $(CURL_LIBS)

%C%_libkeys_la_SOURCES = \
	%D%/keys/freshness.c \
	%D%/keys/freshness.h \
	%D%/keys/keyset-ask.c \
	%D%/keys/keyset-copy.c \
	%D%/keys/keyset-parts.h \
	%D%/keys/keyset-report.c \
	%D%/keys/keyset-snapshot.c \
	%D%/keys/keyset-source.c \
	%D%/keys/keyset.c \
	%D%/keys/keyset.h \
	%D%/keys/metadata.c \
	%D%/keys/metadata.h \
	%D%/keys/poll-round.c \
	%D%/keys/poll-round.h \
	%D%/keys/poll.c \
	%D%/keys/poll.h

%C%_libengine_la_SOURCES = \
	%D%/engine/api.c \
	%D%/engine/arena.c \
	%D%/engine/arena.h \
	%D%/engine/at-once.c \
	%D%/engine/at-once.h \
	%D%/engine/blank.c \
	%D%/engine/bound.c \
	%D%/engine/builtin.c \
	%D%/engine/builtin.h \
	%D%/engine/cache-parts.h \
	%D%/engine/cache-store.c \
	%D%/engine/cache.c \
	%D%/engine/cache.h \
	%D%/engine/call.c \
	%D%/engine/call.h \
	%D%/engine/chain.c \
	%D%/engine/chain.h \
	%D%/engine/check.c \
	%D%/engine/conf-read.c \
	%D%/engine/conf.c \
	%D%/engine/conf.h \
	%D%/engine/credential.c \
	%D%/engine/decide.c \
	%D%/engine/decide.h \
	%D%/engine/diag.c \
	%D%/engine/diag.h \
	%D%/engine/document.c \
	%D%/engine/document.h \
	%D%/engine/entry.c \
	%D%/engine/entry.h \
	%D%/engine/exec.c \
	%D%/engine/exec.h \
	%D%/engine/finish.c \
	%D%/engine/folder.c \
	%D%/engine/folder.h \
	%D%/engine/generation.c \
	%D%/engine/grow.h \
	%D%/engine/header.c \
	%D%/engine/header.h \
	%D%/engine/heir.c \
	%D%/engine/issuers.c \
	%D%/engine/issuers.h \
	%D%/engine/key.c \
	%D%/engine/key.h \
	%D%/engine/lane.c \
	%D%/engine/lane.h \
	%D%/engine/loader.c \
	%D%/engine/loader.h \
	%D%/engine/mapped.c \
	%D%/engine/mapped.h \
	%D%/engine/metric.c \
	%D%/engine/metric.h \
	%D%/engine/model-values.c \
	%D%/engine/model.c \
	%D%/engine/model.h \
	%D%/engine/module.c \
	%D%/engine/module.h \
	%D%/engine/option-expand.c \
	%D%/engine/option-type.c \
	%D%/engine/option-type.h \
	%D%/engine/option-url.c \
	%D%/engine/option-value.c \
	%D%/engine/option-value.h \
	%D%/engine/options.c \
	%D%/engine/options.h \
	%D%/engine/own-request.c \
	%D%/engine/overlap.c \
	%D%/engine/pool.c \
	%D%/engine/pool.h \
	%D%/engine/recall.c \
	%D%/engine/recall.h \
	%D%/engine/report.h \
	%D%/engine/result.c \
	%D%/engine/runtime.c \
	%D%/engine/runtime.h \
	%D%/engine/scope.c \
	%D%/engine/scope.h \
	%D%/engine/scopes.c \
	%D%/engine/secret-source.c \
	%D%/engine/secret-source.h \
	%D%/engine/secret-values.c \
	%D%/engine/secret-values.h \
	%D%/engine/secrets.c \
	%D%/engine/secrets.h \
	%D%/engine/section.c \
	%D%/engine/section.h \
	%D%/engine/service-call.c \
	%D%/engine/service-claims.c \
	%D%/engine/service-entry.c \
	%D%/engine/service-io.c \
	%D%/engine/service.c \
	%D%/engine/service.h \
	%D%/engine/settle.c \
	%D%/engine/share.c \
	%D%/engine/share.h \
	%D%/engine/state.c \
	%D%/engine/state.h \
	%D%/engine/status.c \
	%D%/engine/status.h \
	%D%/engine/step.c \
	%D%/engine/step.h \
	%D%/engine/suggest.c \
	%D%/engine/text.c \
	%D%/engine/text.h \
	%D%/engine/ticket.c \
	%D%/engine/ticket.h \
	%D%/engine/unidentified.c \
	%D%/engine/unpack.c \
	%D%/engine/unpack.h \
	%D%/engine/value.c \
	%D%/engine/value.h
%C%_libengine_la_LIBADD = %D%/libjose.la %D%/libnet.la

lib_LTLIBRARIES += %D%/libauthchain.la
%C%_libauthchain_la_SOURCES =
%C%_libauthchain_la_LIBADD = %D%/libengine.la
%C%_libauthchain_la_LDFLAGS = -version-info $(AUTHCHAIN_LT_VERSION) \
	-no-undefined $(DEFS_LDFLAGS) \
	-Wl,--version-script,$(top_srcdir)/%D%/libauthchain.map $(AM_LDFLAGS)
EXTRA_%C%_libauthchain_la_DEPENDENCIES = %D%/libauthchain.map

%C%_libissue_la_SOURCES = \
	%D%/issue/mint.c \
	%D%/issue/mint.h

bin_PROGRAMS += authchain
authchain_SOURCES = \
	%D%/cli/args.c \
	%D%/cli/args.h \
	%D%/cli/audit-verify.c \
	%D%/cli/audit-verify.h \
	%D%/cli/cli.h \
	%D%/cli/cmd-audit.c \
	%D%/cli/cmd-check-config.c \
	%D%/cli/cmd-config.c \
	%D%/cli/cmd-doctor.c \
	%D%/cli/cmd-explain.c \
	%D%/cli/cmd-init.c \
	%D%/cli/cmd-inspect.c \
	%D%/cli/cmd-keys.c \
	%D%/cli/cmd-mint.c \
	%D%/cli/cmd-plugins.c \
	%D%/cli/cmd-snippet.c \
	%D%/cli/cmd-test.c \
	%D%/cli/doctor-challenge.c \
	%D%/cli/doctor-resource.c \
	%D%/cli/doctor-server.c \
	%D%/cli/doctor-upstream.c \
	%D%/cli/doctor.c \
	%D%/cli/doctor.h \
	%D%/cli/init-files.c \
	%D%/cli/init-text.c \
	%D%/cli/init-values.c \
	%D%/cli/init.h \
	%D%/cli/judge-print.c \
	%D%/cli/judge.c \
	%D%/cli/judge.h \
	%D%/cli/key.c \
	%D%/cli/key.h \
	%D%/cli/keysets.c \
	%D%/cli/keysets.h \
	%D%/cli/main.c \
	%D%/cli/open.c \
	%D%/cli/open.h \
	%D%/cli/out.c \
	%D%/cli/out.h \
	%D%/cli/snippet-part.c \
	%D%/cli/snippet-part.h \
	%D%/cli/token.c \
	%D%/cli/token.h
authchain_LDADD = %D%/libissue.la %D%/libkeys.la %D%/libengine.la $(CRYPTO_LIBS) \
	$(JANSSON_LIBS)

if DAEMON
noinst_LTLIBRARIES += %D%/libdaemon.la
%C%_libdaemon_la_SOURCES = \
	%D%/daemon/admin.c \
	%D%/daemon/admin.h \
	%D%/daemon/answer.c \
	%D%/daemon/answer.h \
	%D%/daemon/ask.c \
	%D%/daemon/ask.h \
	%D%/daemon/caller.c \
	%D%/daemon/caller.h \
	%D%/daemon/confine.c \
	%D%/daemon/confine.h \
	%D%/daemon/counts.c \
	%D%/daemon/counts.h \
	%D%/daemon/exchange.c \
	%D%/daemon/exchange.h \
	%D%/daemon/fcgi-answer.c \
	%D%/daemon/fcgi-answer.h \
	%D%/daemon/fcgi-link.c \
	%D%/daemon/fcgi-link.h \
	%D%/daemon/fcgi-record.c \
	%D%/daemon/fcgi-record.h \
	%D%/daemon/fcgi-request.c \
	%D%/daemon/fcgi-request.h \
	%D%/daemon/fcgi-session.c \
	%D%/daemon/fcgi-session.h \
	%D%/daemon/fcgi.c \
	%D%/daemon/fcgi.h \
	%D%/daemon/fields.c \
	%D%/daemon/fields.h \
	%D%/daemon/form.c \
	%D%/daemon/form.h \
	%D%/daemon/identity.c \
	%D%/daemon/identity.h \
	%D%/daemon/introspect-answer.c \
	%D%/daemon/introspect-answer.h \
	%D%/daemon/introspect.c \
	%D%/daemon/introspect.h \
	%D%/daemon/keep.c \
	%D%/daemon/keep.h \
	%D%/daemon/landlock.c \
	%D%/daemon/landlock.h \
	%D%/daemon/listen.c \
	%D%/daemon/listen.h \
	%D%/daemon/log.c \
	%D%/daemon/log.h \
	%D%/daemon/notify.c \
	%D%/daemon/notify.h \
	%D%/daemon/options.c \
	%D%/daemon/options.h \
	%D%/daemon/original.c \
	%D%/daemon/original.h \
	%D%/daemon/pace.c \
	%D%/daemon/pace.h \
	%D%/daemon/page.c \
	%D%/daemon/page.h \
	%D%/daemon/preflight.c \
	%D%/daemon/preflight.h \
	%D%/daemon/retire.c \
	%D%/daemon/retire.h \
	%D%/daemon/route.c \
	%D%/daemon/route.h \
	%D%/daemon/run.c \
	%D%/daemon/run.h \
	%D%/daemon/scrape.c \
	%D%/daemon/scrape.h \
	%D%/daemon/server.c \
	%D%/daemon/server.h \
	%D%/daemon/trusted.c \
	%D%/daemon/trusted.h
%C%_libdaemon_la_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS)
%C%_libdaemon_la_LIBADD = %D%/libengine.la $(MICROHTTPD_LIBS)

sbin_PROGRAMS += authchaind
authchaind_SOURCES = \
	%D%/cli/args.c \
	%D%/cli/args.h \
	%D%/daemon/epoll.c \
	%D%/daemon/main.c
authchaind_LDADD = %D%/libdaemon.la
endif

authchainincludedir = $(includedir)/authchain
authchaininclude_HEADERS = %D%/authchain/authchain.h %D%/authchain/plugin.h
pkgconfig_DATA = %D%/authchain.pc
EXTRA_DIST += %D%/libauthchain.map
