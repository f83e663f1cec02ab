#include "bench/command.h"

#include <argp.h>

const char *argp_program_version = "cordon-bench " CORDON_VERSION;

static const struct command commands[] = {
    {"engine", "measure the answer path on one core, without network I/O", bench_engine},
    {"load", "offer one rate, measure loss and latency", bench_scenario},
    {"mrr", "measure what is answered under overload", bench_scenario},
    {"ndr", "search for the highest rates without and with little loss", bench_scenario},
    {"pdr", "search for the highest rate with 0.5 % of loss", bench_scenario},
    {"latency", "measure latency at 10, 50 and 90 % of the rate without loss", bench_scenario},
    {"list-size", "measure the rate over lists of growing size", bench_scenario},
    {"hit-ratio", "measure the rate over the share of listed names", bench_scenario},
    {"cores", "measure the rate over the number of cores", bench_scenario},
    {"update", "measure loss and latency while the list changes", bench_scenario},
    {"flood", "measure loss under floods of unlisted names", bench_scenario},
    {"soak", "offer one rate for long, watch loss, latency and memory", bench_scenario},
    {"plan", "estimate the load of a family and the machines that carry it", bench_plan},
    {"report", "write a page with plots of what was measured", bench_report},
    {"compare", "compare two measurements, with confidence intervals", bench_compare},
    {0},
};

int
main(int argc, char **argv)
{
	return command_main("cordon-bench", commands, argc, argv);
}
