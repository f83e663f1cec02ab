#include "lists/read_rr.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TTL_DEFAULT 3600

/* How far the blanking of a record has come. */
struct scan {
	size_t at, open_at; /* open_at: the last quote or parenthesis that opened */
	unsigned depth;
	bool quoted, escaped, comment, generic;
};

int
rr_open(struct rr_stream *s, struct reader *r)
{
	*s = (struct rr_stream){.r = r, .ttl = TTL_DEFAULT};
	s->clean = malloc(r->line_max + 1);
	if (!s->clean || !rr_set_origin(s, (const uint8_t *)"", 1))
		return -ENOMEM;
	return 0;
}

void
rr_close(struct rr_stream *s)
{
	ldns_rdf_deep_free(s->origin);
	ldns_rdf_deep_free(s->prev);
	free(s->clean);
}

static bool
set_name(ldns_rdf **to, const uint8_t *name, size_t len)
{
	ldns_rdf *rdf = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, len, name);

	if (!rdf)
		return false;
	ldns_rdf_deep_free(*to);
	*to = rdf;
	return true;
}

bool
rr_set_origin(struct rr_stream *s, const uint8_t *name, size_t len)
{
	return set_name(&s->origin, name, len);
}

bool
rr_set_prev(struct rr_stream *s, const uint8_t *name, size_t len)
{
	return set_name(&s->prev, name, len);
}

bool
rr_cut(struct reader *r)
{
	line_error(r, "file ends in the middle of a record");
	r->rc = -ERR_FORMAT;
	return false;
}

/* What stands for c outside quotes and comments. */
static char
blank_byte(struct scan *c, char byte)
{
	switch (byte) {
	case ';': c->comment = true; return ' ';
	case '(':
		c->depth++;
		c->open_at = c->at;
		return ' ';
	case ')': c->depth--; return ' ';
	case '\t':
	case '\r': return ' ';
	default: return byte;
	}
}

static bool
clean_byte(struct rr_stream *s, struct scan *c)
{
	char byte = s->r->text[c->at];
	char *to = &s->clean[c->at];

	*to = byte;
	if (byte == '\n') {
		*to = ' ';
		c->comment = c->escaped = false;
	} else if (c->comment) {
		*to = ' ';
	} else if (c->escaped || byte == '\\') {
		c->generic |= c->escaped && byte == '#' && !c->quoted && c->at > 1 && to[-2] == ' ';
		c->escaped = !c->escaped;
	} else if (byte == '"') {
		c->quoted = !c->quoted;
		c->open_at = c->at;
	} else if (!c->quoted) {
		if (byte == ')' && c->depth == 0)
			return record_error(s->r, c->at, "`)` without `(`");
		*to = blank_byte(c, byte);
	}
	c->at++;
	return true;
}

/* Fills clean from the reader's line and, while a parenthesis is open, the lines behind it. */
static bool
clean_record(struct rr_stream *s)
{
	struct reader *r = s->r;
	struct scan c = {0};

	for (;;) {
		while (c.at < r->len)
			if (!clean_byte(s, &c))
				return false;
		if (c.quoted)
			return record_error(r, c.open_at, "quoted string without an end");
		if (!r->ended)
			return rr_cut(r);
		if (c.depth == 0)
			break;
		if (line_more(r) <= 0)
			return r->rc < 0 ? false : rr_cut(r);
	}
	s->clean[r->len] = '\0';
	if (c.generic) /* ldns 1.8.3 reads freed memory on some that are malformed */
		return record_error(r, 0, "generic record data (RFC 3597) is not supported");
	return true;
}

static bool
directive_origin(struct rr_stream *s, const char *text)
{
	ldns_rdf *name = text ? ldns_dname_new_frm_str(text) : NULL;

	if (!name ||
	    (!ldns_dname_str_absolute(text) && ldns_dname_cat(name, s->origin) != LDNS_STATUS_OK)) {
		ldns_rdf_deep_free(name);
		return record_error(s->r, 0, "$ORIGIN: not a DNS name");
	}
	ldns_rdf_deep_free(s->origin);
	s->origin = name;
	s->has_origin = true;
	return true;
}

static bool
directive_ttl(struct rr_stream *s, const char *text)
{
	const char *end = text;
	uint32_t ttl = text ? ldns_str2period(text, &end) : 0;

	if (!text || *end || end == text)
		return record_error(s->r, 0, "$TTL: not a time");
	s->ttl = ttl;
	return true;
}

