#include "lists/export.h"
#include "lists/read.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct export_options o;
	struct exporter x;
	FILE *to;
};

/* What cordon export asks of an entry before a writer sees it. */
static int
take_entry(void *ctx, const struct entry *e)
{
	struct run *r = ctx;
	struct entry own = *e;

	if (own.action == ACTION_INHERIT)
		own.action = ACTION_SINKHOLE;
	if (!name_is_under(own.name, own.name_len, r->o.suffix, r->o.suffix_len) ||
	    export_refuses(&r->o, (enum action)own.action) || export_refuses_name(&r->o, &own))
		return 0;
	if (r->o.form != EXPORT_EPP)
		return export_entry(&r->x, &own);
	assert(epp_write(r->to, &r->o, EPP_CREATE, &own, false) == 0);
	assert(epp_write(r->to, &r->o, EPP_UPDATE, &own, own.from & 1) == 0);
	return 0;
}

static void
take_error(void *ctx, const struct list_error *e)
{
	(void)ctx, (void)e;
}

static int
count_line(void *ctx, const struct entry *e)
{
	(void)e;
	++*(uint64_t *)ctx;
	return 0;
}

/* What was written as CSV is read again, all of it. */
static void
check_csv(char *text, size_t len)
{
	uint64_t lines = 0, entries = 0;
	const struct list_sink sink = {&entries, count_line, NULL, take_error};
	FILE *f = fmemopen(text, len, "r");

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	assert(list_read(f, "csv", LIST_CSV, NULL, &sink) == 0);
	assert(entries + 1 == lines);
	fclose(f);
}

static void
export_all(struct policy *p, const uint8_t *data, size_t size, enum export_form form)
{
	static char text[1 << 20];
	static struct run r;
	const struct list_sink sink = {&r, take_entry, NULL, take_error};
	const struct list_limits limits = {.line_max = 512, .entries_max = 512};
	FILE *f = fmemopen((uint8_t *)(uintptr_t)data, size, "r");

	r.to = fmemopen(text, sizeof(text), "w");
	r.o = (struct export_options){.form = form,
	    .suffix = (const uint8_t *)"",
	    .suffix_len = 1,
	    .zone = (const uint8_t *)"\1r",
	    .zone_len = 3,
	    .policy = p,
	    .day = 14335,
	    .folder = "/d",
	    .epp = {.auth = "x"}};
	if (form != EXPORT_EPP)
		export_begin(&r.x, r.to, &r.o);
	if (list_read(f, "fuzz", LIST_AUTO, &limits, &sink) == 0 && form != EXPORT_EPP)
		export_end(&r.x);
	fclose(f);
	fflush(r.to);
	assert(ftell(r.to) >= 0);
	if (form == EXPORT_CSV && !ferror(r.to))
		check_csv(text, (size_t)ftell(r.to));
	fclose(r.to);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy p;

	if (size == 0 || size > 4096)
		return 0;
	policy_defaults(&p);
	p.a_n = p.ns_n = 1;
	p.has_ns = true;
	memcpy(p.ns[0], "\2ns\1x", 6);
	for (int form = 0; form < EXPORT_FORMS; form++)
		export_all(&p, data, size, (enum export_form)form);
	return 0;
}
