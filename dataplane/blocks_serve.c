#include "dataplane/blocks_serve.h"

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "dataplane/blocks_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Nobody reads an image that is not published. */
static void
no_grace(void *ctx)
{
	(void)ctx;
}

static bool
is_same_rule(const struct entry *a, const struct entry *b)
{
	return a->from == b->from && a->until == b->until && a->action == b->action;
}

static bool
has_rule(const struct blocks *b, const struct entry *e)
{
	const struct block *k;
	size_t at = 0;

	while ((k = blocks_next(b, e->name, e->name_len, &at)))
		if (is_same_rule(&k->entry, e))
			return true;
	return false;
}

/* Appends changes for the rules that only `some` has of a name, not `others`. */
static size_t
add_changes(struct index_change *to, const struct blocks *some, const struct blocks *others,
    const struct entry *name, bool remove)
{
	const struct block *k;
	size_t at = 0, n = 0;

	while ((k = blocks_next(some, name->name, name->name_len, &at)))
		if (!has_rule(others, &k->entry))
			to[n++] = (struct index_change){
			    .entry = k->entry, .feed = BLOCKS_FEED, .remove = remove};
	return n;
}

static size_t
count_of(const struct blocks *b, const struct entry *name)
{
	size_t at = 0, n = 0;

	while (blocks_next(b, name->name, name->name_len, &at))
		n++;
	return n;
}

/* Makes what img has of one name what `want` has of it: the new rules first, so that there is no
 * moment without any. */
static int
put_in_force(struct image *img, const struct blocks *want, const struct entry *name,
    index_grace_fn *grace, void *ctx)
{
	size_t most = count_of(want, name) + count_of(&img->blocks, name), n, at = 0;
	struct index_change *change = calloc(most ? most : 1, sizeof(*change));
	const struct block *k;
	int rc;

	if (!change)
		return -ENOMEM;
	n = add_changes(change, want, &img->blocks, name, false);
	n += add_changes(change + n, &img->blocks, want, name, true);
	rc = n ? index_update(img->index, change, n, grace, ctx) : 0;
	free(change);
	if (rc < 0)
		return rc;
	blocks_remove(&img->blocks, name->name, name->name_len);
	while (rc == 0 && (k = blocks_next(want, name->name, name->name_len, &at)))
		rc = blocks_add_block(&img->blocks, k);
	img->feed[BLOCKS_FEED].entries = img->blocks.n;
	return rc;
}

static struct image *
published(const struct server *s)
{
	return atomic_load_explicit(&s->publish.current, memory_order_relaxed);
}

/* Notes that a load that runs now may have read the file before this change. */
static int
note_change(struct server *s, const struct entry *name)
{
	return s->loads.running ? blocks_add(&s->blocks_changed, name) : 0;
}

int
blocks_carry(struct server *s, struct image *img)
{
	const struct image *now = published(s);
	int rc = 0;

	for (size_t i = 0; i < s->blocks_changed.n && rc == 0; i++)
		if (img->has_blocks && now->has_blocks)
			rc = put_in_force(
			    img, &now->blocks, &s->blocks_changed.item[i].entry, no_grace, NULL);
	blocks_free(&s->blocks_changed);
	return rc;
}

int
blocks_begin(const struct options *o)
{
	const struct blocks none = {0};
	int rc;

	if (!o->blocks_path || access(o->blocks_path, F_OK) == 0)
		return 0;
	rc = errno == ENOENT ? blocks_write(&none, o->blocks_path) : -errno;
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "blocks-file",
		    "file=%s error=\"%s\" remedy=\"make its directory, or name another file\"",
		    o->blocks_path, err_text(rc));
	else
		log_event(LOG_LEVEL_NOTICE, "blocks-file", "file=%s note=\"made, without a name\"",
		    o->blocks_path);
	return rc;
}

/* The file says what is blocked; what was edited by hand is kept and waits for its reload. */
static json_t *
change_file(
    struct server *s, struct blocks *file, const struct entry *name, const struct entry *add)
{
	const char *path = s->live->blocks_path;
	char why[512];
	int rc = blocks_read(file, path, why, sizeof(why));

	if (rc < 0)
		return ctl_error("%s; nothing is changed", why);
	blocks_remove(file, name->name, name->name_len);
	rc = add ? blocks_add(file, add) : 0;
	if (rc == -ERR_FULL)
		return ctl_error("there are %d blocks already; unblock what is over, or put them "
				 "into a list",
		    BLOCKS_MAX);
	rc = rc == 0 ? blocks_write(file, path) : rc;
	return rc < 0 ? ctl_error("%s: %s; nothing is changed", path, err_text(rc)) : NULL;
}

