#include "base/conf.h"

#include "base/conf_mistake.h"
#include "base/err.h"
#include "tests/base/conf_read.h"
#include "tests/test.h"

#include <unistd.h>

static const struct {
	const char *about, *text, *want;
} bad[] = {
    {"unknown option, near", "threads = 1;\nthread = 2;",
	"2: unknown option \"thread\"; did you mean \"threads\"?\n"},
    {"unknown option, two edits", "sokket = \"a\";\nsoket1 = \"a\";",
	"1: unknown option \"sokket\"; did you mean \"socket\"?\n"
	"2: unknown option \"soket1\"; did you mean \"socket\"?\n"},
    {"unknown option, far", "colour = 2;", "1: unknown option \"colour\"\n"},
    {"a near section", "\nport = ();", "2: unknown option \"port\"; did you mean \"ports\"?\n"},
    {"unknown group", "dns = { };", "1: unknown group \"dns\"\n"},
    {"unknown in a group", "log = {\n level = \"error\";\n levels = 1;\n};",
	"3: unknown option \"levels\" in log; did you mean \"level\"?\n"},
    {"unknown in a list", "ports = ({ device = \"a\"; },\n{ device = \"b\";\n queue = 1; });",
	"3: unknown option \"queue\" in ports; did you mean \"queues\"?\n"},
    {"a top option in a group", "log = { threads = 1; };",
	"1: unknown option \"threads\" in log\n"},
    {"upper case is another name", "Threads = 1;",
	"1: unknown option \"Threads\"; did you mean \"threads\"?\n"},
    {"missing in a list", "ports = (\n{ queues = 1; },\n{ });",
	"2: the option \"device\" is missing in ports; it is required\n"
	"3: the option \"device\" is missing in ports; it is required\n"},
    {"all mistakes, by line", "mode = \"x\";\nlog = { a = 1; };\nthreads = 0;\nzz = 1;",
	"1: \"mode\" is \"x\"; expected \"authoritative\", \"inline\" or \"monitor\"\n"
	"2: unknown option \"a\" in log\n"
	"3: \"threads\" is 0; expected 1 to 128\n"
	"4: unknown option \"zz\"\n"},

    {"int: too large", "threads = 129;", "1: \"threads\" is 129; expected 1 to 128\n"},
    {"int: not cut to 32 bits", "threads = 4294967297;",
	"1: \"threads\" is 4294967297; expected 1 to 128\n"},
    {"int: hex is not cut either", "threads = 0x100000001;",
	"1: \"threads\" is 4294967297; expected 1 to 128\n"},
    {"int: hex is not negative", "threads = 0xFFFFFFFF;",
	"1: \"threads\" is 4294967295; expected 1 to 128\n"},
    {"int: over 64 bits", "\nthreads = 9223372036854775808;",
	"2: 9223372036854775808 is out of range; expected a number of 64 bits\n"},
    {"int: under 64 bits", "threads = -9223372036854775809L;",
	"1: -9223372036854775809 is out of range; expected a number of 64 bits\n"},
    {"int: hex over 63 bits", "threads = 0x8000000000000000;",
	"1: 0x8000000000000000 is out of range; expected a number of 64 bits\n"},
    {"int: only a minimum", "ports = ({ device = \"a\"; queues = -1; });",
	"1: \"queues\" is -1; expected at least 0 queues\n"},
    {"int: a float", "threads = 1.0;",
	"1: \"threads\" is a number with a fraction; expected a whole number\n"},
    {"int: a power", "threads = 1e2;",
	"1: \"threads\" is a number with a fraction; expected a whole number\n"},
    {"int: a string", "threads = \"1\";", "1: \"threads\" is a string; expected a whole number\n"},
    {"int: a group", "threads = { a = 1; };",
	"1: \"threads\" is a group { ... }; expected a whole number\n"},
    {"bool: a number", "ports = ({ device = \"a\"; checksum = 1; });",
	"1: \"checksum\" is a whole number; expected true or false\n"},
    {"text: a number", "socket = 1;", "1: \"socket\" is a whole number; expected a string\n"},
    {"text: too short", "contact = \"1234\";", "1: \"contact\" has 4 bytes; expected 5 to 9\n"},
    {"text: too long", "contact = \"1234567890\";",
	"1: \"contact\" has 10 bytes; expected 5 to 9\n"},
    {"texts: too few", "listen = [ ];", "1: \"listen\" has 0 items; expected 1 to 3\n"},
    {"texts: too many", "listen = [\"a\", \"b\", \"c\", \"d\"];",
	"1: \"listen\" has 4 items; expected 1 to 3\n"},
    {"texts: a number", "listen = 1;",
	"1: \"listen\" is a whole number; expected strings [ \"...\", ... ]\n"},
    {"texts: a number among them", "listen = (\"a\",\n1);",
	"2: \"listen\" is a whole number; expected strings alone\n"},
    {"texts: an array that mixes", "listen = [\"a\",\n1];",
	"2: an array [ ] mixes types; expected strings alone\n"},
    {"choice: a number", "log = { level = 2; };",
	"1: \"level\" is a whole number; expected \"error\" or \"notice\"\n"},
    {"choice: control characters", "mode = \"\\x1b[2J\";",
	"1: \"mode\" is \"?[2J\"; expected \"authoritative\", \"inline\" or \"monitor\"\n"},
    {"group: a number", "log = 1;", "1: \"log\" is a whole number; expected a group { ... }\n"},
    {"list: a group", "ports = { };",
	"1: \"ports\" is a group { ... }; expected a list of groups ( { ... }, { ... } )\n"},
    {"list: a string in it", "ports = (\n\"a\");",
	"2: \"ports\" is a string; expected groups { ... }\n"},
    {"list: too many", "ports = ({},{},{});", "1: \"ports\" has 3 groups; expected at most 2\n"},

    {"syntax: twice", "threads = 1;\n\nthreads = 2;",
	"3: an option or group stands here a second time\n"},
    {"syntax: no value", "threads = ;",
	"1: syntax error; expected name = value; or name = { ... };\n"},
    {"syntax: not a name", "mode = inline;",
	"1: syntax error; expected name = value; or name = { ... };\n"},
    {"syntax: string left open", "mode = \"inline;\nthreads = 1;\n",
	"1: the string that begins here never ends; expected \"\n"},
    {"syntax: comment left open", "threads = 1;\n/* mode = \"inline\";\n",
	"2: the comment that begins here never ends; expected */\n"},
    {"syntax: group left open", "\nlog = {\nlevel = \"error\";\n",
	"2: the bracket that opens here is never closed; expected }\n"},
    {"syntax: crossed brackets", "ports = (\n{ device = \"a\";\n);",
	"3: found ); expected } for the bracket of line 2\n"},
    {"syntax: a bracket too many", "log = { };\n};", "2: } closes nothing\n"},
    {"syntax: too deep", "a = ((((((((( 1 )))))))));", "1: more than 8 brackets within brackets\n"},
    {"syntax: single quotes", "mode = 'inline';",
	"1: found '; expected a string in double quotes\n"},
    {"syntax: include", "\n@include \"/etc/passwd\"\n", "2: @include is not supported\n"},
    {"syntax: a stray character", "mode = $a;", "1: $ has no meaning outside a string\n"},
    {"syntax: a stray byte", "mode = \xc3\xa9;", "1: byte 0xc3 has no meaning outside a string\n"},
    {"syntax: NUL in a string", "mode = \"a\\x00b\";", "1: a string may not hold \\x00\n"},
};

