#include "control/zone_rdata.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
zone_word(struct zone_words *w, const char **word, size_t *len)
{
	bool quoted = false;
	const char *p = w->at;

	while (p < w->end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	*word = p;
	for (; p < w->end; p++) {
		if (*p == '\\' && p + 1 < w->end)
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == ' ' || *p == '\t' || *p == '\r' || *p == ';'))
			break;
	}
	w->at = p;
	*len = (size_t)(p - *word);
	return *len > 0;
}

/* Whether text ends in a dot that no backslash protects. */
static bool
is_absolute(const char *text, size_t len)
{
	size_t slashes = 0;

	if (!len || text[len - 1] != '.')
		return false;
	while (slashes + 1 < len && text[len - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

int
zone_name(const struct zone_file *z, uint8_t out[NAME_LEN_MAX], const char *text, size_t len)
{
	int n;

	if (len == 1 && *text == '@') {
		memcpy(out, z->origin, z->origin_len);
		return z->origin_len ? z->origin_len : -ERR_NAME;
	}
	n = name_from_text(out, text, len);
	if (n < 0 || is_absolute(text, len))
		return n;
	if (!z->origin_len || n - 1 + z->origin_len > NAME_LEN_MAX)
		return -ERR_NAME;
	memcpy(out + n - 1, z->origin, z->origin_len);
	return n - 1 + z->origin_len;
}

/* One character of a string, escapes resolved (RFC 1035 5.1).  Returns it, or -ERR_FORMAT. */
static int
character(const char **p, const char *end)
{
	unsigned value = 0;

	if (**p != '\\')
		return (uint8_t) * (*p)++;
	if (++*p == end)
		return -ERR_FORMAT;
	if (**p < '0' || **p > '9')
		return (uint8_t) * (*p)++;
	if (end - *p < 3)
		return -ERR_FORMAT;
	for (int i = 0; i < 3; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return -ERR_FORMAT;
		value = value * 10 + (unsigned)(**p - '0');
	}
	return value > 255 ? -ERR_FORMAT : (int)value;
}

static int
read_txt(struct zone_rr *rr, struct zone_words *w)
{
	size_t n = 0, len;
	const char *p;

	while (zone_word(w, &p, &len)) {
		const char *end = p + len;
		size_t at = n++;

		if (*p == '"') {
			if (len < 2 || end[-1] != '"')
				return -ERR_FORMAT;
			p++;
			end--;
		}
		while (p < end) {
			int c = character(&p, end);

			if (c < 0 || n - at > 255)
				return -ERR_FORMAT;
			rr->rdata[n++] = (uint8_t)c;
		}
		rr->rdata[at] = (uint8_t)(n - at - 1);
	}
	rr->rdata_len = (uint16_t)n;
	return n ? 0 : -ERR_FORMAT;
}

static int
read_name(const struct zone_file *z, struct zone_rr *rr, struct zone_words *w)
{
	const char *word;
	size_t len;
	int n;

	if (!zone_word(w, &word, &len))
		return -ERR_FORMAT;
	n = zone_name(z, rr->rdata, word, len);
	if (n < 0 || zone_word(w, &word, &len))
		return -ERR_FORMAT;
	rr->rdata_len = (uint16_t)n;
	return 0;
}

static int
read_address(struct zone_rr *rr, struct zone_words *w, int family)
{
	char text[INET6_ADDRSTRLEN];
	const char *word;
	size_t len;

	if (!zone_word(w, &word, &len) || len >= sizeof(text))
		return -ERR_FORMAT;
	memcpy(text, word, len);
	text[len] = '\0';
	if (inet_pton(family, text, rr->rdata) != 1 || zone_word(w, &word, &len))
		return -ERR_FORMAT;
	rr->rdata_len = family == AF_INET ? 4 : 16;
	return 0;
}

/* Copies a record's rdata out of ldns, names made canonical as RFC 4034 6.2 has it.  Its owner is
 * the root.  ldns takes text with fields missing; what it does not read again is refused. */
static int
take_rdata(struct zone_rr *rr, ldns_rr *from)
{
	const size_t head = 11; /* bytes: owner and fixed fields */
	size_t size = 0, at = 0;
	uint8_t *wire = NULL;
	ldns_rr *again = NULL;
	int rc = -ERR_FORMAT;

	ldns_rr2canonical(from);
	rr->type = (uint16_t)ldns_rr_get_type(from);
	if (ldns_rr2wire(&wire, from, LDNS_SECTION_ANSWER, &size) == LDNS_STATUS_OK &&
	    size > head && size - head <= ZONE_RDATA_MAX &&
	    ldns_wire2rr(&again, wire, size, &at, LDNS_SECTION_ANSWER) == LDNS_STATUS_OK &&
	    at == size) {
		rr->rdata_len = (uint16_t)(size - head);
		memcpy(rr->rdata, wire + head, rr->rdata_len);
		rc = 0;
	}
	ldns_rr_free(again);
	LDNS_FREE(wire);
	return rc;
}

static int
read_by_ldns(struct zone_file *z, struct zone_rr *rr, const char *type, const char *end)
{
	ldns_rdf *origin = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, z->origin_len, z->origin);
	char *text = NULL;
	ldns_rr *from = NULL;
	int rc = -ERR_FORMAT;

	if (origin && asprintf(&text, ". 0 IN %.*s", (int)(end - type), type) < 0)
		text = NULL;
	if (text && ldns_rr_new_frm_str(&from, text, 0, origin, NULL) == LDNS_STATUS_OK)
		rc = take_rdata(rr, from);
	ldns_rr_free(from);
	ldns_rdf_deep_free(origin);
	free(text);
	return rc;
}

int
zone_rdata(struct zone_file *z, struct zone_rr *rr, const char *type, struct zone_words *w)
{
	static const struct {
		char text[6];
		uint16_t type;
	} rows[] = {{"TXT", LDNS_RR_TYPE_TXT}, {"CNAME", LDNS_RR_TYPE_CNAME},
	    {"NS", LDNS_RR_TYPE_NS}, {"PTR", LDNS_RR_TYPE_PTR}, {"A", LDNS_RR_TYPE_A},
	    {"AAAA", LDNS_RR_TYPE_AAAA}};
	size_t len = (size_t)(w->at - type);

	rr->type = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (len == strlen(rows[i].text) && !memcmp(type, rows[i].text, len))
			rr->type = rows[i].type;
	switch (rr->type) {
	case LDNS_RR_TYPE_TXT: return read_txt(rr, w);
	case LDNS_RR_TYPE_CNAME:
	case LDNS_RR_TYPE_NS:
	case LDNS_RR_TYPE_PTR: return read_name(z, rr, w);
	case LDNS_RR_TYPE_A: return read_address(rr, w, AF_INET);
	case LDNS_RR_TYPE_AAAA: return read_address(rr, w, AF_INET6);
	default: return read_by_ldns(z, rr, type, w->end);
	}
}
