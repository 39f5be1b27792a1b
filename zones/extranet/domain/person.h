/* Who is the same person, by the document: a number is somebody's only together with its kind, for a passport
 * may bear the number of another's military card. One number stands on two kinds of document: the citizen's
 * number 公民身份号码 (GB 11643) on the identity card and in the household book, and the unified social
 * credit code 统一社会信用代码 (GB 32100) on the licence and where the organisation's code stood. Pure. */
#ifndef REG_DOMAIN_PERSON_H
#define REG_DOMAIN_PERSON_H
#include "common/base/json.h"

/* Kinds of document 证件种类 as in codes.h, and numbers; with no number nobody is known. */
bool person_same(const char *kind, const char *number, const char *other_kind, const char *other_number);
/* A party {"id_kind","id_number"} of a form and a row {"zjzl","zjh"} of holders; two rows; two parties. */
bool person_holds(const json_t *party, const json_t *holder);
bool person_same_holders(const json_t *a, const json_t *b);
bool person_same_parties(const json_t *a, const json_t *b);
/* Is somebody of these rows called so, with this document? */
bool person_among(const json_t *holders, const char *kind, const char *number, const char *name);
/* The one holder whose document bears the number, which a form names without its kind; NULL: there is none,
 * or two of different kinds. Borrowed. */
const json_t *person_by_number(const json_t *holders, const char *number);
#endif
