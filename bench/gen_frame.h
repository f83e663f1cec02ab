/* gen_frame.h - the generator's frames: Ethernet, VLAN, IPv4 or IPv6 and UDP around a query, and
 * what stands around an answer.  Pure. */
#pragma once

#include "bench/pool.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define GEN_HEAD_MAX 66 /* bytes: Ethernet, VLAN tag, IPv6, UDP */
#define GEN_HOSTS    (1u << 24)

struct gen_frames_config {
	uint8_t source_mac[6], target_mac[6];
	uint16_t vlan;                 /* 0: untagged */
	uint16_t port_first, udp_port; /* first source port; the server's */
	struct in_addr source, target; /* the sources' prefix */
	struct in6_addr source6, target6;
	unsigned host_bits, host6_bits; /* of the source addresses that vary, 0..24 */
	bool trust_checksums;           /* do not check answers': a veth leaves them to hardware */
};

/* Where a query comes from, as match.h keeps it. */
#define GEN_HOST_HIT (1u << 24)
#define GEN_HOST_V6  (1u << 25)

struct gen_frames {
	struct gen_frames_config config;
	uint8_t head[2][GEN_HEAD_MAX]; /* [is_v6], with checksums and lengths of nothing */
	unsigned head_len[2], ip_at;
	uint64_t ip_sum, udp_sum[2]; /* of what does not change, memory order */
};

void gen_frames_init(struct gen_frames *g, const struct gen_frames_config *c);

/* Writes the frame of a query; out has GEN_HEAD_MAX + q->len + 16 bytes.  Returns its length.
 *   host  low 24 bits: which source; GEN_HOST_V6 must be as q->is_v6.  Hot. */
unsigned gen_frame_put(const struct gen_frames *g, uint8_t *out, const struct pool_query *q,
    uint32_t host, uint32_t port_and_id);

/* An answer's parts. */
struct gen_answer {
	const uint8_t *message;
	unsigned len;
	unsigned port; /* its destination, less port_first: may be above any slot */
	bool is_v6;
};

/* Returns false when the frame is no answer to us: ARP, other ports, cut short.  Hot. */
bool gen_frame_get(
    const struct gen_frames *g, const uint8_t *frame, unsigned len, struct gen_answer *out);

/* Whether an answer is the one to a query in every part that must be the same: addresses,
 * checksums, opcode, RD, the question byte for byte. */
bool gen_frame_same(const struct gen_frames *g, const uint8_t *frame, const struct gen_answer *a,
    const struct pool_query *q, uint32_t host);
