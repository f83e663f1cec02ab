#include "dataplane/jail.h"

#include "base/err.h"
#include "base/log.h"
#include "base/priv.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
fail(const char *step, int rc)
{
	log_event(LOG_LEVEL_ERROR, "privileges", "step=%s error=\"%s\"", step, err_text(rc));
	return rc;
}

static bool
has_control(const struct config_top *top)
{
	return top->control && *top->control;
}

static int
become(const struct options *o, struct priv *p)
{
	const struct config_top *top = &o->config.top;
	int rc = priv_find(p, top->user, top->group);

	if (rc < 0)
		return fail("find-user", rc);
	if (geteuid() != 0)
		return fail("start-as-root", -EPERM);
	if (has_control(top) && chown(top->control, p->uid, p->gid) < 0)
		return fail("control-owner", -errno);
	if (o->blocks_path && chown(o->blocks_path, p->uid, p->gid) < 0)
		return fail("blocks-owner", -errno);
	if (o->log_path && chown(o->log_path, p->uid, p->gid) < 0)
		return fail("log-owner", -errno);
	rc = priv_drop(p);
	return rc < 0 ? fail("drop", rc) : 0;
}

/* A file can be made, replaced and removed there. */
static void
warn_folder(const char *file, const char *note)
{
	char *dir = strdup(file), *slash = dir ? strrchr(dir, '/') : NULL;

	if (slash)
		slash[slash == dir] = '\0';
	if (access(slash ? dir : ".", W_OK) < 0)
		log_event(LOG_LEVEL_WARNING, "unwritable", "directory=%s error=\"%s\" note=\"%s\"",
		    slash ? dir : ".", err_text(-errno), note);
	free(dir);
}

static void
warn_unreadable(const char *path, int error)
{
	log_event(LOG_LEVEL_WARNING, "unreadable",
	    "file=%s error=\"%s\" note=\"reloads will fail\"", path, err_text(error));
}

/* A glob_errfunc: a directory that cannot be searched. */
static int
on_folder(const char *path, int error)
{
	if (error == EACCES)
		warn_unreadable(path, error);
	return 0;
}

/* That a file is not there is for the load to say. */
static void
warn_lists(const struct options *o, const struct feed_options *f)
{
	for (size_t i = 0; i < f->files->n; i++) {
		const char *item = f->files->item[i];
		glob_t g = {0};
		char *path;

		if (asprintf(&path, "%s%s", *item == '/' ? "" : o->dir, item) < 0)
			return;
		glob(path, 0, on_folder, &g);
		for (size_t k = 0; k < g.gl_pathc; k++)
			if (access(g.gl_pathv[k], R_OK) < 0)
				warn_unreadable(g.gl_pathv[k], errno);
		/* A path without a pattern is not searched for, so no folder is reported. */
		if (!strpbrk(path, "*?[") && g.gl_pathc == 0 && access(path, R_OK) < 0 &&
		    errno == EACCES)
			warn_unreadable(path, EACCES);
		globfree(&g);
		free(path);
	}
}

/* What will fail later for want of permission is said now. */
static void
warn_files(const struct options *o, const char *path)
{
	if (path && access(path, R_OK) < 0)
		warn_unreadable(path, errno);
	for (unsigned i = 0; i < o->feeds_n; i++)
		warn_lists(o, &o->feed[i]);
	if (has_control(&o->config.top))
		warn_folder(o->config.top.control, "the control socket will stay behind");
	if (o->blocks_path)
		warn_folder(o->blocks_path, "cordon block will fail");
	if (o->log_path)
		warn_folder(o->log_path, "cordon log-reopen will fail");
}

int
jail_rehearse(const struct options *o, const char *path)
{
	const struct config_top *top = &o->config.top;
	struct priv p;
	int rc;

	if (!top->user)
		return 0;
	rc = priv_find(&p, top->user, top->group);
	if (rc < 0)
		return fail("find-user", rc);
	if (geteuid() != 0)
		return 0;
	rc = priv_drop(&p);
	if (rc < 0)
		return fail("drop", rc);
	warn_files(o, path);
	return 0;
}

int
jail_enter(const struct options *o, const char *path)
{
	const struct config_top *top = &o->config.top;
	struct priv p;
	int rc = 0;

	if (top->user)
		rc = become(o, &p);
	else if (geteuid() == 0)
		log_event(LOG_LEVEL_WARNING, "runs-as-root",
		    "remedy=\"name an unprivileged user in the option user\"");
	if (rc < 0)
		return rc;
	if (top->user)
		warn_files(o, path);
	if (top->seccomp) {
		rc = priv_filter();
		if (rc < 0)
			return fail("seccomp", rc);
	}
	rc = priv_verify(top->user ? &p : NULL, top->seccomp);
	if (rc < 0)
		return fail("verify", rc);
	log_event(LOG_LEVEL_INFO, "privileges", "user=%s seccomp=%s",
	    top->user ? top->user : "same", top->seccomp ? "yes" : "no");
	return 0;
}