static void
test_refused(void)
{
	struct conf c;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int rc = read_text(&c, bad[i].text, strlen(bad[i].text));

		CHECK(rc == -ERR_FORMAT, "refused: %s", bad[i].about);
		CHECK(strcmp(reports, bad[i].want) == 0, "says: %s", bad[i].about);
		if (strcmp(reports, bad[i].want) != 0)
			printf("# said %s", reports);
		CHECK(is_zero(&c), "leaves nothing: %s", bad[i].about);
	}
	CHECK(read_text(&c, "threads = 1;\n\0", 14) == -ERR_FORMAT &&
		  strcmp(reports, "2: found a NUL byte; expected text\n") == 0,
	    "NUL in the file");
}

static const struct {
	const char *about, *text;
	int64_t threads, bytes;
} numbers[] = {
    {"an empty file is the defaults", "", 4, -5000000000},
    {"plain", "threads = 7; log = { bytes = 5; };", 7, 5},
    {"64 bits without an L", "log = { bytes = 5000000000; };", 4, 5000000000},
    {"64 bits with an L", "log = { bytes = 5000000000L; };", 4, 5000000000},
    {"64 bits with two", "log = { bytes = 5000000000LL; };", 4, 5000000000},
    {"the largest", "log = { bytes = 9223372036854775807; };", 4, INT64_MAX},
    {"the smallest", "log = { bytes = -9223372036854775808; };", 4, INT64_MIN},
    {"a plus sign", "log = { bytes = +12; };", 4, 12},
    {"hex", "threads = 0x1F; log = { bytes = 0x7fffffffFFFFFFFF; };", 31, INT64_MAX},
    {"hex with an L", "log = { bytes = 0xffffffffL; };", 4, 4294967295},
    {"leading zeros are not octal", "threads = 0010;", 10, -5000000000},
    {"no separators", "threads=5log={bytes=5000000000}", 5, 5000000000},
    {"colons and commas", "threads : 5, log : { bytes : 6 }", 5, 6},
    {"comments of three kinds", "# 1\nthreads/* 99999999999\n*/= 5; // \"\nlog = { bytes = 6; };",
	5, 6},
    {"a comment without LF at the end", "threads = 5;\n# end", 5, -5000000000},
    {"CR LF", "threads = 5;\r\nlog = {\r\n};\r\n", 5, -5000000000},
    {"digits and marks in strings", "socket = \"5000000000#/*@'{\"; threads = 5;", 5, -5000000000},
};

