#include "dataplane/stages_ask.h"

#include "dataplane/stages.h"

#include <stdlib.h>
#include <time.h>

static json_t *
times_json(const struct stage_times *t)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < STAGES_N; i++)
		json_array_append_new(
		    all, json_pack("{s:s, s:I, s:I, s:I}", "stage", stage_text((enum stage)i),
			     "calls", (json_int_t)count_get(&t->stage[i].calls), "packets",
			     (json_int_t)count_get(&t->stage[i].packets), "cycles",
			     (json_int_t)count_get(&t->stage[i].cycles)));
	return all;
}

static json_t *
workers_json(const struct ports *ps)
{
	json_t *workers = json_array();

	for (unsigned i = 0; i < ports_workers(ps); i++) {
		unsigned lcore;
		const struct stage_times *t = ports_stages(ps, i, &lcore);

		json_array_append_new(
		    workers, json_pack("{s:i, s:o}", "lcore", (int)lcore, "stages", times_json(t)));
	}
	return workers;
}

json_t *
stages_on_ask(struct server *s, size_t argc, char **argv)
{
	char *end = NULL;
	unsigned long seconds = argc > 1 ? strtoul(argv[1], &end, 10) : 0;
	struct timespec ts;

	if (argc > 1 && (*argv[1] < '0' || *argv[1] > '9' || *end || seconds > STAGES_SECONDS_MAX))
		return ctl_error(
		    "\"%.32s\" is no number of seconds from 0 to %d", argv[1], STAGES_SECONDS_MAX);
	if (!s->ports)
		return ctl_error("there is no DPDK port: only their stages are timed");
	if (argc > 1) {
		clock_gettime(CLOCK_MONOTONIC, &ts);
		s->stages_until_ns = (ts.tv_sec + (int64_t)seconds) * 1000000000 + ts.tv_nsec;
		ports_watch(s->ports, seconds > 0);
	}
	return json_pack("{s:b, s:o}", "ok", 1, "workers", workers_json(s->ports));
}

void
stages_step(struct server *s, int64_t now_ns)
{
	if (!s->stages_until_ns || now_ns < s->stages_until_ns)
		return;
	s->stages_until_ns = 0;
	ports_watch(s->ports, false);
}
