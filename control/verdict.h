/* verdict.h - what the process that examines an update tells the one that keeps the state.
 *
 * The writer had an enemy's bytes in its hands; the reader believes no figure that it can check.
 * One JSON object:
 *   {"state": "accepted|waiting|refused", "feed", "serial", "wanted", "signatures", "until",
 *    "names", "archive", "overridden": [GUARD], "reasons": [{"code", "where", "line", "text"}],
 *    "dropped", "parts": [{"suffix", "serial", "names", "added", "removed", "offset", "size"}],
 *    "gone": [{"suffix", "removed"}], "manifest", "kind": "update|keys"}
 * and of a key change, which has no parts, "keys" (trust_json.h).
 * archive is the SHA-384 of its bytes; manifest is the size of its zone, with which the
 * output file begins; offset and size say where in it a part's stands; gone are parts in force that
 * the update no longer has. */
#pragma once

#include "control/store_zone.h"
#include "lists/trust.h"

#define VERDICT_BYTES_MAX (8 << 20)
#define VERDICT_PARTS_MAX 4096

struct verdict_part {
	char suffix[NAME_TEXT_MAX]; /* "." for the root */
	uint8_t name[NAME_LEN_MAX];
	uint8_t name_len;
	uint32_t serial;
	uint64_t names, added, removed, offset, size;
};

struct verdict {
	enum update_state state;
	char feed[STORE_NAME_MAX];
	bool is_keys; /* it was a key change that was examined */
	uint32_t serial;
	char archive[STORE_DIGEST_HEX];
	uint64_t manifest;         /* bytes */
	struct trust *keys;        /* ours; of a key change that is accepted */
	struct verdict_part *part; /* ours */
	size_t parts;
	json_t *json; /* ours: the object as it came, without offsets and sizes */
};

/* Reads len bytes.
 *   out_size  bytes of the output file: every part lies within it behind the manifest, none over
 * another Returns 0, or -ERR_FORMAT, -ERR_LIMIT, -ENOMEM; *v is to be freed in each case. */
int verdict_read(struct verdict *v, const char *text, size_t len, uint64_t out_size);
void verdict_free(struct verdict *v);
