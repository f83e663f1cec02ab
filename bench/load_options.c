#include "bench/load_options.h"

#include "base/date.h"
#include "base/err.h"
#include "bench/number.h"
#include "bench/plan_day.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum key {
	KEY_AAAA = 256,
	KEY_COMPRESS,
	KEY_DAY,
	KEY_HOSTS,
	KEY_RESOLVERS,
	KEY_SCALE,
	KEY_TTL,
	KEY_CASE,
	KEY_COOKIES,
	KEY_DELTA,
	KEY_DEVICE,
	KEY_EDNS,
	KEY_HIT,
	KEY_HUGE,
	KEY_LABEL,
	KEY_LCORES,
	KEY_LIST,
	KEY_MEMORY,
	KEY_NAMES,
	KEY_OUTPUT,
	KEY_PATIENCE,
	KEY_POINTS,
	KEY_PRECISION,
	KEY_PREFIX,
	KEY_QUERIES,
	KEY_RATE,
	KEY_RATE_MAX,
	KEY_RING,
	KEY_SEARCHES,
	KEY_SECONDS,
	KEY_SEED,
	KEY_SOURCES,
	KEY_SOURCES6,
	KEY_TARGET,
	KEY_TARGET6,
	KEY_TARGET_MAC,
	KEY_TIMEOUT,
	KEY_TRIALS,
	KEY_TRUST,
	KEY_UPDATE,
	KEY_VERIFY,
	KEY_VLAN,
	KEY_V6,
	KEY_ZIPF
};

