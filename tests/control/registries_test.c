#include "control/registries.h"

#include "base/err.h"
#include "lists/dga_conficker.h"
#include "tests/test.h"

#include <stdlib.h>
#include <unistd.h>

#define SECRET "bm90IGEgc2VjcmV0LCBidXQgMzIgYnl0ZXMgbG9uZyE="

#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static struct {
	unsigned n, line;
	char text[512];
} seen;

static void
note(void *ctx, const char *path, unsigned line, const char *text)
{
	(void)ctx;
	(void)path;
	if (!seen.n++) {
		seen.line = line;
		snprintf(seen.text, sizeof(seen.text), "%s", text);
	}
}

static const struct row {
	const char *about, *text, *keys;
	const char *want; /* of the first mistake; NULL: none */
} rows[] = {
    {"two registries",
	"registries = ( { name = \"a\"; suffixes = [\"ag\"]; }, { name = \"b\"; mirror = true; } "
	");",
	NULL, NULL},
    {"an empty directory", "", NULL, NULL},
    {"no suffix and no mirror", "registries = ( { name = \"a\"; } );", NULL, "no suffixes"},
    {"a name twice",
	"registries = ( { name = \"a\"; mirror = true; }, { name = \"a\"; mirror = true; } );",
	NULL, "another registry"},
    {"capitals in a name", "registries = ( { name = \"A\"; mirror = true; } );", NULL,
	"other characters"},
    {"a suffix twice",
	"registries = ( { name = \"a\"; suffixes = [\"ag\"]; },\n{ name = \"b\"; suffixes = "
	"[\"AG\"]; } );",
	NULL, "is also that of"},
    {"the root is no suffix", "registries = ( { name = \"a\"; suffixes = [\".\"]; } );", NULL,
	"no suffix"},
    {"a contact without a role",
	"registries = ( { name = \"a\"; mirror = true; contacts = [\"noc@example.net\"]; } );",
	NULL, "expected operations"},
    {"a contact without an address",
	"registries = ( { name = \"a\"; mirror = true; contacts = [\"legal them\"]; } );", NULL,
	"mail address"},
    {"a telephone number",
	"registries = ( { name = \"a\"; mirror = true; contacts = [\"legal +1-555-0100\"]; } );",
	NULL, NULL},
    {"prefixes",
	"registries = ( { name = \"a\"; mirror = true; addresses = [\"192.0.2.0/24\", "
	"\"2001:db8::/128\", \"::1\"]; } );",
	NULL, NULL},
    {"a prefix too long",
	"registries = ( { name = \"a\"; mirror = true; addresses = [\"192.0.2.0/33\"]; } );", NULL,
	"neither"},
    {"a prefix of letters",
	"registries = ( { name = \"a\"; mirror = true; addresses = [\"192.0.2.0/x\"]; } );", NULL,
	"neither"},
    {"a name for NOTIFY",
	"registries = ( { name = \"a\"; mirror = true; notify = [\"ns.example\"]; } );", NULL,
	"no address"},
    {"a key", "registries = ( { name = \"a\"; mirror = true; } );",
	"keys = ( { registry = \"a\"; name = \"a.\"; secret = \"" SECRET "\"; } );", NULL},
    {"a key of nobody", "",
	"keys = ( { registry = \"a\"; name = \"a.\"; secret = \"" SECRET "\"; } );", "no registry"},
    {"a short secret", "registries = ( { name = \"a\"; mirror = true; } );",
	"keys = ( { registry = \"a\"; name = \"a.\"; secret = \"MTIzNDU2Nzg5MDEyMzQ1\"; } );",
	"base64"},
    {"no base64", "registries = ( { name = \"a\"; mirror = true; } );",
	"keys = ( { registry = \"a\"; name = \"a.\"; secret = \"no base64 at all, none!!\"; } );",
	"base64"},
    {"a key's name twice", "registries = ( { name = \"a\"; mirror = true; } );",
	"keys = ( { registry = \"a\"; name = \"k\"; secret = \"" SECRET "\"; },\n"
	"{ registry = \"a\"; name = \"K\"; secret = \"" SECRET "\"; } );",
	"already"},
    {"a token and a certificate", "registries = ( { name = \"a\"; mirror = true; } );",
	"access = ( { registry = \"a\"; tokens = [\"" DIGEST "\"]; certificates = [\"" DIGEST
	"\"]; } );",
	NULL},
    {"a digest too short", "registries = ( { name = \"a\"; mirror = true; } );",
	"access = ( { registry = \"a\"; tokens = [\"1234\"]; } );", "no SHA-256"},
    {"a token in clear", "registries = ( { name = \"a\"; mirror = true; } );",
	"access = ( { registry = \"a\"; tokens = [\"open sesame\"]; } );", "no SHA-256"},
    {"access for nobody", "", "access = ( { registry = \"a\"; tokens = [\"" DIGEST "\"]; } );",
	"no registry"},
    {"access without a proof", "registries = ( { name = \"a\"; mirror = true; } );",
	"access = ( { registry = \"a\"; } );", "neither"},
    {"one token for two",
	"registries = ( { name = \"a\"; mirror = true; }, { name = \"b\"; mirror = true; } );",
	"access = ( { registry = \"a\"; tokens = [\"" DIGEST "\"]; },\n"
	"{ registry = \"b\"; tokens = [\"" DIGEST "\"]; } );",
	"already"},
};

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void
test_row(const struct row *row, const char *path, const char *keys)
{
	struct registries *r;
	int rc;

	put(path, row->text);
	put(keys, row->keys ? row->keys : "");
	memset(&seen, 0, sizeof(seen));
	rc = registries_load(&r, path, row->keys ? keys : NULL, note, NULL);
	if (row->want)
		CHECK(rc == -ERR_FORMAT && !r && strstr(seen.text, row->want), "%s: line %u: %s",
		    row->about, seen.line, seen.text);
	else
		CHECK(rc == 0 && r, "%s: %s", row->about, seen.text);
	registries_free(r);
}

