#include "control/notify.h"

#include "base/err.h"
#include "control/message.h"
#include "lists/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define TYPE_SOA      6
#define CLASS_IN      1
#define OPCODE_NOTIFY (4u << MESSAGE_OPCODE_SHIFT)
#define SECOND_NS     INT64_C(1000000000)
#define WAIT_MAX_S    60

struct item {
	const struct book_zone *zone;
	const struct sockaddr_in6 *to;
	uint32_t registry;
	uint32_t serial; /* that was told or is to be told */
	unsigned tries;
	uint16_t id; /* of the message under way; 0: none */
	bool is_done;
	int64_t due_ns;
	struct tsig_chain chain; /* of the message under way */
};

struct notify {
	struct book *book;  /* held; NULL: none yet */
	struct item *items; /* by registry's name, zone and address */
	size_t n, cursor;
	int64_t due_ns;
	uint32_t by_id[65536]; /* item's number and 1; 0: free */
	struct message message;
};

int
notify_new(struct notify **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	(*out)->due_ns = INT64_MAX;
	return 0;
}

static void
free_items(struct item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tsig_end(&items[i].chain);
	free(items);
}

void
notify_free(struct notify *n)
{
	if (!n)
		return;
	free_items(n->items, n->n);
	book_drop(n->book);
	free(n);
}

static int
compare(const struct book *xb, const struct item *x, const struct book *yb, const struct item *y)
{
	int order = strcmp(xb->registries[x->registry].name, yb->registries[y->registry].name);

	if (order)
		return order;
	if (x->zone->origin_len != y->zone->origin_len)
		return x->zone->origin_len - y->zone->origin_len;
	order = memcmp(x->zone->origin, y->zone->origin, x->zone->origin_len);
	return order ? order : memcmp(x->to, y->to, sizeof(*x->to));
}

static int
in_order(const void *a, const void *b, void *book)
{
	return compare(book, a, book, b);
}

/* A name server has no use for key changes, and who has one asks for them. */
static bool
is_told(const struct book_zone *z)
{
	size_t len = sizeof(MANIFEST_KEYS) - 1;

	return z->origin[0] < len || memcmp(z->origin + 1, MANIFEST_KEYS, len) != 0;
}

static size_t
count_items(const struct book *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->zones_n; i++)
		for (unsigned k = 0; is_told(&b->zones[i]) && k < b->zones[i].readers_n; k++) {
			const struct book_registry *r = &b->registries[b->zones[i].readers[k]];

			n += r->keys_n ? r->targets_n : 0;
		}
	return n;
}

static void
fill_items(struct item *items, const struct book *b, int64_t now_ns)
{
	for (size_t i = 0; i < b->zones_n; i++)
		for (unsigned k = 0; is_told(&b->zones[i]) && k < b->zones[i].readers_n; k++) {
			uint32_t no = b->zones[i].readers[k];
			const struct book_registry *r = &b->registries[no];

			for (unsigned t = 0; r->keys_n && t < r->targets_n; t++)
				*items++ = (struct item){.zone = &b->zones[i],
				    .to = &r->targets[t],
				    .registry = no,
				    .serial = b->zones[i].now.serial,
				    .due_ns = now_ns};
		}
}

/* What was already told stays told.  A message under way is sent anew: its key may have changed. */
static void
carry_over(const struct notify *n, struct item *items, size_t count, const struct book *b)
{
	size_t old = 0;

	for (size_t i = 0; i < count; i++) {
		int order = 1;

		while (old < n->n && (order = compare(n->book, &n->items[old], b, &items[i])) < 0)
			old++;
		if (old < n->n && order == 0 && n->items[old].serial == items[i].serial) {
			items[i].tries = n->items[old].tries;
			items[i].is_done = n->items[old].is_done;
		}
	}
}

