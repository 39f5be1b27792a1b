/* What the documents of a case say, from the case alone. */
#ifndef REG_STORE_NOTICE_FACTS_H
#define REG_STORE_NOTICE_FACTS_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct notice_words { /* what the act brings along; all borrowed */
	const char *number, *note, *ground;
	const char *from, *until; /* of a 公告; NULL else */
	const char *at;           /* instant of the book; NULL now */
	const char *who;          /* has it made */
	char date[11];
	const json_t *items;
};
/* Of a kind of notice.c's list. New reference. */
SW_MUST_USE int notice_facts_make(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *kind, const struct notice_words *w, json_t **out);
#endif
