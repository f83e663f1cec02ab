#include "dataplane/limit_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

int
limiter_new(struct limiter **out, unsigned buckets)
{
	struct limiter *l = calloc(1, sizeof(*l));
	uint64_t sets = LIMIT_BUCKETS_MIN / LIMIT_WAYS;

	if (!l)
		return -ENOMEM;
	while (sets * LIMIT_WAYS < buckets)
		sets *= 2;
	/* From calloc a table of this size costs memory only where it is written. */
	l->memory = calloc(sets + 1, sizeof(*l->set));
	if (!l->memory) {
		free(l);
		return -ENOMEM;
	}
	l->set = (struct set *)(((uintptr_t)l->memory + sizeof(*l->set) - 1) / sizeof(*l->set) *
				sizeof(*l->set));
	l->mask = sets - 1;
	if (getrandom(l->key, sizeof(l->key), 0) != sizeof(l->key)) {
		limiter_free(l);
		return -EIO;
	}
	*out = l;
	return 0;
}

void
limiter_free(struct limiter *l)
{
	if (!l)
		return;
	free(l->memory);
	free(l);
}
