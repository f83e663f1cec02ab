#include "dataplane/tcp_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

TAILQ_HEAD(conn_list, tcp_conn);
LIST_HEAD(client_chain, tcp_client);

struct tcp_client {
	LIST_ENTRY(tcp_client) chain; /* of its bucket, or of those not in use */
	uint64_t prefix;
	unsigned n;
	struct conn_list conns;
};

/* Slots above `used` were never touched, so they cost no memory. */
struct tcp_table {
	unsigned conns_max, client_max, n;
	unsigned conns_used, clients_used;
	struct tcp_conn *conn;
	struct tcp_client *client;
	struct conn_list spare_conns, by_time;
	struct client_chain spare_clients;
	uint64_t key;
	unsigned shift;
	struct client_chain *bucket;
};

int
tcp_table_new(struct tcp_table **out, unsigned conns_max, unsigned client_max, uint64_t key)
{
	struct tcp_table *t = calloc(1, sizeof(*t));
	unsigned bits = 1;

	if (!t)
		return -ENOMEM;
	while (bits < 31 && 1u << bits < conns_max)
		bits++;
	t->conns_max = conns_max;
	t->client_max = client_max;
	t->key = key | 1; /* multiply-shift hashing takes an odd factor */
	t->shift = 64 - bits;
	t->conn = calloc(conns_max, sizeof(*t->conn));
	t->client = calloc(conns_max, sizeof(*t->client));
	t->bucket = calloc((size_t)1 << bits, sizeof(*t->bucket));
	TAILQ_INIT(&t->by_time);
	TAILQ_INIT(&t->spare_conns);
	LIST_INIT(&t->spare_clients);
	if (!t->conn || !t->client || !t->bucket) {
		tcp_table_free(t);
		return -ENOMEM;
	}
	*out = t;
	return 0;
}

void
tcp_table_free(struct tcp_table *t)
{
	if (!t)
		return;
	while (!TAILQ_EMPTY(&t->by_time))
		tcp_table_remove(t, TAILQ_FIRST(&t->by_time));
	free(t->conn);
	free(t->client);
	free(t->bucket);
	free(t);
}

/* IPv4 addresses stand among the /64s of multicast, which no client has. */
static uint64_t
client_prefix(const struct sockaddr *from)
{
	uint8_t bytes[8] = {0xff};
	uint64_t prefix;

	if (from->sa_family == AF_INET)
		memcpy(bytes + 4, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
	else
		memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 8);
	memcpy(&prefix, bytes, sizeof(prefix));
	return prefix;
}

static struct client_chain *
client_bucket(const struct tcp_table *t, uint64_t prefix)
{
	return &t->bucket[(prefix * t->key) >> t->shift];
}

static struct tcp_client *
client_find(const struct tcp_table *t, uint64_t prefix)
{
	struct tcp_client *c;

	LIST_FOREACH(c, client_bucket(t, prefix), chain)
	if (c->prefix == prefix)
		return c;
	return NULL;
}

static struct tcp_client *
client_add(struct tcp_table *t, uint64_t prefix)
{
	struct tcp_client *c = LIST_FIRST(&t->spare_clients);

	if (c)
		LIST_REMOVE(c, chain);
	else
		c = &t->client[t->clients_used++];
	c->prefix = prefix;
	c->n = 0;
	TAILQ_INIT(&c->conns);
	LIST_INSERT_HEAD(client_bucket(t, prefix), c, chain);
	return c;
}

struct tcp_conn *
tcp_table_rival(const struct tcp_table *t, const struct sockaddr *from)
{
	const struct tcp_client *client = client_find(t, client_prefix(from));

	if (client && client->n >= t->client_max)
		return TAILQ_FIRST(&client->conns);
	return t->n >= t->conns_max ? TAILQ_FIRST(&t->by_time) : NULL;
}

struct tcp_conn *
tcp_table_add(struct tcp_table *t, const struct sockaddr *from, int fd, int64_t now_ns)
{
	uint64_t prefix = client_prefix(from);
	struct tcp_client *client = client_find(t, prefix);
	struct tcp_conn *c = TAILQ_FIRST(&t->spare_conns);

	if (!client)
		client = client_add(t, prefix);
	if (c)
		TAILQ_REMOVE(&t->spare_conns, c, by_time);
	else
		c = &t->conn[t->conns_used++];
	*c = (struct tcp_conn){
	    .client = client, .active_ns = now_ns, .fd = fd, .v6 = from->sa_family == AF_INET6};
	TAILQ_INSERT_TAIL(&t->by_time, c, by_time);
	TAILQ_INSERT_TAIL(&client->conns, c, of_client);
	client->n++;
	t->n++;
	return c;
}

void
tcp_table_touch(struct tcp_table *t, struct tcp_conn *c, int64_t now_ns)
{
	c->active_ns = now_ns;
	TAILQ_REMOVE(&t->by_time, c, by_time);
	TAILQ_INSERT_TAIL(&t->by_time, c, by_time);
	TAILQ_REMOVE(&c->client->conns, c, of_client);
	TAILQ_INSERT_TAIL(&c->client->conns, c, of_client);
}

void
tcp_table_remove(struct tcp_table *t, struct tcp_conn *c)
{
	struct tcp_client *client = c->client;

	free(c->rest.bytes);
	free(c->out.bytes);
	TAILQ_REMOVE(&client->conns, c, of_client);
	if (--client->n == 0) {
		LIST_REMOVE(client, chain);
		LIST_INSERT_HEAD(&t->spare_clients, client, chain);
	}
	TAILQ_REMOVE(&t->by_time, c, by_time);
	*c = (struct tcp_conn){.fd = -1};
	TAILQ_INSERT_HEAD(&t->spare_conns, c, by_time);
	t->n--;
}

struct tcp_conn *
tcp_table_oldest(const struct tcp_table *t)
{
	return TAILQ_FIRST(&t->by_time);
}

unsigned
tcp_table_n(const struct tcp_table *t)
{
	return t->n;
}

uint32_t
tcp_table_number(const struct tcp_table *t, const struct tcp_conn *c)
{
	return (uint32_t)(c - t->conn);
}

struct tcp_conn *
tcp_table_at(struct tcp_table *t, uint32_t number)
{
	return &t->conn[number];
}
