/* odds.h - how likely a generated name is somebody's already.
 *
 * A suffix has N registered names.  The share of those whose label has l bytes is taken from
 * a normal distribution, mean 11 and deviation 4:
 *
 *   share(l) = exp(-((l - 11) / 4)^2 / 2) / (4 * sqrt(2 * pi))
 *
 * Were they spread evenly over all labels of that length, a label drawn at random would be
 * registered with probability
 *
 *   odds = min(1, N * share(l) / a^l)       a = 26, or 36 for labels with a digit or hyphen
 *
 * and a list holds, as the expected number of accidental collisions, the sum of its odds.
 * People register words more than noise, so this is for generators that draw letters, and an
 * order of magnitude.  The mean, the deviation and the built-in populations are assumptions:
 * `population_set` replaces the latter. */
#pragma once

#include "lists/name.h"

struct population;

/* Starts with the built-in table: rounded figures of 2023 for large suffixes, and
 * POPULATION_OTHER names for every other. */
#define POPULATION_OTHER 300000.0

int population_new(struct population **out); /* 0 or -ENOMEM */

/* Names registered below a canonical suffix.  Returns 0, -ERR_RANGE (below 0, no number), or
 * -ENOMEM. */
int population_set(struct population *p, const uint8_t *suffix, size_t len, double names);

double population_of(const struct population *p, const uint8_t *suffix, size_t len);

void population_free(struct population *p);

/* The probability of above; label is a wire-form label: its length, then its bytes. */
double odds_taken(const uint8_t *label, double population);
