/* dga_rows.h - the rows of the table in dga.c; each is defined in the family's own file. */
#pragma once

#include "lists/dga.h"

extern const struct dga_family dga_conficker_a, dga_conficker_b, dga_conficker_c;
