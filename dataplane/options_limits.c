#include "dataplane/options_limits.h"

#include "base/err.h"
#include "dataplane/acl_file.h"
#include "dataplane/cookie_file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS         UINT64_C(1000000000)
#define AMPLIFICATION_MIN 15 /* tenths; an answer with TC and a cookie is larger than the query */

/* A path as it is given, or beside the configuration. */
static char *
beside(const struct options *o, const char *path)
{
	char *whole;

	return asprintf(&whole, "%s%s", *path == '/' ? "" : o->dir, path) < 0 ? NULL : whole;
}

static void
take_secrets(struct conf_check *c, struct options *o, const char *path)
{
	struct cookie_secrets *s = &o->cookies;
	unsigned line = 0;
	int rc;

	o->cookie_file = beside(o, path);
	rc = o->cookie_file ? cookie_file_read(s, o->cookie_file, &line) : -ERR_LIMIT;
	if (rc == -ERR_FORMAT && line == 0)
		conf_wrong(c, 0,
		    "%s: there is no cookie secret in it; expected 32 hexadecimal "
		    "digits, such as openssl rand -hex 16 prints",
		    o->cookie_file);
	else if (rc == -ERR_FORMAT)
		conf_wrong(
		    c, 0, "%s:%u: a cookie secret has 32 hexadecimal digits", o->cookie_file, line);
	else if (rc == -ERR_LIMIT && line > 0)
		conf_wrong(c, 0, "%s:%u: a third cookie secret; remove one", o->cookie_file, line);
	else if (rc < 0)
		conf_wrong(c, 0, "%s: cookie secrets: %s", path, err_text(rc));
}

static void
take_rates(struct limit_rules *r, const struct config_rrl *from)
{
	const int64_t rates[LIMIT_CLASSES] = {from->positive_rate, from->nodata_rate,
	    from->nxdomain_rate, from->referral_rate, from->error_rate};

	r->burst_ns = (uint64_t)from->window * SECOND_NS;
	r->len4 = (uint8_t)from->ipv4_prefix;
	r->len6 = (uint8_t)from->ipv6_prefix;
	r->slip = (uint32_t)from->slip;
	r->dry_run = from->dry_run;
	for (unsigned i = 0; i < LIMIT_CLASSES; i++) {
		int64_t rate = rates[i] < 0 ? from->rate : rates[i];

		r->cost_ns[i] = rate > 0 ? SECOND_NS / (uint64_t)rate : 0;
	}
}

static void
add_prefixes(struct conf_check *c, struct acl_list *l, const char *option,
    const struct conf_texts *texts, uint8_t value)
{
	for (size_t i = 0; i < texts->n; i++) {
		const char *text = texts->item[i];
		struct prefix p = {.value = value};
		int rc = prefix_parse(&p, text);

		if (rc == 0)
			rc = acl_list_add(l, &p);
		if (rc == -ERR_RANGE)
			conf_wrong(c, 0,
			    "\"%s\" in \"%s\" has bits behind its length; give the "
			    "network's own address",
			    text, option);
		else if (rc < 0)
			conf_wrong(c, 0,
			    "\"%s\" in \"%s\" is no prefix; expected "
			    "\"192.0.2.0/24\" or \"2001:db8::/32\"",
			    text, option);
	}
}

static void
add_file(struct conf_check *c, const struct options *o, struct acl_list *l, const char *path)
{
	char *whole = beside(o, path);
	unsigned line = 0;
	int rc = whole ? acl_file_read(l, whole, &line) : -ENOMEM;

	if (rc == -ERR_FORMAT)
		conf_wrong(c, 0, "%s:%u: expected \"allow 192.0.2.0/24\" or \"deny 2001:db8::/32\"",
		    whole, line);
	else if (rc == -ERR_RANGE)
		conf_wrong(c, 0,
		    "%s:%u: the prefix has bits behind its length; give the network's "
		    "own address",
		    whole, line);
	else if (rc < 0)
		conf_wrong(c, 0, "%s: access list: %s", path, err_text(rc));
	free(whole);
}

static void
make_set(struct conf_check *c, struct prefixes **out, struct acl_list *l, const char *section)
{
	int rc = l->n ? prefixes_new(out, l->item, l->n) : 0;
	char text[INET6_ADDRSTRLEN] = "";

	if (rc == -ERR_REFUSED) {
		inet_ntop(AF_INET6, l->item[0].addr, text, sizeof(text));
		conf_wrong(c, 0, "%s both allows and denies %s/%u; remove one", section, text,
		    l->item[0].len);
	} else if (rc < 0) {
		conf_wrong(c, 0, "%s: %s", section, err_text(rc));
	}
	acl_list_free(l);
}

static void
take_access(struct conf_check *c, struct options *o, const struct config_acl *from)
{
	struct shield *s = &o->shield;
	struct acl_list l = {0};
	bool has_allow = false;

	add_prefixes(c, &l, "allow", &from->allow, ACCESS_ALLOW);
	add_prefixes(c, &l, "deny", &from->deny, ACCESS_DENY);
	if (from->file)
		add_file(c, o, &l, from->file);
	for (unsigned i = 0; i < l.n; i++)
		has_allow |= l.item[i].value == ACCESS_ALLOW;
	s->access_default = has_allow ? ACCESS_DENY : ACCESS_ALLOW;
	s->access_way = from->action ? WAY_ACL_DROPPED : WAY_ACL_REFUSED;
	make_set(c, &s->access, &l, "acl");
}

void
options_limits_check(struct options *o, struct conf_check *c)
{
	const struct config *from = &o->config;
	struct acl_list exempt = {0};

	o->cookies.mode = (uint8_t)from->cookies.mode;
	if (from->cookies.secret_file)
		take_secrets(c, o, from->cookies.secret_file);
	o->limit_buckets = (unsigned)from->rrl.table;
	take_rates(&o->shield.limit, &from->rrl);
	add_prefixes(c, &exempt, "exempt", &from->rrl.exempt, ACCESS_ALLOW);
	make_set(c, &o->shield.exempt, &exempt, "rrl");
	o->shield.amplification = (unsigned)from->top.amplification;
	if (o->shield.amplification > 0 && o->shield.amplification < AMPLIFICATION_MIN)
		conf_wrong(c, 0,
		    "\"amplification\" is %u; expected 0, for no bound, or %d and more",
		    o->shield.amplification, AMPLIFICATION_MIN);
	take_access(c, o, &from->acl);
}

void
options_limits_free(struct options *o)
{
	prefixes_free(o->shield.access);
	prefixes_free(o->shield.exempt);
	free(o->cookie_file);
	explicit_bzero(&o->cookies, sizeof(o->cookies));
}
