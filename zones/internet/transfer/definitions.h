/* Business definitions and fees from the registry: over the gap, or by hand for a portal that no link reaches
 * yet. Either way the office's e-seal decides; who brought them does not matter. */
#ifndef INTAKE_TRANSFER_DEFINITIONS_H
#define INTAKE_TRANSFER_DEFINITIONS_H
#include "common/exchange/exchange.h"
#include "common/service/service.h"

exchange_apply receive_definition; /* definition.published */
/* `intaked definitions FILE`: lines as `registryd definitions` prints them. Returns an exit code. */
int definitions_command(struct service *s, int argc, char **argv);
#endif
