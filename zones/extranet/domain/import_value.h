/* Values of an existing register become values of the book: exact, or refused with a reason that does not
 * repeat the value (it may be of a person). Pure. */
#ifndef REG_DOMAIN_IMPORT_VALUE_H
#define REG_DOMAIN_IMPORT_VALUE_H
#include "common/base/json.h"

enum import_kind {
	IMPORT_TEXT,
	IMPORT_INT,
	IMPORT_AREA, /* m² → cm² */
	IMPORT_YUAN, /* 元 → cents */
	IMPORT_WAN,  /* 万元 → cents */
	IMPORT_DATE, /* YYYY-MM-DD, YYYY/M/D, YYYYMMDD, YYYY年M月D日, also with a time behind → YYYY-MM-DD */
	IMPORT_TIME,      /* the same with [T ]hh:mm[:ss], in China → RFC 3339 UTC */
	IMPORT_SHARE_NUM, /* 1/2, 50%, 0.5 → 1 */
	IMPORT_SHARE_DEN, /* … → 2 */
	IMPORT_ID,        /* 居民身份证号: its check digit must hold; 15 digits are refused */
	IMPORT_KINDS
};
int import_kind_find(const char *name); /* text int area-m2 money-yuan money-wan date time share-num share-den
					   resident-id; −1 */
bool import_kind_is_int(enum import_kind k);
/* *out: new reference. ERR_SCHEMA with the reason in note. The text is without white space around it. */
SW_MUST_USE int import_value(enum import_kind k, const char *text, json_t **out, struct err_note *note);
/* WKT POLYGON((x y, …)) in metres → [[mm,mm] …], the ring closed. ERR_SCHEMA. */
SW_MUST_USE int import_ring(const char *wkt, json_t **out, struct err_note *note);
#endif
