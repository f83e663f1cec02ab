#include "lists/dga.h"

#include "base/date.h"
#include "base/err.h"
#include "tests/test.h"

#include <sodium.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#define NAME_MAX_LEN 253

struct spot {
	uint64_t at, i;
	char name[NAME_MAX_LEN + 1];
};

static int
keep_spot(void *ctx, const char *name, size_t len)
{
	struct spot *s = ctx;

	if (s->i++ != s->at)
		return 0;
	memcpy(s->name, name, len);
	s->name[len] = '\0';
	return 1;
}

/* Names that are known by their day and place, with the parameter that makes them. */
static const struct {
	const char *family, *day;
	uint64_t at;
	const char *name, *value, *want;
} spots[] = {
    {"conficker-a", "2008-12-09", 0, NULL, NULL, "pdmqxeumc.info"},
    {"conficker-a", "2020-01-01", 9, NULL, NULL, "todxsr.org"},
    {"conficker-b", "2009-03-08", 100, NULL, NULL, "jogli.com"}, /* The Register, 2009-03-02 */
    {"conficker-b", "2009-03-13", 65, NULL, NULL, "wnsux.com"},
    {"conficker-b", "2009-03-18", 154, NULL, NULL, "qhflh.com"},
    {"conficker-b", "2009-03-31", 159, NULL, NULL, "praat.org"},
    {"conficker-b", "2009-03-31", 159, "sine", "libm", "praat.org"},
    {"conficker-b", "2009-09-02", 103, NULL, NULL, "tbskpqrsn.org"},
    {"conficker-c", "2009-04-01", 0, NULL, NULL, "oubezepg.com.mx"},
    {"conficker-c", "2009-04-01", 9, NULL, NULL, "gdeeuphz.ch"},
    {"conficker-c", "2014-11-10", 9, NULL, NULL, "cvuyp.com.ve"},
};

static void
known_names(void)
{
	for (size_t i = 0; i < sizeof(spots) / sizeof(spots[0]); i++) {
		const struct dga_family *f = dga_find(spots[i].family);
		struct spot s = {.at = spots[i].at};
		struct dga_values v;
		int32_t day;

		date_parse(&day, spots[i].day, strlen(spots[i].day));
		dga_defaults(f, &v);
		if (spots[i].name)
			CHECK(!dga_set(f, &v, spots[i].name, spots[i].value), "%s", spots[i].name);
		dga_expand(f, day, &v, keep_spot, &s);
		CHECK(!strcmp(s.name, spots[i].want), "%s %s %" PRIu64 " is %s", f->name,
		    spots[i].day, s.at, s.name);
	}
}

/* Short digests of a day's names. */
struct marks {
	uint64_t mark[100000];
	size_t n;
};

static int
take_mark(void *ctx, const char *name, size_t len)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES] = {0};
	struct marks *m = ctx;

	crypto_shorthash((uint8_t *)&m->mark[m->n++], (const uint8_t *)name, len, key);
	return 0;
}

/* The first name that the sines disagree on, or -1. */
static int
sines_part_at(const struct dga_family *f, int32_t day)
{
	static struct marks x87, libm;
	struct dga_values v;

	x87.n = libm.n = 0;
	dga_defaults(f, &v);
	dga_expand(f, day, &v, take_mark, &x87);
	dga_set(f, &v, "sine", "libm");
	dga_expand(f, day, &v, take_mark, &libm);
	for (size_t i = 0; i < x87.n; i++)
		if (x87.mark[i] != libm.mark[i])
			return (int)i;
	return -1;
}

static void
libm_makes_other_names(void)
{
	const struct dga_family *a = dga_find("conficker-a"), *c = dga_find("conficker-c");
	int at = sines_part_at(a, 18373), days = 0, least = 50000, most = 0;

	CHECK(at == 34, "conficker-a 2020-04-21, step 365: the sines part at name %d", at);
	CHECK(sines_part_at(a, 18372) == -1, "conficker-a 2020-04-20: they do not");
	for (int32_t day = 14335; day < 14365; day++) {
		at = sines_part_at(c, day);
		if (at < 0)
			continue;
		days++;
		least = at < least ? at : least;
		most = at > most ? at : most;
	}
	CHECK(days == 26 && least == 272 && most == 38691,
	    "conficker-c April 2009: %d days differ, from name %d..%d", days, least, most);
}

