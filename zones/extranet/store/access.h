/* The account of what goes to the national platform (domain/access.h): a message per row of the log, written
 * in the entry's transaction; produced → handed → accepted | refused, and refused → produced when it is
 * handed over again. The day's log is made when the day is over and every message of it was handed over. */
#ifndef REG_STORE_ACCESS_H
#define REG_STORE_ACCESS_H
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "zones/extranet/domain/access.h"
#include "zones/extranet/domain/day.h"

/* The message of a log row, beside it. rows as access_message has them.
 * Imported data (djlx 000) has none. */
struct access_entry {
	struct vault *vault;
	const struct suite *suite;
	const char *office; /* its name */
	const json_t *log;  /* the row of djlog */
	const json_t *rows;
	const char *before_unit, *before_paper;
};
SW_MUST_USE int access_put(struct db_tx *tx, const struct access_entry *e);
/* Digest of a message under the salt of its log row. */
void access_digest(const struct suite *s, const char *salt, struct view text, char hex[static DIGEST_HEX]);

/* ---- handing over. Ids are those of the files: of a message, or of a daily log. */
/* At most `limit` that wait, in order: [{"id","text"}], the text of a message without signature. */
SW_MUST_USE int access_waiting(struct db_tx *tx, struct vault *v, int limit, json_t **out);
SW_MUST_USE int access_handed(struct db_tx *tx, const json_t *waiting, int64_t now_ms);
/* The earliest day that is over, has no log and may have one: 0 and the day, ERR_NOTFOUND none. A message of
 * that day that still waits holds it back. */
SW_MUST_USE int access_day_due(struct db_tx *tx, int64_t now_ms, char day[static DAY_TEXT]);
SW_MUST_USE int access_day_make(struct db_tx *tx, const char *office, const char *day, int64_t now_ms);

/* ---- answers; the caller records them */
/* ERR_NOTFOUND: no such message; ERR_STATE: it was not handed over; ERR_DUPLICATE: answered so before;
 * ERR_FORK: answered otherwise before. */
SW_MUST_USE int access_answered(
	struct db_tx *tx, const struct access_answer *a, int64_t now_ms, struct err_note *note);
/* A refused one is handed over again. ERR_NOTFOUND, ERR_STATE. */
SW_MUST_USE int access_again(struct db_tx *tx, const char *id, struct err_note *note);

/* ---- looking */
/* {"day","rows":[{"right","registration","entries","titles","proofs","messages","message_titles",
 * "message_proofs"}],"states":{"produced":n …},"log":{"state","entries","code","said"}|null,
 * "differences":[{"xh"|"id","what"}]}: the book's log and the messages counted apart. */
SW_MUST_USE int access_of_day(struct db_tx *tx, const char *day, json_t **out);
/* Messages of a state by id, 100 at a time behind `after`. */
SW_MUST_USE int access_list(struct db_tx *tx, const char *state, const char *after, json_t **out);
#endif
