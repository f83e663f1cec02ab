/* notify.h - NOTIFY (RFC 1996), signed: tells registries that a zone has a new serial.
 *
 * A message is repeated after 1, 2, 4 ... 60 s until the registry has acknowledged it with a
 * signature, has asked for that serial, or NOTIFY_TRIES were sent.  An acknowledgement
 * without a signature proves nothing and ends nothing.
 *
 * No sockets here: the caller sends and receives.  One thread. */
#pragma once

#include "control/book.h"

#define NOTIFY_TRIES   12
#define NOTIFY_ROOM    1024 /* bytes of a message */
#define NOTIFY_ITEMS   (1 << 20)
#define NOTIFY_PENDING 65535 /* waiting for an answer at a time: one ID each */

enum notify_end { NOTIFY_ACKNOWLEDGED, NOTIFY_UNSIGNED, NOTIFY_REFUSED, NOTIFY_GIVEN_UP };

/* What has become of one notice; borrowed until the next call. */
struct notify_news {
	enum notify_end end;
	const char *error; /* static, NULL: none */
	const struct book_registry *registry;
	const struct book_zone *zone;
	const struct sockaddr_in6 *to;
};

struct notify;

int notify_new(struct notify **out); /* 0 or -ENOMEM */
void notify_free(struct notify *n);  /* NULL is allowed */

/* Takes over a book: zones with a serial that its readers were not told of are due now.
 * Returns 0, or -ENOMEM, -ERR_LIMIT and the notices are those of the book before. */
int notify_book(struct notify *n, struct book *b, int64_t now_ns);

/* Makes the next message that is due.
 *   msg    NOTIFY_ROOM bytes, the caller's
 *   to     where it goes, IPv4 as ::ffff:a.b.c.d
 *   news   filled when the return is 0 and news->registry is not NULL: it is given up
 * Returns its length; 0: none is due, or one was given up. */
size_t notify_next(struct notify *n, uint8_t *msg, const struct sockaddr_in6 **to,
    struct notify_news *news, int64_t now_ns, uint64_t now_s);

/* Takes a response.  Returns whether it has an effect, told in news. */
bool notify_answer(struct notify *n, const uint8_t *msg, size_t len,
    const struct sockaddr_in6 *from, struct notify_news *news, uint64_t now_s);

/* The registry has asked for or holds the zone's present serial. */
void notify_settle(struct notify *n, uint32_t registry, const struct book_zone *z);

/* When the next is due, CLOCK_MONOTONIC; INT64_MAX: none. */
int64_t notify_due(const struct notify *n);
