/* fuzz_verdict: what a process that met an enemy's bytes says to the one that keeps the state. */
#include "control/verdict.h"

#include <stdlib.h>

#define OUT_SIZE 1000

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	struct verdict v;
	uint64_t sum = 0;

	if (verdict_read(&v, (const char *)text, len, OUT_SIZE) == 0)
		for (size_t i = 0; i < v.parts; i++) {
			sum += v.part[i].size;
			if (v.part[i].offset + v.part[i].size > OUT_SIZE || sum > OUT_SIZE)
				abort();
		}
	verdict_free(&v);
	return 0;
}
