/* entry.h - one listed name. */
#pragma once

#include "lists/action.h"
#include "lists/name.h"

#include <stdint.h>

/* Window [from, until) in UTC days since 1970 (base/date.h). */
#define DAY_FIRST 0          /* no beginning */
#define DAY_NEVER 0x7fffffff /* no end */

struct entry {
	int32_t from, until;   /* from < until */
	uint8_t action;        /* enum action; ACTION_INHERIT: the feed's */
	uint8_t name_len;      /* bytes, 2..255: the root is never listed */
	uint16_t comment_len;  /* bytes */
	const char *comment;   /* UTF-8, no NUL, borrowed until the call that got it returns */
	uint8_t name[NAME_LEN_MAX]; /* canonical */
};
