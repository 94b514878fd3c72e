# SPDX-License-Identifier: BSD-2-Clause
# Each module links the convenience libraries it needs, hidden, and nothing
# of libauthchain.
plugin_LTLIBRARIES += %D%/hs256.la %D%/jwks.la %D%/oauth.la \
	%D%/static.la

# Common to the modules that verify signed tokens.
providers_options = %D%/options.c %D%/options.h
providers_jwt = %D%/jwt-policy.c %D%/jwt.c %D%/jwt.h $(providers_options)

%C%_hs256_la_SOURCES = %D%/hs256.c %D%/labels.c %D%/labels.h \
	%D%/pasted-key.c %D%/pasted-key.h $(providers_jwt)
%C%_hs256_la_LDFLAGS = $(MODULE_FLAGS)
%C%_hs256_la_LIBADD = core/libjose.la

providers_jwks = $(providers_jwt) %D%/jwks-options.c \
	%D%/jwks-options.h %D%/jwks.c
%C%_jwks_la_SOURCES = $(providers_jwks)
%C%_jwks_la_LDFLAGS = $(MODULE_FLAGS)
%C%_jwks_la_LIBADD = core/libkeys.la core/libjose.la

oauth_answer = %D%/oauth-answer.c %D%/oauth-answer.h %D%/oauth-claims.c
providers_oauth = %D%/assertion.c %D%/assertion.h %D%/breaker.c \
	%D%/breaker.h $(oauth_answer) %D%/oauth-client.c \
	%D%/oauth-documents.c %D%/oauth-health.c %D%/oauth-introspect.c \
	%D%/oauth-metadata.c %D%/oauth-options.c %D%/oauth-request.c \
	%D%/oauth-rules.c %D%/oauth-verdict.c %D%/oauth.c %D%/oauth.h \
	%D%/text.c %D%/text.h $(providers_options)
%C%_oauth_la_SOURCES = $(providers_oauth)
%C%_oauth_la_LDFLAGS = $(MODULE_FLAGS)
%C%_oauth_la_LIBADD = core/libkeys.la core/libjose.la

%C%_static_la_SOURCES = %D%/date.c %D%/date.h %D%/labels.c %D%/labels.h \
	%D%/static.c %D%/text.c %D%/text.h
%C%_static_la_LDFLAGS = $(MODULE_FLAGS)
%C%_static_la_LIBADD = core/libbase.la
