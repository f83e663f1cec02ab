#include "bench/command.h"
#include "bench/records.h"
#include "bench/report.h"

#include "base/err.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PATH_ROOM 4096

struct report_options {
	const char *dir, *output;
};

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Where the page goes, -: standard output (DIR/report.html)", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct report_options *o = state->input;

	switch (key) {
	case 'o': o->output = arg; break;
	case ARGP_KEY_ARG:
		if (o->dir)
			argp_error(state, "'%s' is one too many", arg);
		o->dir = arg;
		break;
	case ARGP_KEY_END:
		if (!o->dir)
			argp_error(state, "give the directory of the records");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int
write_to(const char *path, const json_t *records)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "w") : stdout;
	int rc;

	if (!f)
		return -errno;
	rc = report_write(f, records) < 0 ? -EIO : 0;
	if (f != stdout) {
		rc = fclose(f) < 0 && rc == 0 ? -errno : rc;
		fprintf(stderr, "%s\n", path);
	}
	return rc;
}

int
bench_report(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "DIR",
	    "Write one HTML page of all records in a directory and below it.", NULL, NULL, NULL};
	struct report_options o = {NULL, NULL};
	char path[PATH_ROOM];
	json_t *records;
	int rc;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	snprintf(path, sizeof(path), "%s/report.html", o.dir);
	rc = records_read(&records, o.dir);
	if (rc == 0)
		rc = -ERR_SHORT;
	if (rc > 0)
		rc = write_to(o.output ? o.output : path, records);
	if (rc < 0)
		fprintf(stderr, "%s: %s: %s\n", argv[0], o.dir,
		    rc == -ERR_SHORT ? "no records there" : err_text(rc));
	json_decref(records);
	return rc < 0;
}
