#include "dataplane/tcp_frame.h"

#include "dataplane/wire.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Length of the message whose frame starts at b, 0 when it ends early, or an error. */
static int
frame_message(const uint8_t *b, size_t len)
{
	uint16_t n;

	if (len < TCP_PREFIX)
		return 0;
	n = wire16(b);
	if (n < TCP_MESSAGE_MIN)
		return -ERR_SHORT;
	if (n > TCP_MESSAGE_MAX)
		return -ERR_LIMIT;
	return len < (size_t)TCP_PREFIX + n ? 0 : n;
}

int
tcp_frame_burst(
    struct vec *v, uint8_t room[VEC_MAX][TCP_ROOM], const uint8_t *stream, size_t len, size_t *at)
{
	for (v->n = 0; v->n < VEC_MAX; v->n++) {
		int n = frame_message(stream + *at, len - *at);

		if (n <= 0)
			return n;
		v->msg[v->n] = room[v->n] + TCP_PREFIX;
		memcpy(v->msg[v->n], stream + *at + TCP_PREFIX, (size_t)n);
		v->len[v->n] = (uint16_t)n;
		v->limit[v->n] = VEC_ROOM - VEC_SLACK;
		v->tcp[v->n] = 1;
		v->way[v->n] = WAY_NONE;
		*at += TCP_PREFIX + (size_t)n;
	}
	return 0;
}

int
tcp_rest_keep(struct tcp_rest *r, const uint8_t *bytes, size_t len)
{
	if (!len)
		return 0;
	r->bytes = malloc(len);
	if (!r->bytes)
		return -ENOMEM;
	memcpy(r->bytes, bytes, len);
	r->len = len;
	return 0;
}

size_t
tcp_rest_take(struct tcp_rest *r, uint8_t *out)
{
	size_t len = r->len;

	if (len)
		memcpy(out, r->bytes, len);
	free(r->bytes);
	*r = (struct tcp_rest){0};
	return len;
}

int
tcp_out_keep(struct tcp_out *o, const struct iovec *iov, unsigned n, size_t taken)
{
	size_t len = 0;
	unsigned first = 0;

	while (first < n && taken >= iov[first].iov_len)
		taken -= iov[first++].iov_len;
	for (unsigned i = first; i < n; i++)
		len += iov[i].iov_len;
	if (!len)
		return 0;
	o->bytes = malloc(len);
	if (!o->bytes)
		return -ENOMEM;
	o->len = 0;
	o->at = taken;
	for (unsigned i = first; i < n; i++) {
		memcpy(o->bytes + o->len, iov[i].iov_base, iov[i].iov_len);
		o->len += iov[i].iov_len;
	}
	return 0;
}

unsigned
tcp_out_answers(const struct tcp_out *o)
{
	size_t end = 0;
	unsigned n = 0;

	while (end < o->len) {
		end += TCP_PREFIX + (size_t)wire16(o->bytes + end);
		n += end > o->at;
	}
	return n;
}
