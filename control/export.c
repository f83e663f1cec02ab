#include "control/export.h"

#include "base/err.h"
#include "control/command.h"
#include "control/source.h"
#include "lists/canonical.h"
#include "lists/sorter.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SORTER_BYTES ((size_t)64 << 20)

int
export_complain(const struct export_job *j, int rc, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", j->program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return rc;
}

/* The absolute path of a folder that need not be there: servers are told it. */
static int
find_folder(struct export_job *j)
{
	char *copy = strdup(j->output), *base = copy, *slash, *real = NULL;
	size_t len = copy ? strlen(copy) : 0;
	int n = -1;

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	slash = copy ? strrchr(copy, '/') : NULL;
	if (slash) {
		base = slash + 1;
		*slash = '\0';
	}
	if (copy)
		real = realpath(!slash ? "." : *copy ? copy : "/", NULL);
	if (real)
		n = snprintf(j->folder, sizeof(j->folder), "%s/%s", real, base);
	free(copy);
	free(real);
	if (n < 0)
		return export_complain(j, -errno, "%s: %s", j->output, err_text(errno));
	if ((size_t)n >= sizeof(j->folder) || strpbrk(j->folder, "\"\\\n"))
		return export_complain(j, -EINVAL,
		    "%s: too long, or has a quote, backslash or line end, which configurations "
		    "cannot say",
		    j->output);
	return 0;
}

static int
read_auth(struct export_job *j)
{
	FILE *f = fopen(j->auth_file, "re");
	bool is_line = f && fgets(j->auth, sizeof(j->auth), f);

	if (!f)
		return export_complain(j, -errno, "%s: %s", j->auth_file, err_text(errno));
	fclose(f);
	j->auth[strcspn(j->auth, "\r\n")] = '\0';
	if (!is_line || !export_is_token(j->auth, sizeof(j->auth) - 2))
		return export_complain(j, -ERR_FORMAT,
		    "%s: expected one line of 1 to %zu bytes, in single spaces", j->auth_file,
		    sizeof(j->auth) - 2);
	j->o.epp.auth = j->auth;
	return 0;
}

int
export_open(struct export_job *j)
{
	int rc = j->auth_file ? read_auth(j) : 0;

	if (rc < 0)
		return rc;
	j->spill = scratch_open();
	j->spool = scratch_file();
	if (j->spill < 0 || !j->spool)
		return export_complain(j, -EIO, "no scratch file in TMPDIR or /var/tmp: %s",
		    err_text(j->spill < 0 ? j->spill : errno));
	j->key = malloc(CANONICAL_KEY_MAX);
	j->sorter = sorter_open(SORTER_BYTES, j->spill);
	return j->key && j->sorter ? 0 : export_complain(j, -ENOMEM, "%s", err_text(ENOMEM));
}

void
export_close(struct export_job *j)
{
	sorter_close(j->sorter);
	free(j->key);
	if (j->spool)
		fclose(j->spool);
	if (j->spill >= 0)
		close(j->spill);
}

int
cmd_export(int argc, char **argv)
{
	struct export_job j;
	int rc;

	if (export_parse(&j, argc, argv) < 0)
		return 2;
	rc = export_is_folder(j.o.form) ? find_folder(&j) : 0;
	rc = rc < 0 ? rc : export_open(&j);
	if (rc == 0)
		rc = export_collect(&j);
	if (rc == 0)
		rc = export_merge(&j);
	if (rc == 0)
		rc = export_write(&j);
	export_close(&j);
	return rc == 0 ? 0 : 1;
}
