#include "dataplane/status.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A counter as JSON; 2^63 queries will not be seen. */
static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static void
set(json_t *object, const char *key, uint64_t n)
{
	json_object_set_new(object, key, number(n));
}

static uint64_t
rss_bytes(void)
{
	unsigned long size, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%lu %lu", &size, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static json_t *
lists_json(const struct server *s, const struct image *img, const struct counters *sum)
{
	json_t *lists = json_array();

	for (unsigned i = 0; i < img->feeds_n; i++) {
		const struct image_feed *f = &img->feed[i];

		json_array_append_new(
		    lists, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "feed", f->name, "action",
			       action_text(f->action), "policy", s->live->policy[f->policy].name,
			       "entries", number(f->entries), "serial", number(f->serial),
			       "queries", number(count_get(&sum->feed[i]) - s->feed_base[i])));
	}
	return lists;
}

static json_t *
zones_json(const struct zones *zones)
{
	json_t *all = json_array();

	for (unsigned i = 0; zones && i < zones->n; i++) {
		const struct szone *z = zones->at[i].zone;
		char origin[NAME_TEXT_MAX];

		name_to_text(origin, z->origin);
		json_array_append_new(all,
		    json_pack("{s:s, s:o, s:o, s:o, s:o}", "origin", origin, "serial",
			number(z->serial), "records", number(z->rrs_n), "names", number(z->nodes_n),
			"bytes", number(szone_size(z))));
	}
	return all;
}

static json_t *
index_json(const struct image *img)
{
	struct index_stats st;

	index_stats(img->index, &st);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s}", "names", number(st.names), "entries",
	    number(st.entries), "arrays", number(st.arrays), "bytes", number(st.bytes), "classes",
	    number(st.classes), "hash", st.hash);
}

static json_t *
counters_json(const struct counters *c)
{
	json_t *all = json_object(), *way = json_object(), *rcode = json_object();

	for (unsigned i = 0; i < WAYS_N; i++)
		set(way, way_text((enum way)i), count_get(&c->way[i]));
	for (unsigned i = 0; i < COUNTER_RCODES; i++) {
		static const char *const names[COUNTER_RCODES] = {
		    "noerror", "formerr", "servfail", "nxdomain", "notimp", "refused"};
		char key[8];

		snprintf(key, sizeof(key), "%u", i);
		if (names[i] || count_get(&c->rcode[i]))
			set(rcode, names[i] ? names[i] : key, count_get(&c->rcode[i]));
	}
	json_object_set_new(all, "way", way);
	json_object_set_new(all, "rcode", rcode);
	set(all, "udp", count_get(&c->udp));
	set(all, "udp6", count_get(&c->udp6));
	set(all, "tcp", count_get(&c->tcp));
	set(all, "tcp6", count_get(&c->tcp6));
	set(all, "truncated", count_get(&c->truncated));
	set(all, "rrl-dry-run", count_get(&c->rrl_dry_run));
	set(all, "tx_unsent", count_get(&c->tx_unsent));
	set(all, "from-kernel", count_get(&c->from_kernel));
	set(all, "kernel-unsent", count_get(&c->kernel_unsent));
	set(all, "bursts", count_get(&c->bursts));
	return all;
}

static json_t *
thread_json(const char *kind, int lcore, const struct counters *c)
{
	json_t *thread = json_pack("{s:s}", "kind", kind);
	uint64_t replies = 0;

	for (unsigned i = WAY_ANSWERS; i < WAYS_N; i++)
		replies += count_get(&c->way[i]);
	if (lcore >= 0)
		set(thread, "lcore", (uint64_t)lcore);
	set(thread, "queries",
	    count_get(&c->udp) + count_get(&c->udp6) + count_get(&c->tcp) + count_get(&c->tcp6));
	set(thread, "replies", replies);
	set(thread, "bursts", count_get(&c->bursts));
	set(thread, "tx_unsent", count_get(&c->tx_unsent));
	return thread;
}

static json_t *
threads_json(const struct server *s)
{
	json_t *threads = json_array();
	unsigned n = 0;
	const struct counters *c = s->sock ? sock_counters(s->sock, &n) : NULL;

	for (unsigned i = 0; i < n; i++)
		json_array_append_new(threads, thread_json("socket", -1, &c[i]));
	for (unsigned i = 0; i < ports_workers(s->ports); i++) {
		unsigned lcore;

		c = ports_counters(s->ports, i, &lcore);
		json_array_append_new(threads, thread_json("port", (int)lcore, c));
	}
	return threads;
}

static json_t *
ports_json(const struct server *s, const struct counters *sum)
{
	json_t *ports = json_array();

	for (unsigned i = 0; i < ports_n(s->ports); i++) {
		struct port_stats p;

		ports_stats(s->ports, i, &p);
		json_array_append_new(ports,
		    json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "device",
			p.name, "mac", p.mac, "link-up", p.link_up, "rx", number(p.rx), "tx",
			number(p.tx), "missed", number(p.missed), "rx-errors", number(p.rx_errors),
			"tx-errors", number(p.tx_errors), "rx-no-buffer", number(p.rx_nombuf),
			"forwarded", number(count_get(&sum->forwarded[i])), "forward-unsent",
			number(count_get(&sum->forward_unsent[i]))));
	}
	return ports;
}

json_t *
status_json(const struct server *s, int64_t now_ns)
{
	const struct image *img = publish_current(&s->publish);
	struct counters sum = {0};
	char day[DATE_TEXT_MAX];
	json_t *j =
	    json_pack("{s:b, s:s, s:i}", "ok", 1, "version", CORDON_VERSION, "pid", (int)getpid());

	if (!j)
		return NULL;
	server_counters(s, &sum);
	date_format(day, atomic_load(&s->publish.day));
	set(j, "uptime-s", (uint64_t)((now_ns - s->started_ns) / 1000000000));
	json_object_set_new(j, "day", json_string(day));
	json_object_set_new(j, "day-fixed", json_boolean(s->live->now >= 0));
	set(j, "generation", img->generation);
	set(j, "loaded-at", (uint64_t)img->loaded_at);
	set(j, "load-ms", (uint64_t)(img->load_ns / 1000000));
	json_object_set_new(j, "lists", lists_json(s, img, &sum));
	json_object_set_new(j, "zones", zones_json(img->zones));
	json_object_set_new(j, "index", index_json(img));
	json_object_set_new(j, "counters", counters_json(&sum));
	json_object_set_new(j, "threads", threads_json(s));
	json_object_set_new(j, "ports", ports_json(s, &sum));
	set(j, "tcp-clients", s->sock ? sock_tcp_clients(s->sock) : 0);
	set(j, "rss-bytes", rss_bytes());
	set(j, "job", s->loads.newest);
	return j;
}
