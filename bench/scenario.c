#include "bench/scenario.h"

#include "bench/command.h"

#include <string.h>

static const struct {
	const char *name, *help;
	scenario_fn *run;
} scenarios[] = {
    {"load", "Offer one rate and measure loss and latency.", scenario_load},
    {"mrr", "Measure what is answered when more is offered than can be.", scenario_mrr},
    {"ndr", "Search for the highest rates without loss, and with 0.5 % of it.", scenario_ndr},
    {"pdr", "Search for the highest rate with a loss of at most 0.5 %.", scenario_pdr},
    {"latency", "Measure latency at 10, 50 and 90 % of the rate without loss.", scenario_latency},
    {"list-size", "Measure the rate over lists of growing size.", scenario_list_size},
    {"hit-ratio", "Measure the rate over the share of listed names.", scenario_hit_ratio},
    {"cores", "Measure the rate over the number of cores.", scenario_cores},
    {"update", "Measure loss and latency while the list changes.", scenario_update},
    {"flood", "Measure loss while unlisted names flood in from everywhere.", scenario_flood},
    {"soak", "Offer one rate for long and watch loss, latency and memory.", scenario_soak},
};

int
bench_scenario(int argc, char **argv)
{
	const char *name = strrchr(argv[0], ' ') + 1; /* command.h: "PROGRAM NAME" */

	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if (!strcmp(scenarios[i].name, name))
			return session_main(argc, argv, name, scenarios[i].help, scenarios[i].run);
	return 2;
}
