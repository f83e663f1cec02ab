#include "dataplane/loads.h"

#include "base/err.h"
#include "base/log.h"
#include "dataplane/feeds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* The text stands between quotes in the log. */
static void
log_refused(const char *text)
{
	char plain[1024];
	size_t n = 0;

	for (; text[n] && n < sizeof(plain) - 1; n++)
		plain[n] = text[n] == '"' ? '\'' : text[n];
	plain[n] = '\0';
	log_event(LOG_LEVEL_ERROR, "refused", "error=\"%s\"", plain);
}

void
loads_error(void *errors, const char *text)
{
	log_refused(text);
	if (errors && json_array_size(errors) < LOADS_ERRORS) {
		json_t *item = json_string(text);

		json_array_append_new(
		    errors, item ? item : json_string("text is no UTF-8; see the log"));
	}
}

void
loads_conf_error(void *errors, const char *path, unsigned line, const char *text)
{
	char whole[1024];

	if (line)
		snprintf(whole, sizeof(whole), "%s:%u: %s", path, line, text);
	else
		snprintf(whole, sizeof(whole), "%s: %s", path, text);
	loads_error(errors, whole);
}

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int
loads_image(struct image **out, const struct options *o, void *errors, const atomic_bool *cancel)
{
	int64_t start_ns = now_ns();
	int rc = feeds_load(out, o, loads_error, errors, cancel);

	if (rc == 0) {
		(*out)->load_ns = now_ns() - start_ns;
		(*out)->loaded_at = time(NULL);
	}
	return rc;
}

static struct load_result *
slot(struct loads *l, uint64_t job)
{
	return &l->result[job % LOADS_KEPT];
}

static void *
run(void *arg)
{
	struct loads *l = arg;
	struct load_result *r = slot(l, l->running);
	uint64_t one = 1;

	r->rc = options_load(&l->options, l->args, loads_conf_error, r->errors);
	if (r->rc == 0)
		r->rc = loads_image(&l->image, l->options, r->errors, &l->cancel);
	while (write(l->done_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	return NULL;
}

static int
start(struct loads *l, uint64_t job)
{
	int rc;

	l->options = NULL;
	l->image = NULL;
	l->running = job;
	slot(l, job)->state = LOAD_RUNNING;
	rc = pthread_create(&l->thread, NULL, run, l);
	if (rc != 0) {
		l->running = 0;
		slot(l, job)->state = LOAD_DONE;
		slot(l, job)->rc = -rc;
	}
	return -rc;
}

int
loads_init(struct loads *l, const struct args *args)
{
	*l = (struct loads){.args = args};
	l->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return l->done_fd < 0 ? -errno : 0;
}

static void
join(struct loads *l)
{
	pthread_join(l->thread, NULL);
	slot(l, l->running)->state = LOAD_DONE;
	l->running = 0;
}

void
loads_close(struct loads *l)
{
	atomic_store(&l->cancel, true);
	if (l->running) {
		join(l);
		image_free(l->image);
		options_free(l->options);
	}
	for (unsigned i = 0; i < LOADS_KEPT; i++)
		json_decref(l->result[i].errors);
	if (l->done_fd >= 0)
		close(l->done_fd);
	*l = (struct loads){.done_fd = -1};
}

int64_t
loads_request(struct loads *l)
{
	struct load_result *r;
	int rc;

	if (l->running && l->newest != l->running)
		return (int64_t)l->newest; /* waits, and will read what is there by then */
	r = slot(l, l->newest + 1);
	json_decref(r->errors);
	*r = (struct load_result){l->newest + 1, LOAD_QUEUED, 0, json_array()};
	l->newest++;
	if (!r->errors)
		return -ENOMEM;
	rc = l->running ? 0 : start(l, r->job);
	return rc < 0 ? rc : (int64_t)r->job;
}

int
loads_take(struct loads *l, struct options **options, struct image **image)
{
	struct load_result *r;
	uint64_t n;

	if (!l->running || read(l->done_fd, &n, sizeof(n)) < 0)
		return -EAGAIN;
	r = slot(l, l->running);
	join(l);
	*options = l->options;
	*image = l->image;
	if (r->rc < 0) {
		options_free(l->options);
		*options = NULL;
	}
	if (r->job != l->newest)
		start(l, l->newest);
	return r->rc;
}

void
loads_fail(struct loads *l, uint64_t job, int rc)
{
	slot(l, job)->rc = rc;
}

const struct load_result *
loads_find(const struct loads *l, uint64_t job)
{
	const struct load_result *r = &l->result[job % LOADS_KEPT];

	return r->job == job && r->state != LOAD_NONE ? r : NULL;
}
