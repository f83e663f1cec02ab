#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/store_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_NS  200000000   /* how often */
#define AGAIN_NS 15000000000 /* after a failure that may pass, such as a full disk */
#define VERDICT  ".verdict"

static int
folder(char path[PATH_MAX], const struct hub *h, const struct hub_feed *f)
{
	return snprintf(path, PATH_MAX, "%s/drop/%s", store_dir(h->store), f->name) < PATH_MAX
		   ? 0
		   : -ENAMETOOLONG;
}

int
hub_drop_open(struct hub *h)
{
	for (unsigned i = 0; i < h->options->feeds_n; i++) {
		char path[PATH_MAX];
		int rc = folder(path, h, &h->options->feed[i]);

		if (rc == 0 && mkdir(path, 0770) < 0 && errno != EEXIST)
			rc = -errno;
		if (rc < 0) {
			log_event(LOG_LEVEL_ERROR, "drop", "folder=\"%s\" error=\"%s\"", path,
			    err_text(rc));
			return rc;
		}
	}
	return 0;
}

/* The verdict takes its place beside the archive before that goes away: whoever is killed in
 * between examines once more, with the same result. */
static void
done(struct hub *h, struct hub_submission *s, const struct hub_result *r)
{
	char path[PATH_MAX], name[PATH_MAX];
	char *text = json_dumps(r->verdict, JSON_INDENT(2));
	int rc = text ? 0 : -ENOMEM;

	snprintf(name, sizeof(name), "drop/%s/%s" VERDICT, s->feed->name, s->name);
	if (rc == 0)
		rc = store_file_replace(h->store, name, text, strlen(text));
	free(text);
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "drop", "file=\"%s\" error=\"%s\"", name, err_text(rc));
	if (rc < 0 || r->error) {
		h->drop_ns = hub_clock_ns() + AGAIN_NS;
		return;
	}
	snprintf(path, sizeof(path), "%s/drop/%s/%s", store_dir(h->store), s->feed->name, s->name);
	if (unlink(path) < 0)
		log_event(
		    LOG_LEVEL_ERROR, "drop", "file=\"%s\" error=\"%s\"", path, err_text(-errno));
}

static bool
is_candidate(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len < 200 && (len < 8 || strcmp(name + len - 8, VERDICT) != 0) &&
	       (len < 4 || strcmp(name + len - 4, ".tmp") != 0);
}

/* The first name in order, so that updates named by their serials come in theirs. */
static bool
first(char out[256], const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	out[0] = '\0';
	while (d && (e = readdir(d)))
		if (is_candidate(e->d_name) && (!out[0] || strcmp(e->d_name, out) < 0))
			snprintf(out, 256, "%s", e->d_name);
	if (d)
		closedir(d);
	return out[0];
}

static void
submit(struct hub *h, const struct hub_feed *f, const char *folder_path, const char *name)
{
	struct hub_submission *s = calloc(1, sizeof(*s));
	char path[PATH_MAX];
	struct stat st;

	if (!s)
		return;
	if (snprintf(path, sizeof(path), "%s/%s", folder_path, name) >= PATH_MAX) {
		free(s);
		return;
	}
	s->feed = f;
	s->done = done;
	strcpy(s->source, "drop");
	snprintf(s->name, sizeof(s->name), "%s", name);
	/* O_NONBLOCK: a FIFO would keep us waiting. */
	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (s->fd < 0 || fstat(s->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		log_event(LOG_LEVEL_WARNING, "drop",
		    "file=\"%s\" error=\"no regular file that can be read\" remedy=\"take it "
		    "away\"",
		    path);
		h->drop_ns = hub_clock_ns() + AGAIN_NS;
	} else if (hub_take(h, s) == 0) {
		return;
	}
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static bool
is_waiting(const struct hub *h, const struct hub_feed *f)
{
	if (h->now && h->now->feed == f && strcmp(h->now->source, "drop") == 0)
		return true;
	for (const struct hub_submission *s = h->queue; s; s = s->next)
		if (s->feed == f && strcmp(s->source, "drop") == 0)
			return true;
	return false;
}

void
hub_drop_step(struct hub *h)
{
	if (hub_clock_ns() < h->drop_ns)
		return;
	h->drop_ns = hub_clock_ns() + LOOK_NS;
	for (unsigned i = 0; i < h->options->feeds_n; i++) {
		const struct hub_feed *f = &h->options->feed[i];
		char path[PATH_MAX], name[256];

		if (!is_waiting(h, f) && folder(path, h, f) == 0 && first(name, path))
			submit(h, f, path, name);
	}
}
