#include "lists/sorter.h"

#include "base/err.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MEMORY_MIN  ((size_t)1 << 20)
#define MEMORY_MAX  ((size_t)2 << 30) /* positions have 32 bits */
#define BLOCK_BYTES ((size_t)2 * SORTER_KEY_MAX)

/* In front of each string, in memory and in the file. */
struct item_head {
	uint32_t len, number;
};

struct slot {
	uint64_t prefix; /* the first eight bytes, so that few comparisons go to memory */
	uint32_t at;
};

struct run {
	uint64_t next, end; /* in the file */
	uint8_t *block;     /* ours */
	size_t at, filled;
	uint64_t prefix; /* of the string at hand */
};

struct sorter {
	int fd;
	uint8_t *bytes;
	size_t size, used; /* strings grow from the left, slots from the right */
	size_t slots;
	bool merging, started;
	size_t next_slot;
	uint64_t spilled;
	struct run run[SORTER_RUNS_MAX];
	size_t runs;
	size_t heap[SORTER_RUNS_MAX];
	size_t heap_n;
};

struct sorter *
sorter_open(size_t memory_bytes, int spill_fd)
{
	struct sorter *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = memory_bytes < MEMORY_MIN ? MEMORY_MIN : memory_bytes;
	s->size = (s->size > MEMORY_MAX ? MEMORY_MAX : s->size) & ~(size_t)15;
	s->fd = spill_fd;
	s->bytes = malloc(s->size);
	if (!s->bytes) {
		free(s);
		return NULL;
	}
	return s;
}

void
sorter_close(struct sorter *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->runs; i++)
		free(s->run[i].block);
	free(s->bytes);
	free(s);
}

static struct slot *
slots_of(const struct sorter *s)
{
	return (struct slot *)(void *)(s->bytes + s->size) - s->slots;
}

static uint64_t
prefix_of(const uint8_t *key, size_t len)
{
	uint64_t p = 0;

	for (size_t i = 0; i < 8; i++)
		p = p << 8 | (i < len ? key[i] : 0);
	return p;
}

