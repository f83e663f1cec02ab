/* Suppobox: two words of a list of 384, chosen by the time in units of 512 s.
 *
 * The words are not part of this program: they are the parameter.  A bot asks for the names
 * of the next 85 units; a day's list begins with its first unit and ends 84 after its last.
 * Confirmed, order included, with the lists 1 and 3 and 85 names of one time each.  The unit's
 * number counts modulo 2^15, so that names come again after 194 days.  Source of the lists:
 * baderj/domain_generation_algorithms, AhsanAyub/malicious_domains_dga_detection (the latter
 * has them under ru too). */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

#define WORDS       384
#define WORD_MAX    30
#define UNIT_S      512
#define UNITS_AHEAD 85
#define DAY_S       86400
#define WORDS_MIN   (2 * WORDS - 1) /* bytes */
#define WORDS_MAX   16384           /* bytes */

static const char *const suffixes[] = {"net", "ru", NULL};
static const char *const choices[] = {"net", "ru"};

enum { PARAM_WORDS, PARAM_SUFFIX };

/* Words as they stand in the text, separated by white space. */
struct words {
	const char *text[WORDS];
	uint8_t len[WORDS];
};

static int
split(struct words *w, const char *text)
{
	unsigned n = 0;

	for (;;) {
		size_t len;

		text += strspn(text, " \t\r\n");
		if (!*text)
			break;
		len = strspn(text, "abcdefghijklmnopqrstuvwxyz");
		if (n == WORDS || len == 0 || len > WORD_MAX || !strchr(" \t\r\n", text[len]))
			return -ERR_RANGE;
		w->text[n] = text;
		w->len[n++] = (uint8_t)len;
		text += len;
	}
	return n == WORDS ? 0 : -ERR_RANGE;
}

/* The unit's 15 bits in the order in which the bot reads them. */
static unsigned
shuffle(uint32_t unit)
{
	static const uint8_t place[15] = {3, 9, 13, 6, 2, 4, 11, 7, 14, 1, 10, 5, 8, 12, 0};
	unsigned out = 0;

	for (unsigned i = 0; i < 15; i++)
		out |= (unit >> i & 1) << (14 - place[i]);
	return out;
}

static void
put_word(struct dga_label *l, const struct words *w, unsigned i)
{
	for (unsigned j = 0; j < w->len[i]; j++)
		dga_put(l, (uint8_t)w->text[i][j]);
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	uint64_t first = (uint64_t)day * DAY_S / UNIT_S;
	uint64_t last = ((uint64_t)(day + 1) * DAY_S - 1) / UNIT_S + UNITS_AHEAD - 1;
	struct words w;
	int rc = split(&w, v->text[PARAM_WORDS]);

	for (uint64_t unit = first; unit <= last && !rc; unit++) {
		unsigned bits = shuffle((uint32_t)unit);
		struct dga_label l = {0};

		put_word(&l, &w, bits >> 8);
		put_word(&l, &w, 128 + (bits & 255));
		rc = dga_end(&l, suffixes[v->value[PARAM_SUFFIX]], emit, ctx);
	}
	return rc;
}

static const struct dga_param params[] = {
    DGA_TEXT("words", "384 words of a-z between white space; --words FILE reads them", WORDS_MIN,
	WORDS_MAX, ""),
    DGA_CHOICE("suffix", "of the sample", choices), {0}};

const struct dga_family dga_suppobox = {
    .name = "suppobox",
    .about = "Suppobox, Bayrob; needs the sample's words",
    .proof_text = "85 names each of two times, lists 1 and 3, in order (baderj)",
    .proof = DGA_CONFIRMED,
    .day_max = DAY_MAX,
    .year_from = 2013,
    .names_a_day = 253,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
