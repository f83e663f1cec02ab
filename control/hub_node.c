#include "control/hub_feeds.h"

#include "base/err.h"
#include "control/base64.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET_TEXT_MAX 512

static void
take_secret(
    struct conf_check *c, struct hub_source *s, const struct config_source *from, const char *path)
{
	char text[SECRET_TEXT_MAX] = "";
	FILE *f = fopen(path, "re");
	int n;

	if (!f) {
		conf_wrong(c, from->line, "%s: %s", path, err_text(-errno));
		return;
	}
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	text[strcspn(text, " \r\n")] = '\0';
	n = base64_read(s->key.secret, REGISTRY_SECRET_MAX, text);
	explicit_bzero(text, sizeof(text));
	if (n < REGISTRY_SECRET_MIN)
		conf_wrong(c, from->line, "%s: expected %d to %d bytes in base64, on one line",
		    path, REGISTRY_SECRET_MIN, REGISTRY_SECRET_MAX);
	else
		s->key.secret_len = (uint16_t)n;
}

static int
take_tls(struct conf_check *c, struct hub_options *o, struct hub_source *s)
{
	const struct config_source *from = s->conf;
	char why[PULL_TLS_WHY_MAX];
	struct pull_tls *t = NULL;

	s->is_tls = from->tls == SOURCE_TLS_REQUIRED;
	if (!s->is_tls)
		return 0;
	if (ntohs(s->address.sin6_port) == 53)
		s->address.sin6_port = htons(PULL_TLS_PORT);
	s->tls.name = from->tls_name;
	if (from->tls_ca && !(s->tls.ca = hub_path(o, from->tls_ca)))
		return -ENOMEM;
	for (size_t i = 0; i < from->tls_pins.n; i++)
		if (digest_unhex(s->tls.pin[s->tls.pins], SHA256_BYTES, from->tls_pins.item[i]) < 0)
			conf_wrong(c, from->line,
			    "\"%s\" in \"tls-pins\" is no SHA-256 digest in hex",
			    from->tls_pins.item[i]);
		else
			s->tls.pins++;
	if (!from->tls_pins.n && (!from->tls_ca || !from->tls_name))
		conf_wrong(
		    c, from->line, "\"tls\" needs \"tls-ca\" and \"tls-name\", or \"tls-pins\"");
	if (from->tls_ca && pull_tls_new(&t, &s->tls, why) < 0)
		conf_wrong(c, from->line, "%s: %s", s->tls.ca, why);
	pull_tls_free(t);
	return 0;
}

static int
take_receipts(struct conf_check *c, struct hub_options *o, struct hub_source *s)
{
	const struct config_source *from = s->conf;

	if (from->receipts && strncmp(from->receipts, "https://", 8) != 0)
		conf_wrong(c, from->line, "\"%s\" in \"receipts\" does not begin with https://",
		    from->receipts);
	if (from->receipts && !o->config.node.receipt_key)
		conf_wrong(c, from->line,
		    "\"receipts\" needs \"receipt-key\" and \"registry\" in \"node\"");
	if (!from->receipts_ca)
		return 0;
	s->receipts_ca = hub_path(o, from->receipts_ca);
	return s->receipts_ca ? 0 : -ENOMEM;
}

static int
take_source(struct conf_check *c, struct hub_options *o, const struct config_source *from)
{
	struct hub_source *s = &o->source[o->sources_n];
	char *path = hub_path(o, from->secret_file);
	int rc, n = name_from_text(s->key.name, from->key, strlen(from->key));

	if (!path)
		return -ENOMEM;
	s->conf = from;
	s->name = from->name;
	s->key.name_len = n < 0 ? 0 : (uint8_t)n;
	s->key.algorithm = (uint8_t)tsig_algorithm_parse(registry_algorithms[from->algorithm]);
	if (n < 2)
		conf_wrong(c, from->line, "\"%s\" in \"key\" is no domain name", from->key);
	if (!conf_is_plain(from->name))
		conf_wrong(
		    c, from->line, "\"%s\" has other characters than a-z, 0-9 and -", from->name);
	if (hub_address(&s->address, from->address) < 0)
		conf_wrong(c, from->line, "\"%s\" is no address", from->address);
	for (size_t i = 0; i < from->notify_from.n; i++)
		if (!registry_is_net(from->notify_from.item[i]))
			conf_wrong(c, from->line, "\"%s\" is neither an address nor a prefix",
			    from->notify_from.item[i]);
	take_secret(c, s, from, path);
	free(path);
	rc = take_tls(c, o, s);
	rc = rc < 0 ? rc : take_receipts(c, o, s);
	o->sources_n++;
	return rc;
}

