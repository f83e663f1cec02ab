#include "lists/zone.h"

#include "base/date.h"
#include "base/err.h"
#include "lists/read_zone.h"

#include <inttypes.h>
#include <string.h>

/* An entry's line: the owner, two dates, action=, why= with every byte as \DDD. */
#define LINE_SIZE (NAME_TEXT_MAX + 2 * DATE_TEXT_MAX + 4 * ENTRY_COMMENT_MAX + 64)

bool
zone_origin_fits(const struct list_meta *m)
{
	size_t relative = m->suffix_len - 1u, feed = strlen(m->feed);
	const uint8_t *at = m->origin + relative;

	return m->suffix_len && feed && feed <= NAME_LABEL_MAX &&
	       m->origin_len > relative + 1 + feed + 1 && !memcmp(m->origin, m->suffix, relative) &&
	       *at == feed && !memcmp(at + 1, m->feed, feed);
}

static char *
put(char *p, const char *text, size_t len)
{
	memcpy(p, text, len);
	return p + len;
}

/* RFC 1035 5.1, inside quotes. */
static char *
put_quoted(char *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		if (c < ' ' || c >= 0x7f) {
			*p++ = '\\';
			*p++ = (char)('0' + c / 100);
			*p++ = (char)('0' + c / 10 % 10);
			*p++ = (char)('0' + c % 10);
			continue;
		}
		if (c == '"' || c == '\\')
			*p++ = '\\';
		*p++ = (char)c;
	}
	return p;
}

/* Writes ` "key=value"` unless value is empty.  Returns 0, or -ERR_NAME when it cannot stand. */
static int
write_field(FILE *to, const char *key, const char *value)
{
	char text[4 * 256];
	size_t len = strlen(value);

	if (len == 0)
		return 0;
	if (strlen(key) + 1 + len > 255 || !is_utf8(value, len))
		return -ERR_NAME;
	*put_quoted(text, value, len) = '\0';
	fprintf(to, " \"%s=%s\"", key, text);
	return 0;
}

static int
write_meta(FILE *to, const struct list_meta *m)
{
	char suffix[NAME_TEXT_MAX];
	int rc;

	name_to_text(suffix, m->suffix);
	fputs("@ TXT \"v=cordon1\"", to);
	rc = write_field(to, "feed", m->feed);
	rc = rc < 0 ? rc : write_field(to, "suffix", suffix);
	rc = rc < 0 ? rc : write_field(to, "family", m->family);
	rc = rc < 0 ? rc : write_field(to, "tlp", m->tlp);
	if (rc == 0 && m->action != ACTION_INHERIT)
		rc = write_field(to, "action", action_text((enum action)m->action));
	rc = rc < 0 ? rc : write_field(to, "contact", m->contact);
	rc = rc < 0 ? rc : write_field(to, "why", m->why);
	rc = rc < 0 ? rc : write_field(to, "drill", m->drill ? "1" : "");
	fputc('\n', to);
	return rc;
}

int
zone_write_head(struct zone_writer *w, FILE *to, const struct list_meta *meta, const uint8_t *ns,
    const uint8_t *mail)
{
	char origin[NAME_TEXT_MAX], mname[NAME_TEXT_MAX], rname[NAME_TEXT_MAX];

	if (!zone_origin_fits(meta))
		return -ERR_RANGE;
	w->to = to;
	w->entries = 0;
	w->suffix_len = meta->suffix_len;
	w->origin_len = meta->origin_len;
	memcpy(w->suffix, meta->suffix, meta->suffix_len);
	name_to_text(origin, meta->origin);
	name_to_text(mname, ns);
	name_to_text(rname, mail);
	fprintf(to, "%s\n$ORIGIN %s.\n$TTL 3600\n", ZONE_HEAD_MARK, origin);
	fprintf(
	    to, "@ SOA %s. %s. %" PRIu32 " 3600 900 1209600 3600\n", mname, rname, meta->serial);
	fprintf(to, "@ NS %s.\n", mname);
	return write_meta(to, meta);
}

static char *
put_window(char *p, const struct entry *e)
{
	if (e->from != DAY_FIRST) {
		date_format(p, e->from);
		p += DATE_TEXT_MAX - 1;
	}
	*p++ = '/';
	if (e->until != DAY_NEVER) {
		date_format(p, e->until);
		p += DATE_TEXT_MAX - 1;
	}
	return p;
}

static char *
put_action(char *p, uint8_t action)
{
	const char *word = action_text((enum action)action);

	p = put(p, " \"action=", 9);
	p = put(p, word, strlen(word));
	*p++ = '"';
	return p;
}

static bool
is_writable(const struct entry *e)
{
	return e->from >= DAY_MIN && e->from < e->until && e->from <= DAY_MAX &&
	       (e->until <= DAY_MAX || e->until == DAY_NEVER) && e->action < ACTIONS &&
	       e->comment_len <= ENTRY_COMMENT_MAX;
}

int
zone_write_entry(struct zone_writer *w, const struct entry *e)
{
	size_t relative = (size_t)e->name_len - w->suffix_len;
	uint8_t owner[NAME_LEN_MAX];
	char line[LINE_SIZE], *p = line;

	if (e->name_len <= w->suffix_len || relative + w->origin_len > NAME_LEN_MAX ||
	    !name_is_under(e->name, e->name_len, w->suffix, w->suffix_len))
		return -ERR_NAME;
	if (!is_writable(e))
		return -ERR_RANGE;
	memcpy(owner, e->name, relative);
	owner[relative] = 0;
	p += name_to_text(p, owner);
	p = put(p, " TXT \"", 6);
	p = put_window(p, e);
	*p++ = '"';
	if (e->action != ACTION_INHERIT)
		p = put_action(p, e->action);
	if (e->comment_len) {
		p = put(p, " \"why=", 6);
		p = put_quoted(p, e->comment, e->comment_len);
		*p++ = '"';
	}
	*p++ = '\n';
	fwrite_unlocked(line, 1, (size_t)(p - line), w->to);
	w->entries++;
	return 0;
}

void
zone_write_end(struct zone_writer *w)
{
	fprintf(w->to, ZONE_END_MARK "%" PRIu64 "\n", w->entries);
}
