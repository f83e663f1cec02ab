/* match.h - the queries that wait for an answer, found by message id and source port.
 *
 * Query number s goes out with id s mod 65536 and port slot s / 65536 mod ports, so a number is
 * used again only after ports * 65536 others, and both ends of the table are walked in order.
 * Times are ticks.  Pure; one thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MATCH_IDS       65536
#define MATCH_PORTS_MAX 256

enum match_state { MATCH_FREE, MATCH_WAITING, MATCH_ANSWERED, MATCH_LOST };

struct match_slot {
	uint64_t due;  /* when it was to be sent: a late sender's delay is the query's delay */
	uint32_t at;   /* of the query in the pool */
	uint32_t host; /* its source, 28 bits, and the state */
};

enum match_result {
	MATCH_OK,
	MATCH_LATE,      /* after the timeout: already counted as lost */
	MATCH_DUPLICATE, /* answered before */
	MATCH_STRAY,     /* never asked */
};

struct match {
	struct match_slot *slot;
	uint64_t slots;   /* a power of two: ports * MATCH_IDS */
	uint64_t next;    /* number of the next query */
	uint64_t oldest;  /* below it nothing waits */
	uint64_t timeout; /* ticks */
	uint64_t lost;
};

/* The least number of ports, a power of two from 16 to MATCH_PORTS_MAX, with which rate * timeout_s
 * queries can wait; 0 if there is none. */
unsigned match_ports(double rate, double timeout_s);

/* slot: ports * MATCH_IDS slots, zeroed, the caller's. */
void match_start(struct match *m, struct match_slot *slot, unsigned ports, uint64_t timeout);

/* Notes the next query; a slot still taken by its forerunner is lost first.  Hot. */
static inline void
match_ask(struct match *m, uint64_t due, uint32_t at, uint32_t host)
{
	struct match_slot *s = &m->slot[m->next++ & (m->slots - 1)];

	if (s->host >> 28 == MATCH_WAITING) {
		m->lost++;
		m->oldest = m->next > m->slots ? m->next - m->slots : 0;
	}
	*s = (struct match_slot){due, at, host | (uint32_t)MATCH_WAITING << 28};
}

/* The slot that port slot and id name; NULL when there is no such port slot.  Hot. */
static inline struct match_slot *
match_find(struct match *m, unsigned port, unsigned id)
{
	uint64_t i = (uint64_t)port * MATCH_IDS + id;

	return i < m->slots ? &m->slot[i] : NULL;
}

/* Takes note of an answer.  Hot. */
static inline enum match_result
match_answer(struct match_slot *s)
{
	unsigned state = s->host >> 28;

	if (state == MATCH_WAITING) {
		s->host = (s->host & 0xfffffff) | (uint32_t)MATCH_ANSWERED << 28;
		return MATCH_OK;
	}
	return state == MATCH_LOST       ? MATCH_LATE
	       : state == MATCH_ANSWERED ? MATCH_DUPLICATE
					 : MATCH_STRAY;
}

/* Takes back the last n queries, which could not be sent.  Hot. */
static inline void
match_unask(struct match *m, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		m->slot[--m->next & (m->slots - 1)].host = 0;
	if (m->oldest > m->next)
		m->oldest = m->next;
}

/* Gives up what was due more than the timeout before now: at most `most` slots a call.  Hot. */
static inline void
match_expire(struct match *m, uint64_t now, unsigned most)
{
	while (m->oldest < m->next && most-- > 0) {
		struct match_slot *s = &m->slot[m->oldest & (m->slots - 1)];

		if (s->host >> 28 == MATCH_WAITING) {
			if (now < s->due || now - s->due <= m->timeout)
				return;
			s->host = (s->host & 0xfffffff) | (uint32_t)MATCH_LOST << 28;
			m->lost++;
		}
		m->oldest++;
	}
}
