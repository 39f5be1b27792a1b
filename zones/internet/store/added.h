/* Documents added after the submission 补充材料: rows of application_material that no party signed for, each
 * kept; stored and swept with the other materials. */
#ifndef INTAKE_STORE_ADDED_H
#define INTAKE_STORE_ADDED_H
#include "zones/internet/store/application.h"
#include "zones/internet/store/material.h"

struct added {
	struct material m;
	const char *note, *replaces, *message; /* replaces: id of an added one that stands, "" none */
};
/* ERR_NOTFOUND: what it is to replace does not stand. */
SW_MUST_USE int added_put(struct db_tx *tx, const char *application, const struct added *a);
/* The digest of an added one that stands; ERR_NOTFOUND. */
SW_MUST_USE int added_digest(struct db_tx *tx, const char *application, const char *id, struct digest *out);
/* How many stand or stood. */
SW_MUST_USE int added_count(struct db_tx *tx, const char *application, int64_t *out);
/* The registry has it; nothing when it is not there. */
SW_MUST_USE int added_taken(struct db_tx *tx, const char *application, const char *id);
/* The registry refused what that message carried. ERR_NOTFOUND: another message. */
SW_MUST_USE int added_refused(struct db_tx *tx, const char *message, const char *reason);
/* [{"id","code","name","media","size","digest","at","note","outcome","reason","replaced"}]: outcome "" on its
 * way, taken, refused. New reference. */
SW_MUST_USE int added_list(struct db_tx *tx, const char *application, json_t **out);
#endif
