#include "lists/read_impl.h"

#include <arpa/inet.h>

#include <string.h>
#include <strings.h>

#define NAMES_LOOKED_AT 20

/* Whether word stands in text between blanks, in either case. */
static bool
has_word(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 1; i + n < len; i++)
		if (is_blank(text[i - 1]) && is_blank(text[i + n]) &&
		    !strncasecmp(text + i, word, n))
			return true;
	return false;
}

static bool
begins_with_address(const char *text, size_t len)
{
	char word[INET6_ADDRSTRLEN];
	struct in6_addr any;
	size_t n = 0;

	while (n < len && n < sizeof(word) - 1 && !is_blank(text[n])) {
		word[n] = text[n];
		n++;
	}
	word[n] = '\0';
	return inet_pton(AF_INET, word, &any) == 1 || inet_pton(AF_INET6, word, &any) == 1;
}

/* What a line says of its file; LIST_AUTO: nothing.  Comments come here too. */
static enum list_form
guess_line(const char *text, size_t len)
{
	if (len && text[0] == '#')
		return LIST_AUTO;
	if (len >= 9 && !memcmp(text, "; cordon1", 9))
		return LIST_ZONE;
	if (has_word(text, len, "TXT") && memmem(text, len, "v=cordon1", 9))
		return LIST_ZONE;
	if (has_word(text, len, "CNAME"))
		return LIST_RPZ;
	if (len == 0 || text[0] == ';' || text[0] == '$' || is_blank(text[0]) || text[0] == ')' ||
	    text[0] == '@' || has_word(text, len, "SOA") || has_word(text, len, "NS"))
		return LIST_AUTO;
	if (begins_with_address(text, len))
		return LIST_HOSTS;
	return memchr(text, ',', len) ? LIST_CSV : LIST_NAMES;
}

static enum list_form
guess_path(const char *path)
{
	static const struct {
		const char *end;
		enum list_form form;
	} ends[] = {
	    {".zone", LIST_ZONE}, {".rpz", LIST_RPZ}, {".csv", LIST_CSV}, {".hosts", LIST_HOSTS}};
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i].end);

		if (len > n && !strcasecmp(path + len - n, ends[i].end))
			return ends[i].form;
	}
	return LIST_AUTO;
}

static bool
begins_zone(const char *text, size_t len)
{
	return len && (text[0] == '$' || text[0] == '@' || has_word(text, len, "SOA"));
}

/* The first line that says something decides, with two exceptions: in a zone only its own
 * records do, and a list of names is csv when one of its first lines has a comma.  Of a
 * plain list of names the file's name may know better. */
enum list_form
reader_guess(const struct reader *r)
{
	enum list_form by_path = guess_path(r->path), form = LIST_AUTO;
	const char *at = r->buf + r->next, *end = r->buf + r->end;
	unsigned names = 0;
	bool zone = false;

	while (at < end && (form == LIST_AUTO || (form == LIST_NAMES && names < NAMES_LOOKED_AT))) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((lf ? lf : end) - at);
		enum list_form line = guess_line(at, len);

		zone |= begins_zone(at, len);
		if (zone && line != LIST_ZONE && line != LIST_RPZ)
			line = LIST_AUTO;
		if (form == LIST_AUTO || line == LIST_CSV)
			form = line;
		names += line == LIST_NAMES;
		at = lf ? lf + 1 : end;
	}
	if (zone && form == LIST_AUTO)
		return by_path == LIST_RPZ ? LIST_RPZ : LIST_ZONE;
	if (form == LIST_AUTO || (form == LIST_NAMES && by_path != LIST_AUTO))
		return by_path == LIST_AUTO ? LIST_NAMES : by_path;
	return form;
}
