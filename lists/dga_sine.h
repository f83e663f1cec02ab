/* dga_sine.h - the two sines that a Conficker bot may have had.
 *
 * Arguments are whole numbers up to 2^63, where every digit of the sine is decided by how
 * the argument is reduced.  The x87's FSIN reduces with a pi of 66 significant bits, a
 * correct libm with the true pi: the results agree in a digit or two. */
#pragma once

/* A sine of x, 1 <= x <= 2^63, x whole.  The last bit may be off: what it is added to has
 * at least ten bits more, so that a name depends on it once in some 2^59 steps. */
typedef double dga_sine_fn(double x);

/* FSIN, in integers: the same on every processor. */
double dga_sine_x87(double x);

/* The reduction with the true pi, as libraries that do not use FSIN have it. */
double dga_sine_libm(double x);
