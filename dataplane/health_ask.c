#include "dataplane/health_ask.h"

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "dataplane/explain.h"
#include "dataplane/sock_impl.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum state { HEALTHY, DEGRADED, DEAD };

struct verdict {
	enum state state;
	json_t *problems;
};

static void __attribute__((format(printf, 3, 4)))
problem(struct verdict *v, enum state state, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_array_append_new(v->problems, json_string(text));
	v->state = state > v->state ? state : v->state;
}

static void
look_at_lists(const struct server *s, struct verdict *v)
{
	const struct image *img = publish_current(&s->publish);
	int32_t today = atomic_load(&s->publish.day);

	for (unsigned i = 0; i < img->feeds_n; i++) {
		const struct image_feed *f = &img->feed[i];
		char day[DATE_TEXT_MAX];

		if (f->until == 0 || f->until > today || (img->has_blocks && i == BLOCKS_FEED))
			continue;
		date_format(day, f->until);
		problem(v, DEGRADED, "feed %s is over: no entry holds since %s", f->name, day);
	}
	if (s->reload_rc < 0)
		problem(v, DEGRADED, "the last reload failed: %s", err_text(s->reload_rc));
}

static void
look_at_ports(const struct server *s, struct verdict *v)
{
	unsigned down = 0, n = ports_n(s->ports);

	for (unsigned i = 0; i < n; i++) {
		struct port_stats p;

		ports_stats(s->ports, i, &p);
		if (p.link_up)
			continue;
		problem(v, DEGRADED, "port %s has no link", p.name);
		down++;
	}
	if (n && down == n && !s->sock)
		problem(v, DEAD, "no port has a link");
}

/* The answer path itself, with the lists that are in force; sockets are asked by the client. */
static void
look_at_answers(const struct server *s, struct verdict *v)
{
	static const uint8_t name[] = "\6health\7invalid";
	json_t *reply = explain_json(s, name, sizeof(name), atomic_load(&s->publish.day));
	const json_t *answer = json_object_get(reply, "answer");

	if (!json_is_true(json_object_get(answer, "answered")))
		problem(v, DEAD, "a query for health.invalid gets no answer");
	json_decref(reply);
}

static bool
is_drained(const struct server *s)
{
	return s->is_drained || (s->live->drain_path && access(s->live->drain_path, F_OK) == 0);
}

/* Where a client on this machine can ask. */
static json_t *
listen_json(const struct server *s)
{
	const struct conf_texts *listen = &s->start->config.top.listen;
	json_t *list = json_array();

	for (size_t i = 0; i < listen->n; i++) {
		struct sock_address a;
		char text[INET6_ADDRSTRLEN];
		bool is_v4;

		if (sock_address_parse(&a, listen->item[i]) < 0)
			continue;
		is_v4 = a.sa.sa_family == AF_INET;
		if (sock_address_is_any(&a) && is_v4)
			a.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		else if (sock_address_is_any(&a))
			a.in6.sin6_addr = in6addr_loopback;
		inet_ntop(a.sa.sa_family,
		    is_v4 ? (const void *)&a.in.sin_addr : (const void *)&a.in6.sin6_addr, text,
		    sizeof(text));
		json_array_append_new(
		    list, json_pack("{s:s, s:i}", "address", text, "port",
			      (int)ntohs(is_v4 ? a.in.sin_port : a.in6.sin6_port)));
	}
	return list;
}

json_t *
health_on_ask(struct server *s, size_t argc, char **argv)
{
	static const char *const words[] = {"healthy", "degraded", "dead"};
	struct verdict v = {HEALTHY, json_array()};
	int64_t stalled_ns = health_stalled_ns(&s->health);
	bool drained = is_drained(s);

	(void)argc;
	(void)argv;
	if (stalled_ns)
		problem(
		    &v, DEAD, "a thread has not moved for %" PRId64 " ms", stalled_ns / 1000000);
	look_at_lists(s, &v);
	look_at_ports(s, &v);
	look_at_answers(s, &v);
	return json_pack("{s:b, s:s, s:b, s:o, s:o}", "ok", 1, "state", words[v.state], "drained",
	    drained, "problems", v.problems, "listen", listen_json(s));
}

json_t *
health_on_drain(struct server *s, size_t argc, char **argv)
{
	const char *reason = argc > 1 && strncmp(argv[1], "reason=", 7) == 0 ? argv[1] + 7 : "";

	if (argc > 1 && !*reason)
		return ctl_error("unexpected \"%.32s\"; expected reason=TEXT", argv[1]);
	for (char *c = argc > 1 ? argv[1] : NULL; c && *c; c++)
		*c = *c == '\t' ? ' ' : *c == '"' ? '\'' : *c;
	s->is_drained = true;
	log_event(LOG_LEVEL_NOTICE, "drained", "uid=%d why=\"%.200s\"",
	    (int)ctl_server_peer(s->ctl), reason);
	return json_pack("{s:b, s:b}", "ok", 1, "drained", 1);
}

json_t *
health_on_undrain(struct server *s, size_t argc, char **argv)
{
	(void)argc;
	(void)argv;
	s->is_drained = false;
	if (is_drained(s))
		return ctl_error("%s exists, and says drained; remove it", s->live->drain_path);
	log_event(LOG_LEVEL_NOTICE, "undrained", "uid=%d", (int)ctl_server_peer(s->ctl));
	return json_pack("{s:b, s:b}", "ok", 1, "drained", 0);
}
