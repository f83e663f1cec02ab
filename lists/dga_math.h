/* dga_math.h - what several families need: building a name, and their arithmetic. */
#pragma once

#include "base/err.h"
#include "lists/dga.h"

#include <string.h>

#define DGA_NAME_MAX 253 /* bytes of text */

/* Rows of a table of parameters. */
#define DGA_NUMBER(name, help, min, max, def)         \
	{                                             \
		name, help, min, max, def, NULL, NULL \
	}
#define DGA_CHOICE(name, help, words)                                               \
	{                                                                           \
		name, help, 0, sizeof(words) / sizeof(words[0]) - 1, 0, words, NULL \
	}
#define DGA_TEXT(name, help, min, max, text)        \
	{                                           \
		name, help, min, max, 0, NULL, text \
	}
#define DGA_COUNT(max, def) DGA_NUMBER("names", "number of names", 1, max, def)

/* A name in the making: the caller sets len to 0 and puts letters. */
struct dga_label {
	size_t len;
	char text[DGA_NAME_MAX + 1];
};

/* What does not fit is found by dga_end. */
static inline void
dga_put(struct dga_label *l, uint64_t letter)
{
	if (l->len < sizeof(l->text))
		l->text[l->len++] = (char)letter;
}

static inline void
dga_put_text(struct dga_label *l, const char *text)
{
	while (*text)
		dga_put(l, (uint8_t)*text++);
}

/* Emits label.suffix; l is the label again afterwards.  Returns what emit does, or -ERR_RANGE. */
static inline int
dga_end(struct dga_label *l, const char *suffix, dga_name_fn *emit, void *ctx)
{
	size_t len = l->len;
	int rc = -ERR_RANGE;

	dga_put(l, '.');
	dga_put_text(l, suffix);
	if (l->len <= DGA_NAME_MAX)
		rc = emit(ctx, l->text, l->len);
	l->len = len;
	return rc;
}

/* n is 1..31 */
static inline uint32_t
dga_rol(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

static inline uint32_t
dga_ror(uint32_t v, unsigned n)
{
	return v >> n | v << (32 - n);
}

static inline void
dga_put_le16(uint8_t out[2], uint32_t v)
{
	out[0] = (uint8_t)v;
	out[1] = (uint8_t)(v >> 8);
}

static inline void
dga_put_le32(uint8_t out[4], uint32_t v)
{
	dga_put_le16(out, v);
	dga_put_le16(out + 2, v >> 16);
}

static inline uint32_t
dga_le32(const uint8_t in[4])
{
	return in[0] | in[1] << 8 | in[2] << 16 | (uint32_t)in[3] << 24;
}

/* Of n suffixes the first whose divisor, n for the first down to 1, divides i. */
static inline const char *
dga_ladder(uint64_t i, const char *const *suffix, unsigned n)
{
	while (i % n) {
		n--;
		suffix++;
	}
	return *suffix;
}

/* Park and Miller's generator by Schrage's method, without its last correction. */
static inline uint32_t
dga_park_miller(uint32_t x)
{
	return 16807 * (x % 127773) - 2836 * (x / 127773);
}
