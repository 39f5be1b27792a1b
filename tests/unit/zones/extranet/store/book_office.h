/* An office's book for tests: the registry's schema on SQLite or PostgreSQL (tests/unit/common/db/backend.h)
 * with a vault, a clock of the test's own, and entries made by the rules and the writer in one transaction,
 * as registryd makes them. */
#ifndef TEST_BOOK_OFFICE_H
#define TEST_BOOK_OFFICE_H
#include "zones/extranet/domain/day.h"
#include "zones/extranet/store/entry_book.h"

#define BOOK_BASE_DAY 20000 /* days since 1970: the test's clock starts here */
#define BOOK_TEXT 240

/* One application at the book: who asks what of which unit, and what came of it. */
struct order {
	const char *kind;
	char unit[29];
	json_t *parties, *fields;
	char ywh[24], codes[200], number[NUMBER_CERTIFICATE], what[200];
	int64_t now_ms;
};

/* Group fixtures: a new database, the clock at its start. */
int book_office_open(void **state);
int book_office_close(void **state);
/* Another empty book, all as after book_office_open but the seed, which goes on. */
void book_office_renew(void);
/* What the office writes with, its database, and the clock of the last order. */
const struct entry_book *book_office(void);
struct db *book_office_db(void);
int64_t book_now_ms(void);
/* Seeded ($SW_SEED); the same numbers on both databases. */
unsigned book_any(unsigned n);
/* What SW_SEED has to be to get the next numbers again. */
uint64_t book_seed(void);
int64_t book_today(void);
void book_next_day(void);
/* Unit `number` of a building of its own for every 9,000. */
void book_unit_code(long number, char out[static 29]);

struct order order_new(const char *kind, const char *unit);
void order_party(struct order *o, const char *role, int who);
void order_text(struct order *o, const char *field, const char *value);
void order_int(struct order *o, const char *field, int64_t value);
/* A first registration of a flat for `who`. */
struct order order_first(const char *unit, int who);
/* Rules and writer in one transaction: 0, or the refusal with its codes, sorted, each once, in o->codes.
 * Takes what the order holds. */
int order_do(struct order *o);
/* As order_do, but the decision alone, on a snapshot, as a reviewer sees it. Keeps what the order holds. */
int order_review(struct order *o);
void order_drop(struct order *o);
void codes_sort(char *codes);

/* What the book says of a unit on a day, as text; at NULL: now. Lapses settled. */
void book_says(const char *unit, const char *at, int64_t day, char out[static BOOK_TEXT]);
/* The auditor of the book finds nothing. */
void book_is_sound(void **state);
#endif
