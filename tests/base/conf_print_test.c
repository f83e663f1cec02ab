#include "base/conf.h"

#include "base/err.h"
#include "tests/base/conf_read.h"
#include "tests/test.h"

/* Takes away each '#' that no space follows: what the sample's first line tells its reader. */
static void
uncomment(char *text)
{
	char *to = text;
	bool at_start = true;

	for (const char *p = text; *p; p++) {
		if (*p == '#' && at_start && p[1] != ' ')
			continue;
		at_start = *p == '\n' || (at_start && *p == '\t');
		*to++ = *p;
	}
	*to = '\0';
}

static void
test_sample(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct conf c;

	conf_print_sample(example, f);
	fclose(f);
	CHECK(read_text(&c, text, len) == 0, "the sample is accepted");
	CHECK(has_defaults(&c) && !c.contact && !c.ports.n, "and is the defaults");
	conf_free(example, &c);
	uncomment(text);
	CHECK(read_text(&c, text, strlen(text)) == 0, "so is the sample without its marks");
	if (*reports)
		printf("# said %s%s\n", reports, text);
	CHECK(has_defaults(&c), "it gives the same");
	CHECK(c.contact && strcmp(c.contact, ".....") == 0, "a text without a default is filled");
	CHECK(c.ports.n == 1 && strcmp(((struct port *)c.ports.item)->device, "0000:01:00.0") == 0,
	    "and a list has its example");
	conf_free(example, &c);
	free(text);
}

/* A required option in an absent group, and at the top level. */
static void
test_required(void)
{
	static const struct conf_option opt[] = {
	    {"key", CONF_TEXT, 0, "abc", .required = true, .min = 1, .max = 9, .help = "Key"}, {0}};
	static const struct conf_section need[] = {
	    {.name = "auth", .offset = sizeof(char *), .options = opt}, {.options = opt}, {0}};
	char *out[2] = {0}, *text = NULL;
	int other = 0;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	reports[0] = '\0';
	CHECK(conf_read_text(need, out, "x.conf", "", 0, collect, &other) == -ERR_FORMAT,
	    "required: absent");
	CHECK(strcmp(reports, "0: the option \"key\" is missing in auth; it is required\n"
			      "0: the option \"key\" is missing; it is required\n") == 0,
	    "required: both are named");
	conf_defaults(need, out);
	CHECK(!out[0] && !out[1], "required: is no default");
	conf_print_sample(need, f);
	fclose(f);
	CHECK(conf_read_text(need, out, "x.conf", text, len, collect, &other) == 0 &&
		  strcmp(out[0], "abc") == 0 && strcmp(out[1], "abc") == 0,
	    "required: the sample has it");
	conf_free(need, out);
	free(text);
}

static void
test_mdoc(void)
{
	static const char *const want[] = {
	    ".It Ic threads No = Ar number\nWorker threads.\nAllowed: 1 to 128.\nDefault: 4.\n",
	    "Default: /run/a \"b\" \\ec.\n",
	    ".It Ic contact No = Ar text\nWho to ask.\nAllowed: 5 to 9 bytes.\n.It Ic listen",
	    "Allowed: one of authoritative, inline, monitor.\nDefault: inline.\n",
	    ".It Ic ports No = ( { ... }, ... )\nPorts.\n.Bl -tag -width Ds\n.It Ic device",
	    "Allowed: 1 to 64 bytes.\nRequired.\n",
	    "Allowed: at least 0 queues.\nDefault: 2.\n",
	    "Allowed: true or false.\nDefault: true.\n.El\n",
	};
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	conf_print_mdoc(example, f);
	fclose(f);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		CHECK(strstr(text, want[i]), "mdoc, passage %zu", i);
	free(text);
}

int
main(void)
{
	test_sample();
	test_required();
	test_mdoc();
	return test_end();
}
