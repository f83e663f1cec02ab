/* report_plots.h - the plots of the report: each writes <svg> elements, or nothing where the record
 * has nothing to draw. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* Of all records: the rate over list size, cores and hit ratio; the structures beside the index. */
void plot_sweeps(FILE *to, const json_t *records);

/* What suits one record's scenario. */
void plot_record(FILE *to, const json_t *record);
