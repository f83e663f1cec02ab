#include "base/date.h"

#include "base/err.h"

#include <time.h>

/* Years are counted from March, so that the leap day is a year's last. */

int32_t
date_day(struct date d)
{
	int y = d.month <= 2 ? d.year - 1 : d.year;
	int era = y / 400;
	int of_era = y - era * 400;
	int of_year = (153 * ((int)d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + (int)d.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date
date_of_day(int32_t day)
{
	int z = day + 719468;
	int era = z / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	unsigned month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);

	return (struct date){yoe + era * 400 + (month <= 2), month,
	    (unsigned)(doy - (153 * mp + 2) / 5 + 1)};
}

static int
digits(const char *text, unsigned n)
{
	int v = 0;

	for (unsigned i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		v = v * 10 + (text[i] - '0');
	}
	return v;
}

int
date_parse(int32_t *day, const char *text, size_t len)
{
	int y, m, d;
	struct date back;

	if (len != DATE_TEXT_MAX - 1 || text[4] != '-' || text[7] != '-')
		return -ERR_DATE;
	y = digits(text, 4);
	m = digits(text + 5, 2);
	d = digits(text + 8, 2);
	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > 31)
		return -ERR_DATE;
	*day = date_day((struct date){y, (unsigned)m, (unsigned)d});
	back = date_of_day(*day); /* 31 April comes back as 1 May */
	return back.day == (unsigned)d ? 0 : -ERR_DATE;
}

void
date_format(char out[DATE_TEXT_MAX], int32_t day)
{
	struct date d = date_of_day(day);
	char *p = out;

	for (int div = 1000; div; div /= 10)
		*p++ = (char)('0' + d.year / div % 10);
	*p++ = '-';
	*p++ = (char)('0' + d.month / 10);
	*p++ = (char)('0' + d.month % 10);
	*p++ = '-';
	*p++ = (char)('0' + d.day / 10);
	*p++ = (char)('0' + d.day % 10);
	*p = '\0';
}

int32_t
date_today(void)
{
	return (int32_t)(time(NULL) / 86400);
}
