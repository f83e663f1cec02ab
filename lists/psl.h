/* psl.h - the Public Suffix List (https://publicsuffix.org). */
#pragma once

#include "lists/name.h"

struct psl;

/* Opens a list, text or compiled.  path NULL: the newest of the system's and the one that was
 * compiled into libpsl.  Returns 0, -errno, -ERR_LIBRARY, -ENOMEM, or -ERR_FORMAT when `com` is not
 * in it. */
int psl_open(struct psl **out, const char *path);

/* Whether the name itself is a public suffix; a name of one label always is. */
bool psl_is_suffix(const struct psl *psl, const uint8_t *name);

/* Whether there is a top level domain of this name of one label, but for the rule that any is. */
bool psl_has_top(const struct psl *psl, const uint8_t *name);

/* The shortest ending of a name that is a public suffix, as an offset in bytes; the name's own
 * first label is skipped, so for a public suffix the answer is the suffix above it, at worst
 * the root. */
size_t psl_suffix_of(const struct psl *psl, const uint8_t *name);

/* Gives each rule's name to take, without `*.`; exceptions (`!`) are no suffixes.  Returns 0,
 * -errno, -ERR_FORMAT when the file is no text or has a line that is no name, or what take
 * returned. */
int psl_rules(const char *path, int (*take)(void *ctx, const uint8_t *name, size_t len), void *ctx);

/* The text that psl_rules reads when the system has it, else NULL.  Static. */
const char *psl_text_path(void);

void psl_close(struct psl *psl);
