#include "dataplane/blocks_request.h"

#include "base/ctl.h"
#include "base/date.h"
#include "base/err.h"
#include "lists/hash.h"
#include "lists/psl.h"
#include "lists/read.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REASON_MAX 160 /* bytes; with the rest of the comment under ENTRY_COMMENT_MAX */
#define BY_MAX     32
#define DAYS_MAX   36500

/* "YYYY-MM-DD", or "+Nd". */
static bool
read_until(int32_t *until, const char *text, int32_t today)
{
	char *end;
	unsigned long days;

	if (*text != '+')
		return date_parse(until, text, strlen(text)) == 0;
	if (text[1] < '0' || text[1] > '9')
		return false;
	days = strtoul(text + 1, &end, 10);
	if (strcmp(end, "d") != 0 || days > DAYS_MAX || today > DAY_MAX - DAYS_MAX - 1)
		return false;
	*until = today + (int32_t)days + 1; /* today is not whole any more */
	return true;
}

static json_t *
take_until(struct blocks_request *r, const char *text, int32_t today)
{
	if (!read_until(&r->entry.until, text, today))
		return ctl_error("until=%.32s: expected a day YYYY-MM-DD, or +N"
				 "d for N days",
		    text);
	if (r->entry.until <= today)
		return ctl_error(
		    "until=%.32s is over: it is the first day that is free again", text);
	return NULL;
}

static json_t *
take_action(struct blocks_request *r, const char *text)
{
	int action = action_parse(text, strlen(text));

	if (action < 0)
		return ctl_error("unknown action \"%.32s\"; expected " ACTION_WORDS, text);
	r->entry.action = (uint8_t)action;
	return NULL;
}

/* What could be taken for another part of the comment has no place in a name. */
static json_t *
take_by(struct blocks_request *r, const char *text)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";

	if (strlen(text) > BY_MAX || text[strspn(text, plain)])
		return ctl_error("by=%.40s: expected a user name", text);
	r->by = text;
	return NULL;
}

static json_t *
take_reason(struct blocks_request *r, char *text)
{
	if (strlen(text) > REASON_MAX)
		return ctl_error("the reason is too long; expected at most %d bytes", REASON_MAX);
	for (char *c = text; *c; c++) {
		if (*c == '\t')
			*c = ' ';
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return ctl_error("the reason has control characters; expected plain text");
	}
	r->reason = text;
	return NULL;
}

static json_t *
take_word(struct blocks_request *r, char *word, int32_t today)
{
	if (strcmp(word, "force") == 0) {
		r->is_forced = true;
		return NULL;
	}
	if (strncmp(word, "action=", 7) == 0)
		return take_action(r, word + 7);
	if (strncmp(word, "until=", 6) == 0)
		return take_until(r, word + 6, today);
	if (strncmp(word, "by=", 3) == 0)
		return take_by(r, word + 3);
	if (strncmp(word, "reason=", 7) == 0)
		return take_reason(r, word + 7);
	return ctl_error(
	    "unexpected \"%.32s\"; expected action=, until=, by=, reason= or force", word);
}

json_t *
blocks_request(struct blocks_request *r, size_t argc, char **argv, int32_t today)
{
	json_t *error = NULL;
	size_t odd;
	int len;

	*r = (struct blocks_request){.by = "", .reason = ""};
	r->entry.from = DAY_FIRST;
	r->entry.until = DAY_NEVER;
	r->entry.action = ACTION_NXDOMAIN;
	len = name_from_text(r->entry.name, argv[1], strlen(argv[1]));
	if (len < 2)
		return ctl_error("\"%.255s\" is not a domain name that can be listed", argv[1]);
	r->entry.name_len = (uint8_t)len;
	odd = list_odd_byte(r->name, name_to_text(r->name, r->entry.name));
	if (r->name[odd]) /* the file could not be read again */
		return ctl_error(
		    "byte 0x%02x cannot stand in a listed name", (uint8_t)r->name[odd]);
	for (size_t i = 2; i < argc && !error; i++)
		error = take_word(r, argv[i], today);
	return error;
}

json_t *
blocks_request_guard(struct blocks_request *r, const struct policy *p)
{
	const char *lacks = policy_lacks(p, (enum action)r->entry.action);
	unsigned labels = name_labels(r->entry.name);
	struct psl *psl;
	bool is_suffix;
	int rc;

	if (lacks)
		return ctl_error("action %s: policy \"%s\" has %s",
		    action_text((enum action)r->entry.action), p->name, lacks);
	if (labels > HASH_LABELS_MAX)
		return ctl_error("a name of over %d labels cannot be listed; block a suffix of it",
		    HASH_LABELS_MAX);
	if (r->is_forced || r->entry.action == ACTION_PASS)
		return NULL;
	if (labels == 1)
		return ctl_error("%s is a top-level domain: all below it would be blocked; if that "
				 "is meant, use --force",
		    r->name);
	rc = psl_open(&psl, NULL);
	if (rc < 0)
		return ctl_error("the public suffix list cannot be read (%s), so that nothing says "
				 "whether %s is one; --force does without",
		    err_text(rc), r->name);
	is_suffix = psl_is_suffix(psl, r->entry.name);
	psl_close(psl);
	return is_suffix ? ctl_error("%s is a public suffix: names of many would be blocked; if "
				     "that is meant, use --force",
			       r->name)
			 : NULL;
}

void
blocks_request_comment(struct blocks_request *r, uid_t uid)
{
	time_t now = time(NULL);
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%FT%TZ", &tm);
	snprintf(r->comment, sizeof(r->comment), "%s %s(%d)%s%s", when, r->by, (int)uid,
	    *r->reason ? ": " : "", r->reason);
	r->entry.comment = r->comment;
	r->entry.comment_len = (uint16_t)strlen(r->comment);
	for (size_t i = 0; (r->logged[i] = r->comment[i]); i++)
		if (r->logged[i] == '"')
			r->logged[i] = '\'';
}
