#include "control/intake_impl.h"
#include "lists/digest.h"

#include <gnutls/gnutls.h>

bool
intake_certificate(struct MHD_Connection *c, uint8_t digest[SHA256_BYTES])
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const gnutls_datum_t *peer;
	unsigned n = 0, problem = 1;

	if (!info || !info->tls_session)
		return false;
	peer = gnutls_certificate_get_peers((gnutls_session_t)info->tls_session, &n);
	if (!peer || !n || digest_sha256(digest, peer[0].data, peer[0].size) < 0)
		return false;
	/* Both: issued by whom the hub names, and the very certificate. */
	return gnutls_certificate_verify_peers2((gnutls_session_t)info->tls_session, &problem) >=
		   0 &&
	       !problem;
}
