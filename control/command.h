/* command.h - the subcommands of cordon(1): one file each, one row each in cordon.c. */
#pragma once

#include "base/command.h"

int cmd_build(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_cookie_secret(int argc, char **argv);
int cmd_identify(int argc, char **argv);
int cmd_lookup(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_status(int argc, char **argv);
