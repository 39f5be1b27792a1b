/* Questions to the registry over the gap, answered now or not at all (query.asked, transient): held in memory
 * with who asked, no thread waits. Safe from any thread. */
#ifndef INTAKE_TRANSFER_ASKING_H
#define INTAKE_TRANSFER_ASKING_H
#include "zones/internet/portal.h"

struct asking;
SW_MUST_USE int asking_new(struct asking **out);
void asking_free(struct asking *a);
/* consent: borrowed, NULL for the public kinds. who: account or address; id is what asking_answer is asked
 * with. level: the answer is not told before ASKING_LEVEL_MS, so that how long it took tells nothing.
 * ERR_BUSY: too many wait. */
#define ASKING_LEVEL_MS 800
struct asking_question {
	const char *tenant, *who, *query;
	const json_t *consent;
	bool level;
};
SW_MUST_USE int asking_ask(
	struct portal *p, const struct asking_question *q, char id[static 37], struct err_note *note);
/* ERR_BUSY: not yet. 0: *body of query.answered (new reference), told once; ERR_TIMEOUT; what the registry
 * refused it for; ERR_NOTFOUND: not this asker's, or told already. */
SW_MUST_USE int asking_answer(
	struct portal *p, const char *who, const char *id, json_t **body, struct err_note *note);
#endif
