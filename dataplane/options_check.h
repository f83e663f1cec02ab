/* options_check.h - from the words of a configuration to values.  For options*.c alone. */
#pragma once

#include "base/conf_check.h"
#include "dataplane/options.h"

/* Fills o->port from o->config.ports. */
void take_ports(struct conf_check *c, struct options *o);

/* Reports feeds whose answers would be forgeries on an inline port that was not told so. */
void check_forging(struct conf_check *c, const struct options *o);

/* Reports monitor-log without a monitor. */
void check_monitor_log(struct conf_check *c, const struct options *o);

/* Fills the rest of o from o->config; counts and reports each mistake. */
void options_check(struct options *o, struct conf_check *c);
