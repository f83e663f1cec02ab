#include "control/registries.h"

#include "base/conf_check.h"
#include "base/err.h"
#include "lists/key.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static void
check_contact(struct conf_check *c, unsigned line, const char *text)
{
	static const char *const roles[] = {
	    "operations", "security", "abuse", "management", "legal", NULL};
	const char *space = strchr(text, ' ');
	size_t len = space ? (size_t)(space - text) : 0;
	const char *const *r = roles;

	while (*r && (strlen(*r) != len || memcmp(*r, text, len) != 0))
		r++;
	if (!*r) {
		conf_wrong(c, line,
		    "contact \"%s\": expected operations, security, abuse, management or legal, "
		    "and an address",
		    text);
		return;
	}
	space++;
	if (!strchr(space, '@') && *space != '+')
		conf_wrong(
		    c, line, "contact \"%s\": expected a mail address or a number with +", text);
}

bool
registry_is_net(const char *text)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	uint8_t raw[16];
	long bits = 0;
	char *end;

	snprintf(address, sizeof(address), "%.*s", (int)len, text);
	if (slash) {
		bits = strtol(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || *end)
			bits = -1;
	}
	return len < sizeof(address) && bits >= 0 &&
	       ((inet_pton(AF_INET, address, raw) == 1 && bits <= 32) ||
		   (inet_pton(AF_INET6, address, raw) == 1 && bits <= 128));
}

int
registry_endpoint(char address[46], uint16_t *port, const char *text)
{
	const char *colon = strrchr(text, ':'), *first = strchr(text, ':');
	size_t len = strlen(text);
	uint8_t raw[16];
	long n = 53;
	char *end;

	if (*text == '[' || (colon && colon == first)) {
		const char *close = *text == '[' ? strchr(text, ']') : colon;

		if (!close || (*text == '[' && close[1] && close[1] != ':'))
			return -ERR_FORMAT;
		len = (size_t)(close - text) - (*text == '[');
		colon = *text == '[' ? close + 1 : close;
		if (*colon) {
			n = strtol(colon + 1, &end, 10);
			if (colon[1] < '0' || colon[1] > '9' || *end)
				return -ERR_FORMAT;
		}
	}
	if (len >= 46 || n < 1 || n > 65535)
		return -ERR_FORMAT;
	memcpy(address, text + (*text == '['), len);
	address[len] = '\0';
	*port = (uint16_t)n;
	if (inet_pton(AF_INET6, address, raw) == 1)
		return 0;
	return *text != '[' && inet_pton(AF_INET, address, raw) == 1 ? 0 : -ERR_FORMAT;
}

static void
check_registry(struct conf_check *c, const struct registries *r, const struct registry *g)
{
	uint16_t port;
	char address[46];

	if (!conf_is_plain(g->name))
		conf_wrong(c, g->line, "\"%s\" has other characters than a-z, 0-9 and -", g->name);
	if (registry_find(r, g->name) != g)
		conf_wrong(
		    c, g->line, "there is another registry \"%s\" above; rename one", g->name);
	if (!g->suffixes.n && !g->mirror)
		conf_wrong(c, g->line, "registry \"%s\" has no suffixes and is no mirror", g->name);
	for (size_t i = 0; i < g->contacts.n; i++)
		check_contact(c, g->line, g->contacts.item[i]);
	for (size_t i = 0; i < g->addresses.n; i++)
		if (!registry_is_net(g->addresses.item[i]))
			conf_wrong(c, g->line, "\"%s\" is neither an address nor a prefix",
			    g->addresses.item[i]);
	for (size_t i = 0; i < g->notify.n; i++)
		if (registry_endpoint(address, &port, g->notify.item[i]) < 0)
			conf_wrong(c, g->line,
			    "\"%s\" in \"notify\" is no address, or address and port",
			    g->notify.item[i]);
	for (size_t i = 0; i < g->feeds.n; i++)
		if (!conf_is_plain(g->feeds.item[i]))
			conf_wrong(
			    c, g->line, "\"%s\" in \"feeds\" is no feed's name", g->feeds.item[i]);
	if (g->time_zone[strspn(g->time_zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					      "0123456789+-_/")])
		conf_wrong(
		    c, g->line, "\"%s\" is no time zone such as \"Asia/Taipei\"", g->time_zone);
}

static int
by_name(const void *a, const void *b)
{
	const struct registry_suffix *x = a, *y = b;

	if (x->len != y->len)
		return x->len - y->len;
	return memcmp(x->name, y->name, x->len);
}

