/* exception.h - what a port's responder does not answer itself, handed to a kernel interface.
 *
 * The interface is a TAP with the port's own MAC.  It is given frames for that MAC, and ARP and
 * ICMPv6 to groups, that are sound and neither DNS nor answered by local.h; what the kernel sends
 * there leaves by the port.  Bounded three times, since a frame costs a system call and 100 times
 * what an answer does: in a burst, by source network, and in all. */
#pragma once

#include "dataplane/frame.h"
#include "dataplane/limit.h"
#include "lists/prefixes.h"

#include <stdint.h>

#define EXCEPTION_BURST 16 /* frames of a burst that go to the kernel, and that come from there */
#define EXCEPTION_LEN4  24 /* bits of a source network */
#define EXCEPTION_LEN6  56

/* A port's; constant while workers run. */
struct exception {
	uint16_t tap;             /* DPDK's number; its queues are those of the port */
	struct limit_rules limit; /* LIMIT_POSITIVE: frames of a network */
	uint64_t total_cost_ns;   /* of any network; 0: not limited */
	struct prefixes *exempt;  /* from neither limit; NULL: none */
};

/* A worker's. */
struct exception_spent {
	struct limiter *limiter;
	uint64_t until_ns; /* the bucket of all networks, as limit_impl.h has it */
};

/* Gives each lane that is for the kernel WAY_TO_KERNEL, or WAY_KERNEL_LIMITED.  After
 * local_answer.  Hot. */
void exception_pick(const struct exception *x, struct exception_spent *s, const struct frames *f,
    struct vec *v, uint64_t now_ms);

/* exception_open.c: makes the kernel interface, brings it up, and fills *x.  Start-up only.
 *   device  a name for DPDK, unlike any other
 *   mac     the port's
 * Returns 0, -errno or -ERR_*; exception_close is right after either, with x zeroed before. */
struct exception_plan {
	const char *device;
	const struct port_options *port;
	const uint8_t *mac;
	uint16_t queues; /* at most EXCEPTION_QUEUES_MAX */
};
#define EXCEPTION_QUEUES_MAX 16 /* of a TAP */
int exception_open(struct exception *x, const struct exception_plan *plan);
void exception_close(struct exception *x);