static const struct argp_option options[] = {
    {0, 0, 0, 0, "Queries:", 1},
    {"list", KEY_LIST, "FILE", 0, "Take names from a list of any form", 0},
    {"names", KEY_NAMES, "N", 0, "Without --list: that many names made up (1500000)", 0},
    {"queries", KEY_QUERIES, "N", 0, "Queries drawn, then sent again and again (1048576)", 0},
    {"hit-ratio", KEY_HIT, "R", 0, "Share for listed names, the rest surely unlisted (1)", 0},
    {"zipf", KEY_ZIPF, "S", 0, "Draw names by Zipf's law with this exponent (0: evenly)", 0},
    {"case", KEY_CASE, "R", 0, "Share with letters in random case, DNS 0x20 (0)", 0},
    {"edns", KEY_EDNS, "R", 0, "Share with EDNS (0)", 0},
    {"cookies", KEY_COOKIES, "R", 0, "Share with a client cookie, at most that of --edns (0)", 0},
    {"aaaa", KEY_AAAA, "R", 0, "Share of type AAAA, the rest is A (0)", 0},
    {"seed", KEY_SEED, "N", 0, "Of every random draw (1)", 0},
    {0, 0, 0, 0, "Frames:", 2},
    {"sources", KEY_SOURCES, "PREFIX", 0, "IPv4 sources (198.18.0.1/32)", 0},
    {"sources6", KEY_SOURCES6, "PREFIX", 0, "IPv6 sources (2001:db8::1/128)", 0},
    {"ipv6", KEY_V6, "R", 0, "Share over IPv6 (0)", 0},
    {"target", KEY_TARGET, "ADDRESS", 0, "The responder's IPv4 address (198.18.0.2)", 0},
    {"target6", KEY_TARGET6, "ADDRESS", 0, "The responder's IPv6 address (2001:db8::2)", 0},
    {"target-mac", KEY_TARGET_MAC, "MAC", 0, "Where frames go (02:00:00:00:00:02)", 0},
    {"vlan", KEY_VLAN, "N", 0, "Tag frames with this VLAN, 1 to 4094", 0},
    {0, 0, 0, 0, "Load:", 3},
    {"rate", KEY_RATE, "N", 0, "Queries a second (1000000)", 0},
    {"rate-max", KEY_RATE_MAX, "N", 0, "Most that a search offers (50M)", 0},
    {"seconds", KEY_SECONDS, "S", 0, "Of a trial, 0.01 to 604800 (1)", 0},
    {"timeout", KEY_TIMEOUT, "S", 0, "After which a query is lost, 0.001 to 10 (0.25)", 0},
    {"trials", KEY_TRIALS, "N", 0, "Trials where a scenario repeats, 1 to 1000 (5)", 0},
    {"searches", KEY_SEARCHES, "N", 0, "Of ndr and pdr, 1 to 100: from two on they compare (1)", 0},
    {"precision", KEY_PRECISION, "R", 0, "Width of a search's goal, relative (0.01)", 0},
    {"patience", KEY_PATIENCE, "S", 0, "For waits for a quiet machine and trials made again (0)",
	0},
    {"points", KEY_POINTS, "LIST", 0, "Sizes, ratios, or cores that a scenario visits", 0},
    {"delta", KEY_DELTA, "N", 0, "Names added and removed by update (50000)", 0},
    {"update-command", KEY_UPDATE, "SH", 0, "What update runs beside the load; its end ends it", 0},
    {"verify", KEY_VERIFY, "N", 0, "Compare one answer in N in full, a power of two (64)", 0},
    {"trust-checksums", KEY_TRUST, 0, 0, "Do not check those of answers: veth leaves them out", 0},
    {0, 0, 0, 0, "Bots:", 4},
    {"hosts", KEY_HOSTS, "N", 0, "Infected hosts (3500000)", 0},
    {"resolvers", KEY_RESOLVERS, "N", 0, "Resolvers that they share evenly (300000)", 0},
    {"ttl", KEY_TTL, "S", 0, "How long these keep answers, 0: not at all (0)", 0},
    {"scale", KEY_SCALE, "R", 0, "Share of hosts and resolvers that is simulated (0.003)", 0},
    {"compress", KEY_COMPRESS, "N", 0, "Seconds of the day in one of the run (2880)", 0},
    {"day", KEY_DAY, "DATE", 0, "Of the names, without --list: YYYY-MM-DD (today)", 0},
    {0, 0, 0, 0, "Machine:", 5},
    {"device", KEY_DEVICE, "DEV[,ARGS]", 0, "DPDK device; ring: a responder in this process (ring)",
	0},
    {"lcores", KEY_LCORES, "LIST", 0, "CPUs: the generator's, then the ring's workers' (0,1)", 0},
    {"ring-size", KEY_RING, "N", 0, "Of each direction of a ring, a power of two (2048)", 0},
    {"huge-pages", KEY_HUGE, "YES|NO", 0, "Where DPDK's memory lies (no)", 0},
    {"memory", KEY_MEMORY, "MB", 0, "DPDK's memory (what the queues need)", 0},
    {"file-prefix", KEY_PREFIX, "TEXT", 0, "Of the EAL's run-time files (cordon-bench-PID)", 0},
    {0, 0, 0, 0, "Report:", 6},
    {"output", KEY_OUTPUT, "DIR", 0, "Write JSON and CSV there; -: write none (bench-results)", 0},
    {"label", KEY_LABEL, "TEXT", 0, "Whose figures these are (cordon)", 0},
    {"json", 'j', 0, 0, "Print the result as JSON", 0},
    {0},
};

static const char *
option_name(int key)
{
	for (const struct argp_option *o = options; o->name || o->doc; o++)
		if (o->key == key && o->name)
			return o->name;
	return "option";
}

static double
number(const struct argp_state *state, int key, double min, double max)
{
	const char *text = state->argv[state->next - 1], *equals = strchr(text, '=');
	double v = min;

	if (text[0] == '-' && text[1] == '-' && equals)
		text = equals + 1;
	if (number_parse(&v, text, min, max) < 0)
		argp_error(state, "--%s must be a number from %.15g to %.15g, not '%s'",
		    option_name(key), min, max, text);
	return v;
}

static unsigned
power_of_two(const struct argp_state *state, int key, double min, double max)
{
	unsigned v = (unsigned)number(state, key, min, max);

	if (v & (v - 1))
		argp_error(state, "--%s must be a power of two", option_name(key));
	return v;
}

