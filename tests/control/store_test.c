#include "control/store.h"

#include "base/err.h"
#include "control/store_audit.h"
#include "control/store_copy.h"
#include "control/store_file.h"
#include "control/store_keys.h"
#include "control/store_proof.h"
#include "control/store_prune.h"
#include "control/store_zone.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/cordon-store.XXXXXX";
static const struct store_history keep = {.versions = 2};

static struct store *
reopen(struct store *s)
{
	char why[STORE_WHY_MAX];

	store_close(s);
	CHECK(store_open(&s, dir, why) == 0, "opens: %s", s ? "" : why);
	return s;
}

static struct store_zone
zone(struct store *s, const char *suffix, uint32_t serial, const char *text)
{
	struct store_zone z = {.serial = serial, .size = strlen(text), .names = 1, .since = serial};

	snprintf(z.origin, sizeof(z.origin), "%s.feed.hub.example", suffix);
	snprintf(z.suffix, sizeof(z.suffix), "%s", suffix);
	strcpy(z.feed, "feed");
	strcpy(z.kind, "part");
	CHECK(
	    store_file_put(s, text, strlen(text), z.digest) == 0, "file of %s/%u", suffix, serial);
	return z;
}

static int
accept(struct store *s, uint32_t serial, const struct store_zone *z, size_t n)
{
	struct store_update u = {.serial = serial,
	    .at = serial,
	    .feed = "feed",
	    .source = "drop",
	    .state = UPDATE_ACCEPTED};
	int rc;

	snprintf(u.digest, sizeof(u.digest), "%u", serial);
	u.verdict = json_pack("{s:[]}", "parts");
	for (size_t i = 0; i < n; i++)
		json_array_append_new(json_object_get(u.verdict, "parts"), json_null());
	rc = store_update_accept(s, &u, z, n, &keep);
	json_decref(u.verdict);
	return rc;
}

static int
list(void *ctx, const struct store_zone *z)
{
	char line[64];

	snprintf(line, sizeof(line), "%.20s/%u ", z->suffix, z->serial);
	strcat(ctx, line);
	return 0;
}

static int
list_version(void *ctx, const struct store_version *v)
{
	char line[64];

	snprintf(line, sizeof(line), "%u ", v->serial);
	strcat(ctx, line);
	return 0;
}

static void
zones_are(struct store *s, const char *about, const char *want)
{
	char got[512] = "";

	CHECK(store_zones(s, "feed", "part", list, got) == 0 && strcmp(got, want) == 0, "%s: '%s'",
	    about, got);
}

static void
versions_are(struct store *s, const char *about, const char *want)
{
	char got[512] = "";

	CHECK(store_versions(s, "ag.feed.hub.example", list_version, got) == 0 &&
		  strcmp(got, want) == 0,
	    "%s: '%s'", about, got);
}

static struct store *
test_updates(struct store *s)
{
	struct store_zone z[2];
	uint32_t serial;
	char got[512] = "";

	CHECK(store_feed_serial(s, "feed", &serial) == 0, "no update yet");
	z[0] = zone(s, "ag", 1, "one");
	z[1] = zone(s, "bo", 1, "bo");
	CHECK(accept(s, 1, z, 2) == 0, "accepts");
	CHECK(store_feed_serial(s, "feed", &serial) == 1 && serial == 1, "serial 1");
	zones_are(s, "both", "ag/1 bo/1 ");
	z[0] = zone(s, "ag", 2, "two");
	s = reopen(s);
	zones_are(s, "files without a decision count for nothing", "ag/1 bo/1 ");
	CHECK(accept(s, 2, z, 1) == 0, "an update without bo");
	zones_are(s, "bo is gone", "ag/2 ");
	s = reopen(s);
	zones_are(s, "after a restart", "ag/2 ");
	versions_are(s, "history", "1 ");
	CHECK(
	    store_zones_at(s, "feed", 2, list, got) == 1 && strcmp(got, "ag/2 ") == 0, "serial 2");
	CHECK(store_zones_at(s, "feed", 1, list, got) == 0, "of serial 1 bo is not kept");
	for (uint32_t n = 3; n < 6; n++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", n);
		z[0] = zone(s, "ag", n, text);
		CHECK(accept(s, n, z, 1) == 0, "serial %u", n);
	}
	versions_are(s, "as many as kept", "4 3 ");
	return s;
}

