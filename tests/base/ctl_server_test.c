#include "base/ctl_server.h"

#include "tests/test.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[80], path[96];
static struct ctl_server *ours;
static int answered;

/* The first word comes back; "big N" gives N bytes. */
static json_t *
answer(void *ctx, size_t argc, char **argv)
{
	size_t n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	char *text = calloc(n + 1, 1);
	json_t *reply;

	++*(int *)ctx;
	if (!text)
		exit(2);
	memset(text, 'b', n);
	reply = json_pack("{s:b, s:s}", "ok", 1, "word", n ? text : argv[0]);
	free(text);
	return reply;
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

/* All that has come by now_ms is served when this returns. */
static void
step(int64_t now_ms)
{
	ctl_server_step(ours, now_ms, answer, &answered);
	ctl_server_step(ours, now_ms, answer, &answered);
}

static const char *
hear(int fd)
{
	static char got[256];
	ssize_t n = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);

	got[n > 0 ? n : 0] = '\0';
	return n < 0 ? "nothing yet" : got;
}

#define OK_A "{\"ok\":true,\"word\":\"a\"}\n"

static void
test_gone(void)
{
	int client = dial();

	send(client, "status\n", 7, MSG_NOSIGNAL);
	close(client);
	step(0);
	CHECK(answered == 1, "gone before the reply: asked and forgotten");
}

/* None of these keeps the last from its reply. */
static void
test_silent(void)
{
	int silent = dial(), half = dial(), deaf = dial(), last;

	send(half, "hal", 3, MSG_NOSIGNAL);
	send(deaf, "big 4000000\n", 12, MSG_NOSIGNAL);
	step(0);
	last = dial();
	send(last, "a\n", 2, MSG_NOSIGNAL);
	step(0);
	CHECK(strcmp(hear(last), OK_A) == 0, "answered beside silent and deaf clients");
	step(CTL_REQUEST_MS - 1);
	CHECK(strcmp(hear(silent), "nothing yet") == 0, "a silent client has its time");
	step(CTL_REQUEST_MS);
	CHECK(strstr(hear(silent), "no request within 2 s"), "and then hears why it ends");
	CHECK(strstr(hear(half), "no request within 2 s"), "so does one with half a request");
	step(CTL_REPLY_MS - 1);
	CHECK(send(deaf, "x", 1, MSG_NOSIGNAL) == 1, "a deaf client has its time");
	step(CTL_REPLY_MS);
	CHECK(send(deaf, "x", 1, MSG_NOSIGNAL) < 0, "and then is gone");
	close(silent);
	close(half);
	close(deaf);
	close(last);
}

static void
test_crowd(void)
{
	int client[CTL_CLIENTS_MAX], last;

	for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++) {
		client[i] = dial();
		step(10 * CTL_REPLY_MS + i);
	}
	last = dial();
	send(last, "a\n", 2, MSG_NOSIGNAL);
	step(10 * CTL_REPLY_MS + CTL_CLIENTS_MAX);
	CHECK(strcmp(hear(last), OK_A) == 0, "one more than there are places is answered");
	CHECK(*hear(client[0]) == '\0', "in the place of the longest silent");
	CHECK(strcmp(hear(client[1]), "nothing yet") == 0, "and of no other");
	for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++)
		close(client[i]);
	close(last);
	step(10 * CTL_REPLY_MS + CTL_CLIENTS_MAX);
}

static json_t *
answer_peer(void *ctx, size_t argc, char **argv)
{
	(void)argc;
	(void)argv;
	*(uid_t *)ctx = ctl_server_peer(ours);
	return json_object();
}

static void
test_peer(void)
{
	uid_t uid = (uid_t)-1;
	int client = dial();

	send(client, "a\n", 2, MSG_NOSIGNAL);
	ctl_server_step(ours, 20 * CTL_REPLY_MS, answer_peer, &uid);
	CHECK(uid == geteuid(), "the peer is who it is");
	CHECK(ctl_server_peer(ours) == (uid_t)-1, "only while it is answered");
	close(client);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	snprintf(dir, sizeof(dir), "%s/ctl_server_test.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return 2;
	snprintf(path, sizeof(path), "%s/s", dir);
	fd = ctl_listen(path);
	if (fd < 0 || ctl_server_new(&ours, fd) < 0)
		return 2;
	test_gone();
	test_silent();
	test_crowd();
	test_peer();
	ctl_server_free(ours);
	unlink(path);
	rmdir(dir);
	return test_end();
}
