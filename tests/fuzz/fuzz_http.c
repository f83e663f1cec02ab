/* fuzz_http: what registries write into the header fields of a download: conditions and ranges.
 * Six lines, in the order of struct http_asked; an empty one is a field that is not there. */
#include "control/http_field.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);

static void
check_range(const char *text, uint64_t size)
{
	uint64_t from, n;

	if (http_range_parse(text, size, &from, &n) == 1 && (!n || from >= size || n > size - from))
		abort();
}

static void
check_date(const char *text)
{
	char written[HTTP_DATE_MAX];
	int64_t at, again;

	if (http_date_parse(&at, text) < 0)
		return;
	http_date_text(written, at);
	if (*written && (http_date_parse(&again, written) < 0 || again != at))
		abort();
}

static void
check_outcome(const struct http_asked *asked, uint64_t size)
{
	const struct http_thing thing = {"\"abc\"", 784111777, size};
	struct http_outcome o = http_decide(asked, &thing);

	if ((o.verdict == HTTP_WHOLE && (o.from || o.len != size)) ||
	    (o.verdict == HTTP_PIECE && (!o.len || o.from >= size || o.len > size - o.from)) ||
	    (o.is_continued && o.verdict != HTTP_PIECE))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	char *copy = malloc(len + 1), *at = copy;
	const char *field[6];
	struct http_asked asked;

	if (!copy)
		return 0;
	memcpy(copy, text, len);
	copy[len] = '\0';
	for (int i = 0; i < 6; i++) {
		field[i] = at ? strsep(&at, "\n") : NULL;
		if (!field[i] || !*field[i])
			field[i] = NULL;
		else
			check_date(field[i]);
		if (field[i])
			check_range(field[i], 1000);
	}
	asked = (struct http_asked){field[0], field[1], field[2], field[3], field[4], field[5]};
	check_outcome(&asked, 1000);
	check_outcome(&asked, 0);
	free(copy);
	return 0;
}
