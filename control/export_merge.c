#include "control/export.h"

#include "base/err.h"
#include "lists/canonical.h"
#include "lists/sorter.h"

#include <errno.h>
#include <string.h>

/* Before a row's name and comment. */
struct row_head {
	int32_t from, until;
	uint8_t action, name_len, is_registered;
	uint16_t comment_len;
};

int
export_row_put(FILE *spool, const struct entry *e, bool is_registered)
{
	struct row_head head = {
	    e->from, e->until, e->action, e->name_len, is_registered, e->comment_len};

	errno = 0;
	fwrite_unlocked(&head, sizeof(head), 1, spool);
	fwrite_unlocked(e->name, 1, e->name_len, spool);
	if (e->comment_len)
		fwrite_unlocked(e->comment, 1, e->comment_len, spool);
	return ferror_unlocked(spool) ? (errno ? -errno : -EIO) : 0;
}

int
export_row_get(FILE *spool, struct export_row *row)
{
	struct row_head head;

	if (fread_unlocked(&head, sizeof(head), 1, spool) != 1)
		return ferror_unlocked(spool) ? -EIO : 0;
	row->e = (struct entry){.from = head.from,
	    .until = head.until,
	    .action = head.action,
	    .name_len = head.name_len,
	    .comment_len = head.comment_len,
	    .comment = row->text};
	row->is_registered = head.is_registered;
	if (fread_unlocked(row->e.name, 1, head.name_len, spool) != head.name_len ||
	    fread_unlocked(row->text, 1, head.comment_len, spool) != head.comment_len)
		return -EIO;
	return 1;
}

/* What the names at hand have come to. */
struct merge {
	struct export_job *j;
	struct entry e; /* the first rule of the name so far */
	bool has_name, has_entry, is_registered;
	uint8_t above[NAME_LEN_MAX]; /* the last name written that covers what is below it */
	size_t above_len;            /* 0: none */
};

static int
complain_name(const struct merge *m, const char *what)
{
	char name[NAME_TEXT_MAX];

	name_to_text(name, m->e.name);
	return export_complain(m->j, -ERR_REFUSED, "%s: %s", name, what);
}

/* Writes the name at hand, if a rule of it is to be written. */
static int
finish(struct merge *m)
{
	struct export_job *j = m->j;
	bool is_covered =
	    m->above_len && name_is_under(m->e.name, m->e.name_len, m->above, m->above_len);

	if (!m->has_entry)
		return 0;
	m->has_entry = false;
	if (m->e.action == ACTION_PASS && j->skips_pass)
		return is_covered
			   ? complain_name(m, "passes, and a listed name above it takes it along; "
					      "take that one off the list")
			   : 0;
	if (is_covered)
		return 0;
	if (j->o.form == EXPORT_EPP && !m->is_registered && !j->o.epp.auth)
		return complain_name(m, "is not registered; to create it give --auth-file");
	if (!export_keeps_covered(j->o.form)) {
		memcpy(m->above, m->e.name, m->e.name_len);
		m->above_len = m->e.name_len;
	}
	j->o.names++;
	return export_row_put(j->spool, &m->e, m->is_registered);
}

/* As lists/policy_zone.h: a pass goes first, then what began first. */
static bool
goes_first(const struct entry *a, const struct entry *b)
{
	if ((a->action == ACTION_PASS) != (b->action == ACTION_PASS))
		return a->action == ACTION_PASS;
	return a->from != b->from ? a->from < b->from : a->until < b->until;
}

static int32_t
read_day(const uint8_t *p)
{
	return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
}

static int
take_entry(struct merge *m, const struct entry *e)
{
	if (m->j->o.form == EXPORT_CSV) { /* every window of a name */
		m->j->o.names++;
		return export_row_put(m->j->spool, e, false);
	}
	if (!m->has_entry || goes_first(e, &m->e))
		m->e = *e;
	m->has_entry = true;
	return 0;
}

static int
take(struct merge *m, const uint8_t *key, size_t len)
{
	uint8_t owner[NAME_LEN_MAX];
	struct record r;
	struct entry e;
	int rc = 0;

	canonical_record(&r, owner, key, len, (const uint8_t *)"", 1);
	if (!m->has_name || r.owner_len != m->e.name_len ||
	    memcmp(r.owner, m->e.name, r.owner_len)) {
		rc = finish(m);
		m->has_name = true;
		m->is_registered = false;
		m->e.name_len = r.owner_len;
		memcpy(m->e.name, r.owner, r.owner_len);
	}
	if (rc < 0)
		return rc;
	if (r.type == EXPORT_KEY_REGISTERED) {
		m->is_registered = true;
		return 0;
	}
	e = (struct entry){.from = read_day(r.rdata),
	    .until = read_day(r.rdata + 4),
	    .action = r.rdata[8],
	    .name_len = r.owner_len,
	    .comment_len = (uint16_t)(r.rdata_len - 9),
	    .comment = (const char *)r.rdata + 9};
	memcpy(e.name, r.owner, r.owner_len);
	return take_entry(m, &e);
}

int
export_merge(struct export_job *j)
{
	struct merge m = {.j = j};
	size_t len, before = 0;
	const uint8_t *key;
	uint32_t number;
	int rc;

	while ((rc = sorter_next(j->sorter, &key, &len, &number)) > 0) {
		if (len == before && !memcmp(key, j->key, len))
			continue; /* said twice */
		memcpy(j->key, key, len);
		before = len;
		rc = take(&m, key, len);
		if (rc < 0)
			break;
	}
	if (rc == 0)
		rc = finish(&m);
	if (rc == 0 && (fflush(j->spool) || ferror(j->spool) || fseeko(j->spool, 0, SEEK_SET)))
		rc = errno ? -errno : -EIO;
	if (rc < 0 && rc != -ERR_REFUSED)
		export_complain(j, rc, "scratch file: %s", err_text(rc));
	return rc;
}
