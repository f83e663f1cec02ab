#include "base/conf.h"

#include "base/conf_mistake.h"
#include "base/conf_scan.h"
#include "base/conf_value.h"
#include "base/err.h"

#include <libconfig.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX (1 << 20) /* bytes */

struct place {
	struct conf_mistakes *m;
	const char *in; /* section's name, NULL at the top level */
	unsigned line;  /* of the group; 0 at the top level */
};

static const char *
type_text(const config_setting_t *v)
{
	switch (config_setting_type(v)) {
	case CONFIG_TYPE_BOOL: return "true or false";
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64: return "a whole number";
	case CONFIG_TYPE_FLOAT: return "a number with a fraction";
	case CONFIG_TYPE_STRING: return "a string";
	case CONFIG_TYPE_GROUP: return "a group { ... }";
	case CONFIG_TYPE_LIST: return "a list ( ... )";
	case CONFIG_TYPE_ARRAY: return "an array [ ... ]";
	default: return "nothing";
	}
}

static void
wrong_type(const struct place *at, const char *name, const config_setting_t *v, const char *want)
{
	conf_mistake(at->m, config_setting_source_line(v), "\"%s\" is %s; expected %s", name,
	    type_text(v), want);
}

static void
store_int(const struct place *at, const struct conf_option *o, config_setting_t *v, int64_t *out)
{
	const char *unit = o->unit ? o->unit : "", *space = o->unit ? " " : "";
	unsigned line = config_setting_source_line(v);
	int64_t n = config_setting_get_int64(v);

	if (config_setting_type(v) != CONFIG_TYPE_INT64) { /* conf_scan has put an L to each */
		wrong_type(at, o->name, v, "a whole number");
		return;
	}
	if (n >= o->min && n <= o->max)
		*out = n;
	else if (o->max == INT64_MAX)
		conf_mistake(at->m, line,
		    "\"%s\" is %" PRId64 "; expected at least %" PRId64 "%s%s", o->name, n, o->min,
		    space, unit);
	else
		conf_mistake(at->m, line,
		    "\"%s\" is %" PRId64 "; expected %" PRId64 " to %" PRId64 "%s%s", o->name, n,
		    o->min, o->max, space, unit);
}

static void
store_text(const struct place *at, const struct conf_option *o, config_setting_t *v, char **out)
{
	const char *text = config_setting_get_string(v);
	size_t len = text ? strlen(text) : 0;

	if (!text)
		wrong_type(at, o->name, v, "a string");
	else if ((int64_t)len < o->min || (int64_t)len > o->max)
		conf_mistake(at->m, config_setting_source_line(v),
		    "\"%s\" has %zu bytes; expected %" PRId64 " to %" PRId64, o->name, len, o->min,
		    o->max);
	else
		*out = conf_copy(text, len);
}

static void
store_texts(const struct place *at, const struct conf_option *o, config_setting_t *v,
    struct conf_texts *out)
{
	bool single = config_setting_type(v) == CONFIG_TYPE_STRING;
	size_t n = single ? 1 : (size_t)config_setting_length(v);

	if (!single && !config_setting_is_array(v) && !config_setting_is_list(v)) {
		wrong_type(at, o->name, v, "strings [ \"...\", ... ]");
		return;
	}
	if ((int64_t)n < o->min || (int64_t)n > o->max) {
		conf_mistake(at->m, config_setting_source_line(v),
		    "\"%s\" has %zu items; expected %" PRId64 " to %" PRId64, o->name, n, o->min,
		    o->max);
		return;
	}
	out->item = conf_alloc(n, sizeof(*out->item));
	for (size_t i = 0; i < n; i++) {
		config_setting_t *item = single ? v : config_setting_get_elem(v, (unsigned)i);
		const char *text = config_setting_get_string(item);

		if (text)
			out->item[out->n++] = conf_copy(text, strlen(text));
		else
			wrong_type(at, o->name, item, "strings alone");
	}
}

