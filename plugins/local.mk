# SPDX-License-Identifier: BSD-2-Clause
# Plugins that are no providers; of ours they have the header and base, linked
# in and hidden.
plugin_LTLIBRARIES += %D%/scopes.la

# Common to the modules that say who may do what.
plugins_needs = %D%/hierarchy.c %D%/hierarchy.h %D%/needs.c %D%/needs.h
plugins_path = %D%/path.c %D%/path.h %D%/utf8.c %D%/utf8.h
%C%_scopes_la_SOURCES = %D%/scopes.c $(plugins_needs) $(plugins_path)
%C%_scopes_la_LDFLAGS = $(MODULE_FLAGS)
%C%_scopes_la_LIBADD = core/libbase.la

# Built the way a stranger would: by its own Makefile, from what is installed.
EXTRA_DIST += %D%/example/Makefile %D%/example/example.c
