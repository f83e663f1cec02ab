/* json_get.h - members of a JSON object whose form is known: what is not there reads as empty. */
#pragma once

#include <jansson.h>

/* Borrowed; "" when it is no text. */
static inline const char *
json_get_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* 0 when it is no whole number. */
static inline json_int_t
json_get_number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}
