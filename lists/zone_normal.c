#include "lists/zone_normal.h"

#include "base/err.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

/* Room for the longest record: name, type, class, TTL, length and data. */
#define WIRE_MAX (NAME_LEN_MAX + 10 + 65535)

static int
print(FILE *to, const struct record *r)
{
	uint8_t *wire = malloc(WIRE_MAX), *at = wire;
	ldns_rr *rr = NULL;
	size_t pos = 0;
	int rc = -ERR_FORMAT;

	if (!wire)
		return -ENOMEM;
	memcpy(at, r->owner, r->owner_len);
	at += r->owner_len;
	ldns_write_uint16(at, r->type);
	ldns_write_uint16(at + 2, LDNS_RR_CLASS_IN);
	ldns_write_uint32(at + 4, r->ttl);
	ldns_write_uint16(at + 8, r->rdata_len);
	memcpy(at + 10, r->rdata, r->rdata_len);
	at += 10 + r->rdata_len;
	if (ldns_wire2rr(&rr, wire, (size_t)(at - wire), &pos, LDNS_SECTION_ANSWER) ==
	    LDNS_STATUS_OK) {
		char *text = ldns_rr2str(rr);

		rc = text && fputs(text, to) >= 0 ? 0 : -ENOMEM;
		free(text);
	}
	ldns_rr_free(rr);
	free(wire);
	return rc;
}

int
zone_normal_apex(FILE *to, const struct apex *a)
{
	char origin[NAME_TEXT_MAX];
	int rc = 0;

	name_to_text(origin, a->origin);
	fprintf(to, "$ORIGIN %s.\n$TTL %u\n", origin, a->soa_ttl);
	/* The SOA goes first, whatever its place in canonical order. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < a->n && rc == 0; i++) {
			const struct apex_record *x = &a->record[i];
			const struct record r = {.ttl = x->ttl,
			    .type = x->type,
			    .rdata_len = x->rdata_len,
			    .owner_len = a->origin_len,
			    .owner = a->origin,
			    .rdata = x->rdata};

			if ((x->type == RECORD_SOA) == !pass)
				rc = print(to, &r);
		}
	return rc;
}

/* One string of a TXT record as zone.h writes it, for which the reader has a fast way. */
static void
print_string(FILE *to, const uint8_t *text, size_t len)
{
	fputs(" \"", to);
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] >= 0x7f)
			fprintf(to, "\\%03u", text[i]);
		else
			fprintf(to, text[i] == '"' || text[i] == '\\' ? "\\%c" : "%c", text[i]);
	fputc('"', to);
}

int
zone_normal_body(FILE *to, const struct record *r, const struct apex *a)
{
	uint8_t relative[NAME_LEN_MAX];
	char owner[NAME_TEXT_MAX];
	size_t len = (size_t)r->owner_len - a->origin_len, at = 0;

	if (r->type != RECORD_TXT || r->ttl != a->soa_ttl || r->owner_len <= a->origin_len)
		return print(to, r);
	memcpy(relative, r->owner, len);
	relative[len] = 0;
	name_to_text(owner, relative);
	fprintf(to, "%s TXT", owner);
	while (at < r->rdata_len && at + r->rdata[at] < r->rdata_len) {
		print_string(to, r->rdata + at + 1, r->rdata[at]);
		at += r->rdata[at] + 1u;
	}
	fputc('\n', to);
	return 0;
}
