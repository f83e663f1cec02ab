/* options_limits.h - sections cookies, rrl and acl of a configuration.  For options*.c alone. */
#pragma once

#include "dataplane/options_check.h"

/* Fills what they say into o; reads the secret file. */
void options_limits_check(struct options *o, struct conf_check *c);

/* Frees what they were made into. */
void options_limits_free(struct options *o);
