/* lint.h - name servers of policies that lead nowhere.
 *
 * Whoever comes to own a name that a sinkhole delegates to owns what was sinkholed. */
#pragma once

#include "dataplane/options.h"

struct index;

/* Looks at the name servers ("ns") of every policy.  Refused are names that are no host names,
 * public suffixes, names in one of the static zones without an address there or that are a CNAME or
 * belong to no name; and, unless the policy says any-ns, names below a top level domain that does
 * not exist and names that are on a list which gives them no address. zones, index  NULL: that is
 * not looked at error         "path:line: policy ...", a feeds_error_fn Returns 0, or -ERR_FORMAT
 * after at least one call of error. */
int lint_policies(const struct options *o, const struct zones *zones, const struct index *index,
    zones_error_fn *error, void *ctx);

/* The name servers of all policies and the names above them: a list's entry for one of these needs
 * lint_policies, another one does not. */
struct lint_names;

int lint_names_new(struct lint_names **out, const struct options *o); /* 0 or -ENOMEM */
bool lint_names_have(const struct lint_names *n, const uint8_t *name, size_t len);
void lint_names_free(struct lint_names *n); /* NULL is allowed */
