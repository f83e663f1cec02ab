#include "control/command.h"
#include "tests/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define ORG                                                                                 \
	"; cordon1 list; the last line counts its entries\n$ORIGIN org.f.hub.\n$TTL 3600\n" \
	"@ SOA ns.hub. hostmaster.hub. 7 3600 900 1209600 3600\n@ NS ns.hub.\n"             \
	"@ TXT \"v=cordon1\" \"feed=f\" \"suffix=org\"\n"

/* Every row starts in an empty directory with the input in `in`. */
static const struct {
	const char *about, *args, *input;
	int status;
	const char *files; /* sorted, each with a blank behind it */
	const char *path, *content;
	const char *said; /* part of what standard error got */
} cases[] = {
    {"a part for a suffix", "-f f -o out --hub hub --serial 7 -s org in", "a.org\nb.c.org\n", 0,
	"org.f.zone ", "out/org.f.zone",
	ORG "a TXT \"/\"\nb.c TXT \"/\"\n; end of zone, entries: 2\n",
	"build: 2 names, 1 part, serial 7\n"},
    {"a suffix without entries has its part", "-f f -o out --hub hub --serial 7 -s org -s mx in",
	"a.mx\n", 0, "mx.f.zone org.f.zone ", "out/org.f.zone", ORG "; end of zone, entries: 0\n",
	"1 names, 2 parts"},
    {"the longest suffix", "-f f -o out --serial 7 -s org -s a.org --split in.split in",
	"x.a.org\ny.org\nz.org\nw.com.mx\n", 0, "a.org.f.zone com.mx.f.zone org.f.zone ", NULL,
	NULL, "build: 4 names, 3 parts"},
    {"serial by the date", "-f f -o out --date 2009-04-01 -s org in", "a.org\n", 0, "org.f.zone ",
	NULL, NULL, "serial 2009040101\n"},
    {"days for those that have none",
	"-f f -o out --hub hub --serial 7 -s org --from 2009-04-01 --until 2009-04-05 in",
	"name,from,until\na.org,,\nb.org,2009-04-02,\n", 0, "org.f.zone ", "out/org.f.zone",
	ORG "a TXT \"2009-04-01/2009-04-05\"\nb TXT \"2009-04-02/2009-04-05\"\n"
	    "; end of zone, entries: 2\n",
	""},
    {"below no suffix", "-f f -o out -s org in", "a.org\nb.com\nc.net\n", 1, "", NULL, NULL,
	"in:2: b.com: below none of the suffixes\nbuild: in:3: c.net: below none"},
    {"a suffix as an entry", "-f f -o out -s org -s a.org in", "a.org\n", 1, "", NULL, NULL,
	"in:1: a.org: is a suffix itself"},
    {"a mistake in the input", "-f f -o out -s org in", "a.org\nb..org\n", 1, "", NULL, NULL,
	"in:2:1: not a DNS name"},
    {"window empty by --until", "-f f -o out -s org --until 2009-04-01 in", "a.org,2009-04-02\n", 1,
	"", NULL, NULL, "in:1: a.org: window is empty"},
    {"suffix twice", "-f f -o out -s org -s ORG. in", "a.org\n", 1, "", NULL, NULL, "given twice"},
    {"bad suffix", "-f f -o out -s a..b in", "a.org\n", 1, "", NULL, NULL, "a..b: not a DNS name"},
    {"suffix that is no file name", "-f f -o out -s a/b in", "a.org\n", 1, "", NULL, NULL, "a/b:"},
    {"metadata that cannot be written", "-f f -o out -s org --contact a\tb in", "a.org\n", 1, "",
	NULL, NULL, "org.f.zone: metadata cannot be written"},
    {"no such input", "-f f -o out -s org nothere", "", 1, "", NULL, NULL, "nothere: No such file"},
    {"no feed", "-o out in", "", 2, NULL, NULL, NULL, "--feed and --output are needed"},
    {"bad feed", "-f F -o out in", "", 2, NULL, NULL, NULL, "feed `F'"},
    {"no input", "-f f -o out", "", 2, NULL, NULL, NULL, "no input"},
    {"bad serial", "-f f -o out --serial 4294967296 in", "", 2, NULL, NULL, NULL, "serial"},
    {"bad action", "-f f -o out --action deny in", "", 2, NULL, NULL, NULL, "`deny': unknown word"},
    {"window backwards", "-f f -o out --from 2009-04-02 --until 2009-04-02 in", "", 2, NULL, NULL,
	NULL, "--from must lie before --until"},
};

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void
read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(out, 1, size - 1, f) : 0;

	out[n] = '\0';
	if (f)
		fclose(f);
}

