#include "control/store_audit.h"

#include "base/err.h"
#include "control/store_impl.h"
#include "lists/digest.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *
put(char *at, const void *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

int
audit_hash(uint8_t out[AUDIT_HASH_BYTES], const uint8_t before[AUDIT_HASH_BYTES],
    const struct audit_record *r)
{
	uint64_t head[2] = {htobe64(r->seq), htobe64((uint64_t)r->at)};
	size_t event = strlen(r->event) + 1, subject = strlen(r->subject) + 1;
	size_t detail = strlen(r->detail);
	size_t len = AUDIT_HASH_BYTES + sizeof(head) + event + subject + detail;
	char *text = malloc(len), *at;
	int rc;

	if (!text)
		return -ENOMEM;
	at = put(text, before, AUDIT_HASH_BYTES);
	at = put(at, head, sizeof(head));
	at = put(at, r->event, event);
	at = put(at, r->subject, subject);
	put(at, r->detail, detail);
	rc = digest_sha256(out, text, len);
	free(text);
	return rc;
}

int
store_audit_last(struct store *s, uint64_t *seq, uint8_t hash[AUDIT_HASH_BYTES])
{
	int rc;
	sqlite3_stmt *st =
	    store_query(s, &rc, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", "");

	*seq = 0;
	memset(hash, 0, AUDIT_HASH_BYTES);
	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0) {
		*seq = (uint64_t)sqlite3_column_int64(st, 0);
		rc = sqlite3_column_bytes(st, 1) == AUDIT_HASH_BYTES ? 0 : -ERR_FORMAT;
		if (rc == 0)
			memcpy(hash, sqlite3_column_blob(st, 1), AUDIT_HASH_BYTES);
	}
	sqlite3_finalize(st);
	return rc;
}

int
store_audit(
    struct store *s, int64_t now, const char *event, const char *subject, const json_t *detail)
{
	char *text = detail ? json_dumps(detail, JSON_COMPACT | JSON_SORT_KEYS) : strdup("{}");
	struct audit_record r = {.at = now, .event = event, .subject = subject, .detail = text};
	uint8_t before[AUDIT_HASH_BYTES];
	int rc;

	if (!text)
		return -ENOMEM;
	rc = strlen(text) > AUDIT_DETAIL_MAX ? -ERR_LIMIT : store_audit_last(s, &r.seq, before);
	r.seq++;
	rc = rc < 0 ? rc : audit_hash(r.hash, before, &r);
	if (rc == 0)
		rc = store_run(s, "INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?)", "iitttb",
		    (int64_t)r.seq, now, event, subject, text, r.hash, sizeof(r.hash));
	free(text);
	return rc;
}

static const char *
column(sqlite3_stmt *st, int i)
{
	const unsigned char *text = sqlite3_column_text(st, i);

	return text ? (const char *)text : "";
}

int
store_audit_each(struct store *s, uint64_t seq, uint64_t most,
    int (*take)(void *ctx, const struct audit_record *r), void *ctx)
{
	int rc, taken = 0;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT seq, at, event, subject, detail, hash FROM audit WHERE seq >= ? ORDER BY seq "
	    "LIMIT ?",
	    "ii", (int64_t)seq, (int64_t)most);

	while (st && taken == 0 && (rc = store_step(s, st)) > 0) {
		struct audit_record r = {(uint64_t)sqlite3_column_int64(st, 0),
		    sqlite3_column_int64(st, 1), column(st, 2), column(st, 3), column(st, 4), {0}};

		if (sqlite3_column_bytes(st, 5) == AUDIT_HASH_BYTES)
			memcpy(r.hash, sqlite3_column_blob(st, 5), AUDIT_HASH_BYTES);
		taken = take(ctx, &r);
	}
	sqlite3_finalize(st);
	return taken ? taken : rc;
}

struct chain {
	uint64_t right;
	uint8_t hash[AUDIT_HASH_BYTES];
};

static int
follow(void *ctx, const struct audit_record *r)
{
	struct chain *c = ctx;
	uint8_t want[AUDIT_HASH_BYTES];
	int rc = audit_hash(want, c->hash, r);

	if (rc < 0)
		return rc;
	if (r->seq != c->right + 1 || memcmp(want, r->hash, sizeof(want)) != 0)
		return 1;
	memcpy(c->hash, want, sizeof(want));
	c->right++;
	return 0;
}

int64_t
store_audit_verify(struct store *s, uint64_t *bad)
{
	struct chain c = {0};
	int rc = store_audit_each(s, 1, INT64_MAX, follow, &c);

	*bad = rc > 0 ? c.right + 1 : 0;
	return rc < 0 ? rc : (int64_t)c.right;
}
