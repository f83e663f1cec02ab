#include "dataplane/blocks.h"

#include "base/err.h"
#include "dataplane/blocks_request.h"
#include "tests/test.h"

#include <stdlib.h>
#include <unistd.h>

#define TODAY 100 /* 1970-04-11 */

static char path[64];

static struct entry
entry_of(const char *name, const char *comment)
{
	struct entry e = {.from = DAY_FIRST, .until = DAY_NEVER, .action = ACTION_NODATA};

	e.name_len = (uint8_t)name_from_text(e.name, name, strlen(name));
	e.comment = comment;
	e.comment_len = (uint16_t)strlen(comment);
	return e;
}

/* Names and comments that CSV has its difficulties with. */
static void
test_file(void)
{
	static const struct {
		const char *name, *comment;
	} rows[] = {
	    {"plain.example", "2026-11-21T08:00:00Z root(0): why"},
	    {"_n-a\\;me.example", "\""},
	    {"name", "the header's word"},
	    {"q\\\"uote.example", "a comma, \"quotes\", \"\""},
	    {"b\\010c.example", ""},
	    {"xn--bcher-kva.example", "b\xc3\xbc"},
	};
	struct blocks b = {0}, got = {0};
	char why[256];
	bool same = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct entry e = entry_of(rows[i].name, rows[i].comment);

		CHECK(blocks_add(&b, &e) == 0, "add %s", rows[i].name);
	}
	b.item[1].entry.until = TODAY;
	CHECK(blocks_write(&b, path) == 0, "write");
	CHECK(blocks_read(&got, path, why, sizeof(why)) == 0 && got.n == b.n, "read again");
	for (size_t i = 0; i < got.n && got.n == b.n; i++) {
		const struct entry *x = &b.item[i].entry, *y = &got.item[i].entry;

		same = same && x->name_len == y->name_len && x->until == y->until &&
		       x->action == y->action && memcmp(x->name, y->name, x->name_len) == 0 &&
		       strcmp(b.item[i].comment, got.item[i].comment) == 0;
	}
	CHECK(same && got.n, "all is as it was");
	CHECK(blocks_remove(&got, b.item[2].entry.name, b.item[2].entry.name_len) == 1 &&
		  got.n == b.n - 1,
	    "remove");
	blocks_free(&got);
	unlink(path);
	CHECK(blocks_read(&got, path, why, sizeof(why)) < 0 && strstr(why, path),
	    "a file that is not there: said which");
	blocks_free(&b);
}

static void
test_many(void)
{
	struct entry e = entry_of("a.example", "");
	struct blocks b = {0};
	int rc = 0;

	for (unsigned i = 0; i < BLOCKS_MAX && rc == 0; i++)
		rc = blocks_add(&b, &e);
	CHECK(rc == 0 && blocks_add(&b, &e) == -ERR_FULL, "as many as allowed, and no more");
	CHECK(blocks_remove(&b, e.name, e.name_len) == BLOCKS_MAX, "all of a name are removed");
	blocks_free(&b);
}

static const struct {
	const char *about, *line; /* words with one space between two; a tab as it is */
	int32_t until;
	const char *want; /* beginning of the error; NULL: none */
} requests[] = {
    {"a name", "x.example", DAY_NEVER, NULL},
    {"all there is", "x.example action=refuse until=1970-05-01 by=a.b@c-d_e reason=a\tb force", 120,
	NULL},
    {"for a day: today is not whole any more", "x.example until=+1d", TODAY + 2, NULL},
    {"no name", "a..b", 0, "\"a..b\" is not a domain name"},
    {"an address of the web", "http://x.example/", 0, "byte 0x3a cannot"},
    {"a wildcard", "*.x.example", 0, "byte 0x2a cannot"},
    {"a remark, escaped or not", "\\035x.example", 0, "byte 0x23 cannot"},
    {"the root", ".", 0, "\".\" is not a domain name"},
    {"a day that is over", "x.example until=1970-04-11", 0, "until=1970-04-11 is over"},
    {"no day", "x.example until=soon", 0, "until=soon: expected"},
    {"no number of days", "x.example until=+d", 0, "until=+d: expected"},
    {"a negative number", "x.example until=+-1d", 0, "until=+-1d: expected"},
    {"days for ever", "x.example until=+99999999999d", 0, "until=+99999999999d: expected"},
    {"no unit", "x.example until=+7", 0, "until=+7: expected"},
    {"no action", "x.example action=explode", 0, "unknown action \"explode\""},
    {"nobody's name", "x.example by=a(0):", 0, "by=a(0):: expected"},
    {"a control character", "x.example reason=\001", 0, "the reason has control"},
    {"an unknown word", "x.example why=not", 0, "unexpected \"why=not\""},
};

static void
test_requests(void)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		char line[256], *word[16] = {line};
		struct blocks_request r;
		size_t n = 1;
		json_t *error;
		const char *got;

		snprintf(line, sizeof(line), "%s", requests[i].line);
		for (char *w = strtok(line, " "); w; w = strtok(NULL, " "))
			word[n++] = w;
		error = blocks_request(&r, n, word, TODAY);
		got = json_string_value(json_object_get(error, "error"));
		if (requests[i].want)
			CHECK(got && strncmp(got, requests[i].want, strlen(requests[i].want)) == 0,
			    "%s", requests[i].about);
		else
			CHECK(
			    !error && r.entry.until == requests[i].until, "%s", requests[i].about);
		json_decref(error);
	}
}

int
main(void)
{
	snprintf(path, sizeof(path), "/tmp/blocks-test.%d", (int)getpid());
	test_file();
	test_many();
	test_requests();
	return test_end();
}
