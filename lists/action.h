/* action.h - what is done with a query for a listed name. */
#pragma once

enum action {
	ACTION_INHERIT,  /* an entry's: the same as its feed's */
	ACTION_PASS,     /* an exception: treated as if no list had the name */
	ACTION_NXDOMAIN, /* the name does not exist */
	ACTION_NODATA,   /* it exists and has no records */
	ACTION_SINKHOLE, /* A, AAAA, NS, SOA and TXT of our own */
	ACTION_REFUSE,   /* RCODE REFUSED */
	ACTION_DROP,     /* silence */
	ACTION_REFER,    /* a delegation to the policy's name servers */
	ACTION_TRUNCATE, /* over UDP: TC, so that the client comes back by TCP; there a sinkhole */
	ACTIONS
};

/* For messages. */
#define ACTION_WORDS "pass, nxdomain, nodata, sinkhole, refuse, drop, refer or truncate"

/* The word used in files and on command lines; "inherit" for ACTION_INHERIT. */
const char *action_text(enum action a);

/* Returns an action other than ACTION_INHERIT, or -ERR_UNKNOWN. */
int action_parse(const char *text, unsigned long len);
