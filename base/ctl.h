/* ctl.h - control messages over a unix stream socket.
 *
 * One request a connection: a line of UTF-8 words separated by single spaces,
 * ended by LF, at most CTL_REQUEST_MAX bytes.  The answer is one JSON object and
 * LF; it has "ok": true, or "ok": false and "error": "...".  Then the server closes.
 * A word may hold any byte but space, LF and NUL.  The answering side is ctl_server.h. */
#pragma once

#include <jansson.h>
#include <stddef.h>

#define CTL_REQUEST_MAX 4096      /* bytes, LF included */
#define CTL_REPLY_MAX   (8 << 20) /* bytes */
#define CTL_WORDS_MAX   32

/* Splits a request of len bytes, LF included, in place; text[len] need not exist.
 * Returns the number of words, 1..CTL_WORDS_MAX, or
 *   -ERR_SHORT   no LF at the end
 *   -ERR_FORMAT  an empty word, a NUL or a second LF, or no UTF-8
 *   -ERR_LIMIT   too many words, or over CTL_REQUEST_MAX bytes */
int ctl_split(char *argv[CTL_WORDS_MAX], char *text, size_t len);

/* {"ok": false, "error": ...} */
json_t *ctl_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Listens on path: replaces a dead socket there, refuses (-EADDRINUSE) a live one.
 * Mode 0660.  Returns a non-blocking descriptor, the caller's, or -errno. */
int ctl_listen(const char *path);

/* Client: sends words, waits at most timeout_ms for the reply.  *reply is the caller's.
 * Returns 0, -errno, or -ERR_FORMAT when the reply is no JSON object. */
int ctl_call(json_t **reply, const char *path, const char *const *words, size_t n, int timeout_ms);
