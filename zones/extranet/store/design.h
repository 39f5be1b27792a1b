/* Businesses designed in the browser 业务设计 (guide 五(一)2): definition, form and drawing proposed by one
 * person, decided by another, published for every office. They are designed at the first office, whose seal
 * stands on what is published. */
#ifndef REG_STORE_DESIGN_H
#define REG_STORE_DESIGN_H
#include "zones/extranet/registry.h"

/* The texts of a business from {"business","form","process"} of a page, and the business they make, all of it
 * checked: definition, form, drawing and what they name. Free with json_decref and business_one_free.
 * ERR_SCHEMA, ERR_SYNTAX, ERR_LIMIT with the text, line and column or element of what is wrong.
 */
SW_MUST_USE int design_read(
	struct registry *r, const json_t *body, json_t **texts, struct business **out, struct err_note *note);
/* [{"code","version","zh","en","state","proposed_by","proposed_at","decided_by","decided_at"}] */
SW_MUST_USE int design_list(struct db_tx *tx, json_t **out);
/* Texts of a proposal; ERR_NOTFOUND. New reference. */
SW_MUST_USE int design_texts(struct db_tx *tx, const char *code, int64_t version, json_t **out);
/* {"code","version","business","form","process"} for a page. */
SW_MUST_USE int design_json(
	const char *code, int64_t version, const json_t *texts, json_t **out, struct err_note *note);
/* ERR_CONFLICT: its number is not the next one of its code. */
SW_MUST_USE int design_propose(struct db_tx *tx, const struct business *b, const json_t *texts,
	const char *who, struct err_note *note);
/* A proposal that this person may decide on. ERR_APPROVAL: who proposed it does not; ERR_NOTFOUND, ERR_STATE:
 * decided already. *texts: new reference. */
SW_MUST_USE int design_open(struct db_tx *tx, const char *code, int64_t version, const char *who,
	json_t **texts, struct err_note *note);
/* Checked anew, outside of a transaction that writes: drawing and rules are compiled. *out:
 * business_one_free. */
SW_MUST_USE int design_check(
	struct registry *r, const json_t *texts, struct business **out, struct err_note *note);
/* Agreed to and published, or refused (agreed NULL). Errors as of design_open. After the commit:
 * in_force_business. */
SW_MUST_USE int design_decide(struct registry *r, struct db_tx *tx, const char *code, int64_t version,
	const struct business *agreed, const char *who, struct err_note *note);
#endif
