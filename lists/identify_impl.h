/* identify_impl.h - a search under way, for the files identify*.c only. */
#pragma once

#include "lists/identify.h"
#include "lists/index.h"

#include <pthread.h>
#include <stdatomic.h>

#define LENGTHS (NAME_LABEL_MAX + 1)

struct run_state {
	uint64_t first;           /* number of its first task */
	uint64_t length[LENGTHS]; /* names made, by the length of their first label */
	double space;             /* suffixes */
};

struct identify {
	struct index *index;
	struct identify_name *name;
	size_t names;
	const struct identify_run *run;
	size_t runs;
	struct run_state *state;
	struct identify_task *again; /* the second round's */
	uint64_t tasks;
	unsigned round; /* 1 or 2 */
	int rc;
	_Atomic uint64_t taken;
	_Atomic bool failed;
	pthread_mutex_t lock; /* of matches, lengths and rc */
};
