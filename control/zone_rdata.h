/* zone_rdata.h - the words of a line of zone text.  For control/zone_file.c. */
#pragma once

#include "control/zone_file.h"

struct zone_words {
	const char *at, *end;
};

/* The next word, quotes included; false at the end of the line or at a comment. */
bool zone_word(struct zone_words *w, const char **word, size_t *len);

/* A name, relative to the file's origin unless it ends in a dot.  Returns its length or -ERR_NAME.
 */
int zone_name(const struct zone_file *z, uint8_t out[NAME_LEN_MAX], const char *text, size_t len);

/* Reads the rdata of rr->type from w, to the end of the line.
 *   type  its mnemonic's text
 * Returns 0 or -ERR_FORMAT. */
int zone_rdata(struct zone_file *z, struct zone_rr *rr, const char *type, struct zone_words *w);
