#include "bench/plan.h"

#include <string.h>

#define FAMILY (-1)
#define SITE   "operator's choice"

const struct plan_family plan_families[] = {
    {"conficker-a", "conficker-a", true, 1e6, 250, 250, 8,
	"SRI 2009: all of the day's 250 names about every 3 h", "SRI 2009: below 1 M active"},
    {"conficker-b", "conficker-b", true, 3e6, 250, 250, 12,
	"SRI 2009: all of the day's 250 names about every 2 h", "SRI 2009: below 3 M active"},
    {"conficker-c", "conficker-c", false, 3.5e6, 50000, 500, 1,
	"SRI 2009: 500 of the day's 50,000 names, once",
	"a high case; CERT/CC 2009: 2.3 M addresses"},
    {0},
};

const struct plan_assumption plan_assumptions[PLAN_OPTIONS] = {
    [PLAN_HOSTS] = {"hosts", 1, 1e10, FAMILY, true, "", "Infected hosts", NULL},
    [PLAN_NAMES] = {"names", 1, 1e9, FAMILY, true, "", "Names generated a day", NULL},
    [PLAN_ASKED] = {"asked", 1, 1e9, FAMILY, true, "", "Names a host asks for a round", NULL},
    [PLAN_ROUNDS] = {"rounds", 1, 1440, FAMILY, false, "", "Rounds a day", NULL},
    [PLAN_LOOKUPS] = {"lookups", 1, 10, 1, false, "",
	"Queries a name: A and AAAA, search lists, retransmits", "1 is the least; 1.2 to 4 seen"},
    [PLAN_RESOLVERS] = {"resolvers", 1, 1e9, 300000, true, "",
	"Resolvers that the hosts share evenly", "a guess; try 20k to 300k"},
    [PLAN_TTL] = {"ttl", 0, 604800, 0, true, "s", "Time to live of answers, 0: nothing is cached",
	"0 is the worst case; the responder sends 300"},
    [PLAN_GROWTH] = {"growth", 0, 1000, 0, false, "%", "Growth of the hosts a year",
	"Conficker shrinks: 7 M addresses in 2009, 0.7 M in 2015"},
    [PLAN_YEARS] = {"years", 0, 20, 0, false, "", "Years to plan ahead", SITE},
    [PLAN_PEAK] = {"peak", 1, 12, 3, false, "", "Highest hour to the mean",
	"hosts begin at local midnight: 2 to 3, the upper is taken"},
    [PLAN_PEAK_HOUR] = {"peak-hour", 0, 23, 14, true, "h", "UTC hour of the peak",
	"CERT/CC 2009: 13 to 15 UTC for Conficker.C"},
    [PLAN_OTHER] = {"other", 0, 1e10, 0, false, "qps",
	"Other queries, all day: all of a TLD's when inline", "measure at the site"},
    [PLAN_ATTACK] = {"attack", 1, 10000, 10, false, "", "Headroom for attacks, times the peak",
	"3 to 10 is usual, the upper is taken"},
    [PLAN_RATE] = {"rate", 1, 1e9, 7.2e6, false, "qps", "Queries a second that a core answers",
	"cordon-bench engine --names 18M, 2026-11-21; no network I/O"},
    [PLAN_SITES] = {"sites", 1, 1000, 2, true, "", "Sites that carry the load together", SITE},
    [PLAN_SPARES] = {"spares", 0, 100, 1, true, "", "Sites that may fail (N+1: 1)", SITE},
    [PLAN_MACHINE_CORES] = {"machine-cores", 1, 1024, 8, true, "", "Worker cores a machine", SITE},
    [PLAN_LINK] = {"link", 1e6, 1e12, 10e9, false, "bit/s", "Link of a machine, each way", SITE},
    [PLAN_QUERY_BYTES] = {"query-bytes", 18, 1232, 40, true, "B", "DNS payload of a query",
	"a Conficker name with EDNS"},
    [PLAN_RESPONSE_BYTES] = {"response-bytes", 18, 1232, 100, true, "B",
	"DNS payload of a response", "NXDOMAIN with SOA and EDNS, the longest usual"},
    [PLAN_LISTED] = {"listed", 1, 1e10, 18e6, true, "", "Names on the lists",
	"Conficker.C for a year: 50,000 a day"},
    [PLAN_NAME_BYTES] = {"name-bytes", 1, 10000, 21.8, false, "B", "Memory a listed name",
	"scripts/bench-load 18000000, 2026-11-21"},
    [PLAN_COPIES] = {"copies", 1, 4, 2, true, "", "Lists in memory at once",
	"a reload holds the old and the new"},
    [PLAN_SLACK] = {"slack", 1, 10, 1.3, false, "", "Memory taken to memory used",
	"arena, loading"},
    [PLAN_LOG_BYTES] = {"log-bytes", 0, 10000, 160, true, "B", "Log a listed name's query",
	"dnstap: 120 to 200"},
};

const struct plan_family *
plan_family_find(const char *name)
{
	for (const struct plan_family *f = plan_families; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

void
plan_defaults(struct plan_input *in, const struct plan_family *family)
{
	*in = (struct plan_input){.family = family};
	for (unsigned i = 0; i < PLAN_OPTIONS; i++)
		in->value[i] = plan_assumptions[i].def;
	in->value[PLAN_HOSTS] = family->hosts;
	in->value[PLAN_NAMES] = family->names;
	in->value[PLAN_ASKED] = family->asked;
	in->value[PLAN_ROUNDS] = family->rounds;
}