static bool
read_directive(struct rr_stream *s)
{
	char *save, *word = strtok_r(s->clean, " ", &save);
	char *value = strtok_r(NULL, " ", &save);

	if (value && strtok_r(NULL, " ", &save))
		return record_error(s->r, 0, "%s: more than one value", word);
	if (!strcasecmp(word, "$ORIGIN"))
		return directive_origin(s, value);
	if (!strcasecmp(word, "$TTL"))
		return directive_ttl(s, value);
	return record_error(s->r, 0, "directive other than $ORIGIN and $TTL");
}

static bool
parse_rr(struct rr_stream *s, struct rr *rr)
{
	ldns_status status;

	if (s->clean[0] == ' ' && !s->prev)
		return record_error(s->r, 0, "the first record has no owner");
	status = ldns_rr_new_frm_str(&rr->ldns, s->clean, s->ttl, s->origin, &s->prev);
	if (status != LDNS_STATUS_OK) {
		rr->ldns = NULL;
		return record_error(
		    s->r, 0, "not a DNS record: %s", ldns_get_errorstr_by_id(status));
	}
	rr->type = (int)ldns_rr_get_type(rr->ldns);
	rr->owner_len = name_canon(rr->owner, ldns_rdf_data(ldns_rr_owner(rr->ldns)),
	    ldns_rdf_size(ldns_rr_owner(rr->ldns)));
	if (rr->owner_len > 0 && ldns_rr_get_class(rr->ldns) == LDNS_RR_CLASS_IN)
		return true;
	rr_free(rr);
	return record_error(s->r, 0,
	    rr->owner_len > 0 ? "record of a class other than IN"
			      : "owner longer than 255 bytes, $ORIGIN counted");
}

bool
rr_read(struct rr_stream *s, struct rr *rr)
{
	rr->ldns = NULL;
	if (!record_is_text(s->r) || !clean_record(s))
		return false;
	if (s->clean[strspn(s->clean, " ")] == '\0')
		return false;
	if (s->clean[0] == '$') {
		read_directive(s);
		return false;
	}
	return parse_rr(s, rr);
}

void
rr_free(struct rr *rr)
{
	ldns_rr_free(rr->ldns);
	rr->ldns = NULL;
}

bool
rr_texts(struct rr_stream *s, const struct rr *rr, struct rr_texts *texts)
{
	texts->n = 0;
	for (size_t i = 0; i < ldns_rr_rd_count(rr->ldns); i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr->ldns, i);
		const uint8_t *p = ldns_rdf_data(rdf);

		if (ldns_rdf_get_type(rdf) != LDNS_RDF_TYPE_STR || ldns_rdf_size(rdf) != p[0] + 1u)
			return record_error(s->r, 0, "not a TXT record");
		if (texts->n == RR_TEXTS_MAX)
			return record_error(s->r, 0, "more than %d strings", RR_TEXTS_MAX);
		texts->text[texts->n] = (const char *)p + 1;
		texts->len[texts->n++] = p[0];
	}
	return true;
}

const char *
rr_type_text(int type, char out[RR_TYPE_TEXT_MAX])
{
	char *text = ldns_rr_type2str((ldns_rr_type)type);

	snprintf(out, RR_TYPE_TEXT_MAX, "%s", text ? text : "unknown");
	free(text);
	return out;
}

/* Where the word or quoted string at or behind *at begins; *at moves behind it. */
static size_t
next_token(const char *text, size_t len, size_t *at)
{
	size_t begin;
	bool quoted;

	while (*at < len && is_blank(text[*at]))
		++*at;
	begin = *at;
	quoted = begin < len && text[begin] == '"';
	*at += quoted;
	while (*at < len && (quoted || (!is_blank(text[*at]) && text[*at] != '"'))) {
		if (quoted && text[*at] == '"') {
			++*at;
			break;
		}
		*at += text[*at] == '\\' && *at + 1 < len ? 2 : 1;
	}
	return begin;
}

size_t
rr_text_offset(const char *text, size_t len, unsigned k)
{
	size_t at = 0, begin;

	if (len && !is_blank(text[0]))
		next_token(text, len, &at);
	do {
		begin = next_token(text, len, &at);
		if (begin == len)
			return 0;
	} while (at - begin != 3 || strncasecmp(text + begin, "TXT", 3));
	for (unsigned i = 0; i <= k; i++)
		begin = next_token(text, len, &at);
	return begin < len ? begin : 0;
}
