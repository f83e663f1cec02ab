#include "base/ctl.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 16

int
ctl_split(char *argv[CTL_WORDS_MAX], char *text, size_t len)
{
	json_t *utf8;
	int n = 0;

	if (len > CTL_REQUEST_MAX)
		return -ERR_LIMIT;
	if (!len || text[len - 1] != '\n')
		return -ERR_SHORT;
	text[len - 1] = ' ';
	if (memchr(text, '\0', len) || memchr(text, '\n', len))
		return -ERR_FORMAT;
	utf8 = json_stringn(text, len); /* so that every word can stand in a reply */
	if (!utf8)
		return -ERR_FORMAT;
	json_decref(utf8);
	for (char *end, *word = text; word < text + len; word = end + 1) {
		end = memchr(word, ' ', (size_t)(text + len - word));
		if (end == word)
			return -ERR_FORMAT;
		if (n == CTL_WORDS_MAX)
			return -ERR_LIMIT;
		*end = '\0';
		argv[n++] = word;
	}
	return n;
}

json_t *
ctl_error(const char *fmt, ...)
{
	char text[512];
	json_t *reply;
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	reply = json_pack("{s:b, s:s}", "ok", 0, "error", text);
	if (reply)
		return reply;
	for (char *p = text; *p; p++) /* no UTF-8: a path perhaps, or a character cut in two */
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	return json_pack("{s:b, s:s}", "ok", 0, "error", text);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for events until now_ms() is until_ms.  Returns 0, -ETIMEDOUT or -errno. */
static int
wait_until(int fd, short events, int64_t until_ms)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left_ms = until_ms - now_ms();
	int rc = poll(&p, 1, left_ms > 0 ? (int)left_ms : 0);

	if (rc < 0)
		return errno == EINTR ? 0 : -errno;
	return rc ? 0 : -ETIMEDOUT;
}

/* Reads what there is.  Returns the count, 0 at the end, or -errno. */
static ssize_t
read_some(int fd, char *buf, size_t room, int64_t until_ms)
{
	for (;;) {
		ssize_t n = recv(fd, buf, room, MSG_DONTWAIT);
		int rc;

		if (n >= 0)
			return n;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		rc = wait_until(fd, POLLIN, until_ms);
		if (rc < 0)
			return rc;
	}
}

static int
write_all(int fd, const char *buf, size_t len, int64_t until_ms)
{
	while (len) {
		ssize_t n = send(fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		int rc = 0;

		if (n >= 0) {
			buf += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			rc = wait_until(fd, POLLOUT, until_ms);
		} else if (errno != EINTR) {
			rc = -errno;
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int
fill_address(struct sockaddr_un *sun, const char *path)
{
	*sun = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (!*path)
		return -EINVAL;
	if (strlen(path) >= sizeof(sun->sun_path))
		return -ENAMETOOLONG;
	memcpy(sun->sun_path, path, strlen(path));
	return 0;
}

/* Whether path is a socket that nobody listens on. */
static bool
is_dead(const struct sockaddr_un *sun)
{
	struct stat st;
	bool dead;
	int fd;

	if (lstat(sun->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	dead = connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) < 0 && errno == ECONNREFUSED;
	close(fd);
	return dead;
}

int
ctl_listen(const char *path)
{
	struct sockaddr_un sun;
	const struct sockaddr *addr = (const struct sockaddr *)&sun;
	int fd, rc = fill_address(&sun, path);

	if (rc < 0)
		return rc;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* The mode before bind is the file's from its first moment, less the umask. */
	rc = fchmod(fd, 0660) < 0 ? -errno : 0;
	if (rc == 0 && bind(fd, addr, sizeof(sun)) < 0)
		rc = -errno;
	if (rc == -EADDRINUSE && is_dead(&sun) && unlink(path) == 0)
		rc = bind(fd, addr, sizeof(sun)) < 0 ? -errno : 0;
	if (rc == 0 && (chmod(path, 0660) < 0 || listen(fd, BACKLOG) < 0))
		rc = -errno;
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

/* Returns the line's length, or -errno. */
static ssize_t
join_words(char line[CTL_REQUEST_MAX], const char *const *words, size_t n)
{
	size_t len = 0;

	if (!n || n > CTL_WORDS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		size_t word_len = strlen(words[i]);

		if (!word_len || strpbrk(words[i], " \n"))
			return -EINVAL;
		if (word_len + 1 > CTL_REQUEST_MAX - len)
			return -EMSGSIZE;
		memcpy(line + len, words[i], word_len);
		len += word_len;
		line[len++] = ' ';
	}
	line[len - 1] = '\n';
	return (ssize_t)len;
}

/* A blocking connect that gives up: a full backlog keeps the caller waiting. */
static int
connect_until(const char *path, int timeout_ms)
{
	struct timeval tv = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
	struct sockaddr_un sun;
	int fd, rc = fill_address(&sun, path);

	if (rc < 0)
		return rc;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!tv.tv_sec && !tv.tv_usec)
		tv.tv_usec = 1; /* zero would mean for ever */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)) < 0 ||
	    connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) < 0) {
		rc = errno == EAGAIN ? -ETIMEDOUT : -errno;
		close(fd);
		return rc;
	}
	return fd;
}

/* Reads a line of at most CTL_REPLY_MAX bytes, or what comes until the peer's end.
 * *buf is the caller's to free in any case.  Returns its length, or -errno. */
static ssize_t
read_line(char **buf, int fd, int64_t until_ms)
{
	size_t n = 0, room = 0;
	ssize_t got;

	do {
		if (n == room) {
			char *more = realloc(*buf, room = room ? room * 2 : 4096);

			if (!more)
				return -ENOMEM;
			*buf = more;
		}
		got = read_some(fd, *buf + n, room - n, until_ms);
		if (got < 0)
			return got;
		n += (size_t)got;
	} while (got && (*buf)[n - 1] != '\n' && n <= CTL_REPLY_MAX);
	return (ssize_t)n;
}

static int
read_reply(json_t **reply, int fd, int64_t until_ms)
{
	char *buf = NULL;
	ssize_t n = read_line(&buf, fd, until_ms);
	int rc = n < 0 ? (int)n : -ERR_FORMAT;

	if (n > 0 && n <= CTL_REPLY_MAX)
		*reply = json_loadb(buf, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(*reply)) {
		rc = 0;
	} else {
		json_decref(*reply);
		*reply = NULL;
	}
	free(buf);
	return rc;
}

int
ctl_call(json_t **reply, const char *path, const char *const *words, size_t n, int timeout_ms)
{
	int64_t until_ms = now_ms() + timeout_ms;
	char line[CTL_REQUEST_MAX];
	ssize_t len = join_words(line, words, n);
	int fd, rc;

	*reply = NULL;
	if (len < 0)
		return (int)len;
	fd = connect_until(path, timeout_ms);
	if (fd < 0)
		return fd;
	rc = write_all(fd, line, (size_t)len, until_ms);
	if (rc == 0)
		rc = read_reply(reply, fd, until_ms);
	close(fd);
	return rc;
}
