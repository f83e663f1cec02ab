#include "base/serial.h"

#include "tests/test.h"

static const struct {
	const char *about;
	uint32_t a, b;
	bool a_newer, b_newer;
} cases[] = {
    {"equal", 7, 7, false, false},
    {"next", 8, 7, true, false},
    {"zero follows the largest", 0, UINT32_MAX, true, false},
    {"a date serial across years", 2010010100, 2009123199, true, false},
    {"the farthest that is newer", 0x7fffffff, 0, true, false},
    {"2^31 apart: no order", 0x80000000, 0, false, false},
    {"2^31 apart, not from zero", 0x80000005, 5, false, false},
    {"one farther is older", 0x80000001, 0, false, true},
    {"across the wrap, far", 0x7ffffffe, UINT32_MAX, true, false},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK(
		    serial_newer(cases[i].a, cases[i].b) == cases[i].a_newer, "%s", cases[i].about);
		CHECK(serial_newer(cases[i].b, cases[i].a) == cases[i].b_newer, "%s, reversed",
		    cases[i].about);
	}
	return test_end();
}
