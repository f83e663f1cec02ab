#include "dataplane/options.h"

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "dataplane/options_check.h"
#include "dataplane/options_limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
replace_text(char **text, const char *with)
{
	char *copy;

	if (!with)
		return 0;
	copy = strdup(with);
	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static int
replace_texts(struct conf_texts *texts, const struct conf_texts *with)
{
	char **item;

	if (!with->n)
		return 0;
	item = calloc(with->n, sizeof(*item));
	if (!item)
		return -ENOMEM;
	while (texts->n)
		free(texts->item[--texts->n]);
	free(texts->item);
	texts->item = item;
	for (; texts->n < with->n; texts->n++)
		if (replace_text(&item[texts->n], with->item[texts->n]) < 0)
			return -ENOMEM;
	return 0;
}

/* What may stand beside a file, or replace what is in it. */
static int
overlay(struct config_top *top, const struct args *args)
{
	char day[DATE_TEXT_MAX];

	if (args->now >= 0)
		date_format(day, args->now);
	if (args->log_level)
		top->log_level = log_level_parse(args->log_level);
	if (replace_texts(&top->listen, &args->listen) < 0 ||
	    replace_text(&top->control, args->control) < 0 ||
	    replace_text(&top->now, args->now >= 0 ? day : NULL) < 0)
		return -ENOMEM;
	return 0;
}

/* A group of a list as an empty one in a file would be. */
static int
one_group(struct conf_many *many, const char *name)
{
	const struct conf_section *s = config_sections;
	struct conf_section sections[2] = {{0}, {0}};

	while (!s->name || strcmp(s->name, name) != 0)
		s++;
	sections[0] = *s;
	sections[0].many = false;
	sections[0].offset = 0;
	many->item = calloc(1, s->size);
	if (!many->item)
		return -ENOMEM;
	conf_defaults(sections, many->item);
	many->n = 1;
	return 0;
}

/* One feed and one policy from the command line alone. */
static int
quick_start(struct config *c, const struct args *args)
{
	const char *action = args->action ? args->action : "sinkhole";
	struct config_policy *p;
	struct config_feed *f;

	conf_defaults(config_sections, c);
	if (one_group(&c->policies, "policies") < 0 || one_group(&c->feeds, "feeds") < 0)
		return -ENOMEM;
	p = c->policies.item;
	f = c->feeds.item;
	f->any_zone = true;
	for (f->action = 0; strcmp(config_actions[f->action], action) != 0;)
		f->action++;
	if (args->ttl >= 0)
		p->ttl = p->negative_ttl = args->ttl;
	if (replace_text(&p->name, "default") < 0 || replace_texts(&p->a, &args->a) < 0 ||
	    replace_texts(&p->aaaa, &args->aaaa) < 0 || replace_texts(&p->ns, &args->ns) < 0 ||
	    replace_texts(&p->txt, &args->txt) < 0 || replace_text(&f->name, "list") < 0 ||
	    replace_texts(&f->files, &args->lists) < 0 || replace_text(&c->top.control, "") < 0)
		return -ENOMEM;
	return 0;
}

static char *
directory(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup("");
}

int
options_load(struct options **out, const struct args *args, conf_error_fn *error, void *ctx)
{
	struct conf_check c = {args->config ? args->config : "command line", error, ctx, 0};
	struct options *o = calloc(1, sizeof(*o));
	int rc = -ENOMEM;

	*out = NULL;
	if (!o)
		goto out;
	o->path = c.path;
	o->dir = directory(args->config);
	if (!o->dir)
		goto out;
	if (args->config)
		rc = conf_read(config_sections, &o->config, args->config, error, ctx);
	else
		rc = quick_start(&o->config, args);
	if (rc == 0)
		rc = overlay(&o->config.top, args);
	if (rc < 0)
		goto out;
	options_check(o, &c);
	if (c.errors) {
		rc = -ERR_FORMAT;
		goto out;
	}
	*out = o;
	o = NULL;
out:
	options_free(o);
	return rc;
}

void
options_free(struct options *o)
{
	if (!o)
		return;
	conf_free(config_sections, &o->config);
	free(o->log_path);
	free(o->drain_path);
	free(o->blocks_path);
	free(o->dir);
	options_limits_free(o);
	free(o);
}

static bool
is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
is_same_texts(const struct conf_texts *a, const struct conf_texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	return true;
}

const char *
options_fixed_change(const struct options *a, const struct options *b)
{
	const struct config *ca = &a->config, *cb = &b->config;
	const struct config_dpdk *da = &ca->dpdk, *db = &cb->dpdk;

	if (!is_same_texts(&ca->top.listen, &cb->top.listen))
		return "listen";
	if (!is_same_text(ca->top.control, cb->top.control))
		return "control";
	if (!is_same_text(a->log_path, b->log_path))
		return "log-file";
	if (!is_same_text(ca->top.user, cb->top.user))
		return "user";
	if (!is_same_text(ca->top.group, cb->top.group))
		return "group";
	if (ca->top.seccomp != cb->top.seccomp)
		return "seccomp";
	if (memcmp(&ca->sockets, &cb->sockets, sizeof(ca->sockets)) != 0)
		return "sockets";
	if (ca->rrl.table != cb->rrl.table)
		return "rrl.table";
	if (!is_same_text(da->lcores, db->lcores) ||
	    !is_same_text(da->file_prefix, db->file_prefix) || da->memory != db->memory ||
	    da->huge_pages != db->huge_pages || da->busy_poll != db->busy_poll ||
	    da->nap != db->nap || !is_same_texts(&da->eal_extra, &db->eal_extra))
		return "dpdk";
	/* Both came from calloc: padding is equal too. */
	if (a->ports_n != b->ports_n || memcmp(a->port, b->port, sizeof(a->port)) != 0)
		return "ports";
	return NULL;
}
