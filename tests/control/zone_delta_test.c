#include "control/zone_delta.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct row {
	const char *about, *old, *new, *want; /* without the head */
	int rc;
} rows[] = {
    {"the same", "@ A\na B\n", "@ A\na B\n", "", 0},
    {"both empty", "", "", "", 0},
    {"all is new", "", "a B\nb C\n", "@@ -0,0 +1,2 @@\n+a B\n+b C\n", 0},
    {"all is gone", "a B\nb C\n", "", "@@ -1,2 +0,0 @@\n-a B\n-b C\n", 0},
    {"a name comes", "a B\nc B\n", "a B\nb B\nc B\n", "@@ -1,0 +2 @@\n+b B\n", 0},
    {"a name goes", "a B\nb B\nc B\n", "a B\nc B\n", "@@ -2 +1,0 @@\n-b B\n", 0},
    {"a name changes", "a B\nb B\n", "a C\nb B\n", "@@ -1 +1 @@\n-a B\n+a C\n", 0},
    {"at the end", "a B\n", "a B\nb B\n", "@@ -1,0 +2 @@\n+b B\n", 0},
    {"the apex before names", "@ A 1\na B\n", "@ A 2\na B\n", "@@ -1 +1 @@\n-@ A 1\n+@ A 2\n", 0},
    {"in canonical order, not that of letters", "b B\nz B\na.z B\n", "b B\na.b B\nz B\na.z B\n",
	"@@ -1,0 +2 @@\n+a.b B\n", 0},
    {"out of order: longer, and right", "b B\nz B\n", "z B\nb B\n",
	"@@ -1 +0,0 @@\n-b B\n@@ -2,0 +2 @@\n+b B\n", 0},
    {"a name below another", "z B\nb.z B\n", "z B\na.z B\nb.z B\n", "@@ -1,0 +2 @@\n+a.z B\n", 0},
    {"lines that are no records", "; x 1\n$TTL 1\na B\n; end 1\n",
	"; x 1\n$TTL 2\na B\nb B\n; end 2\n",
	"@@ -2 +2 @@\n-$TTL 1\n+$TTL 2\n@@ -4 +4,2 @@\n-; end 1\n+b B\n+; end 2\n", 0},
    {"one record more of a name", "a A\na C\nb A\n", "a A\na B\na C\nb A\n",
	"@@ -2 +2,2 @@\n-a C\n+a B\n+a C\n", 0},
    {"two places", "a B\nb B\nc B\nd B\n", "b B\nc B\nd C\n",
	"@@ -1 +0,0 @@\n-a B\n@@ -4 +3 @@\n-d B\n+d C\n", 0},
    {"the old one is cut", "a B\nb", "a B\n", NULL, -ERR_SHORT},
    {"the new one is cut", "a B\n", "a B\nb", NULL, -ERR_SHORT},
};

static int
put(const char *text, size_t len)
{
	int fd = memfd_create("zone", MFD_CLOEXEC);

	if (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	return fd;
}

/* Reads all of it, room bytes at a time.  Returns its length, or a code. */
static ssize_t
read_all(char *to, size_t max, int old, int new, size_t room)
{
	struct zone_delta *d;
	size_t len = 0;
	ssize_t n = zone_delta_new(&d, old, new, "old", "new");

	while (n >= 0 || n == -EAGAIN) {
		n = zone_delta_read(d, to + len, len + room < max ? room : max - len);
		if (n == 0)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	zone_delta_free(d);
	to[len] = '\0';
	return n < 0 ? n : (ssize_t)len;
}

static void
test_row(const struct row *r, size_t room)
{
	static char got[4096];
	static const char head[] = "--- old\n+++ new\n";
	ssize_t n = read_all(
	    got, sizeof(got) - 1, put(r->old, strlen(r->old)), put(r->new, strlen(r->new)), room);

	if (r->want)
		CHECK(n >= 16 && !memcmp(got, head, 16) && !strcmp(got + 16, r->want),
		    "%s, %zu bytes at a time", r->about, room);
	else
		CHECK(n == r->rc, "%s, %zu bytes at a time", r->about, room);
}

/* Many more lines than one call takes, and than one hunk has. */
static void
test_long(void)
{
	enum { NAMES = 30000 };
	char *text[2] = {malloc(NAMES * 32), malloc(NAMES * 32)};
	char *got = malloc(NAMES * 80), *at;
	size_t len[2] = {0, 0}, plus = 0, minus = 0;
	ssize_t n;

	for (int side = 0; side < 2; side++)
		for (int i = 0; i < NAMES; i++)
			if (i < 20000 || i % 2 == side)
				len[side] +=
				    (size_t)sprintf(text[side] + len[side], "n%06d B\n", i);
	n = read_all(got, NAMES * 80, put(text[0], len[0]), put(text[1], len[1]), 1000);
	for (at = got; n > 0 && at; at = strchr(at, '\n'), at += at != NULL) {
		plus += *at == '+';
		minus += *at == '-';
	}
	CHECK(n > 0 && plus == 5001 && minus == 5001, "5000 names of 25000 go, 5000 come");
	memset(text[0], 'x', 20000);
	n = read_all(got, NAMES * 80, put(text[0], 20000), put(text[1], len[1]), 1000);
	CHECK(n == -ERR_LIMIT, "a line without end");
	free(text[0]);
	free(text[1]);
	free(got);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row(&rows[i], 4000);
		test_row(&rows[i], 1);
	}
	test_long();
	return test_end();
}
