/* acl_file.h - access lists as text: a line each `allow PREFIX` or `deny PREFIX`.  Empty lines and
 * what follows # are passed over. */
#pragma once

#include "lists/prefixes.h"

#include <stddef.h>

#define ACL_FILE_MAX (16 << 20) /* bytes */

struct acl_list {
	struct prefix *item; /* ours until acl_list_free; value: ACCESS_ALLOW or ACCESS_DENY */
	unsigned n;
};

void acl_list_free(struct acl_list *l);

/* Appends p.  Returns 0 or -ENOMEM. */
int acl_list_add(struct acl_list *l, const struct prefix *p);

/* Appends what a text of len bytes says.  Returns 0, -ENOMEM, or with the number of the line
 *   -ERR_FORMAT  neither word, or no prefix
 *   -ERR_RANGE   a prefix with bits behind its length */
int acl_parse(struct acl_list *l, const char *text, size_t len, unsigned *line);

/* The same from a file.  Returns also -errno, and -ERR_LIMIT for one over ACL_FILE_MAX. */
int acl_file_read(struct acl_list *l, const char *path, unsigned *line);
