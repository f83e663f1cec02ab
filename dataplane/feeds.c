#include "dataplane/feeds.h"

#include "base/err.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/serial.h"
#include "dataplane/deltas.h"
#include "dataplane/lint.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#define TRIES        3    /* of a load whose lists were written anew while it read them */
#define STEP_ENTRIES 4096 /* between two looks at progress and cancel */

struct load {
	const struct options *o;
	feeds_error_fn *error;
	void *ctx;
	const atomic_bool *cancel;
	struct index_loader *loader;
	struct image *img;
	struct progress progress;
	uint64_t bytes; /* of files that are done */
	unsigned errors;
	unsigned tries; /* left after this one */
};

/* One file. */
struct reading {
	struct load *l;
	const struct feed_options *feed;
	unsigned feed_no;
	const char *path;
	FILE *f;
	bool drill;
	uint64_t seen; /* entries of this file */
};

static void __attribute__((format(printf, 2, 3))) wrong(struct load *l, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	l->error(l->ctx, text);
	l->errors++;
}

static void
on_error(void *ctx, const struct list_error *e)
{
	struct reading *r = ctx;

	if (e->line && e->column)
		wrong(r->l, "%s:%" PRIu64 ":%" PRIu32 ": %s", r->path, e->line, e->column, e->text);
	else if (e->line)
		wrong(r->l, "%s:%" PRIu64 ": %s", r->path, e->line, e->text);
	else
		wrong(r->l, "%s: %s", r->path, e->text);
}

static int
on_meta(void *ctx, const struct list_meta *m)
{
	struct reading *r = ctx;
	struct image_feed *f = &r->l->img->feed[r->feed_no];

	if (!r->feed->any_zone && strcmp(m->feed, r->feed->name) != 0) {
		wrong(r->l,
		    "%s: the zone is of feed \"%s\"; expected \"%s\", or another feed's files",
		    r->path, m->feed, r->feed->name);
		return -ERR_FORMAT;
	}
	r->drill = m->drill;
	if (!m->drill && (!f->serial || serial_newer(m->serial, f->serial)))
		f->serial = m->serial;
	return image_part_add(r->l->img, r->feed_no, m);
}

static void
refuse_entry(struct reading *r, const struct entry *e, const char *why)
{
	char name[NAME_TEXT_MAX];

	name_to_text(name, e->name);
	wrong(r->l, "%s: %s: %s", r->path, name, why);
}

/* Says why an entry's own action cannot be carried out, if so. */
static bool
is_refused(struct reading *r, const struct entry *e)
{
	const struct policy *p = &r->l->o->policy[r->feed->policy];
	const char *lacks = policy_lacks(p, (enum action)e->action);
	char text[256];

	if (!lacks)
		return false;
	snprintf(text, sizeof(text), "its action is %s, and policy \"%s\" has %s",
	    action_text((enum action)e->action), p->name, lacks);
	refuse_entry(r, e, text);
	return true;
}

static void
count_entry(struct image_feed *f, const struct entry *e)
{
	f->entries++;
	if (e->until > f->until)
		f->until = e->until;
}

static int
on_entry(void *ctx, const struct entry *e)
{
	struct reading *r = ctx;
	struct load *l = r->l;
	int rc;

	if (++r->seen % STEP_ENTRIES == 0) {
		off_t at = ftello(r->f);

		if (atomic_load_explicit(l->cancel, memory_order_relaxed))
			return -ECANCELED;
		progress_step(&l->progress, l->bytes + (at > 0 ? (uint64_t)at : 0));
	}
	if (r->drill)
		return 0;
	if (is_refused(r, e))
		return -ERR_FORMAT;
	rc = index_loader_add(l->loader, e, r->feed_no, r->feed->action == ACTION_PASS);
	if (rc == -ERR_NAME)
		refuse_entry(
		    r, e, "a name of over 15 labels cannot be listed; list a suffix of it");
	else if (rc < 0)
		refuse_entry(r, e, err_text(rc));
	if (rc == 0 && l->img->has_blocks && r->feed_no == BLOCKS_FEED)
		rc = blocks_add(&l->img->blocks, e);
	if (rc == 0)
		count_entry(&l->img->feed[r->feed_no], e);
	return rc;
}

