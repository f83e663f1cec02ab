#include "lists/export_impl.h"

#include "base/date.h"
#include "lists/digest.h"
#include "lists/read_impl.h"

#include <inttypes.h>
#include <string.h>

#define TRID_DIGITS_BYTES 16

bool
export_is_token(const char *text, size_t max)
{
	size_t len = strlen(text);

	if (len == 0 || len > max || !is_utf8(text, len) || text[0] == ' ' || text[len - 1] == ' ')
		return false;
	/* XML 1.0 2.2: neither control characters nor U+FFFE and U+FFFF. */
	return !strstr(text, "  ") && !strstr(text, "\xef\xbf\xbe") &&
	       !strstr(text, "\xef\xbf\xbf");
}

bool
epp_is_id(const char *text)
{
	return strlen(text) >= EXPORT_ID_MIN && export_is_token(text, EXPORT_ID_MAX);
}

const char *
epp_add_contact(struct export_epp *x, const char *text)
{
	static const char *const types[] = {"admin", "billing", "tech"};
	size_t n = strcspn(text, "=");

	if (x->contacts == EXPORT_CONTACTS_MAX)
		return "too many";
	for (unsigned i = 0; text[n] && i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i]) == n && memcmp(types[i], text, n) == 0) {
			if (!epp_is_id(text + n + 1))
				return "the identifier has 3 to 16 bytes";
			x->contact[x->contacts].type = types[i];
			x->contact[x->contacts++].id = text + n + 1;
			return NULL;
		}
	return "expected admin=ID, billing=ID or tech=ID";
}

static void
write_escaped(FILE *to, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&': fputs("&amp;", to); break;
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '"': fputs("&quot;", to); break;
		default: fputc(*text, to);
		}
}

static void
write_element(FILE *to, const char *start, const char *text, const char *end)
{
	fprintf(to, "        <domain:%s>", start);
	write_escaped(to, text);
	fprintf(to, "</domain:%s>\n", end);
}

static bool
is_delegated(const struct entry *e)
{
	return e->action == ACTION_SINKHOLE || e->action == ACTION_REFER;
}

/* RFC 5731 3.2.1: name, period, ns, registrant, contact, authInfo. */
static void
write_create(FILE *to, const struct export_options *o, const struct entry *e)
{
	const struct export_epp *x = &o->epp;
	char text[NAME_TEXT_MAX];

	if (x->years)
		fprintf(to, "        <domain:period unit=\"y\">%u</domain:period>\n", x->years);
	if (is_delegated(e)) {
		fputs("        <domain:ns>\n", to);
		for (unsigned i = 0; i < o->policy->ns_n; i++) {
			name_to_text(text, o->policy->ns[i]);
			fputs("  ", to);
			write_element(to, "hostObj", text, "hostObj");
		}
		fputs("        </domain:ns>\n", to);
	}
	if (x->registrant)
		write_element(to, "registrant", x->registrant, "registrant");
	for (size_t i = 0; i < x->contacts; i++) {
		snprintf(text, sizeof(text), "contact type=\"%s\"", x->contact[i].type);
		write_element(to, text, x->contact[i].id, "contact");
	}
	fputs("        <domain:authInfo>\n  ", to);
	write_element(to, "pw", x->auth, "pw");
	fputs("        </domain:authInfo>\n", to);
}

static void
write_status(FILE *to, const struct export_epp *x, const char *what)
{
	fprintf(to, "          <domain:status s=\"%s%s\"", x->client_status ? "client" : "server",
	    what);
	if (x->reason) {
		fputs(" lang=\"en\">", to);
		write_escaped(to, x->reason);
		fputs("</domain:status>\n", to);
	} else {
		fputs("/>\n", to);
	}
}

/* RFC 5731 3.2.5 */
static void
write_update(FILE *to, const struct export_options *o, const struct entry *e, bool is_registered)
{
	fputs("        <domain:add>\n", to);
	if (is_registered || !is_delegated(e))
		write_status(to, &o->epp, "Hold");
	write_status(to, &o->epp, "DeleteProhibited");
	write_status(to, &o->epp, "UpdateProhibited");
	fputs("        </domain:add>\n", to);
}

/* The same command made again has the same identifier, by which a repeat is known. */
static int
write_trid(FILE *to, const struct export_options *o, const char *command, const char *name)
{
	uint8_t digest[SHA256_BYTES];
	char text[NAME_TEXT_MAX + 160], date[DATE_TEXT_MAX], hex[2 * TRID_DIGITS_BYTES + 1];
	int n, rc;

	date_format(date, o->day);
	n = snprintf(text, sizeof(text), "%s\n%s\n%" PRIu32 "\n%s\n%s\n", command, o->feed,
	    o->serial, date, name);
	rc = digest_sha256(digest, text, (size_t)n);
	digest_hex(hex, digest, TRID_DIGITS_BYTES);
	fprintf(to, "    <clTRID>cordon-%s-%s</clTRID>\n", date, hex);
	return rc;
}

bool
epp_wants(enum epp_command command, bool is_registered)
{
	return command == EPP_UPDATE || !is_registered;
}

int
epp_write(FILE *to, const struct export_options *o, enum epp_command command, const struct entry *e,
    bool is_registered)
{
	const char *word = command == EPP_CREATE ? "create" : "update";
	char name[NAME_TEXT_MAX];
	int rc;

	name_to_text(name, e->name);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n", to);
	fputs("<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">\n  <command>\n", to);
	fprintf(to,
	    "    <%s>\n      <domain:%s xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">\n",
	    word, word);
	write_element(to, "name", name, "name");
	if (command == EPP_CREATE)
		write_create(to, o, e);
	else
		write_update(to, o, e, is_registered);
	fprintf(to, "      </domain:%s>\n    </%s>\n", word, word);
	rc = write_trid(to, o, word, name);
	fputs("  </command>\n</epp>\n", to);
	return rc;
}
