/* date.h - UTC calendar days.
 *
 * A day is a count of days since 1970-01-01; day n begins at n * 86400 s Unix
 * time.  Proleptic Gregorian, years 1970 to 9999. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define DATE_TEXT_MAX 11     /* "YYYY-MM-DD" and its NUL */
#define DAY_MIN       0      /* 1970-01-01 */
#define DAY_MAX       2932896 /* 9999-12-31 */

struct date {
	int year;       /* 1970..9999 */
	unsigned month; /* 1..12 */
	unsigned day;   /* 1..31 */
};

/* Reads "YYYY-MM-DD", exactly len bytes.  Returns 0, or -ERR_DATE. */
int date_parse(int32_t *day, const char *text, size_t len);

/* Writes "YYYY-MM-DD".  day must lie in DAY_MIN..DAY_MAX. */
void date_format(char out[DATE_TEXT_MAX], int32_t day);

struct date date_of_day(int32_t day);
int32_t date_day(struct date d);

/* Today by the system clock.  (lists/ and dataplane/ take the day as an argument.) */
int32_t date_today(void);
