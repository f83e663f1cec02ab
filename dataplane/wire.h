/* wire.h - numbers of the DNS wire format (RFC 1035 4.1, RFC 6891). */
#pragma once

#include <stdint.h>

#define DNS_HEADER_LEN 12
#define DNS_UDP_MIN    512 /* bytes that every client takes */
#define DNS_RR_FIXED   10  /* type, class, TTL, RDLENGTH */

/* Third byte of the header. */
#define DNS_QR     0x80
#define DNS_OPCODE 0x78
#define DNS_AA     0x04
#define DNS_TC     0x02
#define DNS_RD     0x01

enum { CLASS_IN = 1, CLASS_CH = 3 };
enum {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_OPT = 41,
	TYPE_DS = 43,
	TYPE_IXFR = 251,
	TYPE_ANY = 255
};
enum {
	RCODE_NOERROR = 0,
	RCODE_FORMERR = 1,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4,
	RCODE_REFUSED = 5
};

enum { OPTION_NSID = 3, OPTION_EDE = 15 }; /* RFC 5001, RFC 8914 */
enum { EDE_BLOCKED = 15 };                 /* 16 censored, 17 filtered, 18 prohibited */

static inline uint16_t
wire16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void
wire16_put(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}
