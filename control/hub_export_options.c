/* What is to be exported, as the configuration says it: checked, ready for hub_export.h. */
#include "control/hub_feeds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void
take_policy(struct hub_check *c, struct hub_export *x)
{
	const struct config_export *from = x->conf;
	struct policy *p = &x->policy;

	policy_defaults(p);
	p->ttl = (uint32_t)from->ttl;
	for (size_t i = 0; i < from->addresses.n; i++)
		if (policy_add_address(p, from->addresses.item[i]) < 0)
			hub_wrong(c, from->line,
			    "\"%s\" in \"addresses\" is no address, or one too many of its family",
			    from->addresses.item[i]);
	for (size_t i = 0; i < from->ns.n; i++)
		if (policy_add_ns(p, from->ns.item[i]) < 0)
			hub_wrong(
			    c, from->line, "\"%s\" in \"ns\" is no domain name", from->ns.item[i]);
	if (from->mail && name_from_text(p->rname, from->mail, strlen(from->mail)) < 2)
		hub_wrong(c, from->line, "\"%s\" in \"mail\" is no domain name", from->mail);
}

static void
take_epp(struct hub_check *c, struct hub_export *x)
{
	const struct config_export *from = x->conf;
	struct export_epp *e = &x->o.epp;
	const char *why;

	e->years = (unsigned)from->years;
	e->client_status = from->client;
	e->registrant = from->registrant;
	e->reason = from->reason;
	if (from->registrant && !epp_is_id(from->registrant))
		hub_wrong(c, from->line, "\"registrant\" is no identifier");
	if (from->reason && !export_is_token(from->reason, 255))
		hub_wrong(c, from->line, "\"reason\" is not UTF-8 in single spaces");
	for (size_t i = 0; i < from->contacts.n; i++) {
		why = epp_add_contact(e, from->contacts.item[i]);
		if (why)
			hub_wrong(c, from->line, "\"%s\" in \"contacts\": %s",
			    from->contacts.item[i], why);
	}
	if ((x->o.form == EXPORT_EPP) != !!from->registered)
		hub_wrong(c, from->line, "\"registered\" goes with form \"epp\", and that with it");
}

static void
take_form(struct hub_check *c, struct hub_export *x)
{
	static const uint8_t some[] = "\4some"; /* each file is of one suffix */
	const struct config_export *from = x->conf;
	int form = export_form_parse(from->form);
	int action = from->action ? action_parse(from->action, strlen(from->action)) : 0;
	const char *why;

	if (form < 0) {
		hub_wrong(
		    c, from->line, "\"%s\" is no form; expected " EXPORT_FORM_WORDS, from->form);
		return;
	}
	x->o.form = (enum export_form)form;
	x->o.suffix = some;
	x->o.suffix_len = sizeof(some);
	why = export_lacks(&x->o);
	x->o.suffix = NULL;
	if (why)
		hub_wrong(c, from->line, "form \"%s\": %s", from->form, why);
	x->action = action < 0 ? ACTION_INHERIT : (enum action)action;
	if (!from->action)
		x->action = ACTION_INHERIT;
	else if (action < 0 || action == ACTION_PASS)
		hub_wrong(
		    c, from->line, "\"%s\" in \"action\" is none that lists a name", from->action);
	else if ((why = export_refuses(&x->o, x->action)))
		hub_wrong(c, from->line, "form \"%s\": %s is not for it: %s", from->form,
		    from->action, why);
	take_epp(c, x);
}

static int
take_paths(const struct hub_options *o, struct hub_export *x)
{
	const struct config_export *from = x->conf;

	x->folder = hub_path(o, from->folder);
	if (from->registered)
		x->registered = hub_path(o, from->registered);
	if (from->auth_file)
		x->auth_file = hub_path(o, from->auth_file);
	return x->folder && !from->registered == !x->registered && !from->auth_file == !x->auth_file
		   ? 0
		   : -ENOMEM;
}

static void
check_folder(struct hub_check *c, const struct hub_options *o, const struct hub_export *x)
{
	const struct config_export *from = x->conf;

	/* Servers are told it. */
	if (export_is_folder(x->o.form) && (x->folder[0] != '/' || strpbrk(x->folder, "\"\\\n")))
		hub_wrong(c, from->line,
		    "\"folder\" of form \"%s\" is told to servers: give an absolute path without "
		    "quotes and backslashes",
		    from->form);
	for (const struct hub_export *other = o->export; other < x; other++) {
		if (strcmp(other->conf->name, from->name) == 0)
			hub_wrong(
			    c, from->line, "there is another export \"%s\" above", from->name);
		if (strcmp(other->folder, x->folder) == 0)
			hub_wrong(c, from->line,
			    "\"%s\" is the folder of \"%s\" too: each is replaced whole", x->folder,
			    other->conf->name);
	}
}

static int
take_one(struct hub_check *c, struct hub_options *o, const struct config_export *from)
{
	struct hub_export *x = &o->export[o->exports_n++];
	int rc;

	x->conf = from;
	x->o.policy = &x->policy;
	if (!hub_is_plain(from->name))
		hub_wrong(
		    c, from->line, "\"%s\" has other characters than a-z, 0-9 and -", from->name);
	x->registry = registry_find(o->registries, from->registry);
	x->feed = hub_feed_find(o, from->feed);
	if (!x->registry)
		hub_wrong(c, from->line, "there is no registry \"%s\"", from->registry);
	if (!x->feed)
		hub_wrong(c, from->line, "there is no feed \"%s\"", from->feed);
	if (x->registry && x->feed && !registry_takes(x->registry, from->feed))
		hub_wrong(c, from->line, "registry \"%s\" has not opted in to feed \"%s\"",
		    from->registry, from->feed);
	take_policy(c, x);
	take_form(c, x);
	rc = take_paths(o, x);
	if (rc == 0)
		check_folder(c, o, x);
	return rc;
}

int
hub_exports_take(struct hub_check *c, struct hub_options *o)
{
	const struct config_export *from = o->config.exports.item;
	int rc = 0;

	if (o->config.top.role != ROLE_HUB || !o->registries) {
		hub_wrong(c, from->line, "\"exports\" are written by the role \"hub\" alone");
		return 0;
	}
	o->export = calloc(o->config.exports.n, sizeof(*o->export));
	if (!o->export)
		return -ENOMEM;
	for (size_t i = 0; i < o->config.exports.n && rc == 0; i++)
		rc = take_one(c, o, &from[i]);
	return rc;
}
