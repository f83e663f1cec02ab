#include "control/xfr_impl.h"

#include <arpa/inet.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

#define MESSAGES_A_TURN 64

struct datagram {
	struct sockaddr_in6 from;
	uint8_t bytes[XFR_REQUEST_MAX];
	size_t len;
	/* the address that it was sent to */
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	size_t control_len;
};

static bool
receive(int fd, struct datagram *d)
{
	struct iovec iov = {d->bytes, sizeof(d->bytes)};
	struct msghdr h = {.msg_name = &d->from,
	    .msg_namelen = sizeof(d->from),
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = d->control,
	    .msg_controllen = sizeof(d->control)};
	ssize_t n = recvmsg(fd, &h, 0);

	if (n < 0)
		return false;
	d->len = h.msg_flags & MSG_TRUNC ? 0 : (size_t)n;
	d->control_len = h.msg_flags & MSG_CTRUNC ? 0 : h.msg_controllen;
	return true;
}

static void
respond(int fd, struct datagram *d, uint8_t *bytes, size_t len)
{
	struct iovec iov = {bytes, len};
	struct msghdr h = {.msg_name = &d->from,
	    .msg_namelen = sizeof(d->from),
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = d->control_len ? d->control : NULL,
	    .msg_controllen = d->control_len};

	sendmsg(fd, &h, MSG_DONTWAIT); /* what is lost is asked again */
}

static void
tell_notify(struct xfr *x, const struct notify_news *news)
{
	struct xfr_event e = {.event = "notify",
	    .error = news->error,
	    .has_serial = true,
	    .ok = news->end == NOTIFY_ACKNOWLEDGED,
	    .serial = news->zone->now.serial};

	strcpy(e.registry, news->registry->name);
	name_to_text(e.zone, news->zone->origin);
	xfr_client_text(e.client, &news->to->sin6_addr, ntohs(news->to->sin6_port));
	xfr_event_send(x->events, &e, false, xfr_now_ns());
}

static void
answer(struct xfr *x, int fd, struct datagram *d, const struct xfr_request *q)
{
	struct xfr_peer peer = {.address = d->from.sin6_addr, .port = ntohs(d->from.sin6_port)};
	struct xfr_asked asked = {q, d->bytes, &peer, xfr_now_s(x)};
	size_t limit = q->udp_size < XFR_UDP_MAX ? q->udp_size : XFR_UDP_MAX;
	struct xfr_reply_place at = {
	    &x->message, x->scratch, limit, x->book, x->dir_fd, asked.now_s};
	enum xfr_kind kind;
	struct xfr_answer a;

	xfr_judge(&a, x->book, NULL, &asked);
	if (xfr_reply_whole(&at, q, &a, &kind) == 0)
		respond(fd, d, x->scratch, x->message.len);
	xfr_tell_answer(x, &asked, &a, kind);
	tsig_end(&a.chain);
}

void
xfr_udp_serve(struct xfr *x, int fd)
{
	for (int i = 0; i < MESSAGES_A_TURN; i++) {
		struct xfr_request q;
		struct notify_news news;
		struct datagram d;

		if (!receive(fd, &d))
			return;
		if (xfr_request_read(&q, d.bytes, d.len))
			answer(x, fd, &d, &q);
		else if (notify_answer(x->notify, d.bytes, d.len, &d.from, &news, xfr_now_s(x)))
			tell_notify(x, &news);
	}
}

void
xfr_notify_send(struct xfr *x)
{
	for (int i = 0; i < MESSAGES_A_TURN && notify_due(x->notify) <= xfr_now_ns(); i++) {
		const struct sockaddr_in6 *to = NULL;
		struct notify_news news;
		size_t n =
		    notify_next(x->notify, x->scratch, &to, &news, xfr_now_ns(), xfr_now_s(x));

		if (news.registry)
			tell_notify(x, &news);
		for (unsigned l = 0; n && l < x->o->listen_n; l++) {
			int fd = x->listener[l].udp_fd;

			/* The first socket whose family reaches there. */
			if (fd >= 0 && sendto(fd, x->scratch, n, MSG_DONTWAIT,
					   (const struct sockaddr *)to, sizeof(*to)) >= 0)
				break;
		}
	}
}
