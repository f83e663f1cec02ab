/* blocks_request.h - what `block` and `unblock` were asked, checked.  For blocks_serve.c. */
#pragma once

#include "lists/entry.h"
#include "lists/policy.h"

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct blocks_request {
	struct entry entry; /* comment points into this struct */
	bool is_forced;
	const char *by, *reason; /* borrowed from the words; "" if not given */
	char name[NAME_TEXT_MAX];
	char comment[ENTRY_COMMENT_MAX + 1];
	char logged[ENTRY_COMMENT_MAX + 1]; /* the same without quotes */
};

/* Reads "NAME [action=A] [until=DATE|+Nd] [by=WHO] [reason=TEXT] [force]" behind argv[0]; in TEXT a
 * tab stands for a space.  +Nd: N whole days from today's end.  Returns NULL, or the error to
 * reply. */
json_t *blocks_request(struct blocks_request *r, size_t argc, char **argv, int32_t today);

/* Whether such a block may be: not of a public suffix or of a name of one label unless it is
 * forced, no action that the policy has no data for.  Returns NULL, or the error to reply. */
json_t *blocks_request_guard(struct blocks_request *r, const struct policy *p);

/* Writes the comment: when, who, why.  uid: the peer's, as the kernel says. */
void blocks_request_comment(struct blocks_request *r, uid_t uid);
