#include "lists/normal.h"
#include "lists/verify.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key of RFC 8080 6.1: signatures of the corpus are looked at, not only passed over. */
static const char public[] =
    "example.com. IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=";

struct manifest_reading {
	struct manifest m;
	struct zone_scan scan;
};

static int
take(void *ctx, const struct record *r)
{
	struct manifest_reading *x = ctx;

	return manifest_take(&x->m, r, &x->scan);
}

static void
read_manifest(FILE *f)
{
	struct reasons reasons = {0};
	struct manifest_reading x = {.scan = {.f = f,
					 .where = "m",
					 .reasons = &reasons,
					 .spill_fd = -1,
					 .sort = true,
					 .body = take,
					 .ctx = &x}};

	if (zone_scan(&x.scan) == 0 && manifest_finish(&x.m, &x.scan))
		assert((x.m.is_keys ? !x.m.n && x.m.keys : x.m.n && !x.m.keys) && x.m.feed[0] &&
		       x.m.base_len > 2);
	zone_scan_free(&x.scan);
	manifest_free(&x.m);
	reasons_free(&reasons);
}

/* Returns whether the zone could be written; its digest then. */
static bool
rewrite(FILE *f, FILE *to, uint8_t digest[SHA384_BYTES])
{
	struct reasons reasons = {0};
	struct normal n = {.scan = {.f = f, .where = "z", .reasons = &reasons, .spill_fd = -1},
	    .scratch = tmpfile()};
	bool good = n.scratch && normal_read(&n) == 0 && normal_write(&n, n.scan.apex, to) == 0;

	memcpy(digest, n.scan.digest, SHA384_BYTES);
	zone_scan_free(&n.scan);
	reasons_free(&reasons);
	if (n.scratch)
		fclose(n.scratch);
	return good && fflush(to) == 0;
}

/* Normal form is the same zone: the same digest, and its own normal form. */
static void
write_normal(FILE *f)
{
	uint8_t first[SHA384_BYTES], second[SHA384_BYTES];
	FILE *once = tmpfile(), *twice = tmpfile();

	if (once && twice && rewrite(f, once, first)) {
		assert(rewrite(once, twice, second));
		assert(!memcmp(first, second, SHA384_BYTES));
		assert(ftell(once) == ftell(twice));
	}
	if (once)
		fclose(once);
	if (twice)
		fclose(twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *f = size ? fmemopen((uint8_t *)(uintptr_t)data, size, "r") : NULL;
	struct trust trust = {.threshold = 1};
	struct verify v = {.trust = &trust, .now = 1796169600, .scratch = -1, .spill_fd = -1};
	struct public_key k;

	if (!f)
		return 0;
	assert(public_key_parse(&k, public, sizeof(public) - 1) == 0);
	trust_add(&trust, &k);
	if (part_verify(&v, f, "part") == 0)
		assert((v.state == VERIFY_VALID) != reasons_have(&v.reasons, REASON_IS_FATAL));
	verify_free(&v);
	read_manifest(f);
	write_normal(f);
	fclose(f);
	return 0;
}
