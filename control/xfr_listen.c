#include "control/xfr_impl.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 512

static int
set(int fd, int level, int name)
{
	const int on = 1;

	return setsockopt(fd, level, name, &on, sizeof(on)) < 0 ? -errno : 0;
}

/* One family for all: IPv4 addresses are mapped.  Of UDP the address that was asked is learnt
 * with each message, so that the answer comes from it. */
static int
open_socket(const struct sockaddr_in6 *at, int type)
{
	int fd = socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc = fd < 0 ? -errno : 0;

	if (fd < 0)
		return rc;
	if (!IN6_IS_ADDR_V4MAPPED(&at->sin6_addr) && !IN6_IS_ADDR_UNSPECIFIED(&at->sin6_addr))
		rc = set(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	if (rc == 0)
		rc = type == SOCK_STREAM ? set(fd, SOL_SOCKET, SO_REUSEADDR)
					 : set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
	if (rc == 0 && type == SOCK_DGRAM)
		rc = set(fd, IPPROTO_IP, IP_PKTINFO);
	if (rc == 0 && bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0)
		rc = -errno;
	if (rc == 0 && type == SOCK_STREAM && listen(fd, BACKLOG) < 0)
		rc = -errno;
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

static int
open_listener(struct xfr_listener *l, const struct xfr_listen *where)
{
	l->is_tls = where->service == XFR_TLS;
	if (!l->is_tls) {
		l->udp_fd = open_socket(&where->address, SOCK_DGRAM);
		if (l->udp_fd < 0)
			return l->udp_fd;
	}
	l->tcp_fd = open_socket(&where->address, SOCK_STREAM);
	return l->tcp_fd < 0 ? l->tcp_fd : 0;
}

int
xfr_listen(struct xfr *x)
{
	char text[64];

	for (unsigned i = 0; i < XFR_LISTEN_MAX; i++)
		x->listener[i].udp_fd = x->listener[i].tcp_fd = -1;
	for (unsigned i = 0; i < x->o->listen_n; i++) {
		const struct sockaddr_in6 *at = &x->o->listen[i].address;
		int rc = open_listener(&x->listener[i], &x->o->listen[i]);

		if (rc == 0)
			continue;
		xfr_client_text(text, &at->sin6_addr, ntohs(at->sin6_port));
		log_event(
		    LOG_LEVEL_ERROR, "xfr-listen", "address=%s error=\"%s\"", text, strerror(-rc));
		return rc;
	}
	return 0;
}

void
xfr_listen_end(struct xfr *x)
{
	for (unsigned i = 0; i < XFR_LISTEN_MAX; i++) {
		if (x->listener[i].udp_fd >= 0)
			close(x->listener[i].udp_fd);
		if (x->listener[i].tcp_fd >= 0)
			close(x->listener[i].tcp_fd);
	}
}