static const struct {
	const char *about, *family, *name, *value;
	int want;
} settings[] = {
    {"decimal", "conficker-b", "names", "100000", 0},
    {"hexadecimal", "conficker-b", "names", "0x10", 0},
    {"the least", "conficker-b", "names", "1", 0},
    {"below the least", "conficker-b", "names", "0", -ERR_RANGE},
    {"above the most", "conficker-b", "names", "1000001", -ERR_RANGE},
    {"over 64 bits", "conficker-b", "names", "18446744073709551617", -ERR_RANGE},
    {"empty", "conficker-b", "names", "", -ERR_RANGE},
    {"no hex digits", "conficker-b", "names", "0x", -ERR_RANGE},
    {"letters", "conficker-b", "names", "1a", -ERR_RANGE},
    {"a sign", "conficker-b", "names", "-1", -ERR_RANGE},
    {"a choice", "conficker-b", "sine", "libm", 0},
    {"a choice by number", "conficker-b", "sine", "1", -ERR_RANGE},
    {"no such choice", "conficker-b", "sine", "x86", -ERR_RANGE},
    {"no such parameter", "conficker-b", "seed", "1", -ERR_UNKNOWN},
    {"a seed of 32 bits", "ranbyus-v1", "seed", "0xFFFFFFFF", 0},
    {"one over 32 bits", "ranbyus-v1", "seed", "0x100000000", -ERR_RANGE},
    {"no rotation", "locky-v2", "shift", "0", -ERR_RANGE},
    {"a rotation by 32", "locky-v2", "shift", "32", -ERR_RANGE},
    {"a version", "padcrypt", "version", "2.2.97.0", 0},
    {"no such version", "padcrypt", "version", "2", -ERR_RANGE},
    {"a seed of 16 bytes", "tinba", "seed", "oGkS3w3sGGOGG7oc", 0},
    {"one of 15", "tinba", "seed", "oGkS3w3sGGOGG7o", -ERR_RANGE},
    {"one of 17", "tinba", "seed", "oGkS3w3sGGOGG7oc0", -ERR_RANGE},
    {"a start shorter than a label and a dot", "tinba", "start", "abcdefghi.cc", -ERR_RANGE},
    {"a seed too short to change", "banjori", "seed", "abcd", -ERR_RANGE},
    {"a seed over a label", "banjori", "seed",
	"aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggghhhhhhhh", -ERR_RANGE},
    {"no words", "suppobox", "words", "", -ERR_RANGE},
    {"a number for a family without one", "torpig", "names", "3", -ERR_UNKNOWN},
};

static int
stop_at_third(void *ctx, const char *name, size_t len)
{
	(void)name;
	(void)len;
	return ++*(int *)ctx == 3 ? -EXIT_FAILURE : 0;
}

static void
edges(void)
{
	const struct dga_family *f = dga_find("conficker-c");
	struct dga_values v;
	int n = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct dga_family *g = dga_find(settings[i].family);
		int rc;

		dga_defaults(g, &v);
		rc = dga_set(g, &v, settings[i].name, settings[i].value);
		CHECK(rc == settings[i].want, "set %s: %d", settings[i].about, rc);
	}
	CHECK(!dga_find("conficker-d") && !dga_find(""), "unknown families are not found");
	dga_defaults(f, &v);
	CHECK(dga_expand(f, f->day_min - 1, &v, stop_at_third, &n) == -ERR_DATE, "day too early");
	CHECK(dga_expand(f, f->day_max + 1, &v, stop_at_third, &n) == -ERR_DATE, "day too late");
	CHECK(n == 0, "nothing is emitted then");
	CHECK(dga_expand(f, f->day_max, &v, stop_at_third, &n) == -EXIT_FAILURE, "emit's code");
	CHECK(n == 3, "emit stops the expansion");
	v.value[0] = 0;
	CHECK(dga_expand(f, 14335, &v, stop_at_third, &n) == -ERR_RANGE, "values are checked");
}

