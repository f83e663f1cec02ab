#include "bench/search.h"

#include "base/err.h"
#include "tests/test.h"

#include <math.h>

/* A device as it answers a load, in millions a second. */
struct device {
	double capacity;
	double floor; /* loss at any load */
	double slope; /* loss of a load just below capacity, from half of it on, growing evenly */
	unsigned hiccup; /* every so many trials lose 10 % more; 0: none */
	unsigned trials;
	double short_bonus; /* capacity of trials below 1 s, times */
	double seconds;     /* of all trials */
};

static int
measure(void *ctx, struct search_trial *t)
{
	struct device *d = ctx;
	double capacity = d->capacity * (t->seconds < 1 && d->short_bonus > 0 ? d->short_bonus : 1);
	double loss = d->floor;

	if (t->load > capacity)
		loss += 1 - capacity / t->load;
	if (t->load > capacity / 2)
		loss += d->slope * fmin(t->load / capacity - 0.5, 0.5) * 2;
	if (d->hiccup && ++d->trials % d->hiccup == 0)
		loss += 0.1;
	t->loss = fmin(loss, 1);
	d->seconds += t->seconds;
	return 0;
}

static const struct search_config both = {.min_load = 0.01,
    .max_load = 50,
    .goals_n = 2,
    .goal = {{0, 0.5, 1, 5, 0.1, 0.01}, {0.005, 0.5, 1, 5, 0.1, 0.01}},
    .trials_max = SEARCH_TRIALS_MAX};

static void
test_curves(void)
{
	static const struct {
		const char *about;
		struct device device;
		double ndr, pdr; /* 0: no lower bound */
	} cases[] = {
	    {"a sharp edge", {.capacity = 7}, 7, 7 / 0.995},
	    {"an edge near the least load", {.capacity = 0.02}, 0.02, 0.02 / 0.995},
	    {"faster than the most that is offered", {.capacity = 80}, 50, 50},
	    {"a slope: loss from half the capacity on", {.capacity = 8, .slope = 0.01}, 4, 6},
	    {"a little loss at any load", {.capacity = 5, .floor = 0.002}, 0, 5 / 0.997},
	    {"never good enough", {.capacity = 5, .floor = 0.02}, 0, 0},
	    {"hiccups within the exceed ratio", {.capacity = 7, .hiccup = 4}, 7, 7 / 0.995},
	    {"short trials that promise too much", {.capacity = 7, .short_bonus = 1.3}, 7,
		7 / 0.995},
	    {"short trials that promise too little", {.capacity = 7, .short_bonus = 0.6}, 7,
		7 / 0.995},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct search s;
		struct device d = cases[i].device;
		double want[2] = {cases[i].ndr, cases[i].pdr};
		int rc = search_run(&s, &both, measure, &d);

		CHECK(rc == 0, "%s: ends", cases[i].about);
		for (unsigned g = 0; g < 2; g++) {
			const struct search_bounds *b = &s.result[g];

			CHECK(b->has_lower == (want[g] > 0), "%s: goal %u has a bound",
			    cases[i].about, g);
			CHECK(!b->has_lower || fabs(b->lower / want[g] - 1) <= 0.0101,
			    "%s: goal %u: %.4f for %.4f", cases[i].about, g, b->lower, want[g]);
			CHECK(!b->has_lower || !b->has_upper ||
				  (b->upper - b->lower) / b->upper <= 0.0101,
			    "%s: goal %u is narrow", cases[i].about, g);
			CHECK(!b->has_lower ||
				  b->throughput >= b->lower * (1 - both.goal[g].loss) - 1e-9,
			    "%s: goal %u: throughput", cases[i].about, g);
		}
		CHECK(d.seconds < 100, "%s: %u trials, %.1f s", cases[i].about, s.trials_n,
		    d.seconds);
	}
}

/* Outcomes of trials at one load, and what they say for a goal of 0 % in 1 s trials, 5 s in all. */
static void
test_judge(void)
{
	static const struct {
		const char *about, *full, *brief; /* trials of 1 s and of 0.1 s: g ood, b ad */
		double exceed;
		enum search_verdict want;
	} cases[] = {
	    {"nothing yet", "", "", 0.5, SEARCH_UNDECIDED},
	    {"two good of five", "gg", "", 0.5, SEARCH_UNDECIDED},
	    {"three good of five: two may still be bad", "ggg", "", 0.5, SEARCH_LOWER},
	    {"three bad of five", "bbb", "", 0.5, SEARCH_UPPER},
	    {"two and two", "gbgb", "", 0.5, SEARCH_UNDECIDED},
	    {"no excess allowed: one bad decides", "b", "", 0, SEARCH_UPPER},
	    {"no excess allowed: four good do not", "gggg", "", 0, SEARCH_UNDECIDED},
	    {"no excess allowed: five good", "ggggg", "", 0, SEARCH_LOWER},
	    {"good short trials prove nothing", "", "gggggggggg", 0.5, SEARCH_UNDECIDED},
	    {"a bad short trial without excess decides", "", "b", 0, SEARCH_UPPER},
	    {"good short ones excuse bad ones", "ggg", "gb", 0.5, SEARCH_LOWER},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct search s;
		struct search_goal g = {0, cases[i].exceed, 1, 5, 0.1, 0.01};

		s.trials_n = 0;
		for (const char *p = cases[i].full; *p; p++)
			s.trial[s.trials_n++] = (struct search_trial){3, 1, *p == 'b'};
		for (const char *p = cases[i].brief; *p; p++)
			s.trial[s.trials_n++] = (struct search_trial){3, 0.1, *p == 'b'};
		s.trial[s.trials_n++] = (struct search_trial){4, 1, 1}; /* another load */
		CHECK(search_judge(&s, &g, 3, 1) == cases[i].want, "judge: %s", cases[i].about);
	}
}

static void
test_bounds(void)
{
	static struct search s;
	struct search_goal g = {0, 0, 1, 1, 1, 0.01};
	struct search_bounds b;

	s.trials_n = 0;
	s.trial[s.trials_n++] = (struct search_trial){2, 1, 0};
	s.trial[s.trials_n++] = (struct search_trial){3, 1, 0.5};
	s.trial[s.trials_n++] = (struct search_trial){4, 1, 0};
	b = search_bounds(&s, &g, 1);
	CHECK(b.has_upper && b.upper == 3 && b.has_lower && b.lower == 2,
	    "bounds: a good load above a bad one is not believed");
	s.trial[s.trials_n++] = (struct search_trial){2, 1, 0.1};
	CHECK(search_throughput(&s, &(struct search_goal){0, 0.5, 1, 2, 1, 0}, 2) == 2,
	    "throughput: at the exceed ratio's quantile");
	CHECK(fabs(search_throughput(&s, &(struct search_goal){0, 0, 1, 2, 1, 0}, 2) - 1.8) < 1e-9,
	    "throughput: of the worst without excess");
}

static int
refuse(void *ctx, struct search_trial *t)
{
	(void)t;
	return --*(int *)ctx < 0 ? -ERR_LIBRARY : 0;
}

static void
test_errors(void)
{
	static struct search s;
	struct search_config c = both;
	struct device d = {.capacity = 7};
	int calls = 3;

	CHECK(search_run(&s, &c, refuse, &calls) == -ERR_LIBRARY, "the measurer's error ends it");
	c.trials_max = 5;
	CHECK(search_run(&s, &c, measure, &d) == -ERR_LIMIT && s.trials_n == 5, "out of trials");
}

int
main(void)
{
	test_curves();
	test_judge();
	test_bounds();
	test_errors();
	return test_end();
}