static int
read_open_file(struct reading *r, uint64_t *entries)
{
	struct list_sink sink = {.ctx = r, .entry = on_entry, .meta = on_meta, .error = on_error};
	struct list_limits limits = {.entries_max = r->feed->names_max - *entries};
	int rc;

	if (limits.entries_max == 0) {
		wrong(r->l,
		    "%s: feed \"%s\" has its max-names entries (%" PRIu64 ") without this "
		    "file; raise max-names or find out why",
		    r->path, r->feed->name, r->feed->names_max);
		return -ERR_LIMIT;
	}
	rc = list_read(r->f, r->path, r->feed->form, &limits, &sink);
	*entries += r->seen;
	if (rc == 0 && r->drill)
		log_event(LOG_LEVEL_NOTICE, "drill", "feed=%s path=%s entries=%" PRIu64,
		    r->feed->name, r->path, r->seen);
	return rc;
}

/* What is wrong with one file does not hide what is wrong with the next. */
static int
read_file(struct load *l, unsigned feed_no, const char *path, uint64_t *entries)
{
	struct reading r = {.l = l, .feed = &l->o->feed[feed_no], .feed_no = feed_no, .path = path};
	unsigned errors = l->errors;
	struct stat st;
	int rc = -EISDIR;

	r.f = fopen(path, "re");
	if (!r.f || fstat(fileno(r.f), &st) < 0)
		rc = -errno;
	else if (!S_ISDIR(st.st_mode))
		rc = read_open_file(&r, entries);
	if (rc < 0 && rc != -ECANCELED && l->errors == errors)
		wrong(l, "%s: %s", path, err_text(rc));
	if (r.f) {
		l->bytes += rc == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
		fclose(r.f);
	}
	return rc;
}

/* The paths of a feed's files; patterns expanded, each in order of the alphabet. */
static int
find_files(struct load *l, const struct feed_options *f, glob_t *g)
{
	int rc = 0;

	*g = (glob_t){0};
	for (size_t i = 0; i < f->files->n; i++) {
		const char *item = f->files->item[i];
		char *path;
		int got;

		if (asprintf(&path, "%s%s", *item == '/' ? "" : l->o->dir, item) < 0)
			return -ENOMEM;
		got = glob(path, GLOB_APPEND | GLOB_ERR, NULL, g);
		if (got == GLOB_NOSPACE)
			rc = -ENOMEM;
		else if (got != 0) {
			wrong(l, "%s: feed \"%s\": %s", path, f->name,
			    got == GLOB_NOMATCH ? "there is no such file"
						: "a directory of it cannot be read");
			rc = -ENOENT;
		}
		free(path);
	}
	return rc;
}

static uint64_t
size_bytes(const glob_t *g)
{
	uint64_t sum = 0;
	struct stat st;

	for (size_t i = 0; i < g->gl_pathc; i++)
		if (stat(g->gl_pathv[i], &st) == 0 && S_ISREG(st.st_mode))
			sum += (uint64_t)st.st_size;
	return sum;
}

static bool
is_fatal(int rc)
{
	return rc == -ENOMEM || rc == -ECANCELED || rc == -ERR_FULL;
}

/* Returns 0, or the first error; reads on unless that is fatal. */
static int
read_feed(struct load *l, unsigned i)
{
	const struct feed_options *f = &l->o->feed[i];
	uint64_t entries = 0;
	glob_t g;
	int rc = find_files(l, f, &g);

	l->img->feed[i].action = f->action;
	l->img->feed[i].policy = f->policy;
	memcpy(l->img->feed[i].name, f->name, sizeof(f->name));
	l->bytes = 0;
	progress_start(&l->progress, f->name, size_bytes(&g));
	for (size_t k = 0; k < g.gl_pathc && !is_fatal(rc); k++) {
		int one = read_file(l, i, g.gl_pathv[k], &entries);

		rc = rc == 0 || is_fatal(one) ? one : rc;
	}
	progress_end(&l->progress);
	globfree(&g);
	return rc;
}

