/* cordond: takes in signed updates, stores them, hands them out. */
#include "base/conf_check.h"
#include "base/err.h"
#include "base/log.h"
#include "base/sd_notify.h"
#include "control/hub.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define CONFIG_PATH "/etc/cordon/cordond.conf"

enum mode { MODE_RUN, MODE_CHECK, MODE_SAMPLE, MODE_MDOC };

struct args {
	enum mode mode;
	const char *config;
	const struct conf_section *sections; /* to print */
};

enum { KEY_CHECK = 256, KEY_MDOC, KEY_SAMPLE };

static const struct argp_option options[] = {
    {"config", 'c', "FILE", 0, "Read the configuration from FILE (" CONFIG_PATH ")", 1},
    {"check-config", KEY_CHECK, 0, 0, "Check the configuration, say ok or what is wrong, end", 1},
    {"print-config", KEY_SAMPLE, 0, 0, "Print a complete sample configuration", 2},
    {"print-options", KEY_MDOC, "WHAT", 0,
	"Print a man page's list of the options: mdoc, or of the registries or keys files", 2},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'c': a->config = arg; break;
	case KEY_CHECK: a->mode = MODE_CHECK; break;
	case KEY_SAMPLE: a->mode = MODE_SAMPLE; break;
	case KEY_MDOC:
		a->mode = MODE_MDOC;
		a->sections = strcmp(arg, "mdoc") == 0         ? hub_sections
			      : strcmp(arg, "registries") == 0 ? registries_sections
			      : strcmp(arg, "keys") == 0       ? registry_keys_sections
							       : NULL;
		if (!a->sections)
			argp_error(state, "--print-options: '%s' is not valid; see --help", arg);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int
check_config(const char *path)
{
	struct hub_options *o;

	if (hub_options_load(&o, path, conf_print_wrong, NULL) < 0)
		return 1;
	printf("%s: ok (%u feeds, %u publishers, %zu registries)\n", path, o->feeds_n,
	    o->publishers_n, o->registries->file.n);
	hub_options_free(o);
	return 0;
}

static int
catch_signals(void)
{
	sigset_t all;

	sigemptyset(&all);
	sigaddset(&all, SIGTERM);
	sigaddset(&all, SIGINT);
	sigaddset(&all, SIGHUP);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
serve(const char *path)
{
	static struct hub h;
	int signal_fd = catch_signals(), rc;

	if (signal_fd < 0)
		die("signalfd: %s", err_text(-errno));
	rc = hub_open(&h, path);
	if (rc == 0) {
		log_event(LOG_LEVEL_NOTICE, "ready", "version=%s feeds=%u registries=%zu",
		    CORDON_VERSION, h.options->feeds_n, h.options->registries->file.n);
		notify_send("READY=1");
		hub_run(&h, signal_fd);
		notify_send("STOPPING=1");
		log_event(LOG_LEVEL_NOTICE, "stopping", "version=%s", CORDON_VERSION);
	}
	hub_close(&h);
	close(signal_fd);
	return rc < 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Take in signed updates of block and sinkhole lists, check and store them, and hand "
	    "each "
	    "registry its parts.\vThe manual is cordond(8).",
	    NULL, NULL, NULL};
	struct args a = {MODE_RUN, CONFIG_PATH, NULL};

	argp_program_version = "cordond " CORDON_VERSION;
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &a);
	switch (a.mode) {
	case MODE_CHECK: return check_config(a.config);
	case MODE_SAMPLE: conf_print_sample(hub_sections, stdout); break;
	case MODE_MDOC: conf_print_mdoc(a.sections, stdout); break;
	case MODE_RUN: return serve(a.config);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
