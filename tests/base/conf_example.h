/* conf_example.h - options of every type, for the tests and the fuzz target of base/conf.h. */
#pragma once

#include "base/conf.h"

struct port {
	char *device;
	int64_t queues;
	bool checksum;
};

struct conf {
	int64_t threads;
	char *socket;
	char *contact;
	struct conf_texts listen;
	int mode;
	struct {
		int64_t bytes;
		int level;
	} log;
	struct conf_many ports;
};

static const char *const modes[] = {"authoritative", "inline", "monitor", NULL};
static const char *const levels[] = {"error", "notice", NULL};

#define AT(field) offsetof(struct conf, field)

static const struct conf_option top_options[] = {
    {"threads", CONF_INT, AT(threads), "4", .min = 1, .max = 128, .help = "Worker threads"},
    {"socket", CONF_TEXT, AT(socket), "/run/a \"b\" \\c", .min = 1, .max = 20, .help = "Path"},
    {"contact", CONF_TEXT, AT(contact), .min = 5, .max = 9, .help = "Who to ask"},
    {"listen", CONF_TEXTS, AT(listen), "::1 127.0.0.1", .min = 1, .max = 3, .help = "Addresses"},
    {"mode", CONF_CHOICE, AT(mode), "inline", .choices = modes, .help = "Where it stands"},
    {0},
};

static const struct conf_option log_options[] = {
    {"bytes", CONF_INT, 0, "-5000000000", .min = INT64_MIN, .max = INT64_MAX, .unit = "bytes",
	.help = "Any number"},
    {"level", CONF_CHOICE, AT(log.level) - AT(log), "notice", .choices = levels,
	.help = "What is logged"},
    {0},
};

static const struct conf_option port_options[] = {
    {"device", CONF_TEXT, offsetof(struct port, device), "0000:01:00.0", .required = true, .min = 1,
	.max = 64, .help = "PCI address"},
    {"queues", CONF_INT, offsetof(struct port, queues), "2", .min = 0, .max = INT64_MAX,
	.unit = "queues", .help = "Queue pairs"},
    {"checksum", CONF_BOOL, offsetof(struct port, checksum), "true", .help = "Offload"},
    {0},
};

static const struct conf_section example[] = {
    {.offset = 0, .size = sizeof(struct conf), .options = top_options},
    {.name = "log", .offset = AT(log), .options = log_options, .help = "The log"},
    {.name = "ports",
	.many = true,
	.offset = AT(ports),
	.size = sizeof(struct port),
	.max = 2,
	.options = port_options,
	.help = "Ports"},
    {0},
};
