/* trust_conf.h - the section of a configuration that says whose signatures count.
 *
 *   trust = ( { feed = "conficker-c"; hub = "lists.example"; threshold = 2;
 *               keys = [ "alice.example. IN DNSKEY 256 3 15 ...", "bob.example. ..." ]; } );
 *
 * For `cordon verify --trust` and for cordond. */
#pragma once

#include "base/conf.h"
#include "lists/trust.h"

struct trust_conf {
	unsigned line;
	char *feed, *hub;
	int64_t threshold, version;
	struct conf_texts keys;
};

extern const struct conf_option trust_options[];

/* A file that has nothing but `trust`. */
struct trust_file {
	struct conf_many trust; /* of struct trust_conf */
};

extern const struct conf_section trust_sections[];

/* Checks c and makes a trust of it.
 *   why  KEY_WHY_MAX bytes, takes what is wrong
 * Returns 0 or -ERR_FORMAT. */
int trust_from_conf(struct trust *t, const struct trust_conf *c, char *why);

/* Adds a key, given as the path of a file that holds DNSKEY records (as keygen writes them) or as
 * the text of one.  Returns 0, or a negative code with why filled. */
int trust_add_key(struct trust *t, const char *text, char *why);
