#include "base/ctl_server.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[80], path[96];

/* Runs serve in a thread, and keeps what it returned. */
struct server {
	int fd;
	int (*serve)(struct server *);
	const char *raw; /* what a server that is none of ours says */
	pthread_t thread;
	atomic_bool end; /* ours: returns */
	int rc;
};

static void *
server_main(void *arg)
{
	struct server *s = arg;
	s->rc = s->serve(s);
	return NULL;
}

static void
server_start(struct server *s, int (*serve)(struct server *))
{
	s->serve = serve;
	atomic_store(&s->end, false);
	if (pthread_create(&s->thread, NULL, server_main, s) != 0)
		exit(2);
}

static int
server_end(struct server *s)
{
	atomic_store(&s->end, true);
	pthread_join(s->thread, NULL);
	return s->rc;
}

/* The words come back; "big N" gives N bytes, "null" no reply at all. */
static json_t *
answer(void *ctx, size_t argc, char **argv)
{
	json_t *words = json_array();

	++*(int *)ctx;
	if (argc == 2 && strcmp(argv[0], "big") == 0) {
		size_t n = strtoul(argv[1], NULL, 10);
		char *text = calloc(n + 1, 1);
		json_t *reply;

		json_decref(words);
		if (!text)
			exit(2);
		memset(text, 'b', n);
		reply = json_pack("{s:s}", "b", text);
		free(text);
		return reply;
	}
	if (strcmp(argv[0], "null") == 0) {
		json_decref(words);
		return NULL;
	}
	for (size_t i = 0; i < argc; i++)
		json_array_append_new(words, json_string(argv[i]));
	return json_pack("{s:b, s:o}", "ok", 1, "words", words);
}

static int answered;

static struct ctl_server *ours;

static int
serve_ours(struct server *s)
{
	while (!atomic_load(&s->end)) {
		struct pollfd p = {.fd = ctl_server_fd(ours), .events = POLLIN};

		poll(&p, 1, 1);
		ctl_server_step(ours, 0, answer, &answered);
	}
	return 0;
}

static int
serve_raw(struct server *s)
{
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	int fd = poll(&p, 1, -1) < 0 ? -1 : accept(s->fd, NULL, NULL);
	char buf[64];

	if (fd < 0 || recv(fd, buf, sizeof(buf), 0) < 0)
		return -errno;
	send(fd, s->raw, strlen(s->raw), MSG_NOSIGNAL);
	close(fd);
	return 0;
}

