#include "control/command.h"

#include <argp.h>

const char *argp_program_version = "cordon " CORDON_VERSION;

static const struct command commands[] = {
    {"check", "say what speaks against a list", cmd_check},
    {"identify", "say which family of malware makes a name, and on which day", cmd_identify},
    {"predict", "print the names that a malware family generates on given days", cmd_predict},
    {"build", "make list zones out of lists and predictions", cmd_build},
    {"attribute", "say which name an address of a pool stood for", cmd_attribute},
    {"keygen", "make a publisher's key", cmd_keygen},
    {"sign", "sign a part or an update", cmd_sign},
    {"verify", "say whether an update is signed by those who are trusted", cmd_verify},
    {"show", "show the zones of an update, their serials and signatures", cmd_show},
    {"diff", "show what one update lists that another does not", cmd_diff},
    {"delta", "write what changes from one zone to the next, for responders", cmd_delta},
    {"export", "write lists in the forms that name servers and registries load", cmd_export},
    {"lookup", "say whether and why names are listed", cmd_lookup},
    {"registries", "show the directory of registries, or check it", cmd_registries},
    {"submit", "submit a signed update to a hub", cmd_submit},
    {"rollback", "write an earlier list of the hub once more, to be signed", cmd_rollback},
    {"audit", "show what the hub decided and delivered", cmd_audit},
    {"status", "show a running responder's lists and counters", cmd_status},
    {"stats", "show its counters, or what each stage of an answer costs", cmd_stats},
    {"block", "block names at once on a running responder", cmd_block},
    {"unblock", "take such blocks back", cmd_unblock},
    {"blocks", "list them: since when, by whom and why", cmd_blocks},
    {"top", "show a running responder's rates", cmd_top},
    {"health", "say whether a responder is healthy, for scripts", cmd_health},
    {"drain", "have cordon health say drained, while queries are answered", cmd_drain},
    {"undrain", "take that back", cmd_undrain},
    {"log-reopen", "have a responder open its log file anew", cmd_log_reopen},
    {"reload", "have a running responder read its lists again", cmd_reload},
    {"cookie-secret", "change the secret of a running responder's DNS cookies", cmd_cookie_secret},
    {0},
};

int
main(int argc, char **argv)
{
	return command_main("cordon", commands, argc, argv);
}
