/* report.h - verdicts and zones as JSON and as lines, for `cordon verify` and `cordon show`. */
#pragma once

#include "lists/verify.h"

#include <jansson.h>

/* [{"code", "where", "line", "text", "times"}] */
json_t *report_reasons(const struct reasons *r);

/* [{"key_tag", "algorithm", "key", "inception", "expiration", "counts"}]
 *   t  NULL: key and counts are left out, as nothing was checked */
json_t *report_signatures(const struct signature_found *f, size_t n, const struct trust *t);

/* The names of a set of keys. */
json_t *report_signers(const struct trust *t, uint64_t signers);

/* "com.ag", "." for a whole feed, "" for the manifest; returns out. */
const char *report_suffix(char out[NAME_TEXT_MAX], const uint8_t *suffix, size_t len);

/* Writes j and a line end, and frees it.  Returns 0 or -errno. */
int report_write(json_t *j, FILE *to);
