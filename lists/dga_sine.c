#include "lists/dga_sine.h"

#include <math.h>
#include <stdint.h>

typedef unsigned __int128 u128;
typedef __int128 i128;

double
dga_sine_x87(double x)
{
	const u128 turn = (u128)6 << 64 | 0x487ED5110B4611A6; /* 2 * floor(pi * 2^64) */
	i128 t = (i128)(((u128)(uint64_t)x << 64) % turn);

	if (t > (i128)(turn / 2))
		t -= (i128)turn;
	return sin(ldexp((double)t, -64));
}

double
dga_sine_libm(double x)
{
	return sin(x);
}
