/* report.h - records as one self-contained page with plots. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* Writes the page; records is an array as records_read makes it.  Returns 0, or -1 when `to` did
 * not take it all. */
int report_write(FILE *to, const json_t *records);
