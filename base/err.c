#include "base/err.h"

#include <string.h>

const char *
err_text(int rc)
{
	int code = rc < 0 ? -rc : rc;

	switch (code) {
	case ERR_SHORT: return "input ends early";
	case ERR_NAME: return "not a DNS name";
	case ERR_DATE: return "not a valid date";
	case ERR_FORMAT: return "bad format";
	case ERR_RANGE: return "number out of range";
	case ERR_LIMIT: return "limit exceeded";
	case ERR_FULL: return "no room left";
	case ERR_UNKNOWN: return "unknown";
	case ERR_REFUSED: return "refused";
	case ERR_STALE: return "serial not newer";
	case ERR_LIBRARY: return "library call failed";
	default: return strerror(code);
	}
}
