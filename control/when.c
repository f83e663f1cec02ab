#include "control/when.h"

#include "base/date.h"
#include "base/err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S  86400
#define MOST_S ((int64_t)DAY_MAX * DAY_S)

static int64_t
unit_s(const char *text)
{
	if (!*text || text[1])
		return 0;
	switch (*text) {
	case 's': return 1;
	case 'm': return 60;
	case 'h': return 3600;
	case 'd': return DAY_S;
	default: return 0;
	}
}

static int
parse_number(int64_t *out, const char *text, int64_t now)
{
	bool is_relative = *text == '+' || *text == '-';
	char *end;
	int64_t n, unit = 1;

	if (text[is_relative] < '0' || text[is_relative] > '9')
		return -ERR_DATE;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (is_relative)
		unit = unit_s(end);
	if (errno || unit == 0 || (!is_relative && *end) || n > MOST_S / unit || n < -MOST_S / unit)
		return -ERR_DATE;
	n = is_relative ? now + n * unit : n;
	if (n < 0 || n > MOST_S)
		return -ERR_DATE;
	*out = n;
	return 0;
}

int
when_parse(int64_t *out, const char *text, int64_t now)
{
	unsigned h = 0, m = 0, s = 0;
	size_t len = strlen(text);
	char z = 0, more;
	int32_t day;

	if (!strcmp(text, "now")) {
		*out = now;
		return 0;
	}
	if (len < 10 || text[4] != '-')
		return parse_number(out, text, now);
	if (date_parse(&day, text, 10) < 0)
		return -ERR_DATE;
	if (len > 10 &&
	    (len != 20 || sscanf(text + 10, "T%2u:%2u:%2u%c%c", &h, &m, &s, &z, &more) != 4 ||
		z != 'Z' || h > 23 || m > 59 || s > 59))
		return -ERR_DATE;
	*out = (int64_t)day * DAY_S + h * 3600 + m * 60 + s;
	return 0;
}

const char *
when_text(char out[WHEN_TEXT_MAX], int64_t t)
{
	char day[DATE_TEXT_MAX];
	int64_t s = t % DAY_S;

	if (t < 0 || t > MOST_S) {
		snprintf(out, WHEN_TEXT_MAX, "%" PRId64, t);
		return out;
	}
	date_format(day, (int32_t)(t / DAY_S));
	snprintf(out, WHEN_TEXT_MAX, "%sT%02d:%02d:%02dZ", day, (int)(s / 3600), (int)(s / 60 % 60),
	    (int)(s % 60));
	return out;
}
