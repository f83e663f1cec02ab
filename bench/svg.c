#include "bench/svg.h"

#include <math.h>

#define WIDTH  720
#define HEIGHT 360
#define LEFT   80
#define RIGHT  180 /* for the names of the lines */
#define TOP    36
#define BOTTOM 52
#define BAR    22

#define BAR_LEFT  240
#define BAR_WIDTH 380
#define LEGEND    84 /* of each part's name */
#define TICKS     6

static const char *const colours[SVG_LINES_MAX] = {"#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94",
    "#b8860b", "#007f7f", "#a23b72", "#5c5c5c", "#4c9be8", "#e8894c", "#6bbf59", "#b388d9",
    "#d9b310", "#33b5b5", "#d977a8", "#999999"};

struct axis {
	double low, high; /* logarithms when is_log */
	bool is_log;
};

void
svg_text(FILE *to, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '&': fputs("&amp;", to); break;
		case '"': fputs("&quot;", to); break;
		default: fputc(*text, to);
		}
}

void
svg_number(char *out, double v)
{
	static const char unit[] = " kMGT";
	unsigned i = 0;

	for (; fabs(v) >= 999.5 && unit[i + 1]; i++)
		v /= 1000;
	snprintf(out, 16, "%.3g%.*s", v, i > 0, unit + i);
}

static double
scaled(const struct axis *a, double v)
{
	return a->is_log ? log10(v) : v;
}

static bool
is_drawn(const struct svg_plot *p, const struct svg_point *v)
{
	return (!p->is_log_x || v->x > 0) && (!p->is_log_y || v->y > 0) && isfinite(v->x) &&
	       isfinite(v->y);
}

/* Returns false when there is nothing to draw. */
static bool
span(const struct svg_plot *p, struct axis *x, struct axis *y)
{
	*x = (struct axis){INFINITY, -INFINITY, p->is_log_x};
	*y = (struct axis){p->is_log_y ? INFINITY : 0, -INFINITY, p->is_log_y};
	for (unsigned i = 0; i < p->lines_n; i++)
		for (size_t k = 0; k < p->line[i].n; k++) {
			const struct svg_point *v = &p->line[i].point[k];

			if (!is_drawn(p, v))
				continue;
			x->low = fmin(x->low, scaled(x, v->x));
			x->high = fmax(x->high, scaled(x, v->x));
			y->low = fmin(y->low, scaled(y, v->y));
			y->high = fmax(y->high, scaled(y, v->y));
		}
	if (!(x->high >= x->low))
		return false;
	if (x->is_log || x->high - x->low < 1e-9) {
		x->low = x->is_log ? floor(x->low) : x->low - 1;
		x->high = x->is_log ? fmax(ceil(x->high), x->low + 1) : x->high + 1;
	}
	y->low = y->is_log ? floor(y->low) : y->low;
	y->high = y->is_log ? fmax(ceil(y->high), y->low + 1) : y->high > 0 ? y->high * 1.08 : 1;
	return true;
}

static double
at_x(const struct axis *a, double v)
{
	return LEFT + (scaled(a, v) - a->low) / (a->high - a->low) * (WIDTH - LEFT - RIGHT);
}

static double
at_y(const struct axis *a, double v)
{
	return HEIGHT - BOTTOM -
	       (scaled(a, v) - a->low) / (a->high - a->low) * (HEIGHT - TOP - BOTTOM);
}

/* The next round step above a TICKS-th of the axis: a decade, or 1, 2, 5. */
static double
tick_step(const struct axis *a)
{
	double raw = (a->high - a->low) / TICKS, ten;

	if (a->is_log)
		return fmax(1, ceil(raw));
	ten = pow(10, floor(log10(raw)));
	return raw <= ten ? ten : raw <= 2 * ten ? 2 * ten : raw <= 5 * ten ? 5 * ten : 10 * ten;
}

static void
draw_ticks(FILE *to, const struct axis *a, bool is_x)
{
	double step = tick_step(a);
	char text[16];

	for (double t = ceil(a->low / step) * step; t <= a->high + step * 1e-6; t += step) {
		double v = a->is_log ? pow(10, t) : t, at = is_x ? at_x(a, v) : at_y(a, v);

		svg_number(text, fabs(v) < step * 1e-6 && !a->is_log ? 0 : v);
		if (is_x)
			fprintf(to,
			    "<line class=g x1=%.1f x2=%.1f y1=%d y2=%d />"
			    "<text x=%.1f y=%d text-anchor=middle>%s</text>\n",
			    at, at, TOP, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 16, text);
		else
			fprintf(to,
			    "<line class=g x1=%d x2=%d y1=%.1f y2=%.1f />"
			    "<text x=%d y=%.1f text-anchor=end>%s</text>\n",
			    LEFT, WIDTH - RIGHT, at, at, LEFT - 6, at + 4, text);
	}
}

