/* log.h - one line per event on standard error.
 *
 *   2026-11-21T08:00:00Z notice list-loaded feed=conficker-c names=50000
 *
 * Event is a word of [a-z0-9-]; the rest is key=value.  Under systemd (the
 * environment has JOURNAL_STREAM) the time is left out and the level is sd-daemon's
 * <N> prefix.  Never called from a hot file.  Any thread. */
#pragma once

#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/* From now on to a file, with the time in every line, in the place of standard error; what
 * libraries write there goes with it.  Appends; makes it with mode 0640.  Again with the same path:
 * opens it anew, after it was renamed.  Returns 0, or -errno and goes on where it was. */
int log_to_file(const char *path);

/* What is above `most` is not written.  Default: notice. */
void log_set_level(enum log_level most);

/* Level by its name ("error" ... "debug").  Returns it, or -ERR_UNKNOWN. */
int log_level_parse(const char *text);

void log_event(enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* For what an outsider can cause: at most one line per second and place; the
 * next line that is written says how many were left out. */
struct log_limit {
	_Atomic int64_t next_ns; /* CLOCK_MONOTONIC */
	_Atomic uint64_t left_out;
};

void log_limited(struct log_limit *limit, enum log_level level, const char *event, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));

/* "cordon-responder: text" on standard error and exit status 1.  Start-up only. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
