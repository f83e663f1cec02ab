/* reason.h - what speaks against an update, as a list of reasons.
 *
 * A refusal names everything that was found, not the first of it.  Each kind of reason has a
 * word that programs may rely on (JSON, problem+json, audit) and a text for people. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SIGNATURE: a signature that does not count; fatal only where too few others do.
 * MISSING: more signatures are wanted.  FATAL: whatever else is in order.
 * Words are stable; add rows, never rename one. */
#define REASONS(X)                                                                               \
	X(ARCHIVE, "archive", FATAL)         /* not an archive, damaged, cut short */            \
	X(MEMBER_NAME, "member-name", FATAL) /* not MANIFEST.zone, parts/SUFFIX.zone */          \
	X(MEMBER_TYPE, "member-type", FATAL) /* link, device, directory ... */                   \
	X(MEMBER_TWICE, "member-twice", FATAL)                                                   \
	X(TOO_LARGE, "too-large", FATAL)           /* a member, or all of them expanded */       \
	X(TOO_MANY, "too-many", FATAL)             /* members */                                 \
	X(MANIFEST_FIRST, "manifest-first", FATAL) /* absent, or behind a part */                \
	X(MANIFEST, "manifest", FATAL)             /* breaks its form */                         \
	X(PART_MISSING, "part-missing", FATAL)     /* listed, not there */                       \
	X(PART_UNLISTED, "part-unlisted", FATAL)   /* there, not listed */                       \
	X(PART_SERIAL, "part-serial", FATAL)       /* not as the manifest says */                \
	X(PART_DIGEST, "part-digest", FATAL)                                                     \
	X(PART_NAMES, "part-names", FATAL)                                                       \
	X(SYNTAX, "syntax", FATAL)        /* not a zone of ours */                               \
	X(OUTSIDE, "outside-zone", FATAL) /* a record whose owner is outside */                  \
	X(FEED, "feed", FATAL)            /* part of another feed */                             \
	X(SUFFIX, "suffix", FATAL)        /* part of another suffix */                           \
	X(HUB, "hub", FATAL)              /* part of another hub */                              \
	X(ZONEMD_NONE, "digest-none", FATAL)                                                     \
	X(ZONEMD_FORM, "digest-form", FATAL)     /* other than one SIMPLE SHA-384 */             \
	X(ZONEMD_SERIAL, "digest-serial", FATAL) /* not the SOA's (RFC 8976 4) */                \
	X(DIGEST, "digest", FATAL)               /* does not match the zone */                   \
	X(SERIAL_SAME, "serial-same", FATAL)     /* in force already */                          \
	X(SERIAL_ROLLBACK, "serial-rollback", FATAL)                                             \
	X(SERIAL_GAP, "serial-gap", FATAL)         /* 2^31 or more: no order (RFC 1982) */       \
	X(KEYS, "keys", FATAL)                     /* a key change that breaks its form */       \
	X(SIGNATURE_NONE, "signature-none", FATAL) /* of none of the pinned keys */              \
	X(SIGNATURE_FEW, "signature-few", MISSING)                                               \
	X(SIGNATURE_FORM, "signature-form", SIGNATURE)   /* RRSIG not as RFC 4034 3.1 demands */ \
	X(SIGNATURE_BAD, "signature-bad", SIGNATURE)     /* does not verify */                   \
	X(SIGNATURE_TWICE, "signature-twice", SIGNATURE) /* of one key */                        \
	X(KEY_UNKNOWN, "key-unknown", SIGNATURE)                                                 \
	X(EXPIRED, "expired", SIGNATURE)                                                         \
	X(NOT_YET, "not-yet-valid", SIGNATURE)

enum reason_code {
#define X(name, word, weight) REASON_##name,
	REASONS(X)
#undef X
	    REASON_CODES
};

enum reason_weight { REASON_IS_SIGNATURE, REASON_IS_MISSING, REASON_IS_FATAL };

#define REASON_WHERE_MAX 272 /* "parts/", a suffix of plain letters, ".zone", NUL */
#define REASON_TEXT_MAX  320 /* longer texts are cut */
#define REASONS_EACH_MAX 20  /* of one code; more are counted, not kept */

struct reason {
	enum reason_code code;
	uint64_t line;                /* of the file `where`, 0: none */
	uint64_t times;               /* how often this text was said, of other files too */
	char where[REASON_WHERE_MAX]; /* member or file; "": the update as a whole */
	char text[REASON_TEXT_MAX];   /* UTF-8; one sentence without the full stop */
};

/* All zero: empty. */
struct reasons {
	struct reason *item; /* ours until reasons_free */
	size_t n;
	uint64_t dropped; /* beyond REASONS_EACH_MAX, or for want of memory */
	uint64_t count[REASON_CODES];
};

/* The word of a code.  Static. */
const char *reason_word(enum reason_code code);
enum reason_weight reason_weight(enum reason_code code);

/* Adds one; the same text again is counted, so that a fault of all 116 parts is one reason.  Never
 * fails: what cannot be kept is counted. */
void reasons_add(struct reasons *r, enum reason_code code, const char *where, uint64_t line,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Whether any reason of this weight was added, dropped ones too. */
bool reasons_have(const struct reasons *r, enum reason_weight weight);

void reasons_free(struct reasons *r);
