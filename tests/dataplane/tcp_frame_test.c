#include "dataplane/tcp_frame.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdbool.h>
#include <stdlib.h>

static struct vec v;
static uint8_t room[VEC_MAX][TCP_ROOM];

static const struct {
	const char *about;
	unsigned bytes[4]; /* message lengths as their prefixes say */
	size_t missing;    /* bytes of the stream's end that have not come */
	int rc;
	unsigned n;
	size_t rest; /* bytes left over */
} cases[] = {
    {"nothing", {0}, 0, 0, 0, 0},
    {"one message", {12}, 0, 0, 1, 0},
    {"three messages", {12, 40, 13}, 0, 0, 3, 0},
    {"half a prefix", {12}, 13, 0, 0, 1},
    {"a prefix", {12}, 12, 0, 0, 2},
    {"all but a byte", {12}, 1, 0, 0, 13},
    {"one and a half", {12, 40}, 20, 0, 1, 22},
    {"the longest", {TCP_MESSAGE_MAX}, 0, 0, 1, 0},
    {"too long, behind a good one", {12, TCP_MESSAGE_MAX + 1}, 0, -ERR_LIMIT, 1, 2051},
    {"too long, by its prefix alone", {65535}, 65535, -ERR_LIMIT, 0, 2},
    {"too short, behind a good one", {30, 11, 12}, 0, -ERR_SHORT, 1, 27},
    {"too short, by its prefix alone", {1}, 1, -ERR_SHORT, 0, 2},
};

static size_t
write_stream(uint8_t *to, const unsigned bytes[4])
{
	size_t len = 0;

	for (unsigned i = 0; i < 4 && bytes[i]; i++) {
		to[len] = (uint8_t)(bytes[i] >> 8);
		to[len + 1] = (uint8_t)bytes[i];
		memset(to + len + 2, (int)i + 1, bytes[i]);
		len += 2 + bytes[i];
	}
	return len;
}

static bool
is_lane(unsigned i, unsigned len)
{
	return v.len[i] == len && v.msg[i] == room[i] + 2 && v.msg[i][0] == i + 1 &&
	       v.msg[i][len - 1] == i + 1 && v.tcp[i] == 1 && v.way[i] == WAY_NONE &&
	       v.limit[i] == VEC_ROOM - VEC_SLACK;
}

static void
test_burst(void)
{
	static uint8_t stream[3 * 65537];

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		size_t len = write_stream(stream, cases[k].bytes) - cases[k].missing, at = 0;
		uint8_t *exact = malloc(len ? len : 1);
		bool same = true;
		int rc;

		memcpy(exact, stream, len);
		rc = tcp_frame_burst(&v, room, exact, len, &at);
		for (unsigned i = 0; i < v.n; i++)
			same = same && is_lane(i, cases[k].bytes[i]);
		CHECK(rc == cases[k].rc && v.n == cases[k].n && len - at == cases[k].rest && same,
		    "%s: rc=%d n=%u rest=%zu", cases[k].about, rc, v.n, len - at);
		free(exact);
	}
}

static void
test_full(void)
{
	uint8_t stream[(VEC_MAX + 8) * 14] = {0};
	size_t at = 0;
	int rc;

	for (unsigned i = 0; i < VEC_MAX + 8; i++)
		stream[14 * i + 1] = 12;
	rc = tcp_frame_burst(&v, room, stream, sizeof(stream), &at);
	CHECK(rc == 0 && v.n == VEC_MAX && at == 14u * VEC_MAX, "as many lanes as there are");
	rc = tcp_frame_burst(&v, room, stream, sizeof(stream), &at);
	CHECK(rc == 0 && v.n == 8 && at == sizeof(stream), "then the others");
}

static void
test_rest(void)
{
	struct tcp_rest r = {0};
	uint8_t out[8];

	CHECK(tcp_rest_keep(&r, (const uint8_t *)"", 0) == 0 && !r.bytes, "nothing costs nothing");
	CHECK(tcp_rest_take(&r, out) == 0, "nothing to take");
	CHECK(tcp_rest_keep(&r, (const uint8_t *)"abc", 3) == 0 && r.len == 3, "three bytes kept");
	CHECK(tcp_rest_take(&r, out) == 3 && !memcmp(out, "abc", 3) && !r.bytes && !r.len,
	    "three bytes taken");
}

/* Frames of 12, 20 and 14 bytes: where the socket stopped, and what must be left. */
static const struct {
	size_t taken, len, at;
	unsigned answers;
} outs[] = {
    {0, 46, 0, 3},
    {1, 46, 1, 3},
    {11, 46, 11, 3},
    {12, 34, 0, 2},
    {13, 34, 1, 2},
    {31, 34, 19, 2},
    {32, 14, 0, 1},
    {45, 14, 13, 1},
    {46, 0, 0, 0},
};

static void
test_out(void)
{
	uint8_t frame[3][20] = {{0, 10}, {0, 18}, {0, 12}};
	const struct iovec iov[] = {{frame[0], 12}, {frame[1], 20}, {frame[2], 14}};

	for (size_t k = 0; k < sizeof(outs) / sizeof(outs[0]); k++) {
		struct tcp_out o = {0};
		int rc = tcp_out_keep(&o, iov, 3, outs[k].taken);

		CHECK(rc == 0 && o.len == outs[k].len && o.at == outs[k].at &&
			  !o.bytes == !outs[k].len && tcp_out_answers(&o) == outs[k].answers,
		    "%zu of 46 bytes taken: %u answers wait", outs[k].taken, outs[k].answers);
		free(o.bytes);
	}
}

static void
test_out_later(void)
{
	uint8_t frame[2][20] = {{0, 10}, {0, 18}};
	const struct iovec iov[] = {{frame[0], 12}, {frame[1], 20}};
	struct tcp_out o = {0};

	tcp_out_keep(&o, iov, 2, 0);
	o.at = 12;
	CHECK(tcp_out_answers(&o) == 1, "the first taken later: one waits");
	o.at = 31;
	CHECK(tcp_out_answers(&o) == 1, "all but a byte: one waits");
	free(o.bytes);
}

int
main(void)
{
	test_burst();
	test_full();
	test_rest();
	test_out();
	test_out_later();
	return test_end();
}
