/* Any body of a receipt.  What is taken fits its bounds, and says the same once it is written and
 * read again. */
#include "control/receipt.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char first[RECEIPT_TEXT_MAX], again[RECEIPT_TEXT_MAX];
	uint8_t sig[KEY_SIGNATURE], same[KEY_SIGNATURE];
	struct receipt r, back;
	json_t *o;
	size_t n;

	if (receipt_parse(&r, sig, (const char *)bytes, len) < 0)
		return 0;
	n = receipt_text(first, &r);
	if (n >= RECEIPT_TEXT_MAX || strlen(first) != n)
		abort();
	o = receipt_json(&r, sig);
	if (!o || receipt_read(&back, same, o) < 0 || receipt_text(again, &back) != n ||
	    memcmp(first, again, n) != 0 || memcmp(sig, same, sizeof(sig)) != 0)
		abort();
	json_decref(o);
	return 0;
}
