#include "control/sign.h"

#include "base/err.h"
#include "base/outfile.h"

#include <errno.h>
#include <string.h>

int
sign_complain(const struct sign *s, const char *about, int rc)
{
	fprintf(stderr, "%s: %s: %s\n", s->program, about, err_text(rc));
	return rc;
}

static int
sign_apex(struct sign *s, struct normal *n, const char *where, FILE *to)
{
	struct signed_apex at;
	int rc = signed_apex_make(&at, &n->scan, s->fresh);

	for (size_t i = 0; i < s->keys && rc == 0; i++) {
		rc = signed_apex_sign(&at, s->key[i], s->inception, s->expiration);
		if (rc < 0)
			sign_complain(s, where, rc);
	}
	return rc < 0 ? rc : normal_write(n, &at.apex, to);
}

int
sign_zone(struct sign *s, FILE *f, const char *where, FILE *to, struct manifest_part *listed)
{
	struct normal n = {
	    .scan = {.f = f, .where = where, .reasons = &s->reasons, .spill_fd = s->spill},
	    .scratch = scratch_file()};
	int rc;

	if (!n.scratch)
		return sign_complain(s, "temporary file", -errno);
	rc = normal_read(&n);
	if (rc == 0 && n.scan.outside)
		rc = -ERR_FORMAT;
	if (rc == 0)
		rc = sign_apex(s, &n, where, to);
	if (rc == 0) {
		s->zones++;
		if (strcmp(where, MANIFEST_NAME) != 0)
			s->names += n.scan.body_records;
	}
	if (rc == 0 && listed) {
		listed->serial = n.scan.apex->serial;
		listed->names = n.scan.body_records;
		memcpy(listed->digest, n.scan.digest, SHA384_BYTES);
	}
	zone_scan_free(&n.scan);
	fclose(n.scratch);
	return rc;
}

static int
write_file(void *ctx, const struct source_zone *z)
{
	struct sign *s = ctx;
	struct outfile o;
	int rc = outfile_open(&o, s->output ? s->output : s->source.path);

	if (rc < 0)
		return rc;
	return outfile_close(&o, sign_zone(s, z->f, z->where, o.to, NULL));
}

int
sign_file(struct sign *s)
{
	int rc = source_each(&s->source, &s->reasons, write_file, s);

	return rc < 0 && !s->reasons.n ? sign_complain(s, s->source.path, rc) : rc;
}
