/* attribute.h - `cordon attribute`: which name an address of a pool stood for, and the way back. */
#pragma once

#include "lists/addrpool.h"

#include <netinet/in.h>
#include <stdio.h>

enum attribute_exit { ATTRIBUTE_FOUND, ATTRIBUTE_NONE, ATTRIBUTE_ERROR };

struct attribute {
	const char *program;
	struct addrpool pool;
	uint64_t at_s;       /* Unix time */
	uint32_t ttl_s;      /* how long an address may be used after it was given */
	char **name, **list; /* borrowed */
	size_t names_n, lists_n;
	uint8_t address[16];
	unsigned address_len; /* bytes; 0: none */
	FILE *to;
};

/* A line for each name: its address of each family at the time, and until when. */
enum attribute_exit attribute_names(const struct attribute *a);

/* A line for each entry in the lists that had the address when it was given: in the slot of the
 * time, or in one before that the TTL reaches over. */
enum attribute_exit attribute_lists(const struct attribute *a);
