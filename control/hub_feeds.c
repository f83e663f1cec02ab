#include "control/hub_feeds.h"

#include "base/err.h"
#include "control/derive.h"
#include "lists/allow.h"
#include "lists/hash.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static int
read_keys(struct hub_check *c, struct hub_feed *f, const char *path)
{
	FILE *from = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	unsigned n = 0;
	ssize_t len;

	if (!from) {
		hub_wrong(c, f->conf->line, "%s: %s", path, err_text(-errno));
		return 0;
	}
	while ((len = getline(&line, &room, from)) >= 0) {
		struct public_key k;
		int rc;

		n++;
		len = (ssize_t)strcspn(line, "\n;");
		if (!line[strspn(line, " \t\n")] || !len)
			continue;
		rc = public_key_parse(&k, line, (size_t)len);
		if (rc == 0)
			rc = trust_add(&f->trust, &k);
		if (rc < 0)
			hub_wrong(c, f->conf->line, "%s:%u: %s; expected a DNSKEY record, once",
			    path, n, err_text(rc));
	}
	free(line);
	fclose(from);
	return 0;
}

static int
take_keys(struct hub_check *c, struct hub_options *o, struct hub_feed *f)
{
	const struct config_hub_feed *from = f->conf;

	snprintf(f->trust.feed, sizeof(f->trust.feed), "%s", from->name);
	memcpy(f->trust.hub, o->domain, o->domain_len);
	f->trust.hub_len = o->domain_len;
	f->trust.threshold = (unsigned)from->threshold;
	f->trust.version = (uint32_t)from->keys_version;
	for (size_t i = 0; i < from->keys.n; i++) {
		char *path = hub_path(o, from->keys.item[i]);

		if (!path)
			return -ENOMEM;
		read_keys(c, f, path);
		free(path);
	}
	if (f->trust.n < f->trust.threshold)
		hub_wrong(c, from->line, "feed \"%s\" has %zu keys; its threshold is %u",
		    from->name, f->trust.n, f->trust.threshold);
	if (from->override_threshold && from->override_threshold < from->threshold)
		hub_wrong(c, from->line,
		    "\"override-threshold\" is less than \"threshold\"; give at least %u",
		    f->trust.threshold);
	return 0;
}

static void
take_actions(struct hub_check *c, struct hub_feed *f)
{
	const struct conf_texts *t = &f->conf->actions;

	f->scope.actions = 1u << ACTION_INHERIT;
	for (size_t i = 0; i < t->n; i++) {
		int a = action_parse(t->item[i], strlen(t->item[i]));

		if (a < 0)
			hub_wrong(c, f->conf->line, "\"%s\" is no action; expected " ACTION_WORDS,
			    t->item[i]);
		else
			f->scope.actions |= 1u << a;
	}
}

static int
take_suffixes(struct hub_check *c, struct hub_feed *f)
{
	const struct conf_texts *t = &f->conf->suffixes;

	f->suffix = calloc(t->n + 1, sizeof(*f->suffix));
	if (!f->suffix)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		int len = name_from_text(f->suffix[i].name, t->item[i], strlen(t->item[i]));

		if (len < 0)
			hub_wrong(c, f->conf->line, "\"%s\" is no suffix", t->item[i]);
		f->suffix[i].len = len < 0 ? 1 : (uint8_t)len;
	}
	f->scope.suffix = f->suffix;
	f->scope.suffixes = t->n;
	return 0;
}

static void
take_policy(struct hub_check *c, struct hub_feed *f)
{
	const struct conf_texts *t = &f->conf->policy_addresses;
	struct policy *p = &f->policy;

	policy_defaults(p);
	p->ttl = p->negative_ttl = (uint32_t)f->conf->policy_ttl;
	for (size_t i = 0; i < t->n; i++) {
		if (policy_add_address(p, t->item[i]) < 0)
			hub_wrong(c, f->conf->line,
			    "\"%s\" in \"policy-addresses\" is no address, or one too many of "
			    "its family",
			    t->item[i]);
	}
}

struct adding {
	struct guard_names *names;
	enum guard_kind kind;
};

static int
add(void *ctx, const uint8_t *name, size_t len)
{
	struct adding *a = ctx;

	return guard_names_add(a->names, a->kind, name, len);
}

