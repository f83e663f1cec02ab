/* The writer: what it writes is read back, what it cannot write is refused. */
#include "lists/zone.h"

#include "base/date.h"
#include "base/err.h"
#include "tests/lists/zone_tools.h"
#include "tests/test.h"

#define X63  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static struct list_meta
sample_meta(void)
{
	struct list_meta m = {.feed = "f",
	    .family = "x",
	    .tlp = "amber",
	    .contact = "a \"b\" <c@d>",
	    .why = "\303\274 \\",
	    .action = ACTION_SINKHOLE,
	    .drill = 1,
	    .serial = 2009040100};

	m.suffix_len = (uint8_t)name_from_text(m.suffix, "com.mx", 6);
	m.origin_len = (uint8_t)name_from_text(m.origin, "com.mx.f.hub", 12);
	return m;
}

static struct entry
entry_of(const char *name, int32_t from, int32_t until, enum action a, const char *why)
{
	struct entry e = {.from = from, .until = until, .action = (uint8_t)a, .comment = why};

	e.comment_len = (uint16_t)strlen(why);
	e.name_len = (uint8_t)name_from_text(e.name, name, strlen(name));
	return e;
}

#define NS ((const uint8_t *)"\2ns\3hub")

static void
round_trip(void)
{
	static struct got g;
	const struct list_meta m = sample_meta();
	static char why[ENTRY_COMMENT_MAX + 1];
	struct zone_writer w;
	struct entry e;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	memset(why, '"', ENTRY_COMMENT_MAX);
	CHECK(zone_write_head(&w, f, &m, NS, NS) == 0, "head");
	e = entry_of("a.com.mx", 14335, 14336, ACTION_INHERIT, "");
	CHECK(zone_write_entry(&w, &e) == 0, "entry");
	e = entry_of(
	    "\\000\\.\\@.b.com.mx", DAY_FIRST, DAY_NEVER, ACTION_PASS, "\303\274 \\ \"; (");
	CHECK(zone_write_entry(&w, &e) == 0, "entry of odd bytes");
	e = entry_of("$.com.mx", DAY_FIRST, 14336, ACTION_DROP, why);
	CHECK(zone_write_entry(&w, &e) == 0, "longest comment");
	zone_write_end(&w);
	fclose(f);
	CHECK(read_zone_text(&g, text, len, false) == 0 && g.entries == 3, "is read again");
	CHECK(!memcmp(&g.meta, &m, sizeof(m)), "metadata comes back as it was");
	CHECK(!strncmp(g.text,
		  "a.com.mx 14335 14336 inherit \n\\000\\.\\@.b.com.mx 0 2147483647 pass "
		  "\303\274 \\ \"; (\n\\$.com.mx 0 14336 drop \"\"\"",
		  99),
	    "entries come back as they were");
	CHECK(strstr(text, "\na TXT \"2009-04-01/2009-04-02\"\n") != NULL,
	    "the form the fast path reads");
	for (size_t cut = 1; cut < len; cut += 7)
		if (read_zone_text(&g, text, len - cut, false) != -ERR_FORMAT)
			CHECK(0, "cut %zu bytes before its end", cut);
	free(text);
}

static void
refused(void)
{
	char name[NAME_TEXT_MAX];
	struct list_meta m = sample_meta();
	struct zone_writer w;
	FILE *f = fopen("/dev/null", "w");
	struct entry e = entry_of("com.mx", 0, 1, ACTION_INHERIT, "");

	CHECK(zone_write_head(&w, f, &m, NS, NS) == 0, "head");
	CHECK(zone_write_entry(&w, &e) == -ERR_NAME, "the suffix itself");
	e = entry_of("a.mx", 0, 1, ACTION_INHERIT, "");
	CHECK(zone_write_entry(&w, &e) == -ERR_NAME, "above the suffix");
	e = entry_of("xcom.mx", 0, 1, ACTION_INHERIT, "");
	CHECK(zone_write_entry(&w, &e) == -ERR_NAME, "beside the suffix");
	e = entry_of("a.com.mx", 1, 1, ACTION_INHERIT, "");
	CHECK(zone_write_entry(&w, &e) == -ERR_RANGE, "empty window");
	e = entry_of("a.com.mx", 0, DAY_MAX + 1, ACTION_INHERIT, "");
	CHECK(zone_write_entry(&w, &e) == -ERR_RANGE, "day that has no date");
	snprintf(name, sizeof(name), "%s.%s.%s.%.49s.com.mx", X63, X63, X63, X63);
	e = entry_of(name, 0, 1, ACTION_INHERIT, "");
	CHECK(e.name_len == 250 && zone_write_entry(&w, &e) == -ERR_NAME,
	    "too long under the origin");
	snprintf(name, sizeof(name), "%s.%s.%s.%.48s.com.mx", X63, X63, X63, X63);
	e = entry_of(name, 0, 1, ACTION_INHERIT, "");
	CHECK(zone_write_entry(&w, &e) == 0, "the longest that fits");
	CHECK(w.entries == 1, "only what was written is counted");
	memset(m.contact, 'x', 255);
	CHECK(zone_write_head(&w, f, &m, NS, NS) == -ERR_NAME, "text too long for a TXT string");
	strcpy(m.contact, "a\nb");
	CHECK(zone_write_head(&w, f, &m, NS, NS) == -ERR_NAME, "line end in a text");
	m = sample_meta();
	strcpy(m.feed, "g");
	CHECK(zone_write_head(&w, f, &m, NS, NS) == -ERR_RANGE, "origin of another feed");
	m = sample_meta();
	m.suffix_len = 0;
	CHECK(zone_write_head(&w, f, &m, NS, NS) == -ERR_RANGE, "no suffix");
	fclose(f);
}

int
main(void)
{
	round_trip();
	refused();
	return test_end();
}
