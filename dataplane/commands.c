#include "dataplane/commands.h"

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "dataplane/blocks_serve.h"
#include "dataplane/cookie_ctl.h"
#include "dataplane/deltas_serve.h"
#include "dataplane/explain.h"
#include "dataplane/health_ask.h"
#include "dataplane/stages_ask.h"
#include "dataplane/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static json_t *
done(void)
{
	return json_pack("{s:b}", "ok", 1);
}

static json_t *
on_status(struct server *s, size_t argc, char **argv)
{
	struct timespec ts;

	(void)argc;
	(void)argv;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return status_json(s, (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

static json_t *
on_reload(struct server *s, size_t argc, char **argv)
{
	int64_t job = loads_request(&s->loads);

	(void)argc;
	(void)argv;
	if (job < 0)
		return ctl_error("cannot start loading: %s", err_text((int)job));
	return json_pack("{s:b, s:I}", "ok", 1, "job", (json_int_t)job);
}

static json_t *
on_job(struct server *s, size_t argc, char **argv)
{
	char *end;
	unsigned long long job = strtoull(argv[1], &end, 10);
	const struct load_result *r = *end ? NULL : loads_find(&s->loads, job);
	json_t *first, *reply;

	(void)argc;
	if (!r)
		return ctl_error(
		    "there is no job \"%.32s\"; the last %d are kept", argv[1], LOADS_KEPT);
	if (r->state != LOAD_DONE)
		return json_pack("{s:b, s:b}", "ok", 1, "done", 0);
	if (r->rc == 0)
		return json_pack("{s:b, s:b}", "ok", 1, "done", 1);
	first = json_array_get(r->errors, 0);
	reply = ctl_error("%s", first ? json_string_value(first) : err_text(r->rc));
	if (reply) {
		json_object_set_new(reply, "done", json_true());
		json_object_set(reply, "errors", r->errors);
	}
	return reply;
}

static json_t *
on_lookup(struct server *s, size_t argc, char **argv)
{
	uint8_t name[NAME_LEN_MAX];
	int32_t day = atomic_load(&s->publish.day);
	int len = name_from_text(name, argv[1], strlen(argv[1]));

	if (len < 0)
		return ctl_error("\"%.255s\" is not a domain name", argv[1]);
	if (argc > 2 && date_parse(&day, argv[2], strlen(argv[2])) < 0)
		return ctl_error("\"%.32s\" is not a date YYYY-MM-DD", argv[2]);
	return explain_json(s, name, (size_t)len, day);
}

static json_t *
on_log_level(struct server *s, size_t argc, char **argv)
{
	int level = log_level_parse(argv[1]);

	(void)s;
	(void)argc;
	if (level < 0)
		return ctl_error("\"%.32s\" is not a level; expected error, warning, notice, info "
				 "or debug",
		    argv[1]);
	log_set_level((enum log_level)level);
	return done();
}

static json_t *
on_log_reopen(struct server *s, size_t argc, char **argv)
{
	const char *path = s->start->log_path;
	int rc = path ? log_to_file(path) : 0;

	(void)argc;
	(void)argv;
	if (!path)
		return ctl_error("the log goes to standard error; name a log-file to change that");
	if (rc < 0)
		return ctl_error("%s: %s; the log goes on where it was", path, err_text(rc));
	log_event(LOG_LEVEL_NOTICE, "log-reopened", "file=%s", path);
	return done();
}

static json_t *
on_stop(struct server *s, size_t argc, char **argv)
{
	(void)argc;
	(void)argv;
	s->end = true;
	return done();
}

static const struct {
	const char *name, *words;
	size_t min, max; /* words, the command itself included */
	json_t *(*answer)(struct server *s, size_t argc, char **argv);
} commands[] = {
    {"status", "", 1, 1, on_status},
    {"reload", "", 1, 1, on_reload},
    {"deltas", "", 1, 1, deltas_on_ask},
    {"job", " N", 2, 2, on_job},
    {"lookup", " NAME [DATE]", 2, 3, on_lookup},
    {"block", " NAME [action=A] [until=DATE|+Nd] [by=WHO] [reason=TEXT] [force]", 2, 7,
	blocks_on_block},
    {"unblock", " NAME [by=WHO] [reason=TEXT]", 2, 4, blocks_on_unblock},
    {"blocks", "", 1, 1, blocks_on_list},
    {"log-level", " LEVEL", 2, 2, on_log_level},
    {"cookie-secret", " show | add [HEX] | activate | drop", 2, 3, cookie_ctl_answer},
    {"log-reopen", "", 1, 1, on_log_reopen},
    {"health", "", 1, 1, health_on_ask},
    {"drain", " [reason=TEXT]", 1, 2, health_on_drain},
    {"undrain", "", 1, 1, health_on_undrain},
    {"stages", " [SECONDS]", 1, 2, stages_on_ask},
    {"stop", "", 1, 1, on_stop},
};

static json_t *
unknown(const char *word)
{
	char expected[256] = "";

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s%s",
		    i ? ", " : "", commands[i].name);
	return ctl_error("unknown command \"%.32s\"; expected one of %s", word, expected);
}

json_t *
commands_answer(void *ctx, size_t argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, argv[0]) != 0)
			continue;
		if (argc < commands[i].min || argc > commands[i].max)
			return ctl_error("expected: %s%s", commands[i].name, commands[i].words);
		return commands[i].answer(ctx, argc, argv);
	}
	return unknown(argv[0]);
}