/* Texts that dga_set cannot judge: the family does. */
static const struct {
	const char *about, *family, *name, *value;
} bad_texts[] = {
    {"a start without a dot", "tinba", "start", "blackfreeqazyiocc"},
    {"a start with an empty label", "tinba", "start", "blackfree..qazyio.cc"},
    {"a start that ends in a dot", "tinba", "start", "blackfreeqazyio."},
    {"a start in capitals", "tinba", "start", "BLACKFREEQAZYIO.cc"},
    {"a start with a space", "tinba", "start", "black freeqaz.cc"},
    {"a seed with a dot", "banjori", "seed", "earnest.ness"},
    {"a seed in capitals", "banjori", "seed", "EARNESTNESS"},
};

static void
texts(void)
{
	char words[2 * 385 + 1];
	const struct dga_family *f = dga_find("suppobox");
	struct dga_values v;
	int n = 0, rc;

	for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
		const struct dga_family *g = dga_find(bad_texts[i].family);

		dga_defaults(g, &v);
		dga_set(g, &v, bad_texts[i].name, bad_texts[i].value);
		rc = dga_expand(g, 16000, &v, stop_at_third, &n);
		CHECK(rc == -ERR_RANGE && n == 0, "%s: %d", bad_texts[i].about, rc);
	}
	for (unsigned i = 0; i < 385; i++)
		memcpy(words + 2 * i, "a ", 3);
	dga_defaults(f, &v);
	CHECK(dga_expand(f, 16000, &v, stop_at_third, &n) == -ERR_RANGE, "suppobox has no words");
	dga_set(f, &v, "words", words);
	CHECK(dga_expand(f, 16000, &v, stop_at_third, &n) == -ERR_RANGE, "385 words");
	words[2 * 383] = '\0';
	CHECK(dga_expand(f, 16000, &v, stop_at_third, &n) == -ERR_RANGE, "383 words");
	memcpy(words + 2 * 383, "A", 2);
	CHECK(dga_expand(f, 16000, &v, stop_at_third, &n) == -ERR_RANGE, "a word in capitals");
	memcpy(words + 2 * 383, "a", 2);
	CHECK(dga_expand(f, 16000, &v, stop_at_third, &n) == -EXIT_FAILURE && n == 3, "384 words");
}

/* Unit 5367 begins the published list increaseinside, wouldinstead, rememberinstead,
 * wouldexplain, rememberexplain, wouldbright, rememberbright, wouldinside, rememberinside,
 * journeyready: which words are the same is known without the list of words. */
static void
suppobox_pattern(void)
{
	static const char first[] = "abcbcbcbcd", second[] = "abbccddaae";
	const struct dga_family *f = dga_find("suppobox");
	char words[4 * 384 + 1], name[10][NAME_MAX_LEN + 1];
	struct dga_values v;

	for (unsigned i = 0; i < 384; i++)
		snprintf(words + 4 * i, 5, "w%c%c ", 'a' + i / 26, 'a' + i % 26);
	dga_defaults(f, &v);
	dga_set(f, &v, "words", words);
	for (unsigned i = 0; i < 10; i++) {
		struct spot s = {.at = 136 + i}; /* 5367 - 31 * 86400 / 512 */

		dga_expand(f, 31, &v, keep_spot, &s);
		strcpy(name[i], s.name);
	}
	for (unsigned i = 0; i < 10; i++) {
		bool like = true;

		for (unsigned j = 0; j < 10; j++) {
			like = like && !memcmp(name[i], name[j], 3) == (first[i] == first[j]);
			like = like &&
			       !memcmp(name[i] + 3, name[j] + 3, 3) == (second[i] == second[j]);
		}
		CHECK(like && strlen(name[i]) == 10, "suppobox name %u, %s, has its words", i,
		    name[i]);
	}
}

int
main(void)
{
	known_names();
	libm_makes_other_names();
	edges();
	texts();
	suppobox_pattern();
	return test_end();
}