static int
fresh_key(struct hash_key *key)
{
	return getrandom(key->bytes, sizeof(key->bytes), 0) == sizeof(key->bytes) ? 0 : -EIO;
}

static void
on_zone_error(void *ctx, const char *text)
{
	wrong(ctx, "%s", text);
}

/* Mistakes in zones do not hide those in lists: 0 unless memory is short. */
static int
read_zones(struct load *l)
{
	int rc = zones_load(&l->img->zones, l->o, on_zone_error, l);

	return rc == -ENOMEM ? rc : 0;
}

/* Nobody reads an image that is not published. */
static void
no_grace(void *ctx)
{
	(void)ctx;
}

/* What has come since the lists were written. */
static int
take_deltas(struct load *l)
{
	struct deltas d = {.img = l->img,
	    .o = l->o,
	    .error = on_zone_error,
	    .ctx = l,
	    .grace = no_grace,
	    .silent = l->tries > 0};
	int rc = deltas_take(&d);

	if (d.taken)
		log_event(LOG_LEVEL_INFO, "deltas", "files=%u added=%" PRIu64 " removed=%" PRIu64,
		    d.taken, d.added, d.removed);
	if (rc == 0 || is_fatal(rc) || !l->o->is_start || rc == -EAGAIN ||
	    (rc == -ERR_STALE && d.silent))
		return rc;
	/* It was refused while we ran, too, and must not keep us from coming back. */
	log_event(LOG_LEVEL_ERROR, "deltas",
	    "error=\"not all could be taken: mend or remove what "
	    "was named, then cordon reload --deltas; what fits is in force\"");
	return 0;
}

static int
load_once(struct load *l, struct image **out)
{
	struct hash_key key;
	int rc = fresh_key(&key);

	l->img = calloc(1, sizeof(*l->img));
	if (rc == 0 && !l->img)
		rc = -ENOMEM;
	if (rc == 0)
		l->img->shield = &l->o->shield;
	if (rc == 0)
		rc = tails_new(&l->img->tails, l->o->policy, l->o->policies_n, &l->o->self);
	if (rc == 0)
		rc = read_zones(l);
	if (rc == 0)
		rc = index_loader_new(
		    &l->loader, hash_best(), &key, (uint64_t)l->o->config.top.list_memory << 20);
	if (l->img)
		l->img->has_blocks = l->o->blocks_path;
	for (unsigned i = 0; i < l->o->feeds_n && !is_fatal(rc) && l->loader; i++) {
		int one = read_feed(l, i);

		rc = rc == 0 || is_fatal(one) ? one : rc;
		l->img->feeds_n++;
	}
	if (rc == 0 && l->errors)
		rc = -ERR_FORMAT;
	if (rc == 0) {
		rc = index_loader_finish(l->loader, &l->img->index);
		l->loader = NULL;
	}
	index_loader_free(l->loader);
	if (rc == 0)
		rc = take_deltas(l);
	if (rc == 0)
		rc = lint_policies(l->o, l->img->zones, l->img->index, on_zone_error, l);
	if (rc == 0)
		*out = l->img;
	else
		image_free(l->img);
	explicit_bzero(&key, sizeof(key));
	l->loader = NULL;
	l->img = NULL;
	return rc;
}

int
feeds_load(struct image **out, const struct options *o, feeds_error_fn *error, void *ctx,
    const atomic_bool *cancel)
{
	struct load l = {.o = o, .error = error, .ctx = ctx, .cancel = cancel, .tries = TRIES};
	int rc;

	do { /* deltas lead on from a newer list, or 64 bits collided (not again in our lifetime) */
		l.tries--;
		rc = load_once(&l, out);
	} while ((rc == -ERR_STALE || rc == -EAGAIN) && l.tries && !l.errors);
	if (rc < 0 && rc != -ECANCELED && !l.errors)
		wrong(&l, "lists: %s", err_text(rc));
	return rc;
}
