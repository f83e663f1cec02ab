/* sd_notify.h - the service manager's protocol: sd_notify(3) without the library. */
#pragma once

/* Sends "READY=1" and the like to $NOTIFY_SOCKET; nothing without it.  Returns 0 or -errno. */
int notify_send(const char *state);

/* How often "WATCHDOG=1" must be sent, ms; 0: not wanted.  Half of what is allowed. */
int notify_watchdog_ms(void);
