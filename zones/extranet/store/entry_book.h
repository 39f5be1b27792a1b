/* Carries a plan out in the book: rows ended and inserted under one instant, read back and compared before
 * the commit, papers numbered, and the entry closed by its rows of the log, which chain the whole book. */
#ifndef REG_STORE_ENTRY_BOOK_H
#define REG_STORE_ENTRY_BOOK_H
#include "zones/extranet/domain/plan.h"
#include "zones/extranet/store/book.h"
#include "zones/extranet/store/paper.h"

struct entry_book { /* what an office writes with; all borrowed */
	struct vault *vault;
	const struct suite *suite;
	struct paper_office office;
	const char *name; /* of the office, in messages to the national platform */
};
struct entry_order {
	const struct plan *plan;
	const char *ywh, *who;
	int registration_type;
	int right_type; /* of the log rows; an owner's right that is written tells its own */
	int64_t now_ms; /* the entry's instant; never before that of the entry before it */
};
struct entry_written {
	json_t *rows; /* [{"table","key","row"}], row as canonical text, in the order of writing; the log's
			 last */
	char number[NUMBER_CERTIFICATE]; /* of the main unit's first paper, "" none */
	char at[TIME_TEXT];              /* the entry's instant */
	int64_t log;                     /* xh of the main unit */
	char chain[DIGEST_HEX];          /* lz of the last log row */
};
/* ERR_CONFLICT: a row to be ended is not in force any more, or a rule of the database refused; nothing of the
 * transaction may be kept then. ERR_BUG: what was read back is not what was written. */
SW_MUST_USE int entry_book_write(const struct entry_book *b, struct db_tx *tx, const struct entry_order *o,
	struct entry_written *out, struct err_note *note);
void entry_book_fini(struct entry_written *w);
/* The instant of the office's last entry. ERR_NOTFOUND: there is none. */
SW_MUST_USE int entry_book_newest(struct db_tx *tx, char at[static TIME_TEXT]);
/* Every lapse that is due in a unit, each an entry of its own in the name of "system" (entry_lapse.h).
 * `written` gets the rows of all of them appended (array). *rows: the unit's rows, read anew after one. */
SW_MUST_USE int entry_book_settle(const struct entry_book *b, struct db_tx *tx, const char *unit,
	int64_t now_ms, json_t **rows, json_t *written, struct err_note *note);

/* ---- digests, as the auditor recomputes them; salt: text of the log row's yz */
/* Of one row: op '+' as it was inserted, '-' as it was when it ended. */
SW_MUST_USE int entry_book_row_digest(const struct suite *s, const char *salt, char op, const char *table,
	const json_t *row, char hex[static DIGEST_HEX]);
/* The same of the row's canonical text. */
SW_MUST_USE int entry_book_text_digest(const struct suite *s, const char *salt, char op, const char *table,
	struct view row, char hex[static DIGEST_HEX]);
/* zy over mx. */
void entry_book_list_digest(const struct suite *s, const char *mx, char hex[static DIGEST_HEX]);
/* lz of a log row (its own lz is left out) behind the one before ("" for the first). */
SW_MUST_USE int entry_book_chain(
	const struct suite *s, const char *before, const json_t *log_row, char hex[static DIGEST_HEX]);
#endif
