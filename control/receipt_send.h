/* receipt_send.h - posts receipts to a hub over HTTPS.  The door to libcurl of the node's process
 * that does so: it has been forked for that, and reads an answer that nobody vouches for. */
#pragma once

#include <stddef.h>

#define RECEIPT_CODE_MAX 24

struct receipt_post {
	const char *url, *ca; /* ca: PEM file; NULL: the system's */
	long timeout_s;       /* of each */
	const char *const *body;
	size_t n;
};

/* Posts them one after the other; ends early when the hub cannot be got at.
 *   done  is told of each: the HTTP status, 0 when there was no answer; code, of letters and '-',
 *         is why the hub refused, "" where it did not say */
void receipt_send(const struct receipt_post *p,
    void (*done)(void *ctx, size_t i, long status, const char *code), void *ctx);
