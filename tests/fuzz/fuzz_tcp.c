/* A TCP stream, cut anywhere: whatever the cuts are, the same messages must come out, and they must
 * be those that a plain walk over the whole stream finds.
 *
 * Input: a byte with the number of cuts, as many bytes with the lengths of the pieces (the last
 * length is repeated), the stream. */
#include "dataplane/tcp_frame.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	const uint8_t *stream;
	size_t len, at; /* of the whole stream */
	int ended;
};

/* The next message by the walk must be this one. */
static void
must_be_next(struct walk *w, const uint8_t *msg, uint16_t len)
{
	const uint8_t *b = w->stream + w->at;

	if (w->len - w->at < 2u + len || (b[0] << 8 | b[1]) != len || memcmp(b + 2, msg, len) != 0)
		abort();
	if (len < TCP_MESSAGE_MIN || len > TCP_MESSAGE_MAX)
		abort();
	w->at += 2u + len;
}

/* Whether a prefix that cannot be has come, of a stream fed up to end. */
static int
is_bad_length(const struct walk *w, const uint8_t *end)
{
	const uint8_t *b = w->stream + w->at;
	unsigned len = end - b < 2 ? TCP_MESSAGE_MIN : b[0] << 8 | b[1];

	return len < TCP_MESSAGE_MIN || len > TCP_MESSAGE_MAX;
}

static void
feed(struct walk *w, struct tcp_rest *rest, const uint8_t *piece, size_t len)
{
	static struct vec v;
	static uint8_t room[VEC_MAX][TCP_ROOM];
	uint8_t *in = malloc(rest->len + len); /* exact: ASan sees what goes past it */
	size_t have = rest->len + len, at = 0;

	memcpy(in + rest->len, piece, len);
	tcp_rest_take(rest, in);
	do {
		w->ended = tcp_frame_burst(&v, room, in, have, &at) < 0;
		for (unsigned i = 0; i < v.n; i++)
			must_be_next(w, v.msg[i], v.len[i]);
	} while (v.n == VEC_MAX && !w->ended);
	if (w->ended != is_bad_length(w, piece + len))
		abort();
	if (!w->ended && have - at >= TCP_FRAME_MAX)
		abort();
	tcp_rest_keep(rest, in + at, have - at);
	free(in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t cuts = size ? data[0] % 32 : 0, at = 0;
	struct tcp_rest rest = {0};
	struct walk w = {0};

	if (size < 1 + cuts)
		return 0;
	w.stream = data + 1 + cuts;
	w.len = size - 1 - cuts;
	for (size_t k = 0; at < w.len && !w.ended; k++) {
		size_t piece = cuts ? data[1 + (k < cuts ? k : cuts - 1)] + 1u : w.len;

		if (piece > w.len - at)
			piece = w.len - at;
		feed(&w, &rest, w.stream + at, piece);
		at += piece;
	}
	/* All that the walk finds has come. */
	if (!w.ended && w.len - w.at != rest.len)
		abort();
	if (!w.ended && rest.len >= 2 &&
	    rest.len >= 2u + (w.stream[w.at] << 8 | w.stream[w.at + 1]))
		abort();
	free(rest.bytes);
	return 0;
}
