#include "dataplane/monitor_log.h"

#include "base/log.h"
#include "dataplane/server.h"

#include <inttypes.h>

#define SECOND_NS INT64_C(1000000000)

static void
begin(struct server *s, const struct counters *sum, int64_t now_ns)
{
	struct monitor_log *m = &s->monitor_log;

	m->from_ns = now_ns;
	m->seen = count_get(&sum->way[WAY_SEEN]);
	m->passed_on = count_get(&sum->way[WAY_PASSED_ON]);
	for (unsigned i = 0; i < INDEX_FEEDS_MAX; i++)
		m->feed[i] = count_get(&sum->feed[i]);
}

static void
report(const struct server *s, const struct counters *sum, int64_t now_ns)
{
	const struct monitor_log *m = &s->monitor_log;
	const struct image *img = publish_current(&s->publish);
	int64_t ms = (now_ns - m->from_ns) / 1000000;

	log_event(LOG_LEVEL_NOTICE, "monitor", "ms=%" PRId64 " seen=%" PRIu64 " passed-on=%" PRIu64,
	    ms, count_get(&sum->way[WAY_SEEN]) - m->seen,
	    count_get(&sum->way[WAY_PASSED_ON]) - m->passed_on);
	for (unsigned i = 0; i < img->feeds_n; i++) {
		uint64_t queries = count_get(&sum->feed[i]) - m->feed[i];

		if (queries)
			log_event(LOG_LEVEL_NOTICE, "monitor-feed",
			    "feed=%s ms=%" PRId64 " queries=%" PRIu64, img->feed[i].name, ms,
			    queries);
	}
}

static void
end(struct server *s, int64_t now_ns)
{
	struct counters sum = {0};

	server_counters(s, &sum);
	if (s->monitor_log.from_ns)
		report(s, &sum, now_ns);
	begin(s, &sum, now_ns);
}

void
monitor_log_step(struct server *s, int64_t now_ns)
{
	int64_t seconds = s->live->config.top.monitor_log;

	if (seconds == 0)
		s->monitor_log.from_ns = 0;
	else if (!s->monitor_log.from_ns || now_ns >= s->monitor_log.from_ns + seconds * SECOND_NS)
		end(s, now_ns);
}

void
monitor_log_end(struct server *s, int64_t now_ns)
{
	if (s->monitor_log.from_ns)
		end(s, now_ns);
}
