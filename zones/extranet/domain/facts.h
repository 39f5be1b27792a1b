/* What stands on papers made from the book: texts by the fields of conf/documents, of rows as book_unit gives
 * them. Pure. */
#ifndef REG_DOMAIN_FACTS_H
#define REG_DOMAIN_FACTS_H
#include "common/base/json.h"

/* What the unit is; "" where the book says nothing. Borrowed from the rows. */
struct facts_unit {
	const char *location, *use, *nature;
	int64_t area_cm2;
};
struct facts_unit facts_unit(const json_t *rows);
/* 不动产权证书 or 不动产登记证明 of the row `right` of `table`: certificate-title, certificate-proof. New
 * reference, NULL without memory. */
struct facts_paper {
	const json_t *rows, *right;
	const char *table, *unit, *case_number, *office;
};
json_t *facts_certificate(const struct facts_paper *p);
/* 查询结果: register-extract. `as_of` in words, date YYYY-MM-DD. */
struct facts_look {
	const json_t *rows;
	const char *unit, *number, *office, *date, *asked_by, *purpose, *as_of;
};
json_t *facts_extract(const struct facts_look *l);
/* The first field of `a` that `b` has otherwise, "" when none is; lists by place: "rights[1].holders". */
void facts_differ(json_t *a, const json_t *b, char *where, size_t size);
#endif
