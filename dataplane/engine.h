/* engine.h - from DNS query to DNS answer, in stages over a burst (vec.h).
 *
 *   query.c    header, question, EDNS; what is malformed gets its way here
 *   zones.c    names of static zones are set aside for zone_answer.c
 *   lookup.c   hash, probe, precedence, window
 *   respond.c  header rewritten, prepared tail copied, TC where it does not fit
 *
 * The same for every transport.  Hot: allocates nothing, locks nothing, logs nothing. */
#pragma once

#include "dataplane/counters.h"
#include "dataplane/stages.h"
#include "dataplane/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct cookie_secrets;
struct image;
struct limiter;
struct publish;

#define ENGINE_UDP_MAX 1232 /* largest answer over UDP (RFC 9715) */

/* What becomes of queries that no list has. */
enum screen {
	SCREEN_NONE,   /* they are answered, with REFUSED or what else they deserve */
	SCREEN_INLINE, /* WAY_PASSED_ON, and their bytes are kept; so is every mistake in a query */
	SCREEN_MONITOR, /* likewise, and what lists have gets WAY_SEEN: nothing is answered */
};

/* What one thread answers with, beside the lists.  Its own; the counters are read by others. */
struct engine {
	struct counters *counters;
	struct limiter *limiter; /* NULL: nothing is limited */
	struct stage_watch watch;
	/* Of this burst. */
	enum screen screen;
	const struct cookie_secrets *cookies; /* NULL: none */
	int32_t day;                          /* today, UTC days since 1970 */
	uint32_t unix_s;                      /* now, modulo 2^32; up to some seconds late */
	uint64_t now_ms;                      /* of a clock that never goes back */
};

/* Notes the time and what is published, for one burst.  Returns the image to answer it from, valid
 * as publish_current says. */
const struct image *engine_begin(struct engine *e, const struct publish *p, uint64_t now_ms);

/* Whether the burst's clients matter: without that nobody need fill vec.client. */
bool engine_wants_client(const struct engine *e, const struct image *img);

/* Answers every lane whose way is WAY_NONE.
 * Afterwards way[i] >= WAY_ANSWERS: the answer's len[i] bytes stand at msg[i]; otherwise there
 * is none.  Counts every lane's way, whoever set it, and rcodes and feeds. */
void engine_answer(struct engine *e, const struct image *img, struct vec *v);

/* The stages.  stage_lookup runs stage_query itself, some lanes at a time, between the two others.
 */
void stage_query_begin(struct vec *v);
void stage_query_end(struct vec *v);
void stage_query(struct vec *v, unsigned from, unsigned to);
void stage_lookup(struct engine *e, struct vec *v, const struct image *img);
void stage_respond(struct vec *v, const struct image *img, struct counters *c);