/* Reads "ADDRESS[/LENGTH]"; bits that vary are cleared in the address.  Returns their number. */
static unsigned
prefix(const struct argp_state *state, int key, int family, const char *text, uint8_t *out)
{
	unsigned all = family == AF_INET ? 32 : 128, bits = 0;
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchrnul(text, '/');
	size_t len = (size_t)(slash - text);
	double length = all;

	if (len >= sizeof(address))
		argp_error(state, "--%s: '%s' is not a prefix", option_name(key), text);
	memcpy(address, text, len);
	address[len] = '\0';
	if (inet_pton(family, address, out) != 1 ||
	    (*slash && number_parse(&length, slash + 1, all - 24, all) < 0) ||
	    floor(length) < length)
		argp_error(state, "--%s: '%s' is not a prefix of %u to %u bits", option_name(key),
		    text, all - 24, all);
	for (; bits < all - (unsigned)length; bits++)
		out[(all - 1 - bits) / 8] &= (uint8_t) ~(1u << bits % 8);
	return bits;
}

static void
device(struct rig_config *c, const struct argp_state *state, const char *text)
{
	const char *comma = strchrnul(text, ',');

	if ((size_t)(comma - text) >= sizeof(c->device) || strlen(text) >= sizeof(c->devargs))
		argp_error(state, "--device is too long");
	snprintf(c->device, sizeof(c->device), "%.*s", (int)(comma - text), text);
	snprintf(c->devargs, sizeof(c->devargs), "%s", *comma ? comma + 1 : "");
}

static void
parse_mac(uint8_t mac[6], const struct argp_state *state, const char *text)
{
	char end;

	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &mac[0], &mac[1], &mac[2],
		&mac[3], &mac[4], &mac[5], &end) != 6)
		argp_error(state, "--target-mac: '%s' is not an Ethernet address", text);
}

