/* Programs that are a table of commands: one way of help, version, usage and refusal. */
#ifndef SW_BASE_CLI_H
#define SW_BASE_CLI_H
#include "common/base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Exit codes of every program of this project. */
enum { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2 };

struct cli_command {
	const char *name, *synopsis, *help;
	int (*run)(int argc, char **argv); /* argv[0] = the command's name; returns the exit code */
};
/* A table ends with NULL. What could not be printed was not done. */
int cli_main(const char *program, const struct cli_command *const *commands, int argc, char **argv);
/* "usage: PROGRAM SYNOPSIS" on standard error; CLI_USAGE. */
int cli_usage(const char *program, const struct cli_command *c);
/* "REASON-CODE: what, where" on standard error, with json {"ok":false,"reason","text","where"} on standard
 * output instead; CLI_REFUSED. where may be NULL. */
int cli_refuse(bool json, int err, const char *what, const char *where);
/* Prints a value as one line of JSON and releases it. NULL: there was no memory for it. */
void cli_json_take(json_t *v);
#endif
