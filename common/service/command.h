/* Command line of the daemons, and the commands they share: init, user add, backup. */
#ifndef SW_SERVICE_COMMAND_H
#define SW_SERVICE_COMMAND_H
#include "common/service/settings.h"

#define COMMAND_GO (-1) /* command_parse: go on; otherwise the exit code */

enum command_kind {
	COMMAND_RUN,
	COMMAND_OPENAPI,
	COMMAND_INIT,
	COMMAND_USER_ADD,
	COMMAND_BACKUP,
	COMMAND_REVOKE,
	COMMAND_DIRECTORY,
	COMMAND_FIXITY,
	COMMAND_PRUNE,
	COMMAND_MOVE,
	COMMAND_KEYS,
	COMMAND_OWN
};
struct command_line {
	enum command_kind command;
	const struct service_command *own; /* with COMMAND_OWN */
	const char *config, *division;     /* division NULL: not named */
	bool check;
	int argc;
	char **argv; /* operands behind the command's name */
};
/* Prints help, version or usage itself. */
SW_MUST_USE int command_parse(const struct service_def *def, int argc, char **argv, struct command_line *out);
/* user add: one JSON object {"user","role","name","id_number"?,"password"} per line on standard input. backup
 * FILE. */
SW_MUST_USE int command_shared(const struct command_line *l, struct service *s, struct err_note *note);
#endif