static int
take_suffixes(struct conf_check *c, struct registries *r)
{
	const struct registry *g = r->file.item;
	size_t room = 0;

	for (size_t i = 0; i < r->file.n; i++)
		room += g[i].suffixes.n;
	r->suffix = calloc(room + 1, sizeof(*r->suffix));
	if (!r->suffix)
		return -ENOMEM;
	for (size_t i = 0; i < r->file.n; i++)
		for (size_t k = 0; k < g[i].suffixes.n; k++) {
			const char *text = g[i].suffixes.item[k];
			struct registry_suffix *s = &r->suffix[r->suffixes];
			int len = name_from_text(s->name, text, strlen(text));

			if (len < 2) {
				conf_wrong(c, g[i].line, "\"%s\" is no suffix", text);
				continue;
			}
			s->len = (uint8_t)len;
			s->registry = &g[i];
			r->suffixes++;
		}
	qsort(r->suffix, r->suffixes, sizeof(*r->suffix), by_name);
	for (size_t i = 1; i < r->suffixes; i++)
		if (by_name(&r->suffix[i - 1], &r->suffix[i]) == 0) {
			char text[NAME_TEXT_MAX];

			name_to_text(text, r->suffix[i].name);
			conf_wrong(c, r->suffix[i].registry->line,
			    "suffix \"%.253s\" is also that of \"%s\" in line %u", text,
			    r->suffix[i - 1].registry->name, r->suffix[i - 1].registry->line);
		}
	return 0;
}

static void
check_key(struct conf_check *c, const struct registries *r, const struct registry_key *k)
{
	uint8_t name[NAME_LEN_MAX], secret[REGISTRY_SECRET_MAX];
	size_t len;

	if (!registry_find(r, k->registry))
		conf_wrong(c, k->line, "there is no registry \"%s\"", k->registry);
	if (name_from_text(name, k->name, strlen(k->name)) < 2)
		conf_wrong(c, k->line, "\"%s\" is no name of a key", k->name);
	if (sodium_base642bin(secret, sizeof(secret), k->secret, strlen(k->secret), NULL, &len,
		NULL, sodium_base64_VARIANT_ORIGINAL) < 0 ||
	    len < REGISTRY_SECRET_MIN)
		conf_wrong(c, k->line, "the secret of \"%s\" is no base64 of %d to %d bytes",
		    k->name, REGISTRY_SECRET_MIN, REGISTRY_SECRET_MAX);
	for (const struct registry_key *other = r->keys.item; other < k; other++)
		if (strcasecmp(other->name, k->name) == 0)
			conf_wrong(c, k->line, "key \"%s\" stands in line %u already", k->name,
			    other->line);
	sodium_memzero(secret, sizeof(secret));
}

static void
check_receipt_key(
    struct conf_check *c, const struct registries *r, const struct registry_receipt_key *k)
{
	struct public_key key;

	if (!registry_find(r, k->registry))
		conf_wrong(c, k->line, "there is no registry \"%s\"", k->registry);
	if (public_key_parse(&key, k->key, strlen(k->key)) < 0)
		conf_wrong(
		    c, k->line, "the receipt key of \"%s\" is no DNSKEY record", k->registry);
}

static int
by_digest(const void *a, const void *b)
{
	const struct registry_proof *x = a, *y = b;
	int order = memcmp(x->digest, y->digest, sizeof(x->digest));

	return order ? order : x->is_certificate - y->is_certificate;
}

static void
take_proofs(struct conf_check *c, struct registries *r, const struct registry_access *a,
    bool is_certificate)
{
	const struct conf_texts *from = is_certificate ? &a->certificates : &a->tokens;

	for (size_t i = 0; i < from->n; i++) {
		struct registry_proof *p = &r->proof[r->proofs];

		*p = (struct registry_proof){.is_certificate = is_certificate,
		    .line = a->line,
		    .registry = registry_find(r, a->registry)};
		if (digest_unhex(p->digest, sizeof(p->digest), from->item[i]) < 0)
			conf_wrong(c, a->line, "\"%s\" is no SHA-256 digest in hex", from->item[i]);
		else
			r->proofs++;
	}
}

