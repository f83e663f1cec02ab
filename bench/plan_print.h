/* plan_print.h - a plan for people and for programs. */
#pragma once

#include "bench/plan.h"

#include <stdio.h>

void plan_print_text(const struct plan *p, const struct plan_input *in, FILE *to);

/* One object: the figures, the hours, the TLDs with each one's hours, every assumption with its
 * value and source.  Returns 0 or -ENOMEM. */
int plan_print_json(const struct plan *p, const struct plan_input *in, FILE *to);
