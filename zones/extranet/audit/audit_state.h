/* Inside zones/extranet/audit: what the log says of every row, by the row's number. */
#ifndef REG_AUDIT_AUDIT_STATE_H
#define REG_AUDIT_AUDIT_STATE_H
#include "zones/extranet/audit/book_audit.h"

struct audit_row {
	char table[8];
	int64_t made, ended; /* xh of the log rows, 0 none */
	char made_hex[DIGEST_HEX], ended_hex[DIGEST_HEX];
	char paper[NUMBER_CERTIFICATE]; /* its number, read from the row */
	char unit[29];
	bool seen, damaged;
};
struct audit_entry {
	char unit[29], djlx[8], qllx[8];
	int64_t titles, proofs;
	char ywh[NUMBER_CASE], djsj[TIME_TEXT], salt[64];
	bool damaged;
};
struct audit_state {
	struct book_audit *a;
	struct db_tx *tx;
	struct audit_row *rows; /* by bsm − 1 */
	size_t nrows, room;
	struct audit_entry *log; /* by xh − 1 */
	size_t nlog, log_room;
	bool log_damaged; /* what no entry vouches for may be one of its rows */
	bool missing;     /* a row is gone, and nobody knows of which unit */
	json_t *units;    /* set of units with a damaged row: their sums are not told again */
};
void audit_find(
	struct audit_state *s, const char *code, const char *table, const char *key, const char *text);
void audit_find_row(
	struct audit_state *s, const char *code, const char *table, int64_t key, const char *text);
/* NULL when no entry of the log names the row. */
struct audit_row *audit_row_of(struct audit_state *s, int64_t bsm);
/* Grows the list; NULL without memory. */
struct audit_row *audit_row_make(struct audit_state *s, int64_t bsm);
bool audit_unit_damaged(const struct audit_state *s, const char *unit);
int audit_log(struct audit_state *s);       /* the chain, and what it says of rows */
int audit_entered(struct audit_state *s);   /* what the audit records say was entered, against it */
int audit_rows(struct audit_state *s);      /* every row of every table against it */
int audit_sums(struct audit_state *s);      /* owners, shares, queues */
int audit_papers(struct audit_state *s);    /* numbers, certificates, series */
int audit_places(struct audit_state *s);    /* units and words of locations */
int audit_decisions(struct audit_state *s); /* signatures of the office's people against steps, form, log */
int audit_access(struct audit_state *s);    /* messages to the national platform against the log */
int audit_office(struct audit_state *s);    /* cases, documents, void numbers, blanks, fees */
#endif
