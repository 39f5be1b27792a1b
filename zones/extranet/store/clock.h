/* The clock that entries are dated by, watched: what was entered by a wrong one cannot be taken back, and a
 * seizure would end before its day, or stand beyond it. What it is judged by (domain/clock_judge.h): that it
 * was set while the service ran; the newest that this zone wrote, in the book, the audit records and, every
 * ten minutes in which the clock was right, in clock_known; and the manifests of other zones. */
#ifndef REG_STORE_CLOCK_H
#define REG_STORE_CLOCK_H
#include "zones/extranet/registry.h"

struct clock;
/* Reads what the database knows. What follows may be asked for from any thread. */
SW_MUST_USE int clock_open(struct registry *r, struct clock **out);
void clock_free(struct clock *c);
/* Takes in what other zones said meanwhile, keeps the newest, and says in the log when the verdict is
 * another. */
SW_MUST_USE int clock_look(struct registry *r);
/* ERR_STATE with the reason: it was set, or is behind what is known: nothing is entered and nothing lapses.
 * Commands watch no clock. */
SW_MUST_USE int clock_steady(const struct registry *r, struct err_note *note);
/* What is due by its day ends now (clock_judge_ends). Commands watch no clock. */
bool clock_ends(const struct registry *r);
/* {"state", "stops", "settles", "now", "newest", "zones":[{"zone","created","came"}]}; newest, created, came
 * "" when there is none. Fresh. */
SW_MUST_USE int clock_state(const struct registry *r, json_t **out);
/* An officer has looked: the clock is right. What is known of later does not count, for good; old times that
 * another zone sends do not until the service is started again, for from this word on it is seen by the
 * service itself when the clock is set. Recorded, in this transaction; clock_settled after its commit.
 * ERR_STATE: there is nothing to settle. */
struct clock_word {
	int64_t newest, settled; /* as in clock_known */
	bool vouched;            /* of old times alone: neither is changed */
};
SW_MUST_USE int clock_settle(
	struct registry *r, struct db_tx *tx, const char *who, const char *reason, struct clock_word *out);
void clock_settled(struct registry *r, const struct clock_word *w);
#endif
