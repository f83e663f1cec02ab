#include "control/hub_options.h"

#include "base/err.h"
#include "control/hub_feeds.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
hub_path(const struct hub_options *o, const char *path)
{
	char *full;

	if (*path == '/')
		return strdup(path);
	return asprintf(&full, "%s%s", o->dir, path) < 0 ? NULL : full;
}

int
hub_address(struct sockaddr_in6 *to, const char *text)
{
	char address[46], mapped[64];
	uint16_t port;

	if (registry_endpoint(address, &port, text) < 0)
		return -ERR_FORMAT;
	snprintf(mapped, sizeof(mapped), "%s%s", strchr(address, ':') ? "" : "::ffff:", address);
	to->sin6_family = AF_INET6;
	to->sin6_port = htons(port);
	inet_pton(AF_INET6, mapped, &to->sin6_addr);
	return 0;
}

static void
take_listen(struct conf_check *c, struct hub_listen *l, const struct conf_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		if (hub_address(&l->address[l->n], texts->item[i]) < 0)
			conf_wrong(c, 0, "\"%s\" is no address with a port", texts->item[i]);
		else
			l->n++;
}

static void
take_transports(struct conf_check *c, struct hub_options *o)
{
	const struct config_transfer *t = &o->config.transfer;
	const struct config_https *h = &o->config.https;

	take_listen(c, &o->transfer, &t->listen);
	take_listen(c, &o->transfer_tls, &t->listen_tls);
	take_listen(c, &o->https, &h->listen);
	if (t->listen_tls.n && (!t->certificate || !t->key))
		conf_wrong(c, 0, "\"listen-tls\" needs \"certificate\" and \"key\" beside it");
	if (h->listen.n && (!h->certificate || !h->key))
		conf_wrong(
		    c, 0, "\"listen\" in \"https\" needs \"certificate\" and \"key\" beside it");
	/* A node listens for NOTIFY, too. */
	if ((o->transfer.n || o->transfer_tls.n) && !o->config.top.registry_keys &&
	    o->config.top.role == ROLE_HUB)
		conf_wrong(
		    c, 0, "\"transfer\" needs \"registry-keys\": nobody could fetch anything");
}

static unsigned
take_proofs(struct conf_check *c, unsigned line, const char *option,
    uint8_t out[HUB_PROOFS_MAX][SHA256_BYTES], const struct conf_texts *texts)
{
	unsigned n = 0;

	for (size_t i = 0; i < texts->n; i++)
		if (digest_unhex(out[n], SHA256_BYTES, texts->item[i]) < 0)
			conf_wrong(c, line, "\"%s\" has something else than SHA-256 digests in hex",
			    option);
		else
			n++;
	return n;
}

static void
take_publisher(struct conf_check *c, struct hub_options *o, const struct config_publisher *from)
{
	struct hub_publisher *p = &o->publisher[o->publishers_n];

	p->name = from->name;
	if (!conf_is_plain(from->name))
		conf_wrong(
		    c, from->line, "\"%s\" has other characters than a-z, 0-9 and -", from->name);
	for (unsigned i = 0; i < o->publishers_n; i++)
		if (strcmp(o->publisher[i].name, p->name) == 0)
			conf_wrong(
			    c, from->line, "there is another publisher \"%s\" above", p->name);
	for (size_t i = 0; i < from->feeds.n; i++) {
		const struct hub_feed *f = hub_feed_find(o, from->feeds.item[i]);

		if (f)
			p->feeds |= 1ull << (f - o->feed);
		else
			conf_wrong(c, from->line, "there is no feed \"%s\"", from->feeds.item[i]);
	}
	p->tokens = take_proofs(c, from->line, "tokens", p->token, &from->tokens);
	p->certificates =
	    take_proofs(c, from->line, "certificates", p->certificate, &from->certificates);
	if (!from->tokens.n && !from->certificates.n)
		conf_wrong(c, from->line, "publisher \"%s\" has neither tokens nor certificates",
		    from->name);
	o->publishers_n++;
}

static int
take_registries(struct conf_check *c, struct hub_options *o)
{
	bool is_wanted = o->config.top.role == ROLE_HUB || o->config.top.registry_keys;
	char *path = hub_path(o, o->config.top.registries), *keys = NULL;
	int rc = path ? 0 : -ENOMEM;

	if (rc == 0 && !is_wanted) { /* a node that serves nobody needs no directory */
		free(path);
		o->registries = calloc(1, sizeof(*o->registries));
		return o->registries ? 0 : -ENOMEM;
	}

	if (rc == 0 && o->config.top.registry_keys) {
		keys = hub_path(o, o->config.top.registry_keys);
		rc = keys ? 0 : -ENOMEM;
	}
	if (rc == 0)
		rc = registries_load(&o->registries, path, keys, c->error, c->ctx);
	if (rc == -ERR_FORMAT)
		c->errors++;
	free(path);
	free(keys);
	return rc == -ERR_FORMAT ? 0 : rc;
}

