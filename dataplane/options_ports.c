#include "dataplane/options_check.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define VLAN_MAX 4095

static void
take_port_addresses(struct check *c, struct port_options *p, const struct config_port *from)
{
	for (size_t i = 0; i < from->addresses.n; i++) {
		const char *text = from->addresses.item[i];
		struct in_addr a;
		struct in6_addr a6;
		bool is_a = inet_pton(AF_INET, text, &a) == 1;

		if (!is_a && inet_pton(AF_INET6, text, &a6) != 1)
			wrong(c, from->line, "\"%s\" is neither an IPv4 nor an IPv6 address", text);
		else if ((is_a ? p->address_n : p->address6_n) == PORT_ADDRS_MAX)
			wrong(c, from->line,
			    "\"%s\" is one address too many; a port takes %d of "
			    "each kind",
			    text, PORT_ADDRS_MAX);
		else if (is_a)
			p->a[p->address_n++] = a;
		else
			p->aaaa[p->address6_n++] = a6;
	}
	if (!from->addresses.n && !from->any_address)
		wrong(c, from->line,
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
take_port_vlans(struct check *c, struct port_options *p, const struct config_port *from)
{
	for (size_t i = 0; i < from->vlans.n; i++) {
		const char *text = from->vlans.item[i];

		if (strcmp(text, "any") == 0)
			memset(p->vlan, 0xff, sizeof(p->vlan));
		else if (!isdigit((unsigned char)*text) || !take_vlans(p, text))
			wrong(c, from->line,
			    "\"%s\" in \"vlans\" is no VLAN; expected \"any\", \"7\" or \"7-9\", "
			    "up to "
			    "%d",
			    text, VLAN_MAX);
	}
}

static void
take_port(struct check *c, struct options *o, const struct config_port *from)
{
	struct port_options *p = &o->port[o->ports_n];

	snprintf(p->name, sizeof(p->name), "%s", from->device);
	snprintf(p->devargs, sizeof(p->devargs), "%s", from->args ? from->args : "");
	for (unsigned i = 0; i < o->ports_n; i++)
		if (strcmp(o->port[i].name, p->name) == 0)
			wrong(c, from->line, "there is another port \"%s\" above; remove one",
			    p->name);
	take_port_addresses(c, p, from);
	take_port_vlans(c, p, from);
	p->any_address = from->any_address;
	p->check_checksum = from->check_checksums;
	p->promiscuous = from->promiscuous;
	p->udp_port = (uint16_t)from->udp_port;
	p->rx_desc = (uint16_t)from->rx_descriptors;
	p->tx_desc = (uint16_t)from->tx_descriptors;
	o->ports_n++;
}

void
take_ports(struct check *c, struct options *o)
{
	const struct config_port *from = o->config.ports.item;

	for (size_t i = 0; i < o->config.ports.n; i++)
		take_port(c, o, &from[i]);
}
