#include "control/derive.h"
#include "control/export.h"
#include "control/hub_export.h"
#include "control/store_file.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One suffix, ready to be read. */
static int
prepare(struct export_job *j, const struct hub_export_task *t, const struct hub_export_part *p,
    const char *folder)
{
	const struct hub_export *x = t->export;
	int len;

	*j = (struct export_job){.program = x->conf->name, .spill = -1, .o = x->o};
	j->action = x->action;
	j->skips_pass = x->conf->skip_pass;
	j->skips_drill = true;
	j->from = j->o.day = t->day;
	j->until = t->day + 1;
	j->o.serial = t->serial;
	memcpy(j->o.feed, x->feed->name, strlen(x->feed->name) + 1);
	len = name_from_text(j->suffix, p->suffix, strlen(p->suffix));
	if (len < 0)
		return len;
	j->o.suffix = j->suffix;
	j->o.suffix_len = (size_t)len;
	len = derive_origin(j->zone, t->options, x->feed, p->suffix);
	if (len < 0)
		return len;
	j->o.zone = j->zone;
	j->o.zone_len = (size_t)len;
	len = snprintf(j->folder, sizeof(j->folder), "%s/%s.%s", folder, p->suffix, x->conf->form);
	j->output = j->folder;
	j->auth_file = x->auth_file;
	return (size_t)len < sizeof(j->folder) ? 0 : -ENAMETOOLONG;
}

static int
read_part(struct export_job *j, const struct hub_export_task *t, const struct hub_export_part *p)
{
	int fd = store_file_open(t->store, p->digest), rc;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f) {
		rc = fd < 0 ? fd : -errno;
		return export_complain(j, rc, "%s: %s", p->suffix, err_text(rc));
	}
	rc = export_read(j, f, p->suffix, LIST_ZONE);
	fclose(f);
	return rc;
}

static int
write_one(const struct hub_export_task *t, const struct hub_export_part *p, const char *folder)
{
	char registered[4096], told[4096];
	struct export_job j;
	int rc = prepare(&j, t, p, folder);

	if (rc < 0)
		return export_complain(&j, rc, "%s: %s", p->suffix, err_text(rc));
	/* Servers find the files where they will be. */
	snprintf(
	    told, sizeof(told), "%s/%s.%s", t->export->folder, p->suffix, t->export->conf->form);
	j.o.folder = told;
	if (t->export->registered) {
		snprintf(registered, sizeof(registered), "%s/%s", t->export->registered, p->suffix);
		j.registered = registered;
	}
	rc = export_open(&j);
	if (rc == 0 && *p->digest)
		rc = read_part(&j, t, p);
	if (rc == 0)
		rc = export_collect(&j);
	if (rc == 0)
		rc = export_merge(&j);
	if (rc == 0)
		rc = export_write(&j);
	export_close(&j);
	return rc;
}

int
hub_export_run(const struct hub_export_task *t)
{
	struct export_job all = {.program = t->export->conf->name, .o = t->export->o};
	const char *path = t->export->folder;
	struct outfolder f = {.fd = -1};
	int rc;

	if (!export_may_replace(path))
		return export_complain(&all, -EEXIST,
		    "%s: holds other files and would be replaced whole; name a new folder", path);
	all.o.day = t->day;
	all.o.serial = t->serial;
	memcpy(all.o.feed, t->export->feed->name, strlen(t->export->feed->name) + 1);
	outfolder_sweep(path);
	rc = outfolder_open(&f, path);
	if (rc == 0)
		rc = export_about(&all, &f, "cordond");
	if (rc < 0)
		export_complain(&all, rc, "%s: %s", path, err_text(rc));
	for (size_t i = 0; i < t->parts && rc == 0; i++)
		rc = write_one(t, &t->part[i], f.temporary);
	if (rc == 0) {
		rc = outfolder_commit(&f);
		if (rc < 0)
			export_complain(&all, rc, "%s: %s", path, err_text(rc));
	}
	outfolder_close(&f);
	return rc;
}
