#include "dataplane/options_check.h"

#include "base/date.h"
#include "base/err.h"
#include "dataplane/blocks.h"
#include "dataplane/options_limits.h"
#include "dataplane/sock_impl.h"
#include "dataplane/tails.h"
#include "dataplane/wire.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
wrong(struct check *c, unsigned line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->error(c->ctx, c->path, line, text);
	c->errors++;
}

static bool
is_plain(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* Copies a name of at most 63 bytes, which the table has seen to. */
static void
take_name(struct check *c, char out[64], const char *name, unsigned line)
{
	if (!is_plain(name))
		wrong(c, line, "\"%s\" has other characters than a-z, 0-9 and -; rename it", name);
	snprintf(out, 64, "%s", name);
}

static void
take_domain(struct check *c, uint8_t out[NAME_LEN_MAX], const char *text, unsigned line)
{
	if (name_from_text(out, text, strlen(text)) < 0)
		wrong(c, line, "\"%s\" is not a domain name", text);
}

/* The SOA's mailbox where only the name server is given. */
static void
derive_rname(struct check *c, struct policy *p, unsigned line)
{
	static const uint8_t hostmaster[] = "\12hostmaster";
	uint8_t mname[NAME_LEN_MAX];
	size_t head = sizeof(hostmaster) - 1;
	int len = name_canon(mname, p->mname, NAME_LEN_MAX);

	if (len < 0 || head + (size_t)len > NAME_LEN_MAX) {
		wrong(c, line, "\"mname\" leaves no room for \"hostmaster.\"; give \"rname\"");
		return;
	}
	memcpy(p->rname, hostmaster, head);
	memcpy(p->rname + head, mname, (size_t)len);
}

static void
take_names(struct check *c, struct policy *p, const struct config_policy *from)
{
	unsigned n = (unsigned)from->ns.n, errors = c->errors;

	for (unsigned i = 0; i < n; i++)
		take_domain(c, p->ns[i], from->ns.item[i], from->line);
	if (from->mname)
		take_domain(c, p->mname, from->mname, from->line);
	else if (n)
		memcpy(p->mname, p->ns[0], NAME_LEN_MAX);
	if (!n)
		memcpy(p->ns[0], p->mname, NAME_LEN_MAX);
	p->ns_n = n ? n : 1;
	p->has_ns = n > 0;
	if (from->rname)
		take_domain(c, p->rname, from->rname, from->line);
	else if ((from->mname || n) && c->errors == errors)
		derive_rname(c, p, from->line);
}

static void
take_answers(struct check *c, struct policy *p, const struct config_policy *from)
{
	for (p->a_n = 0; p->a_n < from->a.n; p->a_n++)
		if (inet_pton(AF_INET, from->a.item[p->a_n], &p->a[p->a_n]) != 1)
			wrong(c, from->line, "\"%s\" in \"a\" is not an IPv4 address",
			    from->a.item[p->a_n]);
	for (p->aaaa_n = 0; p->aaaa_n < from->aaaa.n; p->aaaa_n++)
		if (inet_pton(AF_INET6, from->aaaa.item[p->aaaa_n], &p->aaaa[p->aaaa_n]) != 1)
			wrong(c, from->line, "\"%s\" in \"aaaa\" is not an IPv6 address",
			    from->aaaa.item[p->aaaa_n]);
	for (p->txt_n = 0; p->txt_n < from->txt.n; p->txt_n++) {
		const char *text = from->txt.item[p->txt_n];

		if (snprintf(p->txt[p->txt_n], sizeof(p->txt[0]), "%s", text) > 255)
			wrong(c, from->line, "a text in \"txt\" has over 255 bytes; shorten it");
	}
}

static void
take_prefix(struct check *c, struct addrpool *p, const char *text, unsigned line, bool is_a)
{
	const char *why = text ? addrpool_set_prefix(p, text) : NULL;

	if (!why && text && !(is_a ? p->has_a : p->has_aaaa))
		why = "of the other address family";
	if (why)
		wrong(c, line, "\"%s\" in \"pool-%s\" is %s", text, is_a ? "a" : "aaaa", why);
}

static void
take_pool(struct check *c, struct policy *p, const struct config_policy *from)
{
	take_prefix(c, &p->pool, from->pool_a, from->line, true);
	take_prefix(c, &p->pool, from->pool_aaaa, from->line, false);
	if (!from->pool_a && !from->pool_aaaa)
		return;
	p->pool.slot_s = (uint32_t)from->pool_slot;
	if ((from->pool_a && from->a.n) || (from->pool_aaaa && from->aaaa.n))
		wrong(c, from->line,
		    "policy \"%s\" has addresses and a pool of one family; remove one", p->name);
	if (!from->pool_key || !addrpool_set_key(&p->pool, from->pool_key))
		wrong(c, from->line,
		    "policy \"%s\" has a pool and no \"pool-key\" of 32 hexadecimal digits; make "
		    "one with: openssl rand -hex 16",
		    p->name);
	if (from->ttl > from->pool_slot)
		wrong(c, from->line,
		    "policy \"%s\": ttl is over pool-slot, so that an address would be used when "
		    "it stands for another name; lower ttl",
		    p->name);
}

static void
take_policy(struct check *c, struct policy *p, const struct config_policy *from)
{
	unsigned errors = c->errors;
	struct tails *tails = NULL;

	policy_defaults(p);
	take_name(c, p->name, from->name, from->line);
	take_answers(c, p, from);
	take_names(c, p, from);
	take_pool(c, p, from);
	p->ede = from->ede ? (uint8_t)(EDE_BLOCKED + from->ede - 1) : 0;
	if (from->ede_text)
		snprintf(p->ede_text, sizeof(p->ede_text), "%s", from->ede_text);
	p->ttl = (uint32_t)from->ttl;
	p->negative_ttl = (uint32_t)from->negative_ttl;
	p->serial = (uint32_t)from->serial;
	p->refresh = (uint32_t)from->refresh;
	p->retry = (uint32_t)from->retry;
	p->expire = (uint32_t)from->expire;
	if (c->errors == errors && tails_new(&tails, p, 1, NULL) == -ERR_LIMIT)
		wrong(c, from->line,
		    "policy \"%s\" makes an answer of over %d bytes; shorten \"txt\" or \"ns\"",
		    p->name, TAIL_MAX);
	tails_free(tails);
}

/* Index of a policy, or -1. */
static int
policy_find(const struct options *o, const char *name)
{
	for (unsigned i = 0; i < o->policies_n; i++)
		if (strcmp(o->policy[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void
take_policies(struct check *c, struct options *o)
{
	const struct config_policy *from = o->config.policies.item;

	for (size_t i = 0; i < o->config.policies.n; i++) {
		if (policy_find(o, from[i].name) >= 0)
			wrong(c, from[i].line, "there is another policy \"%s\" above; rename one",
			    from[i].name);
		take_policy(c, &o->policy[o->policies_n++], &from[i]);
	}
	if (policy_find(o, "default") < 0)
		policy_defaults(&o->policy[o->policies_n++]);
}

/* Where a file is that the configuration names; NULL for NULL.  The caller's. */
static char *
path_of(struct check *c, const struct options *o, const char *file)
{
	char *path = NULL;

	if (file && asprintf(&path, "%s%s", *file == '/' ? "" : o->dir, file) < 0) {
		path = NULL;
		wrong(c, 0, "out of memory");
	}
	return path;
}

/* The operator's blocks are a feed before all others. */
static void
take_blocks(struct check *c, struct options *o)
{
	struct config_top *top = &o->config.top;
	const char *policy = top->blocks_policy ? top->blocks_policy : "default";
	struct feed_options *f = &o->feed[BLOCKS_FEED];
	int p = policy_find(o, policy);

	if (!top->blocks_file)
		return;
	if (strpbrk(top->blocks_file, "*?["))
		wrong(c, 0, "\"blocks-file\" is \"%s\"; expected the path of one file",
		    top->blocks_file);
	if (p < 0)
		wrong(c, 0, "\"blocks-policy\": there is no policy \"%s\"; add it to policies",
		    policy);
	o->blocks_path = path_of(c, o, top->blocks_file);
	o->blocks_files = (struct conf_texts){&top->blocks_file, 1};
	*f = (struct feed_options){.name = BLOCKS_NAME,
	    .files = &o->blocks_files,
	    .form = LIST_CSV,
	    .action = ACTION_NXDOMAIN,
	    .policy = (uint8_t)(p < 0 ? 0 : p),
	    .names_max = BLOCKS_MAX};
	o->feeds_n = 1;
}

static void
take_feed(struct check *c, struct options *o, const struct config_feed *from)
{
	struct feed_options *f = &o->feed[o->feeds_n];
	const char *word = config_actions[from->action], *lacks;
	const char *policy = from->policy ? from->policy : "default";
	int p = policy_find(o, policy);

	if (o->feeds_n == INDEX_FEEDS_MAX) {
		wrong(c, from->line,
		    "feed \"%s\" is one too many: the operator's blocks take the place of one",
		    from->name);
		return;
	}
	take_name(c, f->name, from->name, from->line);
	for (unsigned i = 0; i < o->feeds_n; i++)
		if (strcmp(o->feed[i].name, f->name) == 0)
			wrong(c, from->line,
			    "there is another feed \"%s\" above; rename one, or "
			    "give one feed the files of both",
			    f->name);
	f->files = &from->files;
	f->deltas = &from->deltas;
	f->form = (enum list_form)from->form;
	f->action = (enum action)action_parse(word, strlen(word));
	f->names_max = (uint64_t)from->max_names;
	f->any_zone = from->any_zone;
	o->feeds_n++;
	if (p < 0) {
		wrong(c, from->line, "feed \"%s\": there is no policy \"%s\"; add it to policies",
		    f->name, policy);
		return;
	}
	f->policy = (uint8_t)p;
	lacks = policy_lacks(&o->policy[p], f->action);
	if (lacks)
		wrong(c, from->line, "feed \"%s\" has action %s, and policy \"%s\" has %s", f->name,
		    word, policy, lacks);
}

static void
take_zone(struct check *c, struct options *o, const struct config_zone *from)
{
	struct zone_options *z = &o->zone[o->zones_n];
	int len = name_from_text(z->origin, from->origin, strlen(from->origin));

	if (len < 0) {
		wrong(c, from->line, "\"%s\" is not a domain name", from->origin);
		return;
	}
	z->origin_len = (uint8_t)len;
	z->file = from->file;
	z->line = from->line;
	z->records_max = (uint64_t)from->max_records;
	for (unsigned i = 0; i < o->zones_n; i++)
		if (o->zone[i].origin_len == len &&
		    memcmp(o->zone[i].origin, z->origin, (size_t)len) == 0)
			wrong(c, from->line, "there is another zone \"%s\" above; remove one",
			    from->origin);
	o->zones_n++;
}

static void
take_listen(struct check *c, const char *text)
{
	struct sock_address unused;

	if (sock_address_parse(&unused, text) < 0)
		wrong(c, 0,
		    "\"%s\" in \"listen\" is no address; expected \"192.0.2.1:53\" or "
		    "\"[2001:db8::1]:53\"",
		    text);
}

static void
take_transport(struct options *o)
{
	const struct config_sockets *s = &o->config.sockets;
	const struct config_dpdk *d = &o->config.dpdk;

	o->sock = (struct sock_options){
	    .listen = (const char *const *)o->config.top.listen.item,
	    .listen_n = (unsigned)o->config.top.listen.n,
	    .udp_threads = (unsigned)s->udp_threads,
	    .tcp_clients_max = (unsigned)s->tcp_clients,
	    .tcp_client_max = (unsigned)s->tcp_clients_per_address,
	    .tcp_queries_max = (unsigned)s->tcp_queries,
	    .limit_buckets = o->limit_buckets,
	    .tcp_idle_ms = (unsigned)s->tcp_idle * 1000,
	};
	o->eal = (struct eal_options){
	    .program = "cordon-responder",
	    .lcores = d->lcores,
	    .file_prefix = d->file_prefix,
	    .memory_mb = (unsigned)d->memory,
	    .huge = d->huge_pages,
	    .busy_poll = d->busy_poll,
	    .extra = (const char *const *)d->eal_extra.item,
	    .extra_n = (unsigned)d->eal_extra.n,
	};
}

static void
take_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : ""); /* the table bounds its length */
}

static void
take_identity(struct identity *self, const struct config_top *from)
{
	take_text(self->nsid, sizeof(self->nsid), from->nsid);
	take_text(self->id, sizeof(self->id), from->identity);
	take_text(self->version, sizeof(self->version), from->version);
}

void
options_check(struct options *o, struct check *c)
{
	const struct config *from = &o->config;
	const char *now = from->top.now;

	o->now = -1;
	if (now && date_parse(&o->now, now, strlen(now)) < 0)
		wrong(c, 0, "\"now\" is \"%s\"; expected a date YYYY-MM-DD", now);
	for (size_t i = 0; i < from->top.listen.n; i++)
		take_listen(c, from->top.listen.item[i]);
	options_limits_check(o, c);
	take_transport(o);
	take_ports(c, o);
	take_identity(&o->self, &from->top);
	take_policies(c, o);
	o->log_path = path_of(c, o, from->top.log_file);
	o->drain_path = path_of(c, o, from->top.drain_file);
	take_blocks(c, o);
	for (size_t i = 0; i < from->feeds.n; i++)
		take_feed(c, o, (const struct config_feed *)from->feeds.item + i);
	check_forging(c, o);
	check_monitor_log(c, o);
	if (!from->top.listen.n && !from->ports.n)
		wrong(c, 0, "there is nothing to answer on; give \"listen\" addresses or ports");
	for (size_t i = 0; i < from->zones.n; i++)
		take_zone(c, o, (const struct config_zone *)from->zones.item + i);
	if (!o->feeds_n && !from->zones.n)
		wrong(c, 0, "there is nothing to answer from; add a feed to feeds");
}
