#include "control/export.h"

#include "base/err.h"
#include "lists/export_impl.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE_OPEN   0666
#define MODE_SECRET 0600                /* authInfo is a password */
#define ABOUT_FILE  "cordon-export.txt" /* says what a folder is, and that it may be replaced */

/* Writes all names as one file. */
static int
write_names(struct export_job *j, FILE *to)
{
	struct exporter x;
	struct export_row row;
	int rc;

	export_begin(&x, to, &j->o);
	while ((rc = export_row_get(j->spool, &row)) > 0) {
		rc = export_entry(&x, &row.e);
		if (rc < 0)
			break;
	}
	if (rc == 0)
		rc = export_end(&x);
	if (rc == -ERR_NAME) {
		char name[NAME_TEXT_MAX];

		name_to_text(name, row.e.name);
		export_complain(j, 0, "%s: too long below --zone", name);
	}
	return rc;
}

static int
write_file(struct export_job *j)
{
	struct outfile out;
	int rc = outfile_open(&out, j->output);

	if (rc == 0)
		rc = outfile_close(&out, write_names(j, out.to));
	if (rc < 0)
		export_complain(
		    j, rc, "%s: %s", out.path ? out.path : "standard output", err_text(rc));
	return rc;
}

static int
write_command(struct export_job *j, const struct outfolder *f, enum epp_command command,
    const struct export_row *row)
{
	char name[NAME_TEXT_MAX], file[NAME_TEXT_MAX + 32];
	FILE *to;

	name_to_text(name, row->e.name);
	snprintf(
	    file, sizeof(file), "%s-%s.xml", command == EPP_CREATE ? "1-create" : "2-update", name);
	to = outfolder_create(f, file, MODE_SECRET);
	if (!to)
		return -errno;
	return outfolder_finish(to, epp_write(to, &j->o, command, &row->e, row->is_registered));
}

static int
write_commands(struct export_job *j, const struct outfolder *f)
{
	struct export_row row;
	int rc;

	while ((rc = export_row_get(j->spool, &row)) > 0) {
		rc = 0;
		if (epp_wants(EPP_CREATE, row.is_registered))
			rc = write_command(j, f, EPP_CREATE, &row);
		if (rc == 0)
			rc = write_command(j, f, EPP_UPDATE, &row);
		if (rc < 0)
			break;
	}
	return rc;
}

int
export_about(const struct export_job *j, const struct outfolder *f, const char *by)
{
	FILE *to = outfolder_create(f, ABOUT_FILE, MODE_OPEN);

	if (!to)
		return -errno;
	fprintf(to, "Made by %s, form %s; made anew, this folder is replaced whole.\n", by,
	    export_form_text(j->o.form));
	export_write_head(to, &j->o, "");
	return outfolder_finish(to, 0);
}

static int
write_sides(struct export_job *j, const struct outfolder *f)
{
	int rc = export_about(j, f, "cordon export");
	const char *name;

	for (unsigned i = 0; rc == 0 && (name = export_side_file(j->o.form, i)); i++) {
		FILE *to = outfolder_create(f, name, MODE_OPEN);

		if (!to)
			return -errno;
		export_side_write(to, &j->o, i);
		rc = outfolder_finish(to, 0);
	}
	return rc;
}

static int
fill_folder(struct export_job *j, const struct outfolder *f)
{
	const char *name = export_names_file(j->o.form);
	int rc = write_sides(j, f);
	FILE *to;

	if (rc < 0)
		return rc;
	if (!name)
		return write_commands(j, f);
	to = outfolder_create(f, name, MODE_OPEN);
	return to ? outfolder_finish(to, write_names(j, to)) : -errno;
}

bool
export_may_replace(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	bool is_empty = true, is_ours = false;

	if (!d)
		return errno == ENOENT;
	while ((e = readdir(d))) {
		is_ours |= !strcmp(e->d_name, ABOUT_FILE);
		is_empty &= !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..");
	}
	closedir(d);
	return is_empty || is_ours;
}

static int
write_folder(struct export_job *j)
{
	struct outfolder f = {.fd = -1};
	int rc;

	if (!export_may_replace(j->folder))
		return export_complain(j, -EEXIST,
		    "%s: holds other files and would be replaced whole; name a new folder",
		    j->folder);
	rc = outfolder_open(&f, j->folder);
	if (rc == 0)
		rc = fill_folder(j, &f);
	if (rc == 0)
		rc = outfolder_commit(&f);
	outfolder_close(&f);
	return rc < 0 ? export_complain(j, rc, "%s: %s", j->folder, err_text(rc)) : 0;
}

int
export_write(struct export_job *j)
{
	return export_is_folder(j->o.form) ? write_folder(j) : write_file(j);
}
