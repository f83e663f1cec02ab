#include "control/book_json.h"

#include "base/err.h"
#include "control/base64.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int
read_key(struct book_reader *r, const json_t *o, void *item)
{
	struct tsig_key *key = item;
	const char *name, *algorithm, *secret;
	int rc, n;

	rc = book_text(r, o, "name", &name);
	rc = rc < 0 ? rc : book_text(r, o, "algorithm", &algorithm);
	rc = rc < 0 ? rc : book_text(r, o, "secret", &secret);
	rc = rc < 0 ? rc : book_name(r, "name", name, key->name, &key->name_len);
	if (rc < 0)
		return rc;
	n = tsig_algorithm_parse(algorithm);
	if (n < 0)
		return book_mistake(r, -ERR_FORMAT,
		    "\"algorithm\" is hmac-sha256, hmac-sha384 or hmac-sha512, not %.40s",
		    algorithm);
	key->algorithm = (uint8_t)n;
	n = base64_read(key->secret, sizeof(key->secret), secret);
	if (n < 16) /* RFC 8945 9: not shorter than a MAC ought to be; 128 bits at least */
		return book_mistake(
		    r, -ERR_FORMAT, "\"secret\" is no base64 of 16 to %d bytes", TSIG_SECRET_MAX);
	key->secret_len = (uint16_t)n;
	return 0;
}

/* Reads an address of either family as IPv6.  Returns the bits that lie before an IPv4
 * address: 96, or 0, or -ERR_FORMAT. */
static int
read_address(uint8_t out[16], const char *text)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (inet_pton(AF_INET6, text, out) == 1)
		return 0;
	memcpy(out, mapped, sizeof(mapped));
	return inet_pton(AF_INET, text, out + 12) == 1 ? 96 : -ERR_FORMAT;
}

static int
read_net(struct book_reader *r, const json_t *o, void *item)
{
	struct book_net *net = item;
	const char *text = json_string_value(o);
	const char *slash = text ? strchr(text, '/') : NULL;
	char address[INET6_ADDRSTRLEN] = "";
	unsigned long bits = 128;
	char *end = NULL;
	int before;

	if (text)
		snprintf(address, sizeof(address), "%.*s",
		    slash ? (int)(slash - text) : INET6_ADDRSTRLEN, text);
	before = read_address(net->address, address);
	if (slash && slash[1] >= '0' && slash[1] <= '9')
		bits = strtoul(slash + 1, &end, 10) + (unsigned)before;
	if (before < 0 || (slash && (!end || *end)) || bits > 128)
		return book_mistake(
		    r, -ERR_FORMAT, "no address or network: %.60s", text ? text : "no text");
	net->prefix = (uint8_t)bits;
	return 0;
}

static int
read_target(struct book_reader *r, const json_t *o, void *item)
{
	struct sockaddr_in6 *to = item;
	const char *address;
	uint32_t port = 53;
	int rc = book_text(r, o, "address", &address);

	if (rc == 0 && json_object_get(o, "port"))
		rc = book_number(r, o, "port", 65535, &port);
	if (rc < 0)
		return rc;
	to->sin6_family = AF_INET6;
	to->sin6_port = htons((uint16_t)port);
	if (!port || read_address(to->sin6_addr.s6_addr, address) < 0)
		return book_mistake(r, -ERR_FORMAT, "no address and port: %.60s", address);
	return 0;
}

static int
read_pin(struct book_reader *r, const json_t *o, void *item)
{
	const char *text = json_string_value(o);
	uint8_t *pin = item;
	unsigned byte;

	if (!text || strlen(text) != 2 * BOOK_PIN_BYTES ||
	    strspn(text, "0123456789abcdefABCDEF") != 2 * BOOK_PIN_BYTES)
		return book_mistake(r, -ERR_FORMAT, "no SHA-256 digest of 64 hexadecimal digits");
	for (size_t i = 0; i < BOOK_PIN_BYTES; i++) {
		sscanf(text + 2 * i, "%2x", &byte);
		pin[i] = (uint8_t)byte;
	}
	return 0;
}

static int
read_tls(struct book_reader *r, const json_t *o, enum book_tls *out)
{
	static const char *const words[] = {"optional", "required", "no"};
	const char *text = "optional";
	int rc = json_object_get(o, "tls") ? book_text(r, o, "tls", &text) : 0;

	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0) {
			*out = (enum book_tls)i;
			return 0;
		}
	return book_mistake(r, -ERR_FORMAT, "\"tls\" is optional, required or no, not %.20s", text);
}

static int
read_registry_name(struct book_reader *r, const json_t *o, struct book_registry *reg)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *name;
	int rc = book_text(r, o, "name", &name);

	if (rc < 0)
		return rc;
	if (strlen(name) > BOOK_NAME_MAX || name[strspn(name, allowed)])
		return book_mistake(r, -ERR_FORMAT,
		    "\"name\" is 1 to %d of A-Z a-z 0-9 . _ -: %.80s", BOOK_NAME_MAX, name);
	strcpy(reg->name, name);
	return 0;
}

int
book_read_registry(struct book_reader *r, const json_t *o, void *item)
{
	static const struct book_list keys = {
	    "keys", BOOK_KEYS_MAX, sizeof(struct tsig_key), read_key};
	static const struct book_list nets = {
	    "addresses", BOOK_NETS_MAX, sizeof(struct book_net), read_net};
	static const struct book_list targets = {
	    "notify", BOOK_TARGETS_MAX, sizeof(struct sockaddr_in6), read_target};
	static const struct book_list pins = {"pins", BOOK_PINS_MAX, BOOK_PIN_BYTES, read_pin};
	struct book_registry *reg = item;
	size_t n[4] = {0};
	int rc;

	rc = read_registry_name(r, o, reg);
	rc = rc < 0 ? rc : read_tls(r, o, &reg->tls);
	rc = rc < 0 ? rc : book_list(r, o, &keys, &reg->keys, &n[0]);
	rc = rc < 0 ? rc : book_list(r, o, &nets, &reg->nets, &n[1]);
	rc = rc < 0 ? rc : book_list(r, o, &targets, &reg->targets, &n[2]);
	rc = rc < 0 ? rc : book_list(r, o, &pins, &reg->pins, &n[3]);
	reg->keys_n = (unsigned)n[0];
	reg->nets_n = (unsigned)n[1];
	reg->targets_n = (unsigned)n[2];
	reg->pins_n = (unsigned)n[3];
	return rc;
}
