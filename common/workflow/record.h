/* Answers that papers are made of 询问笔录, 承诺书, 合同, checked against the business. Pure.
 *
 * Of the application, in the form that all sign: "papers": [{"code","answers":{QUESTION: VALUE}}], none when
 * absent. Of each party, a record: [{"party","answers":{}}], what one person answered for every party the
 * person signs for; it stands in the text which that person signs, record_text. Source:
 * 不动产登记暂行条例实施细则 第十六条 (询问), 第十七条; 国办发〔2019〕8号 (承诺). */
#ifndef SW_WORKFLOW_RECORD_H
#define SW_WORKFLOW_RECORD_H
#include "common/workflow/business.h"

/* Whether a role is asked anything before it signs. */
bool record_asks(const struct business *b, const char *role);
/* Whether a question of a paper of each party is put to a role, as far as answered. */
bool record_question_open(const struct business_question *q, const char *role, const json_t *answers);
/* The answers of a party; NULL: none. */
const json_t *record_of(const json_t *record, size_t party);
/* What a person signs: the form as it is, with "record" in it where there is one. Canonical, appended. */
SW_MUST_USE int record_text(const json_t *form, const json_t *record, struct buf *out);
/* Shape of answers as a browser sends them, complete or not: known questions of papers of each party (each)
 * or of one paper, values that fit. ERR_SCHEMA. */
SW_MUST_USE int record_check_answers(const struct business *b, const struct business_paper *paper,
	const json_t *answers, struct err_note *note);
/* The record with which who signs for party n signs: all asked questions answered, none that stops, only for
 * parties of this signer, the pledge as the business has it. Findings and answer as business_check_form. */
SW_MUST_USE int record_check(const struct business *b, const json_t *form, const json_t *record, size_t n,
	json_t *findings, struct err_note *note);
#endif
