#include "control/sign.h"

#include "base/err.h"
#include "base/outfile.h"
#include "base/serial.h"
#include "control/outfolder.h"
#include "control/trust_conf.h"
#include "lists/update_archive_write.h"
#include "lists/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes a member of the folder under way. */
static int
write_member(struct sign *s, const char *name, FILE *from, struct manifest_part *listed)
{
	int fd = openat(s->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), rc;
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

	if (!to) {
		rc = sign_complain(s, name, -errno);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	rc = sign_zone(s, from, name, to, listed);
	if (fclose(to) && rc == 0)
		rc = sign_complain(s, name, -errno);
	return rc;
}

static int
countersign(void *ctx, const struct source_zone *z)
{
	return write_member(ctx, z->where, z->f, NULL);
}

struct meta {
	struct list_meta meta;
	struct sign *s;
	const char *where;
};

static int
take_meta(void *ctx, const struct list_meta *m)
{
	((struct meta *)ctx)->meta = *m;
	return 0;
}

static void
take_error(void *ctx, const struct list_error *e)
{
	struct meta *m = ctx;

	reasons_add(&m->s->reasons, REASON_SYNTAX, m->where, e->line, "%s", e->text);
}

/* The feed and hub of all parts are those of the first. */
static int
take_base(struct sign *s, const struct list_meta *m, const char *where)
{
	struct manifest *to = &s->manifest;
	size_t relative = m->suffix_len - 1u, len = m->origin_len - relative;

	if (to->n == 0) {
		memcpy(to->feed, m->feed, sizeof(to->feed));
		memcpy(to->base, m->origin + relative, len);
		to->base_len = (uint8_t)len;
	} else if (len != to->base_len || memcmp(to->base, m->origin + relative, len) != 0) {
		reasons_add(&s->reasons, strcmp(to->feed, m->feed) ? REASON_FEED : REASON_HUB,
		    where, 0, "is of another feed or hub than the parts before it");
		return -ERR_FORMAT;
	}
	return 0;
}

static int
sign_part(void *ctx, const struct source_zone *z)
{
	struct sign *s = ctx;
	struct meta m = {.s = s, .where = z->where};
	const struct list_sink sink = {&m, NULL, take_meta, take_error};
	struct manifest_part p = {0};
	char name[REASON_WHERE_MAX];
	int rc = list_read(z->f, z->where, LIST_ZONE, NULL, &sink);

	if (rc == 0)
		rc = take_base(s, &m.meta, z->where);
	if (rc < 0)
		return rc;
	memcpy(p.suffix, m.meta.suffix, sizeof(p.suffix));
	p.suffix_len = m.meta.suffix_len;
	if (member_name(name, p.suffix, p.suffix_len) < 0) {
		reasons_add(&s->reasons, REASON_SUFFIX, z->where, 0,
		    "its suffix cannot be part of an update");
		return -ERR_FORMAT;
	}
	rc = write_member(s, name, z->f, &p);
	if (rc == 0)
		rc = manifest_add(&s->manifest, &p);
	if (!s->manifest.serial || serial_newer(p.serial, s->manifest.serial))
		s->manifest.serial = p.serial;
	return rc;
}

static int
name_keys(struct sign *s)
{
	char why[KEY_WHY_MAX];
	struct trust *t;

	t = s->manifest.keys = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->threshold = s->new_threshold;
	for (size_t i = 0; i < s->keys_to_name_n; i++) {
		int rc = trust_add_key(t, s->keys_to_name[i], why);

		if (rc < 0) {
			fprintf(stderr, "%s: --new-key: %s\n", s->program, why);
			return rc;
		}
	}
	if (t->threshold > t->n) {
		fprintf(stderr, "%s: --new-threshold %u with %zu keys\n", s->program, t->threshold,
		    t->n);
		return -ERR_RANGE;
	}
	return 0;
}

/* A manifest without parts. */
static int
make_change(struct sign *s)
{
	struct manifest *m = &s->manifest;
	char base[NAME_TEXT_MAX];
	int len = snprintf(base, sizeof(base), "%s.%s", s->feed, s->hub), n;

	n = len < (int)sizeof(base) ? name_from_text(m->base, base, (size_t)len) : -ERR_NAME;
	if (n < 0 || n > NAME_LEN_MAX - MANIFEST_LABEL_MAX || strlen(s->feed) >= sizeof(m->feed) ||
	    s->feed[strspn(s->feed, "abcdefghijklmnopqrstuvwxyz0123456789-")]) {
		fprintf(stderr, "%s: --feed and --hub: %s is no name of a feed at a hub\n",
		    s->program, base);
		return -EINVAL;
	}
	m->base_len = (uint8_t)n;
	strcpy(m->feed, s->feed);
	m->serial = s->version;
	m->is_keys = true;
	return name_keys(s);
}

static int
sign_manifest(struct sign *s)
{
	FILE *f = scratch_file();
	int rc = f ? 0 : sign_complain(s, "temporary file", -errno);

	if (s->serial)
		s->manifest.serial = s->serial;
	if (rc == 0)
		rc = manifest_write(&s->manifest, f);
	if (rc == 0)
		rc = write_member(s, MANIFEST_NAME, f, NULL);
	if (f)
		fclose(f);
	return rc;
}

/* What was written must be what these keys make valid: nobody gets a broken update of ours. */
static int
check_written(struct sign *s)
{
	const char *path = s->version ? s->output : s->source.path;
	struct trust *t = calloc(1, sizeof(*t));
	struct verify v = {.trust = t, .now = s->inception, .scratch = -1, .spill_fd = s->spill};
	int rc = t ? 0 : -ENOMEM;

	for (size_t i = 0; i < s->keys && rc == 0; i++)
		rc = trust_add(t, private_key_public(s->key[i]));
	if (rc == 0) {
		t->threshold = (unsigned)t->n;
		rc = update_verify(&v, s->folder);
	}
	/* A key change waits for others' keys; by these it must lack nothing. */
	if (rc == 0 && v.state != VERIFY_VALID &&
	    !(v.manifest.is_keys && !reasons_have(&v.reasons, REASON_IS_FATAL) &&
		!trust_missing(t, v.signers))) {
		fprintf(stderr, "%s: %s: not signed, as it is not whole:\n", s->program, path);
		reasons_print(&v.reasons, s->program, path, stderr);
		rc = -ERR_REFUSED;
	}
	verify_free(&v);
	free(t);
	return rc;
}

static int
fill_folder(struct sign *s)
{
	int rc = mkdirat(s->folder, "parts", 0777) < 0 ? -errno : 0;

	if (rc < 0)
		return sign_complain(s, "parts", rc);
	if (s->version) {
		rc = make_change(s);
		if (rc == 0)
			rc = sign_manifest(s);
	} else if (s->source.kind == SOURCE_UPDATE) {
		rc = source_each(&s->source, &s->reasons, countersign, s);
	} else {
		rc = source_each(&s->source, &s->reasons, sign_part, s);
		if (rc == 0)
			rc = sign_manifest(s);
	}
	return rc < 0 ? rc : check_written(s);
}

/* Packs the folder under way into the output. */
static int
pack(struct sign *s, const char *path)
{
	size_t len = strlen(path);
	bool gzip = len > 3 && !strcmp(path + len - 2, "gz");
	struct archive_writer *w = NULL;
	struct update *u = NULL;
	struct update_member m;
	struct outfile o;
	int rc = outfile_open(&o, path);

	if (rc < 0)
		return rc;
	rc = archive_writer_open(&w, fileno(o.to), gzip);
	if (rc == 0)
		rc = update_open(&u, s->folder, -1, NULL, &s->reasons);
	while (rc >= 0 && (rc = update_next(u, &m)) > 0)
		rc = archive_writer_add(w, m.name, m.f, s->inception);
	if (rc == 0)
		rc = archive_writer_end(w);
	update_close(u);
	archive_writer_close(w);
	return outfile_close(&o, rc);
}

static int
put_in_place(struct sign *s, const char *path, bool as_folder, struct outfolder *o)
{
	int rc = as_folder ? outfolder_commit(o) : pack(s, path);

	return rc < 0 ? sign_complain(s, path, rc) : 0;
}

int
sign_update(struct sign *s)
{
	const char *path = s->output ? s->output : s->source.path;
	size_t len = strlen(path);
	bool as_archive = (len > 4 && !strcmp(path + len - 4, ".tar")) ||
			  (len > 4 && !strcmp(path + len - 4, ".tgz")) ||
			  (len > 7 && !strcmp(path + len - 7, ".tar.gz"));
	struct outfolder o;
	int rc = outfolder_open(&o, path);

	if (rc < 0)
		return sign_complain(s, path, rc);
	s->folder = o.fd;
	if (!s->output && !s->source.is_folder)
		as_archive = true;
	rc = fill_folder(s);
	if (rc < 0 && rc != -ERR_REFUSED && rc != -EINVAL && !s->reasons.n)
		sign_complain(s, s->version ? path : s->source.path, rc);
	if (rc == 0)
		rc = put_in_place(s, path, !as_archive, &o);
	outfolder_close(&o);
	return rc;
}
