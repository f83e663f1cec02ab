/* when.h - times on command lines and in reports. */
#pragma once

#include <stdint.h>

#define WHEN_TEXT_MAX 32

/* Reads Unix seconds, YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ, `now', or +N and -N with s, m, h or d
 * behind it, counted from now.  Returns 0 or -ERR_DATE. */
int when_parse(int64_t *out, const char *text, int64_t now);

/* Writes YYYY-MM-DDTHH:MM:SSZ; returns out. */
const char *when_text(char out[WHEN_TEXT_MAX], int64_t t);
