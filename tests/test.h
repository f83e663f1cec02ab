/* test.h - the whole test framework: TAP on standard output, status 1 on a failure. */
#pragma once

#include <stdio.h>
#include <string.h>

static int test_no, test_bad;

#define CHECK(cond, ...)                                                              \
	do {                                                                          \
		int ok_ = !!(cond);                                                   \
		printf("%sok %d - ", ok_ ? "" : "not ", ++test_no);                   \
		printf(__VA_ARGS__);                                                  \
		if (!ok_) {                                                           \
			test_bad++;                                                   \
			printf("\n# %s:%d: %s", __FILE__, __LINE__, #cond);           \
		}                                                                     \
		putchar('\n');                                                        \
	} while (0)

static inline int
test_end(void)
{
	printf("1..%d\n", test_no);
	return test_bad != 0;
}