static int
dial(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(sun.sun_path, path, strlen(path));
	if (fd < 0 || connect(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0)
		exit(2);
	return fd;
}

/* Sends the bytes, says that no more will come, and returns what the server says. */
static const char *
talk(const char *bytes, size_t len)
{
	static char got[8192];
	int fd = dial();
	size_t n = 0;
	ssize_t more;

	send(fd, bytes, len, MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	while (n < sizeof(got) - 1 && (more = recv(fd, got + n, sizeof(got) - 1 - n, 0)) > 0)
		n += (size_t)more;
	got[n] = '\0';
	close(fd);
	return got;
}

#define BYTES(s)   s, sizeof(s) - 1
#define WORDS31    "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a"
#define FAIL(text) "{\"ok\":false,\"error\":\"" text "\"}\n"
#define BAD        FAIL("bad request; expected words of UTF-8, one space between two")
#define LONG       FAIL("the request is too long; expected at most 32 words, 4096 bytes")

static const struct {
	const char *about, *bytes;
	size_t len;
	const char *want;
} talks[] = {
    {"one word", BYTES("status\n"), "{\"ok\":true,\"words\":[\"status\"]}\n"},
    {"words of UTF-8", BYTES("a \xc3\xa9\n"), "{\"ok\":true,\"words\":[\"a\",\"\xc3\xa9\"]}\n"},
    {"what comes after the line is left", BYTES("a\nb\n"), "{\"ok\":true,\"words\":[\"a\"]}\n"},
    {"no line feed", BYTES("status"), FAIL("the request ends early; expected a line feed")},
    {"nothing is no request", BYTES(""), ""},
    {"an empty line", BYTES("\n"), BAD},
    {"two spaces", BYTES("a  b\n"), BAD},
    {"a space in front", BYTES(" a\n"), BAD},
    {"a space behind", BYTES("a \n"), BAD},
    {"a NUL", BYTES("a\0b\n"), BAD},
    {"no UTF-8", BYTES("a \xff\n"), BAD},
    {"too many words", BYTES(WORDS31 " b c\n"), LONG},
    {"no answer", BYTES("null\n"), FAIL("out of memory")},
    {"a reply over the limit", BYTES("big 8400000\n"), FAIL("the reply is too long")},
};

static void
test_talks(int fd)
{
	for (size_t i = 0; i < sizeof(talks) / sizeof(*talks); i++) {
		struct server s = {.fd = fd};
		const char *got;

		server_start(&s, serve_ours);
		got = talk(talks[i].bytes, talks[i].len);
		CHECK(server_end(&s) == 0, "serve: %s", talks[i].about);
		CHECK(strcmp(got, talks[i].want) == 0, "reply: %s", talks[i].about);
	}
}

static void
test_long_lines(int fd)
{
	static char line[CTL_REQUEST_MAX + 1000];
	static const struct {
		const char *about;
		size_t lf;
		const char *want;
	} cases[] = {
	    {"the longest", CTL_REQUEST_MAX - 1, "{\"ok\":true,\"words\":[\"xxx"},
	    {"a byte longer", CTL_REQUEST_MAX, LONG},
	    {"far longer", sizeof(line) - 1, LONG},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct server s = {.fd = fd};
		const char *got;

		memset(line, 'x', sizeof(line));
		line[cases[i].lf] = '\n';
		server_start(&s, serve_ours);
		got = talk(line, cases[i].lf + 1);
		CHECK(
		    server_end(&s) == 0 && strncmp(got, cases[i].want, strlen(cases[i].want)) == 0,
		    "line: %s", cases[i].about);
	}
}

static void
test_call(int fd)
{
	static const char *const words[] = {"lookup", "example.com"};
	static const char *const big[] = {"big", "300000"};
	struct server s = {.fd = fd};
	json_t *reply = NULL;
	int before = answered;

	ctl_server_step(ours, 0, answer, &answered);
	CHECK(answered == before, "nobody waits, nobody is answered");

	server_start(&s, serve_ours);
	CHECK(ctl_call(&reply, path, words, 2, 5000) == 0, "call");
	CHECK(server_end(&s) == 0 && json_is_true(json_object_get(reply, "ok")), "call: its reply");
	CHECK(json_array_size(json_object_get(reply, "words")) == 2, "call: its words");
	json_decref(reply);

	server_start(&s, serve_ours);
	CHECK(ctl_call(&reply, path, big, 2, 5000) == 0, "call: a long reply");
	CHECK(server_end(&s) == 0 && json_string_length(json_object_get(reply, "b")) == 300000,
	    "call: all of it");
	json_decref(reply);
}

static const struct {
	const char *about, *raw;
	int want;
} replies[] = {
    {"an object", "{\"ok\":true}\n", 0},
    {"an array", "[1]\n", -ERR_FORMAT},
    {"no JSON", "hello\n", -ERR_FORMAT},
    {"half an object", "{\"ok\":", -ERR_FORMAT},
    {"a key twice", "{\"ok\":true,\"ok\":false}\n", -ERR_FORMAT},
    {"nothing", "", -ERR_FORMAT},
};

static void
test_replies(int fd)
{
	static const char *const words[] = {"status"};

	for (size_t i = 0; i < sizeof(replies) / sizeof(*replies); i++) {
		struct server s = {.fd = fd, .raw = replies[i].raw};
		json_t *reply;
		int rc;

		server_start(&s, serve_raw);
		rc = ctl_call(&reply, path, words, 1, 5000);
		CHECK(server_end(&s) == 0 && rc == replies[i].want, "call, %s", replies[i].about);
		CHECK(!reply == (rc < 0), "call, %s: a reply or none", replies[i].about);
		json_decref(reply);
	}
}

static void
test_bad_calls(void)
{
	static char word[CTL_REQUEST_MAX + 1], far[200];
	static const char *many[CTL_WORDS_MAX + 1];
	const struct {
		const char *about, *path, *word;
		size_t n;
		int want;
	} cases[] = {
	    {"no words", path, "a", 0, -EINVAL},
	    {"too many words", path, "a", CTL_WORDS_MAX + 1, -EINVAL},
	    {"an empty word", path, "", 1, -EINVAL},
	    {"a space", path, "a b", 1, -EINVAL},
	    {"a line feed", path, "a\nb", 1, -EINVAL},
	    {"too long", path, word, 1, -EMSGSIZE},
	    {"too long together", path, word + CTL_REQUEST_MAX / 2, 3, -EMSGSIZE},
	    {"no path", "", "a", 1, -EINVAL},
	    {"a path too long", far, "a", 1, -ENAMETOOLONG},
	    {"no socket", "/nonexistent/s", "a", 1, -ENOENT},
	    {"nobody answers", path, "a", 1, -ETIMEDOUT},
	};

	memset(word, 'w', sizeof(word) - 1);
	memset(far, 'p', sizeof(far) - 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		json_t *reply;

		for (size_t k = 0; k <= CTL_WORDS_MAX; k++)
			many[k] = cases[i].word;
		CHECK(
		    ctl_call(&reply, cases[i].path, many, cases[i].n, 1) == cases[i].want && !reply,
		    "call refused: %s", cases[i].about);
	}
}

static void
test_error(void)
{
	char longer[2000];
	json_t *e = ctl_error("%s: %d", "x", 5);

	CHECK(strcmp(json_string_value(json_object_get(e, "error")), "x: 5") == 0, "error: text");
	CHECK(json_is_false(json_object_get(e, "ok")), "error: not ok");
	json_decref(e);
	e = ctl_error("\xff%s", "y");
	CHECK(e && strcmp(json_string_value(json_object_get(e, "error")), "?y") == 0,
	    "error: no UTF-8");
	json_decref(e);
	memset(longer, 'e', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	memcpy(longer + 510, "\xc3\xa9", 2); /* cut in two */
	e = ctl_error("%s", longer);
	CHECK(e && json_string_length(json_object_get(e, "error")) == 511, "error: a long text");
	json_decref(e);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	snprintf(dir, sizeof(dir), "%s/ctl_test.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return 2;
	snprintf(path, sizeof(path), "%s/s", dir);
	test_error();
	fd = ctl_listen(path);
	if (fd < 0)
		return 2;
	if (ctl_server_new(&ours, dup(fd)) < 0)
		return 2;
	test_talks(fd);
	test_long_lines(fd);
	test_call(fd);
	test_replies(fd);
	test_bad_calls();
	ctl_server_free(ours);
	close(fd);
	unlink(path);
	rmdir(dir);
	return test_end();
}
