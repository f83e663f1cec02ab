/* dga_published.h - parameters that were seen in samples. */
#pragma once

#include "lists/dga.h"

/* Texts "name=value,name=value" for dga_set, ended by NULL; "" stands for the defaults.
 * Never empty: a family of which no set was published has the defaults alone. */
const char *const *dga_published(const struct dga_family *f);

/* Fills v with the defaults, then with a text of dga_published or of the same form.
 *   store  bytes that v's texts point into; at least strlen(params) + 1
 * Returns 0, -ERR_UNKNOWN, -ERR_RANGE, or -ERR_FORMAT. */
int dga_set_all(const struct dga_family *f, struct dga_values *v, const char *params, char *store);
