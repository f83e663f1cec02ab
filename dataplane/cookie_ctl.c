#include "dataplane/cookie_ctl.h"

#include "base/ctl.h"
#include "base/err.h"
#include "base/log.h"
#include "dataplane/cookie_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static int
random_secret(uint8_t secret[COOKIE_SECRET_LEN])
{
	return getrandom(secret, COOKIE_SECRET_LEN, 0) == COOKIE_SECRET_LEN ? 0 : -EIO;
}

static int
publish(struct server *s, const struct cookie_secrets *from)
{
	struct cookie_secrets *copy = malloc(sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	*copy = *from;
	publish_cookies(&s->publish, copy);
	return 0;
}

int
cookie_ctl_adopt(struct server *s, const struct options *o)
{
	const struct cookie_secrets *now = atomic_load(&s->publish.cookies);
	struct cookie_secrets next = o->cookies;
	int rc = 0;

	if (next.n == 0 && now)
		next = *now;
	else if (next.n == 0) {
		rc = random_secret(next.secret[0]);
		next.n = 1;
	}
	next.mode = o->cookies.mode;
	if (rc == 0)
		rc = publish(s, &next);
	explicit_bzero(&next, sizeof(next));
	return rc;
}

static json_t *
show(const struct cookie_secrets *c, const char *file)
{
	char hex[2][COOKIE_HEX_MAX] = {"", ""};

	for (unsigned i = 0; i < c->n; i++)
		cookie_secret_print(hex[i], c->secret[i]);
	return json_pack("{s:b, s:s, s:s, s:s}", "ok", 1, "active", hex[0], "staging", hex[1],
	    "file", file ? file : "");
}

/* Makes what the words ask for of *c.  Returns NULL, or the reply that says what is wrong. */
static json_t *
change(struct cookie_secrets *c, size_t argc, char **argv)
{
	uint8_t old[COOKIE_SECRET_LEN];

	if (strcmp(argv[1], "add") == 0) {
		if (argc == 2 && random_secret(c->secret[1]) < 0)
			return ctl_error("no random bytes");
		if (argc == 3 && !cookie_secret_parse(c->secret[1], argv[2], strlen(argv[2])))
			return ctl_error("a cookie secret has 32 hexadecimal digits");
		c->n = 2;
		return NULL;
	}
	if (argc == 3 || (strcmp(argv[1], "activate") != 0 && strcmp(argv[1], "drop") != 0))
		return ctl_error("expected: cookie-secret show | add [HEX] | activate | drop");
	if (c->n < 2)
		return ctl_error("there is no staging secret; add one first");
	if (argv[1][0] == 'd') {
		c->n = 1;
		return NULL;
	}
	memcpy(old, c->secret[0], sizeof(old));
	memcpy(c->secret[0], c->secret[1], sizeof(old));
	memcpy(c->secret[1], old, sizeof(old));
	return NULL;
}

json_t *
cookie_ctl_answer(struct server *s, size_t argc, char **argv)
{
	const char *file = s->live->cookie_file;
	struct cookie_secrets next = *atomic_load(&s->publish.cookies);
	json_t *reply = NULL;
	int rc = 0;

	if (argc == 2 && strcmp(argv[1], "show") == 0)
		return show(&next, file);
	reply = change(&next, argc, argv);
	if (reply)
		return reply;
	if (file)
		rc = cookie_file_write(&next, file);
	if (rc < 0)
		return ctl_error("nothing changed: %s cannot be written: %s", file, err_text(rc));
	rc = publish(s, &next);
	if (rc < 0)
		return ctl_error("%s", err_text(rc));
	log_event(LOG_LEVEL_NOTICE, "cookie-secret", "change=%s secrets=%u", argv[1], next.n);
	reply = show(&next, file);
	explicit_bzero(&next, sizeof(next));
	return reply;
}
