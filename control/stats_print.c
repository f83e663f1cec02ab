#include "control/stats.h"

#include "control/ask.h"

static void
take_off(json_t *stage, const json_t *before)
{
	static const char *const keys[] = {"calls", "packets", "cycles"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set_new(stage, keys[i],
		    json_integer(ask_number(stage, keys[i]) - ask_number(before, keys[i])));
}

void
stats_since(json_t *after, const json_t *before)
{
	const json_t *earlier = json_object_get(before, "workers");
	json_t *worker, *stage;
	size_t i, k;

	json_array_foreach(json_object_get(after, "workers"), i, worker)
	{
		const json_t *was = json_object_get(json_array_get(earlier, i), "stages");

		json_array_foreach(json_object_get(worker, "stages"), k, stage)
		    take_off(stage, json_array_get(was, k));
	}
}

static void
print_ratio(FILE *to, json_int_t a, json_int_t b)
{
	if (b)
		fprintf(to, " %14.1f", (double)a / (double)b);
	else
		fprintf(to, " %14s", "-");
}

static void
print_stage(const json_t *stage, FILE *to)
{
	json_int_t calls = ask_number(stage, "calls"), packets = ask_number(stage, "packets");

	fprintf(to, "%-8s %14" JSON_INTEGER_FORMAT, ask_text(stage, "stage"), calls);
	print_ratio(to, packets, calls);
	print_ratio(to, ask_number(stage, "cycles"), packets);
	fputc('\n', to);
}

void
stats_print_stages(const json_t *reply, FILE *to)
{
	const json_t *worker, *stage;
	size_t i, k;

	json_array_foreach(json_object_get(reply, "workers"), i, worker)
	{
		fprintf(to, "%slcore %" JSON_INTEGER_FORMAT "\n%-8s %14s %14s %14s\n",
		    i ? "\n" : "", ask_number(worker, "lcore"), "STAGE", "CALLS", "PACKETS/CALL",
		    "CYCLES/PACKET");
		json_array_foreach(json_object_get(worker, "stages"), k, stage)
		    print_stage(stage, to);
	}
}

static void
print_number(FILE *to, const char *group, const char *name, const json_t *number)
{
	if (json_integer_value(number))
		fprintf(to, "%-8s %-20s %14" JSON_INTEGER_FORMAT "\n", group, name,
		    json_integer_value(number));
}

void
stats_print(json_t *counters, FILE *to)
{
	const char *key, *name;
	json_t *group, *number;

	json_object_foreach(counters, key, group)
	{
		if (json_is_integer(group))
			print_number(to, "", key, group);
		json_object_foreach(group, name, number) print_number(to, key, name, number);
	}
}
