#include "lists/index_arena.h"

#include <Judy.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE  (2u << 20)
#define WORDS_MAX  512 /* Judy's largest node; what is larger is never reused */
#define LINE_WORDS 8
#define SLACK      64 /* readable behind the last block: a search reads whole lines */

struct arena {
	char *base;
	uint64_t size, used, idle;      /* bytes */
	void *free_list[WORDS_MAX + 1]; /* by words; the first word of a free block is the next */
};

/* Judy's allocator has no argument to pass an arena through. */
static _Thread_local struct arena *current;
static _Atomic uint64_t judy_calls;

int
arena_new(struct arena **out, uint64_t bytes_max)
{
	struct arena *a = calloc(1, sizeof(*a));
	uint64_t size = (bytes_max + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	char *p;

	if (!a)
		return -ENOMEM;
	/* One page more than needed, so that the range can begin on a huge page. */
	p = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED) {
		free(a);
		return -ENOMEM;
	}
	a->base = (char *)(((uintptr_t)p + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
	if (a->base > p)
		munmap(p, (size_t)(a->base - p));
	if (a->base < p + HUGE_PAGE)
		munmap(a->base + size, (size_t)(p + HUGE_PAGE - a->base));
	a->size = size;
	madvise(a->base, size, MADV_HUGEPAGE); /* an advice: without it all works, slower */
	*out = a;
	return 0;
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	munmap(a->base, a->size);
	free(a);
}

static void
give_back(struct arena *a, void *p, Word_t words)
{
	a->idle += words * sizeof(Word_t);
	if (words > WORDS_MAX)
		return;
	memcpy(p, &a->free_list[words], sizeof(void *));
	a->free_list[words] = p;
}

static void *
bump(struct arena *a, uint64_t bytes)
{
	void *p = a->base + a->used;

	if (bytes > a->size - SLACK - a->used)
		return NULL;
	a->used += bytes;
	return p;
}

/* Room for a block that begins where it lies in as few cache lines as it can.  What is left of
 * the line before goes to the sizes of Judy's small leaves; a word or two are lost. */
static void
align(struct arena *a, Word_t words)
{
	unsigned in_line = a->used / sizeof(Word_t) % LINE_WORDS;
	unsigned gap = (LINE_WORDS - in_line) % LINE_WORDS;
	Word_t lines = (words + LINE_WORDS - 1) / LINE_WORDS;

	if (in_line + words <= lines * LINE_WORDS || gap * sizeof(Word_t) > a->size - a->used)
		return;
	if (gap == 6) {
		give_back(a, a->base + a->used, 3);
		give_back(a, a->base + a->used + 3 * sizeof(Word_t), 3);
	} else if (gap >= 3) {
		give_back(a, a->base + a->used, (gap - 1) | 1);
	}
	a->used += gap * sizeof(Word_t);
}

void *
arena_take(struct arena *a, size_t bytes)
{
	uint64_t pad = -a->used & 63;

	if (pad + SLACK > a->size - a->used)
		return NULL;
	a->used += pad;
	return bump(a, (bytes + 63) & ~(uint64_t)63); /* fresh from mmap: zeroed */
}

uint64_t
arena_bytes(const struct arena *a)
{
	return a->used;
}

uint64_t
arena_idle(const struct arena *a)
{
	return a->idle;
}

void
arena_rewind(struct arena *a, uint64_t bytes)
{
	const char *end = a->base + bytes;

	for (Word_t words = 1; words <= WORDS_MAX; words++) {
		void *kept = NULL, *next;

		for (void *p = a->free_list[words]; p; p = next) {
			memcpy(&next, p, sizeof(next));
			if ((const char *)p < end) {
				memcpy(p, &kept, sizeof(kept));
				kept = p;
			} else {
				a->idle -= words * sizeof(Word_t);
			}
		}
		a->free_list[words] = kept;
	}
	a->used = bytes;
}

struct arena *
arena_use(struct arena *a)
{
	struct arena *before = current;

	current = a;
	return before;
}

uint64_t
arena_judy_calls(void)
{
	return atomic_load_explicit(&judy_calls, memory_order_relaxed);
}

/* In place of libJudy's own (Judy 1.0.5, JudyMalloc.c): 0 stands for no memory. */
Word_t
JudyMalloc(Word_t words)
{
	struct arena *a = current;
	void *p;

	if (!a) {
		atomic_fetch_add_explicit(&judy_calls, 1, memory_order_relaxed);
		return (Word_t)malloc(words * sizeof(Word_t));
	}
	if (words > WORDS_MAX || !a->free_list[words]) {
		align(a, words);
		return (Word_t)bump(a, words * sizeof(Word_t));
	}
	p = a->free_list[words];
	memcpy(&a->free_list[words], p, sizeof(void *));
	/* The block that is next is far from here, and wanted soon. */
	__builtin_prefetch(a->free_list[words], 1);
	a->idle -= words * sizeof(Word_t);
	return (Word_t)p;
}

void
JudyFree(void *p, Word_t words)
{
	struct arena *a = current;

	if (!a) {
		free(p);
		return;
	}
	give_back(a, p, words);
}

/* Nodes that could be swapped out: the same thing here. */
Word_t
JudyMallocVirtual(Word_t words)
{
	return JudyMalloc(words);
}

void
JudyFreeVirtual(void *p, Word_t words)
{
	JudyFree(p, words);
}
