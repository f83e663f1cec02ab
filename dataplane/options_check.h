/* options_check.h - from the words of a configuration to values.  For options*.c alone. */
#pragma once

#include "dataplane/options.h"

struct check {
	const char *path;
	conf_error_fn *error;
	void *ctx;
	unsigned errors;
};

/* Reports a mistake at a line, 0 for none; printf(3). */
void wrong(struct check *c, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Fills o->port from o->config.ports. */
void take_ports(struct check *c, struct options *o);

/* Reports feeds whose answers would be forgeries on an inline port that was not told so. */
void check_forging(struct check *c, const struct options *o);

/* Reports monitor-log without a monitor. */
void check_monitor_log(struct check *c, const struct options *o);

/* Fills the rest of o from o->config; counts and reports each mistake. */
void options_check(struct options *o, struct check *c);
