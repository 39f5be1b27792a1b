/* swbundle: one table of commands, one way to refuse. main.c holds the table; each command is one file. */
#ifndef SW_BUNDLE_CLI_H
#define SW_BUNDLE_CLI_H
#include "common/base/err.h"
#include <stdbool.h>

/* Exit codes of every program of this project. */
enum { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2 };

/* run gets argv[0] = the command's name, and returns the exit code. */
struct cli_command {
	const char *name, *synopsis, *help;
	int (*run)(int argc, char **argv);
};
extern const struct cli_command cmd_keygen, cmd_rotate, cmd_revoke, cmd_pack, cmd_verify, cmd_list,
	cmd_extract, cmd_explain;
#endif