static error_t
parse_query(struct load_options *o, int key, char *arg, struct argp_state *state)
{
	struct pool_mix *m = &o->mix;

	switch (key) {
	case KEY_LIST: o->list = arg; break;
	case KEY_NAMES: o->names = (uint64_t)number(state, key, 1, 200e6); break;
	case KEY_QUERIES: m->queries = (uint32_t)number(state, key, 1, POOL_QUERIES_MAX); break;
	case KEY_HIT: m->hit_ratio = number(state, key, 0, 1); break;
	case KEY_ZIPF: m->zipf = number(state, key, 0, 10); break;
	case KEY_CASE: m->case_share = number(state, key, 0, 1); break;
	case KEY_EDNS: m->edns_share = number(state, key, 0, 1); break;
	case KEY_COOKIES: m->cookie_share = number(state, key, 0, 1); break;
	case KEY_AAAA: m->aaaa_share = number(state, key, 0, 1); break;
	case KEY_V6: m->v6_share = number(state, key, 0, 1); break;
	case KEY_SEED: m->seed = (uint64_t)number(state, key, 0, 1e15); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t
parse_frame(struct load_options *o, int key, char *arg, struct argp_state *state)
{
	struct gen_frames_config *f = &o->rig.frames;

	switch (key) {
	case KEY_SOURCES:
		f->host_bits = prefix(state, key, AF_INET, arg, (uint8_t *)&f->source);
		break;
	case KEY_SOURCES6:
		f->host6_bits = prefix(state, key, AF_INET6, arg, (uint8_t *)&f->source6);
		break;
	case KEY_TARGET:
		if (inet_pton(AF_INET, arg, &f->target) != 1)
			argp_error(state, "--target: '%s' is not an IPv4 address", arg);
		break;
	case KEY_TARGET6:
		if (inet_pton(AF_INET6, arg, &f->target6) != 1)
			argp_error(state, "--target6: '%s' is not an IPv6 address", arg);
		break;
	case KEY_TARGET_MAC: parse_mac(f->target_mac, state, arg); break;
	case KEY_VLAN: f->vlan = (uint16_t)number(state, key, 1, 4094); break;
	case KEY_TRUST: f->trust_checksums = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t
parse_load(struct load_options *o, int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_RATE: o->rate = number(state, key, 1, 1e9); break;
	case KEY_RATE_MAX: o->rate_max = number(state, key, 1, 1e9); break;
	case KEY_SECONDS: o->seconds = number(state, key, 0.01, 604800); break;
	case KEY_TIMEOUT: o->timeout_s = number(state, key, 0.001, 10); break;
	case KEY_TRIALS: o->trials = (unsigned)number(state, key, 1, TRIALS_MAX); break;
	case KEY_SEARCHES: o->searches = (unsigned)number(state, key, 1, SEARCHES_MAX); break;
	case KEY_PRECISION: o->precision = number(state, key, 0.0001, 0.5); break;
	case KEY_PATIENCE: o->patience_s = number(state, key, 0, 86400); break;
	case KEY_POINTS: o->points = arg; break;
	case KEY_DELTA: o->delta = (uint64_t)number(state, key, 1, 10e6); break;
	case KEY_UPDATE: o->update_command = arg; break;
	case KEY_VERIFY: o->rig.verify_mask = power_of_two(state, key, 1, 65536) - 1; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t
parse_bots(struct load_options *o, int key, char *arg, struct argp_state *state)
{
	struct bots_options *b = &o->bots;

	switch (key) {
	case KEY_DAY:
		if (plan_date(&b->day, arg) < 0)
			argp_error(state, "--day must be YYYY-MM-DD or today, not '%s'", arg);
		break;
	case KEY_HOSTS: b->hosts = number(state, key, 1000, 1e9); break;
	case KEY_RESOLVERS: b->resolvers = number(state, key, 1, 1e9); break;
	case KEY_TTL: b->ttl = number(state, key, 0, 604800); break;
	case KEY_SCALE: b->scale = number(state, key, 0.00001, 1); break;
	case KEY_COMPRESS: b->compress = number(state, key, 24, 86400); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t
parse_machine(struct load_options *o, int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_DEVICE: device(&o->rig, state, arg); break;
	case KEY_LCORES: o->rig.lcores = arg; break;
	case KEY_RING: o->rig.ring_size = power_of_two(state, key, 64, 1 << 20); break;
	case KEY_HUGE:
		if (strcmp(arg, "yes") != 0 && strcmp(arg, "no") != 0)
			argp_error(state, "--huge-pages must be yes or no, not '%s'", arg);
		o->rig.huge = *arg == 'y';
		break;
	case KEY_MEMORY: o->rig.memory_mb = (unsigned)number(state, key, 64, 1e6); break;
	case KEY_PREFIX: o->rig.file_prefix = arg; break;
	case KEY_OUTPUT: o->output = arg; break;
	case KEY_LABEL: o->label = arg; break;
	case 'j': o->is_json = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	static error_t (*const parts[])(struct load_options *, int, char *, struct argp_state *) = {
	    parse_query, parse_frame, parse_load, parse_bots, parse_machine};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i](state->input, key, arg, state) == 0)
			return 0;
	return ARGP_ERR_UNKNOWN;
}

const struct argp load_argp = {options, parse_option, NULL, NULL, NULL, NULL, NULL};

void
load_defaults(struct load_options *o)
{
	static const uint8_t target_mac[6] = {2, 0, 0, 0, 0, 2}, mac[6] = {2, 0, 0, 0, 0, 1};
	struct gen_frames_config *f = &o->rig.frames;

	*o = (struct load_options){.names = 1500000,
	    .mix = {.hit_ratio = 1, .seed = 1, .queries = 1 << 20},
	    .rig = {.device = RIG_RING, .lcores = "0,1", .ring_size = 2048, .verify_mask = 63},
	    .bots = {3.5e6, 300000, 0, 0.003, 2880, date_today()},
	    .rate = 1e6,
	    .rate_max = 50e6,
	    .seconds = 1,
	    .timeout_s = 0.25,
	    .trials = 5,
	    .searches = 1,
	    .delta = 50000,
	    .precision = 0.01,
	    .output = "bench-results",
	    .label = "cordon"};
	memcpy(f->target_mac, target_mac, 6);
	memcpy(f->source_mac, mac, 6);
	f->port_first = 10240;
	f->udp_port = 53;
	inet_pton(AF_INET, "198.18.0.1", &f->source);
	inet_pton(AF_INET, "198.18.0.2", &f->target);
	inet_pton(AF_INET6, "2001:db8::1", &f->source6);
	inet_pton(AF_INET6, "2001:db8::2", &f->target6);
}
