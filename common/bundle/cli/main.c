#include "common/bundle/cli/cli_bundle.h"

int main(int argc, char **argv)
{
	static const struct cli_command *const commands[] = {&cmd_keygen, &cmd_rotate, &cmd_revoke, &cmd_pack,
		&cmd_verify, &cmd_list, &cmd_extract, &cmd_explain, NULL};
	return cli_main(PROGRAM, commands, argc, argv);
}
