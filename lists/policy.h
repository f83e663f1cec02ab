/* policy.h - what a sinkhole answers: plain data, filled from the configuration. */
#pragma once

#include "lists/action.h"
#include "lists/name.h"
#include "lists/addrpool.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define POLICY_ADDRS_MAX 8
#define POLICY_NS_MAX    8
#define POLICY_TXT_MAX   4
#define POLICIES_MAX     64

struct policy {
	char name[64];
	uint32_t ttl;          /* seconds, of A, AAAA, NS and TXT */
	uint32_t negative_ttl; /* seconds, SOA MINIMUM; negative answers: it or ttl, the lesser */
	unsigned a_n, aaaa_n, ns_n, txt_n;
	struct in_addr a[POLICY_ADDRS_MAX];
	struct in6_addr aaaa[POLICY_ADDRS_MAX];
	uint8_t ns[POLICY_NS_MAX][NAME_LEN_MAX]; /* canonical */
	struct addrpool pool;                    /* instead of a or aaaa where it has them */
	uint8_t mname[NAME_LEN_MAX];             /* SOA MNAME, canonical */
	uint8_t rname[NAME_LEN_MAX];             /* SOA RNAME, canonical */
	uint32_t serial, refresh, retry, expire; /* SOA */
	char txt[POLICY_TXT_MAX][256];
	bool has_ns; /* ns[] was given: a delegation may name them */
	uint8_t ede; /* extended error of nxdomain, nodata and refuse, 15..18 (RFC 8914); 0: none */
	char ede_text[64]; /* its EXTRA-TEXT, UTF-8; may be empty */
};

/* Sane timers, MNAME "sinkhole.invalid", RNAME "hostmaster.sinkhole.invalid", no addresses. */
void policy_defaults(struct policy *p);

/* Adds an address of either family.  Returns 0, -ERR_FORMAT when text is none, or -ERR_FULL. */
int policy_add_address(struct policy *p, const char *text);

/* Adds a name server; the first becomes MNAME.  Returns 0, -ERR_NAME or -ERR_FULL. */
int policy_add_ns(struct policy *p, const char *text);

/* What a policy lacks for an action: text for a message, or NULL when it has all. */
const char *policy_lacks(const struct policy *p, enum action a);
