#include "control/book.h"

#include "base/err.h"
#include "control/book_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
compare_names(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	return a_len != b_len ? (a_len < b_len ? -1 : 1) : memcmp(a, b, a_len);
}

static int
by_origin(const void *a, const void *b)
{
	const struct book_zone *x = a, *y = b;

	return compare_names(x->origin, x->origin_len, y->origin, y->origin_len);
}

static int
by_key(const void *a, const void *b)
{
	const struct tsig_key *x = ((const struct book_by_key *)a)->key;
	const struct tsig_key *y = ((const struct book_by_key *)b)->key;
	int order = compare_names(x->name, x->name_len, y->name, y->name_len);

	return order ? order : x->algorithm - y->algorithm;
}

static int
join_keys(struct book_reader *r)
{
	struct book *b = r->book;
	size_t n = 0;

	for (size_t i = 0; i < b->registries_n; i++)
		n += b->registries[i].keys_n;
	b->by_key = calloc(n ? n : 1, sizeof(*b->by_key));
	if (!b->by_key)
		return book_mistake(r, -ENOMEM, "out of memory");
	for (size_t i = 0; i < b->registries_n; i++)
		for (unsigned k = 0; k < b->registries[i].keys_n; k++)
			b->by_key[b->by_key_n++] =
			    (struct book_by_key){&b->registries[i].keys[k], (uint32_t)i};
	qsort(b->by_key, n, sizeof(*b->by_key), by_key);
	for (size_t i = 1; i < n; i++)
		if (by_key(&b->by_key[i - 1], &b->by_key[i]) == 0)
			return book_mistake(r, -ERR_FORMAT,
			    "registries %s and %s have a key of one name",
			    b->registries[b->by_key[i - 1].registry].name,
			    b->registries[b->by_key[i].registry].name);
	return 0;
}

int
book_join(struct book_reader *r)
{
	struct book *b = r->book;
	char name[NAME_TEXT_MAX];

	if (b->zones_n)
		qsort(b->zones, b->zones_n, sizeof(*b->zones), by_origin);
	for (size_t i = 1; i < b->zones_n; i++)
		if (by_origin(&b->zones[i - 1], &b->zones[i]) == 0) {
			name_to_text(name, b->zones[i].origin);
			return book_mistake(r, -ERR_FORMAT, "two zones are named %.80s", name);
		}
	return join_keys(r);
}

/* Puts the catalogs behind the zones. */
static int
add_catalogs(struct book_reader *r, const json_t *root)
{
	static const struct book_list list = {
	    "catalogs", BOOK_ZONES_MAX, sizeof(struct book_zone), book_read_catalog};
	struct book_zone *catalogs = NULL, *all;
	struct book *b = r->book;
	size_t n = 0;
	int rc = book_list(r, root, &list, &catalogs, &n);

	all = n ? reallocarray(b->zones, b->zones_n + n, sizeof(*all)) : NULL;
	if (all) {
		memcpy(all + b->zones_n, catalogs, n * sizeof(*all));
		b->zones = all;
		b->zones_n += n;
	} else if (n) {
		for (size_t i = 0; i < n; i++) {
			free(catalogs[i].now.bytes);
			free(catalogs[i].readers);
		}
		rc = book_mistake(r, -ENOMEM, "out of memory");
	}
	free(catalogs);
	return rc;
}

static int
read_audit(struct book_reader *r, const json_t *root)
{
	const json_t *o = json_object_get(root, "audit"), *seq = json_object_get(o, "seq");
	const char *hash;
	int rc = 0;

	if (!o)
		return 0;
	rc = book_text(r, o, "hash", &hash);
	if (rc == 0 && (json_integer_value(seq) < 1 || strlen(hash) != BOOK_HASH_MAX - 1))
		rc = book_mistake(r, -ERR_FORMAT, "\"audit\" needs \"seq\" and a SHA-256 \"hash\"");
	if (rc < 0)
		return rc;
	r->book->audit_seq = (uint64_t)json_integer_value(seq);
	strcpy(r->book->audit_hash, hash);
	return 0;
}

static int
read_pulled(struct book_reader *r, const json_t *o, void *item)
{
	struct book_name *n = item;
	const char *text = json_string_value(o);

	return text ? book_name(r, "pulled", text, n->name, &n->len)
		    : book_mistake(r, -ERR_FORMAT, "\"pulled\" has something else than names");
}

