/* http_field.h - header fields of HTTP that ask for a thing on conditions, or for a piece of it
 * (RFC 9110 5.6.7, 8.8, 13, 14).
 *
 * Pure.  Entity tags are given as they stand in the field, "..." with the quotes.  What is not
 * written as the RFC has it counts as if it was not there, but for If-Match and
 * If-Unmodified-Since, which then never hold.  If-Modified-Since holds off but the date that we
 * gave. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define HTTP_DATE_MAX 32

struct http_asked { /* values of fields; NULL: not there */
	const char *if_match, *if_none_match, *if_modified_since, *if_unmodified_since;
	const char *if_range, *range;
};

struct http_thing {       /* what there is */
	const char *etag; /* strong */
	int64_t modified; /* Unix seconds */
	uint64_t size;    /* bytes */
};

enum http_verdict { HTTP_WHOLE, HTTP_PIECE, HTTP_UNCHANGED, HTTP_FAILED, HTTP_NO_RANGE };

struct http_outcome {
	enum http_verdict verdict; /* 200, 206, 304, 412, 416 */
	uint64_t from, len;        /* bytes to be sent: of HTTP_WHOLE all, of HTTP_PIECE some */
	bool is_continued;         /* HTTP_PIECE, and If-Range names this very thing */
};

/* What becomes of a GET or HEAD, in the order of RFC 9110 13.2.2.  Of several ranges, none is
 * taken: all is sent (14.2). */
struct http_outcome http_decide(const struct http_asked *asked, const struct http_thing *thing);

/* Whether a list of entity tags, or "*", has one.  is_weak: W/"x" is as good as "x" (8.8.3.2). */
bool http_etag_listed(const char *list, const char *etag, bool is_weak);

/* Reads a Range (14.1.2) of one range against a size.  Returns 1 with from and len, 0 when it is
 * to be ignored: other units, several ranges, not as the RFC has it; or -ERR_RANGE when none of it
 * is there. */
int http_range_parse(const char *text, uint64_t size, uint64_t *from, uint64_t *len);

/* Reads a date in any of the three forms of 5.6.7.  Returns 0 or -ERR_FORMAT. */
int http_date_parse(int64_t *out, const char *text);

/* Writes "Sun, 06 Nov 1994 08:49:37 GMT". */
void http_date_text(char out[HTTP_DATE_MAX], int64_t at);
