#include "bench/record.h"

#include "base/err.h"
#include "bench/quiet.h"
#include "bench/store.h"

#include <ctype.h>
#include <errno.h>
#include <rte_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* The value of a line of a file of "name : value" lines; empty if there is none. */
static void
proc_value(char *out, size_t room, const char *path, const char *name)
{
	FILE *f = fopen(path, "r");
	char line[512];

	*out = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		char *value = strchr(line, ':');

		if (strncmp(line, name, strlen(name)) != 0 || !value)
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(out, room, "%s", value);
		break;
	}
	if (f)
		fclose(f);
}

static json_t *
command_line(int argc, char **argv)
{
	json_t *all = json_array();

	for (int i = 0; i < argc; i++)
		json_array_append_new(all, json_string(argv[i]));
	return all;
}

json_t *
record_environment(int argc, char **argv)
{
	char cpu[256], microcode[64], huge[64], flags[4096];
	struct utsname u;
	double busy = quiet_busy_other();

	uname(&u);
	proc_value(cpu, sizeof(cpu), "/proc/cpuinfo", "model name");
	proc_value(microcode, sizeof(microcode), "/proc/cpuinfo", "microcode");
	proc_value(flags, sizeof(flags), "/proc/cpuinfo", "flags");
	proc_value(huge, sizeof(huge), "/proc/meminfo", "HugePages_Total");
	return json_pack("{ss ss ss si ss sb ss ss ss ss ss sf so}", "version", CORDON_VERSION,
	    "git", CORDON_GIT, "cpu", cpu, "cpus", (int)sysconf(_SC_NPROCESSORS_ONLN), "microcode",
	    microcode, "aes", strstr(flags, " aes") != NULL, "kernel", u.release, "machine",
	    u.machine, "dpdk", rte_version(), "compiler", __VERSION__ " " CORDON_FLAGS,
	    "huge_pages", huge, "busy_other", busy, "command", command_line(argc, argv));
}

json_t *
record_config(
    const struct load_options *o, const struct names_store *names, const struct pool *pool)
{
	const struct pool_mix *m = &o->mix;

	return json_pack("{ss* sI ss si sf sf sf sf sf sf sf sf ss ss ss sf sf si sb si}", "list",
	    o->list, "names", (json_int_t)names->n, "list_sha256", names->digest, "queries",
	    (int)m->queries, "query_bytes", pool->mean_len, "hit_ratio", m->hit_ratio, "zipf",
	    m->zipf, "case", m->case_share, "edns", m->edns_share, "cookies", m->cookie_share,
	    "aaaa", m->aaaa_share, "ipv6", m->v6_share, "device", o->rig.device, "devargs",
	    o->rig.devargs, "lcores", o->rig.lcores, "seconds", o->seconds, "timeout_s",
	    o->timeout_s, "vlan", o->rig.frames.vlan, "huge_pages", o->rig.huge, "trials",
	    (int)o->trials);
}

static json_t *
latency(const struct hdr *h)
{
	static const struct {
		const char *name;
		double part;
	} points[] = {
	    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"p99_99", 0.9999}};
	json_t *j = json_object(), *curve = json_array();

	json_object_set_new(j, "min", json_integer((json_int_t)(h->n ? h->min : 0)));
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		json_object_set_new(
		    j, points[i].name, json_integer((json_int_t)hdr_percentile(h, points[i].part)));
	json_object_set_new(j, "max", json_integer((json_int_t)(h->n ? h->max : 0)));
	json_object_set_new(j, "mean", json_real(h->n ? (double)h->sum / (double)h->n : 0));
	/* Non-zero buckets as [highest value, count]: mergeable with those of other runs. */
	for (unsigned i = 0; i < HDR_BUCKETS; i++)
		if (h->bucket[i])
			json_array_append_new(curve, json_pack("[II]", (json_int_t)hdr_highest(i),
							 (json_int_t)h->bucket[i]));
	json_object_set_new(j, "buckets", curve);
	return j;
}

