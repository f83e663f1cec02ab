#include "control/registries.h"

#include "lists/key.h"

const char *const registry_algorithms[] = {"hmac-sha256", "hmac-sha384", "hmac-sha512", NULL};
const char *const registry_receives[] = {"transfer", "download", "export", NULL};
const char *const registry_zones_words[] = {"parts", "policy", "both", NULL};
const char *const registry_tls_words[] = {"optional", "required", "no", NULL};

#define FIELD(field) offsetof(struct registry, field)
static const struct conf_option registry[] = {
    {"name", CONF_TEXT, FIELD(name), "tw-registry", true, 1, REGISTRY_NAME_MAX - 1, NULL, NULL,
	"Name of the registry, [a-z0-9-]"},
    {"suffixes", CONF_TEXTS, FIELD(suffixes), NULL, false, 0, REGISTRY_SUFFIXES, NULL, NULL,
	"Suffixes that it is responsible for; those below them that nobody else lists are its own "
	"too"},
    {"mirror", CONF_BOOL, FIELD(mirror), "false", false, 0, 0, NULL, NULL,
	"It holds all parts of its feeds, for others to fetch"},
    {"contacts", CONF_TEXTS, FIELD(contacts), NULL, false, 0, 32, NULL, NULL,
	"\"role address\", in the order in which to call: operations, security, abuse, management "
	"or legal; a mail address, or a telephone number with +"},
    {"time-zone", CONF_TEXT, FIELD(time_zone), "UTC", false, 1, 63, NULL, NULL,
	"Its time zone, as in the tz database"},
    {"feeds", CONF_TEXTS, FIELD(feeds), NULL, false, 0, 64, NULL, NULL,
	"Feeds that it has opted in to"},
    {"receive", CONF_CHOICE, FIELD(receive), "transfer", false, 0, 0, NULL, registry_receives,
	"Its way of receiving: zone transfer, download over HTTPS, or exported files"},
    {"zones", CONF_CHOICE, FIELD(zones), "parts", false, 0, 0, NULL, registry_zones_words,
	"What is transferred: its parts as signed, policy zones (RPZ) of the day derived from "
	"them, or "
	"both"},
    {"addresses", CONF_TEXTS, FIELD(addresses), NULL, false, 0, 64, NULL, NULL,
	"Addresses or prefixes that it asks from; absent: any, with its key"},
    {"notify", CONF_TEXTS, FIELD(notify), NULL, false, 0, 16, NULL, NULL,
	"Where NOTIFY goes: \"192.0.2.1\" or \"[2001:db8::1]:5353\""},
    {"tls", CONF_CHOICE, FIELD(tls), "optional", false, 0, 0, NULL, registry_tls_words,
	"Whether its transfers come over TLS (RFC 9103)"},
    {0},
};

const struct conf_section registries_sections[] = {
    {"registries", true, offsetof(struct registries, file), sizeof(struct registry), REGISTRIES_MAX,
	registry, "Who receives parts", true},
    {0},
};

#define KEY(field) offsetof(struct registry_key, field)
static const struct conf_option key[] = {
    {"registry", CONF_TEXT, KEY(registry), "tw-registry", true, 1, REGISTRY_NAME_MAX - 1, NULL,
	NULL, "Whose key this is"},
    {"name", CONF_TEXT, KEY(name), "tw-registry.", true, 1, 1009, NULL, NULL,
	"Name of the key, as on the other side"},
    {"algorithm", CONF_CHOICE, KEY(algorithm), "hmac-sha256", false, 0, 0, NULL,
	registry_algorithms, "Algorithm of the key"},
    {"secret", CONF_TEXT, KEY(secret), "bm90IGEgc2VjcmV0LCBidXQgMzIgYnl0ZXMgbG9uZyE=", true, 1, 255,
	NULL, NULL, "The secret in base64, 16 to 128 bytes"},
    {0},
};

#define RECEIPT_KEY(field) offsetof(struct registry_receipt_key, field)
static const struct conf_option receipt_key[] = {
    {"registry", CONF_TEXT, RECEIPT_KEY(registry), "tw-registry", true, 1, REGISTRY_NAME_MAX - 1,
	NULL, NULL, "Whose key this is"},
    {"key", CONF_TEXT, RECEIPT_KEY(key),
	"tw-registry. IN DNSKEY 256 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", true, 1,
	KEY_TEXT_MAX, NULL, NULL, "The DNSKEY record in the file that cordon-keygen(1) made"},
    {0},
};

#define ACCESS(field) offsetof(struct registry_access, field)
static const struct conf_option access_option[] = {
    {"registry", CONF_TEXT, ACCESS(registry), "tw-registry", true, 1, REGISTRY_NAME_MAX - 1, NULL,
	NULL, "Who may download over HTTPS"},
    {"tokens", CONF_TEXTS, ACCESS(tokens), NULL, false, 0, REGISTRY_PROOFS, NULL, NULL,
	"SHA-256 of its tokens in hex, as sha256sum prints it; the token itself stands nowhere "
	"here"},
    {"certificates", CONF_TEXTS, ACCESS(certificates), NULL, false, 0, REGISTRY_PROOFS, NULL, NULL,
	"SHA-256 of its client certificates in DER form in hex, as openssl x509 -fingerprint "
	"-sha256 prints it"},
    {0},
};

const struct conf_section registry_keys_sections[] = {
    {"keys", true, offsetof(struct registries, keys), sizeof(struct registry_key),
	2 * REGISTRIES_MAX, key, "TSIG keys of registries", true},
    {"receipt-keys", true, offsetof(struct registries, receipt_keys),
	sizeof(struct registry_receipt_key), 2 * REGISTRIES_MAX, receipt_key,
	"Keys that their nodes sign receipts with", true},
    {"access", true, offsetof(struct registries, access), sizeof(struct registry_access),
	REGISTRIES_MAX, access_option, "Who may download over HTTPS", true},
    {0},
};
