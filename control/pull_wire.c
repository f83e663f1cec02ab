#include "control/pull_wire.h"

#include "base/err.h"
#include "control/message_read.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int
pull_wire_open(struct pull_wire *w, const struct sockaddr_in6 *to, const struct pull_tls_want *tls,
    int64_t stall_s)
{
	struct timeval stall = {.tv_sec = (time_t)stall_s};
	char why[PULL_TLS_WHY_MAX];
	int no = 0, rc;

	*w = (struct pull_wire){.fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	if (w->fd < 0)
		return -errno;
	if (tls && (rc = pull_tls_new(&w->tls, tls, why)) < 0)
		return rc;
	setsockopt(w->fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	if (setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall)) < 0 ||
	    setsockopt(w->fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall)) < 0 ||
	    connect(w->fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		return errno == EINPROGRESS ? -ETIMEDOUT : -errno;
	return 0;
}

int
pull_wire_start(struct pull_wire *w, const char **why)
{
	int rc = w->tls ? pull_tls_start(w->tls, w->fd) : 0;

	if (rc < 0)
		*why = pull_tls_why(w->tls);
	return rc;
}

static int
code(ssize_t n)
{
	return n == -EAGAIN ? -ETIMEDOUT : (int)n;
}

static int
send_all(struct pull_wire *w, const uint8_t *bytes, size_t len)
{
	while (len) {
		ssize_t n = w->tls ? pull_tls_write(w->tls, bytes, len) : write(w->fd, bytes, len);

		if (n <= 0)
			return n == 0 ? -ETIMEDOUT : code(w->tls ? n : -errno);
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int
pull_wire_send(struct pull_wire *w, const uint8_t *bytes, size_t len)
{
	return send_all(w, bytes, len + 2);
}

static int
receive_all(struct pull_wire *w, uint8_t *bytes, size_t len)
{
	while (len) {
		ssize_t n = w->tls ? pull_tls_read(w->tls, bytes, len) : read(w->fd, bytes, len);

		if (n <= 0)
			return n == 0 ? -ERR_SHORT : code(w->tls ? n : -errno);
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int
pull_wire_receive(struct pull_wire *w, uint8_t *bytes)
{
	uint8_t head[2];
	int rc = receive_all(w, head, sizeof(head));

	rc = rc < 0 ? rc : receive_all(w, bytes, get16(head));
	return rc < 0 ? rc : get16(head);
}

void
pull_wire_close(struct pull_wire *w)
{
	pull_tls_free(w->tls);
	if (w->fd >= 0)
		close(w->fd);
	*w = (struct pull_wire){.fd = -1};
}