static void
take_catalog(struct conf_check *c, struct hub_options *o)
{
	const char *text = o->config.node.catalog;
	int n = text ? name_from_text(o->catalog, text, strlen(text)) : 0;

	if (text && n < 2)
		conf_wrong(c, 0, "\"%s\" in \"catalog\" is no domain name", text);
	o->catalog_len = n < 2 ? 0 : (uint8_t)n;
}

static void
check_node(struct conf_check *c, const struct hub_options *o)
{
	const struct config_command *command = o->config.commands.item;
	if (!o->sources_n)
		conf_wrong(c, 0, "role \"node\" needs at least one of \"sources\"");
	if (o->publishers_n)
		conf_wrong(c, 0, "role \"node\" takes no updates in: leave \"publishers\" out");
	if (o->config.node.responders.n && !o->config.node.lists)
		conf_wrong(c, 0, "\"responders\" in \"node\" needs \"lists\" beside it");
	for (size_t i = 0; i < o->config.commands.n; i++)
		if (!conf_is_plain(command[i].name) || command[i].argv.item[0][0] != '/')
			conf_wrong(c, command[i].line,
			    "command \"%s\": expected a name of a-z, 0-9 and -, and a path from /",
			    command[i].name);
	for (unsigned i = 0; i < o->feeds_n && o->config.node.policy; i++)
		if (o->feed[i].scope.actions >> ACTION_SINKHOLE & 1 &&
		    policy_lacks(&o->feed[i].policy, ACTION_SINKHOLE))
			conf_wrong(c, o->feed[i].conf->line,
			    "feed \"%s\" may say sinkhole and \"policy\" in \"node\" wants policy "
			    "zones: give it \"policy-addresses\", or other \"actions\"",
			    o->feed[i].name);
	for (unsigned i = 0; i < o->feeds_n; i++)
		if (!o->feed[i].scope.suffixes && !o->config.node.catalog)
			conf_wrong(c, o->feed[i].conf->line,
			    "feed \"%s\" needs \"suffixes\": the parts to fetch", o->feed[i].name);
}

/* A hub behind others. */
static void
check_fetched(struct conf_check *c, const struct hub_options *o)
{
	const struct config_source *from = o->config.sources.item;
	unsigned n = 0;

	for (unsigned i = 0; i < o->feeds_n; i++) {
		n += o->feed[i].conf->from_sources;
		if (o->feed[i].conf->from_sources && !o->sources_n)
			conf_wrong(c, o->feed[i].conf->line,
			    "\"from-sources\" needs at least one of \"sources\"");
	}
	if (o->sources_n && !n)
		conf_wrong(c, from->line,
		    "\"sources\" are for role \"node\", or for feeds with \"from-sources\"");
}

int
hub_node_take(struct conf_check *c, struct hub_options *o)
{
	const struct config_source *from = o->config.sources.item;
	int rc = 0;

	o->source = calloc(o->config.sources.n + 1, sizeof(*o->source));
	if (!o->source)
		return -ENOMEM;
	for (size_t i = 0; i < o->config.sources.n && rc == 0; i++)
		rc = take_source(c, o, &from[i]);
	if (o->config.top.role == ROLE_NODE) {
		take_catalog(c, o);
		if (!o->config.node.receipt_key != !o->config.node.registry)
			conf_wrong(
			    c, 0, "\"receipt-key\" and \"registry\" in \"node\" go together");
		check_node(c, o);
	} else {
		if (o->config.commands.n)
			conf_wrong(c, 0, "\"commands\" are for role \"node\"");
		check_fetched(c, o);
	}
	return rc;
}
