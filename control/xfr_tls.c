#include "control/xfr_tls.h"

#include "base/err.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3" /* RFC 9103 7.1 */

struct xfr_tls_server {
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
};

struct xfr_tls {
	gnutls_session_t session;
};

int
xfr_tls_server_new(
    struct xfr_tls_server **out, const char *certificate, const char *key, const char **error)
{
	struct xfr_tls_server *s = calloc(1, sizeof(*s));
	int rc;

	*error = "out of memory";
	if (!s)
		return -ENOMEM;
	rc = gnutls_certificate_allocate_credentials(&s->credentials);
	if (rc >= 0)
		rc = gnutls_certificate_set_x509_key_file(
		    s->credentials, certificate, key, GNUTLS_X509_FMT_PEM);
	if (rc >= 0)
		rc = gnutls_priority_init(&s->priority, PRIORITY, NULL);
	if (rc < 0) {
		*error = gnutls_strerror(rc);
		xfr_tls_server_free(s);
		return -ERR_LIBRARY;
	}
	*out = s;
	return 0;
}

void
xfr_tls_server_free(struct xfr_tls_server *s)
{
	if (!s)
		return;
	if (s->credentials)
		gnutls_certificate_free_credentials(s->credentials);
	if (s->priority)
		gnutls_priority_deinit(s->priority);
	free(s);
}

int
xfr_tls_new(struct xfr_tls **out, struct xfr_tls_server *s, int fd)
{
	static unsigned char dot_text[] = "dot";
	const gnutls_datum_t dot = {dot_text, sizeof(dot_text) - 1};
	struct xfr_tls *t = calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return -ENOMEM;
	rc = gnutls_init(
	    &t->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
	if (rc >= 0)
		rc = gnutls_priority_set(t->session, s->priority);
	if (rc >= 0)
		rc = gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, s->credentials);
	if (rc >= 0)
		rc = gnutls_alpn_set_protocols(t->session, &dot, 1, GNUTLS_ALPN_MANDATORY);
	if (rc < 0) {
		xfr_tls_free(t);
		return -ENOMEM;
	}
	gnutls_certificate_server_set_request(t->session, GNUTLS_CERT_REQUEST);
	gnutls_transport_set_int(t->session, fd);
	*out = t;
	return 0;
}

void
xfr_tls_free(struct xfr_tls *t)
{
	if (!t)
		return;
	if (t->session)
		gnutls_deinit(t->session);
	free(t);
}

int
xfr_tls_handshake(struct xfr_tls *t)
{
	gnutls_datum_t chosen;
	int rc;

	do
		rc = gnutls_handshake(t->session);
	while (rc == GNUTLS_E_INTERRUPTED ||
	       (rc < 0 && rc != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(rc)));
	if (rc == GNUTLS_E_AGAIN)
		return -EAGAIN;
	if (rc < 0) {
		gnutls_alert_send_appropriate(t->session, rc);
		return -ERR_REFUSED;
	}
	/* A peer that offers no protocol at all passes GNUTLS_ALPN_MANDATORY. */
	if (gnutls_alpn_get_selected_protocol(t->session, &chosen) < 0) {
		gnutls_alert_send(t->session, GNUTLS_AL_FATAL, GNUTLS_A_NO_APPLICATION_PROTOCOL);
		return -ERR_REFUSED;
	}
	return 0;
}

bool
xfr_tls_wants_write(const struct xfr_tls *t)
{
	return gnutls_record_get_direction(t->session) == 1;
}

bool
xfr_tls_pin(const struct xfr_tls *t, uint8_t pin[XFR_TLS_PIN_BYTES])
{
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(t->session, &n);
	size_t size = XFR_TLS_PIN_BYTES;
	gnutls_x509_crt_t crt;
	int rc;

	if (!chain || !n || gnutls_x509_crt_init(&crt) < 0)
		return false;
	rc = gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER);
	if (rc >= 0)
		rc = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, pin, &size);
	gnutls_x509_crt_deinit(crt);
	return rc >= 0 && size == XFR_TLS_PIN_BYTES;
}

static ssize_t
result(ssize_t n)
{
	if (n >= 0)
		return n;
	return n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED || !gnutls_error_is_fatal((int)n)
		   ? -EAGAIN
		   : -ECONNRESET;
}

ssize_t
xfr_tls_recv(struct xfr_tls *t, void *to, size_t room)
{
	return result(gnutls_record_recv(t->session, to, room));
}

ssize_t
xfr_tls_send(struct xfr_tls *t, const void *from, size_t len)
{
	return result(gnutls_record_send(t->session, from, len));
}

void
xfr_tls_bye(struct xfr_tls *t)
{
	gnutls_bye(t->session, GNUTLS_SHUT_WR);
}
