#include "dataplane/sock_impl.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UDP_ROUNDS  8         /* full bursts from one socket before the next has its turn */
#define UDP_WAIT_MS 10        /* for room in the send buffer, once a burst */
#define UDP_BUFFER  (1 << 20) /* bytes, each way */
#define UDP_EVENTS  16

/* One cache line over VEC_ROOM: at a stride of 2 KiB the headers of all lanes would fall into
 * two sets of the first-level cache. */
#define UDP_ROOM (VEC_ROOM + VEC_PAST)

union control {
	struct cmsghdr aligned;
	uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

union peer {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct udp_socket {
	int fd;
	bool v6;
	bool any; /* wildcard: each answer says where it comes from */
};

struct udp {
	struct sock_reader r;
	int ep;
	unsigned n;
	struct udp_socket *socket;
	struct mmsghdr rx[VEC_MAX], tx[VEC_MAX];
	struct iovec rx_iov[VEC_MAX], tx_iov[VEC_MAX];
	union peer peer[VEC_MAX];
	union control control[VEC_MAX];
	struct vec v;
	uint8_t room[VEC_MAX][UDP_ROOM];
};

static const struct sock_setting settings[] = {
    {AF_UNSPEC, SOL_SOCKET, SO_REUSEPORT, 1},
    {AF_UNSPEC, SOL_SOCKET, SO_RCVBUF, UDP_BUFFER},
    {AF_UNSPEC, SOL_SOCKET, SO_SNDBUF, UDP_BUFFER},
    {AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, 1},
    /* Forged ICMP must not make us fragment (RFC 9715 3.1). */
    {AF_INET, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT},
    {AF_INET6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT},
};

static int
udp_open(struct udp *u, const struct sock_address *a)
{
	struct udp_socket *s = &u->socket[u->n];
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = u->n};
	const int on = 1;
	int rc;

	rc = sock_bind(a, SOCK_DGRAM, settings, sizeof(settings) / sizeof(settings[0]));
	if (rc < 0)
		return rc;
	u->n++;
	s->fd = rc;
	s->v6 = a->sa.sa_family == AF_INET6;
	s->any = sock_address_is_any(a);
	rc = 0;
	if (s->any && s->v6)
		rc = setsockopt(s->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	else if (s->any)
		rc = setsockopt(s->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	if (rc < 0 || epoll_ctl(u->ep, EPOLL_CTL_ADD, s->fd, &e) < 0)
		return -errno;
	return 0;
}

/* recvmmsg shortens what it fills. */
static void
udp_rearm(struct udp *u, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		u->rx[i].msg_hdr.msg_namelen = sizeof(u->peer[i]);
		u->rx[i].msg_hdr.msg_controllen = sizeof(u->control[i]);
	}
}

static void
udp_lay_out(struct udp *u)
{
	for (unsigned i = 0; i < VEC_MAX; i++) {
		u->v.msg[i] = u->room[i];
		u->rx_iov[i] = (struct iovec){.iov_base = u->room[i], .iov_len = VEC_ROOM};
		u->rx[i].msg_hdr = (struct msghdr){
		    .msg_name = &u->peer[i],
		    .msg_iov = &u->rx_iov[i],
		    .msg_iovlen = 1,
		    .msg_control = &u->control[i],
		};
	}
	udp_rearm(u, VEC_MAX);
}

int
udp_new(struct udp **out, const struct sock_reader *r, const struct sock_address *a, unsigned n,
    unsigned *failed)
{
	struct udp *u = calloc(1, sizeof(*u));
	int rc = 0;

	if (!u)
		return -ENOMEM;
	*out = u; /* the caller frees it after an error too */
	u->r = *r;
	u->ep = epoll_create1(EPOLL_CLOEXEC);
	if (u->ep < 0)
		return -errno;
	u->socket = calloc(n, sizeof(*u->socket));
	if (!u->socket)
		return -ENOMEM;
	udp_lay_out(u);
	for (unsigned i = 0; i < n && !rc; i++) {
		*failed = i;
		rc = udp_open(u, &a[i]);
	}
	return rc;
}

void
udp_free(struct udp *u)
{
	if (!u)
		return;
	for (unsigned i = 0; i < u->n; i++)
		close(u->socket[i].fd);
	if (u->ep >= 0)
		close(u->ep);
	free(u->socket);
	free(u);
}

/* Makes the received address the answer's source.  The interface is left to the routes, except
 * that a link-local source means nothing without one.  False for broadcast and multicast. */
static bool
udp_pin(struct msghdr *m, bool v6)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);

