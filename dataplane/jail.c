#include "dataplane/jail.h"

#include "base/err.h"
#include "base/log.h"
#include "base/priv.h"

#include <errno.h>
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
become(const struct config_top *top, struct priv *p)
{
	int rc = priv_find(p, top->user, top->group);

	if (rc < 0)
		return fail("find-user", rc);
	if (geteuid() != 0)
		return fail("start-as-root", -EPERM);
	if (has_control(top) && chown(top->control, p->uid, p->gid) < 0)
		return fail("control-owner", -errno);
	rc = priv_drop(p);
	return rc < 0 ? fail("drop", rc) : 0;
}

/* What will fail later for want of permission is said now. */
static void
warn_files(const struct config_top *top, const char *path)
{
	char *dir;
	char *slash;

	if (path && access(path, R_OK) < 0)
		log_event(LOG_LEVEL_WARNING, "unreadable",
		    "file=%s error=\"%s\" note=\"reloads will fail\"", path, err_text(-errno));
	dir = has_control(top) ? strdup(top->control) : NULL;
	slash = dir ? strrchr(dir, '/') : NULL;
	if (slash) {
		slash[slash == dir] = '\0';
		if (access(dir, W_OK) < 0)
			log_event(LOG_LEVEL_WARNING, "unwritable",
			    "directory=%s error=\"%s\" note=\"the control socket will stay "
			    "behind\"",
			    dir, err_text(-errno));
	}
	free(dir);
}

int
jail_enter(const struct config_top *top, const char *path)
{
	struct priv p;
	int rc = 0;

	if (top->user)
		rc = become(top, &p);
	else if (geteuid() == 0)
		log_event(LOG_LEVEL_WARNING, "runs-as-root",
		    "remedy=\"name an unprivileged user in the option user\"");
	if (rc < 0)
		return rc;
	if (top->user)
		warn_files(top, path);
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