static void
list_files(char *out, size_t size)
{
	struct dirent **entries;
	int n = scandir("out", &entries, NULL, alphasort);
	size_t len = 0;

	*out = '\0';
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.')
			len += (size_t)snprintf(out + len, size - len, "%s ", entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* In a process of its own, since a mistake in the options ends it. */
static int
build(const char *args)
{
	char copy[512], *argv[40] = {(char[]){"cordon build"}}, *save;
	int argc = 1, status;
	pid_t pid;

	fflush(stdout); /* or the child prints it again */
	pid = fork();
	if (pid == 0) {
		int fd = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, 2);
		snprintf(copy, sizeof(copy), "%s", args);
		for (char *p = strtok_r(copy, " ", &save); p; p = strtok_r(NULL, " ", &save))
			argv[argc++] = p;
		exit(cmd_build(argc, argv));
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
check_case(size_t i)
{
	char files[1024], content[4096], said[4096];
	int status;

	if (system("rm -rf out out.zone") != 0)
		return;
	write_file("in", cases[i].input);
	write_file("in.split", "# suffixes\ncom.mx\n");
	status = build(cases[i].args);
	list_files(files, sizeof(files));
	read_file("err", said, sizeof(said));
	CHECK(status == cases[i].status && strstr(said, cases[i].said), "%s: %d", cases[i].about,
	    status);
	CHECK(!cases[i].files || !strcmp(files, cases[i].files), "%s: files %s", cases[i].about,
	    files);
	if (!cases[i].path)
		return;
	read_file(cases[i].path, content, sizeof(content));
	CHECK(!strcmp(content, cases[i].content), "%s: content", cases[i].about);
}

static void
whole_feed(void)
{
	char content[4096];

	write_file("in", "a.org\n");
	write_file("out.zone", "old");
	CHECK(build("-f f -o out.zone --action drop --drill nothere") == 1, "whole feed, no input");
	read_file("out.zone", content, sizeof(content));
	CHECK(!strcmp(content, "old"), "a failure leaves the old file");
	CHECK(build("-f f -o out.zone --action drop --drill in") == 0, "whole feed");
	read_file("out.zone", content, sizeof(content));
	CHECK(
	    strstr(content, "\"suffix=.\" \"action=drop\" \"drill=1\"\na.org TXT \"/\"\n") != NULL,
	    "in one file");
	CHECK(build("-f g -o out.zone out.zone") == 0, "a zone may take its own place");
	read_file("out.zone", content, sizeof(content));
	CHECK(strstr(content, "\"feed=g\" \"suffix=.\"\na.org TXT \"/\"\n") != NULL,
	    "as another feed");
}

static void
many_parts(void)
{
	FILE *f = fopen("in.split", "w");
	FILE *in = fopen("in", "w");
	char said[1024];

	for (int i = 0; i < 1500; i++) {
		fprintf(f, "s%d.example\n", i);
		fprintf(in, "a.s%d.example\n", i);
	}
	fclose(f);
	fclose(in);
	CHECK(build("-f f -o out -S in.split in") == 0, "1500 parts at once");
	CHECK(system("test $(ls out | wc -l) = 1500 && rm -r out") == 0, "are all there");
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){500, 500});
	CHECK(build("-f f -o out -S in.split in") == 1, "1500 parts and 500 files");
	read_file("err", said, sizeof(said));
	CHECK(strstr(said, "1500 parts: more than the files"), "says so");
}

int
main(void)
{
	char dir[] = "/tmp/build_test.XXXXXX", clean[64];

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	for (size_t i = 0; i < N(cases); i++)
		check_case(i);
	if (system("rm -rf out") != 0)
		return 1;
	whole_feed();
	many_parts();
	snprintf(clean, sizeof(clean), "rm -r %s", dir);
	return (system(clean) != 0) | test_end();
}
