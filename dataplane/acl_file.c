#include "dataplane/acl_file.h"

#include "base/err.h"
#include "dataplane/shield.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_LEN 255

void
acl_list_free(struct acl_list *l)
{
	free(l->item);
	*l = (struct acl_list){0};
}

/* Room doubles: it is a power of two whenever it is used up. */
int
acl_list_add(struct acl_list *l, const struct prefix *p)
{
	if ((l->n & (l->n - 1)) == 0) {
		size_t room = l->n ? 2 * (size_t)l->n : 1;
		struct prefix *more = realloc(l->item, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		l->item = more;
	}
	l->item[l->n++] = *p;
	return 0;
}

/* One line, without its line feed. */
static int
take_line(struct acl_list *l, char *line)
{
	char *rest = NULL, *word, *prefix;
	struct prefix p;
	int rc;

	line[strcspn(line, "#")] = '\0';
	word = strtok_r(line, " \t\r", &rest);
	if (!word)
		return 0;
	prefix = strtok_r(NULL, " \t\r", &rest);
	if (!prefix || strtok_r(NULL, " \t\r", &rest))
		return -ERR_FORMAT;
	if (strcmp(word, "allow") == 0)
		p.value = ACCESS_ALLOW;
	else if (strcmp(word, "deny") == 0)
		p.value = ACCESS_DENY;
	else
		return -ERR_FORMAT;
	rc = prefix_parse(&p, prefix);
	return rc < 0 ? rc : acl_list_add(l, &p);
}

int
acl_parse(struct acl_list *l, const char *text, size_t len, unsigned *line)
{
	int rc = 0;

	*line = 0;
	for (size_t at = 0; at < len && rc == 0;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - (text + at)) : len - at;
		char copy[LINE_MAX_LEN + 1];

		++*line;
		if (n > LINE_MAX_LEN || memchr(text + at, '\0', n))
			return -ERR_FORMAT;
		memcpy(copy, text + at, n);
		copy[n] = '\0';
		rc = take_line(l, copy);
		at += n + 1;
	}
	return rc;
}

int
acl_file_read(struct acl_list *l, const char *path, unsigned *line)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t len;
	int rc = -ENOMEM;

	*line = 0;
	if (!f)
		return -errno;
	text = malloc(ACL_FILE_MAX + 1);
	if (!text)
		goto out;
	len = fread(text, 1, ACL_FILE_MAX + 1, f);
	if (ferror(f))
		rc = -EIO;
	else
		rc = len > ACL_FILE_MAX ? -ERR_LIMIT : acl_parse(l, text, len, line);
out:
	free(text);
	fclose(f);
	return rc;
}
