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
#include "dataplane/vec.h"

#include <stdint.h>

struct image;

#define ENGINE_UDP_MAX 1232 /* largest answer over UDP (RFC 9715) */

/* Answers every lane whose way is WAY_NONE.
 *   day  today, UTC days since 1970
 * Afterwards way[i] >= WAY_ANSWERS: the answer's len[i] bytes stand at msg[i]; otherwise there
 * is none.  Counts every lane's way, whoever set it, and rcodes and feeds. */
void engine_answer(const struct image *img, struct vec *v, int32_t day, struct counters *c);

/* The stages, for tests and benchmarks. */
void stage_query(struct vec *v);
void stage_lookup(struct vec *v, const struct image *img, int32_t day);
void stage_respond(struct vec *v, const struct image *img, struct counters *c);