static int
take_access(struct conf_check *c, struct registries *r)
{
	const struct registry_access *a = r->access.item;

	r->proof = calloc(2 * REGISTRY_PROOFS * r->access.n + 1, sizeof(*r->proof));
	if (!r->proof)
		return -ENOMEM;
	for (size_t i = 0; i < r->access.n; i++) {
		if (!registry_find(r, a[i].registry))
			conf_wrong(c, a[i].line, "there is no registry \"%s\"", a[i].registry);
		if (!a[i].tokens.n && !a[i].certificates.n)
			conf_wrong(c, a[i].line,
			    "neither \"tokens\" nor \"certificates\" for \"%s\"", a[i].registry);
		take_proofs(c, r, &a[i], false);
		take_proofs(c, r, &a[i], true);
	}
	qsort(r->proof, r->proofs, sizeof(*r->proof), by_digest);
	for (size_t i = 1; i < r->proofs; i++)
		if (by_digest(&r->proof[i - 1], &r->proof[i]) == 0)
			conf_wrong(c, r->proof[i].line,
			    "a token or certificate stands in line %u already",
			    r->proof[i - 1].line);
	return 0;
}

static int
check(struct registries *r, struct conf_check *c, const char *keys_path)
{
	const struct registry *g = r->file.item;
	const struct registry_key *k = r->keys.item;
	const struct registry_receipt_key *receipt = r->receipt_keys.item;
	int rc;

	for (size_t i = 0; i < r->file.n; i++)
		check_registry(c, r, &g[i]);
	rc = take_suffixes(c, r);
	c->path = keys_path;
	for (size_t i = 0; i < r->receipt_keys.n; i++)
		check_receipt_key(c, r, &receipt[i]);
	for (size_t i = 0; i < r->keys.n; i++)
		check_key(c, r, &k[i]);
	rc = rc < 0 ? rc : take_access(c, r);
	return rc < 0 ? rc : c->errors ? -ERR_FORMAT : 0;
}

int
registries_load(struct registries **out, const char *path, const char *keys_path,
    conf_error_fn *error, void *ctx)
{
	struct conf_check c = {path, error, ctx, 0};
	struct registries *r = calloc(1, sizeof(*r));
	int rc = r ? conf_read(registries_sections, r, path, error, ctx) : -ENOMEM;

	*out = NULL;
	if (rc == 0 && keys_path)
		rc = conf_read(registry_keys_sections, r, keys_path, error, ctx);
	if (rc == 0)
		rc = check(r, &c, keys_path);
	if (rc == 0)
		*out = r;
	else
		registries_free(r);
	return rc;
}

void
registries_free(struct registries *r)
{
	if (!r)
		return;
	conf_free(registry_keys_sections, r);
	conf_free(registries_sections, r);
	free(r->suffix);
	free(r->proof);
	free(r);
}

const struct registry *
registry_find(const struct registries *r, const char *name)
{
	const struct registry *g = r->file.item;

	for (size_t i = 0; i < r->file.n; i++)
		if (strcmp(g[i].name, name) == 0)
			return &g[i];
	return NULL;
}

/* Not in constant time: what is compared are digests, and whoever learns one is no nearer to a
 * token that has it. */
const struct registry *
registry_of_proof(
    const struct registries *r, const uint8_t digest[SHA256_BYTES], bool is_certificate)
{
	struct registry_proof want = {.is_certificate = is_certificate};
	const struct registry_proof *p;

	memcpy(want.digest, digest, sizeof(want.digest));
	p = r->proofs ? bsearch(&want, r->proof, r->proofs, sizeof(want), by_digest) : NULL;
	return p ? p->registry : NULL;
}

const struct registry *
registry_of(const struct registries *r, const uint8_t *suffix, size_t len)
{
	struct registry_suffix want;

	for (; len > 1; len -= suffix[0] + 1u, suffix += suffix[0] + 1u) {
		const struct registry_suffix *s;

		want.len = (uint8_t)len;
		memcpy(want.name, suffix, len);
		s = bsearch(&want, r->suffix, r->suffixes, sizeof(want), by_name);
		if (s)
			return s->registry;
	}
	return NULL;
}

bool
registry_takes(const struct registry *g, const char *feed)
{
	for (size_t i = 0; i < g->feeds.n; i++)
		if (strcmp(g->feeds.item[i], feed) == 0)
			return true;
	return false;
}

bool
registry_takes_kind(const struct registry *g, const char *kind)
{
	return g->zones == ZONES_BOTH || (g->zones == ZONES_POLICY) == !strcmp(kind, "policy");
}

bool
registry_reads(const struct registries *r, const struct registry *g, const char *feed,
    const uint8_t *suffix, size_t len)
{
	return registry_takes(g, feed) && (g->mirror || registry_of(r, suffix, len) == g);
}
