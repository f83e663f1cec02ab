#include "lists/read.h"

#include "base/err.h"
#include "lists/read_impl.h"

#include <string.h>
#include <strings.h>

static const char *const words[LIST_FORMS] = {
    [LIST_AUTO] = "auto",
    [LIST_ZONE] = "zone",
    [LIST_RPZ] = "rpz",
    [LIST_CSV] = "csv",
    [LIST_HOSTS] = "hosts",
    [LIST_NAMES] = "names",
};

const char *
list_form_text(enum list_form form)
{
	return words[form];
}

int
list_form_parse(const char *text)
{
	for (int f = 0; f < LIST_FORMS; f++)
		if (!strcmp(words[f], text))
			return f;
	return -ERR_UNKNOWN;
}

static int
list_read_by(struct reader *r, enum list_form form, const struct list_limits *limits, bool by_ldns)
{
	int rc = reader_open(r, limits);

	if (rc < 0)
		goto out;
	r->e = (struct entry){.from = DAY_FIRST, .until = DAY_NEVER, .action = ACTION_INHERIT};
	if (form == LIST_AUTO)
		form = reader_guess(r);
	switch (form) {
	case LIST_ZONE: read_zone(r, by_ldns); break;
	case LIST_RPZ: read_rpz(r); break;
	case LIST_CSV: read_csv(r); break;
	case LIST_HOSTS: read_hosts(r); break;
	default: read_names(r); break;
	}
	rc = r->rc;
	if (rc == 0 && r->errors)
		rc = -ERR_FORMAT;
out:
	reader_close(r);
	return rc;
}

int
list_read(FILE *f, const char *path, enum list_form form, const struct list_limits *limits,
    const struct list_sink *sink)
{
	struct reader r = {.f = f, .path = path, .sink = sink};

	return list_read_by(&r, form, limits, false);
}

int
list_read_zone(FILE *f, const char *path, const struct list_sink *sink, bool by_ldns)
{
	struct reader r = {.f = f, .path = path, .sink = sink};

	return list_read_by(&r, LIST_ZONE, NULL, by_ldns);
}
