#include "lists/zonemd.h"

#include "base/err.h"
#include "lists/canonical.h"
#include "tests/test.h"

#include <errno.h>
#include <stdlib.h>

#define SOA "@ 86400 IN SOA ns1 admin 2018031900 1800 900 604800 86400\n"
#define NS  "@ 86400 IN NS ns1\n@ 86400 IN NS ns2\n"
#define A1  "ns1 3600 IN A 203.0.113.63\nns2 3600 IN AAAA 2001:db8::63\n"

#define A1_DIGEST                                                          \
	"c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9" \
	"a9713b3c9ae5cc27777f98b8e730044c"

/* clang-format off */
static const struct {
	const char *about, *zone, *want; /* want: hexadecimal, or NULL with rc */
	int rc;
} cases[] = {
	{"RFC 8976 A.1, a simple zone", "$ORIGIN example.\n" SOA NS
	    "@ 86400 IN ZONEMD 2018031900 1 1 " A1_DIGEST "\n" A1, A1_DIGEST, 0},
	{"without its ZONEMD", "$ORIGIN example.\n" SOA NS A1, A1_DIGEST, 0},
	{"with a signature over its ZONEMD", "$ORIGIN example.\n" SOA NS A1
	    "@ 86400 IN RRSIG ZONEMD 15 1 86400 20300101000000 20200101000000 1 example. AAAA\n",
	    A1_DIGEST, 0},
	{"in another order", "$ORIGIN example.\n" SOA
	    "ns2 3600 IN AAAA 2001:db8::63\n" NS "ns1 3600 IN A 203.0.113.63\n", A1_DIGEST, 0},
	{"RFC 8976 A.2, a complex zone", "$ORIGIN example.\n" SOA NS
	    "@ 86400 IN ZONEMD 2018031900 1 1 "
	    "a3b69bad980a3504e1cffcb0fd6397f93848071c93151f552ae2f6b1711d4bd2"
	    "d8b39808226d7b9db71e34b72077f8fe\n"
	    "ns1 3600 IN A 203.0.113.63\nNS2 3600 IN AAAA 2001:db8::63\n"
	    "occluded.sub 7200 IN TXT \"I'm occluded but must be digested\"\n"
	    "sub 7200 IN NS ns1\n"
	    "duplicate 300 IN TXT \"I must be digested just once\"\n"
	    "duplicate 300 IN TXT \"I must be digested just once\"\n"
	    "foo.test. 555 IN TXT \"out-of-zone data must be excluded\"\n"
	    "UPPERCASE 3600 IN TXT \"canonicalize uppercase owner names\"\n"
	    "* 777 IN PTR dont-forget-about-wildcards\n"
	    "mail 3600 IN MX 20 MAIL1\nmail 3600 IN MX 10 Mail2.Example.\n"
	    "sortme 3600 IN AAAA 2001:db8::5:61\nsortme 3600 IN AAAA 2001:db8::3:62\n"
	    "sortme 3600 IN AAAA 2001:db8::4:63\nsortme 3600 IN AAAA 2001:db8::1:65\n"
	    "sortme 3600 IN AAAA 2001:db8::2:64\n"
	    "non-apex 900 IN ZONEMD 2018031900 1 1 "
	    "616c6c6f776564206275742069676e6f7265642e20616c6c6f77656420627574"
	    "2069676e6f7265642e20616c6c6f7765\n",
	    "a3b69bad980a3504e1cffcb0fd6397f93848071c93151f552ae2f6b1711d4bd2"
	    "d8b39808226d7b9db71e34b72077f8fe", 0},
	{"RFC 8976 A.3, several digests", "$ORIGIN example.\n" SOA NS
	    "@ 86400 IN ZONEMD 2018031900 1 1 62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637"
	    "493daaf401c92c279dd10f0edb1c56f8080211f8480ee306\n"
	    "@ 86400 IN ZONEMD 2018031900 1 2 08cfa1115c7b948c4163a901270395ea226a930cd2cbcf2f"
	    "a9a5e6eb85f37c8a4e114d884e66f176eab121cb02db7d652e0cc4827e7a3204f166b47e5613fd27\n"
	    "@ 86400 IN ZONEMD 2018031900 1 240 e2d523f654b9422a96c5a8f44607bbee\n"
	    "@ 86400 IN ZONEMD 2018031900 241 1 e1846540e33a9e4189792d18d5d131f605fc283e\n"
	    "ns1.example. 3600 IN A 203.0.113.63\n"
	    "ns2.example. 86400 IN TXT \"This example has multiple digests\"\n"
	    "NS2.EXAMPLE. 3600 IN AAAA 2001:db8::63\n",
	    "62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637493daaf401c92c27"
	    "9dd10f0edb1c56f8080211f8480ee306", 0},
	{"TTLs that differ in an RRset", "$ORIGIN example.\n" SOA NS A1
	    "ns1 3601 IN A 203.0.113.64\n", NULL, -ERR_RANGE},
	{"TTLs that differ in duplicates", "$ORIGIN example.\n" SOA NS A1
	    "ns2 3601 IN AAAA 2001:db8::63\n", NULL, -ERR_RANGE},
	{"TTLs that differ at the apex", "$ORIGIN example.\n" SOA NS "@ 1 IN NS ns3\n" A1,
	    NULL, -ERR_RANGE},
	{"a second SOA", "$ORIGIN example.\n" SOA NS SOA A1, NULL, -ERR_REFUSED},
	{"no SOA", "$ORIGIN example.\n" NS A1, NULL, -ERR_SHORT},
};
/* clang-format on */