static void
test_find(struct store *s)
{
	struct store_update u;
	struct store_update note = {.serial = 9,
	    .at = 7,
	    .feed = "feed",
	    .source = "https",
	    .publisher = "p",
	    .digest = "x",
	    .state = UPDATE_WAITING};

	CHECK(store_update_find(s, &u, "feed", 3, NULL) == 1 && u.state == UPDATE_ACCEPTED,
	    "an accepted one is found");
	json_decref(u.verdict);
	CHECK(store_update_find(s, &u, "feed", 3, "other") == 0, "not with other bytes");
	CHECK(store_update_find(s, &u, "feed", 9, NULL) == 0, "none yet");
	note.verdict = json_pack("{s:i}", "wanted", 1);
	CHECK(store_update_note(s, &note) == 0 && note.id > 0, "noted");
	json_decref(note.verdict);
	CHECK(
	    store_update_find(s, &u, "feed", 9, "x") == 1 && u.state == UPDATE_WAITING, "waiting");
	CHECK(json_integer_value(json_object_get(u.verdict, "wanted")) == 1, "its verdict");
	json_decref(u.verdict);
	zones_are(s, "changes no zone", "ag/5 ");
}

/* As somebody would who has the file. */
static void
forge(const char *sql)
{
	char path[64];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/cordond.db", dir);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK, "opens the file");
	CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sql);
	sqlite3_close(db);
}

static bool
forge_can(const char *sql)
{
	char path[64];
	sqlite3 *db;
	int rc;

	snprintf(path, sizeof(path), "%s/cordond.db", dir);
	rc = sqlite3_open(path, &db);
	rc = rc == SQLITE_OK ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_OK;
	sqlite3_close(db);
	return rc == SQLITE_OK;
}

static struct store *
test_audit(struct store *s)
{
	uint64_t bad;
	int64_t n = store_audit_verify(s, &bad);

	CHECK(n == 6 && bad == 0, "six records, all right");
	CHECK(store_audit(s, 99, "event", "subject", NULL) == 0, "a seventh");
	CHECK(store_last_time(s) == 99, "its time");
	CHECK(
	    store_begin(s) == 0 && store_audit(s, 100, "event", "undone", NULL) == 0, "an eighth");
	store_rollback(s);
	CHECK(store_audit_verify(s, &bad) == 7 && bad == 0, "which was undone");
	forge("DROP TRIGGER audit_fixed; UPDATE audit SET detail = '{\"a\":1}' WHERE seq = 3");
	s = reopen(s);
	CHECK(store_audit_verify(s, &bad) == 2 && bad == 3, "a changed record is found");
	forge("DROP TRIGGER audit_kept; DELETE FROM audit WHERE seq = 2");
	CHECK(store_audit_verify(s, &bad) == 1 && bad == 2, "a missing one too");
	return s;
}

static struct store *
test_files(struct store *s)
{
	struct store_zone z[1] = {zone(s, "ag", 6, "six")};
	char why[STORE_WHY_MAX], path[STORE_FILE_PATH_MAX], full[256], digest[STORE_DIGEST_HEX];
	int fd;

	CHECK(store_file_check(s, why) == 3, "the files of three versions are whole");
	CHECK(store_file_put(s, "left", 4, digest) == 0, "one that nothing names");
	CHECK(store_file_sweep(s, INT32_MAX, 60) >= 4, "what nothing names is swept");
	CHECK(store_file_open(s, digest) == -ENOENT, "it is gone");
	CHECK(store_file_check(s, why) == 3, "what is named stays");
	z[0] = zone(s, "ag", 6, "six");
	CHECK(accept(s, 6, z, 1) == 0, "serial 6");
	store_file_path(path, z[0].digest);
	snprintf(full, sizeof(full), "%s/%s", dir, path);
	fd = open(full, O_WRONLY);
	CHECK(fd >= 0 && pwrite(fd, "S", 1, 0) == 1, "a byte is changed");
	close(fd);
	CHECK(store_file_check(s, why) == -ERR_FORMAT && strstr(why, path), "found: %s", why);
	return s;
}

static int
count_outgoing(void *ctx, const struct store_outgoing *o)
{
	int *n = ctx;

	n[o->is_sent]++;
	return 0;
}

