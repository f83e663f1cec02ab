/* Any file as an access list: what is taken makes a set, in which each prefix is found. */
#include "dataplane/acl_file.h"

#include "base/err.h"
#include "dataplane/shield.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acl_list l = {0};
	struct prefixes *s = NULL;
	unsigned line;
	int rc = acl_parse(&l, (const char *)data, size, &line);

	assert(rc == 0 || rc == -ERR_FORMAT || rc == -ERR_RANGE);
	for (unsigned i = 0; i < l.n; i++)
		assert(l.item[i].len <= 128 &&
		       (l.item[i].value == ACCESS_ALLOW || l.item[i].value == ACCESS_DENY));
	rc = prefixes_new(&s, l.item, l.n);
	assert(rc == 0 || rc == -ERR_REFUSED);
	for (unsigned i = 0; rc == 0 && i < l.n; i++)
		assert(prefixes_find(s, l.item[i].addr) != 0);
	prefixes_free(s);
	acl_list_free(&l);
	return 0;
}
