/* Pools: what is a prefix and a key, and addresses against SipHash-2-4-128 computed elsewhere. */
#include "lists/addrpool.h"

#include "tests/test.h"

#include <arpa/inet.h>

#define KEY "000102030405060708090a0b0c0d0e0f"

static const struct {
	const char *text;
	bool is_a, ok;
} prefixes[] = {
    {"198.51.100.0/24", true, true},
    {"198.51.100.7/32", true, true},
    {"10.0.0.0/8", true, true},
    {"2001:db8:1::/64", false, true},
    {"2001:db8::1/128", false, true},
    {"198.51.100.0", true, false},
    {"198.51.100.0/", true, false},
    {"198.51.100.0/24x", true, false},
    {"198.51.100.0/-1", true, false},
    {"198.51.100.0/33", true, false},
    {"0.0.0.0/0", true, false},
    {"198.51.100.1/24", true, false},
    {"2001:db8::1/64", false, false},
    {"2001:db8::/129", false, false},
    {"2000::/3", false, false},
    {"", true, false},
    {"/24", true, false},
    {"sinkhole/24", true, false},
};

static void
check_prefixes(void)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct addrpool p = {.slot_s = 1};
		const char *why = addrpool_set_prefix(&p, prefixes[i].text);

		CHECK(!why == prefixes[i].ok && p.has_a == (prefixes[i].ok && prefixes[i].is_a) &&
			  p.has_aaaa == (prefixes[i].ok && !prefixes[i].is_a),
		    "prefix \"%s\": %s", prefixes[i].text, why ? why : "taken");
	}
}

static void
check_keys(void)
{
	struct addrpool p = {.slot_s = 1};

	CHECK(addrpool_set_key(&p, KEY) && p.key[0] == 0 && p.key[15] == 15, "a key");
	CHECK(addrpool_set_key(&p, "FFfF02030405060708090a0b0c0d0e0f") && p.key[1] == 255,
	    "upper case");
	CHECK(!addrpool_set_key(&p, "000102030405060708090a0b0c0d0e0"), "31 digits");
	CHECK(!addrpool_set_key(&p, KEY "0"), "33 digits");
	CHECK(!addrpool_set_key(&p, "g00102030405060708090a0b0c0d0e0f"), "no digit");
}

/* By: printf %b SLOT NAME | openssl mac -macopt hexkey:KEY -macopt size:16 -in - SIPHASH */
static const struct {
	const char *name;
	uint64_t slot;
	const char *a, *aaaa;
} addresses[] = {
    {"sink.com", 0, "198.51.100.59", "2001:db8:1:9a52:1af5:b402:c44c:cc7e"},
    {"sink.com", 1, "198.51.100.135", "2001:db8:1:5581:a1bc:4cfd:1d1:5fc8"},
    {"www.sink.com", 1, "198.51.100.192", "2001:db8:1:a5b9:6f22:a9b7:c0cc:3f24"},
    {"qcikkzcm.ps", 494444, "198.51.100.87", "2001:db8:1:61:14aa:e50f:f9a3:b025"},
    {".", 0xffffffffffffffffu, "198.51.100.178", "2001:db8:1:882c:c00d:54a3:1d43:17d2"},
};

static void
check_addresses(void)
{
	struct addrpool p = {.slot_s = 3600};

	addrpool_set_key(&p, KEY);
	addrpool_set_prefix(&p, "198.51.100.0/24");
	addrpool_set_prefix(&p, "2001:db8:1::/48");
	CHECK(addrpool_slot(&p, 7199) == 1 && addrpool_slot(&p, 7200) == 2, "slots");
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		uint8_t name[NAME_LEN_MAX], bytes[16];
		char a[INET6_ADDRSTRLEN], aaaa[INET6_ADDRSTRLEN];

		name_from_text(name, addresses[i].name, strlen(addresses[i].name));
		addrpool_a(bytes, &p, name, addresses[i].slot);
		inet_ntop(AF_INET, bytes, a, sizeof(a));
		addrpool_aaaa(bytes, &p, name, addresses[i].slot);
		inet_ntop(AF_INET6, bytes, aaaa, sizeof(aaaa));
		CHECK(strcmp(a, addresses[i].a) == 0 && strcmp(aaaa, addresses[i].aaaa) == 0,
		    "%s: %s %s", addresses[i].name, a, aaaa);
	}
}

int
main(void)
{
	check_prefixes();
	check_keys();
	check_addresses();
	return test_end();
}
