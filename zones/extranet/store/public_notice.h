/* 公告 before the entry (不动产登记暂行条例实施细则 第十七条、第十八条、第二十二条): one row each time the
 * process of a case begins one, with the document that says it. It ends when the process has left it: by
 * itself on its last day, by an objection, or with the case. Its days are none of the term (第十七条 第二款).
 */
#ifndef REG_STORE_PUBLIC_NOTICE_H
#define REG_STORE_PUBLIC_NOTICE_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct public_notice_news {
	bool begun, ended;
	char from[11], until[11]; /* of one that has begun: its first and last day */
};
/* In the transaction of whatever moved the process: writes down whether a notice began or ended by that, with
 * its document and the last day of the term in *c. how: "over", "objection", "stopped". */
SW_MUST_USE int public_notice_settle(struct registry *r, struct db_tx *tx, struct case_row *c,
	const char *how, struct public_notice_news *news);
/* First and last day of the notice with that document. ERR_NOTFOUND. */
SW_MUST_USE int public_notice_days(
	struct db_tx *tx, const char *number, char from[static 11], char until[static 11]);
/* What stands on its document and on no other: what the law publishes (第十八条), no number of a person. at:
 * instant of the book, NULL now. */
SW_MUST_USE int public_notice_facts(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *at, const char *from, const char *until, json_t *facts);
/* Those that run now, as their documents say them, the newest first, at most 200: [{"number","business",
 * "applicants","unit_code","location","right_type","use","area","matter","from","until"}]. */
SW_MUST_USE int public_notice_list(struct registry *r, struct db_tx *tx, json_t **out);
#endif
