#include "control/trust_conf.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct conf_option trust_options[] = {
    {"feed", CONF_TEXT, offsetof(struct trust_conf, feed), "conficker-c", true, 1, 63, NULL, NULL,
	"The feed"},
    {"hub", CONF_TEXT, offsetof(struct trust_conf, hub), NULL, false, 1, 253, "domain", NULL,
	"The hub's domain, behind suffix and feed in a zone's name; any if absent"},
    {"threshold", CONF_INT, offsetof(struct trust_conf, threshold), "2", false, 1, TRUST_KEYS_MAX,
	"keys", NULL, "How many different keys must have signed"},
    {"keys-version", CONF_INT, offsetof(struct trust_conf, version), "0", false, 0, UINT32_MAX,
	NULL, NULL, "Version of this set of keys: a key change must be of the next; 0: any"},
    {"keys", CONF_TEXTS, offsetof(struct trust_conf, keys), "a.key b.key", true, 1, TRUST_KEYS_MAX,
	NULL, NULL, "The publishers' public keys: DNSKEY records, or files with them"},
    {0},
};

const struct conf_section trust_sections[] = {
    {.name = "trust",
	.many = true,
	.offset = offsetof(struct trust_file, trust),
	.size = sizeof(struct trust_conf),
	.max = 256,
	.options = trust_options,
	.help = "Whose signatures make a feed's updates valid",
	.lined = true},
    {0},
};

static int
add_line(struct trust *t, const char *line, char *why)
{
	struct public_key k;
	int rc = public_key_parse(&k, line, strcspn(line, "\n;"));

	if (rc == 0)
		rc = trust_add(t, &k);
	if (rc == -EEXIST)
		snprintf(why, KEY_WHY_MAX, "the key of %.100s (key tag %u) is there twice", k.name,
		    k.tag);
	else if (rc == -ERR_UNKNOWN)
		snprintf(why, KEY_WHY_MAX,
		    "a key of another algorithm than ED25519 (15) and ECDSAP256SHA256 (13)");
	else if (rc < 0)
		snprintf(
		    why, KEY_WHY_MAX, "`%.60s': expected `NAME. IN DNSKEY 256 3 15 BASE64'", line);
	return rc;
}

static int
add_file(struct trust *t, const char *path, char *why)
{
	FILE *f = fopen(path, "re");
	char line[KEY_TEXT_MAX];
	size_t before = t->n;
	int rc = f ? 0 : -errno;

	if (!f)
		snprintf(why, KEY_WHY_MAX, "%s: %s", path, err_text(rc));
	while (rc == 0 && fgets(line, sizeof(line), f))
		if (line[strspn(line, " \t\r\n")] != '\0' && line[0] != ';')
			rc = add_line(t, line, why);
	if (rc == 0 && t->n == before) {
		snprintf(why, KEY_WHY_MAX, "%s: no DNSKEY record in it", path);
		rc = -ERR_FORMAT;
	}
	if (f)
		fclose(f);
	return rc;
}

int
trust_add_key(struct trust *t, const char *text, char *why)
{
	return strpbrk(text, " \t") ? add_line(t, text, why) : add_file(t, text, why);
}

int
trust_from_conf(struct trust *t, const struct trust_conf *c, char *why)
{
	int n;

	*t = (struct trust){.threshold = (unsigned)c->threshold, .version = (uint32_t)c->version};
	snprintf(t->feed, sizeof(t->feed), "%s", c->feed);
	if (strspn(t->feed, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(c->feed)) {
		snprintf(why, KEY_WHY_MAX, "feed `%s': expected a-z, 0-9 and -", t->feed);
		return -ERR_FORMAT;
	}
	n = c->hub ? name_from_text(t->hub, c->hub, strlen(c->hub)) : 0;
	if (n < 0 || n == 1) {
		snprintf(why, KEY_WHY_MAX, "hub `%s': not a domain name", c->hub);
		return -ERR_FORMAT;
	}
	t->hub_len = (uint8_t)n;
	for (size_t i = 0; i < c->keys.n; i++)
		if (trust_add_key(t, c->keys.item[i], why) < 0)
			return -ERR_FORMAT;
	if (t->threshold > t->n) {
		snprintf(why, KEY_WHY_MAX, "threshold %u with %zu keys: nothing could be valid",
		    t->threshold, t->n);
		return -ERR_FORMAT;
	}
	return 0;
}