static json_t *
series(const struct gen_result *r)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < r->series_n; i++) {
		const struct gen_second *s = &r->series[i];

		json_array_append_new(all,
		    json_pack("{sI sI sI sI sI sI}", "sent", (json_int_t)s->sent, "answered",
			(json_int_t)s->answered, "lost", (json_int_t)s->lost, "p50",
			(json_int_t)s->p50, "p99", (json_int_t)s->p99, "max", (json_int_t)s->max));
	}
	return all;
}

static json_t *
rcodes(const struct gen_result *r)
{
	static const char *const names[GEN_RCODES] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
	    "NOTIMP", "REFUSED", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"};
	json_t *j = json_object();

	for (unsigned i = 0; i < GEN_RCODES; i++)
		if (r->rcode[i])
			json_object_set_new(j, names[i], json_integer((json_int_t)r->rcode[i]));
	return j;
}

json_t *
record_trial(const struct gen_trial *t, const struct gen_result *r)
{
	json_t *j = json_pack("{sf sf sI sI sI sI sI sI sI sI sI sI sI sI}", "rate", t->rate,
	    "seconds", r->seconds, "intended", (json_int_t)r->intended, "sent", (json_int_t)r->sent,
	    "unsent", (json_int_t)r->unsent, "skipped", (json_int_t)r->skipped, "answered",
	    (json_int_t)r->answered, "lost", (json_int_t)r->lost, "late", (json_int_t)r->late,
	    "duplicate", (json_int_t)r->duplicate, "stray", (json_int_t)r->stray, "wrong",
	    (json_int_t)r->wrong, "other", (json_int_t)r->other, "verified",
	    (json_int_t)r->verified);
	double answered = (double)r->answered;

	json_object_set_new(j, "loss", json_real(gen_loss(r)));
	json_object_set_new(j, "sent_qps", json_real((double)r->sent / r->seconds));
	json_object_set_new(j, "answered_qps", json_real(answered / r->seconds));
	json_object_set_new(
	    j, "answer_bytes", json_real(answered > 0 ? (double)r->answer_bytes / answered : 0));
	json_object_set_new(j, "rcodes", rcodes(r));
	json_object_set_new(j, "latency_ns", latency(&r->latency));
	json_object_set_new(j, "series", series(r));
	return j;
}

/* Columns are the numbers of a trial and of its latency. */
static void
write_row(FILE *f, json_t *trial, bool is_header)
{
	const char *key, *sep = "";
	json_t *v;

	for (int nested = 0; nested < 2; nested++) {
		json_t *from = nested ? json_object_get(trial, "latency_ns") : trial;

		json_object_foreach(from, key, v)
		{
			if (!json_is_number(v) && !json_is_string(v))
				continue;
			if (is_header)
				fprintf(f, "%s%s%s", sep, nested ? "latency_ns_" : "", key);
			else if (json_is_string(v))
				fprintf(f, "%s%s", sep, json_string_value(v));
			else
				fprintf(f, "%s%.10g", sep, json_number_value(v));
			sep = ",";
		}
	}
	fputc('\n', f);
}

static int
write_csv(const json_t *record, const char *path)
{
	FILE *f = fopen(path, "w");
	json_t *trial;
	size_t i;

	if (!f)
		return -errno;
	json_array_foreach(json_object_get(record, "trials"), i, trial)
	{
		if (i == 0)
			write_row(f, trial, true);
		write_row(f, trial, false);
	}
	return fclose(f) == 0 ? 0 : -errno;
}

int
record_write(const json_t *record, const char *dir)
{
	const char *scenario = json_string_value(json_object_get(record, "scenario"));
	const char *label = json_string_value(json_object_get(record, "label"));
	char path[4096], stamp[32];
	time_t now = time(NULL);
	size_t at;
	int rc;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return -errno;
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime(&now));
	at = (size_t)snprintf(path, sizeof(path) - 8, "%s/%s-%s-%s", dir, scenario, label, stamp);
	if (at >= sizeof(path) - 8)
		return -ENAMETOOLONG;
	for (char *p = path + strlen(dir) + 1; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			*p = '_';
	snprintf(path + at, 8, ".csv");
	rc = write_csv(record, path);
	if (rc < 0)
		return rc;
	snprintf(path + at, 8, ".json");
	if (json_dump_file(record, path, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) < 0)
		return -EIO;
	fprintf(stderr, "%s\n", path);
	return 0;
}
