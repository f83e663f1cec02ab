#include "control/pull_tls.h"

#include "base/err.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3" /* RFC 9103 7.1 */

struct pull_tls {
	const struct pull_tls_want *want;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t session;
	int fd;
	bool is_late; /* the socket's time limit was met */
	char why[PULL_TLS_WHY_MAX];
};

/* gnutls' own would call recvmsg and sendmsg, which the jail does not have. */
static ssize_t
read_fd(gnutls_transport_ptr_t ctx, void *to, size_t room)
{
	struct pull_tls *t = ctx;
	ssize_t n = read(t->fd, to, room);

	t->is_late |= n < 0 && errno == EAGAIN;
	return n;
}

static ssize_t
write_fd(gnutls_transport_ptr_t ctx, const void *from, size_t len)
{
	struct pull_tls *t = ctx;
	ssize_t n = write(t->fd, from, len);

	t->is_late |= n < 0 && errno == EAGAIN;
	return n;
}

static int
open_session(struct pull_tls *t)
{
	static unsigned char dot_text[] = "dot";
	const gnutls_datum_t dot = {dot_text, sizeof(dot_text) - 1};
	const char *name = t->want->name;
	int rc = gnutls_init(&t->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);

	if (rc >= 0)
		rc = gnutls_priority_set_direct(t->session, PRIORITY, NULL);
	if (rc >= 0)
		rc = gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->credentials);
	if (rc >= 0)
		rc = gnutls_alpn_set_protocols(t->session, &dot, 1, GNUTLS_ALPN_MANDATORY);
	if (rc >= 0 && name)
		rc = gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, name, strlen(name));
	if (rc < 0)
		return rc;
	gnutls_transport_set_ptr(t->session, t);
	gnutls_transport_set_pull_function(t->session, read_fd);
	gnutls_transport_set_push_function(t->session, write_fd);
	return 0;
}

int
pull_tls_new(struct pull_tls **out, const struct pull_tls_want *want, char *why)
{
	struct pull_tls *t = calloc(1, sizeof(*t));
	int rc;

	*out = NULL;
	snprintf(why, PULL_TLS_WHY_MAX, "out of memory");
	if (!t)
		return -ENOMEM;
	t->want = want;
	t->fd = -1;
	rc = gnutls_certificate_allocate_credentials(&t->credentials);
	if (rc >= 0 && want->ca) {
		rc = gnutls_certificate_set_x509_trust_file(
		    t->credentials, want->ca, GNUTLS_X509_FMT_PEM);
		rc = rc == 0 ? GNUTLS_E_NO_CERTIFICATE_FOUND : rc;
	}
	if (rc >= 0)
		rc = open_session(t);
	if (rc < 0) {
		snprintf(why, PULL_TLS_WHY_MAX, "%s", gnutls_strerror(rc));
		pull_tls_free(t);
		return -ERR_LIBRARY;
	}
	*out = t;
	return 0;
}

void
pull_tls_free(struct pull_tls *t)
{
	if (!t)
		return;
	if (t->session)
		gnutls_deinit(t->session);
	if (t->credentials)
		gnutls_certificate_free_credentials(t->credentials);
	free(t);
}

static int
refuse(struct pull_tls *t, gnutls_alert_description_t alert, const char *why)
{
	gnutls_alert_send(t->session, GNUTLS_AL_FATAL, alert);
	snprintf(t->why, sizeof(t->why), "TLS: %s", why);
	return -ERR_REFUSED;
}

static bool
is_pinned(const struct pull_tls_want *w, const uint8_t *digest)
{
	for (unsigned i = 0; i < w->pins; i++)
		if (memcmp(w->pin[i], digest, PULL_TLS_PIN_BYTES) == 0)
			return true;
	return false;
}

/* By its certificate or the key in it: the hand-shake has proven that it holds that key. */
static bool
has_pin(const struct pull_tls *t)
{
	uint8_t digest[PULL_TLS_PIN_BYTES] = {0};
	size_t size = sizeof(digest);
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(t->session, &n);
	gnutls_x509_crt_t crt;
	bool is_good;
	int rc;

	if (!chain || !n || gnutls_x509_crt_init(&crt) < 0)
		return false;
	rc = gnutls_hash_fast(GNUTLS_DIG_SHA256, chain[0].data, chain[0].size, digest);
	is_good = rc >= 0 && is_pinned(t->want, digest);
	rc = gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER);
	if (rc >= 0)
		rc = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, digest, &size);
	is_good |= rc >= 0 && size == sizeof(digest) && is_pinned(t->want, digest);
	gnutls_x509_crt_deinit(crt);
	return is_good;
}

static int
check_chain(struct pull_tls *t)
{
	gnutls_datum_t text = {0};
	unsigned status = 0;
	int rc = gnutls_certificate_verify_peers3(t->session, t->want->name, &status);

	if (rc >= 0 && !status)
		return 0;
	if (rc >= 0)
		rc =
		    gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0);
	rc = refuse(
	    t, GNUTLS_A_BAD_CERTIFICATE, text.data ? (const char *)text.data : gnutls_strerror(rc));
	gnutls_free(text.data);
	return rc;
}

static int
check_server(struct pull_tls *t)
{
	gnutls_datum_t chosen;

	/* A server that knows of no ALPN passes GNUTLS_ALPN_MANDATORY. */
	if (gnutls_alpn_get_selected_protocol(t->session, &chosen) < 0)
		return refuse(t, GNUTLS_A_NO_APPLICATION_PROTOCOL,
		    "the server does not offer zone transfer (ALPN \"dot\")");
	if (t->want->ca && check_chain(t) < 0)
		return -ERR_REFUSED;
	if (t->want->pins && !has_pin(t))
		return refuse(t, GNUTLS_A_BAD_CERTIFICATE,
		    "the server shows another certificate than the pinned one");
	if (!t->want->ca && !t->want->pins)
		return refuse(t, GNUTLS_A_BAD_CERTIFICATE, "nothing to know the server by");
	return 0;
}

/* GNUTLS_E_AGAIN also says that a ticket or a key update came, and no bytes for us. */
static bool
goes_on(const struct pull_tls *t, ssize_t n)
{
	return n < 0 && !t->is_late && !gnutls_error_is_fatal((int)n);
}

int
pull_tls_start(struct pull_tls *t, int fd)
{
	int rc;

	t->fd = fd;
	do
		rc = gnutls_handshake(t->session);
	while (goes_on(t, rc));
	if (rc < 0 && t->is_late) {
		snprintf(t->why, sizeof(t->why), "TLS: no hand-shake in time");
		return -ETIMEDOUT;
	}
	if (rc < 0) {
		gnutls_alert_send_appropriate(t->session, rc);
		snprintf(t->why, sizeof(t->why), "TLS: %s", gnutls_strerror(rc));
		return -ERR_REFUSED;
	}
	return check_server(t);
}

const char *
pull_tls_why(const struct pull_tls *t)
{
	return t->why;
}

static ssize_t
result(const struct pull_tls *t, ssize_t n)
{
	return n >= 0 ? n : t->is_late ? -ETIMEDOUT : -ECONNRESET;
}

ssize_t
pull_tls_read(struct pull_tls *t, void *to, size_t room)
{
	ssize_t n;

	do
		n = gnutls_record_recv(t->session, to, room);
	while (goes_on(t, n));
	return result(t, n);
}

ssize_t
pull_tls_write(struct pull_tls *t, const void *from, size_t len)
{
	ssize_t n;

	do
		n = gnutls_record_send(t->session, from, len);
	while (goes_on(t, n));
	return result(t, n);
}
