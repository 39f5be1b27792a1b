/* What a business does to the register book: the kinds of entry that a definition names by `entry:`
 * (conf/businesses). One row per kind: its registration type, who must be among the parties, which form
 * fields the entry reads, which certificate it draws. Pure data. Registration types, certificates: TD/T 1066,
 * 不动产登记暂行条例实施细则. */
#ifndef REG_DOMAIN_ENTRY_KIND_H
#define REG_DOMAIN_ENTRY_KIND_H
#include "common/workflow/business.h"

enum entry_act {
	ENTRY_FIRST,
	ENTRY_TRANSFER,
	ENTRY_CHANGE_HOLDER,
	ENTRY_CHANGE_UNIT,
	ENTRY_SPLIT,
	ENTRY_MERGE,
	ENTRY_CANCEL,
	ENTRY_CORRECT,
	ENTRY_OBJECTION,
	ENTRY_OBJECTION_SUIT,
	ENTRY_OBJECTION_CANCEL,
	ENTRY_PRENOTICE,
	ENTRY_PRENOTICE_CANCEL,
	ENTRY_MORTGAGE,
	ENTRY_MORTGAGE_CHANGE,
	ENTRY_MORTGAGE_TRANSFER,
	ENTRY_MORTGAGE_CANCEL,
	ENTRY_SEIZURE,
	ENTRY_SEIZURE_RENEW,
	ENTRY_SEIZURE_RELEASE,
	ENTRY_EASEMENT,
	ENTRY_EASEMENT_CANCEL,
	ENTRY_RESIDENCE,
	ENTRY_RESIDENCE_CANCEL,
	ENTRY_REISSUE,
	ENTRY_ACT_COUNT
};
enum entry_paper { ENTRY_NO_PAPER, ENTRY_TITLE /* 不动产权证书 */, ENTRY_PROOF /* 不动产登记证明 */ };

#define ENTRY_FIELDS_MAX 8
struct entry_kind {
	const char *code, *zh, *en;
	enum entry_act act;
	const char *variant;   /* of the act: "court", "presale" …; "" none */
	int registration_type; /* 登记类型 that a business of this kind has */
	bool holders;          /* parties of holder_role become holders (or are the present ones who apply) */
	bool obligors;         /* parties of ended_role, who must be the present holders: 义务人 */
	enum entry_paper paper;
	const char *fields[ENTRY_FIELDS_MAX]; /* form fields without which it cannot be entered; NULL ends */
};
const struct entry_kind *entry_kind_find(const char *code); /* NULL unknown */
const struct entry_kind *entry_kind_at(size_t i);           /* NULL behind the last */
/* Does a business hold what its kind needs: registration type, roles, required fields? ERR_CONFIG says what
 * is missing. */
SW_MUST_USE int entry_kind_fits(const struct business *b, struct err_note *note);
#endif
