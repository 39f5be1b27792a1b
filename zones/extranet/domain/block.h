/* What blocks what: one table of restrictions in the register against kinds of entry, with the legal basis of
 * each rule and a mark where a site must check the current text. Pure. */
#ifndef REG_DOMAIN_BLOCK_H
#define REG_DOMAIN_BLOCK_H
#include "common/base/json.h"
#include "zones/extranet/domain/entry_kind.h"

enum block_fact {
	BLOCK_SEIZED,             /* 查封 in force */
	BLOCK_PRESEIZED,          /* 预查封 in force */
	BLOCK_LAND_SEIZED,        /* 查封 of the land, which belongs to a holder of the building */
	BLOCK_MORTGAGE_OLD,       /* mortgage registered before 2021-01-01 */
	BLOCK_MORTGAGE_NOTED,     /* from then on, with 禁止或限制转让 noted */
	BLOCK_MORTGAGE,           /* from then on, without */
	BLOCK_PRENOTICE,          /* pre-notice of a transfer (kinds 1, 2) */
	BLOCK_PRENOTICE_MORTGAGE, /* of a mortgage (kinds 3, 4) */
	BLOCK_OBJECTION,
	BLOCK_RESIDENCE,
	BLOCK_EASEMENT,
	BLOCK_TAX /* due and not paid */
};
enum block_effect {
	BLOCK_NEVER,   /* 不予办理 */
	BLOCK_CONSENT, /* unless the holder of the restriction stands among the parties and signs */
	BLOCK_TURN,    /* unless it is the holder of the pre-notice who acquires */
	BLOCK_COMMIT,  /* unless the parties say in writing that they know and bear the risk */
	BLOCK_WARN     /* shown, does not block */
};
struct block_rule {
	const char *code; /* reason: "SEIZED" … */
	enum block_fact fact;
	const char *kinds; /* of entry, separated by spaces */
	enum block_effect effect;
	const char *zh, *en;
	const char *basis; /* law, article */
	const char *doubt; /* what a site must check; "" none */
};
const struct block_rule *block_rule_at(size_t i); /* NULL behind the last */
const char *block_effect_name(enum block_effect e);

struct block_case {
	const struct business *b;
	const struct entry_kind *kind;
	const json_t *form;
	const json_t *rows; /* of the unit, lapses settled (entry_lapse.h) */
	bool tax_paid;
};
/* Adds every finding to `findings`: [{"code","blocks","zh","en","basis","doubt","what"}]. True when one of
 * them blocks. */
bool block_check(const struct block_case *c, json_t *findings);

/* What stands on a unit whatever is asked of it: a rule for each restriction in force, once, with its effect
 * and legal basis: [{"code","effect","zh","en","basis","doubt","what"}]. New reference; NULL without memory.
 */
json_t *block_standing(const json_t *rows);

/* Does the holder (a row of qlr) stand among the parties of the form in a role that signs? */
bool block_signs(const struct business *b, const json_t *form, const json_t *holder);
/* Are the parties of a role exactly the holders of a right row? */
bool block_same_persons(const json_t *form, const char *role, const json_t *rows, int64_t right_row);
/* Adds a finding that is no restriction of the book: a reason of block_reason_at. Blocks. */
void block_find(json_t *findings, const char *reason, const char *what);
/* Reasons that the form and the state of the unit give (NO-RIGHT, NOT-HOLDER …). */
struct block_reason {
	const char *code, *zh, *en, *basis, *doubt;
};
const struct block_reason *block_reason_at(size_t i); /* NULL behind the last */
#endif
