/* 缮证: the papers of one entered case. */
#ifndef REG_TRANSFER_CERTIFICATE_H
#define REG_TRANSFER_CERTIFICATE_H
#include "zones/extranet/registry.h"

/* Makes and stores the papers that the entry of case `id` gave, and moves the case to its end; a case whose
 * entry gave none is done with itself. ERR_CONFLICT: it changed meanwhile. */
SW_MUST_USE int certificate_make(struct registry *r, const struct office *o, const char *id);
#endif
