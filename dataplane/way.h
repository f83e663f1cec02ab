/* way.h - every way out of the answer path; each is a counter of its own.
 *
 * WAYS lists (identifier, counter name).  Up to WAY_ANSWERS a packet ends without a reply. */
#pragma once

/* clang-format off: a table */
#define WAYS(X)                                                                              \
	X(WAY_NONE, "none")                       /* not decided yet */                      \
	X(WAY_FRAME_SHORT, "frame-short")         /* ends inside a header */                 \
	X(WAY_FRAME_CHAINED, "frame-chained")     /* more than one mbuf segment */           \
	X(WAY_FRAME_LONG, "frame-long")           /* fills its buffer: no query is so long */ \
	X(WAY_MAC_SOURCE, "mac-source")           /* from a group address */                 \
	X(WAY_NOT_OUR_MAC, "not-our-mac")                                                    \
	X(WAY_GROUP_MAC, "group-mac")             /* to a group, and neither ARP nor ND */   \
	X(WAY_ETHERTYPE, "ethertype")             /* not ARP, IPv4, IPv6 */                  \
	X(WAY_VLAN, "vlan")                       /* not one the port takes, or three tags */ \
	X(WAY_IP_HEADER, "ip-header")             /* version, header or total length */      \
	X(WAY_IP_CHECKSUM, "ip-checksum")                                                    \
	X(WAY_IP_OPTIONS, "ip-options")           /* malformed, or must be understood */     \
	X(WAY_IP_ROUTE, "ip-route")               /* source route, IPv6 routing header */    \
	X(WAY_IP_FRAGMENT, "ip-fragment")                                                    \
	X(WAY_IP_SOURCE, "ip-source")             /* broadcast, multicast, loopback, ours */ \
	X(WAY_NOT_OUR_ADDRESS, "not-our-address")                                            \
	X(WAY_PROTOCOL, "protocol")               /* neither UDP nor an ICMP we answer */    \
	X(WAY_UDP_LENGTH, "udp-length")                                                      \
	X(WAY_UDP_CHECKSUM, "udp-checksum")                                                  \
	X(WAY_UDP_PORT, "udp-port")               /* not to port 53 */                       \
	X(WAY_UDP_SOURCE, "udp-source-port")      /* 0, or of a service that would reply */  \
	X(WAY_ARP, "arp-ignored")                                                            \
	X(WAY_ICMP, "icmp-ignored")                                                          \
	X(WAY_DNS_SHORT, "dns-short")             /* under 12 bytes */                       \
	X(WAY_DNS_RESPONSE, "dns-response")       /* QR set: never answered */               \
	X(WAY_ACL_DROPPED, "acl-dropped")         /* the client may not ask */               \
	X(WAY_RRL_DROPPED, "rrl-dropped")         /* too many answers to its network */      \
	X(WAY_DROP, "action-drop")                                                           \
	X(WAY_PASSED_ON, "passed-on")             /* inline, monitor: no list has the name */ \
	X(WAY_SEEN, "seen")                       /* monitor: a list has the name */         \
	X(WAY_TO_KERNEL, "to-kernel")             /* by the exception path */                \
	X(WAY_KERNEL_LIMITED, "kernel-limited")   /* not: over a limit of that path */       \
	X(WAY_LOCAL, "local")                     /* ARP, ND, echo: answered by local.c */   \
	X(WAY_FORMERR, "formerr")                                                            \
	X(WAY_NOTIMP, "notimp")                                                              \
	X(WAY_BADVERS, "badvers")                                                            \
	X(WAY_BADCOOKIE, "badcookie")             /* UDP, a cookie is required and not good */ \
	X(WAY_NO_COOKIE, "no-cookie")             /* UDP, one is required: sent to TCP */    \
	X(WAY_ACL_REFUSED, "acl-refused")         /* the client may not ask */               \
	X(WAY_RRL_SLIPPED, "rrl-slipped")         /* rrl-dropped, but as TC */               \
	X(WAY_RRL_BADCOOKIE, "rrl-badcookie")     /* rrl-dropped, but told a cookie */       \
	X(WAY_REFUSED_CLASS, "refused-class")     /* not class IN */                         \
	X(WAY_REFUSED_TYPE, "refused-type")       /* AXFR, IXFR and other meta types */      \
	X(WAY_CHAOS, "chaos")                     /* version and identity, class CH */       \
	X(WAY_ZONE, "static-zone")                /* from a zone of our own */               \
	X(WAY_UNLISTED, "unlisted")               /* on no list, or `pass`: REFUSED */       \
	X(WAY_REFUSE, "action-refuse")                                                       \
	X(WAY_NXDOMAIN, "action-nxdomain")                                                   \
	X(WAY_NODATA, "action-nodata")                                                       \
	X(WAY_REFER, "action-refer")                                                         \
	X(WAY_TRUNCATE, "action-truncate")        /* over UDP; over TCP a sinkhole */        \
	X(WAY_SINKHOLE, "action-sinkhole")
/* clang-format on */

#define WAY_ENUM(id, text) id,
enum way { WAYS(WAY_ENUM) WAYS_N };
#undef WAY_ENUM

#define WAY_SOUND   WAY_CHAOS /* from here on the query was well-formed and ours to answer */
#define WAY_ANSWERS WAY_LOCAL /* from here on there is a reply */

/* The counter's name. */
const char *way_text(enum way w);
