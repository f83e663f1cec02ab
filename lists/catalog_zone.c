#include "lists/catalog_zone.h"

#include "base/err.h"
#include "lists/digest.h"

#include <inttypes.h>

#define LABEL (2 * SHA1_BYTES) /* RFC 9432 4.1: any label that is the member's alone */
#define ZONES 6                /* bytes of the label "zones" in a name */

void
catalog_write_head(struct catalog_writer *w, FILE *to, const uint8_t *origin, uint32_t serial)
{
	char text[NAME_TEXT_MAX];
	unsigned n = 0;

	while (origin[n])
		n += origin[n] + 1u;
	w->to = to;
	w->origin_len = (uint8_t)(n + 1);
	name_to_text(text, origin);
	/* RFC 9432 4.2: the NS is there because every zone has one. */
	fprintf(to,
	    "$ORIGIN %s.\n$TTL 0\n@ SOA invalid. invalid. %" PRIu32 " 3600 900 1209600 3600\n"
	    "@ NS invalid.\nversion TXT \"2\"\n",
	    text, serial);
}

int
catalog_write_member(struct catalog_writer *w, const uint8_t *member, size_t len)
{
	char text[NAME_TEXT_MAX], label[LABEL + 1];
	uint8_t digest[SHA1_BYTES];
	int rc;

	if (1u + LABEL + ZONES + w->origin_len > NAME_LEN_MAX)
		return -ERR_NAME;
	rc = digest_sha1(digest, member, len);
	if (rc < 0)
		return rc;
	digest_hex(label, digest, sizeof(digest));
	name_to_text(text, member);
	fprintf(w->to, "%s.zones PTR %s.\n", label, text);
	return 0;
}
