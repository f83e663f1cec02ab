#include "tests/dataplane/world.h"

#include "lists/name.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define A40  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A200 "\"" A40 A40 A40 A40 A40 "\" "

static const struct {
	const char *name;
	unsigned feed;
	int32_t from, until;
	enum action action;
} names[] = {
    {"sink.com", 0, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
    {"deep.sub.example.org", 0, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
    {"blocked.com.mx", 0, DAY_FIRST, DAY_NEVER, ACTION_NXDOMAIN},
    {"empty.nl", 0, DAY_FIRST, DAY_NEVER, ACTION_NODATA},
    {"refused.cc", 0, DAY_FIRST, DAY_NEVER, ACTION_REFUSE},
    {"silent.ws", 0, DAY_FIRST, DAY_NEVER, ACTION_DROP},
    {"day.ws", 0, WORLD_DAY, WORLD_DAY + 1, ACTION_INHERIT},
    {"except.sink.com", 0, DAY_FIRST, DAY_NEVER, ACTION_PASS},
    {"refer.org", 0, DAY_FIRST, DAY_NEVER, ACTION_REFER},
    {"tcp.org", 0, DAY_FIRST, DAY_NEVER, ACTION_TRUNCATE},
    {"told.biz", 1, DAY_FIRST, DAY_NEVER, ACTION_NXDOMAIN},
    {"refused.biz", 1, DAY_FIRST, DAY_NEVER, ACTION_REFUSE},
    {"bare.biz", 1, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
    {"listed.home.test", 0, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
    {"zulu.az", 2, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
};

static int
fill(struct index_loader *l)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct entry e = {.from = names[i].from,
		    .until = names[i].until,
		    .action = (uint8_t)names[i].action};
		int rc = name_from_text(e.name, names[i].name, strlen(names[i].name));

		if (rc < 0)
			return rc;
		e.name_len = (uint8_t)rc;
		rc = index_loader_add(l, &e, names[i].feed, false);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void
describe(struct policy policy[3])
{
	policy_defaults(&policy[0]);
	policy_defaults(&policy[1]);
	policy_defaults(&policy[2]);
	policy[0].negative_ttl = policy[1].negative_ttl = 60;
	policy[1].ttl = 30;
	policy[1].ede = 15;
	strcpy(policy[1].ede_text, "see us");
	policy[2].txt_n = 3;
	for (unsigned i = 0; i < 3; i++)
		memset(policy[2].txt[i], 'x', sizeof(policy[2].txt[i]) - 1);
	policy[0].a_n = policy[0].ns_n = 2;
	policy[0].aaaa_n = policy[0].txt_n = 1;
	inet_pton(AF_INET, "192.0.2.1", &policy[0].a[0]);
	inet_pton(AF_INET, "192.0.2.2", &policy[0].a[1]);
	inet_pton(AF_INET6, "2001:db8::1", &policy[0].aaaa[0]);
	name_from_text(policy[0].ns[0], "ns1.sinkhole.example", 20);
	name_from_text(policy[0].ns[1], "ns2.sinkhole.example", 20);
	strcpy(policy[0].txt[0], "sinkholed");
}

static const char zone_text[] = "$TTL 3600\n"
				"@ SOA ns1 hostmaster 7 3600 900 604800 300\n"
				"@ NS ns1\n"
				"@ NS ns.elsewhere.example.\n"
				"@ MX 10 mail\n"
				"ns1 A 192.0.2.11\n"
				"ns1 AAAA 2001:db8::11\n"
				"mail A 192.0.2.13\n"
				"www CNAME web\n"
				"web CNAME mail\n"
				"out CNAME outside.example.\n"
				"lost CNAME nothing\n"
				"to-cut CNAME x.sub\n"
				"*.wild A 192.0.2.16\n"
				"named.wild TXT named\n"
				"e.n.t TXT deep\n"
				"_sip._tcp SRV 0 5 5060 mail\n"
				"sub NS ns.sub\n"
				"ns.sub A 192.0.2.18\n"
				"large TXT " A200 A200 A200 "\n";

static int
add_zone(struct image *img)
{
	static const uint8_t origin[] = "\4home\4test";
	const struct list_sink sink = {.error = NULL};
	FILE *f = fmemopen((char *)(uintptr_t)zone_text, sizeof(zone_text) - 1, "r");
	int rc = -ENOMEM;

	img->zones = calloc(1, sizeof(*img->zones));
	if (f && img->zones)
		rc = szone_read(
		    &img->zones->at[0].zone, f, "zone", origin, sizeof(origin), 100, &sink);
	if (f)
		fclose(f);
	if (rc < 0)
		return rc;
	img->zones->n = 1;
	zones_arrange(img->zones);
	return 0;
}

struct image *
world_new(void)
{
	static const struct hash_key key = {{9, 8, 7}};
	struct image *img = calloc(1, sizeof(*img));
	struct index_loader *l = NULL;
	static const struct identity self = {.nsid = "node7", .version = "cordon test"};
	struct policy policy[3];

	if (!img || index_loader_new(&l, hash_best(), &key, 64 << 20) < 0)
		goto out;
	if (fill(l) < 0) {
		index_loader_free(l);
		goto out;
	}
	describe(policy);
	if (index_loader_finish(l, &img->index) < 0 ||
	    tails_new(&img->tails, policy, 3, &self) < 0 || add_zone(img) < 0)
		goto out;
	img->feeds_n = 3;
	img->feed[0] = (struct image_feed){.name = "one", .action = ACTION_SINKHOLE};
	img->feed[1] = (struct image_feed){.name = "two", .action = ACTION_SINKHOLE, .policy = 1};
	img->feed[2] = (struct image_feed){.name = "big", .action = ACTION_SINKHOLE, .policy = 2};
	return img;
out:
	image_free(img);
	return NULL;
}
