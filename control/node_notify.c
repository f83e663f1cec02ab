/* What the process that meets the network is told about sources, and what it tells of NOTIFY. */
#include "base/log.h"
#include "base/serial.h"
#include "control/base64.h"
#include "control/node_impl.h"

#include <inttypes.h>
#include <string.h>

static json_t *
notify_from(const struct hub_source *s)
{
	const struct conf_texts *texts = &s->conf->notify_from;
	json_t *nets = json_array();
	char address[46];
	uint16_t port;

	for (size_t i = 0; i < texts->n; i++)
		json_array_append_new(nets, json_string(texts->item[i]));
	if (!texts->n && registry_endpoint(address, &port, s->conf->address) == 0)
		json_array_append_new(nets, json_string(address));
	return nets;
}

json_t *
node_sources(const struct hub *h)
{
	json_t *all = h->node ? json_array() : NULL;

	for (unsigned i = 0; h->node && i < h->options->sources_n; i++) {
		const struct hub_source *s = &h->options->source[i];
		char secret[BASE64_ROOM(REGISTRY_SECRET_MAX)], key[NAME_TEXT_MAX];

		name_to_text(key, s->key.name);
		base64_write(secret, s->key.secret, s->key.secret_len);
		json_array_append_new(
		    all, json_pack("{s:s, s:[{s:s, s:s, s:s}], s:o}", "name", s->name, "keys",
			     "name", key, "algorithm", registry_algorithms[s->conf->algorithm],
			     "secret", secret, "addresses", notify_from(s)));
		explicit_bzero(secret, sizeof(secret));
	}
	return all;
}

json_t *
node_pulled(const struct hub *h)
{
	json_t *all = h->node ? json_array() : NULL;

	for (size_t i = 0; h->node && i < h->node->parts; i++)
		if (*h->node->part[i].zone.origin)
			json_array_append_new(
			    all, json_sprintf("%s.", h->node->part[i].zone.origin));
	return all;
}

static const struct hub_source *
find_source(const struct hub *h, const char *name)
{
	for (unsigned i = 0; i < h->options->sources_n; i++)
		if (strcmp(h->options->source[i].name, name) == 0)
			return &h->options->source[i];
	return NULL;
}

/* That it holds the same already is a hint, not proof: the timer asks anyway (RFC 1996 4.7). */
static bool
is_news(const struct node_part *p, const json_t *line)
{
	json_int_t serial = json_integer_value(json_object_get(line, "serial"));

	return !json_object_get(line, "serial") || !node_is_part(p) || p->state == NODE_NONE ||
	       serial_newer((uint32_t)serial, p->zone.serial);
}

void
node_told(struct hub *h, const json_t *line)
{
	const char *name = json_string_value(json_object_get(line, "registry"));
	const char *zone = json_string_value(json_object_get(line, "zone"));
	const struct hub_source *s = name ? find_source(h, name) : NULL;
	char origin[STORE_ORIGIN_MAX];
	struct node_part *p;

	if (!json_is_true(json_object_get(line, "ok"))) {
		h->node->told_refused++;
		return;
	}
	h->node->told++;
	snprintf(origin, sizeof(origin), "%s", zone ? zone : "");
	if (*origin && origin[strlen(origin) - 1] == '.')
		origin[strlen(origin) - 1] = '\0';
	p = s ? node_find(h->node, origin) : NULL;
	if (!p || !is_news(p, line))
		return;
	log_event(LOG_LEVEL_INFO, "notified", "zone=%s source=%s", origin, s->name);
	if (p->pull.pid < 0) /* one under way may be with another, and knows which */
		p->source = s;
	p->is_told = true;
}

json_t *
node_notices(const struct hub *h)
{
	return h->node ? json_pack("{s:I, s:I}", "taken", (json_int_t)h->node->told, "refused",
			     (json_int_t)h->node->told_refused)
		       : NULL;
}
