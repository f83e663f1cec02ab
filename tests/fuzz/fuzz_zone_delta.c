/* fuzz_zone_delta: two versions of a zone's file, any bytes, an empty line between them: the difference
 * put into the old one is the new one. */
#include "control/zone_delta.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);

static int
put(const uint8_t *text, size_t len)
{
	int fd = memfd_create("zone", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	return fd;
}

static const char *
next_line(const char *at)
{
	return strchr(at, '\n') + 1;
}

/* Puts a difference into text, as patch(1) does. */
static char *
apply(const char *text, const char *delta, size_t room)
{
	char *out = calloc(1, room), *to = out;
	const char *at = text;
	unsigned long line = 1;

	for (delta = next_line(next_line(delta)); *delta;) {
		char *end;
		unsigned long first = strtoul(delta + 4, &end, 10);

		if (strncmp(delta, "@@ -", 4) != 0)
			abort();
		first += *end == ',' && strtoul(end + 1, NULL, 10) == 0;
		for (; line < first; line++, at = next_line(at))
			to = mempcpy(to, at, (size_t)(next_line(at) - at));
		for (delta = next_line(delta); *delta == '-' || *delta == '+';
		     delta = next_line(delta)) {
			size_t n = (size_t)(next_line(delta) - delta) - 1;

			if (*delta == '+')
				to = mempcpy(to, delta + 1, n);
			else if (memcmp(delta + 1, at, n) != 0)
				abort();
			else
				at += n, line++;
		}
	}
	strcpy(to, at);
	return out;
}

static char *
read_all(struct zone_delta *d, size_t room)
{
	char *out = calloc(1, room);
	size_t len = 0;
	ssize_t n;

	while (
	    (n = zone_delta_read(d, out + len, room - 1 - len < 100 ? room - 1 - len : 100)) > 0 ||
	    n == -EAGAIN)
		len += n > 0 ? (size_t)n : 0;
	if (n == 0)
		return out;
	free(out);
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	const uint8_t *gap = len ? memmem(text, len, "\n\n", 2) : NULL;
	size_t old_len = gap ? (size_t)(gap - text) + 1 : len;
	const uint8_t *new = gap ? gap + 2 : text + len;
	size_t new_len = (size_t)(text + len - new), room = 3 * len + 200 + 60 * (len + 1);
	struct zone_delta *d;
	char *delta, *got, *old;

	if (memchr(text, 0, len) || len > 20000 ||
	    zone_delta_new(&d, put(text, old_len), put(new, new_len), "old", "new") < 0)
		return 0;
	delta = read_all(d, room);
	zone_delta_free(d);
	if (!delta)
		return 0;
	old = strndup((const char *)text, old_len);
	got = apply(old, delta, room);
	if (strlen(got) != new_len || memcmp(got, new, new_len) != 0)
		abort();
	free(old);
	free(got);
	free(delta);
	return 0;
}