/* A sinkhole without an address is found now, and not at midnight. */
static void
check_policy_zones(struct conf_check *c, const struct hub_options *o)
{
	const struct registry *g = o->registries->file.item;

	for (size_t i = 0; i < o->registries->file.n; i++)
		for (unsigned k = 0; k < o->feeds_n; k++) {
			const struct hub_feed *f = &o->feed[k];

			if (registry_takes_kind(&g[i], "policy") &&
			    registry_takes(&g[i], f->name) &&
			    f->scope.actions >> ACTION_SINKHOLE & 1 &&
			    policy_lacks(&f->policy, ACTION_SINKHOLE))
				conf_wrong(c, f->conf->line,
				    "registry \"%s\" wants policy zones of feed \"%s\", which may "
				    "say sinkhole: give it \"policy-addresses\", or other "
				    "\"actions\"",
				    g[i].name, f->name);
		}
}

static int
check(struct conf_check *c, struct hub_options *o)
{
	const struct config_hub_feed *f = o->config.feeds.item;
	const struct config_publisher *p = o->config.publishers.item;
	int len = name_from_text(o->domain, o->config.top.domain, strlen(o->config.top.domain));
	int rc = 0;

	if (len < 2)
		conf_wrong(c, 0, "\"%s\" in \"domain\" is no domain name", o->config.top.domain);
	o->domain_len = len < 0 ? 0 : (uint8_t)len;
	o->feed = calloc(o->config.feeds.n + 1, sizeof(*o->feed));
	o->publisher = calloc(o->config.publishers.n + 1, sizeof(*o->publisher));
	if (!o->feed || !o->publisher)
		return -ENOMEM;
	take_transports(c, o);
	for (size_t i = 0; i < o->config.feeds.n && rc == 0; i++)
		rc = hub_feed_take(c, o, &f[i]);
	for (size_t i = 0; i < o->config.publishers.n && rc == 0; i++)
		take_publisher(c, o, &p[i]);
	if (rc == 0)
		rc = take_registries(c, o);
	if (rc == 0)
		rc = hub_node_take(c, o);
	if (rc == 0 && o->registries)
		check_policy_zones(c, o);
	if (rc == 0 && o->config.exports.n)
		rc = hub_exports_take(c, o);
	return rc < 0 ? rc : c->errors ? -ERR_FORMAT : 0;
}

int
hub_options_load(struct hub_options **out, const char *path, conf_error_fn *error, void *ctx)
{
	struct conf_check c = {path, error, ctx, 0};
	struct hub_options *o = calloc(1, sizeof(*o));
	const char *slash = strrchr(path, '/');
	int rc = -ENOMEM;

	*out = NULL;
	if (!o)
		return rc;
	o->path = path;
	o->dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup("");
	if (o->dir)
		rc = conf_read(hub_sections, &o->config, path, error, ctx);
	if (rc == 0)
		rc = check(&c, o);
	if (rc == 0)
		*out = o;
	else
		hub_options_free(o);
	return rc;
}

void
hub_options_free(struct hub_options *o)
{
	if (!o)
		return;
	for (unsigned i = 0; i < o->feeds_n; i++) {
		free(o->feed[i].suffix);
		guard_names_free(o->feed[i].protect);
	}
	for (unsigned i = 0; i < o->exports_n; i++) {
		free(o->export[i].folder);
		free(o->export[i].registered);
		free(o->export[i].auth_file);
	}
	free(o->export);
	free(o->feed);
	free(o->publisher);
	for (unsigned i = 0; i < o->sources_n; i++) {
		free(o->source[i].tls.ca);
		free(o->source[i].receipts_ca);
	}
	free(o->source);
	registries_free(o->registries);
	psl_close(o->psl);
	conf_free(hub_sections, &o->config);
	free(o->dir);
	free(o);
}

const struct hub_feed *
hub_feed_find(const struct hub_options *o, const char *name)
{
	for (unsigned i = 0; i < o->feeds_n; i++)
		if (strcmp(o->feed[i].name, name) == 0)
			return &o->feed[i];
	return NULL;
}
