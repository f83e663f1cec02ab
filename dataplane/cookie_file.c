#include "dataplane/cookie_file.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX 4096 /* bytes */

bool
cookie_secret_parse(uint8_t out[COOKIE_SECRET_LEN], const char *hex, size_t len)
{
	size_t n;

	return len == COOKIE_HEX_MAX - 1 &&
	       sodium_hex2bin(out, COOKIE_SECRET_LEN, hex, len, NULL, &n, NULL) == 0 &&
	       n == COOKIE_SECRET_LEN;
}

void
cookie_secret_print(char out[COOKIE_HEX_MAX], const uint8_t secret[COOKIE_SECRET_LEN])
{
	sodium_bin2hex(out, COOKIE_HEX_MAX, secret, COOKIE_SECRET_LEN);
}

/* Length of a line without its comment and the space around it; *at moves to the first letter. */
static size_t
trim(const char *text, size_t len, size_t *at)
{
	const char *comment = memchr(text + *at, '#', len);
	size_t n = comment ? (size_t)(comment - (text + *at)) : len;

	for (; n > 0 && strchr(" \t\r", text[*at]); n--)
		++*at;
	while (n > 0 && strchr(" \t\r", text[*at + n - 1]))
		n--;
	return n;
}

int
cookie_secrets_parse(struct cookie_secrets *s, const char *text, size_t len, unsigned *line)
{
	s->n = 0;
	*line = 0;
	for (size_t at = 0, next; at < len; at = next) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - (text + at)) : len - at;

		next = at + n + 1;
		++*line;
		n = trim(text, n, &at);
		if (n == 0)
			continue;
		if (s->n == sizeof(s->secret) / sizeof(s->secret[0]))
			return -ERR_LIMIT;
		if (!cookie_secret_parse(s->secret[s->n], text + at, n))
			return -ERR_FORMAT;
		s->n++;
	}
	if (s->n > 0)
		return 0;
	*line = 0;
	return -ERR_FORMAT;
}

int
cookie_file_read(struct cookie_secrets *s, const char *path, unsigned *line)
{
	char text[FILE_MAX + 1];
	FILE *f = fopen(path, "re");
	size_t len;
	int rc;

	*line = 0;
	if (!f)
		return -errno;
	setvbuf(f, NULL, _IONBF, 0); /* no copy of the secrets stays in a buffer */
	len = fread(text, 1, sizeof(text), f);
	if (ferror(f))
		rc = -EIO;
	else if (len > FILE_MAX)
		rc = -ERR_LIMIT;
	else
		rc = cookie_secrets_parse(s, text, len, line);
	fclose(f);
	explicit_bzero(text, sizeof(text));
	return rc;
}

static int
write_all(int fd, const struct cookie_secrets *s)
{
	char text[2 * COOKIE_HEX_MAX];
	size_t len = 0;
	int rc = 0;

	for (unsigned i = 0; i < s->n; i++) {
		cookie_secret_print(text + len, s->secret[i]);
		len += COOKIE_HEX_MAX;
		text[len - 1] = '\n';
	}
	if (write(fd, text, len) != (ssize_t)len || fsync(fd) < 0)
		rc = errno ? -errno : -EIO;
	explicit_bzero(text, sizeof(text));
	return rc;
}

int
cookie_file_write(const struct cookie_secrets *s, const char *path)
{
	char temporary[PATH_MAX];
	int fd, rc;

	if (snprintf(temporary, sizeof(temporary), "%s.new", path) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	errno = 0;
	unlink(temporary); /* left by a crash */
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, s);
	close(fd);
	if (rc == 0 && rename(temporary, path) < 0)
		rc = -errno;
	if (rc < 0)
		unlink(temporary);
	return rc;
}
