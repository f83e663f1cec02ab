#include "bench/command.h"

#include <argp.h>

const char *argp_program_version = "cordon-bench " CORDON_VERSION;

static const struct command commands[] = {
    {"engine", "measure the answer path on one core, without network I/O", bench_engine},
    {"plan", "estimate the load of a family and the machines that carry it", bench_plan},
    {0},
};

int
main(int argc, char **argv)
{
	return command_main("cordon-bench", commands, argc, argv);
}
