/* Any bytes as a DNS message over UDP and TCP, with cookies and the bound on amplification.  What
 * stands behind the message must not matter: each input runs twice, before two different fillings,
 * and the results must agree. */
#include "dataplane/checksum.h"
#include "dataplane/cookie.h"
#include "dataplane/engine.h"
#include "dataplane/shield.h"
#include "tests/dataplane/world.h"
#include "tests/fuzz/answer.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct image *world;
static struct counters counters;
static const struct cookie_secrets secrets = {COOKIES_ON, 1, {{1}}};
static const struct shield shield = {.amplification = 25};
static struct engine engine = {.counters = &counters, .cookies = &secrets, .day = WORLD_DAY};

static void
run(struct vec *v, const uint8_t *data, size_t size, unsigned tcp, uint8_t filling)
{
	size_t bytes = VEC_ROOM + VEC_PAST;

	v->n = 1;
	v->msg[0] = malloc(bytes); /* exact: ASan sees what goes past it */
	memset(v->msg[0], filling, bytes);
	memcpy(v->msg[0], data, size);
	v->len[0] = (uint16_t)size;
	v->limit[0] = tcp ? VEC_ROOM - VEC_SLACK : ENGINE_UDP_MAX;
	v->tcp[0] = (uint8_t)tcp;
	v->way[0] = WAY_NONE;
	memset(v->client[0], 0, VEC_CLIENT_LEN);
	engine_answer(&engine, world, v);
}

/* Word by word, as RFC 1071 defines it: the sum of an answer is that of its query and the change.
 */
static void
sum_must_hold(const struct vec *v, const uint8_t *data, size_t size)
{
	uint64_t sum = 0, want = 0;

	for (size_t i = 0; i < size; i++)
		sum += (uint64_t)data[i] << (i & 1 ? 0 : 8);
	for (size_t i = 0; i < v->len[0]; i++)
		want += (uint64_t)v->msg[0][i] << (i & 1 ? 0 : 8);
	sum += ntohs(checksum_fold(v->sum_change[0]));
	if (v->sum_change[0] && sum % 0xffff != want % 0xffff)
		abort();
}

static void
start(void)
{
	world = world_new();
	if (world)
		world->shield = &shield;
}

/* 48 bytes of IPv6 and UDP: the client is :: here. */
static void
check_amplification(const struct vec *v, size_t size)
{
	if (!v->tcp[0] && v->cookie[0] != COOKIE_GOOD && (v->len[0] + 48u) * 10 > (size + 48) * 25)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vec a, b;

	if (!world)
		start();
	if (size > VEC_ROOM || !world)
		return 0;
	for (unsigned tcp = 0; tcp < 2; tcp++) {
		run(&a, data, size, tcp, 0x00);
		run(&b, data, size, tcp, 0xff);
		if (a.way[0] == WAY_NONE || a.way[0] != b.way[0])
			abort();
		if (a.way[0] > WAY_ANSWERS) {
			if (a.len[0] != b.len[0] || memcmp(a.msg[0], b.msg[0], a.len[0]) != 0)
				abort();
			check_amplification(&a, size);
			answer_must_hold(data, size, a.msg[0], a.len[0],
			    tcp ? VEC_ROOM - VEC_SLACK : ENGINE_UDP_MAX);
			sum_must_hold(&a, data, size);
		}
		free(a.msg[0]);
		free(b.msg[0]);
	}
	return 0;
}
