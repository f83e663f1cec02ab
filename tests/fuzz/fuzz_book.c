/* Any book.json: a book, or a mistake with its text and nothing left behind. */

#include "control/book.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char error[BOOK_ERROR_MAX] = "";
	struct book *b = NULL;
	int rc = book_parse(&b, (const char *)bytes, len, error);

	if ((rc == 0) != (b != NULL) || (rc < 0 && !error[0]))
		abort();
	for (size_t i = 0; b && i < b->zones_n; i++)
		if (book_zone(b, b->zones[i].origin, b->zones[i].origin_len) != &b->zones[i])
			abort();
	for (size_t i = 0; b && i < b->by_key_n; i++) {
		const struct tsig_key *key = b->by_key[i].key;

		if (book_key(b, key->name, key->name_len, key->algorithm) != &b->by_key[i])
			abort();
	}
	book_drop(b);
	return 0;
}
