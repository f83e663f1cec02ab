/* ctl_server.h - answers control messages (ctl.h) from one thread that has other things to do.
 *
 * Nothing here waits: a client that is silent or does not take its reply keeps nobody else from
 * being answered.  A request must be there within CTL_REQUEST_MS, a reply taken within
 * CTL_REPLY_MS.  Of more than CTL_CLIENTS_MAX clients the one goes whose time ends first. */
#pragma once

#include "base/ctl.h"

#include <stdint.h>
#include <sys/types.h>

#define CTL_CLIENTS_MAX 32
#define CTL_REQUEST_MS  2000
#define CTL_REPLY_MS    5000

/* Answers one request.  argv[0..argc-1] are its words, argc >= 1, borrowed until
 * the return.  Returns the reply, handed over; NULL stands for out of memory. */
typedef json_t *ctl_answer_fn(void *ctx, size_t argc, char **argv);

struct ctl_server;

/* Takes over listen_fd, which ctl_listen returned; it is closed after an error too.
 * Returns 0 or -errno. */
int ctl_server_new(struct ctl_server **out, int listen_fd);

/* Ends all connections.  NULL is allowed. */
void ctl_server_free(struct ctl_server *s);

/* For poll(2): readable when ctl_server_step has something to do, deadlines apart. */
int ctl_server_fd(const struct ctl_server *s);

/* Serves who is ready, and ends whose time is over.  now_ms is never before that of an earlier
 * call; to be called every few hundred ms at least. */
void ctl_server_step(struct ctl_server *s, int64_t now_ms, ctl_answer_fn *answer, void *ctx);

/* While a request is being answered: who asked, as the kernel says; (uid_t)-1 if it does not. */
uid_t ctl_server_peer(const struct ctl_server *s);
