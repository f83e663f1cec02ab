#include "dataplane/eal.h"

#include "base/err.h"
#include "base/log.h"

#include <ctype.h>
#include <errno.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define ARGS_MAX   96
#define SLACK_NS   1000
#define MEMORY_MIN 64 /* MB, and 32 more for each queue pair: what 22.11's devices take here */

struct args {
	char *v[ARGS_MAX + 1];
	int n;
	bool is_short; /* of memory or room */
};

static int
first_cpu(struct eal_plan *plan, const cpu_set_t *allowed)
{
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed)) {
			plan->cpu[0] = cpu;
			plan->workers = 1;
			return 0;
		}
	return -ERR_RANGE;
}

static int
add_cpu(struct eal_plan *plan, const cpu_set_t *allowed, unsigned long cpu)
{
	if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, allowed) || plan->workers == PORT_LCORES_MAX)
		return -ERR_RANGE;
	for (unsigned i = 0; i < plan->workers; i++)
		if (plan->cpu[i] == cpu)
			return -ERR_RANGE;
	plan->cpu[plan->workers++] = (unsigned)cpu;
	return 0;
}

int
eal_plan(struct eal_plan *plan, const char *lcores)
{
	cpu_set_t allowed;
	const char *p = lcores;

	memset(plan, 0, sizeof(*plan));
	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return -errno;
	if (!lcores)
		return first_cpu(plan, &allowed);
	for (;;) {
		unsigned long from, to;
		char *end;

		if (!isdigit((unsigned char)*p))
			return -ERR_FORMAT;
		from = to = strtoul(p, &end, 10);
		if (*end == '-' && isdigit((unsigned char)end[1]))
			to = strtoul(end + 1, &end, 10);
		if (to < from || to >= CPU_SETSIZE)
			return -ERR_RANGE;
		for (; from <= to; from++) {
			int rc = add_cpu(plan, &allowed, from);

			if (rc < 0)
				return rc;
		}
		if (*end == '\0')
			return 0;
		if (*end != ',')
			return -ERR_FORMAT;
		p = end + 1;
	}
}

__attribute__((format(printf, 2, 3))) static void
add(struct args *a, const char *fmt, ...)
{
	va_list ap;

	if (a->n == ARGS_MAX) {
		a->is_short = true;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&a->v[a->n], fmt, ap) < 0)
		a->is_short = true;
	else
		a->n++;
	va_end(ap);
}

/* Workers are lcores 0..n-1, each on its CPU; the main lcore comes after and may run anywhere. */
static void
add_lcores(struct args *a, const struct eal_plan *plan)
{
	char text[PORT_LCORES_MAX * 16 + 32];
	size_t at = 0;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	for (unsigned i = 0; i < plan->workers; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%u@%u,", i, plan->cpu[i]);
	add(a, "--lcores=%s%u@(0-%ld)", text, plan->workers, cpus > 1 ? cpus - 1 : 0);
	add(a, "--main-lcore=%u", plan->workers);
}

static bool
is_pci(const char *name)
{
	unsigned domain, bus, device, function;
	int used = 0;

	return sscanf(name, "%x:%x:%x.%x%n", &domain, &bus, &device, &function, &used) == 4 &&
	       name[used] == '\0';
}

static bool
has_pci(const struct port_options *port, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (is_pci(port[i].name))
			return true;
	return false;
}

static void
add_devices(struct args *a, const struct port_options *port, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		add(a, "%s%s%s%s", is_pci(port[i].name) ? "--allow=" : "--vdev=", port[i].name,
		    port[i].devargs[0] ? "," : "", port[i].devargs);
}

static unsigned
exceptions(const struct port_options *port, unsigned n)
{
	unsigned with = 0;

	for (unsigned i = 0; i < n; i++)
		with += port[i].exception[0] != '\0';
	return with;
}

static void
add_all(struct args *a, const struct eal_plan *plan, const struct eal_options *o,
    const struct port_options *port, unsigned n)
{
	unsigned devices = n + exceptions(port, n);
	unsigned memory = o->memory_mb ? o->memory_mb : MEMORY_MIN + 32 * devices * plan->workers;

	add(a, "%s", o->program);
	add_lcores(a, plan);
	add(a, "%s", o->huge ? "--in-memory" : "--no-huge");
	if (o->memory_mb || !o->huge)
		add(a, "-m%u", memory);
	if (!has_pci(port, n)) /* or the EAL would look at every device of the machine */
		add(a, "--no-pci");
	add(a, "--no-telemetry");
	add(a, "--log-level=lib.eal:warning");
	if (o->file_prefix)
		add(a, "--file-prefix=%s", o->file_prefix);
	add_devices(a, port, n);
	for (unsigned i = 0; i < o->extra_n; i++)
		add(a, "%s", o->extra[i]);
}

int
eal_start(const struct eal_plan *plan, const struct eal_options *o, const struct port_options *port,
    unsigned n)
{
	struct args *a = calloc(1, sizeof(*a));
	int rc = -ENOMEM;

	if (!a)
		return rc;
	add_all(a, plan, o, port, n);
	/* Workers take it over: naps end when they should, not 50 us later. */
	prctl(PR_SET_TIMERSLACK, SLACK_NS);
	if (a->is_short) {
		log_event(LOG_LEVEL_ERROR, "eal-failed", "error=\"too many EAL arguments\"");
	} else if (rte_eal_init(a->n, a->v) < 0) {
		rc = rte_errno ? -rte_errno : -ERR_LIBRARY;
		log_event(LOG_LEVEL_ERROR, "eal-failed", "error=\"%s\" huge-pages=%s hint=\"%s\"",
		    rte_strerror(rte_errno), o->huge ? "yes" : "no",
		    o->huge ? "sysctl vm.nr_hugepages, or huge-pages = false"
			    : "EAL says more above");
	} else {
		rc = 0;
	}
	/* The EAL keeps pointers into the vector; it lives as long as the program. */
	if (rc < 0)
		free(a);
	return rc;
}
