/* Any bytes as a file of secrets, and as a COOKIE option of each length: what comes back is a good
 * cookie at the same moment, and a good one was made by one of the secrets. */
#include "dataplane/cookie_file.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_S 1000000

static void
check_option(const struct cookie_secrets *s, const uint8_t *option, unsigned len)
{
	uint8_t out[COOKIE_LEN], again[COOKIE_LEN], made[COOKIE_LEN], from[VEC_CLIENT_LEN] = {0};
	enum cookie worth = cookie_check(out, s, option, len, from, NOW_S);

	assert((worth == COOKIE_CLIENT) == (len == COOKIE_CLIENT_LEN));
	assert(memcmp(out, option, COOKIE_CLIENT_LEN) == 0);
	assert(cookie_check(again, s, out, COOKIE_LEN, from, NOW_S) == COOKIE_GOOD);
	assert(memcmp(again, out, COOKIE_LEN) == 0);
	memcpy(made, option, COOKIE_CLIENT_LEN);
	cookie_make(made, from, NOW_S, s->secret[0]);
	assert(worth == COOKIE_GOOD || memcmp(made, out, COOKIE_LEN) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cookie_secrets s = {COOKIES_ON, 0, {{0}}};
	unsigned line;
	int rc = cookie_secrets_parse(&s, (const char *)data, size, &line);

	assert(s.n <= 2 && (rc == 0) <= (s.n > 0));
	if (rc < 0)
		s.n = 1;
	if (size >= 16)
		check_option(&s, data, size < 40 ? (unsigned)size : 40);
	if (size >= COOKIE_CLIENT_LEN)
		check_option(&s, data, COOKIE_CLIENT_LEN);
	return 0;
}
