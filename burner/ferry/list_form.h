/* Is a file a list of what is missing at this side's diode (diode-recv --report)? It goes on the disc as it
 * is and is fed to diode-send --again on the other side. */
#ifndef SW_BURNER_LIST_FORM_H
#define SW_BURNER_LIST_FORM_H
#include "common/base/err.h"
#include <stdint.h>

/* Canonical JSON of that kind and format; what it names is the diode's business. The position is left alone.
 * ERR_FORMAT, ERR_LIMIT, ERR_IO, each under `name`. */
SW_MUST_USE int list_form(int fd, int64_t size, const char *name, struct err_note *note);
#endif
