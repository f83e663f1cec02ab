#include "base/log.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048 /* one write of this size is whole on a pipe (PIPE_BUF is 4096) */
#define LIMIT_NS       1000000000

struct line {
	char text[LINE_MAX_BYTES];
	size_t len;
};

static const struct {
	const char *name;
	int priority; /* sd-daemon(3) */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},
    [LOG_LEVEL_WARNING] = {"warning", 4},
    [LOG_LEVEL_NOTICE] = {"notice", 5},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};

static _Atomic int most_written = LOG_LEVEL_NOTICE;

static atomic_bool is_file;

int
log_to_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	int rc = fd < 0 || dup2(fd, STDERR_FILENO) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (rc == 0)
		atomic_store(&is_file, true);
	return rc;
}

void
log_set_level(enum log_level most)
{
	atomic_store_explicit(&most_written, (int)most, memory_order_relaxed);
}

int
log_level_parse(const char *text)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (strcmp(text, levels[i].name) == 0)
			return (int)i;
	return -ERR_UNKNOWN;
}

static bool
is_written(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&most_written, memory_order_relaxed);
}

static void
line_vadd(struct line *l, const char *fmt, va_list ap)
{
	size_t room = sizeof(l->text) - l->len;
	int n = vsnprintf(l->text + l->len, room, fmt, ap);

	if (n > 0)
		l->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void __attribute__((format(printf, 2, 3))) line_add(struct line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_vadd(l, fmt, ap);
	va_end(ap);
}

static void
line_begin(struct line *l, enum log_level level, const char *event)
{
	time_t now = time(NULL);
	struct tm tm;

	l->len = 0;
	if (getenv("JOURNAL_STREAM") && !atomic_load(&is_file)) {
		line_add(l, "<%d>%s ", levels[level].priority, event);
		return;
	}
	gmtime_r(&now, &tm);
	l->len = strftime(l->text, sizeof(l->text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	line_add(l, " %s %s ", levels[level].name, event);
}

/* One line whatever the values hold, in one write so that threads do not mix. */
static void
line_write(struct line *l)
{
	int saved = errno;
	ssize_t rc;

	if (l->text[l->len - 1] == ' ')
		l->len--;
	for (size_t i = 0; i < l->len; i++)
		if ((unsigned char)l->text[i] < ' ' || l->text[i] == 0x7f)
			l->text[i] = '?';
	l->text[l->len++] = '\n'; /* in the place of the NUL */
	do
		rc = write(STDERR_FILENO, l->text, l->len);
	while (rc < 0 && errno == EINTR);
	errno = saved;
}

void
log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	struct line l;
	va_list ap;

	if (!is_written(level))
		return;
	line_begin(&l, level, event);
	va_start(ap, fmt);
	line_vadd(&l, fmt, ap);
	va_end(ap);
	line_write(&l);
}

/* Whether this caller is the one that may write; of many threads only one is. */
static bool
limit_take(struct log_limit *limit)
{
	struct timespec ts;
	int64_t now, next = atomic_load(&limit->next_ns);

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
	if (now >= next && atomic_compare_exchange_strong(&limit->next_ns, &next, now + LIMIT_NS))
		return true;
	atomic_fetch_add(&limit->left_out, 1);
	return false;
}

void
log_limited(struct log_limit *limit, enum log_level level, const char *event, const char *fmt, ...)
{
	uint64_t left_out;
	struct line l;
	va_list ap;

	if (!is_written(level) || !limit_take(limit))
		return;
	line_begin(&l, level, event);
	left_out = atomic_exchange(&limit->left_out, 0);
	if (left_out) /* in front: a line that is cut keeps it */
		line_add(&l, "left_out=%" PRIu64 " ", left_out);
	va_start(ap, fmt);
	line_vadd(&l, fmt, ap);
	va_end(ap);
	line_write(&l);
}

_Noreturn void
die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	exit(1);
}
