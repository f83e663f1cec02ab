/* option.h - what argp parsers share.  After a mistake argp says what is wrong and ends the
 * program. */
#pragma once

#include <argp.h>
#include <stddef.h>

/* Reads a whole decimal number from min to max; what: the option, for the message. */
long option_number(
    struct argp_state *state, const char *what, const char *text, long min, long max);

/* Appends text, borrowed, to list, which has room for max. */
void option_push(
    struct argp_state *state, const char **list, size_t *n, size_t max, const char *text);

/* The same for a list without a bound: the caller's to free, as are not the texts.  Returns 0, or
 * ENOMEM as argp's parsers do. */
int option_append(char ***list, size_t *n, char *text);
