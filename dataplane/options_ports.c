#include "dataplane/options_check.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define VLAN_MAX 4095

static void
take_port_addresses(struct conf_check *c, struct port_options *p, const struct config_port *from)
{
	for (size_t i = 0; i < from->addresses.n; i++) {
		const char *text = from->addresses.item[i];
		struct in_addr a;
		struct in6_addr a6;
		bool is_a = inet_pton(AF_INET, text, &a) == 1;

		if (!is_a && inet_pton(AF_INET6, text, &a6) != 1)
			conf_wrong(
			    c, from->line, "\"%s\" is neither an IPv4 nor an IPv6 address", text);
		else if ((is_a ? p->address_n : p->address6_n) == PORT_ADDRS_MAX)
			conf_wrong(c, from->line,
			    "\"%s\" is one address too many; a port takes %d of "
			    "each kind",
			    text, PORT_ADDRS_MAX);
		else if (is_a)
			p->a[p->address_n++] = a;
		else
			p->aaaa[p->address6_n++] = a6;
	}
	if (from->mode != PORT_AUTHORITATIVE) {
		if (from->addresses.n || from->any_address)
			conf_wrong(c, from->line,
			    "port \"%s\" takes no address in its mode; remove \"addresses\" and "
			    "\"any-address\"",
			    from->device);
		return;
	}
	if (!from->addresses.n && !from->any_address)
		conf_wrong(c, from->line,
		    "port \"%s\" has no address; give \"addresses\", or "
		    "any-address = true for replayed traffic",
		    from->device);
}

/* Sets the bits of "7" or "7-9". */
static bool
take_vlans(struct port_options *p, const char *text)
{
	unsigned from, to;
	int used = 0;

	if (sscanf(text, "%4u%n-%4u%n", &from, &used, &to, &used) < 2)
		to = from;
	if (used == 0 || text[used] != '\0' || from > to || to > VLAN_MAX)
		return false;
	for (; from <= to; from++)
		p->vlan[from / 64] |= 1ull << from % 64;
	return true;
}

static void
take_port_vlans(struct conf_check *c, struct port_options *p, const struct config_port *from)
{
	if (!from->vlans.n && from->mode != PORT_AUTHORITATIVE)
		memset(p->vlan, 0xff, sizeof(p->vlan));
	for (size_t i = 0; i < from->vlans.n; i++) {
		const char *text = from->vlans.item[i];

		if (strcmp(text, "any") == 0)
			memset(p->vlan, 0xff, sizeof(p->vlan));
		else if (!isdigit((unsigned char)*text) || !take_vlans(p, text))
			conf_wrong(c, from->line,
			    "\"%s\" in \"vlans\" is no VLAN; expected \"any\", \"7\" or \"7-9\", "
			    "up to "
			    "%d",
			    text, VLAN_MAX);
	}
}