static void
begin(FILE *to, const struct svg_plot *p, int height)
{
	fprintf(to,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=img>"
	    "<text class=t x=%d y=20>",
	    WIDTH, height, LEFT);
	svg_text(to, p->title);
	fputs("</text>\n", to);
}

static void
draw_frame(FILE *to, const struct svg_plot *p)
{
	fprintf(to, "<text x=%d y=%d text-anchor=middle>", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12);
	svg_text(to, p->x_label);
	fprintf(to, "</text><text transform=\"rotate(-90 18 %d)\" x=18 y=%d text-anchor=middle>",
	    HEIGHT / 2, HEIGHT / 2);
	svg_text(to, p->y_label);
	fputs("</text>\n", to);
}

static void
draw_line(
    FILE *to, const struct svg_plot *p, unsigned i, const struct axis *x, const struct axis *y)
{
	const struct svg_line *l = &p->line[i];
	const char *colour = colours[i % SVG_LINES_MAX];

	fprintf(to, "<polyline fill=none stroke-width=2 stroke=\"%s\" points=\"", colour);
	for (size_t k = 0; k < l->n; k++)
		if (is_drawn(p, &l->point[k]))
			fprintf(to, "%.1f,%.1f ", at_x(x, l->point[k].x), at_y(y, l->point[k].y));
	fputs("\"/>", to);
	for (size_t k = 0; k < l->n && l->n <= 40; k++)
		if (is_drawn(p, &l->point[k]))
			fprintf(to, "<circle r=3 fill=\"%s\" cx=%.1f cy=%.1f />", colour,
			    at_x(x, l->point[k].x), at_y(y, l->point[k].y));
	fprintf(to, "<rect x=%d y=%u width=12 height=12 fill=\"%s\" /><text x=%d y=%u>",
	    WIDTH - RIGHT + 10, TOP + i * 18, colour, WIDTH - RIGHT + 28, TOP + 10 + i * 18);
	svg_text(to, l->name);
	fputs("</text>\n", to);
}

void
svg_lines(FILE *to, const struct svg_plot *p)
{
	struct axis x, y;

	if (!span(p, &x, &y))
		return;
	begin(to, p, HEIGHT);
	draw_ticks(to, &x, true);
	draw_ticks(to, &y, false);
	draw_frame(to, p);
	for (unsigned i = 0; i < p->lines_n; i++)
		draw_line(to, p, i, &x, &y);
	fputs("</svg>\n", to);
}

static double
bar_sum(const struct svg_plot *p, const struct svg_line *l)
{
	double sum = 0;

	for (size_t k = 0; k < l->n && k < (p->parts_n ? p->parts_n : 1); k++)
		sum += l->point[k].y;
	return sum;
}

static void
draw_bar(FILE *to, const struct svg_plot *p, unsigned i, double most)
{
	const struct svg_line *l = &p->line[i];
	unsigned y = TOP + i * BAR, parts = p->parts_n ? p->parts_n : 1;
	double at = BAR_LEFT;
	char text[16];

	fprintf(to, "<text x=%d y=%u text-anchor=end>", BAR_LEFT - 8, y + 13);
	svg_text(to, l->name);
	fputs("</text>", to);
	for (unsigned k = 0; k < parts && k < l->n; k++) {
		double width = l->point[k].y / most * BAR_WIDTH;

		fprintf(to, "<rect x=%.1f y=%u width=%.1f height=%d fill=\"%s\" />", at, y, width,
		    BAR - 6, colours[(p->parts_n ? k : i) % SVG_LINES_MAX]);
		at += width;
	}
	svg_number(text, bar_sum(p, l));
	fprintf(to, "<text x=%.1f y=%u>%s</text>\n", at + 6, y + 13, text);
}

void
svg_bars(FILE *to, const struct svg_plot *p)
{
	unsigned foot = TOP + p->lines_n * BAR + 18;
	double most = 0;

	for (unsigned i = 0; i < p->lines_n; i++)
		most = fmax(most, bar_sum(p, &p->line[i]));
	if (most <= 0)
		return;
	begin(to, p, (int)foot + 12);
	for (unsigned i = 0; i < p->lines_n; i++)
		draw_bar(to, p, i, most);
	for (unsigned k = 0; k < p->parts_n; k++) {
		fprintf(to, "<rect x=%u y=%u width=12 height=12 fill=\"%s\" /><text x=%u y=%u>",
		    LEFT + k * LEGEND, foot - 10, colours[k % SVG_LINES_MAX],
		    LEFT + 16 + k * LEGEND, foot);
		svg_text(to, p->part[k]);
		fputs("</text>", to);
	}
	fprintf(to, "<text x=%d y=%u>", BAR_LEFT, foot);
	svg_text(to, p->y_label ? p->y_label : "");
	fputs("</text></svg>\n", to);
}