static void
reader_is(const struct registries *r, const char *suffix, const char *want)
{
	uint8_t name[NAME_LEN_MAX];
	int len = name_from_text(name, suffix, strlen(suffix));
	const struct registry *g = registry_of(r, name, (size_t)len);

	CHECK(want ? g && strcmp(g->name, want) == 0 : !g, "%s belongs to %s", suffix,
	    want ? want : "nobody");
}

static bool
reads(const struct registries *r, const char *registry, const char *feed, const char *suffix)
{
	uint8_t name[NAME_LEN_MAX];
	int len = name_from_text(name, suffix, strlen(suffix));

	return registry_reads(r, registry_find(r, registry), feed, name, (size_t)len);
}

static void
test_example(void)
{
	struct registries *r = NULL;
	size_t suffixes = 0;
	int rc;

	memset(&seen, 0, sizeof(seen));
	rc = registries_load(&r, "etc/registries.example", NULL, note, NULL);
	CHECK(rc == 0, "the example is right: %s", seen.text);
	if (rc < 0)
		return;
	CHECK(r->file.n == 110 && r->suffixes == 116, "110 registries, 116 suffixes");
	for (const char *const *s = conficker_suffixes_c; *s; s++) {
		uint8_t name[NAME_LEN_MAX];
		int len = name_from_text(name, *s, strlen(*s));
		const struct registry *g = registry_of(r, name, (size_t)len);

		suffixes += g && registry_reads(r, g, "conficker-c", name, (size_t)len);
	}
	CHECK(suffixes == 116, "each of Conficker C's suffixes has its registry");
	reader_is(r, "com.ag", "ag-registry");
	reader_is(r, "ag", "ag-registry");
	reader_is(r, "x.y.com.ag", "ag-registry");
	reader_is(r, "com", NULL);
	CHECK(reads(r, "ag-registry", "conficker-c", "com.ag"), "its own part");
	CHECK(!reads(r, "tw-registry", "conficker-c", "com.ag"), "not another's");
	CHECK(
	    !reads(r, "ag-registry", "other", "com.ag"), "not a feed that it has not opted in to");
	registries_free(r);
}

/* Tokens and certificates are told apart, and their digests may be written in two ways. */
static void
test_proofs(const char *path, const char *keys)
{
	uint8_t digest[SHA256_BYTES] = {0x12, 0xab, [31] = 0xff}, other[SHA256_BYTES] = {0};
	struct registries *r;

	put(path,
	    "registries = ( { name = \"a\"; mirror = true; }, { name = \"b\"; mirror = true; } );");
	put(keys,
	    "access = ( { registry = \"b\"; certificates = [\"12:AB:00:00:00:00:00:00:00:00:00:"
	    "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:FF\"]; },"
	    "{ registry = \"a\"; tokens = [\"12ab0000000000000000000000000000"
	    "000000000000000000000000000000ff\"]; } );");
	if (registries_load(&r, path, keys, note, NULL) < 0) {
		CHECK(false, "proofs are read");
		return;
	}
	CHECK(registry_of_proof(r, digest, false) == registry_find(r, "a"), "whose token it is");
	CHECK(registry_of_proof(r, digest, true) == registry_find(r, "b"), "whose certificate");
	CHECK(!registry_of_proof(r, other, false), "nobody's");
	registries_free(r);
}

static const struct endpoint_row {
	const char *text, *address;
	int port; /* -1: refused */
} endpoints[] = {
    {"192.0.2.1", "192.0.2.1", 53},
    {"192.0.2.1:5353", "192.0.2.1", 5353},
    {"2001:db8::1", "2001:db8::1", 53},
    {"[2001:db8::1]", "2001:db8::1", 53},
    {"[2001:db8::1]:5353", "2001:db8::1", 5353},
    {"192.0.2.1:", "", -1},
    {"192.0.2.1:0", "", -1},
    {"192.0.2.1:65536", "", -1},
    {"192.0.2.1:53x", "", -1},
    {"[192.0.2.1]:53", "", -1},
    {"[2001:db8::1", "", -1},
    {"[2001:db8::1]x", "", -1},
    {"ns.example:53", "", -1},
    {"", "", -1},
};

static void
test_endpoint(const struct endpoint_row *e)
{
	char address[46];
	uint16_t port;
	int rc = registry_endpoint(address, &port, e->text);

	CHECK(e->port < 0 ? rc == -ERR_FORMAT
			  : rc == 0 && port == e->port && strcmp(address, e->address) == 0,
	    "endpoint '%s'", e->text);
}

int
main(void)
{
	char path[] = "/tmp/cordon-registries.XXXXXX", keys[] = "/tmp/cordon-keys.XXXXXX";

	close(mkstemp(path));
	close(mkstemp(keys));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&rows[i], path, keys);
	test_proofs(path, keys);
	unlink(path);
	unlink(keys);
	test_example();
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		test_endpoint(&endpoints[i]);
	return test_end();
}