static void
store_choice(const struct place *at, const struct conf_option *o, config_setting_t *v, int *out)
{
	const char *text = config_setting_get_string(v);
	int choice = text ? conf_choice(o, text) : -1;
	char known[256] = "";
	size_t n = 0;

	if (choice >= 0) {
		*out = choice;
		return;
	}
	for (int i = 0; o->choices[i] && n < sizeof(known); i++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, "%s\"%s\"",
		    i == 0              ? ""
		    : o->choices[i + 1] ? ", "
					: " or ",
		    o->choices[i]);
	if (text)
		conf_mistake(at->m, config_setting_source_line(v), "\"%s\" is \"%s\"; expected %s",
		    o->name, text, known);
	else
		wrong_type(at, o->name, v, known);
}

static void
store(const struct place *at, const struct conf_option *o, config_setting_t *v, void *base)
{
	void *field = conf_field(base, o->offset);

	conf_free_option(o, base); /* the default */
	switch (o->type) {
	case CONF_BOOL:
		if (config_setting_type(v) == CONFIG_TYPE_BOOL)
			*(bool *)field = config_setting_get_bool(v);
		else
			wrong_type(at, o->name, v, "true or false");
		break;
	case CONF_INT: store_int(at, o, v, field); break;
	case CONF_TEXT: store_text(at, o, v, field); break;
	case CONF_TEXTS: store_texts(at, o, v, field); break;
	case CONF_CHOICE: store_choice(at, o, v, field); break;
	}
}

/* group is NULL for a group that the file does not have. */
static void
read_options(
    const struct place *at, const struct conf_option *options, config_setting_t *group, void *base)
{
	conf_default_options(options, base);
	for (const struct conf_option *o = options; o->name; o++) {
		config_setting_t *v = group ? config_setting_get_member(group, o->name) : NULL;

		if (v)
			store(at, o, v, base);
		else if (o->required)
			conf_mistake(at->m, at->line,
			    "the option \"%s\" is missing%s%s; it is required", o->name,
			    at->in ? " in " : "", at->in ? at->in : "");
	}
}

struct known {
	const char *name; /* asked for */
	bool found;
	const char *near; /* a known name like it */
};

static void
match(struct known *k, const char *name)
{
	if (strcmp(k->name, name) == 0)
		k->found = true;
	else if (!k->near && conf_is_near(k->name, name))
		k->near = name;
}

static void
match_options(struct known *k, const struct conf_option *options)
{
	for (const struct conf_option *o = options; o->name; o++)
		match(k, o->name);
}

static void
match_top(struct known *k, const struct conf_section *sections)
{
	for (const struct conf_section *s = sections; s->options; s++) {
		if (s->name)
			match(k, s->name);
		else
			match_options(k, s->options);
	}
}

static void
report_unknown(const struct place *at, const struct known *k, const config_setting_t *v)
{
	conf_mistake(at->m, config_setting_source_line(v), "unknown %s \"%.64s\"%s%s%s%s%s",
	    config_setting_is_group(v) ? "group" : "option", k->name, at->in ? " in " : "",
	    at->in ? at->in : "", k->near ? "; did you mean \"" : "", k->near ? k->near : "",
	    k->near ? "\"?" : "");
}

/* Looks for names that neither sections (at the top level) nor options (in a group) know. */
static void
check_names(const struct place *at, const struct conf_section *sections,
    const struct conf_option *options, config_setting_t *group)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *v = config_setting_get_elem(group, (unsigned)i);
		struct known k = {.name = config_setting_name(v)};

		if (sections)
			match_top(&k, sections);
		else
			match_options(&k, options);
		if (!k.found)
			report_unknown(at, &k, v);
	}
}

