#include "bench/number.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

int
number_parse(double *out, const char *text, double min, double max)
{
	size_t len = strspn(text, "0123456789.");
	double scale = 1, v;
	char *end;

	v = strtod(text, &end);
	if (len == 0 || end != text + len)
		return -ERR_RANGE; /* nothing, a sign, an exponent, "inf" */
	switch (*end) {
	case 'k': scale = 1e3; break;
	case 'M': scale = 1e6; break;
	case 'G': scale = 1e9; break;
	}
	if (scale > 1)
		end++;
	v *= scale;
	if (*end || !(v >= min && v <= max))
		return -ERR_RANGE;
	*out = v;
	return 0;
}
