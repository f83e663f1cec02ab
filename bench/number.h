/* number.h - numbers on the command line. */
#pragma once

/* Reads a decimal number, which may end in k, M or G for 10^3, 10^6 and 10^9.
 * Returns 0, or -ERR_RANGE if it is no number or lies outside min..max. */
int number_parse(double *out, const char *text, double min, double max);
