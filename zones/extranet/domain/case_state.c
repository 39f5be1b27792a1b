#include "zones/extranet/domain/case_state.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *code, *zh, *en;
} states[] = {
#define X(id, code, zh, en) {code, zh, en},
	CASE_STATES(X)
#undef X
};

const char *case_state_code(enum case_state s)
{
	return states[s].code;
}

const char *case_state_zh(enum case_state s)
{
	return states[s].zh;
}

const char *case_state_en(enum case_state s)
{
	return states[s].en;
}

int case_state_parse(const char *code, enum case_state *out)
{
	for (size_t i = 0; i < CASE_STATE_COUNT; i++)
		if (strcmp(code, states[i].code) == 0) {
			*out = (enum case_state)i;
			return 0;
		}
	return ERR_SYNTAX;
}

#define IN(s) (1u << CASE_##s)
/* Between acceptance and review a case collects what its business needs, in any order. */
#define COLLECTING (IN(ACCEPTED) | IN(TAX) | IN(CADASTRAL))

static const struct {
	unsigned from;
	enum case_state to;
} moves[] = {
	[CASE_DO_ACCEPT] = {IN(SUBMITTED) | IN(CORRECTION), CASE_ACCEPTED},
	[CASE_DO_CORRECT] = {IN(SUBMITTED) | COLLECTING, CASE_CORRECTION},
	[CASE_DO_RESUBMIT] = {IN(CORRECTION), CASE_SUBMITTED},
	[CASE_DO_REJECT] = {IN(SUBMITTED) | IN(CORRECTION), CASE_REJECTED},
	[CASE_DO_TAX] = {COLLECTING, CASE_TAX},
	[CASE_DO_GRAPHICS] = {COLLECTING, CASE_CADASTRAL},
	[CASE_DO_CADASTRAL] = {IN(CADASTRAL) | IN(TAX), CASE_CADASTRAL},
	[CASE_DO_REVIEW] = {COLLECTING, CASE_REVIEW},
	[CASE_DO_ENTER] = {IN(REVIEW), CASE_ENTRY},
	[CASE_DO_MAKE] = {IN(ENTRY), CASE_CERTIFICATE},
	[CASE_DO_DELIVER] = {IN(CERTIFICATE), CASE_DELIVERED},
	[CASE_DO_ARCHIVE] = {IN(DELIVERED), CASE_ARCHIVED},
	[CASE_DO_WITHDRAW] = {IN(SUBMITTED) | IN(CORRECTION) | COLLECTING | IN(REVIEW), CASE_WITHDRAWN},
	[CASE_DO_REFUSE] = {IN(CORRECTION) | COLLECTING | IN(REVIEW), CASE_REFUSED},
	[CASE_DO_BACK] = {COLLECTING | IN(REVIEW), CASE_ACCEPTED},
};

int case_state_next(enum case_state from, enum case_action act, struct case_needs needs, struct case_has has,
	enum case_state *to, struct err_note *note)
{
	if (!(moves[act].from & (1u << from)))
		return err_set(note, ERR_STATE, "not possible while the case is %s (%s)", states[from].code,
			states[from].zh);
	/* What was accepted is not accepted or rejected again, whatever is asked for; what was not, not
	 * refused. */
	if (from == CASE_CORRECTION && has.accepted ? act == CASE_DO_ACCEPT || act == CASE_DO_REJECT
						    : from == CASE_CORRECTION && act == CASE_DO_REFUSE)
		return err_set(note, ERR_STATE,
			has.accepted ? "the case was accepted 受理 already"
				     : "the case is not accepted 受理 yet");
	if (act == CASE_DO_CORRECT && from == CASE_CADASTRAL && !has.cadastral)
		return err_set(note, ERR_STATE, "the graphics are in the intranet: wait for their result");
	if (act == CASE_DO_GRAPHICS && !needs.cadastral)
		return err_set(note, ERR_STATE, "this business takes no graphics");
	if (act == CASE_DO_TAX && (!needs.tax || has.tax))
		return err_set(note, ERR_STATE,
			needs.tax ? "the tax voucher is entered already" : "this business has no tax");
	/* The gate of 登簿 stands at the review already and again at the entry. */
	if (act == CASE_DO_REVIEW || act == CASE_DO_ENTER) {
		if (needs.tax && !has.tax)
			return err_set(note, ERR_TAX, "the tax voucher 完税凭证 is missing");
		if (needs.cadastral && !has.cadastral)
			return err_set(note, ERR_STATE, "the cadastral review 权籍审核 has not passed");
	}
	*to = moves[act].to;
	/* Back among what the case has collected. */
	if (act == CASE_DO_RESUBMIT && has.accepted)
		*to = CASE_ACCEPTED;
	if (*to == CASE_ACCEPTED && act != CASE_DO_ACCEPT && (has.tax || has.cadastral))
		*to = has.cadastral ? CASE_CADASTRAL : CASE_TAX;
	return 0;
}
