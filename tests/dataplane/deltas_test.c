#include "dataplane/deltas.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[64]; /* with a slash at its end */

static void
put(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", dir, name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static void
keep(void *ctx, const char *text)
{
	char *all = ctx;
	size_t n = strlen(all), at = strlen(dir);

	snprintf(all + n, 4096 - n, "%s%s", n ? "; " : "",
	    strncmp(text, dir, at) == 0 ? text + at : text);
}

static void
no_grace(void *ctx)
{
	(void)ctx;
}

/* clang-format off */
#define APEX(feed) "$ORIGIN ch." feed ".lists.example.\n$TTL 3600\n"
#define ZONE(feed, serial, extra) \
	APEX(feed) "@ SOA . . " #serial " 1 1 1 1\n@ TXT \"v=cordon1\" \"feed=" feed "\" \"suffix=ch\"" extra "\n"
#define DELTA(from, to, goes, comes) \
	APEX("f") "@ SOA . . " #to " 1 1 1 1\n@ SOA . . " #from " 1 1 1 1\n" goes \
	"@ SOA . . " #to " 1 1 1 1\n" comes "@ SOA . . " #to " 1 1 1 1\n"
#define TXT(name) #name " TXT \"/\"\n"
#define LISTS ZONE("f", 10, "") TXT(a) TXT(b)
/* clang-format on */

/* The zone f has a.ch and b.ch at serial 10, and at most 4 names; a policy's name server is
 * ns1.sink.ch. */
static const struct {
	const char *about, *zone, *file[3]; /* 0.delta ... */
	int rc;
	uint64_t entries, names;
	uint32_t serial;
	const char *want;
} cases[] = {
    {"none", LISTS, {NULL}, 0, 2, 2, 10, ""},
    {"one", LISTS, {DELTA(10, 11, TXT(a), TXT(c) TXT(d))}, 0, 3, 3, 11, ""},
    {"two in a row", LISTS, {DELTA(10, 11, TXT(a), TXT(c)), DELTA(11, 15, TXT(b), "")}, 0, 1, 1, 15,
	""},
    {"in any order", LISTS, {DELTA(11, 15, TXT(b), ""), DELTA(10, 11, TXT(a), TXT(c))}, 0, 1, 1, 15,
	""},
    {"old ones are passed over", LISTS, {DELTA(8, 9, TXT(z), TXT(y)), DELTA(9, 10, TXT(x), TXT(a))},
	0, 2, 2, 10, ""},
    {"the same again", LISTS, {DELTA(10, 11, TXT(a), ""), DELTA(10, 11, TXT(a), "")}, 0, 1, 1, 11,
	""},
    {"a gap", LISTS, {DELTA(11, 12, TXT(a), "")}, -ERR_STALE, 2, 2, 10,
	"0.delta: starts from a serial that is not in force"},
    {"what is before the gap is taken", LISTS,
	{DELTA(10, 11, TXT(a), ""), DELTA(12, 13, TXT(b), "")}, -ERR_STALE, 1, 1, 11,
	"1.delta: starts from"},
    {"a list in the middle of one", LISTS, {DELTA(9, 11, TXT(a), "")}, -ERR_STALE, 2, 2, 10,
	"0.delta: starts from"},
    {"what comes is there", LISTS, {DELTA(10, 11, TXT(a), TXT(c) TXT(b))}, -EEXIST, 2, 2, 10,
	"0.delta:8: what comes is there already"},
    {"what goes is not there", LISTS, {DELTA(10, 11, TXT(a) TXT(c), "")}, -ENOENT, 2, 2, 10,
	"0.delta:6: what goes is not there"},
    {"cut short", LISTS, {APEX("f") "@ SOA . . 11 1 1 1 1\n@ SOA . . 10 1 1 1 1\n" TXT(a)},
	-ERR_FORMAT, 2, 2, 10, "0.delta: file ends before"},
    {"a mistake, with its line", LISTS, {DELTA(10, 11, TXT(a), "c TXT \"x\"\n")}, -ERR_FORMAT, 2, 2,
	10, "0.delta:7: not a window"},
    {"a bad one does not keep out the next", LISTS,
	{DELTA(10, 11, TXT(z), ""), DELTA(10, 12, TXT(a), "")}, -ENOENT, 1, 1, 12,
	"0.delta:5: what goes"},
    {"max-names", LISTS, {DELTA(10, 11, TXT(a), TXT(c) TXT(d) TXT(e) TXT(g))}, -ERR_LIMIT, 2, 2, 10,
	"0.delta: feed \"f\" would have more"},
    {"max-names to the last", LISTS, {DELTA(10, 11, TXT(a), TXT(c) TXT(d) TXT(e))}, 0, 4, 4, 11,
	""},
    {"no such zone", ZONE("f", 10, ""),
	{"$ORIGIN de.f.lists.example.\n@ SOA . . 2 1 1 1 1\n@ SOA . . 1 1 1 1 1\n"}, -ERR_UNKNOWN,
	0, 0, 10, "0.delta: feed \"f\" has no file of zone de.f.lists.example"},
    {"a drill moves its serial alone", ZONE("f", 10, " \"drill=1\"") TXT(a),
	{DELTA(10, 11, TXT(a), TXT(b))}, 0, 0, 0, 0, ""},
    {"twins", LISTS "b TXT \"/\" \"why=x\"\n", {DELTA(10, 11, TXT(a), "")}, -ERR_REFUSED, 3, 2, 10,
	"0.delta: feed \"f\" has 1 entries twice"},
    {"an action without data", LISTS, {DELTA(10, 11, TXT(a), "c TXT \"/\" \"action=sinkhole\"\n")},
	-ERR_FORMAT, 2, 2, 10, "0.delta:7: its action is sinkhole"},
    {"a policy's name server", LISTS, {DELTA(10, 11, TXT(a), TXT(ns1.sink))}, -ERR_REFUSED, 2, 2,
	10, "0.delta:7: this name, or one below it"},
    {"a name above one", LISTS, {DELTA(10, 11, TXT(a), TXT(sink))}, -ERR_REFUSED, 2, 2, 10,
	"0.delta:7: this name"},
    {"a name beside one", LISTS, {DELTA(10, 11, TXT(a), TXT(sinn))}, 0, 2, 2, 11, ""},
    {"more labels than the index takes", LISTS,
	{DELTA(10, 11, "", TXT(a.b.c.d.e.f.g.h.i.j.k.l.m.n.o))}, -ERR_NAME, 2, 2, 10,
	"0.delta:6: a name of over 15"},
};

static void
put_case(unsigned i)
{
	put("list.zone", cases[i].zone);
	for (unsigned k = 0; k < 3; k++) {
		char name[64], path[128];

		snprintf(name, sizeof(name), "%u.delta", k);
		snprintf(path, sizeof(path), "%s%s", dir, name);
		unlink(path);
		if (cases[i].file[k])
			put(name, cases[i].file[k]);
	}
}

static void
check_image(const struct image *img, unsigned i, const char *how)
{
	struct index_stats s;

	index_stats(img->index, &s);
	CHECK(img->feed[0].entries == cases[i].entries && s.names == cases[i].names &&
		  img->feed[0].serial == cases[i].serial,
	    "%s, %s: entries %d, names %d, serial %u", cases[i].about, how,
	    (int)img->feed[0].entries, (int)s.names, img->feed[0].serial);
}

/* First into lists in force, then with a load of list and deltas. */
static void
run_case(struct options *o, unsigned i)
{
	static const struct conf_texts none;
	const struct conf_texts *deltas = o->feed[0].deltas;
	struct image *img = NULL, *again = NULL;
	char got[4096] = "", at_load[4096] = "";
	atomic_bool cancel = false;
	struct deltas d = {.o = o, .error = keep, .ctx = got, .grace = no_grace};
	int rc;

	put_case(i);
	o->feed[0].deltas = &none;
	rc = feeds_load(&img, o, keep, got, &cancel);
	o->feed[0].deltas = deltas;
	CHECK(rc == 0, "%s: the list itself: %s", cases[i].about, got);
	if (rc < 0)
		return;
	d.img = img;
	rc = deltas_take(&d);
	CHECK(rc == cases[i].rc, "%s: returns %d", cases[i].about, rc);
	CHECK(strncmp(got, cases[i].want, strlen(cases[i].want)) == 0 && (!rc == !*got),
	    "%s: says %s", cases[i].about, got);
	check_image(img, i, "in force");
	if (rc == 0) {
		d.taken = 0;
		CHECK(deltas_take(&d) == 0 && d.taken == 0, "%s: once is enough", cases[i].about);
	}
	rc = feeds_load(&again, o, keep, at_load, &cancel);
	CHECK((rc < 0) == (cases[i].rc < 0), "%s: at a load %s", cases[i].about, at_load);
	if (again)
		check_image(again, i, "loaded");
	image_free(img);
	image_free(again);
}

/* A load that began before a delta and ended behind it, when both list and delta were gone. */
static void
check_behind(struct options *o)
{
	struct image *now = NULL, *loaded = NULL;
	char got[4096] = "";
	atomic_bool cancel = false;
	struct deltas d = {.o = o, .error = keep, .ctx = got, .grace = no_grace, .job = 7};
	bool waits;
	char path[128];

	put_case(0);
	feeds_load(&now, o, keep, got, &cancel);
	feeds_load(&loaded, o, keep, got, &cancel);
	put("0.delta", DELTA(10, 11, TXT(a), ""));
	snprintf(path, sizeof(path), "%s0.delta", dir);
	d.img = now;
	CHECK(deltas_take_file(&d, 0, path, &waits) == 0, "a delta while load 7 runs");
	CHECK(deltas_is_behind(loaded, now, 7, keep, got) && strstr(got, "reload again"),
	    "what load 7 made is behind: %s", got);
	CHECK(!deltas_is_behind(loaded, now, 8, keep, got), "what load 8 makes is what was meant");
	d.img = loaded;
	CHECK(deltas_take(&d) == 0 && !deltas_is_behind(loaded, now, 7, keep, got),
	    "with the delta it is not behind");
	image_free(now);
	image_free(loaded);
}

int
main(void)
{
	static struct options o;
	static char *list[] = {(char *)(uintptr_t) "list.zone"},
		    *delta[] = {(char *)(uintptr_t) "*.delta"};
	static const struct conf_texts files = {list, 1}, deltas = {delta, 1};
	char command[80];

	strcpy(dir, "/tmp/deltas-test.XXXXXX");
	if (!mkdtemp(dir))
		return 1;
	strcat(dir, "/");
	o.dir = dir;
	o.feeds_n = o.policies_n = 1;
	policy_defaults(&o.policy[0]);
	o.policy[0].has_ns = true;
	o.policy[0].ns_n = 1;
	name_from_text(o.policy[0].ns[0], "ns1.sink.ch", 11);
	o.feed[0] = (struct feed_options){.name = "f",
	    .files = &files,
	    .deltas = &deltas,
	    .action = ACTION_NXDOMAIN,
	    .names_max = 4};
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(&o, i);
	check_behind(&o);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) != 0 || test_end();
}
