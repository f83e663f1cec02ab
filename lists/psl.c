#include "lists/psl.h"

#include "base/err.h"

#include <errno.h>
#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct psl {
	psl_ctx_t *ctx;
};

int
psl_open(struct psl **out, const char *path)
{
	struct psl *psl = calloc(1, sizeof(*psl));
	int rc = 0;

	*out = NULL;
	if (!psl)
		return -ENOMEM;
	errno = 0;
	psl->ctx = path ? psl_load_file(path) : psl_latest(NULL);
	if (!psl->ctx)
		rc = errno ? -errno : -ERR_LIBRARY;
	else if (!psl_is_public_suffix2(psl->ctx, "com", PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE))
		rc = -ERR_FORMAT; /* libpsl takes any text for a list */
	if (rc) {
		psl_close(psl);
		return rc;
	}
	*out = psl;
	return 0;
}

void
psl_close(struct psl *psl)
{
	if (!psl)
		return;
	psl_free(psl->ctx);
	free(psl);
}

bool
psl_is_suffix(const struct psl *psl, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];

	name_to_text(text, name);
	return psl_is_public_suffix(psl->ctx, text);
}

bool
psl_has_top(const struct psl *psl, const uint8_t *name)
{
	char below[NAME_TEXT_MAX + 2] = "x.";
	const int type = PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE;

	name_to_text(below + 2, name);
	return psl_is_public_suffix2(psl->ctx, below + 2, type) ||
	       psl_is_public_suffix2(psl->ctx, below, type); /* *.ck */
}

size_t
psl_suffix_of(const struct psl *psl, const uint8_t *name)
{
	size_t at = 0;

	do
		at += name[at] + 1u;
	while (name[at] && !psl_is_suffix(psl, name + at));
	return at;
}

const char *
psl_text_path(void)
{
	static const char path[] = "/usr/share/publicsuffix/public_suffix_list.dat";

	return access(path, R_OK) ? NULL : path;
}

int
psl_rules(const char *path, int (*take)(void *ctx, const uint8_t *name, size_t len), void *ctx)
{
	FILE *f = fopen(path, "re");
	uint8_t name[NAME_LEN_MAX];
	char *line = NULL;
	size_t room = 0;
	int rc = 0;

	if (!f)
		return -errno;
	while (!rc && getline(&line, &room, f) > 0) {
		char *rule = line;
		size_t end = strcspn(rule, " \t\r\n");
		int len;

		if (end == 0 || *rule == '!' || !strncmp(rule, "//", 2))
			continue;
		if (!strncmp(rule, "*.", 2)) {
			rule += 2;
			end -= 2;
		}
		len = name_from_text(name, rule, end);
		rc = len < 0 ? -ERR_FORMAT : take(ctx, name, (size_t)len);
	}
	if (!rc && ferror(f))
		rc = errno ? -errno : -EIO;
	free(line);
	fclose(f);
	return rc;
}
