#include "lists/read_impl.h"

#include <arpa/inet.h>

#include <string.h>
#include <strings.h>

/* Stands at the head of many hosts files and is no part of the list. */
static const char *const furniture[] = {"localhost", "localhost.localdomain", "local",
    "broadcasthost", "ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix",
    "ip6-allnodes", "ip6-allrouters", "ip6-allhosts", "0.0.0.0"};

enum address { ADDRESS_NONE, ADDRESS_OTHER, ADDRESS_BLOCKS };

static enum address
address_of(const char *text, size_t len)
{
	char copy[INET6_ADDRSTRLEN];
	struct in6_addr six;
	struct in_addr four;
	const char *zone = memchr(text, '%', len); /* fe80::1%lo0 */

	len = zone ? (size_t)(zone - text) : len;
	if (len >= sizeof(copy))
		return ADDRESS_NONE;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET, copy, &four) == 1) {
		uint32_t host = ntohl(four.s_addr);

		return host == 0 || host >> 24 == 127 ? ADDRESS_BLOCKS : ADDRESS_OTHER;
	}
	if (inet_pton(AF_INET6, copy, &six) != 1)
		return ADDRESS_NONE;
	return IN6_IS_ADDR_UNSPECIFIED(&six) || IN6_IS_ADDR_LOOPBACK(&six) ? ADDRESS_BLOCKS
									   : ADDRESS_OTHER;
}

static bool
is_furniture(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(furniture) / sizeof(furniture[0]); i++)
		if (strlen(furniture[i]) == len && !strncasecmp(furniture[i], text, len))
			return true;
	return false;
}

/* The next word from *at on; false at the end of the line or at a comment. */
static bool
next_word(const struct reader *r, size_t *at, size_t *len)
{
	size_t i = *at;

	while (i < r->len && is_blank(r->text[i]))
		i++;
	*at = i;
	while (i < r->len && !is_blank(r->text[i]) && r->text[i] != '#')
		i++;
	*len = i - *at;
	return *len > 0;
}

static void
read_line(struct reader *r)
{
	size_t at = 0, len, first;
	enum address address;

	if (!next_word(r, &at, &len))
		return;
	first = at;
	address = address_of(r->text + at, len);
	if (address == ADDRESS_NONE) {
		record_error(r, at, "not an address; expected `0.0.0.0 name`");
		return;
	}
	at += len;
	if (!next_word(r, &at, &len)) {
		record_error(r, at, "no name behind the address");
		return;
	}
	do {
		if (!is_furniture(r->text + at, len)) {
			if (address == ADDRESS_OTHER) {
				record_error(r, first,
				    "an address that blocks nothing; expected 0.0.0.0, 127.0.0.1, "
				    ":: or ::1");
				return;
			}
			if (record_name(r, at, len))
				reader_entry(r);
		}
		at += len;
	} while (r->rc == 0 && next_word(r, &at, &len));
}

void
read_hosts(struct reader *r)
{
	while (line_next(r) > 0)
		if (record_is_text(r))
			read_line(r);
}
