#include "dataplane/checksum.h"

/* clang-format off: a table */
#define FOUR    255, 255, 255, 255
#define SIXTEEN FOUR, FOUR, FOUR, FOUR
/* clang-format on */

const uint8_t checksum_keep[128]
    __attribute__((aligned(64))) = {SIXTEEN, SIXTEEN, SIXTEEN, SIXTEEN};
