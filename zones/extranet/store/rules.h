/* Review rules 审查规则 of this office: kept by version, changed by two persons, run on a snapshot of a case,
 * with what they said and on what. */
#ifndef REG_STORE_RULES_H
#define REG_STORE_RULES_H
#include "common/workflow/rule.h"
#include "zones/extranet/store/flows.h"

struct rules;
/* Takes in conf's rules.yaml: a new code is in force at once, another text of a known one waits for approval.
 */
SW_MUST_USE int rules_open(struct registry *r, struct rules **out, struct err_note *note);
void rules_close(struct rules *s);

/* What a look saw, by which an act can tell in its own transaction that nothing of it has changed. */
struct rules_seen {
	char day[11];
	int64_t version; /* of the case */
	int64_t log;     /* newest row of 登簿日志 */
	int64_t decided; /* rule versions that were decided on */
};
struct rules_look {
	char stage[8], division[7];
	struct case_form form; /* of the case as it was looked at */
	struct buf input;      /* JSON text … */
	struct buf sealed;     /* … as it is kept */
	json_t *rows;          /* of the unit: book_unit */
	json_t *verdict;       /* rule_judge */
	struct rules_seen seen;
};
void rules_look_fini(struct rules_look *l);
/* On a snapshot: what the rules of the case's business would see. out: of zeros, or of a look before. */
SW_MUST_USE int rules_look(struct registry *r, struct db_tx *tx, const char *case_id, const char *stage,
	struct rules_look *out, struct err_note *note);
/* Outside a transaction. */
SW_MUST_USE int rules_say(struct registry *r, struct rules_look *l, const char *business, int64_t version);
/* In the transaction of the act: *stand when case, book of the unit and its land, day and rules are still
 * those that were judged: l->rows is book_unit in this transaction then. Otherwise the act may not rest on
 * the verdict: judge anew. */
SW_MUST_USE int rules_stand(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct rules_look *l, bool *stand);
/* Kept with the case, in the transaction of the act. */
SW_MUST_USE int rules_keep(struct registry *r, struct db_tx *tx, const char *case_id, const char *who,
	const struct rules_look *l);
SW_MUST_USE int rules_verdicts(struct db_tx *tx, const char *case_id, json_t **out);

/* Every rule that a business names is one of every office. ERR_CONFIG names it. */
SW_MUST_USE int rules_known(const struct registry *r, const struct business *b, struct err_note *note);
SW_MUST_USE int rules_list(struct db_tx *tx, json_t **out);
/* ERR_SCHEMA: not a rule. *version: its number. */
SW_MUST_USE int rules_propose(struct registry *r, struct db_tx *tx, const json_t *rule, const char *who,
	int64_t *version, struct err_note *note);
/* ERR_APPROVAL: not by who proposed it; ERR_NOTFOUND, ERR_STATE. After the commit: in_force_rule. */
SW_MUST_USE int rules_decide(struct db_tx *tx, const char *code, int64_t version, bool approve,
	const char *who, struct err_note *note);
SW_MUST_USE int rules_reload(struct registry *r, const char *division, struct err_note *note);
/* The kept inputs of past cases at the rule's stages, newest first, at most `limit`: array of
 * {"case","stage", "at","input" (text)}. */
SW_MUST_USE int rules_past(struct registry *r, struct db_tx *tx, int limit, json_t **out);
#endif
