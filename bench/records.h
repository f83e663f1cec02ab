/* records.h - reads back what record.h wrote. */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* Reads one record, or every record (*.json) of a directory and the directories in it, in the order
 * of their names, to *out, a new array.  What has another schema is skipped and named on standard
 * error.  Returns how many, or -errno. */
int records_read(json_t **out, const char *path);

/* A text, or a number, by a path of keys separated by dots; "" and 0 when there is none. */
const char *records_text(const json_t *record, const char *path);
double records_number(const json_t *record, const char *path);

/* The numbers `key` of the trials at a point that have it, as many as there is room for. */
size_t records_values(
    const json_t *record, const char *point, const char *key, double *out, size_t room);
