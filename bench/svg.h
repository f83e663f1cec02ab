/* svg.h - small plots as SVG: lines over linear or logarithmic axes, and bars. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define SVG_LINES_MAX 16

struct svg_point {
	double x, y;
};

struct svg_line {
	const char *name; /* borrowed */
	const struct svg_point *point;
	size_t n;
};

struct svg_plot {
	const char *title, *x_label, *y_label;
	bool is_log_x, is_log_y; /* values must then be above 0 */
	const char *const *part; /* of bars: names of the points that each is made of; NULL: one */
	unsigned parts_n;
	unsigned lines_n;
	struct svg_line line[SVG_LINES_MAX];
};

/* Writes text with what HTML takes for markup replaced. */
void svg_text(FILE *to, const char *text);

/* Writes one <svg> element; nothing when there is no point. */
void svg_lines(FILE *to, const struct svg_plot *p);

/* Writes horizontal bars: y of each line's points, one behind the other, parts_n of them or one. */
void svg_bars(FILE *to, const struct svg_plot *p);

/* 1.5M, 20k, 3.2: three digits; out has 16 bytes. */
void svg_number(char *out, double v);
