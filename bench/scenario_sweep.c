#include "bench/scenario.h"

#include "base/err.h"
#include "bench/bootstrap.h"
#include "bench/number.h"
#include "bench/rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MAX 64

int
scenario_points(const struct session *s, const char *by_default, double *out, unsigned *n)
{
	const char *p = s->options.points ? s->options.points : by_default;
	unsigned room = *n;

	for (*n = 0; *p; p += *p == ',') {
		size_t len = strcspn(p, ",");
		char text[32];

		snprintf(text, sizeof(text), "%.*s", (int)len, p);
		if (*n == room || number_parse(&out[(*n)++], text, 0, 1e9) < 0) {
			fprintf(stderr,
			    "cordon-bench: --points: '%s' is not a number, or too many\n", text);
			return -ERR_RANGE;
		}
		p += len;
	}
	return *n ? 0 : -ERR_RANGE;
}

static int
need_ring(const struct session *s, const char *why)
{
	if (rig_is_ring(s->rig))
		return 0;
	fprintf(stderr, "cordon-bench: %s needs --device ring: another responder's cannot be set\n",
	    why);
	return -ERR_UNKNOWN;
}

/* Sets what a point stands for. */
typedef int set_fn(struct session *s, double value);

struct sweep {
	const char *unit;
	set_fn *set;
	double point[POINTS_MAX];
	unsigned n;
};

/* One trial at a point.  Returns its rate, or negative. */
static double
visit(struct session *s, const struct sweep *w, unsigned i)
{
	char name[48];
	int rc = w->set(s, w->point[i]);

	snprintf(name, sizeof(name), "%.10g %s", w->point[i], w->unit);
	return rc < 0 ? rc : scenario_mrr_once(s, name);
}

/* Every point in turn, as many rounds as there are to be trials: what slows the machine down for a
 * while does not make one point look slow. */
static int
sweep(struct session *s, const char *by_default, const char *unit, set_fn *set)
{
	unsigned rounds = s->options.trials;
	struct sweep w = {.unit = unit, .set = set, .n = POINTS_MAX};
	int rc = scenario_points(s, by_default, w.point, &w.n);
	double *qps = calloc((size_t)POINTS_MAX * rounds, sizeof(*qps));

	if (!qps)
		return -ENOMEM;
	for (unsigned k = 0; rc == 0 && k < w.n * rounds; k++) {
		double v = visit(s, &w, k % w.n);

		qps[k % w.n * rounds + k / w.n] = v;
		rc = v < 0 ? (int)v : 0;
	}
	for (unsigned i = 0; rc == 0 && i < w.n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%.10g", w.point[i]);
		json_object_set_new(
		    s->summary, name, json_real(bootstrap_median(&qps[i * rounds], rounds)));
	}
	free(qps);
	return rc;
}

static int
set_names(struct session *s, double value)
{
	int rc = session_names(s, (uint64_t)value, rig_workers(s->rig));

	return rc < 0 ? rc : session_pool(s, &s->options.mix);
}

int
scenario_list_size(struct session *s)
{
	int rc = need_ring(s, "list-size");

	if (s->options.list)
		return -ERR_RANGE;
	return rc < 0 ? rc : sweep(s, "10k,100k,1M,10M", "names", set_names);
}

static int
set_hit_ratio(struct session *s, double value)
{
	struct pool_mix mix = s->options.mix;

	if (value > 1)
		return -ERR_RANGE;
	mix.hit_ratio = value;
	return session_pool(s, &mix);
}

int
scenario_hit_ratio(struct session *s)
{
	return sweep(s, "0,0.01,0.5,1", "hit ratio", set_hit_ratio);
}

static int
set_cores(struct session *s, double value)
{
	if (value < 1 || value > rig_workers(s->rig))
		return -ERR_RANGE;
	rig_rest(s->rig);
	return session_names(s, s->options.names, (unsigned)value);
}

int
scenario_cores(struct session *s)
{
	char all[512] = "";
	size_t at = 0;
	int rc = need_ring(s, "cores");

	for (unsigned i = 1; i <= rig_workers(s->rig); i++)
		at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%u", i > 1 ? "," : "", i);
	return rc < 0 ? rc : sweep(s, all, "cores", set_cores);
}
