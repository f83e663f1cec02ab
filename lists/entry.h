/* entry.h - one listed name. */
#pragma once

#include "lists/action.h"
#include "lists/name.h"

#include <stdint.h>

/* Window [from, until) in UTC days since 1970 (base/date.h). */
#define DAY_FIRST 0          /* no beginning */
#define DAY_NEVER 0x7fffffff /* no end */

#define ENTRY_COMMENT_MAX 251 /* bytes: with "why=" before it, one string of a TXT record */

struct entry {
	uint64_t line;        /* of its file, from 1; 0: it was not read from one */
	int32_t from, until;  /* from < until */
	uint8_t action;       /* enum action; ACTION_INHERIT: the feed's */
	uint8_t name_len;     /* bytes, 2..255: the root is never listed */
	uint16_t comment_len; /* bytes, 0..ENTRY_COMMENT_MAX */
	const char *comment;  /* UTF-8, no control characters, borrowed until the call that got it
			       * returns */
	uint8_t name[NAME_LEN_MAX]; /* canonical */
};
