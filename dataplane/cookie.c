#include "dataplane/cookie.h"

#include "dataplane/wire.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define VERSION  1
#define GOOD_S   3600 /* RFC 9018 4.3 */
#define AHEAD_S  300
#define RENEW_S  1800
#define HASH_LEN 8

_Static_assert(crypto_shorthash_siphash24_KEYBYTES == COOKIE_SECRET_LEN, "SipHash key");
_Static_assert(crypto_shorthash_siphash24_BYTES == HASH_LEN, "SipHash-64 output");

/* RFC 9018 4.4: client cookie, version, reserved, timestamp, client's address. */
static void
cookie_hash(uint8_t out[HASH_LEN], const uint8_t head[COOKIE_CLIENT_LEN + 8],
    const uint8_t addr[VEC_CLIENT_LEN], const uint8_t secret[COOKIE_SECRET_LEN])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned skip = memcmp(addr, mapped, sizeof(mapped)) == 0 ? sizeof(mapped) : 0;
	uint8_t in[COOKIE_CLIENT_LEN + 8 + VEC_CLIENT_LEN];

	memcpy(in, head, COOKIE_CLIENT_LEN + 8);
	memcpy(in + COOKIE_CLIENT_LEN + 8, addr + skip, VEC_CLIENT_LEN - skip);
	crypto_shorthash_siphash24(out, in, sizeof(in) - skip, secret);
}

void
cookie_make(uint8_t out[COOKIE_LEN], const uint8_t addr[VEC_CLIENT_LEN], uint32_t unix_s,
    const uint8_t secret[COOKIE_SECRET_LEN])
{
	static const uint8_t version[4] = {VERSION};
	uint8_t *server = out + COOKIE_CLIENT_LEN;

	memcpy(server, version, sizeof(version));
	wire16_put(server + 4, unix_s >> 16);
	wire16_put(server + 6, unix_s & 0xffff);
	cookie_hash(server + 8, out, addr, secret);
}

/* In constant time, so that nobody can feel his way to a good one. */
static bool
is_equal(const uint8_t *a, const uint8_t *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x == y;
}

enum cookie
cookie_check(uint8_t out[COOKIE_LEN], const struct cookie_secrets *s, const uint8_t *option,
    unsigned len, const uint8_t addr[VEC_CLIENT_LEN], uint32_t unix_s)
{
	const uint8_t *server = option + COOKIE_CLIENT_LEN;
	enum cookie worth = len == COOKIE_CLIENT_LEN ? COOKIE_CLIENT : COOKIE_BAD;

	memcpy(out, option, COOKIE_CLIENT_LEN);
	if (len == COOKIE_LEN && server[0] == VERSION) {
		uint32_t made_s = (uint32_t)wire16(server + 4) << 16 | wire16(server + 6);
		int32_t age_s =
		    (int32_t)(unix_s - made_s); /* RFC 1982 arithmetic, until 2106 too */

		for (unsigned k = 0; k < s->n && worth != COOKIE_GOOD; k++) {
			uint8_t hash[HASH_LEN];

			cookie_hash(hash, option, addr, s->secret[k]);
			if (!is_equal(hash, server + 8) || age_s > GOOD_S || age_s < -AHEAD_S)
				continue;
			worth = COOKIE_GOOD;
			if (k == 0 && age_s <= RENEW_S) {
				memcpy(out, option, COOKIE_LEN);
				return worth;
			}
		}
	}
	cookie_make(out, addr, unix_s, s->secret[0]);
	return worth;
}

/* No rule decides then. */
static void
end_here(struct vec *v, unsigned i, enum way way)
{
	v->way[i] = (uint8_t)way;
	v->rule[i] = NULL;
}

static void
take_cookie(struct vec *v, unsigned i, const struct cookie_secrets *s, uint32_t unix_s)
{
	unsigned len = v->cookie_len[i];

	/* RFC 7873 5.2.2: 8 bytes of the client's, then none or 8 to 32 of the server's. */
	if (len != COOKIE_CLIENT_LEN && (len < 16 || len > 40)) {
		if (v->way[i] >= WAY_SOUND)
			end_here(v, i, WAY_FORMERR);
		return;
	}
	v->cookie[i] = (uint8_t)cookie_check(
	    v->cookie_reply[i], s, v->msg[i] + v->cookie_at[i], len, v->client[i], unix_s);
}

/* RFC 7873 5.2.3: an error tells a client its cookie, TC one that cannot have any to come back
 * over TCP. */
static void
require(struct vec *v, unsigned i)
{
	if (v->tcp[i] || v->way[i] < WAY_SOUND || v->cookie[i] == COOKIE_GOOD)
		return;
	end_here(v, i, v->cookie[i] == COOKIE_NONE ? WAY_NO_COOKIE : WAY_BADCOOKIE);
}

void
stage_cookie(struct vec *v, const struct cookie_secrets *s, uint32_t unix_s)
{
	bool is_off = !s || s->mode == COOKIES_OFF;

	memset(v->cookie, COOKIE_NONE, sizeof(v->cookie));
	for (unsigned i = 0; i < v->n && !is_off; i++) {
		if (v->asks[i] & ASKS_COOKIE)
			take_cookie(v, i, s, unix_s);
		if (s->mode == COOKIES_REQUIRE)
			require(v, i);
	}
}
