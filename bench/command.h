/* command.h - the subcommands of cordon-bench(1): one row each in cordon-bench.c. */
#pragma once

#include "base/command.h"

int bench_engine(int argc, char **argv);
int bench_plan(int argc, char **argv);
int bench_scenario(int argc, char **argv);
int bench_report(int argc, char **argv);
int bench_compare(int argc, char **argv);
