/* export.h - lists in the forms that name servers and registries load.
 *
 * Pure: entries in, text out.  Entries come in canonical order of their names (RFC 4034 6.1), one a
 * name except for csv, in force on the day, with an action that is theirs (not inherited), and
 * each accepted by export_refuses.  Writers hold nothing back but policy_zone.h's wildcards. */
#pragma once

#include "lists/entry.h"
#include "lists/policy.h"
#include "lists/policy_zone.h"

#include <stdbool.h>
#include <stdio.h>

enum export_form {
	EXPORT_PLAIN,    /* a name a line */
	EXPORT_CSV,      /* as lists/read.h, with windows */
	EXPORT_HOSTS,    /* hosts(5) */
	EXPORT_RPZ,      /* a response policy zone */
	EXPORT_FRAGMENT, /* delegations for the parent zone */
	EXPORT_BIND,     /* a policy zone and what loads it */
	EXPORT_KNOT,     /* a zone each, all from one file */
	EXPORT_NSD,      /* likewise */
	EXPORT_UNBOUND,  /* local zones */
	EXPORT_POWERDNS, /* a zone each, for the BIND backend */
	EXPORT_EPP,      /* a command a file (RFC 5730, 5731) */
	EXPORT_NOMULUS,  /* a reserved list */
	EXPORT_FORMS
};

#define EXPORT_FORM_WORDS \
	"plain, csv, hosts, rpz, fragment, bind, knot, nsd, unbound, powerdns, epp, nomulus"

const char *export_form_text(enum export_form form);
int export_form_parse(const char *text); /* or -ERR_UNKNOWN */

#define EXPORT_CONTACTS_MAX 8
#define EXPORT_ID_MIN       3
#define EXPORT_ID_MAX       16 /* bytes of a contact's identifier (RFC 5730 clIDType) */

struct export_epp {
	const char *registrant; /* identifiers and texts: export_is_token; NULL: none */
	struct {
		const char *type; /* admin, billing or tech */
		const char *id;
	} contact[EXPORT_CONTACTS_MAX];
	size_t contacts;
	unsigned years;     /* of registration, 1..99; 0: the registry's default */
	const char *auth;   /* authInfo of new domains; needed for them */
	const char *reason; /* text of each status; NULL: none */
	bool client_status; /* a registrar's statuses instead of a registry's */
};

struct export_options {
	enum export_form form;
	char feed[64];         /* "": not known */
	uint32_t serial;       /* of the list; zones have policy_zone_serial of it */
	int32_t day;           /* UTC, days since 1970 */
	uint64_t names;        /* that will be written: for the head */
	const uint8_t *suffix; /* canonical, the registry's; NULL: none */
	size_t suffix_len;
	const uint8_t *zone; /* canonical: a policy zone's name */
	size_t zone_len;
	const struct policy *policy; /* addresses, ns, ttl, mname, rname; a pool is not used */
	const char *folder;          /* absolute path under which its files will be; folder forms */
	struct export_epp epp;
};

/* Whether it is a folder of files rather than one file. */
bool export_is_folder(enum export_form form);

/* What the form needs and o lacks: text for a message, or NULL. */
const char *export_lacks(const struct export_options *o);

/* Why the form cannot say this action, or this name: text for a message, or NULL. */
const char *export_refuses(const struct export_options *o, enum action action);
const char *export_refuses_name(const struct export_options *o, const struct entry *e);

/* Whether a listed name is written although a name above it is, which covers it. */
bool export_keeps_covered(enum export_form form);

/* Whether text can stand in XML as an XML Schema token: UTF-8 without control characters, without
 * spaces at its ends or two in a row; at most max bytes. */
bool export_is_token(const char *text, size_t max);

struct exporter {
	FILE *to; /* the caller's */
	const struct export_options *o;
	struct policy_zone rpz;
};

/* Writes the file of the names.  o is borrowed until export_end.  Not for EXPORT_EPP.
 * export_entry and export_end return 0, or what policy_zone_entry returns.  I/O errors stay in the
 * FILE. */
void export_begin(struct exporter *x, FILE *to, const struct export_options *o);
int export_entry(struct exporter *x, const struct entry *e);
int export_end(struct exporter *x);

/* The name of a folder's file of names; NULL: it has none. */
const char *export_names_file(enum export_form form);

/* The other files of a folder: the i-th one's name, or NULL after the last; and its content. */
const char *export_side_file(enum export_form form, unsigned i);
void export_side_write(FILE *to, const struct export_options *o, unsigned i);

/* Whether text can identify a contact (RFC 5730 clIDType). */
bool epp_is_id(const char *text);

/* Adds a contact, "admin=ID", "billing=ID" or "tech=ID", which is borrowed.  Returns NULL, or what
 * is wrong as text for a message. */
const char *epp_add_contact(struct export_epp *x, const char *text);

enum epp_command { EPP_CREATE, EPP_UPDATE };

/* Whether a name takes this command: a create when nobody has registered it. */
bool epp_wants(enum epp_command command, bool is_registered);

/* Writes one command as a whole document.  A registered name is put on hold and locked; one that
 * is not is created and locked, with name servers for the actions sinkhole and refer, else on
 * hold.  Its clTRID depends on feed, serial, day, command and name alone.  Returns 0, or
 * -ERR_LIBRARY. */
int epp_write(FILE *to, const struct export_options *o, enum epp_command command,
    const struct entry *e, bool is_registered);
