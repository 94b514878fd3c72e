# SPDX-License-Identifier: BSD-2-Clause
# Plugins that are no providers; of ours they have the header and base, linked
# in and hidden; dpop has jose.
plugin_LTLIBRARIES += %D%/audit.la %D%/dpop.la %D%/mcp.la %D%/mtls.la \
	%D%/origin.la %D%/scopes.la %D%/session.la

# Common to the modules that say who may do what.
plugins_needs = %D%/hierarchy.c %D%/hierarchy.h %D%/needs.c %D%/needs.h
plugins_path = %D%/path.c %D%/path.h %D%/utf8.c %D%/utf8.h
plugins_mcp_name = %D%/mcp-name.c %D%/mcp-name.h
plugins_audit = %D%/audit-batch.c %D%/audit-batch.h %D%/audit-datagram.c \
	%D%/audit-datagram.h %D%/audit-file.c %D%/audit-file.h \
	%D%/audit-line.c %D%/audit-line.h %D%/audit-queue.c \
	%D%/audit-queue.h %D%/audit-record.c %D%/audit-record.h \
	%D%/audit-writer.c %D%/audit-writer.h
%C%_audit_la_SOURCES = %D%/audit.c $(plugins_audit)
%C%_audit_la_LDFLAGS = $(MODULE_FLAGS)
%C%_audit_la_LIBADD = core/libbase.la
plugins_dpop = %D%/dpop-nonce.c %D%/dpop-nonce.h %D%/dpop-proof.c \
	%D%/dpop-proof.h %D%/dpop-replay.c %D%/dpop-replay.h \
	%D%/dpop-uri.c %D%/dpop-uri.h
plugins_certificate = %D%/certificate.c %D%/certificate.h
%C%_dpop_la_SOURCES = %D%/dpop-options.c %D%/dpop.c %D%/dpop.h \
	$(plugins_dpop)
%C%_dpop_la_LDFLAGS = $(MODULE_FLAGS)
%C%_dpop_la_LIBADD = core/libjose.la
%C%_mcp_la_SOURCES = %D%/mcp.c %D%/mcp-rules.c %D%/mcp-rules.h \
	$(plugins_mcp_name) %D%/utf8.c %D%/utf8.h $(plugins_needs)
%C%_mcp_la_LDFLAGS = $(MODULE_FLAGS)
%C%_mcp_la_LIBADD = core/libbase.la
%C%_mtls_la_SOURCES = %D%/mtls.c $(plugins_certificate)
%C%_mtls_la_LDFLAGS = $(MODULE_FLAGS)
%C%_mtls_la_LIBADD = core/libbase.la
%C%_origin_la_SOURCES = %D%/origin.c
%C%_origin_la_LDFLAGS = $(MODULE_FLAGS)
%C%_origin_la_LIBADD = core/libbase.la
%C%_session_la_SOURCES = %D%/session.c %D%/session-table.c \
	%D%/session-table.h
%C%_session_la_LDFLAGS = $(MODULE_FLAGS)
%C%_session_la_LIBADD = core/libbase.la
%C%_scopes_la_SOURCES = %D%/scopes.c $(plugins_needs) $(plugins_path)
%C%_scopes_la_LDFLAGS = $(MODULE_FLAGS)
%C%_scopes_la_LIBADD = core/libbase.la

# Built the way a stranger would: by its own Makefile, from what is installed.
EXTRA_DIST += %D%/example/Makefile %D%/example/example.c
