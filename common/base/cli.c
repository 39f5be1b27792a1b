#include "common/base/cli.h"

#include "common/base/version.h"
#include <stdio.h>
#include <string.h>

static void help_print(const char *program, const struct cli_command *const *commands, FILE *to)
{
	(void)fprintf(to, "usage: %s COMMAND ...\n\n", program);
	for (; *commands; commands++)
		(void)fprintf(to, "  %s %s\n        %s\n", program, (*commands)->synopsis, (*commands)->help);
	(void)fprintf(to, "\nExit codes: 0 done, 1 refused or a check failed, 2 wrong usage. See %s(1).\n",
		program);
}

static const struct cli_command *find(const struct cli_command *const *commands, const char *name)
{
	for (; *commands; commands++)
		if (strcmp((*commands)->name, name) == 0)
			return *commands;
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

static int run(const char *program, const struct cli_command *const *commands, int argc, char **argv)
{
	if (argc < 2) {
		help_print(program, commands, stderr);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		help_print(program, commands, stdout);
		return CLI_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("%s %s\n", program, SW_VERSION);
		return CLI_DONE;
	}
	const struct cli_command *c = find(commands, argv[1]);
	if (!c) {
		(void)fprintf(stderr, "USAGE: unknown command, \"%s\"; see %s --help\n", argv[1], program);
		return CLI_USAGE;
	}
	if (wants_help(argc - 1, argv + 1)) {
		(void)printf("usage: %s %s\n\n%s\n", program, c->synopsis, c->help);
		return CLI_DONE;
	}
	return c->run(argc - 1, argv + 1);
}

int cli_main(const char *program, const struct cli_command *const *commands, int argc, char **argv)
{
	int code = run(program, commands, argc, argv);
	if (fflush(stdout) != 0 && code == CLI_DONE) {
		(void)fprintf(stderr, "IO: cannot be written, standard output\n");
		code = CLI_REFUSED;
	}
	return code;
}

int cli_usage(const char *program, const struct cli_command *c)
{
	(void)fprintf(stderr, "USAGE: %s %s\n", program, c->synopsis);
	return CLI_USAGE;
}

int cli_refuse(bool json, int err, const char *what, const char *where)
{
	if (!json) {
		(void)fprintf(
			stderr, "%s: %s%s%s\n", err_name(err), what, where ? ", " : "", where ? where : "");
		return CLI_REFUSED;
	}
	cli_json_take(json_pack("{s:b,s:s,s:s,s:s}", "ok", 0, "reason", err_name(err), "text", what, "where",
		where ? where : ""));
	return CLI_REFUSED;
}

void cli_json_take(json_t *v)
{
	if (!v || json_dumpf(v, stdout, JSON_COMPACT | JSON_SORT_KEYS) < 0)
		(void)fprintf(stderr, "NOMEM: out of memory\n");
	(void)printf("\n");
	json_decref(v);
}
