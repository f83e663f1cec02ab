/* command.h - the subcommands of cordon(1): one file each, one row each in cordon.c. */
#pragma once

#include "base/command.h"

int cmd_attribute(int argc, char **argv);
int cmd_block(int argc, char **argv);
int cmd_blocks(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_build(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_cookie_secret(int argc, char **argv);
int cmd_delta(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_drain(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_health(int argc, char **argv);
int cmd_identify(int argc, char **argv);
int cmd_keygen(int argc, char **argv);
int cmd_log_reopen(int argc, char **argv);
int cmd_lookup(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_registries(int argc, char **argv);
int cmd_rollback(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_submit(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_unblock(int argc, char **argv);
int cmd_undrain(int argc, char **argv);
int cmd_verify(int argc, char **argv);
