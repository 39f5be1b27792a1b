/* One message on its way to its verdict: where it stands, and what is written when that is decided. */
#ifndef SW_EXCHANGE_INBOX_VERDICT_H
#define SW_EXCHANGE_INBOX_VERDICT_H
#include "common/exchange/inbox.h"

enum inbox_state { INBOX_NEW, INBOX_APPLIED, INBOX_REFUSED, INBOX_WAITS };
struct inbox_taking {
	struct inbox_turn *turn;
	struct link_state *l;
	struct db_tx *tx;
	struct inbox_message *in;
	int64_t epoch, seq; /* the bundle it came in */
	enum inbox_state was;
	struct order_known known[MESSAGE_KEYS_MAX];
};
/* Sets t->was. */
SW_MUST_USE int inbox_verdict_get(struct inbox_taking *t);
/* Behind it. Sets t->known; *refused: a message that it follows was. */
SW_MUST_USE int inbox_verdict_order(struct inbox_taking *t, enum order_verdict *out, bool *refused);
SW_MUST_USE int inbox_verdict_put(struct inbox_taking *t, enum inbox_state state, const char *reason);
/* The numbers of the message are done with; what follows them is to be looked at. */
SW_MUST_USE int inbox_verdict_keys(struct inbox_taking *t, bool refused);
/* A guard's record that stands for a message it refused: same id as the one it names. */
bool inbox_verdict_stands(const struct message *m);
/* Refused for good: verdict, numbers, and a signed record for its origin. */
SW_MUST_USE int inbox_verdict_refuse(struct inbox_taking *t, const struct err_note *why);
#endif
