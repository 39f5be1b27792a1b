/* Asks another program of this project (burner) that was called with --json. */
#ifndef SW_SERVICE_ASK_H
#define SW_SERVICE_ASK_H
#include "common/base/json.h"

/* No shell; `in` is its standard input. *out is a new reference. What the program refuses with "REASON: text"
 * is returned as that ERR_*; ERR_IO when it cannot be run or does not end by itself, ERR_TIMEOUT after ten
 * minutes. */
SW_MUST_USE int ask_program(const char *const *argv, struct view in, json_t **out, struct err_note *note);
/* The same with another time. */
SW_MUST_USE int ask_program_for(
	const char *const *argv, struct view in, int timeout_ms, json_t **out, struct err_note *note);
#endif
