#include "base/ctl.h"

#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[80], path[96];

static void
test_listen(void)
{
	mode_t mask = umask(077);
	struct stat st = {0};
	char text[200];
	int fd, file;

	fd = ctl_listen(path);
	umask(mask);
	CHECK(fd >= 0, "listen");
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0660, "mode 0660 whatever the umask");
	CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK, "does not block");
	CHECK(ctl_listen(path) == -EADDRINUSE, "a live socket is refused");
	CHECK(access(path, F_OK) == 0, "and left in its place");
	close(fd);
	fd = ctl_listen(path);
	CHECK(fd >= 0, "a dead socket is replaced");
	close(fd);
	unlink(path);

	file = open(path, O_CREAT | O_WRONLY, 0600);
	CHECK(ctl_listen(path) == -EADDRINUSE, "a file is refused");
	CHECK(lstat(path, &st) == 0 && S_ISREG(st.st_mode), "and left as it is");
	close(file);
	unlink(path);

	memset(text, 'p', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK(ctl_listen(text) == -ENAMETOOLONG, "a path too long");
	CHECK(ctl_listen("/nonexistent/s") == -ENOENT, "no folder");
}

/* A server that is alive but has more callers than it can queue. */
static void
test_busy(void)
{
	static const char *const words[] = {"status"};
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int clients[64], n = 0;
	json_t *reply;
	int fd = ctl_listen(path);

	memcpy(sun.sun_path, path, strlen(path));
	for (; n < 64; n++) {
		clients[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(clients[n], (struct sockaddr *)&sun, sizeof(sun)) < 0)
			break;
	}
	CHECK(n < 64 && errno == EAGAIN, "busy: the backlog has an end");
	CHECK(ctl_call(&reply, path, words, 1, 1) == -ETIMEDOUT, "busy: a call gives up in time");
	CHECK(ctl_listen(path) == -EADDRINUSE, "busy: is not dead");
	for (int i = 0; i <= n && i < 64; i++)
		close(clients[i]);
	close(fd);
	unlink(path);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/ctl_test.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return 2;
	snprintf(path, sizeof(path), "%s/s", dir);
	test_listen();
	test_busy();
	rmdir(dir);
	return test_end();
}
