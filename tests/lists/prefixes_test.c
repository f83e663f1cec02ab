/* Prefixes: their text, and each set against a search through all of its members. */
#include "lists/prefixes.h"

#include "base/err.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <stdlib.h>

static const struct {
	const char *text;
	int want;
	unsigned len;
} texts[] = {
    {"192.0.2.0/24", 0, 120},
    {"192.0.2.1", 0, 128},
    {"0.0.0.0/0", 0, 96},
    {"2001:db8::/32", 0, 32},
    {"::1", 0, 128},
    {"::/0", 0, 0},
    {"::ffff:192.0.2.0/120", 0, 120},
    {"192.0.2.1/24", -ERR_RANGE, 0},
    {"2001:db8::1/64", -ERR_RANGE, 0},
    {"192.0.2.0/33", -ERR_FORMAT, 0},
    {"2001:db8::/129", -ERR_FORMAT, 0},
    {"192.0.2.0/", -ERR_FORMAT, 0},
    {"192.0.2.0/024", -ERR_FORMAT, 0},
    {"192.0.2.0/-1", -ERR_FORMAT, 0},
    {"192.0.2.0/24 ", -ERR_FORMAT, 0},
    {"192.0.2", -ERR_FORMAT, 0},
    {"", -ERR_FORMAT, 0},
    {"/24", -ERR_FORMAT, 0},
    {"1111111111111111111111111111111111111111111111111111111111111111/1", -ERR_FORMAT, 0},
};

static void
check_texts(void)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct prefix p = {.len = 0};
		int rc = prefix_parse(&p, texts[i].text);

		CHECK(rc == texts[i].want && (rc < 0 || p.len == texts[i].len), "\"%s\": %d, %u",
		    texts[i].text, rc, p.len);
	}
}

/* Asked after addresses inside, at and outside of the edges. */
static const struct {
	const char *about, *prefix[4], *addr;
	unsigned want;
} finds[] = {
    {"none", {NULL}, "192.0.2.1", 0},
    {"inside", {"192.0.2.0/24"}, "192.0.2.255", 1},
    {"just after", {"192.0.2.0/24"}, "192.0.3.0", 0},
    {"just before", {"192.0.2.0/24"}, "192.0.1.255", 0},
    {"the longest", {"192.0.0.0/16", "192.0.2.0/24"}, "192.0.2.1", 2},
    {"around the longest", {"192.0.0.0/16", "192.0.2.0/24"}, "192.0.3.0", 1},
    {"of one start the longest", {"10.0.0.0/8", "10.0.0.0/16"}, "10.0.1.1", 2},
    {"behind it", {"10.0.0.0/8", "10.0.0.0/16"}, "10.1.0.0", 1},
    {"of one end", {"10.0.0.0/8", "10.255.0.0/16"}, "10.255.255.255", 2},
    {"past both ends", {"10.0.0.0/8", "10.255.0.0/16"}, "11.0.0.0", 0},
    {"everything", {"::/0"}, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1},
    {"all of IPv4 is not IPv6", {"0.0.0.0/0"}, "2001:db8::1", 0},
    {"all of IPv6 has IPv4", {"::/0"}, "192.0.2.1", 1},
    {"the last address", {"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2},
    {"twice the same", {"192.0.2.0/24", NULL}, "192.0.2.1", 1},
};

static void
address(uint8_t out[PREFIX_ADDR_LEN], const char *text)
{
	struct prefix p;

	prefix_parse(&p, text);
	memcpy(out, p.addr, PREFIX_ADDR_LEN);
}

static void
check_finds(void)
{
	for (size_t i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
		struct prefix p[4];
		struct prefixes *s = NULL;
		uint8_t addr[PREFIX_ADDR_LEN];
		unsigned n = 0;

		for (; n < 4 && finds[i].prefix[n]; n++) {
			prefix_parse(&p[n], finds[i].prefix[n]);
			p[n].value = (uint8_t)(n + 1);
		}
		address(addr, finds[i].addr);
		CHECK(prefixes_new(&s, p, n) == 0 && prefixes_find(s, addr) == finds[i].want, "%s",
		    finds[i].about);
		prefixes_free(s);
	}
}

static void
check_refused(void)
{
	struct prefix p[3];
	struct prefixes *s = NULL;

	for (unsigned i = 0; i < 3; i++) {
		prefix_parse(&p[i], i ? "10.0.0.0/8" : "9.0.0.0/8");
		p[i].value = (uint8_t)(1 + i);
	}
	CHECK(prefixes_new(&s, p, 3) == -ERR_REFUSED && p[0].addr[12] == 10, "of two values");
	p[0].value = p[1].value = 7;
	p[1] = p[0];
	CHECK(prefixes_new(&s, p, 2) == 0, "twice the same");
	prefixes_free(s);
}

static uint64_t state = 5;

static uint64_t
next(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 33;
}

/* Few distinct bits, so that prefixes nest and touch. */
static void
random_prefix(struct prefix *p)
{
	memset(p->addr, 0, sizeof(p->addr));
	p->addr[0] = next() % 4 ? 0xff : (uint8_t)next();
	p->addr[15] = next() % 4 ? 0xff : (uint8_t)next();
	p->addr[7] = (uint8_t)next();
	p->len = (uint8_t)(next() % 129);
	for (unsigned b = p->len; b < 128; b++)
		p->addr[b / 8] &= (uint8_t) ~(0x80 >> b % 8);
	p->value = (uint8_t)(1 + p->len % 7);
}

static unsigned
slow_find(const struct prefix *p, unsigned n, const uint8_t *addr)
{
	unsigned best = 0, value = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned b = 0;

		while (b < p[i].len && !((p[i].addr[b / 8] ^ addr[b / 8]) & 0x80 >> b % 8))
			b++;
		if (b == p[i].len && p[i].len + 1u > best) {
			best = p[i].len + 1u;
			value = p[i].value;
		}
	}
	return value;
}

static void
check_model(void)
{
	unsigned wrong = 0;

	for (unsigned round = 0; round < 300; round++) {
		struct prefix p[40];
		struct prefixes *s;
		unsigned n = (unsigned)(next() % 40);

		for (unsigned i = 0; i < n; i++)
			random_prefix(&p[i]);
		if (prefixes_new(&s, p, n) < 0)
			abort();
		for (unsigned k = 0; k < 200; k++) {
			struct prefix a;

			random_prefix(&a);
			if (k % 2)
				a.addr[15] ^= (uint8_t)next();
			wrong += prefixes_find(s, a.addr) != slow_find(p, n, a.addr);
		}
		prefixes_free(s);
	}
	CHECK(wrong == 0, "300 random sets as by a search through all: %u wrong", wrong);
}

int
main(void)
{
	check_texts();
	check_finds();
	check_refused();
	check_model();
	return test_end();
}
