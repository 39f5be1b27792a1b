#include "common/audit/cli/cli_audit.h"

int main(int argc, char **argv)
{
	static const struct cli_command *const commands[] = {
		&cmd_verify, &cmd_prove, &cmd_check_proof, &cmd_reconcile, &cmd_export, &cmd_stats, NULL};
	return cli_main(PROGRAM, commands, argc, argv);
}
