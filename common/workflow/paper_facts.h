/* What stands on a paper made of answers 询问笔录, 承诺书, 合同: the data of its layout. Pure. */
#ifndef SW_WORKFLOW_PAPER_FACTS_H
#define SW_WORKFLOW_PAPER_FACTS_H
#include "common/workflow/business.h"

#define PAPER_WORDS_MAX 2100
struct paper_source {
	const struct business *b;
	const struct business_paper *paper;
	const json_t *form;    /* as signed, or as it would be */
	const json_t *answers; /* of the party, or of the paper; NULL none */
	size_t party;          /* of a paper of each party */
	const char *number, *office, *date;
	const char *signed_at; /* in words; "" not signed yet */
};
/* The texts and lists that the layout declares; def: layout_def. Texts there are: number, office, date,
 * application, business, unit_code, statement, signed, unsigned (one of them empty), one for every field of
 * the business and every question of the paper by its code ("" where nothing is answered); of a paper of each
 * party: role, name, id_number, agent; of another: for every role, by its code, who is in it. Lists: answers
 * [question, answer, note] as far as asked, parties [role, name, id_number, share]. New reference.
 * ERR_CONFIG: a layout that wants another. */
SW_MUST_USE int paper_facts(
	const struct paper_source *s, const json_t *def, json_t **out, struct err_note *note);
/* A value as people read it; type and values: of its field. */
void paper_words(const char *type, const json_t *values, const json_t *v, char to[static PAPER_WORDS_MAX]);
/* {"role","name","id_number","share"} of each party. New reference. */
json_t *paper_parties(const struct business *b, const json_t *form);
#endif