/* Gives a name in the file what the image has of it. */
static int
take_back(const struct server *s, struct blocks *file, const struct entry *name)
{
	const struct blocks *in_force = &published(s)->blocks;
	const struct block *k;
	size_t at = 0;
	int rc = 0;

	blocks_remove(file, name->name, name->name_len);
	while (rc == 0 && (k = blocks_next(in_force, name->name, name->name_len, &at)))
		rc = blocks_add_block(file, k);
	return rc == 0 ? blocks_write(file, s->live->blocks_path) : rc;
}

/* Written down first, so that what is acknowledged outlasts us; taken back if it cannot be put in
 * force.  Returns NULL, or the error to reply. */
static json_t *
change(struct server *s, const struct entry *name, const struct entry *add)
{
	struct blocks file = {0};
	json_t *error = change_file(s, &file, name, add);
	int rc;

	if (error)
		goto out;
	rc = note_change(s, name);
	if (rc == 0)
		rc = put_in_force(published(s), &file, name, publish_grace, &s->publish);
	if (rc < 0)
		error = ctl_error("cannot be put in force: %s%s", err_text(rc),
		    take_back(s, &file, name) < 0 ? "; the file has it all the same" : "");
out:
	blocks_free(&file);
	return error;
}

static json_t *
no_blocks(const struct server *s)
{
	if (published(s)->has_blocks)
		return NULL;
	return ctl_error("there is no blocks-file in the configuration; name one and reload");
}

json_t *
blocks_on_block(struct server *s, size_t argc, char **argv)
{
	int32_t today = atomic_load(&s->publish.day);
	struct blocks_request r;
	json_t *error = no_blocks(s);
	char day[DATE_TEXT_MAX] = "";

	if (!error)
		error = blocks_request(&r, argc, argv, today);
	if (!error)
		error =
		    blocks_request_guard(&r, &s->live->policy[s->live->feed[BLOCKS_FEED].policy]);
	if (!error) {
		blocks_request_comment(&r, ctl_server_peer(s->ctl));
		error = change(s, &r.entry, &r.entry);
	}
	if (error)
		return error;
	if (r.entry.until != DAY_NEVER)
		date_format(day, r.entry.until);
	log_event(LOG_LEVEL_NOTICE, "block", "name=%s action=%s until=%s why=\"%s\"", r.name,
	    action_text((enum action)r.entry.action), *day ? day : "-", r.logged);
	return json_pack("{s:b, s:s, s:s, s:o, s:s}", "ok", 1, "name", r.name, "action",
	    action_text((enum action)r.entry.action), "until",
	    *day ? json_string(day) : json_null(), "comment", r.comment);
}

json_t *
blocks_on_unblock(struct server *s, size_t argc, char **argv)
{
	struct blocks_request r;
	json_t *error = no_blocks(s);
	size_t at = 0;

	if (!error)
		error = blocks_request(&r, argc, argv, atomic_load(&s->publish.day));
	if (!error && !blocks_next(&published(s)->blocks, r.entry.name, r.entry.name_len, &at))
		error = ctl_error("%s is not blocked by you; cordon lookup says by whom", r.name);
	if (!error)
		error = change(s, &r.entry, NULL);
	if (error)
		return error;
	log_event(
	    LOG_LEVEL_NOTICE, "unblock", "name=%s uid=%d", r.name, (int)ctl_server_peer(s->ctl));
	return json_pack("{s:b, s:s}", "ok", 1, "name", r.name);
}

static json_t *
day_json(int32_t day)
{
	char text[DATE_TEXT_MAX];

	if (day <= DAY_FIRST || day > DAY_MAX)
		return json_null();
	date_format(text, day);
	return json_string(text);
}

json_t *
blocks_on_list(struct server *s, size_t argc, char **argv)
{
	const struct image *img = published(s);
	int32_t today = atomic_load(&s->publish.day);
	json_t *list, *error = no_blocks(s);

	(void)argc;
	(void)argv;
	if (error)
		return error;
	list = json_array();
	for (size_t i = 0; i < img->blocks.n; i++) {
		const struct block *k = &img->blocks.item[i];
		enum action action = k->entry.action ? k->entry.action : ACTION_NXDOMAIN;
		char name[NAME_TEXT_MAX];

		name_to_text(name, k->entry.name);
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:o, s:o, s:b, s:s}", "name", name, "action",
			action_text(action), "from", day_json(k->entry.from), "until",
			day_json(k->entry.until), "in-force",
			k->entry.from <= today && today < k->entry.until, "comment", k->comment));
	}
	return json_pack("{s:b, s:s, s:o}", "ok", 1, "file", s->live->blocks_path, "blocks", list);
}