/* Receipts that came are only added; of those that go there is one for a zone and source. */
static void
test_receipts(void)
{
	struct store_outgoing o = {.origin = "ag.f.h", .source = "hub", .serial = 1, .body = "{}"};
	struct receipt r = {"ag", "ag.f.h", 5, "", 9, 0, {{"", false}}}, last;
	uint8_t sig[KEY_SIGNATURE] = {0};
	char why[STORE_WHY_MAX];
	int n[2] = {0};
	struct store *s;
	json_t *body;

	memset(r.digest, 'a', sizeof(r.digest) - 1);
	body = receipt_json(&r, sig);
	CHECK(store_open(&s, dir, why) == 0, "opens");
	CHECK(store_proof_last(s, "ag", "ag.f.h", &last) == 0, "no receipt yet");
	CHECK(store_proof_add(s, 1, &r, body) == 0 && store_proof_count(s, &r) == 1, "one");
	CHECK(store_proof_last(s, "ag", "ag.f.h", &last) == 1 && last.serial == 5 && last.time == 9,
	    "the last one");
	CHECK(store_proof_last(s, "bo", "ag.f.h", &last) == 0, "of another registry: none");
	CHECK(store_outgoing_put(s, &o) == 0 && store_outgoing_each(s, count_outgoing, n) == 0 &&
		  n[0] == 1 && n[1] == 0,
	    "one to send");
	o.serial = 2;
	n[0] = 0;
	CHECK(store_outgoing_put(s, &o) == 0 && store_outgoing_each(s, count_outgoing, n) == 0 &&
		  n[0] == 1,
	    "a newer one in its place");
	o.serial = 1;
	n[0] = 0;
	CHECK(store_outgoing_sent(s, &o) == 0 && store_outgoing_each(s, count_outgoing, n) == 0 &&
		  n[0] == 1,
	    "that the older one arrived says nothing of it");
	o.serial = 2;
	n[0] = 0;
	CHECK(store_outgoing_sent(s, &o) == 0 && store_outgoing_each(s, count_outgoing, n) == 0 &&
		  n[1] == 1,
	    "sent");
	json_decref(body);
	store_close(s);
	CHECK(!forge_can("DELETE FROM proof") && !forge_can("UPDATE proof SET serial = 6"),
	    "receipts stay as they are");
}

static int64_t
decisions(struct store *s, const char *feed)
{
	struct store_update u;
	int64_t n = 0;

	for (uint32_t serial = 1; serial < 10; serial++) {
		n += store_update_find(s, &u, feed, serial, NULL);
		json_decref(u.verdict);
	}
	return n;
}

static void
touch(const char *name, int64_t at)
{
	const struct timespec times[2] = {{at, 0}, {at, 0}};
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/spool/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && futimens(fd, times) == 0, "%s", path);
	close(fd);
}

/* Versions 4, 5 and 6 of ag are there, each with its serial as its time. */
static void
test_prune(struct store *s)
{
	char got[512] = "";

	versions_are(s, "before", "5 4 ");
	CHECK(decisions(s, "feed") == 7, "decisions on serials 1 to 6 and 9");
	CHECK(store_prune(s, 1000, &(struct store_ages){0}) == 0, "no limits");
	CHECK(store_prune(s, 1000, &(struct store_ages){.versions = 995}) == 1, "older than 5");
	versions_are(s, "after", "5 ");
	CHECK(decisions(s, "feed") == 7, "decisions stay");
	CHECK(store_prune(s, 1000, &(struct store_ages){.decisions = 1}) == 0, "old decisions");
	CHECK(decisions(s, "feed") == 2, "those of what is kept stay");
	CHECK(store_zones_at(s, "feed", 5, list, got) == 1, "and lead back");
	CHECK(store_prune(s, 1000, &(struct store_ages){.versions = 1}) == 1, "all versions");
	zones_are(s, "what is in force stays, however old", "ag/6 ");
	touch("old", 100);
	touch("old.verdict", 100);
	touch("new.verdict", 200);
	CHECK(store_prune_files(s, "spool", ".verdict", 150) == 1, "one file");
	CHECK(store_prune_files(s, "spool", "", 150) == 1, "another");
	CHECK(store_prune_files(s, "spool", "", 200) == 0, "as old as that is not older");
	CHECK(store_prune_files(s, "nowhere", "", 150) == -ENOENT, "no such folder");
}

static void
copy_file(const char *from, const char *to)
{
	char line[256];

	snprintf(line, sizeof(line), "cp %s/%s %s/%s", dir, from, dir, to);
	CHECK(system(line) == 0, "%s", line);
}

