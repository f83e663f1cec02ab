/* status_print.h - a responder's status for people. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* Prints the reply to `status`; what it lacks is shown as 0 or nothing. */
void status_print(const json_t *status, FILE *to);
