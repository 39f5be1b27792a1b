/* The national platform's access format 不动产登记信息管理基础平台接入: one message 接入报文 for each row of
 * the log of entries, the daily log 登簿日志, and the platform's answer. Element and attribute names are
 * those of the published format as far as they are known (README.md of this folder says which are not sure);
 * columns stand as attributes under their TD/T 1066 codes in capitals, areas in m², money in yuan, instants
 * in China Standard Time. Pure. */
#ifndef REG_DOMAIN_ACCESS_H
#define REG_DOMAIN_ACCESS_H
#include "common/base/json.h"

#define ACCESS_ID 19     /* division, YYMMDD, running number of the day: 18 digits */
#define ACCESS_ANSWER 41 /* an id in an answer: a message's, or division and YYYYMMDD of a daily log */
#define ACCESS_MESSAGE_MAX (1 << 20)
#define ACCESS_DAILY_MAX (64 << 20)

struct access_head {
	const char *id, *division, *entry, *office, *unit;
	const char *right, *registration; /* codes */
	const char *at;                   /* the entry's instant */
	const char *before_unit, *before_paper;
	int titles, proofs;
};
/* Appends the message with an empty DigitalSign. rows: [{"op":"+"|"-","table","row"}]: what the entry wrote
 * (QSZT 1) and the rights it ended (QSZT 2). ERR_NOMEM, ERR_LIMIT. */
SW_MUST_USE int access_message(const struct access_head *h, const json_t *rows, struct buf *out);
/* Appends the message with the signature put into its DigitalSign. ERR_BUG when it has none that is empty. */
SW_MUST_USE int access_sign(struct view message, struct view signature, struct buf *out);
/* What a message says, its Head by element and under "rows" how many elements its Data has; new reference.
 * For the auditor. ERR_SYNTAX, ERR_SCHEMA. */
SW_MUST_USE int access_message_read(struct view text, json_t **out, struct err_note *note);

struct access_day {
	const char *division, *office, *day; /* YYYY-MM-DD */
	const json_t
		*entries; /* [{"entry","registration","right","unit","paper","message"}] in the log's order */
};
/* Appends the daily log: counts by registration type and every entry with its message. */
SW_MUST_USE int access_daily(const struct access_day *d, struct buf *out);

struct access_answer {
	char id[ACCESS_ANSWER];
	bool accepted;
	char code[33], text[501];
};
/* An answer as the platform writes it. ERR_SYNTAX, ERR_LIMIT, ERR_SCHEMA with the place. */
SW_MUST_USE int access_answer_read(struct view text, struct access_answer *out, struct err_note *note);
#endif