static int
compare_keys(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static struct item_head
head_at(const uint8_t *p)
{
	struct item_head h;

	memcpy(&h, p, sizeof(h));
	return h;
}

static int
compare_items(const uint8_t *a, const uint8_t *b)
{
	struct item_head x = head_at(a), y = head_at(b);

	return compare_keys(a + sizeof(x), x.len, b + sizeof(y), y.len);
}

static int
compare_slots(const void *a, const void *b, void *bytes)
{
	const struct slot *x = a, *y = b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return compare_items((const uint8_t *)bytes + x->at, (const uint8_t *)bytes + y->at);
}

static int
write_all(int fd, const uint8_t *bytes, size_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(fd, bytes, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

static void
sort_slots(struct sorter *s)
{
	qsort_r(slots_of(s), s->slots, sizeof(struct slot), compare_slots, s->bytes);
}

/* Writes what is in memory as a run; memory is empty then. */
static int
spill(struct sorter *s)
{
	const struct slot *slot = slots_of(s);
	uint8_t *block = malloc(BLOCK_BYTES);
	uint64_t begin = s->spilled;
	size_t filled = 0;
	int rc = block ? 0 : -ENOMEM;

	sort_slots(s);
	for (size_t i = 0; i <= s->slots && rc == 0; i++) {
		const uint8_t *item = i < s->slots ? s->bytes + slot[i].at : NULL;
		size_t n = item ? sizeof(struct item_head) + head_at(item).len : BLOCK_BYTES;

		if (filled + n > BLOCK_BYTES) {
			rc = write_all(s->fd, block, filled, s->spilled);
			s->spilled += filled;
			filled = 0;
		}
		if (item)
			memcpy(block + filled, item, n);
		filled += item ? n : 0;
	}
	free(block);
	s->run[s->runs++] = (struct run){.next = begin, .end = s->spilled};
	s->slots = s->used = 0;
	return rc;
}

int
sorter_add(struct sorter *s, const uint8_t *key, size_t len, uint32_t number)
{
	const struct item_head h = {(uint32_t)len, number};
	size_t need = sizeof(h) + len;

	if (len > SORTER_KEY_MAX)
		return -ERR_LIMIT;
	if (s->used + need + (s->slots + 1) * sizeof(struct slot) > s->size) {
		int rc = s->fd < 0 || s->runs == SORTER_RUNS_MAX ? -ERR_FULL : spill(s);

		if (rc < 0)
			return rc;
	}
	s->slots++;
	*slots_of(s) = (struct slot){prefix_of(key, len), (uint32_t)s->used};
	memcpy(s->bytes + s->used, &h, sizeof(h));
	memcpy(s->bytes + s->used + sizeof(h), key, len);
	s->used += need;
	return 0;
}

/* Has the whole next string of r in its block.  Returns 1, 0 at the run's end, or -errno. */
static int
fill(struct sorter *s, struct run *r)
{
	size_t left = r->filled - r->at;

	if (left >= sizeof(struct item_head) &&
	    left >= sizeof(struct item_head) + head_at(r->block + r->at).len)
		return 1;
	memmove(r->block, r->block + r->at, left);
	r->at = 0;
	r->filled = left;
	while (r->filled < BLOCK_BYTES && r->next < r->end) {
		uint64_t want = BLOCK_BYTES - r->filled, rest = r->end - r->next;
		ssize_t n =
		    pread(s->fd, r->block + r->filled, want < rest ? want : rest, (off_t)r->next);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		r->filled += (size_t)n;
		r->next += (uint64_t)n;
	}
	return r->filled > 0;
}

static const uint8_t *
item_of(const struct run *r)
{
	return r->block + r->at;
}

static bool
goes_before(const struct sorter *s, size_t a, size_t b)
{
	const struct run *x = &s->run[a], *y = &s->run[b];

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix;
	return compare_items(item_of(x), item_of(y)) < 0;
}

static void
sift_down(struct sorter *s, size_t i)
{
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < s->heap_n; child++)
			if (goes_before(s, s->heap[child], s->heap[least]))
				least = child;
		if (least == i)
			return;
		size_t swap = s->heap[i];

		s->heap[i] = s->heap[least];
		s->heap[least] = swap;
		i = least;
	}
}

static int
take_up(struct sorter *s, struct run *r)
{
	int rc = fill(s, r);

	if (rc > 0)
		r->prefix =
		    prefix_of(item_of(r) + sizeof(struct item_head), head_at(item_of(r)).len);
	return rc;
}

static int
start_merge(struct sorter *s)
{
	int rc = s->slots ? (s->runs == SORTER_RUNS_MAX ? -ERR_FULL : spill(s)) : 0;

	free(s->bytes);
	s->bytes = NULL;
	for (size_t i = 0; i < s->runs && rc >= 0; i++) {
		s->run[i].block = malloc(BLOCK_BYTES);
		rc = s->run[i].block ? take_up(s, &s->run[i]) : -ENOMEM;
		if (rc > 0)
			s->heap[s->heap_n++] = i;
	}
	for (size_t i = s->heap_n / 2; i-- > 0;)
		sift_down(s, i);
	return rc < 0 ? rc : 0;
}

static int
next_merged(struct sorter *s, const uint8_t **item)
{
	struct run *r;
	int rc;

	if (s->started) { /* the string given out before has been used up */
		r = &s->run[s->heap[0]];
		r->at += sizeof(struct item_head) + head_at(item_of(r)).len;
		rc = take_up(s, r);
		if (rc < 0)
			return rc;
		if (rc == 0)
			s->heap[0] = s->heap[--s->heap_n];
		sift_down(s, 0);
	}
	s->started = true;
	if (s->heap_n == 0) {
		s->started = false;
		return 0;
	}
	*item = item_of(&s->run[s->heap[0]]);
	return 1;
}

int
sorter_next(struct sorter *s, const uint8_t **key, size_t *len, uint32_t *number)
{
	const uint8_t *item = NULL;
	struct item_head h;
	int rc = 1;

	if (!s->merging) {
		s->merging = true;
		if (s->runs == 0)
			sort_slots(s);
		else
			rc = start_merge(s);
		if (rc < 0)
			return rc;
	}
	if (s->runs == 0) {
		if (s->next_slot == s->slots)
			return 0;
		item = s->bytes + slots_of(s)[s->next_slot++].at;
	} else {
		rc = next_merged(s, &item);
		if (rc <= 0)
			return rc;
	}
	h = head_at(item);
	*key = item + sizeof(h);
	*len = h.len;
	*number = h.number;
	return 1;
}
