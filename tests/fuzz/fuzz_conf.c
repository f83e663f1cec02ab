/* Any text: conf_read_text says yes and reports nothing, or says no, reports in order of
 * lines and leaves nothing behind. */

#include "base/err.h"
#include "tests/base/conf_example.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

/* libconfig 1.5 loses the string it was reading when it meets a syntax error. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig_yylex\n";
}

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

struct seen {
	unsigned n, line;
};

static void
report(void *ctx, const char *path, unsigned line, const char *text)
{
	struct seen *seen = ctx;

	if (line < seen->line || !*text || !*path)
		abort();
	seen->line = line;
	seen->n++;
}

static void
check_values(const struct conf *c)
{
	if (c->threads < 1 || c->threads > 128 || !c->socket || strlen(c->socket) > 20)
		abort();
	if (c->listen.n < 1 || c->listen.n > 3 || c->mode < 0 || c->mode > 2 || c->ports.n > 2)
		abort();
	for (size_t i = 0; i < c->ports.n; i++)
		if (!((const struct port *)c->ports.item)[i].device)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct conf zero;
	struct conf c = zero;
	struct seen seen = {0};
	int rc = conf_read_text(example, &c, "x", (const char *)bytes, len, report, &seen);

	if (rc == 0 && seen.n == 0)
		check_values(&c);
	else if (rc != -ERR_FORMAT || seen.n == 0 || memcmp(&c, &zero, sizeof(c)) != 0)
		abort();
	conf_free(example, &c);
	return 0;
}
