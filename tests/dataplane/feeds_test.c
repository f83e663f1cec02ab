#include "dataplane/feeds.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
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

	snprintf(all + n, 4096 - n, "%s\n", strncmp(text, dir, at) == 0 ? text + at : text);
}

#define ZONE(feed, serial, extra)                                                          \
	"$ORIGIN ch." feed ".lists.example.\n$TTL 3600\n"                                  \
	"@ SOA ns.lists.example. hostmaster.lists.example. " serial " 3600 900 9999 300\n" \
	"@ NS ns.lists.example.\n"                                                         \
	"@ TXT \"v=cordon1\" \"feed=" feed "\" \"suffix=ch\"" extra "\n"

static void
put_files(void)
{
	put("a.csv", "name,from,until,action,comment\none.example,,,,\ntwo.example,,,,\n");
	put("b.csv", "name,from,until,action,comment\nthree.example,,,,\n");
	put("bad.csv", "name,from,until,action,comment\nok.example,,,,\nx.example,2009-02-31,,,\n");
	put("worse.csv", "name,from,until,action,comment\na..b,,,,\n");
	put("sink.csv", "name,from,until,action,comment\ns.example,,,sinkhole,\n");
	put("deep.txt", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p\n");
	put("new.zone", ZONE("f", "2026112102", "") "x TXT \"/\"\ny TXT \"/\"\n");
	put("old.zone", ZONE("f", "2026112101", "") "z TXT \"/\"\n");
	put("drill.zone", ZONE("f", "2026112109", " \"drill=1\"") "d TXT \"/\"\n");
	put("other.zone", ZONE("g", "2026112101", "") "g TXT \"/\"\n");
}

static const struct {
	const char *about;
	char *files[3];
	uint64_t names_max;
	int rc;
	uint64_t entries;
	uint32_t serial;
	const char *want; /* beginning of each line of what is reported */
} cases[] = {
    {"a pattern takes all that match", {"[ab].csv"}, 9, 0, 3, 0, ""},
    {"a path beside a pattern", {"b.csv", "a*.csv"}, 9, 0, 3, 0, ""},
    {"the newest serial counts", {"new.zone", "old.zone"}, 9, 0, 3, 2026112102, ""},
    {"a drill is left out", {"old.zone", "drill.zone"}, 9, 0, 1, 2026112101, ""},
    {"a zone of another feed", {"other.zone"}, 9, -ERR_FORMAT, 0, 0, "other.zone: the zone is of"},
    {"a path without a file", {"none.csv"}, 9, -ENOENT, 0, 0, "none.csv: feed \"f\": there is no"},
    {"a pattern without a file", {"none*"}, 9, -ENOENT, 0, 0, "none*: feed \"f\": there is no"},
    {"a folder", {"."}, 9, -EISDIR, 0, 0, ".: Is a directory"},
    {"every file's mistakes", {"bad.csv", "worse.csv"}, 9, -ERR_FORMAT, 0, 0,
	"bad.csv:3:\nworse.csv:2:"},
    {"a sinkhole entry without address", {"sink.csv"}, 9, -ERR_FORMAT, 0, 0,
	"sink.csv: s.example: its action is sinkhole"},
    {"a name that the index cannot take", {"deep.txt"}, 9, -ERR_NAME, 0, 0,
	"deep.txt: a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p: a name of over 15 labels"},
    {"as many names as allowed", {"a.csv", "b.csv"}, 3, 0, 3, 0, ""},
    {"one name too many in a file", {"a.csv"}, 1, -ERR_LIMIT, 0, 0, "a.csv:3"},
    {"one file too many", {"a.csv", "b.csv"}, 2, -ERR_LIMIT, 0, 0, "b.csv: feed \"f\" has its"},
};

/* Whether each line of got begins as the same line of want. */
static bool
begins(const char *got, const char *want)
{
	while (*want) {
		size_t n = strcspn(want, "\n");

		if (strncmp(got, want, n) != 0)
			return false;
		got += strcspn(got, "\n");
		got += *got == '\n';
		want += n + (want[n] == '\n');
	}
	return *got == '\0';
}

static void
run_case(struct options *o, unsigned i, const atomic_bool *cancel)
{
	struct conf_texts files = {.item = (char **)(uintptr_t)cases[i].files};
	struct image *img = NULL;
	char got[4096] = "";
	int rc;

	while (files.n < 3 && files.item[files.n])
		files.n++;
	o->feed[0].files = &files;
	o->feed[0].names_max = cases[i].names_max;
	rc = feeds_load(&img, o, keep, got, cancel);
	CHECK(rc == cases[i].rc && begins(got, cases[i].want), "%s", cases[i].about);
	if (rc != cases[i].rc || !begins(got, cases[i].want))
		printf("# rc %d, %s", rc, got);
	CHECK(!img == (rc < 0), "%s: an image or none", cases[i].about);
	if (img)
		CHECK(img->feeds_n == 1 && img->feed[0].entries == cases[i].entries &&
			  img->feed[0].serial == cases[i].serial,
		    "%s: entries and serial", cases[i].about);
	image_free(img);
}

int
main(void)
{
	static struct options o;
	atomic_bool cancel = false;
	char command[80];

	strcpy(dir, "/tmp/feeds-test.XXXXXX");
	if (!mkdtemp(dir))
		return 1;
	strcat(dir, "/");
	put_files();
	o.dir = dir;
	o.feeds_n = o.policies_n = 1;
	policy_defaults(&o.policy[0]);
	strcpy(o.feed[0].name, "f");
	o.feed[0].action = ACTION_NXDOMAIN;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(&o, i, &cancel);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) != 0 || test_end();
}