static int
add_texts(struct hub_check *c, struct hub_feed *f, enum guard_kind kind, const struct conf_texts *t)
{
	int rc = 0;

	for (size_t i = 0; i < t->n && rc == 0; i++) {
		uint8_t name[NAME_LEN_MAX];
		int len = name_from_text(name, t->item[i], strlen(t->item[i]));

		if (len < 2)
			hub_wrong(c, f->conf->line, "\"%s\" is no name to protect", t->item[i]);
		else
			rc = guard_names_add(f->protect, kind, name, (size_t)len);
	}
	return rc;
}

static int
add_file(struct hub_check *c, struct hub_feed *f, const char *path)
{
	struct adding a = {f->protect, GUARD_KIND_ALLOWED};
	struct allow_counts counts;
	FILE *from = fopen(path, "re");
	int rc = from ? allow_read(from, add, &a, &counts) : -errno;

	if (from)
		fclose(from);
	if (rc < 0)
		hub_wrong(c, f->conf->line, "%s: %s", path, err_text(rc));
	return rc == -ENOMEM ? rc : 0;
}

static int
take_protected(struct hub_check *c, struct hub_options *o, struct hub_feed *f)
{
	const struct config_hub_feed *from = f->conf;
	struct hash_key key;
	int rc;

	if (!from->protect.n && !from->protect_below.n && !from->allow.n)
		return 0;
	randombytes_buf(&key, sizeof(key));
	rc = guard_names_new(&f->protect, &key);
	rc = rc < 0 ? rc : add_texts(c, f, GUARD_KIND_PROTECTED, &from->protect);
	rc = rc < 0 ? rc : add_texts(c, f, GUARD_KIND_BELOW, &from->protect_below);
	for (size_t i = 0; i < from->allow.n && rc == 0; i++) {
		char *path = hub_path(o, from->allow.item[i]);

		rc = path ? add_file(c, f, path) : -ENOMEM;
		free(path);
	}
	rc = rc < 0 ? rc : guard_names_end(f->protect);
	f->scope.protect = f->protect;
	return rc;
}

/* FEED.DOMAIN */
static void
take_origin(struct hub_check *c, const struct hub_options *o, struct hub_feed *f)
{
	size_t len = strlen(f->name);

	/* The longest suffix of a part must fit before it, and "_update". */
	if (1 + len + o->domain_len > NAME_LEN_MAX / 2) {
		hub_wrong(c, f->conf->line, "\"%s\" and \"domain\" are too long together", f->name);
		return;
	}
	f->origin[0] = (uint8_t)len;
	memcpy(f->origin + 1, f->name, len);
	memcpy(f->origin + 1 + len, o->domain, o->domain_len);
	f->origin_len = (uint32_t)(1 + len + o->domain_len);
}

int
hub_feed_take(struct hub_check *c, struct hub_options *o, const struct config_hub_feed *from)
{
	struct hub_feed *f = &o->feed[o->feeds_n];
	int rc;

	if (!hub_is_plain(from->name))
		hub_wrong(
		    c, from->line, "\"%s\" has other characters than a-z, 0-9 and -", from->name);
	if (strcmp(from->name, DERIVE_LABEL) == 0)
		hub_wrong(c, from->line,
		    "no feed can be \"" DERIVE_LABEL "\": policy zones have this label");
	if (hub_feed_find(o, from->name))
		hub_wrong(c, from->line, "there is another feed \"%s\" above", from->name);
	f->conf = from;
	f->name = from->name;
	o->feeds_n++;
	f->scope.window_days = (uint32_t)from->window_max;
	f->scope.names = (uint64_t)from->names_max;
	f->scope.change = (uint64_t)from->change_max;
	f->scope.change_percent = (uint32_t)from->change_percent_max;
	take_origin(c, o, f);
	take_actions(c, f);
	take_policy(c, f);
	if (from->public_suffixes && !o->psl) {
		rc = psl_open(&o->psl, NULL);
		if (rc < 0)
			hub_wrong(c, from->line,
			    "the Public Suffix List: %s; install it, or say public-suffixes = "
			    "false",
			    err_text(rc));
	}
	f->scope.psl = from->public_suffixes ? o->psl : NULL;
	rc = take_keys(c, o, f);
	rc = rc < 0 ? rc : take_suffixes(c, f);
	return rc < 0 ? rc : take_protected(c, o, f);
}
