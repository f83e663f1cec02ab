#include "dataplane/deltas_serve.h"

#include "base/err.h"
#include "base/log.h"
#include "dataplane/deltas.h"

#include <inttypes.h>
#include <time.h>

/* Nobody reads an image that is not published. */
static void
no_grace(void *ctx)
{
	(void)ctx;
}

static int64_t
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static json_t *
reply_to(const struct deltas *d, int rc, int64_t took_us, json_t *errors)
{
	json_t *first = json_array_get(errors, 0);
	json_t *reply = rc == 0 ? json_pack("{s:b}", "ok", 1)
				: ctl_error("%s", first ? json_string_value(first) : err_text(rc));

	if (!reply)
		return NULL;
	if (rc < 0)
		json_object_set(reply, "errors", errors);
	json_object_set_new(reply, "files", json_integer(d->taken));
	json_object_set_new(reply, "added", json_integer((json_int_t)d->added));
	json_object_set_new(reply, "removed", json_integer((json_int_t)d->removed));
	json_object_set_new(reply, "us", json_integer(took_us));
	return reply;
}

json_t *
deltas_on_ask(struct server *s, size_t argc, char **argv)
{
	json_t *errors = json_array(), *reply;
	struct deltas d = {.img = atomic_load(&s->publish.current),
	    .o = s->live,
	    .error = loads_error,
	    .ctx = errors,
	    .grace = publish_grace,
	    .grace_ctx = &s->publish,
	    .job = s->loads.running};
	int64_t start_us = clock_us(), took_us;
	int rc = deltas_take(&d);

	(void)argc;
	(void)argv;
	took_us = clock_us() - start_us;
	if (d.taken)
		log_event(LOG_LEVEL_NOTICE, "deltas",
		    "files=%u added=%" PRIu64 " removed=%" PRIu64 " us=%" PRId64, d.taken, d.added,
		    d.removed, took_us);
	reply = reply_to(&d, rc, took_us, errors);
	json_decref(errors);
	return reply;
}

int
deltas_carry(struct server *s, struct image *img, const struct options *o, uint64_t job)
{
	const struct load_result *load = loads_find(&s->loads, job);
	json_t *errors = load ? load->errors : NULL;
	struct deltas d = {.img = img,
	    .o = o,
	    .error = loads_error,
	    .ctx = errors,
	    .grace = no_grace,
	    .job = s->loads.running}; /* the next load, which began just now */
	int rc = deltas_take(&d);

	if (rc == 0 &&
	    deltas_is_behind(img, publish_current(&s->publish), job, loads_error, errors))
		rc = -ERR_STALE;
	return rc;
}
