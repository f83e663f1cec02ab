/* replay.c - drives a fuzz target where there is no libFuzzer.
 *
 *   fuzz_x [-m MUTANTS] [-s SEED] [FILE | FOLDER]...
 *
 * Runs every file, then mutants of them; the same seed makes the same mutants.  Before
 * each input its origin is noted, so that a crash names the file or the mutant. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_MAX (64 << 10) /* bytes of a mutant; files may be larger */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct input {
	char *path;
	uint8_t *bytes;
	size_t len;
};

struct corpus {
	struct input *item;
	size_t n;
};

static char running[512]; /* what a crash has to name */

static void
fail(const char *what, const char *path)
{
	fprintf(
	    stderr, "%s: %s: %s: %s\n", program_invocation_short_name, what, path, strerror(errno));
	exit(2);
}

static void *
allocate(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (!p)
		fail("memory", "out of it");
	return p;
}

static void
on_crash(int sig)
{
	ssize_t rc = write(STDERR_FILENO, running, strlen(running));

	(void)rc;
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The sanitizers end by exit; this is how they are made to tell the input, too. */
void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

static void
on_death(void)
{
	ssize_t rc = write(STDERR_FILENO, running, strlen(running));

	(void)rc;
}

static void
watch_crashes(void)
{
	static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

	if (__sanitizer_set_death_callback) {
		__sanitizer_set_death_callback(on_death);
		signal(SIGABRT, on_crash);
		return;
	}
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], on_crash);
}

/* An exact copy, so that ASan sees a byte read too far. */
static void
run(const uint8_t *bytes, size_t len)
{
	uint8_t *exact = allocate(NULL, len);

	if (len)
		memcpy(exact, bytes, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
}

static void
read_file(struct input *in, const char *path, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;

	if (fd < 0)
		fail("cannot read", path);
	*in = (struct input){strdup(path), allocate(NULL, size), 0};
	while (in->len < size && n > 0) {
		n = read(fd, in->bytes + in->len, size - in->len);
		if (n < 0)
			fail("cannot read", path);
		in->len += (size_t)n;
	}
	close(fd);
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* Adds a file, or all files of a folder and its folders by name. */
static void
add(struct corpus *c, const char *path)
{
	struct dirent **name;
	struct stat st;
	int n;

	if (stat(path, &st) < 0)
		fail("cannot read", path);
	if (!S_ISDIR(st.st_mode)) {
		c->item = allocate(c->item, (c->n + 1) * sizeof(*c->item));
		read_file(&c->item[c->n++], path, (size_t)st.st_size);
		return;
	}
	n = scandir(path, &name, visible, alphasort);
	if (n < 0)
		fail("cannot read", path);
	for (int i = 0; i < n; i++) {
		char *inner = NULL;

		if (asprintf(&inner, "%s/%s", path, name[i]->d_name) < 0)
			fail("memory", "out of it");
		add(c, inner);
		free(inner);
		free(name[i]);
	}
	free(name);
}

static uint64_t
next_random(uint64_t *x) /* xorshift64 */
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static size_t
below(uint64_t *x, size_t n)
{
	return n ? (size_t)(next_random(x) >> 11) % n : 0;
}

/* Puts n bytes from the mutant's own or another's into it at a random place. */
static size_t
insert(uint8_t *buf, size_t len, const uint8_t *from, size_t n, uint64_t *x)
{
	size_t at = below(x, len + 1);

	if (n > INPUT_MAX - len)
		n = INPUT_MAX - len;
	memmove(buf + at + n, buf + at, len - at);
	if (n)
		memcpy(buf + at, from, n);
	return len + n;
}

static size_t
cut(uint8_t *buf, size_t len, uint64_t *x)
{
	size_t at = below(x, len), n = below(x, len - at < 32 ? len - at : 32) + 1;

	if (n > len - at)
		return len;
	memmove(buf + at, buf + at + n, len - at - n);
	return len - n;
}

/* The first half of one, the second of another. */
static size_t
splice_inputs(uint8_t *buf, size_t len, const struct input *other, uint64_t *x)
{
	size_t keep = below(x, len + 1), from = below(x, other->len + 1);
	size_t n = other->len - from;

	if (n > INPUT_MAX - keep)
		n = INPUT_MAX - keep;
	if (n)
		memcpy(buf + keep, other->bytes + from, n);
	return keep + n;
}

static size_t
mutate(uint8_t *buf, size_t len, const struct corpus *c, uint64_t *x)
{
	static const uint8_t edge[] = {
	    0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff, ' ', '\n', '"', '.'};
	const struct input *other = &c->item[below(x, c->n)];
	uint8_t extra[16];

	for (size_t i = 0; i < sizeof(extra); i++)
		extra[i] = (uint8_t)next_random(x);
	switch (below(x, len ? 8 : 2)) {
	case 0: return insert(buf, len, extra, below(x, sizeof(extra)) + 1, x);
	case 1: return splice_inputs(buf, len, other, x);
	case 2: buf[below(x, len)] ^= (uint8_t)(1U << below(x, 8)); return len;
	case 3: buf[below(x, len)] = extra[0]; return len;
	case 4: buf[below(x, len)] = edge[below(x, sizeof(edge))]; return len;
	case 5: return below(x, len);
	case 6: return cut(buf, len, x);
	default: return insert(buf, len, other->bytes, other->len < 64 ? other->len : 64, x);
	}
}

static void
run_mutants(const struct corpus *c, unsigned long mutants, uint64_t seed)
{
	uint8_t *buf = allocate(NULL, INPUT_MAX);
	uint64_t x = seed * 0x9e3779b97f4a7c15 + 1;

	for (unsigned long i = 1; i <= mutants; i++) {
		const struct input *in = &c->item[below(&x, c->n)];
		size_t len = in->len < INPUT_MAX ? in->len : INPUT_MAX;

		snprintf(running, sizeof(running),
		    "%s: died on mutant %lu of seed %llu (from %s)\n",
		    program_invocation_short_name, i, (unsigned long long)seed, in->path);
		if (len)
			memcpy(buf, in->bytes, len);
		for (size_t edits = below(&x, 4) + 1; edits; edits--)
			len = mutate(buf, len, c, &x);
		run(buf, len);
	}
	free(buf);
}

int
main(int argc, char **argv)
{
	static char no_path[] = "nothing";
	static uint8_t no_bytes[1];
	struct input nothing = {no_path, no_bytes, 0};
	struct corpus c = {0}, none = {&nothing, 1};
	unsigned long mutants = 0;
	uint64_t seed = 1;
	int option;

	while ((option = getopt(argc, argv, "m:s:")) != -1) {
		if (option == 'm')
			mutants = strtoul(optarg, NULL, 10);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 10);
		else
			return 2;
	}
	for (int i = optind; i < argc; i++)
		add(&c, argv[i]);
	watch_crashes();
	for (size_t i = 0; i < c.n; i++) {
		snprintf(running, sizeof(running), "%s: died on %s\n",
		    program_invocation_short_name, c.item[i].path);
		run(c.item[i].bytes, c.item[i].len);
	}
	run_mutants(c.n ? &c : &none, mutants, seed);
	printf("%s: %zu files, %lu mutants\n", program_invocation_short_name, c.n, mutants);
	for (size_t i = 0; i < c.n; i++) {
		free(c.item[i].path);
		free(c.item[i].bytes);
	}
	free(c.item);
	return 0;
}
