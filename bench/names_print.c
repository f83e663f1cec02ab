/* names_print: N names of names.h as text, one a line.
 *
 *   names_print N [SEED] > names.txt */
#include "bench/names.h"

#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	struct names gen = {argc > 2 ? strtoull(argv[2], NULL, 10) : 1};

	if (n == 0) {
		fprintf(stderr, "usage: names_print N [SEED]\n");
		return 2;
	}
	while (n-- > 0) {
		uint8_t name[16];

		names_next(&gen, name);
		/* Two labels: the length byte between them becomes the dot. */
		name[name[0] + 1] = '.';
		puts((const char *)name + 1);
	}
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
