/* read.h - list files of every form, as a stream of entries.
 *
 * Forms:
 *   zone   a part or a whole feed as a DNS zone (zone.h)
 *   rpz    response policy zone: `name CNAME .`, `CNAME *.`, `rpz-passthru.`, `rpz-drop.`; local
 *          data (A, AAAA, TXT, another CNAME) is a sinkhole entry, whose addresses come from the
 *          policy, not from here; `*.name` lists `name`, as a listed name covers what is below
 *          it; other triggers than names are mistakes
 *   csv    name,from,until,action,comment - header line optional, RFC 4180 quoting,
 *          empty from/until/action: DAY_FIRST, DAY_NEVER, ACTION_INHERIT; # lines are skipped
 *   hosts  `0.0.0.0 name ...` (hosts(5)), 127.0.0.0/8, :: and ::1 likewise; # comments;
 *          localhost and its kin are skipped
 *   names  one name a line; # comments; blank lines
 *
 * Memory does not grow with the file.  Every mistake is reported, up to a limit;
 * whoever reads must throw away what it got when list_read does not return 0. */
#pragma once

#include "lists/entry.h"

#include <stdint.h>
#include <stdio.h>

enum list_form { LIST_AUTO, LIST_ZONE, LIST_RPZ, LIST_CSV, LIST_HOSTS, LIST_NAMES, LIST_FORMS };

const char *list_form_text(enum list_form form);
int list_form_parse(const char *text); /* or -ERR_UNKNOWN */

/* What a zone's apex says (zone.h).  Absent: empty string, 0. */
struct list_meta {
	char feed[64]; /* [a-z0-9-]+ */
	char family[64];
	char tlp[16];
	char contact[256];
	char why[256];
	uint8_t action;     /* enum action; ACTION_INHERIT when not said */
	uint8_t drill;      /* 1: an exercise, never answered */
	uint32_t serial;    /* of the SOA */
	uint8_t suffix_len; /* bytes; 1 for the root: the zone holds a whole feed */
	uint8_t origin_len;
	uint8_t suffix[NAME_LEN_MAX]; /* the registry suffix that the owners are relative to */
	uint8_t origin[NAME_LEN_MAX]; /* the zone's own name */
};

/* Offset of the first byte that no listed name has, len if there is none.  Narrower than
 * RFC 2181 11 on purpose: `http://a/` would be a lawful name and never what was meant. */
size_t list_odd_byte(const char *text, size_t len);

struct list_error {
	const char *path;
	uint64_t line;    /* from 1; 0: the whole file */
	uint32_t column;  /* from 1, in bytes; 0: the whole line */
	const char *text; /* what is wrong and, where it helps, what is expected */
};

struct list_sink {
	void *ctx;
	/* Both may be NULL.  A negative return stops the reading; list_read returns it. */
	int (*entry)(void *ctx, const struct entry *e);
	int (*meta)(void *ctx, const struct list_meta *m); /* zone only, before the first entry */
	void (*error)(void *ctx, const struct list_error *e);
};

struct list_limits {
	uint64_t entries_max; /* 0: 200 million */
	uint32_t errors_max;  /* 0: 20; reading stops after so many */
	uint32_t line_max; /* bytes, of a record of several lines too; 0: 65536; at most 16 MiB */
};

/* Reads a list from f, to its end.
 *   path    for messages only
 *   limits  NULL: the defaults
 * LIST_AUTO decides by the first lines.  Returns 0, -ERR_FORMAT after at least one
 * error was reported, -ERR_LIMIT likewise, -errno, or what the sink returned. */
int list_read(FILE *f, const char *path, enum list_form form, const struct list_limits *limits,
    const struct list_sink *sink);
