#include "control/intake_impl.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#define TOKEN_MAX 512

/* The digest of what a client shows. */
static bool
read_proof(struct MHD_Connection *c, uint8_t digest[SHA256_BYTES], bool *is_certificate)
{
	const char *given = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");

	*is_certificate = !given || strncasecmp(given, "Bearer ", 7) != 0;
	if (*is_certificate)
		return intake_certificate(c, digest);
	given += 7 + strspn(given + 7, " ");
	return strlen(given) <= TOKEN_MAX && digest_sha256(digest, given, strlen(given)) == 0;
}

static bool
is_among(const uint8_t (*own)[SHA256_BYTES], unsigned n, const uint8_t digest[SHA256_BYTES])
{
	for (unsigned i = 0; i < n; i++)
		if (sodium_memcmp(digest, own[i], SHA256_BYTES) == 0)
			return true;
	return false;
}

const struct hub_publisher *
intake_publisher(const struct hub_options *o, struct MHD_Connection *c)
{
	uint8_t digest[SHA256_BYTES];
	bool is_certificate;

	if (!read_proof(c, digest, &is_certificate))
		return NULL;
	for (unsigned i = 0; i < o->publishers_n; i++) {
		const struct hub_publisher *p = &o->publisher[i];

		if (is_certificate ? is_among(p->certificate, p->certificates, digest)
				   : is_among(p->token, p->tokens, digest))
			return p;
	}
	return NULL;
}

const struct registry *
intake_registry(const struct hub_options *o, struct MHD_Connection *c)
{
	uint8_t digest[SHA256_BYTES];
	bool is_certificate;

	return read_proof(c, digest, &is_certificate)
		   ? registry_of_proof(o->registries, digest, is_certificate)
		   : NULL;
}
