#include "dataplane/options_limits.h"

#include "base/err.h"
#include "dataplane/cookie_file.h"

#include <stdio.h>
#include <string.h>

/* A path as it is given, or beside the configuration. */
static char *
beside(const struct options *o, const char *path)
{
	char *whole;

	return asprintf(&whole, "%s%s", *path == '/' ? "" : o->dir, path) < 0 ? NULL : whole;
}

static void
take_secrets(struct check *c, struct options *o, const char *path)
{
	struct cookie_secrets *s = &o->cookies;
	unsigned line = 0;
	int rc;

	o->cookie_file = beside(o, path);
	rc = o->cookie_file ? cookie_file_read(s, o->cookie_file, &line) : -ERR_LIMIT;
	if (rc == -ERR_FORMAT && line == 0)
		options_wrong(c, 0,
		    "%s: there is no cookie secret in it; expected 32 hexadecimal "
		    "digits, such as openssl rand -hex 16 prints",
		    o->cookie_file);
	else if (rc == -ERR_FORMAT)
		options_wrong(
		    c, 0, "%s:%u: a cookie secret has 32 hexadecimal digits", o->cookie_file, line);
	else if (rc == -ERR_LIMIT && line > 0)
		options_wrong(
		    c, 0, "%s:%u: a third cookie secret; remove one", o->cookie_file, line);
	else if (rc < 0)
		options_wrong(c, 0, "%s: cookie secrets: %s", path, err_text(rc));
}

void
options_limits_check(struct options *o, struct check *c)
{
	const struct config_cookies *cookies = &o->config.cookies;

	o->cookies.mode = (uint8_t)cookies->mode;
	if (cookies->secret_file)
		take_secrets(c, o, cookies->secret_file);
}
