#include "bench/pool.h"

#include "base/err.h"
#include "bench/draw.h"
#include "bench/store.h"
#include "dataplane/checksum.h"
#include "dataplane/wire.h"
#include "lists/name.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MESSAGE_MAX (DNS_HEADER_LEN + NAME_LEN_MAX + 4 + 11 + 12)
#define COOKIE      10 /* RFC 7873 */
#define HUGE        (2 << 20)

static void
mix_case(uint8_t *name, unsigned len, struct draw *d)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < len; i++) {
		if (i % 64 == 0)
			bits = draw_u64(d);
		if (isalpha(name[i]) && bits >> (i % 64) & 1)
			name[i] ^= 0x20; /* labels' lengths stop at 63, before the letters */
	}
}

static unsigned
put_opt(uint8_t *out, bool has_cookie, struct draw *d)
{
	static const uint8_t opt[] = {0, 0, TYPE_OPT, 4, 208, 0, 0, 0, 0, 0, 0}; /* 1232 bytes */
	uint64_t cookie = draw_u64(d);

	memcpy(out, opt, sizeof(opt));
	if (!has_cookie)
		return sizeof(opt);
	out[10] = 12;
	wire16_put(out + 11, COOKIE);
	wire16_put(out + 13, 8);
	memcpy(out + 15, &cookie, 8);
	return sizeof(opt) + 12;
}

static void
put_query(struct pool *p, const uint8_t *name, unsigned name_len, const struct pool_mix *mix,
    struct draw *d)
{
	struct pool_query *q = (struct pool_query *)(p->bytes + p->used);
	uint8_t *m = q->message;
	double edns = draw_part(d);
	unsigned len = DNS_HEADER_LEN + name_len + 4;

	memset(m, 0, DNS_HEADER_LEN);
	m[2] = DNS_RD;
	m[5] = 1;
	memcpy(m + DNS_HEADER_LEN, name, name_len);
	if (draw_chance(d, mix->case_share))
		mix_case(m + DNS_HEADER_LEN, name_len, d);
	wire16_put(m + len - 4, draw_chance(d, mix->aaaa_share) ? TYPE_AAAA : TYPE_A);
	wire16_put(m + len - 2, CLASS_IN);
	q->question = (uint16_t)(name_len + 4);
	if (edns < mix->edns_share) {
		m[11] = 1;
		len += put_opt(m + len, edns < mix->cookie_share, d);
	}
	memset(m + len, 0, 8);
	q->len = (uint16_t)len;
	q->sum = checksum_fold(checksum_add(0, m, len));
	q->is_v6 = draw_chance(d, mix->v6_share);
	p->used += (sizeof(*q) + len + 7) / 8 * 8;
}

static int
fill(struct pool *p, const struct names_store *names, const struct pool_mix *mix)
{
	struct zipf zipf = zipf_new(names->n, mix->zipf > 0 ? mix->zipf : 1);
	struct draw d = {mix->seed};
	uint8_t other[NAME_LEN_MAX + STORE_PAD];
	size_t sum = 0;

	for (uint32_t i = 0; i < mix->queries; i++) {
		uint64_t k = mix->zipf > 0 ? zipf_draw(&zipf, &d) : draw_below(&d, names->n);
		struct pool_query *q = (struct pool_query *)(p->bytes + p->used);
		const uint8_t *name = store_name(names, k);
		bool is_hit = draw_chance(&d, mix->hit_ratio);

		if (!is_hit) {
			int rc = store_unlisted(names, k, &d, other);

			if (rc < 0)
				return rc;
			name = other;
		}
		put_query(p, name, store_name_len(name), mix, &d);
		q->is_hit = is_hit;
		sum += q->len;
	}
	p->queries = mix->queries;
	p->mean_len = (double)sum / mix->queries;
	return 0;
}

int
pool_make(struct pool *p, const struct names_store *names, const struct pool_mix *mix)
{
	size_t each = sizeof(struct pool_query) + names->longest + STORE_MISS_LONGER + 8 +
		      MESSAGE_MAX - NAME_LEN_MAX;
	int rc;

	*p = (struct pool){.room = (mix->queries * each + POOL_PAST + HUGE - 1) / HUGE * HUGE};
	p->bytes = mmap(NULL, p->room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p->bytes == MAP_FAILED) {
		p->bytes = NULL;
		return -ENOMEM;
	}
	madvise(p->bytes, p->room, MADV_HUGEPAGE);
	rc = fill(p, names, mix);
	if (rc < 0)
		pool_free(p);
	return rc;
}

void
pool_free(struct pool *p)
{
	if (p->bytes)
		munmap(p->bytes, p->room);
	p->bytes = NULL;
}
