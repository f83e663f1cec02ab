/* conf_scan.h - makes a configuration text fit for libconfig 1.5.
 *
 * libconfig cuts an integer without an L to 32 bits, follows @include, takes a
 * comment that is never closed as one that is, ends a string at \x00, stumbles over
 * a comment in a last line without LF, and does all but the last in silence.  So the text is
 * copied: with an L behind every integer, without comments, its lines kept; the rest
 * is a mistake.  For conf.c alone. */
#pragma once

#include "base/conf_mistake.h"

#define CONF_DEPTH_MAX 8 /* brackets within brackets */

/* Returns the copy, the caller's to free, with a NUL at its end; or NULL after
 * adding to m.  text need not end in NUL. */
char *conf_scan(const char *text, size_t len, struct conf_mistakes *m);