static struct store *
test_copy(struct store *s)
{
	char why[STORE_WHY_MAX], path[64];
	struct store_copy *c;
	int rc;

	forge("DELETE FROM audit"); /* its records were forged above */
	s = reopen(s);
	CHECK(store_audit(s, 1, "event", "before", NULL) == 0, "a record");
	CHECK(store_copy_start(&c, s) == 0, "begins");
	CHECK(store_audit(s, 2, "event", "meanwhile", NULL) == 0, "one more, meanwhile");
	while ((rc = store_copy_step(c)) == 0)
		;
	CHECK(rc == 1, "ends");
	store_copy_free(c);
	store_close(s);
	copy_file("cordond.db", "kept");
	forge("DELETE FROM audit WHERE seq = 2");
	CHECK(store_open(&s, dir, why) == -ERR_FORMAT && strstr(why, "record 2"), "%s", why);
	copy_file("cordond.db.copy", "cordond.db");
	s = reopen(NULL);
	CHECK(store_last_time(s) == 2, "the copy has what came meanwhile");
	store_close(s);
	snprintf(path, sizeof(path), "%s/cordond.db", dir);
	CHECK(truncate(path, 0) == 0, "an empty database");
	CHECK(store_open(&s, dir, why) == -ERR_FORMAT && strstr(why, ".copy"), "%s", why);
	copy_file("kept", "cordond.db");
	s = reopen(NULL);
	CHECK(store_copy_start(&c, s) == 0, "begins");
	store_copy_free(c);
	CHECK(store_copy_check(s) == 0, "one that did not end leaves the one before");
	return s;
}

static void
test_damage(void)
{
	char why[STORE_WHY_MAX], path[64], junk[4096];
	struct store *s, *second;
	int fd;

	CHECK(store_open(&s, dir, why) == 0, "opens");
	CHECK(store_open(&second, dir, why) == -EBUSY && strstr(why, "another"), "%s", why);
	store_close(s);
	forge("UPDATE meta SET value = 99");
	CHECK(store_open(&s, dir, why) == -ERR_UNKNOWN && strstr(why, "schema 99"), "%s", why);
	forge("DROP TABLE keys; DROP TABLE proof; DROP TABLE outgoing; UPDATE meta SET value = 1");
	CHECK(store_open(&s, dir, why) == 0, "a database of schema 1 is brought to this one: %s",
	    why);
	CHECK(store_keys_has(s, "feed", 1) == 0, "with its tables");
	store_close(s);
	snprintf(path, sizeof(path), "%s/cordond.db", dir);
	memset(junk, 'x', sizeof(junk));
	fd = open(path, O_WRONLY);
	CHECK(fd >= 0 && pwrite(fd, junk, sizeof(junk), 8192) == sizeof(junk), "a page is damaged");
	close(fd);
	CHECK(store_open(&s, dir, why) == -ERR_FORMAT && strstr(why, path), "%s", why);
	CHECK(truncate(path, 100) == 0, "the file is cut");
	CHECK(store_open(&s, dir, why) < 0 && strstr(why, path), "%s", why);
	CHECK(store_open(&s, "/nonexistent", why) == -ENOENT, "%s", why);
}

static struct store *
test_keys(struct store *s)
{
	static char one[] = "a.example. IN DNSKEY 256 3 15 AAAA\n", two[] = "b\n";
	struct store_keys k = {
	    .feed = "feed", .version = 2, .threshold = 2, .keys = one, .digest = "d2", .at = 7};
	struct store_zone z = zone(s, "_keys-2", 2, "keys");

	strcpy(z.kind, "keys");
	CHECK(store_keys_find(s, &k, "feed", NULL) == 0, "no key change yet");
	k = (struct store_keys){
	    .feed = "feed", .version = 2, .threshold = 2, .keys = one, .digest = "d2", .at = 7};
	CHECK(store_keys_put(s, &k, &z, NULL) == 0, "a key change");
	CHECK(store_keys_put(s, &k, &z, NULL) == -EEXIST, "once");
	k.version = 3;
	k.keys = two;
	strcpy(k.digest, "d3");
	CHECK(store_keys_put(s, &k, &z, NULL) == 0, "and the next");
	s = reopen(s);
	CHECK(store_keys_find(s, &k, "feed", NULL) == 1 && k.version == 3 && !strcmp(k.keys, two),
	    "the latest counts, after a restart");
	free(k.keys);
	CHECK(store_keys_find(s, &k, "feed", "d2") == 1 && k.version == 2 && k.threshold == 2 &&
		  k.at == 7 && !strcmp(k.keys, one),
	    "the one before is kept");
	free(k.keys);
	CHECK(store_keys_find(s, &k, "other", NULL) == 0, "another feed has none");
	CHECK(store_keys_has(s, "feed", 2) == 1 && store_keys_has(s, "feed", 4) == 0, "by version");
	return s;
}

int
main(void)
{
	char clean[64];
	struct store *s = NULL;

	if (!mkdtemp(dir))
		return 1;
	s = reopen(s);
	s = test_updates(s);
	test_find(s);
	s = test_audit(s);
	s = test_files(s);
	test_prune(s);
	s = test_copy(s);
	s = test_keys(s);
	store_close(s);
	test_receipts();
	test_damage();
	snprintf(clean, sizeof(clean), "rm -rf %s", dir);
	CHECK(system(clean) == 0, "cleaned up");
	return test_end();
}