int
notify_book(struct notify *n, struct book *b, int64_t now_ns)
{
	size_t count = count_items(b);
	struct item *items;

	if (count > NOTIFY_ITEMS)
		return -ERR_LIMIT;
	items = calloc(count ? count : 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	fill_items(items, b, now_ns);
	qsort_r(items, count, sizeof(*items), in_order, b);
	if (n->book)
		carry_over(n, items, count, b);
	free_items(n->items, n->n);
	book_drop(n->book);
	n->book = book_hold(b);
	n->items = items;
	n->n = count;
	n->cursor = 0;
	n->due_ns = now_ns;
	memset(n->by_id, 0, sizeof(n->by_id));
	return 0;
}

static void
forget_id(struct notify *n, struct item *i)
{
	n->by_id[i->id] = 0;
	i->id = 0;
	tsig_end(&i->chain);
}

static void
tell(const struct notify *n, struct notify_news *news, const struct item *i, enum notify_end end)
{
	*news = (struct notify_news){.end = end,
	    .registry = &n->book->registries[i->registry],
	    .zone = i->zone,
	    .to = i->to};
}

/* An ID that nobody can guess and no other message under way has; 0: none was found. */
static uint16_t
new_id(const struct notify *n)
{
	uint16_t id[16];

	if (getrandom(id, sizeof(id), 0) != sizeof(id))
		return 0;
	for (unsigned i = 0; i < 16; i++)
		if (id[i] && !n->by_id[id[i]])
			return id[i];
	return 0;
}

static size_t
make(struct notify *n, struct item *i, uint8_t *msg, uint64_t now_s)
{
	const struct tsig_key *key = &n->book->registries[i->registry].keys[0];
	size_t len;

	i->id = new_id(n);
	if (!i->id)
		return 0;
	message_start(&n->message, msg, NOTIFY_ROOM, i->id, OPCODE_NOTIFY | MESSAGE_AA);
	message_question(&n->message, i->zone->origin, i->zone->origin_len, TYPE_SOA, CLASS_IN);
	len = n->message.len;
	tsig_start(&i->chain, key);
	n->by_id[i->id] = (uint32_t)(i - n->items) + 1;
	if (tsig_sign(&i->chain, msg, &len, NOTIFY_ROOM, now_s) < 0) {
		forget_id(n, i);
		return 0;
	}
	return len;
}

/* The next that is due, or NULL after setting due_ns. */
static struct item *
find_due(struct notify *n, int64_t now_ns)
{
	int64_t due = INT64_MAX;

	for (; n->cursor < n->n; n->cursor++) {
		struct item *i = &n->items[n->cursor];

		if (!i->is_done && i->due_ns <= now_ns)
			return i;
	}
	n->cursor = 0;
	for (size_t i = 0; i < n->n; i++)
		if (!n->items[i].is_done && n->items[i].due_ns < due)
			due = n->items[i].due_ns;
	n->due_ns = due;
	return NULL;
}

size_t
notify_next(struct notify *n, uint8_t *msg, const struct sockaddr_in6 **to,
    struct notify_news *news, int64_t now_ns, uint64_t now_s)
{
	struct item *i = n->due_ns <= now_ns ? find_due(n, now_ns) : NULL;
	int64_t wait_s;

	news->registry = NULL;
	if (!i)
		return 0;
	if (i->id)
		forget_id(n, i);
	if (i->tries == NOTIFY_TRIES) {
		i->is_done = true;
		tell(n, news, i, NOTIFY_GIVEN_UP);
		news->error = "no acknowledgement";
		return 0;
	}
	wait_s = INT64_C(1) << i->tries;
	i->tries++;
	i->due_ns = now_ns + (wait_s < WAIT_MAX_S ? wait_s : WAIT_MAX_S) * SECOND_NS;
	*to = i->to;
	return make(n, i, msg, now_s);
}

/* Whether the response repeats the question, and where what follows begins. */
static bool
has_question(const struct item *i, const uint8_t *msg, size_t len, size_t *at)
{
	struct message_rr rr;

	*at = MESSAGE_HEADER;
	if (get16(msg + 4) == 0)
		return true; /* RFC 1996 3.7 asks for it, but the ID, the address and the MAC decide
			      */
	return get16(msg + 4) == 1 && message_question_read(&rr, msg, len, at) == 0 &&
	       rr.type == TYPE_SOA && rr.owner_len == i->zone->origin_len &&
	       memcmp(rr.owner, i->zone->origin, rr.owner_len) == 0;
}

/* Finds the TSIG at the end.  Returns whether there is one. */
static bool
find_tsig(struct tsig_rr *t, const uint8_t *msg, size_t len, size_t at)
{
	unsigned n = get16(msg + 6) + get16(msg + 8) + get16(msg + 10);
	struct message_rr rr;

	for (; n > 1; n--)
		if (message_rr_read(&rr, msg, len, &at) < 0)
			return false;
	return n == 1 && get16(msg + 10) && tsig_read(t, msg, len, at) == 0;
}

static void
judge(struct item *i, const uint8_t *msg, size_t len, struct notify_news *news, uint64_t now_s)
{
	struct tsig_rr t;
	size_t at;
	int rc = TSIG_BADSIG;

	if (!has_question(i, msg, len, &at) || !find_tsig(&t, msg, len, at)) {
		news->end = NOTIFY_UNSIGNED;
		news->error = "answer not signed";
		return;
	}
	if (t.error == TSIG_OK || t.error == TSIG_BADTIME)
		rc = tsig_check_response(&i->chain, msg, &t, now_s);
	if (rc != TSIG_OK || t.error != TSIG_OK) {
		news->end = NOTIFY_UNSIGNED;
		news->error = tsig_error_text(t.error ? t.error : rc > 0 ? rc : TSIG_BADSIG);
		return;
	}
	i->is_done = true;
	news->end = NOTIFY_ACKNOWLEDGED;
	if (get16(msg + 2) & MESSAGE_RCODE) {
		news->end = NOTIFY_REFUSED;
		news->error = "refused by the registry's server";
	}
}

bool
notify_answer(struct notify *n, const uint8_t *msg, size_t len, const struct sockaddr_in6 *from,
    struct notify_news *news, uint64_t now_s)
{
	uint16_t flags = len >= MESSAGE_HEADER ? get16(msg + 2) : 0;
	struct item *i;

	if (!(flags & MESSAGE_QR) || (flags & MESSAGE_OPCODE) != OPCODE_NOTIFY ||
	    !n->by_id[get16(msg)])
		return false;
	i = &n->items[n->by_id[get16(msg)] - 1];
	if (from->sin6_port != i->to->sin6_port ||
	    !IN6_ARE_ADDR_EQUAL(&from->sin6_addr, &i->to->sin6_addr))
		return false;
	tell(n, news, i, NOTIFY_UNSIGNED);
	judge(i, msg, len, news, now_s);
	forget_id(n, i); /* one answer to a message */
	return true;
}

void
notify_settle(struct notify *n, uint32_t registry, const struct book_zone *z)
{
	if (!n->book)
		return;
	for (size_t k = 0; k < n->n; k++) {
		struct item *i = &n->items[k];

		if (i->zone != z || i->registry != registry || i->is_done)
			continue;
		i->is_done = true;
		/* An acknowledgement under way is still news. */
	}
}

int64_t
notify_due(const struct notify *n)
{
	return n->due_ns;
}
