/* store_prune.h - an end to what grows in the store.  The audit stays: it is only added to. */
#pragma once

#include "control/store.h"

/* Seconds; 0: whatever its age. */
struct store_ages {
	int64_t versions;  /* of zones, behind the one in force */
	int64_t decisions; /* on updates that no kept version came of, and what is known of
			    * deliveries of zones that are gone */
};

/* Removes what is older.  Returns how many versions went, which a book may still name, or a code.
 */
int64_t store_prune(struct store *s, int64_t now, const struct store_ages *ages);

/* Removes the regular files of a folder of the state directory that end so ("": any name) and that
 * nobody has written to since `before`.  Returns how many, or -errno. */
int64_t store_prune_files(
    const struct store *s, const char *folder, const char *ending, int64_t before);
