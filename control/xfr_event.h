/* xfr_event.h - lines to the parent about what happened (xfr.h has their form).
 *
 * They wait in a bounded queue while the parent is busy.  Lines a second are limited, those that
 * an outsider can cause without a key to a few; what is left out is counted, and told. */
#pragma once

#include "lists/name.h"

#include <jansson.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xfr_event {
	const char *event;                                  /* static */
	char registry[65], zone[NAME_TEXT_MAX], client[64]; /* empty: left out */
	const char *kind, *error, *transport;               /* static; NULL: left out */
	bool has_serial, has_bytes;
	bool ok;
	uint32_t serial;
	uint64_t bytes, ms;
};

struct xfr_events;

/*   fd  a stream socket, made non-blocking; -1: nobody listens
 * Returns 0, -ENOMEM or -errno. */
int xfr_events_new(struct xfr_events **out, int fd);
void xfr_events_free(struct xfr_events *e); /* NULL is allowed */

/* Queues a line.  is_strange: nobody has signed for it, so it is limited. */
void xfr_event_send(
    struct xfr_events *e, const struct xfr_event *event, bool is_strange, int64_t now_ns);

/* Whether one more line may be sent in this second; counts it, or as lost. */
bool xfr_events_allow(struct xfr_events *e, bool is_strange, int64_t now_ns);

/* Queues a line of another form, taken over; NULL is out of memory.  Not limited.  Returns whether
 * there was room for it. */
bool xfr_events_say(struct xfr_events *e, json_t *line);

/* {"event": "book", ...} */
void xfr_event_book(struct xfr_events *e, const char *error, size_t zones);

/* Writes what the parent takes. */
void xfr_events_flush(struct xfr_events *e);
bool xfr_events_wait(const struct xfr_events *e); /* whether lines wait for room */

/* "192.0.2.1#53"; IPv4 as ::ffff:a.b.c.d too. */
void xfr_client_text(char out[64], const struct in6_addr *address, uint16_t port);
