#include "control/store_prune.h"

#include "control/store_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
prune_versions(struct store *s, int64_t before, int64_t *n)
{
	int rc = store_run(s,
	    "DELETE FROM zone_version WHERE since < ?1 AND (origin, serial) NOT IN (SELECT origin, "
	    "serial FROM zone)",
	    "i", before);

	*n = rc < 0 ? rc : sqlite3_changes64(s->db);
	return rc;
}

/* An accepted update is needed for a rollback to it, as long as its versions are there. */
static int
prune_decisions(struct store *s, int64_t before)
{
	int rc = store_run(s,
	    "DELETE FROM updates WHERE at < ?1 AND id NOT IN (SELECT update_id FROM feed) AND "
	    "(state <> 'accepted' OR serial NOT IN (SELECT feed_serial FROM zone_version))",
	    "i", before);

	if (rc == 0)
		rc = store_run(s,
		    "DELETE FROM delivery WHERE at < ?1 AND origin NOT IN (SELECT origin FROM "
		    "zone)",
		    "i", before);
	if (rc == 0)
		rc = store_run(s,
		    "DELETE FROM receipt WHERE at < ?1 AND origin NOT IN (SELECT origin FROM zone)",
		    "i", before);
	return rc;
}

int64_t
store_prune(struct store *s, int64_t now, const struct store_ages *ages)
{
	int64_t versions = 0;
	int rc = store_begin(s);

	if (rc < 0)
		return rc;
	if (ages->versions)
		rc = prune_versions(s, now - ages->versions, &versions);
	if (rc == 0 && ages->decisions)
		rc = prune_decisions(s, now - ages->decisions);
	if (rc == 0)
		rc = store_commit(s);
	else
		store_rollback(s);
	return rc < 0 ? rc : versions;
}

static bool
ends_so(const char *name, const char *ending)
{
	size_t len = strlen(name), tail = strlen(ending);

	return len >= tail && strcmp(name + len - tail, ending) == 0;
}

int64_t
store_prune_files(const struct store *s, const char *folder, const char *ending, int64_t before)
{
	char path[PATH_MAX];
	const struct dirent *e;
	int64_t n = 0;
	DIR *d;

	if (snprintf(path, sizeof(path), "%s/%s", s->dir, folder) >= PATH_MAX)
		return -ENAMETOOLONG;
	d = opendir(path);
	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		struct stat st;

		if (ends_so(e->d_name, ending) &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_mtime < before &&
		    unlinkat(dirfd(d), e->d_name, 0) == 0)
			n++;
	}
	closedir(d);
	return n;
}
