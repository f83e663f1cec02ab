/* index_arena.h - the memory that one index lives in, handed to Judy word by word.
 *
 * libJudy asks JudyMalloc and JudyFree for its nodes; both are defined in index_arena.c and take
 * the place of the library's.  They serve the arena that the calling thread has made current, from
 * a reserved range that huge pages back where the system has them: exact sizes, one free list a
 * size, no headers.  Without a current arena (any other use of Judy in the process) they fall
 * back to malloc.  Freeing a whole index is one munmap.
 *
 * Threads: an arena is used by one thread at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* bytes_max: the range that is reserved, rounded up to 2 MiB.  Returns 0 or -ENOMEM. */
int arena_new(struct arena **out, uint64_t bytes_max);
void arena_free(struct arena *a); /* NULL is allowed */

/* Memory for as long as the arena lives, zeroed, aligned to 64 bytes; NULL when it is full. */
void *arena_take(struct arena *a, size_t bytes);

/* Bytes taken from the system, and of these bytes that wait in free lists. */
uint64_t arena_bytes(const struct arena *a);
uint64_t arena_idle(const struct arena *a);

/* Takes back what Judy was given since arena_bytes() returned `bytes`; it must have freed all of
 * that.  Freed blocks are for their own size alone: without this, what could not be finished would
 * leave no room for anything else. */
void arena_rewind(struct arena *a, uint64_t bytes);

/* Makes a the calling thread's arena for Judy; returns what was current, to be put back. */
struct arena *arena_use(struct arena *a);

/* How often JudyMalloc here was called, by all threads: shows that it is in place. */
uint64_t arena_judy_calls(void);
