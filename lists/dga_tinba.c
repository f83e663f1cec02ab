/* Tinba: each label is made from the name before it, under a 16-byte seed; no date.
 *
 * Confirmed, order included, for one seed; another published one by our model.  Source of the
 * list: baderj/domain_generation_algorithms. */
#include "base/date.h"
#include "lists/dga_math.h"
#include "lists/dga_rows.h"

static const char *const suffixes[] = {"com", "net", "in", "ru", "cc", NULL};

#define SEED_BYTES 16
#define LETTERS    12
#define START_MAX  63
#define TRIES_MAX  65536 /* for a letter; the sum repeats after 256 */

enum { PARAM_ROUNDS, PARAM_SEED, PARAM_START, PARAM_SUFFIXES };

/* Puts the label that follows the name prev, of at least LETTERS + 1 bytes. */
static int
put_label(struct dga_label *l, const uint8_t *seed, const uint8_t *prev)
{
	unsigned sum = 0, t = seed[SEED_BYTES - 1];

	for (unsigned i = 0; i < SEED_BYTES; i++)
		sum += seed[i];
	for (unsigned i = 0; i < LETTERS; i++) {
		unsigned tries = 0;

		for (;; sum++) {
			t = (((t + prev[i]) ^ (sum & 255)) + prev[i + 1]) & 255;
			if (t > 'a' && t < 'z')
				break;
			if (++tries == TRIES_MAX)
				return -ERR_RANGE;
		}
		dga_put(l, t);
	}
	return 0;
}

/* One round: the label under each suffix.  prev becomes the last name. */
static int
expand_round(
    const struct dga_values *v, uint8_t prev[DGA_NAME_MAX + 1], dga_name_fn *emit, void *ctx)
{
	struct dga_label l = {0};
	unsigned n = (unsigned)v->value[PARAM_SUFFIXES];
	int rc = put_label(&l, (const uint8_t *)v->text[PARAM_SEED], prev);

	for (unsigned i = 0; i < n && !rc; i++)
		rc = dga_end(&l, suffixes[i], emit, ctx);
	memcpy(prev, l.text, LETTERS);
	prev[LETTERS] = '.';
	return rc;
}

/* The start is a name of its own: labels of a-z and 0-9 that only dots separate. */
static int
check_start(const char *start)
{
	size_t at = strspn(start, "abcdefghijklmnopqrstuvwxyz0123456789.");

	if (start[at] || *start == '.' || start[at - 1] == '.' || strstr(start, ".."))
		return -ERR_RANGE;
	return strchr(start, '.') ? 0 : -ERR_RANGE;
}

static int
expand(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx)
{
	const char *start = v->text[PARAM_START];
	uint8_t prev[DGA_NAME_MAX + 1] = {0};
	int rc = check_start(start);

	(void)day;
	if (rc)
		return rc;
	rc = emit(ctx, start, strlen(start));
	memcpy(prev, start, strlen(start));
	for (uint64_t i = 0; i < v->value[PARAM_ROUNDS] && !rc; i++)
		rc = expand_round(v, prev, emit, ctx);
	return rc;
}

static const struct dga_param params[] = {
    DGA_NUMBER("rounds", "labels after the start", 1, 100000, 100),
    DGA_TEXT("seed", "published: jc74FlUna852Ji9o oGkS3w3sGGOGG7oc", SEED_BYTES, SEED_BYTES,
	"jc74FlUna852Ji9o"),
    DGA_TEXT("start", "the first name", LETTERS + 1, START_MAX, "blackfreeqazyio.cc"),
    DGA_NUMBER("suffixes", "how many of com net in ru", 1, 4, 4),
    {0},
};

const struct dga_family dga_tinba = {
    .name = "tinba",
    .about = "Tinba, Tiny Banker, Zusy",
    .proof_text = "401 names of seed jc74FlUna852Ji9o in order (baderj). Seed oGkS3w3sGGOGG7oc, "
		  "start ssrgwnrmgrxe.com, one suffix: by our model",
    .proof = DGA_CONFIRMED,
    .dateless = true,
    .day_max = DAY_MAX,
    .year_from = 2014,
    .names_a_day = 401,
    .suffixes = suffixes,
    .params = params,
    .expand = expand,
};
