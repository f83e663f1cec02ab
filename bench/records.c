#include "bench/records.h"

#include "bench/record.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_MAX_KEYS 128

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
take(json_t *out, const char *path)
{
	json_error_t error;
	json_t *record = json_load_file(path, 0, &error);

	if (!record || strcmp(records_text(record, "schema"), RECORD_SCHEMA) != 0)
		fprintf(stderr, "%s: %s; skipped\n", path,
		    record ? "not of schema " RECORD_SCHEMA : error.text);
	else
		json_array_append(out, record);
	json_decref(record);
}

int
records_read(json_t **out, const char *path)
{
	char *paths[] = {strdup(path), NULL};
	FTS *tree = paths[0] ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
	int rc = tree ? 0 : -errno;
	FTSENT *e;

	*out = json_array();
	while (tree && (e = fts_read(tree))) {
		size_t len = strlen(e->fts_path);

		if (e->fts_info == FTS_NS || e->fts_info == FTS_ERR || e->fts_info == FTS_DNR)
			rc = -e->fts_errno;
		else if (e->fts_info == FTS_F && len > 5 && !strcmp(e->fts_path + len - 5, ".json"))
			take(*out, e->fts_path);
	}
	if (tree)
		fts_close(tree);
	free(paths[0]);
	return rc < 0 ? rc : (int)json_array_size(*out);
}

static json_t *
find(const json_t *record, const char *path)
{
	char key[PATH_MAX_KEYS];
	json_t *v = NULL;

	for (const json_t *from = record; *path; from = v) {
		size_t len = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)len, path);
		v = json_object_get(from, key);
		path += len + (path[len] == '.');
	}
	return v;
}

const char *
records_text(const json_t *record, const char *path)
{
	const char *text = json_string_value(find(record, path));

	return text ? text : "";
}

double
records_number(const json_t *record, const char *path)
{
	return json_number_value(find(record, path));
}

size_t
records_values(const json_t *record, const char *point, const char *key, double *out, size_t room)
{
	size_t i, n = 0;
	json_t *trial;

	json_array_foreach(json_object_get(record, "trials"), i, trial)
	{
		const json_t *v = find(trial, key);

		if (n < room && json_is_number(v) && !strcmp(records_text(trial, "point"), point))
			out[n++] = json_number_value(v);
	}
	return n;
}
