#include "bench/plan.h"

#include "base/err.h"
#include "lists/dga.h"

#include <math.h>
#include <string.h>

#define DAY_S 86400.0

static double
lesser(double a, double b)
{
	return a < b ? a : b;
}

/* Distinct (resolver, name) pairs of a day when each of h hosts draws its own k of N names:
 * N * (1 - (1 - k/N)^h) a resolver; a TTL below a day cuts the day into as many draws. */
static double
fetches_drawn(const struct plan_input *in, double resolvers, double h)
{
	const double *v = in->value;
	double lives = v[PLAN_TTL] < DAY_S ? DAY_S / v[PLAN_TTL] : 1;
	double part = lesser(v[PLAN_ASKED] * v[PLAN_ROUNDS] / lives / v[PLAN_NAMES], 1);

	/* expm1 and log1p: with a short TTL a part is below what 1 - x can hold. */
	return resolvers * lives * v[PLAN_NAMES] * -expm1(h * log1p(-part));
}

/* Every host asks for the same names: a resolver fetches each once a TTL, or as often as it is
 * asked for, whichever is less.  Hosts are not in step, so this is the most that it can be. */
static double
fetches_shared(const struct plan_input *in, double resolvers, double h)
{
	const double *v = in->value;
	double lives = v[PLAN_TTL] < DAY_S ? DAY_S / v[PLAN_TTL] : 1;

	return resolvers * v[PLAN_ASKED] * lesser(h * v[PLAN_ROUNDS], lives);
}

double
plan_absorbed(const struct plan_input *in)
{
	const double *v = in->value;
	double resolvers = lesser(v[PLAN_RESOLVERS], v[PLAN_HOSTS]);
	double h = v[PLAN_HOSTS] / resolvers, fetches;
	double asked = v[PLAN_HOSTS] * v[PLAN_ASKED] * v[PLAN_ROUNDS];

	if (v[PLAN_TTL] <= 0)
		return 0;
	fetches = in->family->is_shared ? fetches_shared(in, resolvers, h)
					: fetches_drawn(in, resolvers, h);
	return 1 - lesser(fetches / asked, 1);
}

static double
shape_at(double concentration, unsigned hours)
{
	return exp(concentration * (cos(2 * M_PI * hours / PLAN_HOURS) - 1));
}

void
plan_shape(double shape[PLAN_HOURS], double peak, unsigned peak_hour)
{
	double low = 0, high = 1000, sum = 0;

	for (unsigned step = 0; step < 100; step++) { /* more concentrated, a lower mean */
		double middle = (low + high) / 2;

		sum = 0;
		for (unsigned i = 0; i < PLAN_HOURS; i++)
			sum += shape_at(middle, i);
		if (sum * peak > PLAN_HOURS)
			low = middle;
		else
			high = middle;
	}
	for (unsigned i = 0; i < PLAN_HOURS; i++)
		shape[(peak_hour + i) % PLAN_HOURS] = peak * shape_at(high, i);
}

double
plan_link_fps(double link_bps, double payload_bytes)
{
	return link_bps / (8 * (payload_bytes + PLAN_WIRE_BYTES));
}

static const char *
last_label(const char *suffix)
{
	const char *dot = strrchr(suffix, '.');

	return dot ? dot + 1 : suffix;
}

static struct plan_tld *
find_tld(struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->tlds_n; i++)
		if (!strcmp(p->tld[i].name, name))
			return &p->tld[i];
	if (p->tlds_n == PLAN_TLDS_MAX)
		return NULL;
	p->tld[p->tlds_n].name = name;
	return &p->tld[p->tlds_n++];
}

/* A TLD with two suffixes gets the names of both. */
static int
share_out(struct plan *p, const struct plan_input *in)
{
	const struct dga_family *f = dga_find(in->family->generator);
	double mine = 0, all = 0;

	if (!f)
		return -ERR_UNKNOWN;
	for (size_t i = 0; f->suffixes[i]; i++) {
		const char *suffix = f->suffixes[i];
		struct plan_tld *t = find_tld(p, last_label(suffix));
		double names = in->day ? in->day->count[i] : 1;

		if (!t || i == PLAN_SUFFIXES_MAX)
			return -ERR_FULL;
		t->share += names;
		all += names;
		if (!in->suffix || !strcmp(in->suffix, suffix) || !strcmp(in->suffix, t->name))
			mine += names;
	}
	for (size_t i = 0; i < p->tlds_n; i++)
		p->tld[i].share /= all;
	p->share = mine / all;
	return mine > 0 ? 0 : -ERR_UNKNOWN;
}

static void
size_up(struct plan *p, const double *v)
{
	double in_bits = 8 * (v[PLAN_QUERY_BYTES] + PLAN_WIRE_BYTES);
	double out_bits = 8 * (v[PLAN_RESPONSE_BYTES] + PLAN_WIRE_BYTES);
	double site = p->design_qps / v[PLAN_SITES], by_link;

	p->cores = ceil(p->design_qps / v[PLAN_RATE]);
	p->cores_a_site = ceil(site / v[PLAN_RATE]);
	p->in_bps = p->design_qps * in_bits;
	p->out_bps = p->design_qps * out_bits;
	p->site_in_bps = site * in_bits;
	p->site_out_bps = site * out_bits;
	by_link = ceil(fmax(p->site_in_bps, p->site_out_bps) / v[PLAN_LINK]);
	p->machines_a_site = fmax(ceil(p->cores_a_site / v[PLAN_MACHINE_CORES]), by_link);
	p->machines = p->machines_a_site * (v[PLAN_SITES] + v[PLAN_SPARES]);
	p->memory_bytes = v[PLAN_LISTED] * v[PLAN_NAME_BYTES] * v[PLAN_COPIES] * v[PLAN_SLACK];
}

int
plan_make(struct plan *out, const struct plan_input *in)
{
	const double *v = in->value;
	struct plan_input then = *in;
	double hosts = v[PLAN_HOSTS] * pow(1 + v[PLAN_GROWTH] / 100, v[PLAN_YEARS]);
	double listed_qps, a_host = v[PLAN_ASKED] * v[PLAN_ROUNDS] * v[PLAN_LOOKUPS] / DAY_S;
	int rc;

	*out = (struct plan){0};
	if (v[PLAN_ASKED] > v[PLAN_NAMES])
		return -ERR_RANGE;
	rc = share_out(out, in);
	if (rc < 0)
		return rc;
	then.value[PLAN_HOSTS] = hosts;
	out->absorbed = plan_absorbed(&then);
	out->asked_qps = v[PLAN_HOSTS] * a_host;
	out->mean_qps = hosts * a_host * (1 - out->absorbed);
	plan_shape(out->shape, v[PLAN_PEAK], (unsigned)v[PLAN_PEAK_HOUR]);
	listed_qps = out->mean_qps * out->share;
	out->served_qps = listed_qps + v[PLAN_OTHER];
	out->peak_qps = listed_qps * v[PLAN_PEAK] + v[PLAN_OTHER];
	out->design_qps = out->peak_qps * v[PLAN_ATTACK];
	out->log_bytes_a_day = listed_qps * v[PLAN_LOG_BYTES] * DAY_S;
	size_up(out, v);
	return 0;
}
