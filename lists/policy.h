/* policy.h - what a sinkhole answers: plain data, filled from the configuration. */
#pragma once

#include "lists/name.h"

#include <netinet/in.h>
#include <stdint.h>

#define POLICY_ADDRS_MAX 8
#define POLICY_NS_MAX    8
#define POLICY_TXT_MAX   4
#define POLICIES_MAX     64

struct policy {
	char name[64];
	uint32_t ttl;          /* seconds, of A, AAAA, NS and TXT */
	uint32_t negative_ttl; /* seconds, SOA MINIMUM and TTL of the SOA in negative answers */
	unsigned a_n, aaaa_n, ns_n, txt_n;
	struct in_addr a[POLICY_ADDRS_MAX];
	struct in6_addr aaaa[POLICY_ADDRS_MAX];
	uint8_t ns[POLICY_NS_MAX][NAME_LEN_MAX]; /* canonical */
	uint8_t mname[NAME_LEN_MAX];             /* SOA MNAME, canonical */
	uint8_t rname[NAME_LEN_MAX];             /* SOA RNAME, canonical */
	uint32_t serial, refresh, retry, expire; /* SOA */
	char txt[POLICY_TXT_MAX][256];
};

/* Sane timers, MNAME "sinkhole.invalid", RNAME "hostmaster.sinkhole.invalid", no addresses. */
void policy_defaults(struct policy *p);
