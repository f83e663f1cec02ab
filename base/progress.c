#include "base/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define DRAW_NS   (INT64_C(1000000000) / 10)
#define BAR_CELLS 30

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

/* 999/s, 12.3 k/s, 456 M/s */
static void
format_rate(char *out, size_t room, double per_s)
{
	static const char unit[] = " kMG";
	unsigned i = 0;

	for (; per_s >= 1000 && unit[i + 1]; i++)
		per_s /= 1000;
	snprintf(out, room, "%.*f%s%.*s/s", i && per_s < 100 ? 1 : 0, per_s, i ? " " : "",
	    i ? 1 : 0, unit + i);
}

static void
draw(const struct progress *p, uint64_t done, int64_t now)
{
	double taken_s = (double)(now - p->start_ns) / 1e9;
	double per_s = taken_s > 0 ? (double)done / taken_s : 0;
	double part = p->total ? (double)(done < p->total ? done : p->total) / (double)p->total : 0;
	double left_s = part > 0 ? taken_s * (1 - part) / part : 0;
	int cells = (int)(part * BAR_CELLS);
	char rate[32];

	format_rate(rate, sizeof(rate), per_s);
	if (!p->total) {
		fprintf(stderr, "\r%s  %" PRIu64 "  %s\033[K", p->what, done, rate);
		return;
	}
	fprintf(stderr, "\r%s [%.*s%*s] %3d%%  %s", p->what, cells,
	    "##############################", BAR_CELLS - cells, "", (int)(part * 100), rate);
	if (part > 0 && left_s < 360000)
		fprintf(stderr, "  %d:%02d left", (int)left_s / 60, (int)left_s % 60);
	fputs("\033[K", stderr);
}

void
progress_start(struct progress *p, const char *what, uint64_t total)
{
	int64_t now = now_ns();

	*p = (struct progress){
	    .what = what,
	    .total = total,
	    .start_ns = now,
	    .next_ns = now + DRAW_NS, /* short work draws nothing */
	    .on = isatty(STDERR_FILENO),
	};
}

void
progress_step(struct progress *p, uint64_t done)
{
	int64_t now;

	if (!p->on)
		return;
	now = now_ns();
	if (now < p->next_ns)
		return;
	p->next_ns = now + DRAW_NS;
	draw(p, done, now);
}

void
progress_end(struct progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
	p->on = 0;
}