static int
add(void *ctx, const struct record *r)
{
	int rc = zonemd_add(ctx, r);

	return rc < 0 ? rc : 0;
}

static void
error(void *ctx, const struct list_error *e)
{
	(void)ctx;
	printf("# line %u: %s\n", (unsigned)e->line, e->text);
}

/* Returns what went wrong, or 0 with the digest as text.  f is closed. */
static int
digest_of(char *hex, FILE *f, bool sort)
{
	const struct zonemd_options o = {.sort = sort, .memory_bytes = 1 << 20, .spill_fd = -1};
	struct zonemd *z = zonemd_open(&o);
	const struct record_sink sink = {z, add, error};
	uint8_t digest[SHA384_BYTES];
	int rc = f ? records_read(f, "test", NULL, &sink) : -ENOENT;

	if (rc == 0)
		rc = zonemd_end(z, digest);
	if (rc == 0)
		digest_hex(hex, digest, sizeof(digest));
	zonemd_close(z);
	if (f)
		fclose(f);
	return rc;
}

static int
digest_text(char *hex, const char *zone, bool sort)
{
	return digest_of(hex, fmemopen((char *)(uintptr_t)zone, strlen(zone), "r"), sort);
}

/* Zones that were on the Internet: signed with NSEC, and with names and types of all kinds. */
static void
test_files(void)
{
	static const struct {
		const char *path, *want;
	} files[] = {
	    {"tests/data/rfc8976-a4.zone",
		"1291b78ddf7669b1a39d014d87626b709b55774c5d7d58fadc556439889a10ea"
		"f6f11d615900a4f996bd46279514e473"},
	    {"tests/data/rfc8976-a5.zone",
		"f1ca0ccd91bd5573d9f431c00ee0101b2545c97602be0a978a3b11dbfc1c776d"
		"5b3e86ae3d973d6b5349ba7f04340f79"},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char hex[2 * SHA384_BYTES + 1] = "";
		int rc = digest_of(hex, fopen(files[i].path, "r"), true);

		CHECK(rc == 0 && !strcmp(hex, files[i].want), "%s: %d %s", files[i].path, rc, hex);
	}
}

static void
test_zones(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char hex[2 * SHA384_BYTES + 1] = "";
		int rc = digest_text(hex, cases[i].zone, true);

		CHECK(rc == cases[i].rc, "%s: %d", cases[i].about, rc);
		if (cases[i].want)
			CHECK(!strcmp(hex, cases[i].want), "%s: %s", cases[i].about, hex);
		rc = digest_text(hex, cases[i].zone, false);
		CHECK(rc == -EAGAIN || (rc == cases[i].rc && (rc || !strcmp(hex, cases[i].want))),
		    "%s: as it comes: the same, or `not in order': %d", cases[i].about, rc);
	}
}

/* RFC 4034 6.1's example, and what stands around it. */
static void
test_order(void)
{
	static const char *const names[] = {"example", "a.example", "yljkjljk.a.example",
	    "Z.a.example", "zABC.a.EXAMPLE", "z.example", "\\000.z.example", "a.\\000.z.example",
	    "\\000\\000.z.example", "\\001.z.example", "\\002.z.example", "*.z.example",
	    "\\200.z.example"};
	uint8_t key[2][CANONICAL_KEY_MAX], owner[NAME_LEN_MAX], back[NAME_LEN_MAX];
	size_t len[2] = {0}, name_len;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct record r = {.type = 16, .rdata = (const uint8_t *)"\1x", .rdata_len = 2};
		struct record again = {0};
		unsigned now = i % 2, before = !now;
		size_t least;

		r.owner_len = (uint8_t)name_from_text(owner, names[i], strlen(names[i]));
		r.owner = owner;
		len[now] = canonical_key(key[now], &name_len, &r, 9);
		least = len[now] < len[before] ? len[now] : len[before];
		CHECK(i == 0 || memcmp(key[before], key[now], least) < 0, "%s has its place",
		    names[i]);
		canonical_record(&again, back, key[now], len[now], owner + r.owner_len - 9, 9);
		CHECK(again.owner_len == r.owner_len && !memcmp(again.owner, owner, r.owner_len) &&
			  again.type == 16 && again.rdata_len == 2,
		    "%s comes back from its key", names[i]);
	}
}

static void
test_apex_limit(void)
{
	struct zonemd *z = zonemd_open(&(struct zonemd_options){.spill_fd = -1});
	const uint8_t owner[] = "\1a", soa[22] = {0}, rdata[] = {0, 0};
	struct record r = {.type = RECORD_SOA,
	    .owner = owner,
	    .owner_len = 3,
	    .rdata = soa,
	    .rdata_len = sizeof(soa)};
	int rc = zonemd_add(z, &r);

	r.type = RECORD_NS;
	r.rdata = rdata;
	r.rdata_len = 1;
	for (int i = 1; i < APEX_RECORDS_MAX && rc == 0; i++)
		rc = zonemd_add(z, &r);
	CHECK(rc == 0, "as many records at the apex as there may be");
	CHECK(zonemd_add(z, &r) == -ERR_FULL, "and one more");
	zonemd_close(z);
	zonemd_close(NULL);
}

int
main(void)
{
	test_zones();
	test_files();
	test_order();
	test_apex_limit();
	return test_end();
}