/* An interface's name as the kernel takes it, and as it can stand in a device's arguments. */
static bool
is_interface(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
		   strlen(name) &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static void
take_exempt(struct conf_check *c, struct port_options *p, const struct config_port *from)
{
	for (size_t i = 0; i < from->exception_exempt.n; i++) {
		struct prefix prefix = {.value = 1};

		if (prefix_parse(&prefix, from->exception_exempt.item[i]) == 0)
			p->exempt[p->exempt_n++] = prefix;
		else
			conf_wrong(c, from->line,
			    "\"%s\" in \"exception-exempt\" is no prefix; expected "
			    "\"192.0.2.0/24\" or \"2001:db8::/32\", no bits behind its length",
			    from->exception_exempt.item[i]);
	}
}

static void
take_exception(
    struct conf_check *c, struct options *o, struct port_options *p, const struct config_port *from)
{
	p->exception_rate = (unsigned)from->exception_rate;
	p->exception_total = (unsigned)from->exception_total;
	take_exempt(c, p, from);
	if (!from->exception)
		return;
	snprintf(p->exception, sizeof(p->exception), "%s", from->exception);
	if (!is_interface(p->exception))
		conf_wrong(c, from->line,
		    "\"%s\" in \"exception\" is no name of an interface; take letters, digits, "
		    "\"_\", \".\" and \"-\"",
		    p->exception);
	if (from->mode != PORT_AUTHORITATIVE || from->any_address)
		conf_wrong(c, from->line,
		    "port \"%s\" has an exception path and takes what is not for its MAC; remove "
		    "\"exception\", or \"mode\" and \"any-address\"",
		    from->device);
	for (unsigned i = 0; i < o->ports_n; i++)
		if (strcmp(o->port[i].exception, p->exception) == 0)
			conf_wrong(c, from->line,
			    "port \"%s\" has exception \"%s\" too; name another", o->port[i].name,
			    p->exception);
}

static void
take_port(struct conf_check *c, struct options *o, const struct config_port *from)
{
	struct port_options *p = &o->port[o->ports_n];

	snprintf(p->name, sizeof(p->name), "%s", from->device);
	snprintf(p->devargs, sizeof(p->devargs), "%s", from->args ? from->args : "");
	for (unsigned i = 0; i < o->ports_n; i++)
		if (strcmp(o->port[i].name, p->name) == 0)
			conf_wrong(c, from->line, "there is another port \"%s\" above; remove one",
			    p->name);
	take_port_addresses(c, p, from);
	take_port_vlans(c, p, from);
	take_exception(c, o, p, from);
	p->mode = (uint8_t)from->mode;
	p->inspects_tcp = from->mode == PORT_INLINE && from->tcp == 0;
	p->mtu = (uint16_t)from->mtu;
	p->any_address = from->any_address || from->mode != PORT_AUTHORITATIVE;
	p->check_checksum = from->check_checksums;
	p->promiscuous = from->promiscuous || from->mode != PORT_AUTHORITATIVE;
	p->udp_port = (uint16_t)from->udp_port;
	p->rx_desc = (uint16_t)from->rx_descriptors;
	p->tx_desc = (uint16_t)from->tx_descriptors;
	o->ports_n++;
}

/* Finds the peers, when all ports are known. */
static void
pair_port(struct conf_check *c, struct options *o, unsigned i)
{
	const struct config_port *from = (const struct config_port *)o->config.ports.item + i;
	struct port_options *p = &o->port[i];
	unsigned k = 0;

	if (!from->peer) {
		if (from->mode == PORT_INLINE)
			conf_wrong(c, from->line,
			    "port \"%s\" is inline; give its other side as \"peer\"", from->device);
		return;
	}
	if (from->mode == PORT_AUTHORITATIVE) {
		conf_wrong(c, from->line,
		    "port \"%s\" has a peer; give mode = \"inline\" or \"monitor\"", from->device);
		return;
	}
	while (k < o->ports_n && strcmp(o->port[k].name, from->peer) != 0)
		k++;
	if (k == o->ports_n || k == i) {
		conf_wrong(c, from->line,
		    "port \"%s\": its peer \"%s\" is no other port; add it to ports", from->device,
		    from->peer);
		return;
	}
	p->has_peer = true;
	p->peer = k;
	from = (const struct config_port *)o->config.ports.item + k;
	if (!from->peer || strcmp(from->peer, p->name) != 0)
		conf_wrong(c, from->line,
		    "port \"%s\" is the peer of \"%s\"; give it peer = \"%s\"", o->port[k].name,
		    p->name, p->name);
}

void
take_ports(struct conf_check *c, struct options *o)
{
	const struct config_port *from = o->config.ports.item;

	for (size_t i = 0; i < o->config.ports.n; i++)
		take_port(c, o, &from[i]);
	for (unsigned i = 0; i < o->ports_n; i++)
		pair_port(c, o, i);
}

/* Whether an answer of this kind is one that the zone's signatures speak against. */
static bool
is_forged(enum action action)
{
	return action == ACTION_SINKHOLE || action == ACTION_NXDOMAIN || action == ACTION_NODATA;
}

void
check_monitor_log(struct conf_check *c, const struct options *o)
{
	for (unsigned i = 0; i < o->ports_n; i++)
		if (o->port[i].mode == PORT_MONITOR)
			return;
	if (o->config.top.monitor_log)
		conf_wrong(c, 0,
		    "\"monitor-log\" has nothing to log: no port has mode = \"monitor\"; remove "
		    "it");
}

void
check_forging(struct conf_check *c, const struct options *o)
{
	const struct config_port *port = o->config.ports.item;

	for (size_t i = 0; i < o->config.ports.n; i++)
		for (unsigned k = 0; k < o->feeds_n; k++)
			if (port[i].mode == PORT_INLINE && !port[i].forge_signed &&
			    is_forged(o->feed[k].action))
				conf_wrong(c, port[i].line,
				    "port \"%s\" is inline and feed \"%s\" has action %s: where "
				    "the "
				    "zone is signed, validating resolvers take that for an attack; "
				    "use "
				    "refer to an insecure delegation, or say forge-signed = true",
				    port[i].device, o->feed[k].name,
				    action_text(o->feed[k].action));
}