static void
test_numbers(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct conf c;
		int rc = read_text(&c, numbers[i].text, strlen(numbers[i].text));

		CHECK(rc == 0 && !*reports, "numbers, accepted: %s", numbers[i].about);
		CHECK(c.threads == numbers[i].threads && c.log.bytes == numbers[i].bytes,
		    "numbers: %s", numbers[i].about);
		conf_free(example, &c);
	}
}

static void
test_defaults(void)
{
	struct conf c = {0};

	conf_defaults(example, &c);
	CHECK(has_defaults(&c), "defaults");
	CHECK(!c.contact && !c.ports.n, "defaults: what has none stays zero");
	conf_free(example, &c);
	CHECK(is_zero(&c), "free leaves nothing");
	conf_free(example, &c);
	CHECK(is_zero(&c), "free takes nothing");
}

static void
test_all_types(void)
{
	static const char text[] = "socket = \"/run/\" \"x\\\"\\x41\"; contact = \"56789\";\n"
				   "listen = (\"a\", \"b\", \"c\"); mode = \"monitor\";\n"
				   "log = { level = \"error\"; }; ports = (\n"
				   "{ device = \"p0\"; checksum = FALSE; queues = 9; },\n"
				   "{ device = \"p1\"; });\n";
	struct conf c;
	const struct port *p;

	CHECK(read_text(&c, text, strlen(text)) == 0, "every type is read");
	CHECK(strcmp(c.socket, "/run/x\"A") == 0 && strcmp(c.contact, "56789") == 0, "text");
	CHECK(c.listen.n == 3 && strcmp(c.listen.item[2], "c") == 0, "texts");
	CHECK(c.mode == 2 && c.log.level == 0, "choice");
	CHECK(c.ports.n == 2, "groups in a list");
	p = c.ports.item;
	CHECK(strcmp(p[0].device, "p0") == 0 && !p[0].checksum && p[0].queues == 9, "first group");
	CHECK(strcmp(p[1].device, "p1") == 0 && p[1].checksum && p[1].queues == 2,
	    "second group: its own defaults");
	conf_free(example, &c);
	CHECK(read_text(&c, "listen = \"x\";", 13) == 0 && c.listen.n == 1 &&
		  strcmp(c.listen.item[0], "x") == 0,
	    "texts: one string stands for itself");
	conf_free(example, &c);
}

static const struct {
	const char *about, *text, *want;
	bool near;
} names[] = {
    {"the same is no suggestion", "port", "port", false},
    {"a letter less", "prt", "port", true},
    {"a letter more", "sport", "port", true},
    {"two swapped", "prot", "port", true},
    {"three edits", "sprots", "port", false},
    {"underscore for hyphen", "max_names", "max-names", true},
    {"a short name, all of it changed", "ab", "xy", false},
    {"a short name, one letter of it", "ay", "xy", true},
    {"nothing", "", "xy", false},
};

static void
test_near(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		CHECK(conf_is_near(names[i].text, names[i].want) == names[i].near, "near: %s",
		    names[i].about);
}

/* conf_read itself: the file, its size, its absence. */
static void
test_file(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[256], pad[4096];
	struct conf c = {0};
	int other = 0, fd;

	snprintf(path, sizeof(path), "%s/conf_test.XXXXXX", tmp ? tmp : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		exit(2);
	memset(pad, '\n', sizeof(pad));
	for (int i = 0; i < 255; i++)
		if (write(fd, pad, sizeof(pad)) != sizeof(pad))
			exit(2);
	memcpy(pad + sizeof(pad) - 12, "threads = 9;", 12);
	if (write(fd, pad, sizeof(pad)) != sizeof(pad))
		exit(2);
	CHECK(conf_read(example, &c, path, collect, &other) == 0 && c.threads == 9,
	    "a file of exactly 1 MiB is read");
	conf_free(example, &c);
	reports[0] = '\0';
	if (write(fd, "\n", 1) != 1)
		exit(2);
	CHECK(conf_read(example, &c, path, collect, &other) == -ERR_FORMAT && is_zero(&c) &&
		  strcmp(reports, "0: the file has more than 1 MiB\n") == 0,
	    "a byte more is not");
	close(fd);
	unlink(path);
	reports[0] = '\0';
	CHECK(conf_read(example, &c, path, collect, &other) == -ERR_FORMAT &&
		  strcmp(reports, "0: No such file or directory\n") == 0,
	    "no file");
	reports[0] = '\0';
	CHECK(conf_read(example, &c, "/", collect, &other) == -ERR_FORMAT &&
		  strcmp(reports, "0: Is a directory\n") == 0,
	    "a directory");
}

int
main(void)
{
	test_defaults();
	test_numbers();
	test_all_types();
	test_refused();
	test_near();
	test_file();
	return test_end();
}
