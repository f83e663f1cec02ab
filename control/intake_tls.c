#include "control/intake_impl.h"
#include "lists/digest.h"

#include <gnutls/gnutls.h>
#include <sodium.h>

const struct hub_publisher *
intake_by_certificate(const struct hub_options *o, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const gnutls_datum_t *peer;
	unsigned n = 0, problem = 1;
	uint8_t digest[SHA256_BYTES];

	if (!info || !info->tls_session)
		return NULL;
	peer = gnutls_certificate_get_peers((gnutls_session_t)info->tls_session, &n);
	if (!peer || !n || digest_sha256(digest, peer[0].data, peer[0].size) < 0)
		return NULL;
	/* Both: issued by whom the hub names, and the very certificate. */
	if (gnutls_certificate_verify_peers2((gnutls_session_t)info->tls_session, &problem) < 0 ||
	    problem)
		return NULL;
	for (unsigned i = 0; i < o->publishers_n; i++)
		for (unsigned k = 0; k < o->publisher[i].certificates; k++)
			if (sodium_memcmp(digest, o->publisher[i].certificate[k], sizeof(digest)) ==
			    0)
				return &o->publisher[i];
	return NULL;
}
