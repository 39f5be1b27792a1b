#include "common/bundle/cli/cli.h"
#include <stdio.h>
#include <string.h>

#include "common/base/version.h"

static const struct cli_command *const COMMANDS[] = {
	&cmd_keygen, &cmd_rotate, &cmd_revoke, &cmd_pack, &cmd_verify, &cmd_list, &cmd_extract, &cmd_explain};
#define COMMANDS_N (sizeof COMMANDS / sizeof COMMANDS[0])

static void print_help(FILE *to)
{
	(void)fprintf(to, "usage: swbundle COMMAND ...\n\n");
	for (size_t i = 0; i < COMMANDS_N; i++)
		(void)fprintf(to, "  swbundle %s\n        %s\n", COMMANDS[i]->synopsis, COMMANDS[i]->help);
	(void)fprintf(
		to, "\nExit codes: 0 done, 1 refused or a check failed, 2 wrong usage. See swbundle(1).\n");
}

static const struct cli_command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS_N; i++)
		if (strcmp(COMMANDS[i]->name, name) == 0)
			return COMMANDS[i];
	return NULL;
}

/* --help anywhere before "--" asks for help and does nothing else. */
static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

static int run(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		print_help(stdout);
		return CLI_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("swbundle %s\n", SW_VERSION);
		return CLI_DONE;
	}
	const struct cli_command *c = find(argv[1]);
	if (!c) {
		(void)fprintf(stderr, "USAGE: unknown command, \"%s\"; see swbundle --help\n", argv[1]);
		return CLI_USAGE;
	}
	if (wants_help(argc - 1, argv + 1)) {
		(void)printf("usage: swbundle %s\n\n%s\n", c->synopsis, c->help);
		return CLI_DONE;
	}
	return c->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int code = run(argc, argv);
	/* What could not be printed was not done. */
	if (fflush(stdout) != 0 && code == CLI_DONE) {
		(void)fprintf(stderr, "IO: cannot be written, standard output\n");
		code = CLI_REFUSED;
	}
	return code;
}
