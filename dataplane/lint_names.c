#include "dataplane/lint.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct lint_names {
	bool has_len[NAME_LEN_MAX + 1]; /* most names are told by their length */
	size_t n;
	struct one {
		size_t len;
		const uint8_t *name; /* borrowed from the policies */
	} item[];
};

static bool
has(const struct lint_names *s, const uint8_t *name, size_t len)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i].len == len && memcmp(s->item[i].name, name, len) == 0)
			return true;
	return false;
}

static size_t
len_of(const uint8_t *name)
{
	size_t n = 0;

	while (name[n])
		n += name[n] + 1u;
	return n + 1;
}

static void
add_all(struct lint_names *s, const uint8_t *name)
{
	for (; *name; name += *name + 1u) {
		size_t len = len_of(name);

		if (has(s, name, len))
			continue;
		s->has_len[len] = true;
		s->item[s->n++] = (struct one){len, name};
	}
}

static size_t
count_labels(const struct options *o)
{
	size_t n = 0;

	for (unsigned i = 0; i < o->policies_n; i++)
		for (unsigned k = 0; o->policy[i].has_ns && k < o->policy[i].ns_n; k++)
			n += name_labels(o->policy[i].ns[k]);
	return n;
}

int
lint_names_new(struct lint_names **out, const struct options *o)
{
	struct lint_names *s = calloc(1, sizeof(*s) + count_labels(o) * sizeof(s->item[0]));

	if (!s)
		return -ENOMEM;
	for (unsigned i = 0; i < o->policies_n; i++)
		for (unsigned k = 0; o->policy[i].has_ns && k < o->policy[i].ns_n; k++)
			add_all(s, o->policy[i].ns[k]);
	*out = s;
	return 0;
}

bool
lint_names_have(const struct lint_names *s, const uint8_t *name, size_t len)
{
	return len <= NAME_LEN_MAX && s->has_len[len] && has(s, name, len);
}

void
lint_names_free(struct lint_names *s)
{
	free(s);
}
