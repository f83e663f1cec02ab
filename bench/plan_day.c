#include "bench/plan_day.h"

#include "base/date.h"
#include "base/err.h"
#include "bench/store.h"
#include "lists/dga.h"
#include "lists/name.h"

#include <string.h>

int
plan_suffix_of(const struct dga_family *f, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];
	size_t len, longest = 0;
	int found = -1;

	name_to_text(text, name);
	len = strlen(text);
	for (int i = 0; f->suffixes[i]; i++) {
		size_t n = strlen(f->suffixes[i]);

		if (n > longest && len > n && text[len - n - 1] == '.' &&
		    !strcmp(text + len - n, f->suffixes[i])) {
			longest = n;
			found = i;
		}
	}
	return found;
}

int
plan_day_of(struct plan_day *out, const struct plan_family *family, const struct names_store *names,
    uint64_t *foreign)
{
	const struct dga_family *f = dga_find(family->generator);

	*out = (struct plan_day){0};
	*foreign = 0;
	for (uint64_t k = 0; f && k < names->n; k++) {
		int i = plan_suffix_of(f, store_name(names, k));

		if (i < 0 || i >= PLAN_SUFFIXES_MAX) {
			++*foreign;
			continue;
		}
		out->count[i]++;
		out->names++;
	}
	return out->names > 0 ? 0 : -ERR_UNKNOWN;
}

int
plan_date(int32_t *day, const char *text)
{
	if (strcmp(text, "today") != 0)
		return date_parse(day, text, strlen(text));
	*day = date_today();
	return 0;
}