static void
read_group(const struct place *at, const struct conf_section *s, config_setting_t *v, void *base)
{
	struct place inside = {at->m, s->name, v ? config_setting_source_line(v) : 0};

	if (v && !config_setting_is_group(v)) {
		wrong_type(at, s->name, v, s->many ? "groups { ... }" : "a group { ... }");
		return;
	}
	if (s->lined)
		*(unsigned *)base = inside.line;
	if (v)
		check_names(&inside, NULL, s->options, v);
	read_options(&inside, s->options, v, base);
}

static void
read_many(const struct place *at, const struct conf_section *s, config_setting_t *v,
    struct conf_many *out)
{
	size_t n;

	if (!v)
		return;
	if (!config_setting_is_list(v)) {
		wrong_type(at, s->name, v, "a list of groups ( { ... }, { ... } )");
		return;
	}
	n = (size_t)config_setting_length(v);
	if (n > s->max) {
		conf_mistake(at->m, config_setting_source_line(v),
		    "\"%s\" has %zu groups; expected at most %zu", s->name, n, s->max);
		return;
	}
	out->item = conf_alloc(n, s->size);
	for (out->n = 0; out->n < n; out->n++)
		read_group(at, s, config_setting_get_elem(v, (unsigned)out->n),
		    (char *)out->item + out->n * s->size);
}

static void
read_sections(
    struct conf_mistakes *m, const struct conf_section *sections, config_setting_t *root, void *out)
{
	struct place top = {.m = m};

	check_names(&top, sections, NULL, root);
	for (const struct conf_section *s = sections; s->options; s++) {
		void *field = conf_field(out, s->offset);
		config_setting_t *v = s->name ? config_setting_get_member(root, s->name) : NULL;

		if (!s->name)
			read_options(&top, s->options, root, field);
		else if (s->many)
			read_many(&top, s, v, field);
		else
			read_group(&top, s, v, field);
	}
}

/* libconfig's texts are short, and empty for some; its line is right. */
static void
report_syntax(struct conf_mistakes *m, const config_t *config)
{
	const char *text = config_error_text(config);
	unsigned line = (unsigned)config_error_line(config);

	if (!text || !*text || strstr(text, "duplicate"))
		conf_mistake(m, line, "an option or group stands here a second time");
	else if (strstr(text, "mismatched"))
		conf_mistake(m, line, "an array [ ] mixes types; expected strings alone");
	else
		conf_mistake(m, line, "%s; expected name = value; or name = { ... };", text);
}

int
conf_read_text(const struct conf_section *sections, void *out, const char *path, const char *text,
    size_t len, conf_error_fn *error, void *ctx)
{
	struct conf_mistakes m = {0};
	char *fit = conf_scan(text, len, &m);
	config_t config;

	config_init(&config);
	if (fit && config_read_string(&config, fit))
		read_sections(&m, sections, config_root_setting(&config), out);
	else if (fit)
		report_syntax(&m, &config);
	config_destroy(&config);
	free(fit);
	if (conf_mistakes_end(&m, path, error, ctx) == 0)
		return 0;
	conf_free(sections, out);
	return -ERR_FORMAT;
}

/* Returns the bytes read, which a file that grows cannot push over room, or -errno. */
static ssize_t
read_file(const char *path, char *buf, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	size_t n = 0;

	if (fd < 0)
		return -errno;
	while (n < room && got > 0) {
		got = read(fd, buf + n, room - n);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			n += (size_t)got;
	}
	got = got < 0 ? -errno : (ssize_t)n;
	close(fd);
	return got;
}

int
conf_read(const struct conf_section *sections, void *out, const char *path, conf_error_fn *error,
    void *ctx)
{
	char *buf = conf_alloc(FILE_MAX + 1, 1);
	ssize_t n = read_file(path, buf, FILE_MAX + 1);
	int rc = -ERR_FORMAT;

	if (n < 0)
		error(ctx, path, 0, err_text((int)n));
	else if (n > FILE_MAX)
		error(ctx, path, 0, "the file has more than 1 MiB");
	else
		rc = conf_read_text(sections, out, path, buf, (size_t)n, error, ctx);
	free(buf);
	return rc;
}
