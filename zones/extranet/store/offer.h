/* Does this registry have what a business names: its kind of entry, document, fees, papers' layouts; and can
 * everything that it asks be answered? Of the drawing: domain/process.h; of the rules: rules_known. */
#ifndef REG_STORE_OFFER_H
#define REG_STORE_OFFER_H
#include "zones/extranet/registry.h"

/* ERR_CONFIG with what is missing. */
SW_MUST_USE int offer_fits(const struct registry *r, const struct business *b, struct err_note *note);
#endif
