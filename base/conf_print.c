#include "base/conf.h"

#include "base/conf_value.h"

#include <inttypes.h>
#include <string.h>

/* A text for an option without a default: dots, as many as it must have. */
static void
print_dots(FILE *to, int64_t min, int64_t max)
{
	for (int64_t i = 0; i < min || (i < 3 && i < max); i++)
		putc('.', to);
}

static void
print_quoted(FILE *to, const char *text, size_t len)
{
	putc('"', to);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			putc('\\', to);
		putc(text[i], to);
	}
	putc('"', to);
}

static void
print_texts(FILE *to, const struct conf_option *o)
{
	const char *word, *at = o->def ? o->def : "", *comma = "";
	size_t len;
	int64_t n = 0;

	putc('[', to);
	for (; (word = conf_next_word(&at, &len)); comma = ", ", n++) {
		fputs(comma, to);
		print_quoted(to, word, len);
	}
	for (; n < o->min; comma = ", ", n++)
		fprintf(to, "%s\"...\"", comma);
	putc(']', to);
}

/* The default, else something that conf_read accepts. */
static void
print_value(FILE *to, const struct conf_option *o)
{
	switch (o->type) {
	case CONF_BOOL: fputs(o->def ? o->def : "false", to); break;
	case CONF_INT:
		if (o->def)
			fputs(o->def, to);
		else
			fprintf(to, "%" PRId64, o->min);
		break;
	case CONF_TEXT:
		if (o->def) {
			print_quoted(to, o->def, strlen(o->def));
			break;
		}
		putc('"', to);
		print_dots(to, o->min, o->max);
		putc('"', to);
		break;
	case CONF_TEXTS: print_texts(to, o); break;
	case CONF_CHOICE:
		print_quoted(
		    to, o->def ? o->def : o->choices[0], strlen(o->def ? o->def : o->choices[0]));
		break;
	}
}

static void
print_range(FILE *to, const struct conf_option *o, const char *unit)
{
	if (o->max == INT64_MAX)
		fprintf(to, "at least %" PRId64, o->min);
	else
		fprintf(to, "%" PRId64 " to %" PRId64, o->min, o->max);
	if (unit)
		fprintf(to, " %s", unit);
}

static void
print_limits(FILE *to, const struct conf_option *o)
{
	switch (o->type) {
	case CONF_BOOL: fputs("true or false", to); break;
	case CONF_INT: print_range(to, o, o->unit); break;
	case CONF_TEXT: print_range(to, o, "bytes"); break;
	case CONF_TEXTS: print_range(to, o, "items"); break;
	case CONF_CHOICE:
		for (int i = 0; o->choices[i]; i++)
			fprintf(to, "%s%s", i ? ", " : "one of ", o->choices[i]);
		break;
	}
}

/* "# prose" and "#option = value;": without its '#', the second is a setting. */
static void
sample_option(FILE *to, const struct conf_option *o, const char *prose, const char *setting)
{
	fprintf(to, "%s%s; ", prose, o->help);
	print_limits(to, o);
	fprintf(to, "%s.\n%s%s = ", o->required ? "; required" : "", setting, o->name);
	print_value(to, o);
	fputs(";\n", to);
}

static void
sample_section(FILE *to, const struct conf_section *s)
{
	if (s->help)
		fprintf(to, "# %s.\n", s->help);
	if (s->many)
		fprintf(to, "# A list of 0 to %zu groups.\n#%s = (\n#\t{\n", s->max, s->name);
	else if (s->name)
		fprintf(to, "%s = {\n", s->name);
	for (const struct conf_option *o = s->options; o->name; o++) {
		if (s->many)
			sample_option(to, o, "#\t\t# ", "#\t\t");
		else if (s->name)
			sample_option(to, o, "\t# ", o->required ? "\t" : "\t#");
		else
			sample_option(to, o, "# ", o->required ? "" : "#");
	}
	if (s->many)
		fputs("#\t}\n#);\n", to);
	else if (s->name)
		fputs("};\n", to);
}

void
conf_print_sample(const struct conf_section *sections, FILE *to)
{
	fputs("# Every option with its default; take the leading # away to change one.\n", to);
	for (const struct conf_section *s = sections; s->options; s++) {
		putc('\n', to);
		sample_section(to, s);
	}
}

/* Text as mdoc(7) takes it: no macro at the start of a line, no escapes within it. */
static void
print_roff(FILE *to, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", to);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", to);
		else
			putc(*text, to);
	}
}

static void
mdoc_option(FILE *to, const struct conf_option *o)
{
	static const char *const kind[] = {
	    [CONF_BOOL] = "true | false",
	    [CONF_INT] = "number",
	    [CONF_TEXT] = "text",
	    [CONF_TEXTS] = "texts",
	    [CONF_CHOICE] = "choice",
	};

	fprintf(to, ".It Ic %s No = Ar %s\n", o->name, kind[o->type]);
	print_roff(to, o->help);
	fputs(".\nAllowed: ", to);
	print_limits(to, o);
	if (o->required) {
		fputs(".\nRequired.\n", to);
	} else if (o->def) {
		fputs(".\nDefault: ", to);
		print_roff(to, o->def);
		fputs(".\n", to);
	} else {
		fputs(".\n", to);
	}
}

static void
mdoc_section(FILE *to, const struct conf_section *s)
{
	if (s->name) {
		fprintf(
		    to, ".It Ic %s No = %s\n", s->name, s->many ? "( { ... }, ... )" : "{ ... }");
		if (s->help) {
			print_roff(to, s->help);
			fputs(".\n", to);
		}
		fputs(".Bl -tag -width Ds\n", to);
	}
	for (const struct conf_option *o = s->options; o->name; o++)
		mdoc_option(to, o);
	if (s->name)
		fputs(".El\n", to);
}

void
conf_print_mdoc(const struct conf_section *sections, FILE *to)
{
	for (const struct conf_section *s = sections; s->options; s++)
		mdoc_section(to, s);
}
