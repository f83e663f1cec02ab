#include "control/http_field.h"

#include "base/err.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#define BLANKS " \t"

/* The entity tag at the beginning of text: its length, 0 for none (RFC 9110 8.8.3). */
static size_t
tag_length(const char *text)
{
	size_t n = strncmp(text, "W/", 2) == 0 ? 2 : 0;

	if (text[n] != '"')
		return 0;
	for (n++; text[n] && text[n] != '"'; n++)
		if ((unsigned char)text[n] < 0x21 || text[n] == 0x7f)
			return 0;
	return text[n] ? n + 1 : 0;
}

bool
http_etag_listed(const char *list, const char *etag, bool is_weak)
{
	size_t want = strlen(etag);
	const char *at = list + strspn(list, BLANKS ",");

	if (*at == '*')
		return !at[1 + strspn(at + 1, BLANKS)];
	while (*at) {
		size_t n = tag_length(at), skip = is_weak && n && *at == 'W' ? 2 : 0;

		if (!n)
			return false;
		if (n - skip == want && memcmp(at + skip, etag, want) == 0)
			return true;
		at += n + strspn(at + n, BLANKS);
		if (*at && *at != ',')
			return false;
		at += strspn(at, BLANKS ",");
	}
	return false;
}

/* Reads digits; returns where they end, NULL if there are none.  Numbers that do not fit are as
 * large as fits: no thing is that large. */
static const char *
read_number(const char *at, uint64_t *out)
{
	const char *begin = at;

	for (*out = 0; *at >= '0' && *at <= '9'; at++)
		*out = *out > INT64_MAX / 10 - 1 ? INT64_MAX : *out * 10 + (uint64_t)(*at - '0');
	return at == begin ? NULL : at;
}

static bool
is_end(const char *at)
{
	return at && !at[strspn(at, BLANKS)];
}

int
http_range_parse(const char *text, uint64_t size, uint64_t *from, uint64_t *len)
{
	static const char unit[] = "bytes=";
	uint64_t first = 0, last = INT64_MAX;
	const char *at = text;

	if (strncasecmp(at, unit, sizeof(unit) - 1) != 0)
		return 0;
	at += sizeof(unit) - 1;
	at += strspn(at, BLANKS);
	if (*at == '-') { /* the last so many */
		if (!is_end(read_number(at + 1, &last)))
			return 0;
		if (!last || !size)
			return -ERR_RANGE;
		*len = last < size ? last : size;
		*from = size - *len;
		return 1;
	}
	at = read_number(at, &first);
	if (!at || *at++ != '-' || (!is_end(at) && !is_end(read_number(at, &last))) || last < first)
		return 0;
	if (first >= size)
		return -ERR_RANGE;
	*from = first;
	*len = (last < size ? last + 1 : size) - first;
	return 1;
}

int
http_date_parse(int64_t *out, const char *text)
{
	/* The two obsolete ones a recipient must know (RFC 9110 5.6.7). */
	static const char *const forms[] = {
	    "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = {0};
		const char *end = strptime(text, forms[i], &tm);

		if (end && !*end) {
			*out = timegm(&tm);
			return 0;
		}
	}
	return -ERR_FORMAT;
}

void
http_date_text(char out[HTTP_DATE_MAX], int64_t at)
{
	time_t t = at;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(out, HTTP_DATE_MAX, "%a, %d %b %Y %H:%M:%S GMT", &tm))
		out[0] = '\0';
}

/* 13.1.1 and 13.1.4 */
static bool
has_failed(const struct http_asked *a, const struct http_thing *thing)
{
	int64_t since;

	if (a->if_match)
		return !http_etag_listed(a->if_match, thing->etag, false);
	return a->if_unmodified_since &&
	       (http_date_parse(&since, a->if_unmodified_since) < 0 || thing->modified > since);
}

/* 13.1.2 and 13.1.3.  A date has to be the very one: when the clock was set back, a newer version
 * has an earlier one, and whoever asks must not go on without it. */
static bool
is_unchanged(const struct http_asked *a, const struct http_thing *thing)
{
	int64_t since;

	if (a->if_none_match)
		return http_etag_listed(a->if_none_match, thing->etag, true);
	return a->if_modified_since && http_date_parse(&since, a->if_modified_since) == 0 &&
	       thing->modified == since;
}

struct http_outcome
http_decide(const struct http_asked *asked, const struct http_thing *thing)
{
	struct http_outcome o = {HTTP_WHOLE, 0, thing->size, false};
	/* 13.1.5: a date never goes on with what was begun; two versions can be of one second. */
	bool goes_on = asked->if_range && strcmp(asked->if_range, thing->etag) == 0;
	int rc = 0;

	if (has_failed(asked, thing))
		return (struct http_outcome){.verdict = HTTP_FAILED};
	if (is_unchanged(asked, thing))
		return (struct http_outcome){.verdict = HTTP_UNCHANGED};
	if (asked->range && (goes_on || !asked->if_range))
		rc = http_range_parse(asked->range, thing->size, &o.from, &o.len);
	if (rc < 0)
		return (struct http_outcome){.verdict = HTTP_NO_RANGE};
	if (rc > 0) {
		o.verdict = HTTP_PIECE;
		o.is_continued = goes_on;
	}
	return o;
}
