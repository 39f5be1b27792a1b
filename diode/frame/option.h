/* Command line by the same table as the configuration file: key "repeat_every" is --repeat-every VALUE, a
 * BOOL is a flag. So that a setting has one name, one form and one explanation. */
#ifndef SW_DIODE_OPTION_H
#define SW_DIODE_OPTION_H
#include "common/config/config.h"

/* Sets the defaults of the table and what stands in argv; *operands is the index of the first word that is no
 * option ("-" is none; "--" ends them). ERR_USAGE names the option. Strings are owned by `into`, freed by
 * config_free_fields. Types STR, PATH, INT, BOOL, SIZE, TIME. */
SW_MUST_USE int option_parse(const struct config_field *table, int argc, char *const *argv, void *into,
	int *operands, struct err_note *note);
/* The table as help text on standard output. */
void option_print(const struct config_field *table);
#endif
