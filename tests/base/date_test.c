#include "base/date.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdbool.h>

static const struct {
	const char *about, *text;
	int32_t day;
} good[] = {
    {"the first day", "1970-01-01", DAY_MIN},
    {"the last day", "9999-12-31", DAY_MAX},
    {"the day Conficker C woke", "2009-04-01", 14335},
    {"leap year by four", "1972-02-29", 789},
    {"leap year by 400", "2000-02-29", 11016},
    {"the day after it", "2000-03-01", 11017},
    {"the end of a leap year", "2008-12-31", 14244},
    {"no leap year by 100: February ends", "2100-02-28", 47540},
    {"no leap year by 100: March begins", "2100-03-01", 47541},
    {"the day behind 32 bits of seconds", "2038-01-19", 24855},
};

static const struct {
	const char *about, *text;
} bad[] = {
    {"empty", ""},
    {"before 1970", "1969-12-31"},
    {"month 0", "2009-00-01"},
    {"month 13", "2009-13-01"},
    {"day 0", "2009-04-00"},
    {"31 April", "2009-04-31"},
    {"29 February of no leap year", "2009-02-29"},
    {"29 February 2100", "2100-02-29"},
    {"30 February of a leap year", "2000-02-30"},
    {"no leading zeros", "2009-4-1"},
    {"other separators", "2009/04/01"},
    {"a sign in the year", "+009-04-01"},
    {"a sign in the month", "2009--4-01"},
    {"a letter in the year", "20o9-04-01"},
    {"a space in the day", "2009-04- 1"},
    {"a byte too many", "2009-04-010"},
    {"a year of five digits", "12009-04-01"},
};

static void
test_parse(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		char text[DATE_TEXT_MAX];
		int32_t day = -1;
		int rc = date_parse(&day, good[i].text, strlen(good[i].text));

		CHECK(rc == 0 && day == good[i].day, "parse: %s", good[i].about);
		date_format(text, good[i].day);
		CHECK(strcmp(text, good[i].text) == 0, "format: %s", good[i].about);
	}
}

static void
test_refused(void)
{
	int32_t day;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(date_parse(&day, bad[i].text, strlen(bad[i].text)) == -ERR_DATE,
		    "refused: %s", bad[i].about);
	CHECK(date_parse(&day, "2009-04-01", 9) == -ERR_DATE, "length counts, not the NUL");
}

/* Every day there is, against a calendar that only counts. */
static void
test_every_day(void)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct date d = {1970, 1, 1};
	int32_t wrong = 0;

	for (int32_t day = DAY_MIN; day <= DAY_MAX; day++) {
		struct date got = date_of_day(day);
		bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;

		wrong += got.year != d.year || got.month != d.month || got.day != d.day;
		wrong += date_day(d) != day;
		if (++d.day > days[d.month - 1] + (d.month == 2 && leap)) {
			d.day = 1;
			d.month++;
		}
		if (d.month > 12) {
			d.month = 1;
			d.year++;
		}
	}
	CHECK(wrong == 0, "1970 to 9999, day by day (%d wrong)", wrong);
}

static void
test_text_round_trip(void)
{
	int32_t wrong = 0, back;
	char text[DATE_TEXT_MAX];

	for (int32_t day = DAY_MIN; day <= DAY_MAX; day += 97) {
		date_format(text, day);
		wrong += date_parse(&back, text, DATE_TEXT_MAX - 1) != 0 || back != day;
	}
	CHECK(wrong == 0, "format and parse give the day back (%d wrong)", wrong);
}

int
main(void)
{
	test_parse();
	test_refused();
	test_every_day();
	test_text_round_trip();
	return test_end();
}
