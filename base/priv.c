#include "base/priv.h"

#include "base/err.h"

#include <cap-ng.h>
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int
priv_find(struct priv *p, const char *user, const char *group)
{
	const struct passwd *pw = getpwnam(user);
	const struct group *gr;

	if (!pw)
		return -ERR_UNKNOWN;
	*p = (struct priv){pw->pw_uid, pw->pw_gid};
	if (group) {
		gr = getgrnam(group);
		if (!gr)
			return -ERR_UNKNOWN;
		p->gid = gr->gr_gid;
	}
	return p->uid == 0 ? -ERR_REFUSED : 0;
}

int
priv_drop(const struct priv *p)
{
	/* capset(2) acts on the calling thread alone; it is the change of the user, which glibc
	 * makes in all threads, that clears the capabilities of the others. */
	capng_clear(CAPNG_SELECT_ALL);
	errno = 0;
	if (capng_change_id((int)p->uid, (int)p->gid, CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_AMBIENT) <
	    0)
		return errno ? -errno : -ERR_LIBRARY;
	return 0;
}

static bool
is_all(const char *text, uint64_t want)
{
	uint64_t v[4];

	if (sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &v[0], &v[1], &v[2],
		&v[3]) != 4)
		return false;
	return v[0] == want && v[1] == want && v[2] == want && v[3] == want;
}

/* Whether a line of a status file says what it must; of lines that do not matter: true. */
static bool
is_right(const char *line, const struct priv *p, bool is_filtered)
{
	static const char *const caps[] = {"CapEff:", "CapPrm:", "CapAmb:"};
	int n;

	if (p && strncmp(line, "Uid:", 4) == 0)
		return is_all(line + 4, p->uid);
	if (p && strncmp(line, "Gid:", 4) == 0)
		return is_all(line + 4, p->gid);
	for (size_t i = 0; p && i < sizeof(caps) / sizeof(caps[0]); i++)
		if (strncmp(line, caps[i], 7) == 0)
			return line[7 + strspn(line + 7, "\t 0")] == '\n';
	if (is_filtered && sscanf(line, "NoNewPrivs: %d", &n) == 1)
		return n == 1;
	if (is_filtered && sscanf(line, "Seccomp: %d", &n) == 1)
		return n == 2;
	return true;
}

static int
verify_task(const char *tid, const struct priv *p, bool is_filtered)
{
	char path[300], line[512];
	FILE *f;
	int rc = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%s/status", tid);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? 0 : -errno; /* a thread that has ended */
	while (rc == 0 && fgets(line, sizeof(line), f))
		if (!is_right(line, p, is_filtered))
			rc = -ERR_REFUSED;
	fclose(f);
	return rc;
}

int
priv_verify(const struct priv *p, bool is_filtered)
{
	DIR *d = opendir("/proc/self/task");
	const struct dirent *e;
	int rc = 0;

	if (!d)
		return -errno;
	while (rc == 0 && (e = readdir(d)))
		if (e->d_name[0] != '.')
			rc = verify_task(e->d_name, p, is_filtered);
	closedir(d);
	return rc;
}
