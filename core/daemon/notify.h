/* SPDX-License-Identifier: BSD-2-Clause */
/* Tell the service manager how it goes (sd_notify(3), Type=notify). */
#ifndef AC_DAEMON_NOTIFY_H
#define AC_DAEMON_NOTIFY_H

/* "READY=1" ...; nothing happens where nobody asked. */
void ac_notify(const char *state);
/* "RELOADING=1" with the time that systemd wants beside it. */
void ac_notify_reloading(void);

#endif
