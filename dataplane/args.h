/* args.h - the responder's command line. */
#pragma once

#include "base/conf.h"

#include <stdint.h>

enum args_mode { ARGS_RUN, ARGS_CHECK, ARGS_SAMPLE, ARGS_MDOC };

/* Texts are borrowed from argv; NULL or n == 0: not given. */
struct args {
	enum args_mode mode;
	const char *config;
	struct conf_texts listen;
	const char *control, *log_level;
	int32_t now; /* day; -1: not given */
	/* Without a file: one feed and its policy. */
	struct conf_texts lists, a, aaaa, ns, txt;
	const char *action;
	int64_t ttl; /* -1: not given */
};

/* Fills *args.  Prints help, version and usage errors itself, and then ends the program, with
 * status 2 for an error.  Returns 0 or -ENOMEM. */
int args_parse(struct args *args, int argc, char **argv);
void args_free(struct args *args);
