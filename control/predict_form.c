#include "control/predict.h"

#include "base/date.h"
#include "base/err.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

const char *
predict_form_text(enum predict_form form)
{
	static const char *const text[PREDICT_FORMS] = {"names", "csv", "json", "zone"};

	return form < PREDICT_FORMS ? text[form] : "?";
}

/* Whether text is suffix or ends in a dot and suffix. */
static bool
is_under(const char *text, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len >= n && !memcmp(text + len - n, suffix, n) &&
	       (len == n || text[len - n - 1] == '.');
}

bool
predict_has_suffix(const struct dga_family *f, const char *suffix)
{
	for (const char *const *s = f->suffixes; *s; s++)
		if (is_under(*s, strlen(*s), suffix) || is_under(suffix, strlen(suffix), *s))
			return true;
	return false;
}

uint32_t
predict_day_count(const struct predict *p)
{
	return p->family->dateless ? 1 : p->days;
}

/* What one day's lines have in common. */
struct page {
	const struct predict *p;
	struct predict_out *out;
	int32_t from, until; /* the window */
	uint64_t index;      /* of the name among the day's */
	char head[16], tail[160];
};

static int
write_error(void)
{
	return errno ? -errno : -EIO;
}

static int
put(FILE *to, const char *text, size_t len)
{
	errno = 0;
	return fwrite_unlocked(text, 1, len, to) == len ? 0 : write_error();
}

static int
put_zone(struct page *g, const char *name, size_t len)
{
	struct entry e = {.from = g->from, .until = g->until, .comment = ""};
	int rc = name_from_text(e.name, name, len);

	if (rc < 0)
		return rc;
	e.name_len = (uint8_t)rc;
	errno = 0;
	rc = zone_write_entry(&g->out->zone, &e);
	return !rc && ferror_unlocked(g->out->to) ? write_error() : rc;
}

static int
put_line(struct page *g, const char *name, size_t len)
{
	char line[512], *end = line;

	if (g->p->form == PREDICT_JSON && g->out->any)
		end = stpcpy(end, ",\n");
	end = stpcpy(end, g->head);
	end = mempcpy(end, name, len);
	end = stpcpy(end, g->tail);
	if (g->p->form == PREDICT_JSON)
		end += sprintf(end, "%" PRIu64 "}", g->index);
	g->out->any = true;
	return put(g->out->to, line, (size_t)(end - line));
}

static int
take(void *ctx, const char *name, size_t len)
{
	struct page *g = ctx;
	const struct predict *p = g->p;
	bool wanted = p->suffixes == 0;
	int rc = 0;

	for (size_t i = 0; i < p->suffixes && !wanted; i++)
		wanted = is_under(name, len, p->suffix[i]);
	if (wanted)
		rc = p->form == PREDICT_ZONE ? put_zone(g, name, len) : put_line(g, name, len);
	g->index++;
	return rc;
}

/* Empty where the window has no such side, or one that no date can say. */
static void
window_text(char from[DATE_TEXT_MAX], char until[DATE_TEXT_MAX], const struct page *g)
{
	from[0] = until[0] = '\0';
	if (g->from != DAY_FIRST)
		date_format(from, g->from);
	if (g->until != DAY_NEVER)
		date_format(until, g->until);
}

static void
page_lines(struct page *g, int32_t day)
{
	const struct dga_family *f = g->p->family;
	char from[DATE_TEXT_MAX], until[DATE_TEXT_MAX], date[DATE_TEXT_MAX];
	char space[] = " ", quote[] = "\"";

	window_text(from, until, g);
	date_format(date, day);
	if (f->dateless)
		space[0] = date[0] = '\0';
	switch (g->p->form) {
	case PREDICT_CSV:
		snprintf(g->tail, sizeof(g->tail), ",%s,%s,,%s%s%s\n", from, until, f->name, space,
		    date);
		break;
	case PREDICT_JSON:
		strcpy(g->head, "{\"name\":\"");
		if (f->dateless)
			quote[0] = '\0';
		snprintf(g->tail, sizeof(g->tail),
		    "\",\"family\":\"%s\",\"day\":%s%s%s,\"from\":\"%s\",\"until\":\"%s\","
		    "\"index\":",
		    f->name, quote, f->dateless ? "null" : date, quote, from, until);
		break;
	default: strcpy(g->tail, "\n");
	}
}

int
predict_head(const struct predict *p, struct predict_out *out)
{
	static const char csv[] = "name,from,until,action,comment\n";

	switch (p->form) {
	case PREDICT_CSV: return put(out->to, csv, sizeof(csv) - 1);
	case PREDICT_JSON: return put(out->to, "[\n", 2);
	case PREDICT_ZONE: return zone_write_head(&out->zone, out->to, &p->meta, p->ns, p->mail);
	default: return 0;
	}
}

int
predict_tail(const struct predict *p, struct predict_out *out)
{
	if (p->form == PREDICT_ZONE)
		zone_write_end(&out->zone);
	if (p->form != PREDICT_JSON)
		return 0;
	return out->any ? put(out->to, "\n]\n", 3) : put(out->to, "]\n", 2);
}

int
predict_day(const struct predict *p, uint32_t i, struct predict_out *out)
{
	const struct dga_family *f = p->family;
	int32_t day = p->from + (int32_t)i;
	int32_t last = f->dateless ? p->from + (int32_t)p->days - 1 : day;
	int32_t from = day - f->window_before - (int32_t)p->margin_days;
	int32_t until = last + 1 + f->window_after + (int32_t)p->margin_days;
	struct page g = {
	    .p = p,
	    .out = out,
	    .from = from > DAY_FIRST ? from : DAY_FIRST,
	    .until = until <= DAY_MAX ? until : DAY_NEVER,
	};

	page_lines(&g, day);
	return dga_expand(f, day, &p->values, take, &g);
}
