/* answer.h - what must hold for every answer, whatever the query was. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Aborts, with a line that says why, unless the answer can be parsed by ldns, is a response with
 * the query's ID and opcode, echoes the question octet for octet or not at all, and is no longer
 * than limit. */
void answer_must_hold(
    const uint8_t *query, size_t query_len, const uint8_t *answer, size_t answer_len, size_t limit);
