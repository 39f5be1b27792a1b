/* One value of a table: its text form to memory and back. */
#ifndef SW_CONFIG_CONFIG_VALUE_H
#define SW_CONFIG_CONFIG_VALUE_H
#include "common/config/config.h"

/* The field in `into` takes the value; what it held is not freed. ERR_RANGE when the text is no such value or
 * out of bounds, ERR_NOMEM. `file`: the configuration file, for CONFIG_PATH. Not for CONFIG_LIST. */
SW_MUST_USE int config_value_scalar(
	const struct config_field *f, const char *file, const char *text, void *into);
/* texts: a list of {"v": text}. ERR_RANGE when one is no text. */
SW_MUST_USE int config_value_list(const struct config_field *f, const json_t *texts, void *into);
/* f->def, which must be set; a list's default is separated by commas. ERR_BUG when it is no valid value. */
SW_MUST_USE int config_value_default(const struct config_field *f, const char *file, void *into);
void config_value_free(const struct config_field *f, void *from);

/* A number in the largest unit that divides it: "64K", "10s". */
#define CONFIG_VALUE_NUMBER 32
void config_value_number(enum config_type t, int64_t n, char out[static CONFIG_VALUE_NUMBER]);
/* "a size such as 64K, 20M, 2G, from 1K to 1G". */
#define CONFIG_VALUE_WANTED 128
void config_value_wanted(const struct config_field *f, char out[static CONFIG_VALUE_WANTED]);
#endif
