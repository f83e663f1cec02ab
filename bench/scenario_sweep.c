#include "bench/scenario.h"

#include "base/err.h"
#include "bench/number.h"
#include "bench/rig.h"

#include <stdio.h>
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

static int
sweep(struct session *s, const char *by_default, const char *unit, set_fn *set)
{
	double point[POINTS_MAX];
	unsigned n = POINTS_MAX;
	int rc = scenario_points(s, by_default, point, &n);

	for (unsigned i = 0; i < n && rc == 0; i++) {
		char name[48];
		double qps;

		snprintf(name, sizeof(name), "%.10g %s", point[i], unit);
		rc = set(s, point[i]);
		if (rc < 0)
			return rc;
		qps = scenario_mrr_of(s, name);
		if (qps < 0)
			return (int)qps;
		snprintf(name, sizeof(name), "%.10g", point[i]);
		json_object_set_new(s->summary, name, json_real(qps));
	}
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
