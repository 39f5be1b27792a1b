/* Between the files of consult: one question and its answer. */
#ifndef REG_STORE_CONSULT_IMPL_H
#define REG_STORE_CONSULT_IMPL_H
#include "zones/extranet/store/consult.h"

#define CONSULT_TEXT 96

struct consult {
	struct registry *r;
	struct db_tx *tx;
	const struct case_row *c;
	json_t *rows, *decisions, *steps;
	int64_t now_ms;
};
/* Texts "" where there is none. */
struct consult_answer {
	const char *key, *kind, *asked_at, *answered_at, *zh, *en, *source;
	bool failed, off;
};
SW_MUST_USE int consult_put(struct consult *k, const struct consult_answer *a);
/* What trade and tax were told 一窗受理, and telling it again; keys "push-N". */
SW_MUST_USE int consult_pushes(struct consult *k);
bool consult_is_push(const char *key);
SW_MUST_USE int consult_push_again(struct db_tx *tx, const char *case_id, const char *key);
#endif
