#include "lists/read_impl.h"

static void
read_line(struct reader *r)
{
	size_t at = 0, end;

	while (at < r->len && is_blank(r->text[at]))
		at++;
	if (at == r->len || r->text[at] == '#')
		return;
	for (end = at; end < r->len && !is_blank(r->text[end]);)
		end++;
	if (!record_name(r, at, end - at))
		return;
	for (at = end; at < r->len && is_blank(r->text[at]);)
		at++;
	if (at < r->len && r->text[at] != '#')
		record_error(r, at, "one name a line; a comment begins with #");
	else
		reader_entry(r);
}

void
read_names(struct reader *r)
{
	while (line_next(r) > 0)
		if (record_is_text(r))
			read_line(r);
}
