/* What this portal offers: the published definitions, read and kept in memory by version. A definition that
 * was handed out stays valid until the portal stops. Safe from any thread. */
#ifndef INTAKE_STORE_OFFER_H
#define INTAKE_STORE_OFFER_H
#include "common/db/db.h"
#include "common/workflow/business.h"

struct offer;
SW_MUST_USE int offer_new(struct db *d, const char *tenant, struct offer **out);
void offer_free(struct offer *o);
/* A definition was committed (db_after). */
db_after offer_stale;
/* Takes in what was received since; outside of transactions only. */
SW_MUST_USE int offer_sync(struct offer *o);
/* NULL when that version was never published here. */
const struct business *offer_find(struct offer *o, const char *code, int64_t version);
/* The newest version; NULL unknown. */
const struct business *offer_newest(struct offer *o, const char *code);
/* The newest version of each business, by code; NULL behind the last. */
const struct business *offer_at(struct offer *o, size_t i);
/* The newest fee table; NULL: none yet. */
const struct fee_table *offer_fees(struct offer *o);
/* Reads a definition without keeping it: ERR_CONFIG with the place when it is none; ERR_SCHEMA when it is not
 * the one it says. */
SW_MUST_USE int offer_check(
	const char *kind, const char *code, int64_t version, const char *definition, struct err_note *note);
#endif
