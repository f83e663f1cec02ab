/* sorter.h - sorts byte strings in bounded memory: runs in memory, merged from a file.
 *
 * Order: as memcmp, a string before what it begins.  One thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SORTER_KEY_MAX  (1 << 17) /* bytes */
#define SORTER_RUNS_MAX 512

struct sorter;

/* memory_bytes  for strings and their index, 1 MiB or more
 * spill_fd      a file that may be written, from its beginning, when memory is full, the
 *               caller's until the end; -1: none
 * Returns NULL out of memory. */
struct sorter *sorter_open(size_t memory_bytes, int spill_fd);
void sorter_close(struct sorter *s);

/* Adds a string (copied) with a number that travels with it.  Returns 0, -ERR_FULL when memory
 * and runs are used up, -ERR_LIMIT over SORTER_KEY_MAX, or -errno. */
int sorter_add(struct sorter *s, const uint8_t *key, size_t len, uint32_t number);

/* The next string in order, equal ones in any; the first call ends the adding.  *key is
 * borrowed until the next call.  Returns 1, 0 after the last, or -errno. */
int sorter_next(struct sorter *s, const uint8_t **key, size_t *len, uint32_t *number);