/* What only a node's book has. */
static int
read_sources(struct book_reader *r, const json_t *root)
{
	static const struct book_list sources = {
	    "sources", BOOK_SOURCES_MAX, sizeof(struct book_registry), book_read_registry};
	static const struct book_list pulled = {
	    "pulled", BOOK_ZONES_MAX, sizeof(struct book_name), read_pulled};
	int rc = book_list(r, root, &sources, &r->book->sources, &r->book->sources_n);

	return rc < 0 ? rc : book_list(r, root, &pulled, &r->book->pulled, &r->book->pulled_n);
}

static int
read_root(struct book_reader *r, const json_t *root)
{
	static const struct book_list registries = {
	    "registries", BOOK_REGISTRY_MAX, sizeof(struct book_registry), book_read_registry};
	static const struct book_list zones = {
	    "zones", BOOK_ZONES_MAX, sizeof(struct book_zone), book_read_zone};
	uint32_t version;
	int rc;

	rc = book_number(r, root, "version", UINT32_MAX, &version);
	if (rc == 0 && version != 1)
		rc = book_mistake(r, -ERR_FORMAT, "version %u; this program reads 1", version);
	rc = rc < 0 ? rc
		    : book_list(r, root, &registries, &r->book->registries, &r->book->registries_n);
	rc = rc < 0 ? rc : book_list(r, root, &zones, &r->book->zones, &r->book->zones_n);
	rc = rc < 0 ? rc : add_catalogs(r, root);
	rc = rc < 0 ? rc : read_audit(r, root);
	rc = rc < 0 ? rc : read_sources(r, root);
	return rc < 0 ? rc : book_join(r);
}

int
book_parse(struct book **out, const char *text, size_t len, char error[BOOK_ERROR_MAX])
{
	struct book_reader r = {.error = error, .where = "book"};
	json_error_t where;
	json_t *root = NULL;
	int rc = -ENOMEM;

	r.book = calloc(1, sizeof(*r.book));
	if (!r.book)
		goto out;
	r.book->holders = 1;
	if (len > BOOK_BYTES_MAX) {
		rc = book_mistake(&r, -ERR_LIMIT, "over %d bytes", BOOK_BYTES_MAX);
		goto out;
	}
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	if (json_is_object(root))
		rc = read_root(&r, root);
	else
		rc = book_mistake(
		    &r, -ERR_FORMAT, "no JSON object: line %d: %s", where.line, where.text);
	if (rc == 0) {
		*out = r.book;
		r.book = NULL;
	}
out:
	json_decref(root);
	book_drop(r.book);
	return rc;
}

/* Reads all of fd.  Returns the length, or a code. */
static ssize_t
read_whole(int fd, char **out)
{
	struct stat st;
	size_t n = 0;
	ssize_t got = 1;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > BOOK_BYTES_MAX)
		return -ERR_LIMIT;
	*out = malloc((size_t)st.st_size + 1);
	if (!*out)
		return -ENOMEM;
	while (got > 0 && n < (size_t)st.st_size) {
		got = read(fd, *out + n, (size_t)st.st_size - n);
		if (got < 0)
			return -errno;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

int
book_read(struct book **out, int dir_fd, const char *file, char error[BOOK_ERROR_MAX])
{
	int fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -errno : 0;
	char *text = NULL;

	if (fd >= 0)
		n = read_whole(fd, &text);
	if (n < 0)
		snprintf(error, BOOK_ERROR_MAX, "%.100s: %s", file, err_text((int)n));
	else
		n = book_parse(out, text, (size_t)n, error);
	if (fd >= 0)
		close(fd);
	free(text);
	return (int)n;
}

struct book *
book_hold(struct book *b)
{
	b->holders++;
	return b;
}

static void
free_version(struct book_version *v)
{
	free(v->file);
	free(v->bytes);
}

static void
free_zone(struct book_zone *z)
{
	free_version(&z->now);
	for (unsigned i = 0; i < z->history_n; i++)
		free_version(&z->history[i]);
	free(z->history);
	free(z->readers);
}

static void
free_registry(struct book_registry *r)
{
	if (r->keys)
		explicit_bzero(r->keys, r->keys_n * sizeof(*r->keys));
	free(r->keys);
	free(r->nets);
	free(r->targets);
	free(r->pins);
}

void
book_drop(struct book *b)
{
	if (!b || --b->holders)
		return;
	for (size_t i = 0; i < b->zones_n; i++)
		free_zone(&b->zones[i]);
	for (size_t i = 0; i < b->registries_n; i++)
		free_registry(&b->registries[i]);
	for (size_t i = 0; i < b->sources_n; i++)
		free_registry(&b->sources[i]);
	free(b->sources);
	free(b->pulled);
	free(b->zones);
	free(b->registries);
	free(b->by_key);
	free(b);
}
