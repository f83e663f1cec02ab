/* options_check.h - from the words of a configuration to values.  For options*.c alone. */
#pragma once

#include "dataplane/options.h"

struct check {
	const char *path;
	conf_error_fn *error;
	void *ctx;
	unsigned errors;
};

/* Fills the rest of o from o->config; counts and reports each mistake. */
void options_check(struct options *o, struct check *c);
