# SPDX-License-Identifier: BSD-2-Clause
# What a service manager needs; under the prefix, where systemd looks when that
# is /usr.
if DAEMON
systemdunitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
nodist_systemdunit_DATA = %D%/authchaind.service
dist_systemdunit_DATA = %D%/authchaind-fastcgi.socket %D%/authchaind.socket
dist_sysusers_DATA = %D%/sysusers/authchain.conf
dist_tmpfiles_DATA = %D%/tmpfiles/authchain.conf
endif
EXTRA_DIST += %D%/authchaind.service.in %D%/logrotate/authchain
CLEANFILES += %D%/authchaind.service
%D%/authchaind.service: %D%/authchaind.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		sed 's#@sbindir@#$(sbindir)#' $(srcdir)/%D%/authchaind.service.in >$@
