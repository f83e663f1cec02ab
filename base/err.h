/* err.h - the one error space.
 *
 * A call that can fail returns 0 or a count, or a negative code: -errno, or
 * -ERR_* below.  err_text() names either kind. */
#pragma once

enum err {
	ERR_SHORT = 1000, /* input ends early */
	ERR_NAME,         /* not a DNS name */
	ERR_DATE,         /* not a date, or outside what can be expressed */
	ERR_FORMAT,       /* file or message breaks its format */
	ERR_RANGE,        /* number outside its range */
	ERR_LIMIT,        /* larger or more than a limit allows */
	ERR_FULL,         /* no room left in a fixed-size structure */
	ERR_UNKNOWN,      /* no such thing (option, family, command) */
	ERR_REFUSED,      /* the peer or a rule says no */
	ERR_STALE,        /* serial is not newer than ours (RFC 1982) */
	ERR_LIBRARY,      /* a library call failed without an errno */
};

/* Text for a return code; takes it with or without its sign.  Static; never NULL. */
const char *err_text(int rc);
