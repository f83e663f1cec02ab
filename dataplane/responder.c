#include "base/conf_check.h"
#include "base/err.h"
#include "base/log.h"
#include "base/sd_notify.h"
#include "dataplane/jail.h"
#include "dataplane/lint.h"
#include "dataplane/server.h"
#include "lists/index.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void
print_zone_mistake(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

static int
check_config(const struct args *args)
{
	struct options *o;
	struct zones *zones;
	int rc = options_load(&o, args, conf_print_wrong, NULL);

	if (rc < 0)
		return 1;
	if (jail_rehearse(o, args->config) < 0) {
		options_free(o);
		return 1;
	}
	rc = zones_load(&zones, o, print_zone_mistake, NULL);
	if (rc == 0) {
		rc = lint_policies(o, zones, NULL, print_zone_mistake, NULL);
		zones_free(zones);
	}
	if (rc < 0) {
		options_free(o);
		return 1;
	}
	printf("%s: ok (%u feeds, %u static zones, %u ports, %u listen addresses)\n",
	    args->config ? args->config : "command line", o->feeds_n, o->zones_n, o->ports_n,
	    o->sock.listen_n);
	options_free(o);
	return 0;
}

static int
print(void (*what)(const struct conf_section *, FILE *))
{
	what(config_sections, stdout);
	return fflush(stdout) == 0 ? 0 : 1;
}

/* Signals are blocked before the first thread starts, so that each inherits that. */
static int
catch_signals(sigset_t *ends)
{
	sigset_t all;

	sigemptyset(ends);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGINT);
	all = *ends;
	sigaddset(&all, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
serve(struct server *s)
{
	sigset_t ends;
	int signal_fd = catch_signals(&ends), rc;

	if (signal_fd < 0)
		die("signalfd: %s", err_text(-errno));
	rc = index_self_test();
	if (rc < 0)
		die("libJudy does not keep what it is given (%s); install another build of it",
		    err_text(rc));
	rc = server_open(s);
	if (rc == 0) {
		log_event(LOG_LEVEL_NOTICE, "ready", "version=%s listen=%u ports=%u",
		    CORDON_VERSION, s->start->sock.listen_n, s->start->ports_n);
		notify_send("READY=1");
		server_run(s, signal_fd);
		notify_send("STOPPING=1");
		log_event(LOG_LEVEL_NOTICE, "stopping", "version=%s", CORDON_VERSION);
	}
	pthread_sigmask(SIG_UNBLOCK, &ends, NULL); /* the second signal ends it at once */
	server_close(s);
	close(signal_fd);
	return rc < 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
	static struct server s;
	int rc = args_parse(&s.args, argc, argv);

	if (rc < 0)
		die("%s", err_text(rc));
	switch (s.args.mode) {
	case ARGS_CHECK: rc = check_config(&s.args); break;
	case ARGS_SAMPLE: rc = print(conf_print_sample); break;
	case ARGS_MDOC: rc = print(conf_print_mdoc); break;
	case ARGS_RUN: rc = serve(&s); break;
	}
	args_free(&s.args);
	return rc;
}