	if (!c)
		return false;
	if (v6) {
		struct in6_pktinfo *to = (void *)CMSG_DATA(c);

		if (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_PKTINFO)
			return false;
		if (!IN6_IS_ADDR_LINKLOCAL(&to->ipi6_addr))
			to->ipi6_ifindex = 0;
		return !IN6_IS_ADDR_MULTICAST(&to->ipi6_addr);
	} else {
		struct in_pktinfo *to = (void *)CMSG_DATA(c);

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			return false;
		to->ipi_ifindex = 0;
		return to->ipi_addr.s_addr == to->ipi_spec_dst.s_addr;
	}
}

static enum way
udp_way(const struct udp_socket *s, struct msghdr *m, const union peer *peer)
{
	if (m->msg_flags & MSG_TRUNC) /* no plain query is longer than VEC_ROOM */
		return WAY_UDP_LENGTH;
	if ((s->v6 ? peer->in6.sin6_port : peer->in.sin_port) == 0)
		return WAY_UDP_PORT;
	if (s->any && !udp_pin(m, s->v6))
		return WAY_NOT_OUR_ADDRESS;
	return WAY_NONE;
}

static unsigned
udp_receive(struct udp *u, const struct udp_socket *s)
{
	struct vec *v = &u->v;
	int n = recvmmsg(s->fd, u->rx, VEC_MAX, MSG_DONTWAIT, NULL);

	if (n <= 0)
		return 0;
	v->n = (unsigned)n;
	for (unsigned i = 0; i < v->n; i++) {
		v->len[i] = (uint16_t)u->rx[i].msg_len;
		v->limit[i] = ENGINE_UDP_MAX;
		v->tcp[i] = 0;
		sock_client(v->client[i], &u->peer[i].sa);
		v->way[i] = (uint8_t)udp_way(s, &u->rx[i].msg_hdr, &u->peer[i]);
	}
	count_add(s->v6 ? &u->r.c->udp6 : &u->r.c->udp, v->n);
	return v->n;
}

/* Gathers the answers for sendmmsg. */
static unsigned
udp_gather(struct udp *u)
{
	const struct vec *v = &u->v;
	unsigned n = 0;

	for (unsigned i = 0; i < v->n; i++) {
		if (v->way[i] < WAY_ANSWERS)
			continue;
		u->tx_iov[n] = (struct iovec){.iov_base = v->msg[i], .iov_len = v->len[i]};
		u->tx[n].msg_hdr = u->rx[i].msg_hdr;
		u->tx[n].msg_hdr.msg_iov = &u->tx_iov[n];
		n++;
	}
	return n;
}

/* sendmmsg stops at the first message that fails and says why when it is asked again. */
static void
udp_send(struct udp *u, const struct udp_socket *s, unsigned n)
{
	struct pollfd room = {.fd = s->fd, .events = POLLOUT};
	unsigned done = 0, unsent = 0;
	bool waited = false;

	while (done < n) {
		int k = sendmmsg(s->fd, u->tx + done, n - done, MSG_DONTWAIT);

		if (k > 0) {
			done += (unsigned)k;
		} else if (errno != EAGAIN) { /* no route, a filter: this one alone */
			unsent++;
			done++;
		} else if (!waited) {
			waited = true;
			poll(&room, 1, UDP_WAIT_MS);
		} else {
			unsent += n - done;
			done = n;
		}
	}
	if (unsent)
		count_add(&u->r.c->tx_unsent, unsent);
}

static void
udp_serve(struct udp *u, const struct udp_socket *s)
{
	for (unsigned round = 0; round < UDP_ROUNDS; round++) {
		unsigned n = udp_receive(u, s);

		if (!n)
			return;
		sock_answer(&u->r, &u->v);
		udp_send(u, s, udp_gather(u));
		udp_rearm(u, n);
		if (n < VEC_MAX)
			return;
	}
}

void *
udp_run(void *udp)
{
	struct udp *u = udp;
	struct epoll_event events[UDP_EVENTS];

	publish_enter(u->r.publish, u->r.id);
	while (!sock_is_stopping(&u->r)) {
		unsigned n = sock_wait(&u->r, u->ep, events, UDP_EVENTS);

		for (unsigned i = 0; i < n; i++)
			udp_serve(u, &u->socket[events[i].data.u32]);
	}
	publish_leave(u->r.publish, u->r.id);
	return NULL;
}
