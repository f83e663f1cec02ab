#include "control/intake_impl.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#define TOKEN_MAX 512

static const struct hub_publisher *
by_token(const struct hub_options *o, const char *token)
{
	uint8_t digest[SHA256_BYTES];
	const struct hub_publisher *found = NULL;

	if (strlen(token) > TOKEN_MAX || digest_sha256(digest, token, strlen(token)) < 0)
		return NULL;
	for (unsigned i = 0; i < o->publishers_n; i++)
		for (unsigned k = 0; k < o->publisher[i].tokens; k++)
			if (sodium_memcmp(digest, o->publisher[i].token[k], sizeof(digest)) == 0)
				found = &o->publisher[i];
	return found;
}

const struct hub_publisher *
intake_publisher(const struct hub_options *o, struct MHD_Connection *c)
{
	const char *given = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");

	if (given && strncasecmp(given, "Bearer ", 7) == 0)
		return by_token(o, given + 7 + strspn(given + 7, " "));
	return intake_by_certificate(o, c);
}
